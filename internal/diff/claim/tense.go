package claim

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of two forms of a verb.
const (
	leastVerb   = 3 // letters that both share
	longestTail = 7 // letters that either has besides
)

// otherTense finds a verb that an edit put from the future into the past or the other
// way round by its ending alone ("firmará", "firmó").
func (s *site) otherTense(e edit) (i, j int, ok bool) {
	for i = e.a0; i < e.a1; i++ {
		for j = e.b0; j < e.b1; j++ {
			if s.old.verbal(i) && s.new.verbal(j) && s.old.lex.turns(s.old.key(i), s.new.key(j)) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// verbal reports whether token i may be a verb of which nothing has told. Verbs of
// saying change their tense as a story ages.
func (p *passage) verbal(i int) bool {
	return p.word(i) && !p.told[i] && !p.is(i, secVerb)
}

// turns reports whether two words are forms of one verb, one future and one past.
func (l *lexicon) turns(a, b string) bool {
	if len(l.tenses) == 0 || a == b {
		return false
	}
	n, letters := sharedStart(a, b)
	if letters < leastVerb || utf8.RuneCountInString(a[n:]) > longestTail || utf8.RuneCountInString(b[n:]) > longestTail {
		return false
	}
	return l.tense("future", a) && l.tense("past", b) || l.tense("past", a) && l.tense("future", b)
}

// tense reports whether a word has an ending of a tense. Where only the present of some
// verbs speaks of the future, it must begin like one of those and not end like the
// present of others.
func (l *lexicon) tense(tense, word string) bool {
	ends := func(e string) bool { return strings.HasSuffix(word, e) }
	if !slices.ContainsFunc(l.tenses[tense], ends) {
		return false
	}
	whole := l.tenses["whole"]
	if tense == "past" || len(whole) == 0 {
		return true
	}
	begins := func(b string) bool { return strings.HasPrefix(word, b) }
	return slices.ContainsFunc(whole, begins) && !slices.ContainsFunc(l.tenses["present"], ends)
}
