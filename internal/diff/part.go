package diff

import (
	"slices"

	"erratum/internal/article"
)

// splits gives matched old sentences the free new sentences beside their partner that
// say what the partner left out.
func (a *aligner) splits() {
	for _, i := range a.words.oldIDs {
		j := a.toNew[i]
		if j == none {
			continue
		}
		p := partSearch{voc: a.words, whole: &a.old[i], wholeAt: a.words.oldAt[i], partner: a.words.newAt[j]}
		for _, z := range neighbours(int(j), len(a.new)) {
			if a.freeNew(z) && p.takes(&a.new[z], a.words.newAt[z], beside(z, int(j))) {
				a.newPart[z] = i
			}
		}
	}
}

// merges is splits with the sides swapped.
func (a *aligner) merges() {
	for _, j := range a.words.newIDs {
		i := a.toOld[j]
		if i == none {
			continue
		}
		p := partSearch{voc: a.words, whole: &a.new[j], wholeAt: a.words.newAt[j], partner: a.words.oldAt[i]}
		for _, z := range neighbours(int(i), len(a.old)) {
			if a.freeOld(z) && p.takes(&a.old[z], a.words.oldAt[z], beside(z, int(i))) {
				a.oldPart[z] = j
			}
		}
	}
}

// partSearch asks which sentences are parts of a whole besides its partner.
type partSearch struct {
	voc              *vocabulary
	whole            *Sentence
	wholeAt, partner int32
	rest             []int32 // terms of the whole that nothing accounts for yet
	started          bool
}

// takes reports whether a sentence is a part of the whole, and if so strikes its
// terms off the rest. A single word, such as a place before the first sentence, is a
// part only right beside the partner and if all of it is found.
func (p *partSearch) takes(part *Sentence, at int32, beside bool) bool {
	if at == none || !mayPart(p.whole, part) {
		return false
	}
	if !p.started {
		p.rest = without(p.voc.terms[p.wholeAt], p.voc.terms[p.partner])
		p.started = true
	}
	weight, n := p.voc.shared(p.voc.terms[at], p.rest)
	least := simPart * p.voc.total[at]
	if n == 0 || weight < least || n == 1 && (!beside || len(p.voc.terms[at]) > 1) {
		return false
	}
	p.rest = without(p.rest, p.voc.terms[at])
	return true
}

// beside reports whether two sentences follow one another.
func beside(x, y int) bool { return x-y == 1 || y-x == 1 }

// mayPart reports whether a sentence of one role may be part of one of another:
// running text only, and notes only of notes.
func mayPart(whole, part *Sentence) bool {
	for _, s := range []*Sentence{whole, part} {
		if familyOf(s.Role) != running || s.Role == article.Subheading {
			return false
		}
	}
	return (whole.Role == article.Note) == (part.Role == article.Note)
}

// neighbours returns the sentences one and two after and before i, nearest first.
func neighbours(i, n int) []int {
	out := make([]int, 0, 4)
	for _, k := range [...]int{i + 1, i - 1, i + 2, i - 2} {
		if k >= 0 && k < n {
			out = append(out, k)
		}
	}
	return out
}

// without returns the members of x that are not in y; both ascend.
func without(x, y []int32) []int32 {
	out := make([]int32, 0, len(x))
	for _, t := range x {
		if _, found := slices.BinarySearch(y, t); !found {
			out = append(out, t)
		}
	}
	return out
}
