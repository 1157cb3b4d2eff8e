package claim

import "erratum/internal/text"

// term is what rules ask of a word form, wherever it stands.
type term struct {
	stem     string // the form under which it is compared
	number   int32  // of the stem
	entry    *entry // of the lexicon, nil when it has none
	function bool   // it has no meaning of its own
}

// terms reads every word form of a comparison once: most words stand in an article
// many times, and most sentences in both of its versions.
type terms struct {
	lex    *lexicon
	tokens int // about so many are to be read
	byKey  map[string]*term
	slab   []term
	stems  []string // by number
	number map[string]int32
	// Stems with the same beginning are chained: first is the last of them that was
	// read, by its first letters, next the one before it; both plus one, 0 for none.
	first map[string]int32
	next  []int32
}

// kinLetters is how many letters related stems share at least, in bytes.
const kinLetters = 4

// newTerms returns terms for about so many tokens.
func newTerms(lex *lexicon, tokens int) *terms { return &terms{lex: lex, tokens: tokens} }

// makeRoom makes the maps, when the first word is read: a third of the tokens of an
// article are new, and fewer of a long one.
func (ts *terms) makeRoom() {
	n := min(ts.tokens/3, 4000)
	ts.byKey, ts.number = make(map[string]*term, n), make(map[string]int32, n)
	ts.stems, ts.first = make([]string, 0, n), map[string]int32{}
}

// of returns the term of a token.
func (ts *terms) of(t *text.Token) *term {
	if found := ts.byKey[t.Key]; found != nil {
		return found
	}
	if ts.byKey == nil {
		ts.makeRoom()
	}
	if len(ts.slab) == cap(ts.slab) {
		ts.slab = make([]term, 0, 256) // a full one stays with those who point into it
	}
	stem := stemOf(*t)
	ts.slab = append(ts.slab, term{
		stem: stem, number: ts.numberOf(stem), entry: ts.lex.entry(t.Key), function: text.IsFunction(ts.lex.lang, t.Key),
	})
	made := &ts.slab[len(ts.slab)-1]
	ts.byKey[t.Key] = made
	return made
}

// numberOf returns the number of a stem, which it enters when it is new.
func (ts *terms) numberOf(stem string) int32 {
	n, ok := ts.number[stem]
	if !ok {
		n = int32(len(ts.stems))
		ts.number[stem] = n
		ts.stems = append(ts.stems, stem)
	}
	return n
}

// maxKin is how many stems with the same beginning are looked at. A long article has
// fewer.
const maxKin = 500

// alike calls yield for the stems that begin like one, until it returns false, at most
// maxKin of them.
func (ts *terms) alike(stem string, yield func(number int32) bool) {
	for n := len(ts.next); n < len(ts.stems); n++ {
		before := int32(0)
		if s := ts.stems[n]; len(s) >= kinLetters {
			before = ts.first[s[:kinLetters]]
			ts.first[s[:kinLetters]] = int32(n) + 1
		}
		ts.next = append(ts.next, before)
	}
	if len(stem) < kinLetters {
		return
	}
	seen := 0
	for n := ts.first[stem[:kinLetters]]; n > 0 && seen < maxKin; n = ts.next[n-1] {
		if !yield(n - 1) {
			return
		}
		seen++
	}
}
