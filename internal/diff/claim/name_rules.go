package claim

import (
	"slices"
	"strings"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// namePairs pairs the names of a site: in the place of each other, or two that share
// a part in one edit ("Ann Lee", "Ann Moore").
func (s *site) namePairs() *pairing {
	return s.pairUp(nameValue,
		s.sameName,
		func(a, b *found) int {
			if _, ok := s.together(a, b); !ok {
				return 0
			}
			n := 0
			if s.facing(a, b) {
				n += 3
			}
			if slices.ContainsFunc(a.words, func(w string) bool { return slices.Contains(b.words, w) }) {
				n += 3
			}
			if s.aligned(a, b) {
				n++
			}
			return n
		}, 3)
}

func namesRespelt(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.namePairs().replaced {
		if !s.bothTold(p) && nameRespelt(p[0].words, p[1].words) {
			out = append(out, replaced(p[0], p[1]))
		}
	}
	return out
}

func namesReplaced(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.namePairs().replaced {
		if s.old.editTold(p[0].from, p[0].to) || s.new.editTold(p[1].from, p[1].to) {
			continue
		}
		out = append(out, replaced(p[0], p[1]))
	}
	return out
}

func namesAdded(w *work, s *site) []hit {
	return s.addedOf(s.namePairs(), w.old.known)
}

func namesRemoved(w *work, s *site) []hit {
	return s.removedOf(s.namePairs(), w.new.known)
}

// namesForWords finds a name that took the place of a description in a short edit, or
// gave way to one ("our partner", and the partner's name). A name that gave way and still
// stands elsewhere only has another word for it.
func namesForWords(w *work, s *site) []hit {
	var out []hit
	for _, b := range s.namePairs().added {
		e, ok := s.editOf(diff.NewSide, b.from, b.to)
		if !ok || !e.tight() || !s.new.aloneIn(b, e.b0, e.b1) {
			continue
		}
		if a := description(s.old, s.new, e.a0, e.a1, b); a != nil {
			out = append(out, named(a, b))
		}
	}
	for _, a := range s.namePairs().removed {
		e, ok := s.editOf(diff.OldSide, a.from, a.to)
		if !ok || !e.tight() || !s.old.aloneIn(a, e.a0, e.a1) || w.new.known(a) {
			continue
		}
		if b := description(s.new, s.old, e.b0, e.b1, a); b != nil {
			out = append(out, named(a, b))
		}
	}
	return out
}

// named makes the hit of a name and a description, which may both be right.
func named(a, b *found) hit {
	h := replaced(a, b)
	h.inPlace = false
	return h
}

// aloneIn reports whether a name that nothing has told of is all the content of a span.
func (p *passage) aloneIn(f *found, from, to int) bool {
	return !f.weak && !p.anyTold(f.from, f.to) && p.contentIn(from, to) <= len(f.words)
}

// description returns the words of a span that are no name and no form of one, or nil.
func description(p, other *passage, from, to int, name *found) *found {
	at, stems := leftWords(p, other, from, to)
	if len(at) == 0 || slices.ContainsFunc(at, func(i int) bool { return p.within(nameValue, i) != nil }) || p.lex.relatedAny(stems, name.words) {
		return nil
	}
	return p.span(at[0], at[len(at)-1]+1, joinWords(stems))
}

// relatedAny reports whether a word of one list is a form of one of the other.
func (l *lexicon) relatedAny(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return l.related(x, text.Stem(y)) })
	})
}

// nameRespelt reports whether two names differ by spelling alone. Countries differ
// by two letters (Iran and Iraq, Niger and Nigeria), so short words must have a
// letter too many or too few, and two slips are forgiven in long words only.
func nameRespelt(a, b []string) bool {
	if len(a) != len(b) {
		return squeeze(joinWords(a)) == squeeze(joinWords(b))
	}
	for i := range a {
		if a[i] != b[i] && !slip(a[i], b[i]) {
			return false
		}
	}
	return true
}

// slip reports whether two words of names are one misspelt.
func slip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n, d := min(len(x), len(y)), distance(a, b, 2)
	switch {
	case digitsOf(a) != digitsOf(b):
		return false // a digit is never a matter of spelling
	case squeeze(a) == squeeze(b), unaccented(a) == unaccented(b), sounds(a) != "" && sounds(a) == sounds(b):
		return true
	case d == 1 && len(x) != len(y):
		return n >= 4
	case d == 1:
		return n >= 6 || sorted(x) == sorted(y)
	case d == 2:
		return n >= 8 && len(x) != len(y)
	}
	return false
}

