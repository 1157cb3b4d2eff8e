package claim

import (
	"slices"
	"strings"

	"erratum/internal/diff"
)

// cue is a word of a list that stands in an edit.
type cue struct {
	from, to int
	phrase   *phrase
}

// cues returns the phrases of a section that stand in an edit and of which no rule
// has told, longest first at each place.
func (p *passage) cues(s section) []cue {
	var out []cue
	for i := 0; i < p.size(); i++ {
		ph := p.match(i, s)
		if ph == nil {
			continue
		}
		to := i + 1 + len(ph.rest)
		if p.anyTouched(i, to) && !p.anyTold(i, to) && !p.formalOnly(i, to) {
			out = append(out, cue{i, to, ph})
		}
		i = to - 1
	}
	return out
}

// formalOnly reports whether the edits that reach into a span changed the form of
// words alone.
func (p *passage) formalOnly(from, to int) bool {
	if p.formal == nil {
		return false
	}
	for i := from; i < to; i++ {
		if p.touched[i] && !p.formal[i] {
			return false
		}
	}
	return true
}

// count counts how often a word stands in the passage, by itself or with "n't".
func (p *passage) count(key string) int {
	n := 0
	for i := range p.tokens {
		if k := p.tokens[i].Key; k == key || len(k) == len(key)+3 && strings.HasPrefix(k, key) && strings.HasSuffix(k, "n't") {
			n++
		}
	}
	return n
}

// sameWord reports whether the edit of a cue has a form of it on the other side: "will"
// is "would" in reported speech.
func (s *site) sameWord(c cue, side diff.Side) bool {
	p, other := s.new, s.old
	if side == diff.OldSide {
		p, other = s.old, s.new
	}
	e, ok := s.editOf(side, c.from, c.to)
	if !ok || !e.tight() {
		return false
	}
	from, to := e.a0, e.a1
	if side == diff.OldSide {
		from, to = e.b0, e.b1
	}
	for i := from; i < to; i++ {
		if p.lex.forms[p.key(c.from)] != "" && p.lex.forms[p.key(c.from)] == p.lex.forms[other.key(i)] {
			return true
		}
	}
	return false
}

// only returns the cues of a side whose first word stands more often there than on
// the other: a word that was only moved says nothing.
func (s *site) only(side diff.Side, sec section) []cue {
	p, other := s.new, s.old
	if side == diff.OldSide {
		p, other = s.old, s.new
	}
	var out []cue
	for _, c := range p.cues(sec) {
		more := p.count(p.key(c.from)) > other.count(p.key(c.from))
		if len(c.phrase.rest) > 0 { // its first word may be any ("en garde à vue")
			more = p.countPhrase(c.phrase, sec) > other.countPhrase(c.phrase, sec)
		}
		if more && !s.sameWord(c, side) {
			out = append(out, c)
		}
	}
	return out
}

// countPhrase counts how often a phrase of a section stands in the passage.
func (p *passage) countPhrase(ph *phrase, sec section) int {
	n := 0
	for i := range p.tokens {
		if p.match(i, sec) == ph {
			n++
		}
	}
	return n
}

// swap finds for each cue of the old side the first of the new one that may stand in
// its place by match: in the same edit, or each the only one of its kind.
func (s *site) swap(olds, news []cue, match func(a, b cue) bool) []hit {
	var out []hit
	used := make([]bool, len(news))
	for _, a := range olds {
		for j, b := range news {
			if used[j] || !match(a, b) {
				continue
			}
			x := s.old.span(a.from, a.to, a.phrase.canon)
			y := s.new.span(b.from, b.to, b.phrase.canon)
			if _, ok := s.together(x, y); !ok && (len(olds) > 1 || len(news) > 1) {
				continue
			}
			used[j] = true
			out = append(out, replaced(x, y))
			break
		}
	}
	return out
}

func statusSteps(_ *work, s *site) []hit {
	olds, news := s.stepsTaken(s.only(diff.OldSide, secLadder), s.only(diff.NewSide, secLadder))
	return s.swap(olds, news, func(a, b cue) bool {
		fate := false
		for _, x := range s.old.steps(a) {
			for _, y := range s.new.steps(b) {
				if x.class == y.class {
					return x.value != y.value
				}
				fate = fate || isFate(x.class) && isFate(y.class)
			}
		}
		return fate
	})
}

// stepsTaken leaves out the steps that stand on both sides in other words: "killed
// three and injured two" and "killing three, injuring two" stand where they stood.
func (s *site) stepsTaken(olds, news []cue) (before, after []cue) {
	after = slices.Clone(news)
	for _, a := range olds {
		same := slices.IndexFunc(after, func(b cue) bool { return s.sameStep(a, b) })
		if same < 0 {
			before = append(before, a)
			continue
		}
		after = slices.Delete(after, same, same+1)
	}
	return before, after
}

