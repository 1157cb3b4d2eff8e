package claim

import (
	"slices"

	"erratum/internal/article"
	"erratum/internal/diff"
)

// Find returns what changed in meaning between two versions, in reading order: equal
// changes at several places once, the most prominent place first. Edits of style are not
// among them; [Covered] says which groups have a change. Notes are left out, they are
// told by package report. It is coarse when there was so much to look at that something
// was left out: a matter of the texts, not of the time it took.
//
// The result is never nil-padded, holds only text that stands in the versions, and
// is the same on every run. It does not change d.
func Find(d *diff.Diff) (changes []Change, coarse bool) {
	if d == nil || d.Old == nil || d.New == nil {
		return nil, false
	}
	w := newWork(d)
	out := make([]Change, 0, len(w.sites)*3/2)
	for _, s := range w.sites {
		out = w.tell(out, s)
	}
	out = w.merge(out)
	return out, w.coarse || w.old.looks > maxLooks || w.new.looks > maxLooks
}

// Covered returns the groups, as indexes into Diff.Groups, in which a change was
// found.
func Covered(changes []Change) map[int]bool {
	out := map[int]bool{}
	for _, c := range changes {
		for _, g := range c.Groups {
			out[g] = true
		}
	}
	return out
}

// tell applies the rules to a site and appends what they find.
func (w *work) tell(out []Change, s *site) []Change {
	if r := blockRule(s.where); r != nil {
		if w.slight(s) {
			return out
		}
		return append(out, w.block(s, r))
	}
	if s.old.size() == 0 || s.new.size() == 0 {
		return w.lone(out, s)
	}
	s.passOver()
	if s.where == article.Headline {
		return append(out, w.headline(s)...)
	}
	return w.apply(out, s, s.rules())
}

// heavySim is the similarity below which a passage counts as rewritten: above it
// most words were kept and each edit can be read by itself. In a passage of few words
// one that changes weighs too much to tell.
const (
	heavySim   = .5
	heavyWords = 6
)

// rules returns the rules that fit how much of the site was kept.
func (s *site) rules() []rule {
	long := s.old.words(0, s.old.size()) >= heavyWords && s.new.words(0, s.new.size()) >= heavyWords
	if s.rewrote || long && s.group.Sim < heavySim {
		return heavy[:]
	}
	return rules[:]
}

// passOver marks values that both sides have, in whatever form, as told of: "5" and
// "five", "Mr. Lee" and "Lee", a name and its initials are no change of words either;
// nor is a label before a headline.
func (s *site) passOver() {
	for _, p := range []*pairing{s.numberPairs(), s.datePairs(), s.namePairs()} {
		for _, eq := range p.same {
			s.old.tellTouched(eq[0].from, eq[0].to)
			s.new.tellTouched(eq[1].from, eq[1].to)
		}
	}
	for _, eq := range s.datePairs().same {
		s.old.tellLead(eq[0].from)
		s.new.tellLead(eq[1].from)
	}
	for _, f := range s.namePairs().removed {
		if s.new.version.abbreviates(f) {
			s.old.tell(f.from, f.to)
		}
	}
	for _, f := range s.namePairs().added {
		if s.old.version.abbreviates(f) {
			s.new.tell(f.from, f.to)
		}
	}
	s.passInitials()
	for _, eq := range s.sourcePairs().same {
		a, b := eq[0], eq[1]
		if a.verb == b.verb && s.old.anyTouched(a.verbAt, a.verbTo) && s.new.anyTouched(b.verbAt, b.verbTo) {
			s.old.tell(a.verbAt, a.verbTo) // "laut" and "nach Angaben von"
			s.new.tell(b.verbAt, b.verbTo)
		}
	}
	s.old.tell(0, s.old.labelEnd())
	s.new.tell(0, s.new.labelEnd())
}

// labelEnd returns where a label before the passage ends ("BREAKING: "), or 0.
func (p *passage) labelEnd() int {
	ph := p.match(0, secLabel)
	if ph == nil {
		return 0
	}
	to := 1 + len(ph.rest)
	if k := p.key(to); k == ":" || k == "|" || k == "-" && p.tokens[to].Space {
		return to + 1
	}
	return 0
}

// apply runs rules in order and appends what they find.
func (w *work) apply(out []Change, s *site, rs []rule) []Change {
	for i := range rs {
		r := &rs[i]
		if r.find == nil {
			continue
		}
		for _, h := range r.find(w, s) {
			if h.single && s.old.anyTold(h.a0, h.a1) == (h.before != nil) && s.new.anyTold(h.b0, h.b1) == (h.after != nil) {
				continue // an earlier hit of the same rule told of the edit
			}
			out = append(out, w.change(s, r, h))
			s.tell(h)
		}
	}
	return out
}

// headline tells of a headline: value by value where that is all that changed, as a
// whole where its words did.
func (w *work) headline(s *site) []Change {
	out := w.apply(nil, s, s.rules())
	if len(out) == 0 {
		if w.slight(s) {
			return nil
		}
		return []Change{w.block(s, &headlineWords)}
	}
	if !slices.ContainsFunc(out, func(c Change) bool { return isContent(c.Kind) }) {
		return out
	}
	whole := &headlineWords
	if slices.ContainsFunc(out, func(c Change) bool { return isContent(c.Kind) && c.Rule != smallWords }) {
		whole = &headlineNew
	}
	rest := slices.DeleteFunc(out, func(c Change) bool { return isContent(c.Kind) || !c.InPlace })
	if len(rest) > 0 && whole == &headlineWords {
		return rest
	}
	return append([]Change{w.block(s, whole)}, rest...)
}

func isContent(k Kind) bool { return k == Content || k == ContentAdded || k == ContentRemoved }

// slight reports whether a site differs by typography, spelling or function words
// alone.
func (w *work) slight(s *site) bool {
	for _, e := range s.edits {
		l := w.weigh(s, e)
		if len(l.old)+len(l.new) > 0 {
			return false
		}
	}
	return true
}
