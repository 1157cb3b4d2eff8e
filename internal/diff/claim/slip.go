package claim

import (
	"slices"

	"erratum/internal/article"
	"erratum/internal/text"
)

// leastSlip is the length from which a word may be another one misspelt: shorter ones
// are words of their own ("now" and "not").
const leastSlip = 5

// mend reads a word that one side misspells as the other side spells it, so that every
// rule sees the same word: "3.8 prcent" is a percentage, "two ofifcers" are officers. A
// word of the lexicon is right, of two others the old one is taken. The text itself
// stays as it was printed.
func (s *site) mend() {
	if s.where == article.Byline {
		return
	}
	for _, e := range s.edits {
		if !e.tight() {
			continue
		}
		for i := e.a0; i < e.a1; i++ {
			for j := e.b0; j < e.b1; j++ {
				s.mendPair(i, j)
			}
		}
	}
	s.old.bag, s.new.bag = nil, nil
}

// mendPair gives one of two words the spelling of the other if they differ by a slip.
func (s *site) mendPair(i, j int) {
	a, b := &s.old.tokens[i], &s.new.tokens[j]
	if a.Key == b.Key || !s.old.mendable(i) || !s.new.mendable(j) || !respelt(s.old.lex, a.Key, b.Key) {
		return
	}
	x, y := s.old.terms[i], s.new.terms[j]
	switch {
	case x.entry == nil && y.entry == nil:
		if s.old.formal != nil && s.old.formal[i] && s.new.formal[j] && !hasUpper(a.Text) && !hasUpper(b.Text) {
			s.new.spell(j, a.Key, x)
		}
	case x.entry == nil && plainCase(a.Text, y.entry):
		s.old.spell(i, b.Key, y)
	case y.entry == nil && plainCase(b.Text, x.entry):
		s.new.spell(j, a.Key, x)
	}
}

// spell reads a token as another word. The version's own tokens stay as they are.
func (p *passage) spell(i int, key string, t *term) {
	p.tokens, p.terms, p.plain = slices.Clone(p.tokens), slices.Clone(p.terms), nil
	p.tokens[i].Key, p.terms[i] = key, t
}

// mendable reports whether a word is long enough to be misspelt and means something.
func (p *passage) mendable(i int) bool {
	return p.tokens[i].Kind == text.Word && len(p.tokens[i].Key) >= leastSlip && p.content(i)
}

// plainCase reports whether an unknown word may be the one of an entry by its case:
// with a capital it is a name, unless months and weekdays have one too.
func plainCase(s string, e *entry) bool {
	return !hasUpper(s) || e.in(secMonth) || e.in(secWeekday)
}
