package extract

import (
	"golang.org/x/net/html"
)

// frame is the tree of elements above the blocks of a page, with sums of what stands
// in each.
type frame struct {
	boxes []box
	at    map[*html.Node]int
	home  []int // by block: the box that is its own element, -1 for none
}

// box is an element and what stands in it, at any depth.
type box struct {
	parent    int // -1 at the root
	depth     int
	blocks    int
	sentences int // blocks that end as sentences do
	linked    int // blocks that are mostly links
	words     int
	text      int     // bytes
	link      int     // bytes in links
	prose     float64 // words of paragraphs, weighed; a paragraph's own element has none
	best      int     // the child with most prose, -1 for none
}

// newFrame builds the tree of a page's blocks. prose says how much of each block
// reads as an article's paragraph.
func newFrame(blocks []block, prose []float64) *frame {
	f := &frame{at: make(map[*html.Node]int, 2*len(blocks)), home: make([]int, len(blocks))}
	for i := range blocks {
		f.home[i] = f.enter(blocks[i].node)
	}
	for i := range blocks {
		f.sum(f.home[i], &blocks[i], prose[i])
	}
	for i := range f.boxes {
		f.boxes[i].best = -1
	}
	for i := range f.boxes {
		b := &f.boxes[i]
		if b.parent < 0 || b.prose == 0 {
			continue
		}
		if up := &f.boxes[b.parent]; up.best < 0 || b.prose > f.boxes[up.best].prose {
			up.best = i
		}
	}
	return f
}

// enter returns the box of an element, made with those above it when it is new.
func (f *frame) enter(n *html.Node) int {
	if n == nil || n.Type != html.ElementNode {
		return -1
	}
	if i, ok := f.at[n]; ok {
		return i
	}
	up := f.enter(n.Parent)
	depth := 0
	if up >= 0 {
		depth = f.boxes[up].depth + 1
	}
	f.boxes = append(f.boxes, box{parent: up, depth: depth})
	f.at[n] = len(f.boxes) - 1
	return len(f.boxes) - 1
}

// sum adds a block to its element and all above.
func (f *frame) sum(at int, b *block, prose float64) {
	own := isLine(b)
	sentence, linked := b.endsSentence(), b.linkShare() > .5
	for ; at >= 0; at = f.boxes[at].parent {
		x := &f.boxes[at]
		x.blocks++
		x.words += b.words
		x.text += len(b.text)
		x.link += b.link
		if sentence {
			x.sentences++
		}
		if linked {
			x.linked++
		}
		if !own {
			x.prose += prose
		}
		own = false
	}
}

// isLine reports whether an element is a paragraph or line by itself, as against a
// box that has loose text.
func isLine(b *block) bool { return b.tag == "p" || b.tag == "li" || b.tag == "tr" || b.heading() > 0 }

// core returns the deepest box that still has a share of the prose of the one above
// it, all the way down from the root; -1 when there are no boxes.
func (f *frame) core(share float64) int {
	at := -1
	for i := range f.boxes {
		if f.boxes[i].parent < 0 && (at < 0 || f.boxes[i].prose > f.boxes[at].prose) {
			at = i
		}
	}
	for at >= 0 {
		next := f.boxes[at].best
		if next < 0 || f.boxes[next].prose < share*f.boxes[at].prose {
			break
		}
		at = next
	}
	return at
}

// up returns the box n levels above another, -1 above the root.
func (f *frame) up(at, n int) int {
	for ; n > 0 && at >= 0; n-- {
		at = f.boxes[at].parent
	}
	return at
}

// apart says how far two boxes are from the lowest box that holds both: down is how
// deep at lies in it, up how deep from does. Both are far when there is none.
func (f *frame) apart(at, from int) (down, up int) {
	for at >= 0 && from >= 0 && at != from {
		if f.boxes[at].depth >= f.boxes[from].depth {
			at = f.boxes[at].parent
			down++
		} else {
			from = f.boxes[from].parent
			up++
		}
	}
	if at < 0 || from < 0 {
		return far, far
	}
	return down, up
}

// far stands for a distance that no page has between parts of one text.
const far = 99
