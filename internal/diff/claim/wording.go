package claim

import (
	"slices"

	"erratum/internal/text"
)

// says reports whether the version has the words in this order.
func (v *version) says(words []string) bool {
	if len(words) == 0 {
		return false
	}
	v.index() // reads all sentences
	seq := make([]*term, len(words))
	for i, w := range words {
		if seq[i] = v.terms.known(w); seq[i] == nil {
			return false
		}
	}
	rare := v.rarest(seq)
	if rare >= 0 && v.posted(seq[rare].number).count == 0 {
		return false
	}
	if v.flat == nil {
		v.flatten()
	}
	if rare < 0 {
		return v.saysIn(seq, 0, 0, len(v.flat))
	}
	for at := v.postings[seq[rare].number].last; at > 0 && v.look(); at = v.chain[at-1].previous {
		id := v.chain[at-1].sentence
		if v.saysIn(seq, rare, int(v.flatAt[id]), int(v.flatAt[id+1])) {
			return true
		}
	}
	return false
}

// rarest returns the index of the term whose stem stands in the fewest sentences,
// −1 when none is looked up by its stem.
func (v *version) rarest(seq []*term) int {
	best, fewest := -1, int32(0)
	for i, t := range seq {
		if t.function {
			continue
		}
		if n := v.posted(t.number).count; best < 0 || n < fewest {
			best, fewest = i, n
		}
	}
	return best
}

// saysIn reports whether the terms stand in the version so that the one at index i
// falls in flat[from:to].
func (v *version) saysIn(seq []*term, i, from, to int) bool {
	for k := max(from, i); k < to && k-i+len(seq) <= len(v.flat) && v.look(); k++ {
		if v.flat[k] == seq[i] && slices.Equal(v.flat[k-i:k-i+len(seq)], seq) {
			return true
		}
	}
	return false
}

// flatten lists the words of the version, notes apart.
func (v *version) flatten() {
	v.flat = make([]*term, 0, v.size)
	v.flatAt = make([]int32, 0, len(v.doc.Sentences)+1)
	for id := range v.doc.Sentences {
		v.flatAt = append(v.flatAt, int32(len(v.flat)))
		if v.silent(id) {
			continue
		}
		toks := v.doc.Sentences[id].Tokens
		for i, t := range v.termsOf(id) {
			if k := toks[i].Kind; k == text.Word || k == text.Number {
				v.flat = append(v.flat, t)
			}
		}
	}
	v.flatAt = append(v.flatAt, int32(len(v.flat)))
}
