package extract

import (
	"net/url"

	"golang.org/x/net/html"
)

// page is what is known of a page when its blocks are chosen.
type page struct {
	url    *url.URL
	meta   metadata
	blocks []block // all visible text
	engine []block // what the engine takes for the article
	keep   []bool  // which blocks are the article's, by index

	note []bool // which of them are notes

	pictures map[*html.Node]bool
}

// matchShare is the share of a block's runs of words that must stand in a text for
// the block to be part of it. Libraries drop inline elements, so not all do.
const matchShare = .5

// choose marks the blocks that belong to the article: those the engine took, unless
// the page itself says that it took the wrong ones; then what stands among them and
// is of their kind; without what is not the article's after all.
func (x *Extractor) choose(p *page) {
	p.keep = make([]bool, len(p.blocks))
	p.mark(p.engine)
	x.doubt(p)
	p.dropStrangers()
	p.clearCommonZones()
	x.fill(p)
	x.dropBoxes(p)
	p.dropEchoes()
	x.trim(p)
	p.settleDek()
	p.restoreNotes()
	p.restoreCaptions()
}

// mark keeps the blocks whose text stands in some texts.
func (p *page) mark(texts []block) {
	e := newPassages()
	for _, b := range texts {
		e.add(b.text)
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		p.keep[i] = !b.zone.has(inWall) && e.holdsTokens(b.tokens()) >= matchShare
	}
	p.dropRepeats()
}

// words counts the words of the kept blocks.
func (p *page) words() int {
	n := 0
	for i := range p.blocks {
		if p.keep[i] {
			n += p.blocks[i].words
		}
	}
	return n
}

// minBoxWords is how much prose a box must hold to outweigh what the engine chose.
const minBoxWords = 80

// doubt replaces the engine's choice where another is plainly better: the container
// that holds most of the page's prose, or the text that the page's data gives, when
// the engine took little of it.
func (x *Extractor) doubt(p *page) {
	kept := p.words()
	if ld := splitBody(p.meta.body); len(ld) > 0 {
		if p.covered(ld) < .5 {
			old := append([]bool(nil), p.keep...)
			p.mark(ld)
			if p.words() >= max(60, bodyWords(ld)*6/10) {
				return
			}
			copy(p.keep, old)
		}
	}
	box, words := x.largestBox(p)
	if box == nil || words < kept*3/2 || kept > 0 && words < minBoxWords {
		return
	}
	inBox := 0
	for i, b := range p.blocks {
		if p.keep[i] && within(b.node, box) {
			inBox += b.words
		}
	}
	if inBox*3 > words {
		return
	}
	for i, b := range p.blocks {
		p.keep[i] = within(b.node, box)
	}
}

// dropStrangers drops what stands before or after the text that the page's data
// gives, in another place of the template. Where the data is cut short, what follows
// stands in the same place and stays.
func (p *page) dropStrangers() {
	ld := splitBody(p.meta.body)
	if len(ld) == 0 || p.covered(ld) < .9 {
		return
	}
	body := newPassages()
	for _, b := range ld {
		body.add(b.text)
	}
	places := map[string]bool{}
	first, last := -1, -1
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.keep[i] && b.words >= 8 && body.holdsTokens(b.tokens()) >= .8 {
			places[b.place()] = true
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := range p.blocks {
		if first >= 0 && (i < first || i > last) && !places[p.blocks[i].place()] {
			p.keep[i] = false
		}
	}
}

// covered is the share of a text's words that the kept blocks hold.
func (p *page) covered(texts []block) float64 {
	have := newPassages()
	for i, b := range p.blocks {
		if p.keep[i] {
			have.addTokens(b.tokens())
		}
	}
	all, hit := 0, 0.0
	for _, t := range texts {
		all += t.words
		hit += have.holds(t.text) * float64(t.words)
	}
	if all == 0 {
		return 0
	}
	return hit / float64(all)
}

// bodyWords counts the words of some blocks.
func bodyWords(bs []block) int {
	n := 0
	for _, b := range bs {
		n += b.words
	}
	return n
}

// largestBox finds the element whose own children hold most prose: paragraphs
// with few links, no prompts.
func (x *Extractor) largestBox(p *page) (*html.Node, int) {
	sum, around := map[*html.Node]int{}, map[*html.Node]int{}
	var best, wide *html.Node // of children, of grandchildren
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.node == nil || b.node.Parent == nil || !isProse(b) || b.linkShare() > .5 || b.zone.has(inFooter|inNav|inForm|inComments|inWall) || x.isPrompt(b) {
			continue
		}
		box := b.node.Parent
		sum[box] += b.words
		if best == nil || sum[box] > sum[best] {
			best = box
		}
		if box = box.Parent; box != nil {
			around[box] += b.words
			if wide == nil || around[box] > around[wide] {
				wide = box
			}
		}
	}
	if around[wide] > 2*sum[best] { // each paragraph in a box of its own
		return wide, around[wide]
	}
	return best, sum[best]
}

// isProse reports whether a block reads as a paragraph, whatever its element.
func isProse(b *block) bool {
	return b.tag == "p" && b.words >= 10 || b.words >= 20 && endsSentence(b.text)
}

// within reports whether an element is a child or grandchild of another.
func within(n, box *html.Node) bool {
	return n != nil && n.Parent != nil && (n.Parent == box || n.Parent.Parent == box)
}

// clearCommonZones forgets places that most of the article stands in: a class that
// holds the whole body tells nothing about its parts.
func (p *page) clearCommonZones() {
	total := p.words()
	var common zone
	for bit := zone(1); bit < inWall; bit <<= 1 {
		n := 0
		for i, b := range p.blocks {
			if p.keep[i] && b.zone.has(bit) {
				n += b.words
			}
		}
		if n*2 > total {
			common |= bit
		}
	}
	for i := range p.blocks {
		p.blocks[i].zone &^= common
	}
}

// notProse are places whose text is not the running text.
const notProse = inFooter | inNav | inForm | inPromo | inByline | inComments | inWall | hidden | inAside

// fill keeps blocks that the engine passed over although they are children of an
// element that holds much of the article, and look like its paragraphs.
func (x *Extractor) fill(p *page) {
	total := p.words()
	boxes := map[*html.Node]int{}
	for i, b := range p.blocks {
		if p.keep[i] && b.node != nil && b.words >= 8 {
			boxes[b.node.Parent] += b.words
		}
	}
	first, last := p.span(8)
	if last < 0 {
		return
	}
	seen := map[string]bool{}
	for i := range p.blocks {
		if p.keep[i] {
			seen[p.blocks[i].text] = true
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.keep[i] || b.node == nil || b.zone.has(notProse|inCaption|inFigure) {
			continue
		}
		share := boxes[b.node.Parent]
		own := boxes[b.node] // loose text of the box itself
		if i < first-3 || i > last+3 || (share*5 < total && own*5 < total) {
			continue
		}
		if b.words < 6 && b.heading() == 0 || b.linkShare() > .5 || seen[b.text] || x.isPrompt(b) {
			continue
		}
		p.keep[i] = true
		seen[b.text] = true
	}
}

// span returns the first and last kept block of at least some words, 0 and -1 when
// there is none.
func (p *page) span(words int) (first, last int) {
	first, last = 0, -1
	for i, b := range p.blocks {
		if p.keep[i] && b.words >= words {
			if last < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}
