package claim

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// noEnding stands in a declension for the bare stem.
const noEnding = "-"

// addDeclension reads the endings of one declension: two words that differ by two of
// them alone are forms of one.
func (l *lexicon) addDeclension(line string) error {
	if l.patterns == 64 {
		return fmt.Errorf("more than 64 declensions")
	}
	for e := range strings.FieldsSeq(line) {
		if e == noEnding {
			e = ""
		}
		l.declined[e] |= 1 << l.patterns
	}
	l.patterns++
	return nil
}

// leastDeclined is how many letters two forms of a word share at least ("Київ",
// "Києва").
const leastDeclined = 2

// longestEnding is how long an ending may be, in bytes: longer rests of words are not
// looked up.
const longestEnding = 24

// formOf reports whether two words are forms of one by a declension of the list.
func (l *lexicon) formOf(a, b string) bool { return l.declines(a, b, ^uint64(0)) }

// caseOf is formOf for names, by the cases of the singular alone: "Петров" is no form
// of "Петр", though it is made like a plural.
func (l *lexicon) caseOf(a, b string) bool { return l.declines(a, b, l.cases) }

// declines reports whether two words are forms of one by some of the declensions.
func (l *lexicon) declines(a, b string, which uint64) bool {
	if a == b {
		return true
	}
	if l.patterns == 0 {
		return false
	}
	letters := 0
	for n := 0; n < len(a) && n < len(b); {
		r, size := utf8.DecodeRuneInString(a[n:])
		o, _ := utf8.DecodeRuneInString(b[n:])
		if r != o {
			break
		}
		n += size
		letters++
		if letters < leastDeclined || max(len(a), len(b))-n > longestEnding {
			continue
		}
		if l.declined[a[n:]]&l.declined[b[n:]]&which != 0 {
			return true
		}
	}
	return false
}

// leastShared is how many letters related words share at least.
const leastShared = 4

// related reports whether two words are forms of one or differ by listed endings only
// ("Russia", "Russian"), or, in a language without a list, share most of their letters.
func (l *lexicon) related(a, b string) bool {
	if l.formOf(a, b) {
		return true
	}
	n, letters := sharedStart(a, b)
	if letters < leastShared {
		return false
	}
	if len(l.endings) == 0 {
		return letters*10 >= max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))*7
	}
	for letters >= leastShared && max(len(a), len(b))-n <= longestEnding {
		if (n == len(a) || l.endings[a[n:]]) && (n == len(b) || l.endings[b[n:]]) {
			return true
		}
		_, size := utf8.DecodeLastRuneInString(a[:n])
		n -= size
		letters--
	}
	return false
}

// sharedStart returns how much two words share from their start, in bytes and letters.
func sharedStart(a, b string) (n, letters int) {
	for n < len(a) && n < len(b) {
		r, size := utf8.DecodeRuneInString(a[n:])
		o, _ := utf8.DecodeRuneInString(b[n:])
		if r != o {
			break
		}
		n += size
		letters++
	}
	return n, letters
}
