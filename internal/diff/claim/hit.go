package claim

import (
	"slices"

	"erratum/internal/diff"
)

// hit is what a rule found in a site: the tokens that were replaced, added or
// removed on either side, and what they stand for.
type hit struct {
	before, after *found // nil on the side that has no value
	// The tokens that the change is about, also where there is no value: an empty
	// span is the place where something stood or came to stand.
	a0, a1, b0, b1 int
	certainty      int
	inPlace        bool
	context        bool // show both sides though only one has a value
	facing         bool // what stands on the other side is what it displaced
	single         bool // a value that only came or went
	kind           Kind // when the rule leaves it to the hit, else empty
}

// replaced makes the hit of one value in the place of another.
func replaced(a, b *found) hit {
	return hit{before: a, after: b, a0: a.from, a1: a.to, b0: b.from, b1: b.to, inPlace: true}
}

// removed makes the hit of a value that went; what took its place is shown, where
// that can be told.
func (s *site) removed(a *found) hit {
	h := hit{before: a, a0: a.from, a1: a.to, single: true}
	if e, ok := s.editOf(diff.OldSide, a.from, a.to); ok {
		h.b0, h.b1, h.facing = e.b0, e.b1, e.replaces()
	}
	return h
}

// added makes the hit of a value that came; what it displaced is shown.
func (s *site) added(b *found) hit {
	h := hit{after: b, b0: b.from, b1: b.to, single: true}
	if e, ok := s.editOf(diff.NewSide, b.from, b.to); ok {
		h.a0, h.a1, h.facing = e.a0, e.a1, e.replaces()
	}
	return h
}

// span makes a value of the tokens from:to for cues, which have no parser.
func (p *passage) span(from, to int, canon string) *found {
	return &found{from: from, to: to, Value: Value{Text: p.cut(from, to), Canon: canon}}
}

// oneFact is how far around a value that came or went an edit says the same thing:
// when the value has been told of, so has that much of the edit.
const oneFact = 10

// tell marks the tokens of the values as spoken of, and what came or went with them.
func (s *site) tell(h hit) {
	a0, a1, b0, b1 := h.a0, h.a1, h.b0, h.b1
	if h.single {
		for _, e := range s.edits {
			if h.before != nil && e.a0 < h.a1 && h.a0 < e.a1 {
				a0, a1 = min(a0, max(e.a0, h.a0-oneFact)), max(a1, min(e.a1, h.a1+oneFact))
			}
			if h.after != nil && e.b0 < h.b1 && h.b0 < e.b1 {
				b0, b1 = min(b0, max(e.b0, h.b0-oneFact)), max(b1, min(e.b1, h.b1+oneFact))
			}
		}
	}
	if h.before != nil {
		s.old.tell(a0, a1)
	}
	if h.after != nil {
		s.new.tell(b0, b1)
	}
}

// change makes the exported form of a hit.
func (w *work) change(s *site, r *rule, h hit) Change {
	c := Change{
		Kind: r.kind, Where: s.where, Position: w.position(s), Places: 1,
		Group: s.index, Groups: slices.Clone(s.groups), InPlace: h.inPlace,
		Certainty: h.certainty, Rule: r.name,
	}
	if h.kind != "" {
		c.Kind = h.kind
	}
	if h.before != nil {
		v := h.before.Value
		c.Before = &v
		c.Spans = s.old.appendSpans(c.Spans, diff.OldSide, h.a0, h.a1)
	}
	if h.after != nil {
		v := h.after.Value
		c.After = &v
		c.Spans = s.new.appendSpans(c.Spans, diff.NewSide, h.b0, h.b1)
	}
	if h.before != nil || h.context || h.facing {
		c.BeforeText = s.old.show(h.a0, h.a1)
	}
	if h.after != nil || h.context || h.facing {
		c.AfterText = s.new.show(h.b0, h.b1)
	}
	return c
}

// show returns the clause around tokens, as printed.
func (p *passage) show(from, to int) string {
	a, b := p.clause(from, to)
	return p.cut(a, b)
}
