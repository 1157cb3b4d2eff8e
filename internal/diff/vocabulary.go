package diff

import (
	"math"
	"slices"

	"erratum/internal/text"
)

// functionWeight is how much a function word counts beside its rarity.
const functionWeight = .25

// vocabulary holds the sentences without a twin as sets of weighted terms. A term is
// a stem; sentences are numbered, old ones first.
type vocabulary struct {
	oldIDs, newIDs []int32 // sentence IDs by number
	oldAt, newAt   []int32 // number by sentence ID, none for a sentence with a twin
	terms          [][]int32
	total          []float64 // weight of all terms of a sentence
	weight         []float64 // by term
	count          []int32   // sentences with a term, both versions
}

// newVocabulary reads the sentences that have no partner yet, nil when there is none.
func newVocabulary(a *aligner) *vocabulary {
	v := &vocabulary{oldAt: make([]int32, len(a.old)), newAt: make([]int32, len(a.new))}
	v.oldIDs = unmatched(a.toNew, v.oldAt, 0)
	v.newIDs = unmatched(a.toOld, v.newAt, len(v.oldIDs))
	n := len(v.oldIDs) + len(v.newIDs)
	if n == 0 {
		return nil
	}
	r := termReader{lang: a.lang, voc: v, terms: make(map[string]int32, 8*n), slab: make([]int32, 0, 24*n)}
	v.terms = make([][]int32, 0, n)
	r.known = make([]int32, a.oldForms.Len())
	for _, i := range v.oldIDs {
		v.terms = append(v.terms, r.read(&a.old[i]))
	}
	if a.newForms != a.oldForms {
		r.known = make([]int32, a.newForms.Len())
	}
	for _, j := range v.newIDs {
		v.terms = append(v.terms, r.read(&a.new[j]))
	}
	v.weigh()
	return v
}

// unmatched lists the sentences without a partner and numbers them from first on.
func unmatched(partners, at []int32, first int) []int32 {
	var ids []int32
	for i, p := range partners {
		at[i] = none
		if p == none {
			at[i] = int32(first + len(ids))
			ids = append(ids, int32(i))
		}
	}
	return ids
}

// weigh turns counts into weights: ln(1 + N/df), function words at a quarter.
func (v *vocabulary) weigh() {
	n := float64(len(v.terms) + 8)
	for t, df := range v.count {
		// weight holds the factor of the term until here.
		v.weight[t] *= math.Log1p(n / float64(max(df, 1)))
	}
	v.total = make([]float64, len(v.terms))
	for s, terms := range v.terms {
		for _, t := range terms {
			v.total[s] += v.weight[t]
		}
	}
}

// termReader turns tokens into terms.
type termReader struct {
	lang  string
	voc   *vocabulary
	terms map[string]int32 // by key and by stem
	known []int32          // by the number of a word form, plus one; 0 when it was not read
	slab  []int32
}

// read returns the set of terms of a sentence, ascending. Punctuation counts only in
// a sentence that has nothing else.
func (r *termReader) read(s *Sentence) []int32 {
	from := len(r.slab)
	for k := range s.Tokens {
		if kind := s.Tokens[k].Kind; kind == text.Word || kind == text.Number {
			r.slab = append(r.slab, r.term(s.Tokens[k].Key, s.Forms[k]))
		}
	}
	if len(r.slab) == from {
		for k := range s.Tokens {
			r.slab = append(r.slab, r.term(s.Tokens[k].Key, s.Forms[k]))
		}
	}
	set := r.slab[from:]
	slices.Sort(set)
	set = slices.Compact(set)
	r.slab = r.slab[:from+len(set)]
	for _, t := range set {
		r.voc.count[t]++
	}
	return set[:len(set):len(set)]
}

// term returns the number of a token's stem.
func (r *termReader) term(key string, form int32) int32 {
	t := r.known[form] - 1
	if t < 0 {
		t = r.enter(key)
		r.known[form] = t + 1
	}
	return t
}

// enter returns the number of a word's stem, and enters it when it is new.
func (r *termReader) enter(key string) int32 {
	if t, ok := r.terms[key]; ok {
		return t
	}
	stem := text.Stem(key)
	t, ok := r.terms[stem]
	if !ok {
		t = int32(len(r.voc.weight))
		factor := 1.0
		if text.IsFunction(r.lang, key) {
			factor = functionWeight
		}
		r.voc.weight = append(r.voc.weight, factor)
		r.voc.count = append(r.voc.count, 0)
		r.terms[stem] = t
	}
	r.terms[key] = t
	return t
}

// dice returns how much two term sets share, 0 to 1.
func (v *vocabulary) dice(x, y []int32, wx, wy float64) float64 {
	if wx+wy == 0 {
		return 0
	}
	shared, _ := v.shared(x, y)
	return min(2*shared/(wx+wy), 1)
}

// shared returns weight and number of the terms that two ascending sets share.
func (v *vocabulary) shared(x, y []int32) (weight float64, n int) {
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] < y[0]:
			x = x[1:]
		case x[0] > y[0]:
			y = y[1:]
		default:
			weight += v.weight[x[0]]
			n++
			x, y = x[1:], y[1:]
		}
	}
	return weight, n
}

// sim returns the similarity of an old and a new sentence by number.
func (v *vocabulary) sim(x, y int32) float64 {
	return v.dice(v.terms[x], v.terms[y], v.total[x], v.total[y])
}

// groupSim returns the similarity of the two sides of a group, each taken as one set.
func (v *vocabulary) groupSim(g *Group) float64 {
	if len(g.Old) == 1 && len(g.New) == 1 {
		return v.sim(v.oldAt[g.Old[0]], v.newAt[g.New[0]])
	}
	x, wx := v.union(g.Old, v.oldAt)
	y, wy := v.union(g.New, v.newAt)
	return v.dice(x, y, wx, wy)
}

// union returns the terms of several sentences as one set, and their weight.
func (v *vocabulary) union(ids []int, at []int32) ([]int32, float64) {
	var set []int32
	for _, id := range ids {
		set = append(set, v.terms[at[id]]...)
	}
	slices.Sort(set)
	set = slices.Compact(set)
	weight := 0.0
	for _, t := range set {
		weight += v.weight[t]
	}
	return set, weight
}
