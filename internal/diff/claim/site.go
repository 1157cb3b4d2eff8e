package claim

import (
	"erratum/internal/article"
	"erratum/internal/diff"
)

// site is a group whose words changed, with both sides read as one text each.
type site struct {
	index   int   // into Diff.Groups, of the group that names the place
	groups  []int // all of them
	group   *diff.Group
	where   article.Role
	old     *passage // empty, never nil
	new     *passage
	edits   []edit
	rewrote bool // too different for a word diff
	pairs   [kindsOfValue]*pairing
}

// edit is a run of tokens that differs: a0:a1 of the old side, b0:b1 of the new.
type edit struct{ a0, a1, b0, b1 int }

// tight bounds the tokens of an edit in which one value may be said to stand in for
// another. Longer ones rewrite the passage.
const tight = 8

func (e edit) tight() bool { return e.a1-e.a0 <= tight && e.b1-e.b0 <= tight }

// replaces reports whether the edit put few tokens in the place of others.
func (e edit) replaces() bool { return e.tight() && e.a0 < e.a1 && e.b0 < e.b1 }

// work is one comparison.
type work struct {
	diff     *diff.Diff
	old, new *version
	sites    []*site
	coarse   bool // some of it was not looked at
}

// Bounds of what is looked at in a comparison, however much differs.
const (
	// Changed passages: two articles of half a megabyte each have so many sentences.
	maxSites = 10_000
	// Pairs of their tokens, the first pairTokens of each side: values are held against
	// each other. Two unlike articles of a megabyte have a tenth.
	maxPairs   = 10_000_000
	pairTokens = 500
)

func newWork(d *diff.Diff) *work {
	w := &work{diff: d}
	w.old, w.new = newVersions(d)
	twins := w.twins()
	pairs := 0
	for i := range d.Groups {
		if len(w.sites) == maxSites || pairs > maxPairs {
			w.coarse = true
			break
		}
		s := twins[i]
		if s == nil {
			s = w.site(i)
		} else if s.index != i {
			continue // told at the place of its twin
		}
		if s != nil && len(s.edits) > 0 && !(s.old.onlyPrompts() && s.new.onlyPrompts()) {
			w.sites = append(w.sites, s)
			pairs += min(s.old.size(), pairTokens) * min(s.new.size(), pairTokens)
		}
	}
	return w
}

// site prepares a group, or returns nil when it did not change or is a note.
func (w *work) site(i int) *site {
	g := &w.diff.Groups[i]
	if g.Shape == diff.Same {
		return nil
	}
	old, new := w.old.audible(g.Old), w.new.audible(g.New)
	if len(old)+len(new) == 0 || len(old) < len(g.Old) && len(new) < len(g.New) {
		return nil
	}
	s := &site{index: i, groups: []int{i}, group: g, where: w.role(g)}
	s.rewrote = g.Shape == diff.Rewritten || len(g.Ops) == 0 ||
		len(old) < len(g.Old) || len(new) < len(g.New)
	if len(old)+len(new) == 1 && blockRule(s.where) == nil {
		// A sentence without a counterpart is told as it stands: nothing marks it.
		s.old, s.new = w.old.plain(old), w.new.plain(new)
		s.edits = s.whole()
		return s
	}
	s.old, s.new = newPassage(w.old, old), newPassage(w.new, new)
	s.readEdits()
	if !s.rewrote {
		s.readStyles(w.diff.Styles(*g))
	}
	s.mend()
	s.grantNames()
	return s
}

// audible leaves the sentences that are no notes.
func (v *version) audible(ids []int) []int {
	if len(ids) == 1 && ids[0] >= 0 && ids[0] < len(v.doc.Sentences) && !v.silent(ids[0]) {
		return ids
	}
	out := make([]int, 0, len(ids))
	for _, id := range ids {
		if id >= 0 && id < len(v.doc.Sentences) && !v.silent(id) {
			out = append(out, id)
		}
	}
	return out
}

// twinTokens bounds the sentences that are taken for each other by their place.
const twinTokens = 12

// twins finds short sentences that the aligner left alone on either side though they
// stand at the same place and share words (items of a list), and headlines and the
// like, of which there is one. Both groups of a pair have the same site.
func (w *work) twins() map[int]*site {
	out := map[int]*site{}
	for i := 0; i+1 < len(w.diff.Groups); i++ {
		a, b := &w.diff.Groups[i], &w.diff.Groups[i+1]
		if a.Shape == diff.Added && b.Shape == diff.Removed {
			a, b = b, a
		}
		if a.Shape != diff.Removed || b.Shape != diff.Added || len(a.Old) != 1 || len(b.New) != 1 {
			continue
		}
		if s := w.twin(i, a.Old[0], b.New[0]); s != nil {
			out[i], out[i+1] = s, s
			i++
		}
	}
	return out
}

