package claim

import (
	"slices"
	"strings"
	"unicode/utf8"

	"erratum/internal/text"
)

// inner reports whether a word has a capital after its first letter, two letters or
// more ("HackerOne", "UN").
func inner(s string) bool {
	_, size := utf8.DecodeRuneInString(s)
	return hasUpper(s[size:])
}

// initialism reports whether a word is two capitals or more and nothing else ("WHO").
func initialism(s string) bool { return len(s) > 1 && inCapitals(s) && hasUpper(s) }

// inCapitals reports whether a word has no small letter.
func inCapitals(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return strings.ToUpper(s) == s
		case c >= 'a' && c <= 'z':
			return false
		}
	}
	return true
}

// titleCase reports whether most longer words of the passage have a capital, so that
// a capital tells nothing.
func (p *passage) titleCase() bool {
	upper, lower := 0, 0
	for i := range p.tokens {
		if p.tokens[i].Kind != text.Word || len(p.key(i)) < 4 {
			continue
		}
		if text.IsUpperStart(p.tokens[i].Text) {
			upper++
		} else if lower++; lower > p.size()/4+1 {
			return false
		}
	}
	return upper > 2 && upper > 2*lower
}

// nameWord reports whether token i can be a word of a name.
func (p *passage) nameWord(i int) bool {
	if i < 0 || i >= p.size() || !p.word(i) || p.key(i) == "'s" {
		return false
	}
	t := &p.tokens[i]
	if !hasUpper(t.Text) {
		return false
	}
	if inner(t.Text) && !p.shouted {
		return true
	}
	if !text.IsUpperStart(t.Text) || p.terms[i].function || t.Key == "i" {
		return false
	}
	if p.lex.format.nouns && p.measure(i) || p.is(i, secMonth) && !p.firstName(i) || p.is(i, secWeekday) || p.is(i, secCardinal) || p.is(i, secQuantifier) || p.is(i, secNegator) {
		return false
	}
	if !p.starts(i) && !p.capital && !p.startsQuote(i) {
		return true
	}
	return p.isGranted(i) || p.is(i, secPlace) || p.names.seen(t.Key) || p.opensName(i)
}

// startsQuote reports whether a word opens a quotation, where any word is written as a
// name is.
func (p *passage) startsQuote(i int) bool {
	return p.key(i-1) == `"` && p.glued(i) && (i < 2 || p.tokens[i-1].Space)
}

// opensName reports whether the first word of a sentence is a first name: an unlisted
// word with a word of a name right behind it.
func (p *passage) opensName(i int) bool {
	return !p.capital && !p.lex.format.nouns && p.terms[i].entry == nil && p.word(i+1) && p.sent[i+1] == p.sent[i] &&
		p.terms[i+1].entry == nil && !inner(p.tokens[i+1].Text) && p.nameWord(i+1)
}

// firstName reports whether the short form of a month is a first name ("Jan Lindner"): no
// date has it, and another word of a name follows.
func (p *passage) firstName(i int) bool {
	return p.is(i, secMonthWord) && p.within(dateValue, i) == nil && p.nameWord(i+1)
}

// measure reports whether a noun measures what comes after it ("Millionen Menschen",
// "Prozent", "Ende").
func (p *passage) measure(i int) bool {
	return p.is(i, secMagnitude) || p.is(i, secPercent) || p.is(i, secCurrency) || p.is(i, secUnit) ||
		p.is(i, secVague) || p.is(i, secHour) || p.is(i, secYearLead)
}

// allCapitals reports whether the passage is printed in capitals throughout.
func (p *passage) allCapitals() bool {
	for i := range p.tokens {
		if p.tokens[i].Kind == text.Word && !inCapitals(p.tokens[i].Text) {
			return false
		}
	}
	return true
}

// readNames finds runs of capitalised words and names of things in letters, digits
// and signs.
func (p *passage) readNames() []found {
	var out []found
	for i := 0; i < p.size(); {
		if to := p.codeName(i); to > i {
			out = append(out, p.name(i, to, false))
			i = to
			continue
		}
		if !p.nameWord(i) || p.within(dateValue, i) != nil {
			i++
			continue
		}
		to := p.nameEnd(i)
		if f, ok := p.trimName(i, to); ok {
			out = append(out, f)
		}
		i = to
	}
	return out
}

// nameEnd returns where the run of name words that starts at token i ends.
func (p *passage) nameEnd(i int) int {
	to := i + 1
	for to < p.size() && p.sent[to] == p.sent[i] {
		switch {
		case p.genitive(to - 1):
			return to
		case p.nameWord(to):
			to++
		case p.key(to) == "." && p.glued(to) && utf8.RuneCountInString(p.tokens[to-1].Text) == 1 && p.nameWord(to+1) && p.sent[to+1] == p.sent[i]:
			to += 2 // "J. Smith"
		case p.key(to) == "." && p.glued(to) && (p.is(to-1, secHonorific) || p.is(to-1, secTitle) || p.lex.forms[p.key(to-1)] != "") && p.nameWord(to+1):
			to += 2 // "Mr. Smith", "Gen. Lee"
		case (p.key(to) == "-" || p.key(to) == "&" || p.key(to) == "'") && p.nameWord(to+1) && p.sent[to+1] == p.sent[i] && p.glued(to) == p.glued(to+1):
			if p.key(to) == "-" && p.tokens[to].Space {
				return to // a dash
			}
			to += 2
		case p.key(to) == "-" && p.glued(to) && p.glued(to+1) && p.tokens[to+1].Kind == text.Number:
			to += 2 // "COVID-19"
		case p.key(to) == "-" && p.glued(to) && p.chainEnd(to) > to:
			to = p.chainEnd(to) // "Platform-as-a-Service"
		case p.lex.format.nouns && p.is(to, secRangeAnd) && to == i+1:
			return to // two nouns, not one name: "Lacke und Farben"
		case p.is(to, secConnector):
			end := to + 1
			if p.is(end, secConnector) {
				end++
			} else if p.key(end) == "-" && p.glued(end) {
				end++ // "al-Hussein"
			}
			if end >= p.size() || !p.nameWord(end) || p.sent[end] != p.sent[i] {
				return to
			}
			to = end + 1
		default:
			return to
		}
	}
	return to
}

