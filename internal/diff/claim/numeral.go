package claim

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/text"
)

// numeral is a number as it stands, before its unit: "3.5 million", "twenty-one".
type numeral struct {
	from, to int
	value    float64
	ordinal  bool
	version  string // a dotted chain that is no number ("6.6.3"), else empty
	vague    string // "dozens"
	words    bool   // written as words
	scaled   bool   // with a magnitude ("3 million")
}

// numeralAt reads the numeral that starts at token i; ok is false when there is none.
func (p *passage) numeralAt(i int) (numeral, bool) {
	if i >= p.size() {
		return numeral{}, false
	}
	if p.tokens[i].Kind == text.Number {
		return p.digitsAt(i)
	}
	if n, ok := p.versionAt(i); ok {
		return n, true
	}
	if p.terms[i].entry == nil {
		return numeral{}, false
	}
	if ph := p.match(i, secVague); ph != nil {
		return numeral{from: i, to: i + 1 + len(ph.rest), vague: ph.canon, words: true}, true
	}
	if n, ok := p.fractionAt(i); ok {
		return n, true
	}
	if n, ok := p.wordsAt(i); ok {
		p.ratioTail(&n)
		return n, true
	}
	if p.is(i, secArticle) {
		one := numeral{from: i, to: i + 1, value: 1, words: true}
		if p.ratioTail(&one); one.to > i+1 {
			return one, true // "un sur quatre"
		}
	}
	if ph := p.match(i, secOrdinal); ph != nil && p.leadsSource(i) == nil {
		return numeral{from: i, to: i + 1, value: ph.value, ordinal: true, words: true}, true
	}
	if ph := p.match(i, secMultiple); ph != nil && ph.value > 1 {
		return numeral{from: i, to: i + 1, value: ph.value, words: true}, true
	}
	return numeral{}, false
}

// digitsAt reads digits with separators, an ordinal ending or a magnitude.
func (p *passage) digitsAt(i int) (numeral, bool) {
	if p.identifier(i) {
		return numeral{}, false
	}
	v, version, ok := parseDigits(p.tokens[i].Text, p.lex.format)
	if !ok {
		return numeral{}, false
	}
	n := numeral{from: i, to: i + 1, value: v}
	if version {
		n.version = p.key(i)
		return n, true
	}
	n.to = p.joinGroups(i, &n.value)
	if to := p.ordinalEnd(n.to); to > n.to {
		n.ordinal = true
		n.to = to
		return n, true
	}
	p.fractionTail(&n)
	p.magnitudeTail(&n)
	p.ratioTail(&n)
	return n, true
}

// ordinalEnd steps over the ending of an ordinal ("3rd", "1er", "3-й").
func (p *passage) ordinalEnd(to int) int {
	at := to
	if p.key(at) == "-" && p.glued(at) {
		at++
	}
	if p.glued(at) && p.is(at, secOrdinalSuffix) {
		return at + 1
	}
	return to
}

// joinGroups joins groups of three digits with spaces between ("394 054").
func (p *passage) joinGroups(i int, value *float64) int {
	to := i + 1
	if strings.ContainsAny(p.key(i), ".,") || len(p.key(i)) > 3 || p.key(i) == "0" {
		return to
	}
	groups := strings.Contains(p.lex.format.group, "space")
	if p.key(to) == "'" { // "1'300", as the Swiss write
		for p.key(to) == "'" && p.glued(to) && p.glued(to+1) && p.tokens[to+1].Kind == text.Number && len(p.key(to+1)) == 3 {
			v, _ := strconv.ParseFloat(p.key(to+1), 64)
			*value = *value*1000 + v
			to += 2
		}
		return to
	}
	for to < p.size() && p.tokens[to].Kind == text.Number && p.tokens[to].Space && p.sent[to] == p.sent[i] {
		head, _, _ := strings.Cut(strings.ReplaceAll(p.key(to), ",", "."), ".")
		if len(head) != 3 || !groups && (len(p.key(to)) != 3 || len(p.key(i)) < 2 || to == i+1 && !p.lone(i, to)) {
			break
		}
		v, _, ok := parseDigits(p.tokens[to].Text, p.lex.format)
		if !ok || v >= 1000 {
			break
		}
		*value = *value*1000 + v
		to++
	}
	return to
}

