package diff

import (
	"cmp"
	"math"
	"slices"

	"erratum/internal/article"
)

// Bounds that keep the search for similar sentences near-linear on any input.
const (
	// A term in more sentences than this, plus one of fifty, suggests no candidates.
	commonTerm = 48
	// And never in more than this, so that a text of few words repeated stays cheap.
	commonTermMost = 512
	// How many candidates an old sentence keeps.
	maxCandidates = 32
)

// similar matches what no anchor explains: by similarity, best first, one to one;
// then parts of sentences that were split or merged.
func (a *aligner) similar() {
	a.words = newVocabulary(a)
	if a.words == nil || len(a.words.oldIDs) == 0 || len(a.words.newIDs) == 0 {
		return
	}
	a.sameRole(article.Headline, 0)
	a.sameRole(article.Dateline, 0)
	for _, c := range a.candidates() {
		if a.toNew[c.old] == none && a.toOld[c.new] == none {
			a.match(int(c.old), int(c.new))
		}
	}
	a.sameRole(article.Dek, simRole)
	a.sameRole(article.Lede, simRole)
	a.splits()
	a.merges()
}

// sameRole matches the first sentences of a role when both are still free and at
// least so similar. An article has one headline and one lede, whatever they say.
func (a *aligner) sameRole(role article.Role, least float64) {
	is := func(s Sentence) bool { return s.Role == role }
	i, j := slices.IndexFunc(a.old, is), slices.IndexFunc(a.new, is)
	if i < 0 || j < 0 || a.toNew[i] != none || a.toOld[j] != none {
		return
	}
	if least == 0 || a.words.sim(a.words.oldAt[i], a.words.newAt[j]) >= least {
		a.match(i, j)
	}
}

// candidate is a pair that may correspond.
type candidate struct {
	old, new int32 // sentence IDs
	sim      float64
	near     bool // in the same gap
}

// candidates returns all pairs that are similar enough, best first.
func (a *aligner) candidates() []candidate {
	v := a.words
	posts := v.postings()
	first := int32(len(v.oldIDs))
	score := make([]float64, len(v.newIDs))
	var touched []int32
	var out, mine []candidate
	for x, i := range v.oldIDs {
		if a.toNew[i] != none {
			continue
		}
		touched = touched[:0]
		common := 0.0 // weight of the terms that suggest nothing
		for _, t := range v.terms[x] {
			if v.isCommon(t) {
				common += v.weight[t]
			}
			for _, y := range posts[t] {
				if score[y-first] == 0 {
					touched = append(touched, y)
				}
				score[y-first] += v.weight[t]
			}
		}
		mine = mine[:0]
		for _, y := range touched {
			most := 2 * (score[y-first] + common) / (v.total[x] + v.total[y])
			score[y-first] = 0
			if most < simNear-slack {
				continue
			}
			if c := (candidate{old: i, new: v.newIDs[y-first]}); a.weighCandidate(&c, int32(x), y, most) {
				mine = append(mine, c)
			}
		}
		if len(mine) > maxCandidates {
			slices.SortFunc(mine, byPromise)
			mine = mine[:maxCandidates]
		}
		out = append(out, mine...)
	}
	slices.SortFunc(out, byPromise)
	return out
}

// slack is more than the order of summing can change a similarity by.
const slack = 1e-6

// weighCandidate fills in a candidate, whose similarity is at most so much, and reports
// whether it is similar enough for where the two sentences stand.
func (a *aligner) weighCandidate(c *candidate, x, y int32, most float64) bool {
	before, after := &a.old[c.old], &a.new[c.new]
	if familyOf(before.Role) != familyOf(after.Role) || a.toOld[c.new] != none {
		return false
	}
	c.near = a.oldGap[c.old] == a.newGap[c.new]
	least := simFar
	switch {
	case (before.Role == article.Note) != (after.Role == article.Note):
		least = simNote
	case c.near:
		least = simNear
	}
	if most < least-slack {
		return false
	}
	c.sim = a.words.sim(x, y)
	return c.sim >= least
}

// byPromise orders candidates best first. Similarities are compared to nine digits,
// since the order of summing shows beyond; ties go to the pair in the same gap, then
// to the one that stands highest and least apart.
func byPromise(x, y candidate) int {
	const digits = 1e9
	if c := cmp.Compare(math.Round(y.sim*digits), math.Round(x.sim*digits)); c != 0 {
		return c
	}
	if x.near != y.near {
		if x.near {
			return -1
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(x.old+x.new, y.old+y.new),
		cmp.Compare(max(x.old-x.new, x.new-x.old), max(y.old-y.new, y.new-y.old)),
		cmp.Compare(x.old, y.old),
	)
}

// isCommon reports whether a term stands in so many sentences that it suggests nothing.
func (v *vocabulary) isCommon(t int32) bool {
	return v.count[t] > int32(min(commonTerm+len(v.terms)/50, commonTermMost))
}

// postings lists for every term the new sentences that have it, by number; nil for a
// term that is too common to suggest anything.
func (v *vocabulary) postings() [][]int32 {
	posts := make([][]int32, len(v.weight))
	n := 0
	for y := len(v.oldIDs); y < len(v.terms); y++ {
		n += len(v.terms[y])
	}
	slab := make([]int32, n)
	for y := len(v.oldIDs); y < len(v.terms); y++ {
		for _, t := range v.terms[y] {
			if v.isCommon(t) {
				continue
			}
			if posts[t] == nil {
				size := min(int(v.count[t]), len(slab))
				posts[t], slab = slab[:0:size], slab[size:]
			}
			posts[t] = append(posts[t], int32(y))
		}
	}
	return posts
}
