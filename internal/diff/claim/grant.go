package claim

import "erratum/internal/text"

// longestGrant bounds the tokens of a name that stands in for another.
const longestGrant = 3

// grantNames takes what stands in the place of a name for a name as well, where nothing
// but capitals can tell: at the start of a sentence, or in a language that writes every
// noun with one.
func (s *site) grantNames() {
	for _, e := range s.edits {
		if !s.old.capitals(e.a0, e.a1) || !s.new.capitals(e.b0, e.b1) {
			continue
		}
		was, is := s.old.knownName(e.a0, e.a1), s.new.knownName(e.b0, e.b1)
		if was && !is {
			s.new.grant(e.b0, e.b1)
		} else if is && !was {
			s.old.grant(e.a0, e.a1)
		}
	}
}

// capitals reports whether a short span is nothing but capitalised words, hyphens
// between them allowed, of which the lexicon knows none but places.
func (p *passage) capitals(from, to int) bool {
	if from >= to || to-from > longestGrant {
		return false
	}
	for i := from; i < to; i++ {
		if p.key(i) == "-" && i > from {
			continue
		}
		if !p.word(i) || !text.IsUpperStart(p.tokens[i].Text) || p.terms[i].function || p.terms[i].entry != nil && !p.is(i, secPlace) {
			return false
		}
	}
	return true
}

// knownName reports whether a word of a span is a name by itself.
func (p *passage) knownName(from, to int) bool {
	for i := from; i < to; i++ {
		if p.nameWord(i) && (!p.lex.format.nouns || p.alone(i)) {
			return true
		}
	}
	return false
}

// grant marks words as names.
func (p *passage) grant(from, to int) {
	if p.granted == nil {
		p.granted, p.plain = make([]bool, p.size()), nil
	}
	for i := from; i < to; i++ {
		p.granted[i] = true
	}
}

// isGranted reports whether a word is a name for what it replaced.
func (p *passage) isGranted(i int) bool { return p.granted != nil && p.granted[i] }
