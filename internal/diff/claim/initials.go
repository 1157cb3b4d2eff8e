package claim

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"erratum/internal/text"
)

// abbreviates reports whether the initials of a name stand in a version, or, for
// initials, the name that they stand for.
func (v *version) abbreviates(f *found) bool {
	return len(f.words) > 2 && v.has(initials(f.words)) || len(f.words) == 1 && v.spells(f.words[0])
}

// initials returns the first letters of the words of a name.
func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteRune(initial(w))
	}
	return b.String()
}

// initial returns the first letter of a word, without its accent: "Único" gives the U
// of "SUS".
func initial(word string) rune {
	r, _ := utf8.DecodeRuneInString(word)
	if r >= utf8.RuneSelf {
		if base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r))); base < utf8.RuneSelf {
			return base
		}
	}
	return r
}

// unaccented returns a word without the accents of its letters.
func unaccented(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word))
}

// mostInitials bounds the letters of an abbreviation that is looked for.
const mostInitials = 6

// spells reports whether an abbreviation of two to six letters stands in the version
// as the initials of a name.
func (v *version) spells(short string) bool {
	letters := []rune(short)
	if n := len(letters); n < 2 || n > mostInitials {
		return false
	}
	if v.runs == nil {
		v.findRuns()
	}
	for _, at := range v.runs[[2]rune{letters[0], letters[1]}] {
		if v.spellsAt(at, letters) {
			return true
		}
	}
	return false
}

// spot is a token of a version.
type spot struct{ sentence, token int32 }

// findRuns lists the capitalised words that another one follows, small connectors
// skipped, by the first letters of both.
func (v *version) findRuns() {
	v.runs = map[[2]rune][]spot{}
	for id := range v.doc.Sentences {
		toks := v.doc.Sentences[id].Tokens
		last := -1
		for i, t := range v.termsOf(id) {
			switch {
			case toks[i].Kind == text.Word && hasUpper(toks[i].Text):
				if last >= 0 {
					pair := [2]rune{initial(toks[last].Key), initial(toks[i].Key)}
					v.runs[pair] = append(v.runs[pair], spot{int32(id), int32(last)})
				}
				last = i
			case !t.connects(toks[i].Key):
				last = -1
			}
		}
	}
}

// connects reports whether a small word stands inside names.
func (t *term) connects(key string) bool {
	return t.entry.in(secConnector) || key == "and" || key == "-"
}

// spellsAt reports whether capitalised words from a place on give the letters, small
// connectors skipped.
func (v *version) spellsAt(at spot, short []rune) bool {
	toks, terms := v.doc.Sentences[at.sentence].Tokens, v.termsOf(int(at.sentence))
	n := 0
	for i := int(at.token); i < len(toks) && n < len(short); i++ {
		switch {
		case toks[i].Kind == text.Word && hasUpper(toks[i].Text):
			if initial(toks[i].Key) != short[n] {
				return false
			}
			n++
		case !terms[i].connects(toks[i].Key):
			return false
		}
	}
	return n == len(short)
}

// leastSmall is how many letters an abbreviation has at least for words in small
// letters to give it ("weapons of mass destruction", "WMD").
const leastSmall = 3

// passInitials marks edited abbreviations as told of where the words that they stand
// for are among the edited ones of the other side, in capitals or not.
func (s *site) passInitials() {
	passInitials(s.old, s.new)
	passInitials(s.new, s.old)
}

func passInitials(short, long *passage) {
	for i := range short.tokens {
		if !short.touched[i] || short.tokens[i].Kind != text.Word || !initialism(short.tokens[i].Text) {
			continue
		}
		letters := []rune(short.key(i))
		if len(letters) < 2 || len(letters) > mostInitials {
			continue
		}
		for from := range long.tokens {
			if to := long.spelt(from, letters); to > from {
				short.tell(i, i+1)
				long.tell(from, to)
				break
			}
		}
	}
}

// spelt returns where edited words that start at token from and give the letters end,
// small words between skipped; from when they do not.
func (p *passage) spelt(from int, letters []rune) int {
	n := 0
	for i := from; i < p.size() && p.sent[i] == p.sent[from] && p.touched[i]; i++ {
		switch {
		case !p.word(i) && p.key(i) != "-":
			return from
		case p.word(i) && (p.content(i) || hasUpper(p.tokens[i].Text)):
			if initial(p.key(i)) != letters[n] || len(letters) < leastSmall && !hasUpper(p.tokens[i].Text) {
				return from
			}
			if n++; n == len(letters) {
				return i + 1
			}
		case n == 0:
			return from
		}
	}
	return from
}
