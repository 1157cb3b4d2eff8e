package mute

import (
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/text"
)

// maxCells bounds the table of one gap. Where more blocks than that changed at one
// place no pair is looked for.
const maxCells = 10_000

// alike is the share of common words from which two blocks are forms of one.
const alike = 0.5

// block is a block prepared for pairing.
type block struct {
	key, frame Key
	words      map[string]int
	total      int
}

// Edits pairs the blocks of two texts and returns those that differ, in the order of
// the new text. Headline, dek and bylines are no blocks.
func Edits(old, new *article.Article) []Edit {
	a, b := old.Blocks, new.Blocks
	lo := 0
	for lo < len(a) && lo < len(b) && a[lo].Text == b[lo].Text {
		lo++
	}
	hiA, hiB := len(a), len(b)
	for hiA > lo && hiB > lo && a[hiA-1].Text == b[hiB-1].Text {
		hiA, hiB = hiA-1, hiB-1
	}
	if lo == hiA && lo == hiB {
		return nil
	}
	p := pairing{old: old, new: new, a: prepare(a[lo:hiA]), b: prepare(b[lo:hiB]), lo: lo}
	i, j := 0, 0
	for _, at := range p.anchors() {
		p.gap(i, at[0], j, at[1])
		i, j = at[0]+1, at[1]+1
	}
	p.gap(i, len(p.a), j, len(p.b))
	return p.out
}

func prepare(blocks []article.Block) []block {
	out := make([]block, len(blocks))
	for i, b := range blocks {
		folded := text.Fold(b.Text).Text
		out[i] = block{key: keyOf(folded), frame: frameOf(folded), words: map[string]int{}}
		for _, w := range strings.Fields(strings.ToLower(folded)) {
			out[i].words[w]++
			out[i].total++
		}
	}
	return out
}

// pairing is the work of one Edits.
type pairing struct {
	old, new *article.Article
	a, b     []block // the parts that differ
	lo       int     // where they begin in both articles
	out      []Edit
}

// anchors pairs the blocks that stand once in both parts, those in the same order.
func (p *pairing) anchors() [][2]int {
	count := map[Key][2]int{}
	place := map[Key]int{}
	for _, x := range p.a {
		n := count[x.key]
		n[0]++
		count[x.key] = n
	}
	for j, x := range p.b {
		n := count[x.key]
		n[1]++
		count[x.key], place[x.key] = n, j
	}
	var all [][2]int
	for i, x := range p.a {
		if count[x.key] == [2]int{1, 1} {
			all = append(all, [2]int{i, place[x.key]})
		}
	}
	return rising(all)
}

// rising returns a longest run of pairs whose second numbers rise; the first do.
func rising(pairs [][2]int) [][2]int {
	var tails []int // index of the pair that ends the best run of each length
	back := make([]int, len(pairs))
	for i, p := range pairs {
		n, _ := slices.BinarySearchFunc(tails, p[1], func(t, want int) int { return pairs[t][1] - want })
		back[i] = -1
		if n > 0 {
			back[i] = tails[n-1]
		}
		tails = append(tails[:n], append([]int{i}, tails[min(n+1, len(tails)):]...)...)
	}
	if len(tails) == 0 {
		return nil
	}
	var out [][2]int
	for i := tails[len(tails)-1]; i >= 0; i = back[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
}

// gap pairs what stands between two anchors: the pairing of most likeness, then what is
// left at the same place one by one.
func (p *pairing) gap(i0, i1, j0, j1 int) {
	i, j := i0, j0
	for _, at := range p.best(i0, i1, j0, j1) {
		p.rest(i, at[0], j, at[1])
		p.edit(at[0], at[1])
		i, j = at[0]+1, at[1]+1
	}
	p.rest(i, i1, j, j1)
}

// best pairs blocks of a gap in order so that the sum of their likeness is highest.
func (p *pairing) best(i0, i1, j0, j1 int) [][2]int {
	m, n := i1-i0, j1-j0
	if m == 0 || n == 0 || m*n > maxCells {
		return nil
	}
	sum := make([]float64, (m+1)*(n+1)) // best of the blocks from i, j on
	at := func(i, j int) *float64 { return &sum[i*(n+1)+j] }
	score := make([]float64, m*n)
	for i := m - 1; i >= 0; i-- {
		for j := n - 1; j >= 0; j-- {
			s := likeness(&p.a[i0+i], &p.b[j0+j])
			score[i*n+j] = s
			*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			if s > 0 {
				*at(i, j) = max(*at(i, j), s+*at(i+1, j+1))
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < m && j < n; {
		switch s := score[i*n+j]; {
		case s > 0 && *at(i, j) == s+*at(i+1, j+1):
			out = append(out, [2]int{i0 + i, j0 + j})
			i, j = i+1, j+1
		case *at(i, j) == *at(i+1, j):
			i++
		default:
			j++
		}
	}
	return out
}

// likeness says how surely two blocks are forms of one; 0: not by their words.
func likeness(a, b *block) float64 {
	switch {
	case a.key == b.key:
		return 4
	case a.frame == b.frame:
		return 3
	}
	if s := dice(a, b); s >= alike {
		return 1 + s
	}
	return 0
}

// dice is twice the common words over all words, 0 to 1.
func dice(a, b *block) float64 {
	if a.total+b.total == 0 {
		return 1
	}
	common := 0
	for w, n := range a.words {
		common += min(n, b.words[w])
	}
	return 2 * float64(common) / float64(a.total+b.total)
}

// rest pairs blocks that have no likeness but the same number of them stands at one
// place; else they were added and removed.
func (p *pairing) rest(i0, i1, j0, j1 int) {
	if i1-i0 == j1-j0 {
		for k := range i1 - i0 {
			p.edit(i0+k, j0+k)
		}
		return
	}
	for i := i0; i < i1; i++ {
		b := p.old.Blocks[p.lo+i]
		p.out = append(p.out, Edit{Before: b.Text, Old: p.a[i].key, lang: p.old.Language, note: b.Role == article.Note, index: p.lo + i, at: p.lo + j0})
	}
	for j := j0; j < j1; j++ {
		b := p.new.Blocks[p.lo+j]
		p.out = append(p.out, Edit{After: b.Text, New: p.b[j].key, lang: p.new.Language, note: b.Role == article.Note, index: p.lo + i1, at: p.lo + j})
	}
}

// edit records two blocks as forms of one, unless they are equal.
func (p *pairing) edit(i, j int) {
	a, b := p.old.Blocks[p.lo+i], p.new.Blocks[p.lo+j]
	if a.Text == b.Text {
		return
	}
	p.out = append(p.out, Edit{
		Before: a.Text, After: b.Text, Old: p.a[i].key, New: p.b[j].key, lang: p.old.Language,
		note: a.Role == article.Note || b.Role == article.Note, index: p.lo + i, at: p.lo + j,
	})
}
