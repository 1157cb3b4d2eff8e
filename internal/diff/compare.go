package diff

import (
	"cmp"
	"slices"

	"erratum/internal/article"
)

// Thresholds of similarity (Dice over word sets weighted by rarity), measured on
// human-labelled revisions and synthetic ones of news articles: methods.md §4. They
// lie on a plateau: .20–.35, .40–.60 and .35–.65 give the same F1 within .007.
const (
	simNear = .30 // in the same gap between unchanged sentences
	simFar  = .50 // elsewhere: the sentence would have moved
	simNote = .60 // between a note and a text that is none: notes repeat what they correct
	simRole = .20 // between the two ledes, or deks, that nothing else claims
	simPart = .50 // of a sentence's weight found in what its neighbour's partner lost

	// Below simRewrite a word diff is noise. Headlines belong together by their role
	// and are short: for them simRole will do.
	simRewrite = .35
)

// maxTokens is how many tokens a side of a group may have for a word diff: the time
// of it grows with the square.
const maxTokens = 500

// maxPairs is how many pairs of words all word diffs of a comparison may weigh together,
// counted as if every word between the common ends were held against every other. Two
// unlike articles of a megabyte take half a million.
const maxPairs = 10_000_000

// Compare aligns two versions. It takes any two documents, even unrelated or empty
// ones, and may be called concurrently.
func Compare(before, after *Doc) *Diff {
	d := &Diff{Old: before, New: after}
	d.group(align(before, after, language(before, after)))
	return d
}

// language is the language the two versions are compared in.
func language(before, after *Doc) string {
	if after.Lang != "" {
		return after.Lang
	}
	return before.Lang
}

// align finds what corresponds. Among equally good matches of repeated sentences any
// choice will do, but it must be the same whichever version comes first, so that
// going back undoes what going there did: the versions are aligned in the order of
// their hashes, and the result is turned round if need be.
func align(before, after *Doc, lang string) *aligner {
	turn := slices.CompareFunc(before.Sentences, after.Sentences, func(x, y Sentence) int {
		return cmp.Or(cmp.Compare(x.Hash, y.Hash), cmp.Compare(familyOf(x.Role), familyOf(y.Role)))
	}) > 0
	if turn {
		before, after = after, before
	}
	a := newAligner(before, after, lang)
	a.anchors()
	a.similar()
	if turn {
		a.turn()
	}
	return a
}

// aligner finds which sentences correspond. partner and part hold sentence IDs of the
// other side, -1 for none.
type aligner struct {
	lang     string
	old, new []Sentence
	oldForms *Forms
	newForms *Forms  // often the same
	toNew    []int32 // partner of an old sentence
	toOld    []int32 // partner of a new sentence
	oldPart  []int32 // new sentence that an old one was merged into beside its partner
	newPart  []int32 // old sentence that a new one was split off beside its partner
	oldGap   []int32 // unchanged, unmoved sentences before it
	newGap   []int32
	words    *vocabulary // of the sentences without a twin; nil when there is none
}

const none = -1

func newAligner(before, after *Doc, lang string) *aligner {
	n, m := len(before.Sentences), len(after.Sentences)
	slab := make([]int32, 3*(n+m))
	for i := range 2 * (n + m) {
		slab[i] = none
	}
	take := func(n int) []int32 {
		s := slab[:n:n]
		slab = slab[n:]
		return s
	}
	return &aligner{
		lang: lang, old: before.Sentences, new: after.Sentences, oldForms: before.Forms, newForms: after.Forms,
		toNew: take(n), toOld: take(m), oldPart: take(n), newPart: take(m), oldGap: take(n), newGap: take(m),
	}
}

// turn swaps the sides.
func (a *aligner) turn() {
	a.old, a.new = a.new, a.old
	a.toNew, a.toOld = a.toOld, a.toNew
	a.oldPart, a.newPart = a.newPart, a.oldPart
	a.oldGap, a.newGap = a.newGap, a.oldGap
	if v := a.words; v != nil {
		v.oldIDs, v.newIDs = v.newIDs, v.oldIDs
		v.oldAt, v.newAt = v.newAt, v.oldAt
	}
}

func (a *aligner) match(i, j int) {
	a.toNew[i], a.toOld[j] = int32(j), int32(i)
}

// free reports whether neither sentence corresponds to anything yet.
func (a *aligner) freeOld(i int) bool { return a.toNew[i] == none && a.oldPart[i] == none }
func (a *aligner) freeNew(j int) bool { return a.toOld[j] == none && a.newPart[j] == none }

// family says which roles a sentence may be compared with.
type family uint8

const (
	running family = iota
	ofHeadline
	ofDek
	ofByline
	ofDateline
	ofCaption
)