// lone reports whether two figures side by side can only be one number: nothing
// else is numeric around them.
func (p *passage) lone(i, to int) bool {
	return len(p.key(i)) <= 3 && (i == 0 || p.tokens[i-1].Kind != text.Number) &&
		(to+1 >= p.size() || p.tokens[to+1].Kind != text.Number)
}

// fractionTail reads "1/3" and the sign in "3½".
func (p *passage) fractionTail(n *numeral) {
	if p.glued(n.to) && p.tokens[n.to].Kind == text.Number {
		if v, ok := fractionSigns[p.tokens[n.to].Text]; ok {
			n.value += v
			n.to++
		}
		return
	}
	if p.key(n.to) != "/" || !p.glued(n.to) || !p.glued(n.to+1) || p.tokens[n.to+1].Kind != text.Number {
		return
	}
	d, version, ok := parseDigits(p.tokens[n.to+1].Text, p.lex.format)
	if ok && !version && d > 1 && n.value < d && d <= 20 && n.value == math.Trunc(n.value) {
		n.value /= d
		n.to += 2
	}
}

// magnitudeTail reads "million", "bn", "m" after a figure. A single letter counts
// only without a space before it: "5 m" is five metres.
func (p *passage) magnitudeTail(n *numeral) {
	for {
		ph := p.match(n.to, secMagnitude)
		if ph == nil || p.sent[n.to] != p.sent[n.from] {
			return
		}
		letters := len([]rune(p.key(n.to)))
		sign := p.glued(n.to+1) && p.is(n.to+1, secCurrency) // "3 M€"
		if letters <= 2 && !p.glued(n.to) && !(letters == 2 && p.money(n.from)) && !sign {
			return
		}
		n.value *= ph.value
		n.scaled = true
		n.to += 1 + len(ph.rest)
		if p.key(n.to) == "." && p.glued(n.to) && letters <= 4 && p.lex.lang != "en" {
			n.to++ // "млн."
		}
	}
}

// fractionAt reads "half", "a third", "two-thirds", "half a million".
func (p *passage) fractionAt(i int) (numeral, bool) {
	n := numeral{from: i, to: i, value: 1, words: true}
	if ph := p.match(i, secCardinal); ph != nil && ph.value < 10 {
		n.value, n.to = ph.value, i+1
	} else if p.is(i, secArticle) {
		n.to = i + 1
	}
	if p.key(n.to) == "-" && p.glued(n.to) {
		n.to++
	}
	ph := p.match(n.to, secFraction)
	if ph == nil || n.to > i && p.sent[n.to] != p.sent[i] {
		return n, false
	}
	bare := n.to == i && ph.class != "bare"
	n.value *= ph.value
	n.to++
	if bare && ph.value != .5 {
		return n, false // "third" alone is an ordinal
	}
	lead := n.to
	if p.is(lead, secOf) {
		lead++
	}
	if (bare || lead > n.to) && p.is(lead, secArticle) {
		if m := p.match(lead+1, secMultiplier); m != nil {
			n.value *= m.value
			n.to = lead + 2
			return n, true
		}
	}
	of := p.is(n.to, secOf) || ph.class == "bare" || p.is(n.to, secArticle) || p.key(n.to) == "the"
	if !of && (bare || n.to == i+2 && p.is(i, secArticle) && p.content1(n.to)) {
		return n, false // "half-hearted", "a third man"
	}
	return n, true
}

// content1 reports whether token i is a content word of the same sentence.
func (p *passage) content1(i int) bool { return i < p.size() && p.word(i) && p.content(i) }

// wordsAt reads a number written as words up to 999,999 and beyond by "million".
func (p *passage) wordsAt(i int) (numeral, bool) {
	var c counter
	j := i
	for j < p.size() && p.sent[j] == p.sent[i] {
		if c.any && p.joinsNumber(j, c.last) {
			j++
			continue
		}
		if ph := p.match(j, secMultiplier); ph != nil && c.any {
			c.multiply(ph.value)
			j += 1 + len(ph.rest)
		} else if ph := p.match(j, secCardinal); ph != nil {
			if !c.add(ph.value) {
				break
			}
			j += 1 + len(ph.rest)
		} else if !c.any && p.is(j, secArticle) && p.is(j+1, secMultiplier) {
			c.add(1)
			j++
		} else {
			break
		}
	}
	if !c.any {
		return numeral{}, false
	}
	return numeral{from: i, to: j, value: c.total + c.part, words: true, scaled: c.last >= 1e6}, true
}

