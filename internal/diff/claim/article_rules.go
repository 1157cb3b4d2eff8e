package claim

import (
	"strings"

	"erratum/internal/diff"
)

// articlesCounted finds numbers that took the place of an article before the same noun,
// or gave way to one: "a man" and "two men". "An hour" and "one hour" are one.
func (s *site) articlesCounted() []hit {
	var out []hit
	ps := s.numberPairs()
	for _, a := range ps.removed {
		if e, ok := s.editOf(diff.OldSide, a.from, a.to); ok && e.tight() {
			if x, y := s.old.counted(a), s.new.articleBefore(e.b0, e.b1, s.old, a); y != nil {
				out = s.countedHit(out, x, y)
			}
		}
	}
	for _, b := range ps.added {
		if e, ok := s.editOf(diff.NewSide, b.from, b.to); ok && e.tight() {
			if x, y := s.old.articleBefore(e.a0, e.a1, s.new, b), s.new.counted(b); x != nil {
				out = s.countedHit(out, x, y)
			}
		}
	}
	return out
}

// countedHit appends the hit of two counts unless they are equal.
func (s *site) countedHit(out []hit, a, b *found) []hit {
	if s.old.anyTold(a.from, a.to) || s.new.anyTold(b.from, b.to) {
		return out
	}
	if a.Lo == b.Lo && a.Hi == b.Hi {
		s.old.tell(a.from, a.to)
		s.new.tell(b.from, b.to)
		return out
	}
	return append(out, replaced(a, b))
}

// counted widens a number to the noun that it counts.
func (p *passage) counted(f *found) *found {
	c := *f
	if f.Unit == "" && p.content1(f.to) && p.sent[f.to] == p.sent[f.from] {
		c.to++
		c.Text = p.cut(c.from, c.to)
	}
	return &c
}

// articleBefore returns the article in a span, as the number one, that stands before
// what a number of the other side counts; nil when there is none.
func (p *passage) articleBefore(from, to int, other *passage, f *found) *found {
	for i := from; i < to; i++ {
		if !p.is(i, secArticle) || !p.content1(i+1) || p.sent[i+1] != p.sent[i] {
			continue
		}
		unit := p.match(i+1, secUnit)
		same := unit != nil && unit.canon == f.Unit
		if f.Unit == "" && other.content1(f.to) {
			same = p.stem(i+1) == other.stem(f.to) || p.lex.alike(p.key(i+1), other.key(f.to))
		}
		if !same {
			continue
		}
		return &found{from: i, to: i + 2, Value: Value{
			Text: p.cut(i, i+2), Canon: strings.TrimSpace("1 " + f.Unit), Head: p.cut(i+1, i+2), Unit: f.Unit, Lo: 1, Hi: 1,
		}}
	}
	return nil
}
