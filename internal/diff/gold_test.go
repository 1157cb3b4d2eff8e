package diff_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"erratum/internal/diff"
)

// link says that an old and a new sentence correspond, by their numbers.
type link [2]int

// revision is a made-up revision whose truth is known.
type revision struct {
	words []string
	r     *rand.Rand
	share float64 // of the words that an edit replaces

	before, after []string
	changed       map[link]bool // links of sentences that are not the same on both sides
}

// revisePage writes a page of 700 words and edits every third sentence or so.
func revisePage(seed uint64, share float64) *revision {
	r := rand.New(rand.NewPCG(11, seed))
	v := &revision{words: vocabulary(r, 2_500), r: r, share: share, changed: map[link]bool{}}
	v.before = prosePage(r, v.words, 700)
	for i := 0; i < len(v.before); i++ {
		if r.Float64() > .35 {
			v.after = append(v.after, v.before[i])
			continue
		}
		i += v.edit(i)
	}
	return v
}

// edit revises sentence i and returns how many further old sentences it used.
func (v *revision) edit(i int) int {
	words := strings.Fields(strings.TrimSuffix(v.before[i], "."))
	mid := len(words) / 2
	switch v.r.IntN(6) {
	case 0: // dropped
	case 1: // another one added before it
		v.after = append(v.after, prosePage(v.r, v.words, 1)[0], v.before[i])
	case 2: // split
		v.put(i, words[:mid]...)
		v.put(i, words[mid:]...)
	case 3: // merged with the next one
		if i+1 == len(v.before) {
			v.put(i, v.replaced(words)...)
			return 0
		}
		next := strings.Fields(strings.TrimSuffix(v.before[i+1], "."))
		v.put(i, append(append(words[:len(words):len(words)], "and"), next...)...)
		v.changed[link{i + 1, len(v.after) - 1}] = true
		return 1
	default:
		v.put(i, v.replaced(words)...)
	}
	return 0
}

// replaced changes some of the words, at least one.
func (v *revision) replaced(words []string) []string {
	out := append([]string(nil), words...)
	for range max(1, int(v.share*float64(len(words)))) {
		out[v.r.IntN(len(out))] = pick(v.r, v.words)
	}
	return out
}

// put writes a new sentence that comes of old sentence i.
func (v *revision) put(i int, words ...string) {
	s := strings.Join(words, " ")
	v.after = append(v.after, strings.ToUpper(s[:1])+s[1:]+".")
	if v.after[len(v.after)-1] != v.before[i] {
		v.changed[link{i, len(v.after) - 1}] = true
	}
}

// TestAlignmentOfKnownRevisions holds the links between changed sentences to the
// figures of methods.md §14.
func TestAlignmentOfKnownRevisions(t *testing.T) {
	for _, tt := range []struct {
		name  string
		share float64
		least float64
	}{{"light", .1, .98}, {"medium", .25, .98}, {"heavy", .6, .98}, {"hardly the same", .9, .93}} {
		right, found, gold := 0, 0, 0
		for seed := range uint64(60) {
			v := revisePage(seed, tt.share)
			got := changedLinks(compare(strings.Join(v.before, "\n"), strings.Join(v.after, "\n")))
			for l := range got {
				if v.changed[l] {
					right++
				}
			}
			found, gold = found+len(got), gold+len(v.changed)
		}
		f1 := 2 * float64(right) / float64(found+gold)
		t.Logf("%s: %d links, F1 %.3f", tt.name, gold, f1)
		if f1 < tt.least {
			t.Errorf("%s: F1 %.3f of %d links, want %.2f", tt.name, f1, gold, tt.least)
		}
	}
}

// changedLinks lists the links of all groups that are not the same.
func changedLinks(d *diff.Diff) map[link]bool {
	out := make(map[link]bool)
	for _, g := range d.Groups {
		if g.Shape == diff.Same {
			continue
		}
		for _, i := range g.Old {
			for _, j := range g.New {
				out[link{i, j}] = true
			}
		}
	}
	return out
}

// TestMovesOfKnownRevisions pulls sentences up and expects exactly them to be called
// moved.
func TestMovesOfKnownRevisions(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(13, seed))
		before := prosePage(r, vocabulary(r, 2_500), 600)
		from := len(before)/2 + r.IntN(len(before)/2)
		to := r.IntN(from)
		after := append([]string(nil), before[:to]...)
		after = append(append(after, before[from]), before[to:from]...)
		after = append(after, before[from+1:]...)
		for _, g := range compare(strings.Join(before, "\n"), strings.Join(after, "\n")).Groups {
			if g.Moved != (g.Old[0] == from) {
				t.Errorf("seed %d: sentence %d to %d, but moved %v is %v", seed, from, to, g.Old, g.Moved)
			}
		}
	}
}