// trimName takes honorifics, titles and stray words off a run and makes a name of
// the rest; false when nothing is left.
func (p *passage) trimName(from, to int) (found, bool) {
	first := from
	for from < to {
		switch {
		case p.is(from, secHonorific), p.is(from, secTitle) && p.titleBefore(from, to):
			from++
			if p.key(from) == "." {
				from++
			}
		case p.key(from) == "-":
			from++
		case p.officeOf(from, to):
			from += 2
		default:
			f := p.name(from, to, to == from+1 && p.is(from, secGeneric))
			if p.lex.format.nouns && (len(f.words) == 1 || p.hyphened(from, to)) && !inner(p.tokens[from].Text) {
				return f, from > first || p.alone(from)
			}
			return f, len(f.words) > 0
		}
	}
	return found{}, false
}

// titleBefore reports whether more of the name follows the title, so that the title
// is not the name itself.
func (p *passage) titleBefore(from, to int) bool {
	next := from + 1
	if p.key(next) == "." {
		next++
	}
	return next < to && !p.is(next, secConnector)
}

// name makes the value of a span.
func (p *passage) name(from, to int, weak bool) found {
	f := found{from: from, to: to, weak: weak}
	for i := from; i < to; i++ {
		if p.word(i) && !p.is(i, secConnector) && !p.is(i, secHonorific) || p.tokens[i].Kind == text.Number {
			f.words = append(f.words, p.key(i))
		}
	}
	f.Value = Value{Text: p.cut(from, to), Canon: strings.Join(f.words, " ")}
	return f
}

// known reports whether a name, or a part of it that stands for the whole, stands in
// a version: its last word, its initials, or most of its words.
func (v *version) known(f *found) bool {
	if len(f.words) == 0 {
		return true
	}
	have := 0
	for _, w := range f.words {
		if v.kin(text.Stem(w)) || v.kin(stemOf(text.Token{Key: w})) || slices.ContainsFunc(v.lex.synonyms[w], func(o string) bool { return v.has(text.Stem(o)) }) {
			have++
		}
	}
	last := f.words[len(f.words)-1]
	if have == len(f.words) || have*2 > len(f.words) && v.has(text.Stem(last)) {
		return true
	}
	return v.abbreviates(f)
}

// sameName reports whether a name of the old side and one of the new are one: equal,
// one the short form of the other, initials, or a nation and its adjective.
func (s *site) sameName(a, b *found) bool {
	if a.Canon == b.Canon || len(a.words) == 0 || len(b.words) == 0 {
		return true
	}
	if s.old.lex.format.nouns && squeeze(a.Canon) == squeeze(b.Canon) {
		return true // a compound with a hyphen or without
	}
	if len(a.words) == len(b.words) {
		return sameWords(s.old.lex, a.words, b.words)
	}
	if len(a.words) < len(b.words) {
		return shortOf(a.words, b.words, s.old.version)
	}
	return shortOf(b.words, a.words, s.new.version)
}

// sameWords reports whether two names of equal length differ by endings alone, where
// names have such: an adjective made of a name, or a case.
func sameWords(l *lexicon, a, b []string) bool {
	for i := range a {
		if l.sameName(a[i], b[i]) || len(a) == 1 && !l.format.inflects && l.related(text.Stem(a[i]), text.Stem(b[i])) {
			continue
		}
		return false
	}
	return true
}

// sameName reports whether two words of names are one, in another case where names
// have cases.
func (l *lexicon) sameName(a, b string) bool {
	return a == b || l.format.inflects && l.caseOf(a, b) || l.forms[a] != "" && l.forms[a] == l.forms[b] ||
		l.format.bare && bareCapital(a) == bareCapital(b)
}

// bareCapital returns a word of a name as it is printed where capitals go without
// accents ("Etats-Unis").
func bareCapital(word string) string {
	_, size := utf8.DecodeRuneInString(word)
	return string(initial(word)) + word[size:]
}

// shortOf reports whether short stands for long: its initials, or some of its words
// when the version of the short form says the rest elsewhere. "Lee" is short for "Ann
// Lee" where Ann Lee was named; "Hampshire" is not for "New Hampshire".
func shortOf(short, long []string, v *version) bool {
	if len(short) == 1 && initials(long) == short[0] {
		return true
	}
	if n := len(long) - len(short) + 1; len(short) > 1 && n > 1 && initials(long[:n]) == short[0] && slices.Equal(short[1:], long[n:]) {
		return true // "U.N. Security Council"
	}
	in := func(words []string, w string) bool {
		return slices.ContainsFunc(words, func(o string) bool { return v.lex.sameName(o, w) })
	}
	for _, w := range short {
		if !in(long, w) {
			return false
		}
	}
	for _, w := range long {
		if !in(short, w) && utf8.RuneCountInString(w) > 1 && !v.has(text.Stem(w)) {
			return false
		}
	}
	return true
}