// sameStep reports whether two words stand on one step of a ladder.
func (s *site) sameStep(a, b cue) bool {
	for _, x := range s.old.steps(a) {
		for _, y := range s.new.steps(b) {
			if x.class == y.class && x.value == y.value {
				return true
			}
		}
	}
	return false
}

// isFate reports whether a ladder says what became of people: from "released" to
// "killed" is a step though no ladder has both.
func isFate(class string) bool { return class == "justice" || class == "harm" }

// steps returns every ladder that a word stands on.
func (p *passage) steps(c cue) []*phrase {
	var out []*phrase
	e := p.terms[c.from].entry
	for i := range e.phrases {
		if ph := &e.phrases[i]; ph.section == secLadder && len(ph.rest) == c.to-c.from-1 {
			out = append(out, ph)
		}
	}
	return out
}

// none is what the quantifiers that count nobody stand for.
const none = "0"

// quantifiers finds words for how many of a kind that gave way to words for more or
// fewer.
func quantifiers(_ *work, s *site) []hit {
	olds := s.only(diff.OldSide, secQuantifier)
	news := s.only(diff.NewSide, secQuantifier)
	var out []hit
	for _, h := range s.swap(olds, news, func(a, b cue) bool { return a.phrase.value != b.phrase.value }) {
		if e, ok := s.together(h.before, h.after); ok && e.tight() {
			if h.before.Canon == none || h.after.Canon == none {
				h.kind = Negation // from "none of them" to "some of them"
			}
			out = append(out, h)
		}
	}
	return out
}

// directions finds words that gave way to their opposite.
func directions(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if !e.tight() {
			continue
		}
		for i := e.a0; i < e.a1; i++ {
			if s.old.told[i] || len(s.old.lex.opposites(s.old.key(i))) == 0 {
				continue
			}
			for j := e.b0; j < e.b1; j++ {
				if s.new.told[j] || !s.old.lex.opposite(s.old.key(i), s.new.key(j)) {
					continue
				}
				out = append(out, replaced(s.old.span(i, i+1, s.old.key(i)), s.new.span(j, j+1, s.new.key(j))))
				break
			}
		}
	}
	return out
}

// pronounsTurned finds pronouns for a man that gave way to ones for a woman, or the
// other way round.
func pronounsTurned(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if e.a1-e.a0 != 1 || e.b1-e.b0 != 1 || s.old.told[e.a0] || s.new.told[e.b0] {
			continue
		}
		a, b := s.old.match(e.a0, secPronoun), s.new.match(e.b0, secPronoun)
		if a != nil && b != nil && a.class != "" && b.class != "" && a.class != b.class {
			out = append(out, replaced(s.old.span(e.a0, e.a1, a.class), s.new.span(e.b0, e.b1, b.class)))
		}
	}
	return out
}

// eventsHappened finds what was still to come and now is told as past, or the other
// way round.
func eventsHappened(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if !e.tight() {
			continue
		}
		if i, j, ok := turned(s.old, s.new, e.a0, e.a1, e.b0, e.b1); ok {
			out = append(out, replaced(s.old.span(e.a0, e.a1, s.old.key(i)), s.new.span(e.b0, e.b1, s.new.key(j))))
		} else if j, i, ok := turned(s.new, s.old, e.b0, e.b1, e.a0, e.a1); ok {
			out = append(out, replaced(s.old.span(e.a0, e.a1, s.old.key(i)), s.new.span(e.b0, e.b1, s.new.key(j))))
		} else if i, j, ok := s.otherTense(e); ok {
			out = append(out, replaced(s.old.span(e.a0, e.a1, s.old.key(i)), s.new.span(e.b0, e.b1, s.new.key(j))))
		}
	}
	return out
}

// turned reports whether the one span speaks of the future ("will", or "is arriving")
// where the other has a past ("was", "arrived").
func turned(before, after *passage, a0, a1, b0, b1 int) (i, j int, ok bool) {
	for i = a0; i < a1; i++ {
		future := before.match(i, secFuture) != nil
		verb := ""
		if i+1 < a1 && (future || before.is(i, secBe) && !before.is(i, secPast)) && strings.HasSuffix(before.key(i+1), "ing") || future {
			verb = before.stem(min(i+1, before.size()-1))
		}
		if verb == "" {
			continue
		}
		for j = b0; j < b1; j++ {
			past := future && after.match(j, secPast) != nil
			if past || after.stem(j) == verb && strings.HasSuffix(after.key(j), "ed") {
				return i, j, !anyTrue(before.told, i, i+1) && !anyTrue(after.told, j, j+1)
			}
		}
	}
	return 0, 0, false
}
