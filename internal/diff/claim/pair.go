package claim

import (
	"slices"

	"erratum/internal/diff"
)

// pairing says which values of a kind were replaced by which in a site, and which
// only came or went. Values that stand on both sides are in none of the lists.
type pairing struct {
	replaced [][2]*found
	same     [][2]*found // equal canonical form, for what may differ besides
	removed  []*found
	added    []*found
}

// pairUp sorts the values of both sides. equal says that two mean the same; score
// rates a replacement, and only those of at least least are made, best first.
func (s *site) pairUp(k valueKind, equal func(a, b *found) bool, score func(a, b *found) int, least int) *pairing {
	if p := s.pairs[k]; p != nil {
		return p
	}
	p := &pairing{}
	s.pairs[k] = p
	olds, news := pointers(s.old.of(k)), pointers(s.new.of(k))
	olds, news = p.takeSwapped(s, olds, news)
	olds, news = p.takeEqual(s, olds, news, equal)
	p.takeBest(s, olds, news, score, least)
	if k == numberValue {
		p.takeLast(s)
	}
	return p
}

func pointers(vs []found) []*found {
	out := make([]*found, len(vs))
	for i := range vs {
		out[i] = &vs[i]
	}
	return out
}

// takeSwapped pairs values that changed places with each other while the words around
// them stayed ("12 dead and 30 hurt", "30 dead and 12 hurt"), and returns the rest.
func (p *pairing) takeSwapped(s *site, olds, news []*found) ([]*found, []*found) {
	var alone [][2]*found // what an edit replaced, when it is nothing but a value
	for _, e := range s.edits {
		a, b := s.old.filling(olds, e.a0, e.a1), s.new.filling(news, e.b0, e.b1)
		if a != nil && b != nil && a.Canon != b.Canon {
			alone = append(alone, [2]*found{a, b})
		}
	}
	for i, x := range alone {
		for _, y := range alone[i+1:] {
			if x[0].Canon == y[1].Canon && x[1].Canon == y[0].Canon {
				p.replaced = append(p.replaced, x, y)
				olds = without(olds, x[0], y[0])
				news = without(news, x[1], y[1])
				return olds, news
			}
		}
	}
	return olds, news
}

// filling returns the value that has all content of a span, or nil.
func (p *passage) filling(vs []*found, from, to int) *found {
	for from < to && !p.content(from) {
		from++
	}
	for from < to && !p.content(to-1) {
		to--
	}
	for _, v := range vs {
		if from < to && v.from <= from && to <= v.to {
			return v
		}
	}
	return nil
}

// without returns the values but two.
func without(vs []*found, a, b *found) []*found {
	return slices.DeleteFunc(slices.Clone(vs), func(v *found) bool { return v == a || v == b })
}

// takeEqual pairs equal values and returns the rest. Untouched ones go first, so that
// what stands unedited is not used up by an edited twin.
func (p *pairing) takeEqual(s *site, olds, news []*found, equal func(a, b *found) bool) ([]*found, []*found) {
	taken := make([]bool, len(news))
	pick := func(a *found, ok func(b *found) bool) bool {
		for j, b := range news {
			if !taken[j] && equal(a, b) && ok(b) {
				taken[j] = true
				p.same = append(p.same, [2]*found{a, b})
				return true
			}
		}
		return false
	}
	left := make([]*found, 0, len(olds))
	for _, a := range olds {
		aKept := !s.old.anyTouched(a.from, a.to)
		if pick(a, func(b *found) bool { return aKept != s.new.anyTouched(b.from, b.to) && sharesHead(a, b) }) {
			continue
		}
		if pick(a, func(b *found) bool { return aKept != s.new.anyTouched(b.from, b.to) }) {
			continue
		}
		left = append(left, a)
	}
	olds, left = left, nil
	for _, a := range olds {
		if !pick(a, func(b *found) bool { return sharesHead(a, b) }) && !pick(a, func(*found) bool { return true }) {
			left = append(left, a)
		}
	}
	var rest []*found
	for j, b := range news {
		if !taken[j] {
			rest = append(rest, b)
		}
	}
	return left, rest
}

// takeBest makes replacements, the best first; ties go to the earlier values.
func (p *pairing) takeBest(s *site, olds, news []*found, score func(a, b *found) int, least int) {
	type candidate struct{ i, j, score int }
	var cs []candidate
	for i, a := range olds {
		for j, b := range news {
			if n := score(a, b); n >= least {
				cs = append(cs, candidate{i, j, n})
			}
		}
	}
	slices.SortStableFunc(cs, func(x, y candidate) int { return y.score - x.score })
	goneOld, goneNew := make([]bool, len(olds)), make([]bool, len(news))
	for _, c := range cs {
		if goneOld[c.i] || goneNew[c.j] {
			continue
		}
		goneOld[c.i], goneNew[c.j] = true, true
		p.replaced = append(p.replaced, [2]*found{olds[c.i], news[c.j]})
	}
	slices.SortStableFunc(p.replaced, func(x, y [2]*found) int { return x[1].from - y[1].from })
	for i, a := range olds {
		if !goneOld[i] && (s.old.anyTouched(a.from, a.to) || s.onlyVerb(diff.OldSide, a)) {
			p.removed = append(p.removed, a)
		}
	}
	for j, b := range news {
		if !goneNew[j] && (s.new.anyTouched(b.from, b.to) || s.onlyVerb(diff.NewSide, b)) {
			p.added = append(p.added, b)
		}
	}
}

// takeLast pairs the only number that went with the only one that came, where the edits
// around them belong together: "from 131 critics", "147 reviews".
func (p *pairing) takeLast(s *site) {
	if len(p.removed) != 1 || len(p.added) != 1 {
		return
	}
	a, b := p.removed[0], p.added[0]
	if a.weak || b.weak || a.Unit != b.Unit || a.version != b.version {
		return
	}
	for _, e := range s.stretches() {
		if e.tight() && e.a0 < a.to && a.from < e.a1 && e.b0 < b.to && b.from < e.b1 {
			p.replaced = append(p.replaced, [2]*found{a, b})
			p.removed, p.added = nil, nil
			return
		}
	}
}
