package summarize

import (
	"strings"
	"unicode"
)

// word is a run of letters between spaces: its bytes and what is compared.
type word struct {
	from, to int
	key      string
}

// words cuts a text at its spaces.
func words(s string) []word {
	var out []word
	from := -1
	for i, r := range s {
		switch space := unicode.IsSpace(r); {
		case space && from >= 0:
			out, from = append(out, word{from, i, keyOf(s[from:i])}), -1
		case !space && from < 0:
			from = i
		}
	}
	if from >= 0 {
		out = append(out, word{from, len(s), keyOf(s[from:])})
	}
	return out
}

// keyOf is a word without its case and the marks around it, unless it is all marks.
func keyOf(w string) string {
	k := strings.ToLower(strings.TrimFunc(w, func(r rune) bool { return unicode.IsPunct(r) && r != '%' }))
	if k == "" {
		return w
	}
	return k
}

// change of words: a[a0:a1] gave way to b[b0:b1].
type swap struct{ a0, a1, b0, b1 int }

// maxAligned bounds the words of a side that are aligned one by one.
const maxAligned = 80

// swaps returns where two runs of words differ, by their longest common subsequence.
// Texts that are too long are one swap between what they have alike at both ends.
func swaps(a, b []word) []swap {
	from := 0
	for from < len(a) && from < len(b) && a[from].key == b[from].key {
		from++
	}
	x, y := len(a), len(b)
	for x > from && y > from && a[x-1].key == b[y-1].key {
		x, y = x-1, y-1
	}
	if x-from > maxAligned || y-from > maxAligned || x == from || y == from {
		if x == from && y == from {
			return nil
		}
		return []swap{{from, x, from, y}}
	}
	return between(a[from:x], b[from:y], from)
}

// between aligns short runs of words; at is where they start in both texts.
func between(a, b []word, at int) []swap {
	best := make([][]int, len(a)+1) // common words of a[i:] and b[j:]
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i].key == b[j].key {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	var out []swap
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i].key == b[j].key {
			i, j = i+1, j+1
			continue
		}
		s := swap{at + i, at + i, at + j, at + j}
		for (i < len(a) || j < len(b)) && (i == len(a) || j == len(b) || a[i].key != b[j].key) {
			if j == len(b) || i < len(a) && best[i+1][j] >= best[i][j+1] {
				i++
			} else {
				j++
			}
		}
		s.a1, s.b1 = at+i, at+j
		out = append(out, s)
	}
	return out
}

// Bounds of what is shown as one change of words.
const (
	nearSwaps  = 4  // kept words between two swaps that are read together
	widestSwap = 16 // words of a side of swaps that were joined
)

// around joins to the swap that holds word i of the new text (or of the old one, when
// inOld) its neighbours, so that what changed reads as one. Without such a swap it
// begins with the first.
func around(ss []swap, i int, inOld bool) swap {
	k := 0
	for n, s := range ss {
		if !inOld && s.b0 <= i && i < max(s.b1, s.b0+1) || inOld && s.a0 <= i && i < max(s.a1, s.a0+1) {
			k = n
			break
		}
	}
	out := ss[k]
	fits := func(s swap) bool { return s.a1-s.a0 <= widestSwap && s.b1-s.b0 <= widestSwap }
	for n := k + 1; n < len(ss) && ss[n].b0-out.b1 <= nearSwaps; n++ {
		next := swap{out.a0, ss[n].a1, out.b0, ss[n].b1}
		if !fits(next) {
			break
		}
		out = next
	}
	for n := k - 1; n >= 0 && out.b0-ss[n].b1 <= nearSwaps; n-- {
		next := swap{ss[n].a0, out.a1, ss[n].b0, out.b1}
		if !fits(next) {
			break
		}
		out = next
	}
	return out
}
