package extract

import (
	"slices"

	"golang.org/x/net/html"
)

// chooseDek returns the summary line that a reader sees under the headline: a block
// that the page's data or its classes call so. A description that is not shown is
// not one.
func chooseDek(f *facts, ld ldNode, blocks []block, headline string) string {
	stated := []string{ld.str("alternativeHeadline"), ld.str("description"), f.first("og:description"), f.first("description"), f.first("twitter:description")}
	at := headlineAt(blocks, headline)
	if at < 0 {
		return ""
	}
	for i := at + 1; i < len(blocks) && i <= at+12; i++ {
		b := blocks[i]
		if b.words < 5 || b.words > 80 || b.zone.has(hidden|inNav|inCaption|inFigure|inForm) || b.tag == "li" {
			continue
		}
		if likeness(b.text, headline) > .8 {
			continue
		}
		called := b.zone.has(inDek)
		for _, s := range stated {
			called = called || (s != "" && sameStart(b.text, s))
		}
		if called && !isBodyStart(blocks, i) {
			return b.text
		}
		if b.words > 30 {
			break
		}
	}
	return unnamedDek(blocks, at)
}

// unnamedDek returns a sentence right below the headline that is no part of the
// running text, though nothing calls it a dek.
func unnamedDek(blocks []block, at int) string {
	for i := at + 1; i < len(blocks) && i <= at+2; i++ {
		b := &blocks[i]
		if i == at+1 && isSubtitle(blocks, i) {
			return b.text
		}
		plain := !b.zone.has(hidden | inNav | inCaption | inFigure | inForm | inPromo | inByline | inAside | inNote | inList | inComments | inWall)
		if plain && b.words >= 8 && b.words <= 60 && b.linkShare() < .2 && b.endsSentence() && (b.tag != "p" || b.zone.has(inHeader)) && !isBodyStart(blocks, i) {
			return b.text
		}
	}
	return ""
}

// isSubtitle reports whether a heading right below the headline goes on with it: it says
// as much as a headline does, leads nowhere and stands in a box without paragraphs, as no
// heading of a part of the text does.
func isSubtitle(blocks []block, i int) bool {
	b := &blocks[i]
	if b.heading() == 0 || b.words < 6 || b.words > 60 || b.linkShare() > 0 || b.node == nil ||
		b.zone.has(hidden|inNav|inCaption|inFigure|inForm|inPromo|inAside|inList|inComments|inWall) {
		return false
	}
	return !slices.ContainsFunc(blocks, func(o block) bool {
		return o.tag == "p" && o.node != nil && o.node.Parent == b.node.Parent
	})
}

// settleDek takes back a dek that is the article's first paragraph after all: it is set
// as one, of full sentences, or stands in the same box as most of the text, set as that is. What is left
// is a line under the headline.
func (p *page) settleDek() {
	at := p.dekAt()
	if at < 0 {
		return
	}
	b := &p.blocks[at]
	if b.tag == "p" && b.endsSentence() {
		p.keep[at], p.meta.dek = true, ""
		return
	}
	if !p.keep[at] || b.zone.has(inDek|inHeader) || b.heading() > 0 {
		return
	}
	boxes := map[*html.Node]int{}
	for i := range p.blocks {
		if o := &p.blocks[i]; p.keep[i] && o.tag == b.tag && o.text != p.meta.dek {
			boxes[o.box()] += o.words
			boxes[o.node] += o.words
		}
	}
	if 3*max(boxes[b.box()], boxes[b.node]) > p.words() {
		p.meta.dek = ""
	}
}

// dekAt is the block that shows the dek: a kept one, else the first below the headline;
// -1 for none.
func (p *page) dekAt() int {
	if p.meta.dek == "" {
		return -1
	}
	at, head := -1, headlineAt(p.blocks, p.meta.headline)
	for i := range p.blocks {
		if p.blocks[i].text != p.meta.dek {
			continue
		}
		if p.keep[i] {
			return i
		}
		if at < 0 && i > head {
			at = i
		}
	}
	return at
}

// sameStart reports whether two texts begin with the same words, as descriptions
// that are cut do.
func sameStart(a, b string) bool {
	x, y := tokens(a), tokens(b)
	n := min(len(x), len(y), 12)
	return n >= 5 && slices.Equal(x[:n], y[:n])
}

// isBodyStart reports whether a block is the first paragraph of the running text
// rather than a summary above it: the next paragraph follows as its plain sibling. A line
// that says who wrote it, and when, is none.
func isBodyStart(blocks []block, i int) bool {
	b := blocks[i]
	if b.tag != "p" || b.zone.has(inDek|inHeader) || b.node == nil {
		return false
	}
	for j := i + 1; j < len(blocks) && j <= i+2; j++ {
		n := blocks[j].node
		if n != nil && n.Parent == b.node.Parent && blocks[j].tag == "p" && blocks[j].endsSentence() && attr(n, "class") == attr(b.node, "class") {
			return true
		}
	}
	return false
}
