package diff

import "slices"

// anchors matches the sentences that are equal in both versions: common start and
// end, then those that occur once on each side (the idea of patience diff), then
// equal neighbours of matches, then the rest in order.
func (a *aligner) anchors() {
	lo := 0
	for lo < len(a.old) && lo < len(a.new) && twins(&a.old[lo], &a.new[lo]) {
		a.match(lo, lo)
		lo++
	}
	n, m := len(a.old), len(a.new)
	for n > lo && m > lo && twins(&a.old[n-1], &a.new[m-1]) {
		n, m = n-1, m-1
		a.match(n, m)
	}
	repeats := false
	if n > lo && m > lo {
		repeats = a.unique(lo, n, m)
		a.grow()
	}
	a.gaps()
	if repeats {
		a.zip(true)
		a.zip(false)
	}
}

// twinKey finds sentences that may be twins; twins decides.
type twinKey struct {
	hash uint64
	fam  family
	gap  int32
}

func keyOf(s *Sentence) twinKey { return twinKey{hash: s.Hash, fam: familyOf(s.Role)} }

// unique matches sentences of old[lo:n] and new[lo:m] that occur once on each side.
// It reports whether any occur on both sides, but more than once on one.
func (a *aligner) unique(lo, n, m int) (repeats bool) {
	type places struct{ old, new, olds, news int32 }
	seen := make(map[twinKey]places, n-lo)
	for i := lo; i < n; i++ {
		k := keyOf(&a.old[i])
		p := seen[k]
		p.old, p.olds = int32(i), p.olds+1
		seen[k] = p
	}
	for j := lo; j < m; j++ {
		k := keyOf(&a.new[j])
		if p, ok := seen[k]; ok {
			p.new, p.news = int32(j), p.news+1
			seen[k] = p
		}
	}
	for i := lo; i < n; i++ {
		p := seen[keyOf(&a.old[i])]
		switch {
		case p.olds == 1 && p.news == 1:
			if twins(&a.old[i], &a.new[p.new]) {
				a.match(i, int(p.new))
			}
		case p.news > 0:
			repeats = true
		}
	}
	return repeats
}

// grow matches equal neighbours of matches, downwards and then upwards.
func (a *aligner) grow() {
	for i := range a.old {
		j := int(a.toNew[i])
		if j == none || i+1 == len(a.old) || j+1 == len(a.new) {
			continue
		}
		if a.toNew[i+1] == none && a.toOld[j+1] == none && twins(&a.old[i+1], &a.new[j+1]) {
			a.match(i+1, j+1)
		}
	}
	for i := len(a.old) - 1; i > 0; i-- {
		j := int(a.toNew[i])
		if j <= 0 {
			continue
		}
		if a.toNew[i-1] == none && a.toOld[j-1] == none && twins(&a.old[i-1], &a.new[j-1]) {
			a.match(i-1, j-1)
		}
	}
}

// zip matches what is left of equal sentences in order, those of the same gap only,
// or wherever they stand.
func (a *aligner) zip(sameGap bool) {
	waiting := make(map[twinKey][]int32)
	key := func(s *Sentence, gap int32) twinKey {
		k := keyOf(s)
		if sameGap {
			k.gap = gap
		}
		return k
	}
	for j := range a.new {
		if a.toOld[j] == none {
			k := key(&a.new[j], a.newGap[j])
			waiting[k] = append(waiting[k], int32(j))
		}
	}
	for i := range a.old {
		if a.toNew[i] != none {
			continue
		}
		k := key(&a.old[i], a.oldGap[i])
		if q := waiting[k]; len(q) > 0 && twins(&a.old[i], &a.new[q[0]]) {
			a.match(i, int(q[0]))
			waiting[k] = q[1:]
		}
	}
}

// gaps numbers the gaps between the anchors that kept their order.
func (a *aligner) gaps() {
	stayed := a.stayed()
	kept := make([]bool, len(a.new))
	n := int32(0)
	for i := range a.old {
		a.oldGap[i] = n
		if stayed[i] {
			n++
			kept[a.toNew[i]] = true
		}
	}
	n = 0
	for j := range a.new {
		a.newGap[j] = n
		if kept[j] {
			n++
		}
	}
}

// stayed reports for every old sentence whether it has a partner and is part of the
// longest run of partners that kept their order. Where the choice is free, the
// sentence that went up counts as moved: editors pull things up.
func (a *aligner) stayed() []bool {
	out := make([]bool, len(a.old))
	if inOrder(a.toNew) {
		for i, j := range a.toNew {
			out[i] = j != none
		}
		return out
	}
	// Patience sorting from the end keeps the partner that stands lowest.
	var tails []int32 // last old sentence of the best run of each length
	before := make([]int32, len(a.old))
	for i := len(a.old) - 1; i >= 0; i-- {
		j := a.toNew[i]
		if j == none {
			continue
		}
		at, _ := slices.BinarySearchFunc(tails, j, func(t, j int32) int { return int(j) - int(a.toNew[t]) })
		before[i] = none
		if at > 0 {
			before[i] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, int32(i))
		} else {
			tails[at] = int32(i)
		}
	}
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i != none; i = before[i] {
			out[i] = true
		}
	}
	return out
}

// inOrder reports whether the partners ascend.
func inOrder(partners []int32) bool {
	last := int32(none)
	for _, j := range partners {
		if j == none {
			continue
		}
		if j < last {
			return false
		}
		last = j
	}
	return true
}