func familyOf(r article.Role) family {
	switch r {
	case article.Headline:
		return ofHeadline
	case article.Dek:
		return ofDek
	case article.Byline:
		return ofByline
	case article.Dateline:
		return ofDateline
	case article.Caption:
		return ofCaption
	default:
		return running
	}
}

// twins reports whether two sentences say the same in the same kind of place. Texts
// are compared because whoever writes a page can make hashes collide.
func twins(x, y *Sentence) bool {
	return x.Hash == y.Hash && familyOf(x.Role) == familyOf(y.Role) && x.Folded.Text == y.Folded.Text
}

// group turns the correspondence into groups, in order.
func (d *Diff) group(a *aligner) {
	stayed := a.stayed()
	ids := idSlab{make([]int, 0, len(a.old)+len(a.new))}
	groups := make([]Group, 0, len(a.new))
	for j := range a.new {
		i := a.toOld[j]
		switch {
		case a.newPart[j] != none: // comes with its partner
		case i == none:
			groups = append(groups, Group{New: ids.one(j), Shape: Added})
		default:
			g := Group{Moved: !stayed[i]}
			g.Old, g.New = a.members(&ids, int(i), j)
			g.Shape = a.shape(g)
			groups = append(groups, g)
		}
	}
	slices.SortFunc(groups, func(x, y Group) int { return cmp.Compare(x.New[0], y.New[0]) })
	d.Groups = a.withRemoved(&ids, groups)
	w := wordDiffer{diff: d, lang: a.lang}
	for k := range d.Groups {
		a.compareWords(&w, &d.Groups[k])
	}
}

// compareWords fills in Sim, Ops and whether the group is rewritten.
func (a *aligner) compareWords(w *wordDiffer, g *Group) {
	switch g.Shape {
	case Added, Removed:
		return
	case Same:
		g.Sim = 1
		return
	}
	g.Sim = a.words.groupSim(g)
	ops, ok := []Op(nil), false
	least := simRewrite
	if a.old[g.Old[0]].Role == article.Headline {
		least = simRole
	}
	if g.Sim >= least {
		ops, ok = w.ops(*g)
	}
	if !ok {
		g.Shape = Rewritten
		ops = []Op{{Kind: Replace, A1: countTokens(w.diff.Old, g.Old), B1: countTokens(w.diff.New, g.New)}}
	}
	g.Ops = ops
}

// countTokens counts the tokens of sentences.
func countTokens(doc *Doc, sentences []int) int {
	n := 0
	for _, s := range sentences {
		n += len(doc.Sentences[s].Tokens)
	}
	return n
}

// members returns the sentences of the group around a matched pair, ascending.
func (a *aligner) members(ids *idSlab, i, j int) (before, after []int) {
	before, after = ids.one(i), ids.one(j)
	for _, k := range neighbours(i, len(a.old)) {
		if a.oldPart[k] == int32(j) {
			before = append(before, k)
		}
	}
	for _, k := range neighbours(j, len(a.new)) {
		if a.newPart[k] == int32(i) {
			after = append(after, k)
		}
	}
	slices.Sort(before)
	slices.Sort(after)
	return before, after
}

// shape tells how many sentences became how many.
func (a *aligner) shape(g Group) Shape {
	switch {
	case len(g.Old) < len(g.New):
		return Split
	case len(g.Old) > len(g.New):
		return Merge
	case len(g.Old) == 1 && twins(&a.old[g.Old[0]], &a.new[g.New[0]]):
		return Same
	}
	return Edit
}

// withRemoved puts the sentences that are gone after the group of the one before them.
func (a *aligner) withRemoved(ids *idSlab, groups []Group) []Group {
	owner := make([]int32, len(a.old))
	for i := range owner {
		owner[i] = none
	}
	for k, g := range groups {
		for _, i := range g.Old {
			owner[i] = int32(k)
		}
	}
	type lost struct{ after, id int } // the group that a sentence follows, −1 for none
	var all []lost
	after := none
	for i := range a.old {
		if owner[i] != none {
			after = int(owner[i])
			continue
		}
		all = append(all, lost{after, i})
	}
	if len(all) == 0 {
		return groups
	}
	slices.SortStableFunc(all, func(x, y lost) int { return cmp.Compare(x.after, y.after) })
	out := make([]Group, 0, len(groups)+len(all))
	for k := -1; k < len(groups); k++ {
		if k >= 0 {
			out = append(out, groups[k])
		}
		for len(all) > 0 && all[0].after == k {
			out = append(out, Group{Old: ids.one(all[0].id), Shape: Removed})
			all = all[1:]
		}
	}
	return out
}

// idSlab gives out lists of one sentence ID from one allocation.
type idSlab struct{ ids []int }

func (s *idSlab) one(id int) []int {
	s.ids = append(s.ids, id)
	n := len(s.ids)
	return s.ids[n-1 : n : n]
}