// joinsNumber reports whether token j ties the words of a number: a hyphen, or "and"
// after what it may follow in the language.
func (p *passage) joinsNumber(j int, last float64) bool {
	next := p.match(j+1, secCardinal)
	if next == nil || next.value >= last {
		return false
	}
	if p.key(j) == "-" {
		return p.glued(j) && p.glued(j+1) && last >= 20 && last < 100
	}
	and := p.match(j, secNumberAnd)
	return and != nil && last >= and.value
}

// counter adds up the words of a number.
type counter struct {
	total, part, last float64
	any               bool
}

// add takes in a cardinal; false when it starts another number.
func (c *counter) add(v float64) bool {
	if c.any && (v >= c.last || c.last < 20 || c.last < 100 && (v >= 10 || v == 0)) {
		return false
	}
	c.part += v
	c.last, c.any = v, true
	return true
}

// multiply takes in a hundred, a thousand, a million.
func (c *counter) multiply(v float64) {
	switch {
	case v <= 100:
		c.part *= v
	default:
		c.total += max(c.part, 1) * v
		c.part = 0
	}
	c.last = v
}

// versionAt reads "v22.23.1" and "v18.x", however they were cut into tokens.
func (p *passage) versionAt(i int) (numeral, bool) {
	k := p.key(i)
	if p.tokens[i].Kind != text.Word || len(k) < 2 || k[0] != 'v' || strings.Trim(k[1:], "0123456789.x") != "" || k[1] < '0' || k[1] > '9' {
		return numeral{}, false
	}
	to := i + 1
	for p.key(to) == "." && p.glued(to) && p.glued(to+1) && (p.tokens[to+1].Kind == text.Number || p.key(to+1) == "x") {
		to += 2
	}
	var b strings.Builder
	for j := i; j < to; j++ {
		b.WriteString(p.key(j))
	}
	return numeral{from: i, to: to, version: b.String()}, true
}

// identifier reports whether the figure at token i is part of a name: "COVID-19",
// "F-16", "CVE-2024-27280", "18F", "OP_2".
func (p *passage) identifier(i int) bool {
	if p.glued(i) && i > 0 {
		switch p.key(i - 1) {
		case "_", "@", "#":
			return p.key(i-1) != "#" && p.glued(i-1)
		case "-", "/":
			if p.glued(i-1) && i >= 2 {
				if p.word(i-2) && hasUpper(p.tokens[i-2].Text) && !p.is(i-2, secMonth) {
					return true
				}
				return p.tokens[i-2].Kind == text.Number && p.identifier(i-2)
			}
		}
		if p.spacedWord(i-1) && !p.is(i-1, secCurrency) {
			return true
		}
	}
	if p.glued(i+1) && p.spacedWord(i+1) {
		return !p.is(i+1, secMagnitude) && !p.is(i+1, secOrdinalSuffix) && !p.is(i+1, secUnit) &&
			!p.is(i+1, secClock) && !p.is(i+1, secPercent) && !p.is(i+1, secCurrency) && p.key(i+1) != "s" && p.key(i+1) != "x" && p.key(i+1) != "and"
	}
	return p.key(i+1) == "_" && p.glued(i+1)
}

// hasUpper reports whether a word has a capital anywhere.
func hasUpper(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return strings.IndexFunc(s[i:], func(r rune) bool { return unicode.IsUpper(r) || unicode.IsTitle(r) }) >= 0
		case c >= 'A' && c <= 'Z':
			return true
		}
	}
	return false
}

// spacedWord reports whether token i is a word of a script that puts spaces between
// words: there a figure that touches one is part of a code. Japanese, Chinese or
// Thai counts touch the figure as a matter of course.
func (p *passage) spacedWord(i int) bool {
	if !p.word(i) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(p.tokens[i].Text)
	return !unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
