package claim

import (
	"slices"
	"strings"

	"erratum/internal/text"
)

// readNumbers finds the numbers outside dates, with approximator, currency, unit and
// the noun they count.
func (p *passage) readNumbers() []found {
	dates := p.of(dateValue)
	var out []found
	for i := 0; i < p.size(); {
		if len(dates) > 0 && i >= dates[0].from {
			if i < dates[0].to {
				i = dates[0].to
			}
			dates = dates[1:]
			continue
		}
		if p.tokens[i].Kind != text.Number && p.terms[i].entry == nil && !strings.HasPrefix(p.key(i), "v") {
			i++
			continue
		}
		f, to := p.numberAt(i)
		if to <= i {
			i++
			continue
		}
		out = append(out, f)
		i = to
	}
	return out
}

// numberAt reads the number whose numeral starts at token i.
func (p *passage) numberAt(i int) (found, int) {
	n, ok := p.numeralAt(i)
	if !ok || p.partOfName(n) {
		return found{}, i
	}
	f := found{from: i, to: n.to}
	f.Lo, f.Hi = n.value, n.value
	joiner := ""
	if n.version == "" && n.vague == "" && !n.ordinal {
		joiner = p.rangeTail(&f, n)
	}
	if i > 0 && p.key(i-1) == "-" && p.glued(i) && p.tokens[i-1].Space && n.version == "" && !n.words {
		f.from = i - 1
		f.Lo, f.Hi = -f.Hi, -f.Lo
	}
	p.currencyBefore(&f)
	p.unitAfter(&f)
	p.halfMore(&f)
	p.belowZero(&f)
	p.ageAround(&f)
	p.approximator(&f)
	p.headOf(&f, n)
	if harm := p.harmNear(&f); harm != "" {
		f.heads = append(f.heads, harm)
	}
	f.version = n.version != ""
	f.Canon = canonNumber(f.Value, n, joiner)
	f.Text = p.cut(f.from, f.to)
	f.weak = n.ordinal && n.value == 1 || n.words && !n.ordinal && n.value <= 1 && f.Unit == "" && joiner == "" && n.vague == ""
	return f, f.to
}

// canonNumber writes value and unit; equal text means equal numbers.
func canonNumber(v Value, n numeral, joiner string) string {
	s := figure(v.Lo)
	switch {
	case n.version != "":
		return "v" + strings.TrimPrefix(n.version, "v")
	case n.vague != "":
		s = n.vague
	case n.ordinal:
		s = "#" + s
	case joiner != "":
		s += ".." + figure(v.Hi)
	}
	if v.Unit != "" {
		s += " " + v.Unit
	}
	return s
}

// partOfName reports whether a number word is one of a capitalised name or an idiom
// and counts nothing ("One Direction", "no one").
func (p *passage) partOfName(n numeral) bool {
	if !n.words || n.to > n.from+1 {
		return false
	}
	t := p.tokens[n.from]
	if n.value == 1 && !n.ordinal {
		if p.is(n.from-1, secOneLead) || p.is(n.to, secOneTail) {
			return true
		}
	}
	return text.IsUpperStart(t.Text) && !p.starts(n.from) && !p.capital
}

// rangeTail reads the other end of "10-15", "10 to 15", "between 10 and 15" and
// scores ("52-48"). It returns the sign of the range, empty when there is none.
func (p *passage) rangeTail(f *found, n numeral) string {
	join := f.to
	dash := p.key(join) == "-" && p.tokens[join].Kind == text.Punct
	open := n.from - 1
	if p.is(open, secCurrency) {
		open--
	}
	between := p.is(open, secRangeOpen) && p.is(join, secRangeAnd)
	if !dash && !between && !p.is(join, secRangeJoin) {
		return ""
	}
	if dash && p.tokens[join].Space != (join+1 < p.size() && p.tokens[join+1].Space) {
		return ""
	}
	if p.is(join, secRangeJoin) && (p.is(n.from-1, secFromOpen) || p.lex.lang == "en" && p.tokens[n.from].Kind != text.Number && !p.is(join+1, secCardinal)) {
		return ""
	}
	from := join + 1
	if p.is(from, secCurrency) {
		from++
	}
	if from >= p.size() || p.sent[from] != p.sent[n.from] || p.within(dateValue, from) != nil {
		return ""
	}
	m, ok := p.numeralAt(from)
	if !ok || m.version != "" || m.vague != "" || m.ordinal {
		return ""
	}
	lo := n.value
	if m.scaled && !n.scaled && m.value > lo*1000 && lo < 1000 {
		lo *= scaleOf(m.value) // "3-5 million"
	}
	f.Lo, f.Hi, f.to = lo, m.value, m.to
	if between {
		p.currencyBefore(f)
		f.from = open
	}
	return ".."
}

