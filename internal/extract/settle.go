package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// settleLists keeps whole each list and table that stands among the paragraphs of the
// text: a line in it is short and ends without a full stop, and alone looks like a menu's.
func (p *page) settleLists() {
	paragraphs := map[*html.Node]int{}                       // kept ones, by box
	links, all := map[*html.Node]int{}, map[*html.Node]int{} // bytes, by list
	amid := map[*html.Node]bool{}
	first, last := p.span(10)
	for i := range p.blocks {
		b := &p.blocks[i]
		if list := b.list(); list != nil {
			links[list] += b.link
			all[list] += len(b.text)
			amid[list] = amid[list] || p.keep[i] || first <= i && i <= last+1
		} else if b.heading() == 0 && p.keep[i] && b.words >= 10 {
			paragraphs[holderOf(b.node)]++
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		list := b.list()
		if !amid[list] || b.zone.has(hidden|inNav|inFooter|inForm|inComments|inWall|inPromo) {
			continue
		}
		if paragraphs[holderOf(list)] > 1 && 3*links[list] < all[list] {
			p.keep[i] = true
		}
	}
}

// list is the list or table that a block is a line of, nil for none.
func (b *block) list() *html.Node {
	switch {
	case b.tag == "li":
		return b.box()
	case b.tag != "tr" || b.node == nil:
		return nil
	}
	n := b.node.Parent
	for n != nil && n.DataAtom != atom.Table {
		n = n.Parent
	}
	return n
}

// holderOf is the element that a node stands in beside others: elements that hold it
// alone do not count.
func holderOf(n *html.Node) *html.Node {
	for n != nil && n.Parent != nil {
		alone := true
		for c := n.Parent.FirstChild; c != nil && alone; c = c.NextSibling {
			alone = c == n || c.Type != html.ElementNode
		}
		if n = n.Parent; !alone {
			break
		}
	}
	return n
}

// maxSpeakerWords is the longest line that says whose words a quotation is.
const maxSpeakerWords = 15

// settleQuotes keeps with each quotation the short lines of its element: who said it.
func (p *page) settleQuotes() {
	kept := map[*html.Node]bool{}
	for i := range p.blocks {
		if q := quoteOf(&p.blocks[i]); q != nil && p.keep[i] {
			kept[q] = true
		}
	}
	for i := range p.blocks {
		if b := &p.blocks[i]; kept[quoteOf(b)] && b.words <= maxSpeakerWords && b.linkShare() < .5 {
			p.keep[i] = true
		}
	}
}

// quoteOf is the quotation that a block stands in, nil for none.
func quoteOf(b *block) *html.Node {
	if !b.zone.has(inQuote) {
		return nil
	}
	n := b.node
	for n != nil && n.DataAtom != atom.Blockquote {
		n = n.Parent
	}
	return n
}

// settleHeadings keeps the headings between paragraphs of the text: the next block is one,
// in the same box and no worse a place.
func (p *page) settleHeadings() {
	first, last := p.span(8)
	for i := first; i < last; i++ {
		b, next := &p.blocks[i], &p.blocks[i+1]
		if h := b.heading(); h < 2 || h > 5 || b.linkShare() > .5 || (b.zone &^ next.zone).has(hidden|inNav|inFooter|inForm|inComments|inWall|inPromo|inAside) {
			continue
		}
		if p.keep[i+1] && next.heading() == 0 && next.words >= 8 && next.box() == b.box() {
			p.keep[i] = true
		}
	}
}

// settleParagraphs keeps the sentences amid the text that stand in the place of the
// template where most of it stands, and those at its ends that are lines of one element
// with half of it.
func (p *page) settleParagraphs() {
	first, last := p.span(8)
	words := p.words()            // counted once: pages have tens of thousands of blocks
	lines := map[*html.Node]int{} // words kept, by element
	for i := range p.blocks {
		if p.keep[i] {
			lines[p.blocks[i].node] += p.blocks[i].words
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if (i < first || i > last) && b.node != nil && 2*lines[b.node] > words && b.endsSentence() && b.linkShare() < .5 {
			p.keep[i] = true
		}
	}
	main := p.mainSlot()
	for i := first; i < len(p.blocks); i++ {
		b := &p.blocks[i]
		own := b.slot == main && b.article == p.blocks[first].article && b.endsSentence() && b.linkShare() < .5
		if i > last && !own {
			break
		}
		if own {
			p.keep[i] = true
		}
	}
}