// twin makes the site of two sentences if they belong together.
func (w *work) twin(i, older, newer int) *site {
	a, b := &w.old.doc.Sentences[older], &w.new.doc.Sentences[newer]
	if a.Role != b.Role || a.Role == article.Note {
		return nil
	}
	whole := a.Role == article.Headline || a.Role == article.Dek || a.Role == article.Byline || a.Role == article.Dateline
	if !whole && (len(a.Tokens) > twinTokens || len(b.Tokens) > twinTokens) {
		return nil
	}
	s := &site{
		index: i, groups: []int{i, i + 1}, where: b.Role,
		group: &diff.Group{Old: []int{older}, New: []int{newer}, Sim: heavySim, Shape: diff.Edit},
		old:   newPassage(w.old, []int{older}), new: newPassage(w.new, []int{newer}),
	}
	if whole {
		s.rewrote = true
		s.readEdits()
		return s
	}
	if !s.alike() {
		return nil
	}
	s.trimEdit()
	s.mend()
	s.grantNames()
	return s
}

// alike reports whether at least half the words of the shorter side stand in the
// other.
func (s *site) alike() bool {
	shared, least := 0, min(s.old.words(0, s.old.size()), s.new.words(0, s.new.size()))
	for i := range s.old.tokens {
		if s.old.words(i, i+1) > 0 && s.new.stems()[s.old.stem(i)] > 0 {
			shared++
		}
	}
	return shared > 0 && 2*shared >= least
}

// trimEdit makes one edit of what common words at both ends leave.
func (s *site) trimEdit() {
	lo, a, b := 0, s.old.size(), s.new.size()
	for lo < a && lo < b && s.old.key(lo) == s.new.key(lo) {
		lo++
	}
	for a > lo && b > lo && s.old.key(a-1) == s.new.key(b-1) {
		a, b = a-1, b-1
	}
	s.edits = []edit{{lo, a, lo, b}}
	s.touch()
}

// readEdits takes over the ops of the group and marks their tokens.
func (s *site) readEdits() {
	if s.rewrote {
		s.edits = s.whole()
	} else {
		for _, op := range s.group.Ops {
			if op.Kind == diff.Keep {
				continue
			}
			s.edits = append(s.edits, edit{op.A0, op.A1, op.B0, op.B1})
		}
	}
	s.touch()
}

// whole is the edit that replaces everything.
func (s *site) whole() []edit { return []edit{{0, s.old.size(), 0, s.new.size()}} }

// readStyles marks the tokens of ops that only changed the form of their words.
func (s *site) readStyles(styles []diff.Style) {
	s.old.formal, s.new.formal = make([]bool, s.old.size()), make([]bool, s.new.size())
	for i, op := range s.group.Ops {
		if op.Kind == diff.Keep || !styles[i].Silent() {
			continue
		}
		for k := op.A0; k < op.A1 && k < s.old.size(); k++ {
			s.old.formal[k] = true
		}
		for k := op.B0; k < op.B1 && k < s.new.size(); k++ {
			s.new.formal[k] = true
		}
	}
}

// touch marks the tokens that stand in an edit.
func (s *site) touch() {
	for _, e := range s.edits {
		for i := e.a0; i < e.a1 && i < s.old.size(); i++ {
			s.old.touched[i] = true
		}
		for i := e.b0; i < e.b1 && i < s.new.size(); i++ {
			s.new.touched[i] = true
		}
	}
}

// role is the most prominent role of the group's sentences.
func (w *work) role(g *diff.Group) article.Role {
	best := article.Role("")
	for _, id := range g.New {
		best = prominent(best, w.new.doc.Sentences[id].Role)
	}
	if best == "" {
		for _, id := range g.Old {
			best = prominent(best, w.old.doc.Sentences[id].Role)
		}
	}
	return best
}

// prominence orders the roles by how soon a reader meets them.
func prominence(r article.Role) int {
	switch r {
	case article.Headline:
		return 0
	case article.Dek:
		return 1
	case article.Lede:
		return 2
	case article.Caption:
		return 4
	case article.Byline, article.Dateline:
		return 5
	default:
		return 3
	}
}

func prominent(a, b article.Role) article.Role {
	if a == "" || b != "" && prominence(b) < prominence(a) {
		return b
	}
	return a
}

// position returns where in the version the group stands, 0 at the top, 1 at the end.
func (w *work) position(s *site) float64 {
	ids, n := s.group.New, len(w.new.doc.Sentences)
	if len(ids) == 0 {
		ids, n = s.group.Old, len(w.old.doc.Sentences)
	}
	if len(ids) == 0 || n < 2 {
		return 0
	}
	return float64(ids[0]) / float64(n-1)
}

// editOf returns the first edit that reaches into the old span or the new one.
func (s *site) editOf(side diff.Side, from, to int) (edit, bool) {
	for _, e := range s.edits {
		lo, hi := e.a0, e.a1
		if side == diff.NewSide {
			lo, hi = e.b0, e.b1
		}
		if lo < to && from < hi {
			return e, true
		}
	}
	return edit{}, false
}

// together returns the edit that reaches into both spans.
func (s *site) together(a, b *found) (edit, bool) {
	for _, e := range s.edits {
		if e.a0 < a.to && a.from < e.a1 && e.b0 < b.to && b.from < e.b1 {
			return e, true
		}
	}
	return edit{}, false
}

// facing reports whether an edit replaced part of one value by part of the other
// with little else in it.
func (s *site) facing(a, b *found) bool {
	e, ok := s.together(a, b)
	if !ok {
		return false
	}
	if e.tight() {
		return true
	}
	return 3*(a.to-a.from) >= e.a1-e.a0 && 3*(b.to-b.from) >= e.b1-e.b0
}
