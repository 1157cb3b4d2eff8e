package claim

import (
	"erratum/internal/diff"
	"erratum/internal/text"
)

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
	forms  *diff.Forms
	byForm []*term // by number of the word form, nil when it was not read
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

func newTerms(lex *lexicon, forms *diff.Forms) *terms { return &terms{lex: lex, forms: forms} }

// makeRoom makes the lists, when the first word is read.
func (ts *terms) makeRoom() {
	n := ts.forms.Len()
	ts.byForm, ts.number = make([]*term, n), make(map[string]int32, n)
	ts.stems, ts.first, ts.next = make([]string, 0, n), make(map[string]int32, n/2), make([]int32, 0, n)
}

// of returns the terms of a sentence's tokens.
func (ts *terms) of(s *diff.Sentence) []*term {
	if ts.byForm == nil {
		ts.makeRoom()
	}
	out := make([]*term, len(s.Tokens))
	for i, form := range s.Forms {
		if ts.byForm[form] == nil {
			ts.byForm[form] = ts.read(&s.Tokens[i])
		}
		out[i] = ts.byForm[form]
	}
	return out
}

// read makes the term of a token.
func (ts *terms) read(t *text.Token) *term {
	if len(ts.slab) == cap(ts.slab) {
		ts.slab = make([]term, 0, 256) // a full one stays with those who point into it
	}
	stem := stemOf(*t)
	ts.slab = append(ts.slab, term{
		stem: stem, number: ts.numberOf(stem), entry: ts.lex.entry(t.Key), function: text.IsFunction(ts.lex.lang, t.Key),
	})
	return &ts.slab[len(ts.slab)-1]
}

// known returns the term of a word that was read, or nil.
func (ts *terms) known(key string) *term {
	if form, ok := ts.forms.Number(key); ok && ts.byForm != nil {
		return ts.byForm[form]
	}
	return nil
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