// leastSounds is how many consonants two spellings of a name share at least: with
// fewer, other names are as near ("Niger", "Nigeria").
const leastSounds = 4

// sounds returns the consonants of a name, doubled ones once: what spellings of one
// name have in common ("Katherine", "Kathryn"). It is empty for names with few.
func sounds(name string) string {
	var out []rune
	for _, r := range name {
		if strings.ContainsRune("aeiouy", r) || len(out) > 0 && out[len(out)-1] == r {
			continue
		}
		out = append(out, r)
	}
	if len(out) < leastSounds {
		return ""
	}
	return string(out)
}

// sorted returns the letters in order: equal for words with letters swapped.
func sorted(r []rune) string {
	c := slices.Clone(r)
	slices.Sort(c)
	return string(c)
}

// roles finds offices and modifiers that changed beside a name that stayed.
func roles(w *work, s *site) []hit {
	olds, news := s.offices(s.old, s.new), s.offices(s.new, s.old)
	var out []hit
	used := make([]bool, len(news))
	for _, a := range olds {
		h := s.removed(a)
		for j, b := range news {
			if _, ok := s.together(a, b); ok && !used[j] {
				used[j] = true
				h = replaced(a, b)
				break
			}
		}
		if h.single && w.new.titled(s.old, a) {
			s.old.tell(a.from, a.to)
			continue
		}
		h.context, h.single = true, false
		out = append(out, h)
	}
	for j, b := range news {
		if used[j] {
			continue
		}
		if w.old.titled(s.new, b) {
			s.new.tell(b.from, b.to)
			continue
		}
		h := s.added(b)
		h.context, h.single = true, false
		out = append(out, h)
	}
	return out
}

// titled reports whether a version says an office and the name beside it in one
// sentence.
func (v *version) titled(p *passage, office *found) bool {
	name := p.keptNameNear(office.from, office.to)
	known := false
	v.where(p.stem(name), func(id int) bool {
		known = v.sentence(id).hasOffice(office.Canon)
		return !known
	})
	return known
}

// offices returns the titles and modifiers of a side that stand in an edit, not on
// the other side, near a name that the edit left alone.
func (s *site) offices(p, other *passage) []*found {
	var out []*found
	for i := 0; i < p.size(); i++ {
		ph := p.match(i, secModifier)
		if ph == nil {
			ph = p.match(i, secTitle)
		}
		if ph == nil || p.is(i, secHonorific) {
			continue
		}
		to := i + 1 + len(ph.rest)
		if p.anyTouched(i, to) && !p.anyTold(i, to) && !p.formalOnly(i, to) && !other.hasForm(p.key(i)) && other.stems()[p.stem(i)] == 0 && p.keptNameNear(i, to) >= 0 {
			if other.hasOffice(ph.canon) {
				p.tell(i, to) // "Gen." and "General"
			} else {
				out = append(out, p.span(i, to, ph.canon))
			}
		}
		i = to - 1
	}
	return out
}

// hasOffice reports whether an office stands in the passage in another form ("Gen.").
func (p *passage) hasOffice(canon string) bool {
	for i := range p.tokens {
		for _, sec := range []section{secTitle, secModifier, secHonorific} {
			if ph := p.match(i, sec); ph != nil && ph.canon == canon {
				return true
			}
		}
	}
	return false
}

// hasForm reports whether a word, or a form of it, stands in the passage.
func (p *passage) hasForm(key string) bool {
	return slices.ContainsFunc(p.tokens, func(t text.Token) bool { return p.lex.formOf(t.Key, key) })
}

// keptNameNear returns an untouched word of a name within four tokens after a span, or
// right before it behind a comma; -1 when there is none.
func (p *passage) keptNameNear(from, to int) int {
	for i := to; i < p.size() && i < to+4 && p.sent[i] == p.sent[from]; i++ {
		if p.nameWord(i) && !p.touched[i] && !p.is(i, secTitle) && !p.is(i, secGeneric) {
			return i
		}
		if p.key(i) == "," && p.nameWord(i+1) && !p.touched[i+1] {
			return i + 1 // "former owner, Ann Lee"
		}
		if k := p.key(i); k == "," || k == "of" || p.is(i, secVerb) {
			break
		}
	}
	for i := from - 1; i >= 0 && i >= from-4 && p.sent[i] == p.sent[from]; i-- {
		if k := p.key(i); k == "," {
			if i > 0 && p.nameWord(i-1) && !p.touched[i-1] {
				return i - 1
			}
			return -1
		}
		if p.is(i, secVerb) {
			break
		}
	}
	return -1
}