// scaleOf returns the largest of a thousand, million, billion that fits in v.
func scaleOf(v float64) float64 {
	for _, s := range []float64{1e12, 1e9, 1e6, 1e3} {
		if v >= s {
			return s
		}
	}
	return 1
}

// currencyBefore takes in the sign before the figure: "$5", "US$5", "USD 5".
func (p *passage) currencyBefore(f *found) {
	i := f.from - 1
	if i < 0 || p.sent[i] != p.sent[f.from] {
		return
	}
	ph := p.match(i, secCurrency)
	if ph == nil || p.word(i) && len(p.key(i)) != 3 {
		return
	}
	f.Unit, f.from = ph.canon, i
	if i > 0 && p.word(i-1) && p.glued(i) && len(p.key(i-1)) <= 2 {
		f.from = i - 1
		if k := p.key(i - 1); k != "us" {
			f.Unit = strings.ToUpper(k) + f.Unit
		}
	}
}

// unitAfter takes in percent, currency or unit after the figure, also with a hyphen
// ("80-km").
func (p *passage) unitAfter(f *found) {
	i := f.to
	if i >= p.size() || p.sent[i] != p.sent[f.from] {
		return
	}
	if p.key(i) == "-" && p.glued(i) && p.glued(i+1) || p.is(i, secOf) && p.is(i+1, secCurrency) {
		i++ // "80-km", "3 millones de euros"
	}
	for _, s := range []section{secPercent, secCurrency, secUnit} {
		ph := p.match(i, s)
		if ph == nil || ph.class == "glued" && !p.glued(i) {
			continue
		}
		if s != secPercent && f.Unit != "" && f.Unit != ph.canon {
			return // "$5 m" is no length
		}
		f.Unit, f.to = ph.canon, i+1+len(ph.rest)
		if p.key(f.to) == "-" && p.key(f.to+1) == "old" {
			f.age = true
			f.to += 2
		}
		f.age = f.age || p.key(f.to) == "old"
		return
	}
}

// belowZero takes in the word for the sign before a temperature: "minus 18 degrees".
func (p *passage) belowZero(f *found) {
	if f.Lo < 0 || !strings.HasPrefix(f.Unit, "°") || f.from == 0 || p.sent[f.from-1] != p.sent[f.from] || !p.is(f.from-1, secMinus) {
		return
	}
	if ph, _ := p.matchBefore(f.from-1, secApprox); ph != nil {
		return // "au moins 18"
	}
	f.from--
	f.Lo, f.Hi = -f.Hi, -f.Lo
}

// approximator takes in "about", "at least" before and "or more" after a number.
func (p *passage) approximator(f *found) {
	if f.from > 0 && p.sent[f.from-1] == p.sent[f.from] {
		if ph, from := p.matchBefore(f.from-1, secApprox); ph != nil && p.sent[from] == p.sent[f.from] {
			f.Approx, f.from = Approx(ph.canon), from
			if ph.canon == "exact" {
				f.Approx = Exact
			}
			return
		}
	}
	if ph := p.match(f.to, secApproxAfter); ph != nil && p.sent[f.to] == p.sent[f.from] {
		f.Approx = Approx(ph.canon)
		f.to += 1 + len(ph.rest)
	}
}

// headOf finds what a number counts: the words after it up to the next function word
// or mark, or, for versions and bare figures, the word before.
func (p *passage) headOf(f *found, n numeral) {
	i := f.to
	if p.is(i, secOf) {
		for i++; i < p.size() && !p.content(i) && p.word(i); i++ {
		}
	}
	first := i
	for ; i < p.size() && i < first+3 && p.sent[i] == p.sent[f.from]; i++ {
		if p.key(i) == "-" && p.glued(i) {
			continue
		}
		if !p.word(i) || !p.content(i) || p.is(i, secVerb) {
			break
		}
		f.heads = append(f.heads, p.stem(i))
		if f.Head == "" || plural(p.key(i)) && !plural(strings.ToLower(f.Head)) {
			f.Head = p.cut(i, i+1)
		}
	}
	if len(f.heads) > 0 && n.version == "" {
		return
	}
	for i := f.from - 1; i >= 0 && i >= f.from-4 && p.sent[i] == p.sent[f.from]; i-- {
		if p.word(i) && p.content(i) && !p.is(i, secApprox) {
			f.heads = append(f.heads, p.stem(i))
			if f.Head == "" {
				f.Head = p.cut(i, i+1)
			}
			return
		}
		if !p.word(i) && p.key(i) != "(" && p.key(i) != ":" {
			return
		}
	}
}

// plural reports whether a word looks like an English plural.
func plural(k string) bool {
	return len(k) > 3 && strings.HasSuffix(k, "s") && !strings.HasSuffix(k, "ss")
}

// sharesHead reports whether two numbers count the same thing.
func sharesHead(a, b *found) bool {
	return slices.ContainsFunc(a.heads, func(h string) bool { return slices.Contains(b.heads, h) })
}
