package claim

import (
	"strings"
	"unicode/utf8"

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
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(r)
	}
	return b.String()
}

// spells reports whether an abbreviation of two to six letters stands in the version
// as the initials of a name.
func (v *version) spells(short string) bool {
	if n := len(short); n < 2 || n > 6 {
		return false
	}
	if v.runs == nil {
		v.findRuns()
	}
	for _, at := range v.runs[[2]byte{short[0], short[1]}] {
		if v.spellsAt(at, short) {
			return true
		}
	}
	return false
}

// spot is a token of a version.
type spot struct{ sentence, token int32 }

// findRuns lists the capitalised words that another one follows, small connectors
// skipped, by the first bytes of both.
func (v *version) findRuns() {
	v.runs = map[[2]byte][]spot{}
	for id := range v.doc.Sentences {
		toks := v.doc.Sentences[id].Tokens
		last := -1
		for i, t := range v.termsOf(id) {
			switch {
			case toks[i].Kind == text.Word && hasUpper(toks[i].Text):
				if last >= 0 {
					pair := [2]byte{toks[last].Key[0], toks[i].Key[0]}
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
func (v *version) spellsAt(at spot, short string) bool {
	toks, terms := v.doc.Sentences[at.sentence].Tokens, v.termsOf(int(at.sentence))
	n := 0
	for i := int(at.token); i < len(toks) && n < len(short); i++ {
		switch {
		case toks[i].Kind == text.Word && hasUpper(toks[i].Text):
			if toks[i].Key[0] != short[n] {
				return false
			}
			n++
		case !terms[i].connects(toks[i].Key):
			return false
		}
	}
	return n == len(short)
}
