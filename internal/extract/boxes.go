package extract

import (
	"golang.org/x/net/html"
)

// Bounds of what counts as one small box of a page.
const (
	boxLevels       = 4  // how far up from a block its boxes are looked at
	maxPictureWords = 60 // a box with a picture and more text than this is no picture box
	maxPromptBox    = 90 // a box with a prompt and more text than this is judged block by block
	proseWords      = 25 // a paragraph this long is the news's, not a prompt's list of merits
)

// dropOtherArticles drops what stands in another <article> than the headline or most
// of the text: pages that scroll on into the next story.
func (p *page) dropOtherArticles() {
	words := map[*html.Node]int{}
	var main *html.Node
	for i := range p.blocks {
		if a := p.blocks[i].article; a != nil && p.keep[i] {
			words[a] += p.blocks[i].words
			if main == nil || words[a] > words[main] {
				main = a
			}
		}
	}
	if at := headlineAt(p.blocks, p.meta.headline); at >= 0 {
		if a := p.blocks[at].article; a != nil && words[a] >= 100 {
			main = a
		}
	}
	if main == nil || words[main]*10 < p.words()*3 {
		return
	}
	for i := range p.blocks {
		if a := p.blocks[i].article; a != nil && a != main {
			p.keep[i] = false
		}
	}
}

// markPictures marks blocks that share a small box with a picture, or end in the source of
// one, as captions.
func (p *page) markPictures() {
	words, paragraphs := p.boxWords(), p.paragraphs()
	pictured := map[*html.Node]bool{}
	for n := range p.pictures {
		up := n.Parent
		for level := 0; up != nil && level < boxLevels && words[up] <= maxPictureWords && paragraphs[up] < 2; level++ {
			pictured[up] = true
			up = up.Parent
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.node == nil || b.heading() > 0 {
			continue
		}
		if closesCaption(b) {
			b.zone |= inCaption
		}
		n := b.node
		if b.tag == "p" { // a paragraph may hold a picture of its own
			n = n.Parent
		}
		for level := 0; n != nil && level < boxLevels-1; level++ {
			if pictured[n] {
				b.zone |= inFigure
				break
			}
			n = n.Parent
		}
	}
}

// paragraphs counts the paragraphs that end as sentences do in the boxes around them. A
// picture has one caption: what is more is text.
func (p *page) paragraphs() map[*html.Node]int {
	n := map[*html.Node]int{}
	for i := range p.blocks {
		if b := &p.blocks[i]; b.tag == "p" && b.endsSentence() && b.node != nil {
			for box, level := b.node.Parent, 0; box != nil && level < boxLevels; box, level = box.Parent, level+1 {
				n[box]++
			}
		}
	}
	return n
}

// boxWords counts the words of the boxes around each block.
func (p *page) boxWords() map[*html.Node]int {
	if p.sizes != nil {
		return p.sizes
	}
	p.sizes = make(map[*html.Node]int, 2*len(p.blocks))
	for i := range p.blocks {
		b := &p.blocks[i]
		n := b.node
		for level := 0; n != nil && level <= boxLevels; level++ {
			p.sizes[n] += b.words
			n = n.Parent
		}
	}
	return p.sizes
}

// dropPromptBoxes drops all of a box that holds a prompt and no prose: no long paragraph,
// and no sentence in the place where most of the text stands, but for what the outlet
// says of itself.
func (x *Extractor) dropPromptBoxes(p *page) {
	prose := map[*html.Node]bool{}
	main := p.mainSlot()
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.keep[i] || b.tag == "li" || x.isPrompt(b) {
			continue
		}
		if b.words < proseWords && (b.slot != main || !b.endsSentence()) || speaksAsOutlet(b.text, b.tokens()) {
			continue
		}
		n := b.node
		for level := 0; n != nil && level <= boxLevels; level++ {
			prose[n] = true
			n = n.Parent
		}
	}
	words := p.boxWords()
	prompted := map[*html.Node]bool{}
	for i := range p.blocks {
		b := &p.blocks[i]
		if box := b.box(); box != nil && !prose[box] && words[box] <= maxPromptBox && !b.zone.has(inHeader) && b.words <= maxPromptWords && x.isAsking(b) {
			prompted[box] = true
		}
	}
	for i := range p.blocks {
		n := p.blocks[i].node
		for level := 0; n != nil && p.keep[i] && level < boxLevels; level++ {
			if prompted[n] {
				p.keep[i] = false
			}
			n = n.Parent
		}
	}
}
