package claim

import (
	"strings"

	"erratum/internal/text"
)

// figuresReplaced finds figures that took the place of others in a short edit though
// no pair of values was found: one of the two is no number or date that makes sense
// ("43 January"), or is one of another sort. A digit is never noise.
func figuresReplaced(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if !e.replaces() {
			continue
		}
		a, b := s.old.figureIn(e.a0, e.a1), s.new.figureIn(e.b0, e.b1)
		if a == nil || b == nil || s.old.figures(a.from, a.to) == s.new.figures(b.from, b.to) {
			continue
		}
		// A date that lost its day still passes for the same date: only what is told
		// on both sides was told.
		if s.bothTold([2]*found{a, b}) {
			continue
		}
		h := replaced(a, b)
		if a.at != (moment{}) || b.at != (moment{}) {
			h.kind = Date
		}
		out = append(out, h)
	}
	return out
}

// figureIn returns the date or number that holds the first figure of a span of
// tokens, or nil.
func (p *passage) figureIn(from, to int) *found {
	for i := from; i < to; i++ {
		if p.tokens[i].Kind != text.Number {
			continue
		}
		if f := p.within(dateValue, i); f != nil {
			return f
		}
		if f := p.within(numberValue, i); f != nil {
			return f
		}
	}
	return nil
}

// figures gives the digits of a span of tokens, in order.
func (p *passage) figures(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(digitsOf(p.key(i)))
	}
	return b.String()
}
