package extract

import (
	"slices"
	"strings"
)

// Bounds of what tells who wrote an article.
const (
	maxAuthorBox   = 150 // words of its box
	maxAuthorLines = 20  // blocks of it, and blocks looked at behind the text
	maxAuthorBoxes = 5
)

// dropAuthors drops what tells who wrote the article rather than the news: what stands
// under a line such as "About the author", and the paragraphs at the end that begin with
// an author's name, which the article itself does not mention.
func (x *Extractor) dropAuthors(p *page) {
	words, boxes := p.boxWords(), 0
	for i := range p.blocks {
		if boxes == maxAuthorBoxes || !x.namesAuthorBox(&p.blocks[i]) {
			continue
		}
		boxes++
		p.keep[i] = false
		box := p.blocks[i].node
		for box != nil && words[box] == p.blocks[i].words {
			box = box.Parent
		}
		for j := i + 1; j < len(p.blocks) && j <= i+maxAuthorLines && (p.isBio(j) || box != nil && words[box] <= maxAuthorBox && within(p.blocks[j].node, box)); j++ {
			p.keep[j] = false
		}
	}
	_, last := p.span(1)
	for i := last; i >= 0 && i > last-maxAuthorLines; i-- {
		switch b := &p.blocks[i]; {
		case !p.keep[i], b.words < 8, x.isNoteText(b, p.meta.language):
		case p.isBio(i):
			p.keep[i] = false
		default:
			return
		}
	}
}

// namesAuthorBox reports whether a block is a line such as "About the author".
func (x *Extractor) namesAuthorBox(b *block) bool {
	if b.words > 4 || b.node == nil {
		return false
	}
	n := x.lexicon.authors.at(b.tokens())
	return n > 0 && n == len(b.tokens())
}

// isBio reports whether a block tells of an author: it begins with the name of one, whom
// neither the headline nor an earlier block of the article mentions.
func (p *page) isBio(i int) bool {
	b := &p.blocks[i]
	if b.words > maxAuthorBox/2 || !b.endsSentence() {
		return false
	}
	at := slices.IndexFunc(p.meta.bylines, func(name string) bool { return isName(name) && strings.HasPrefix(b.text, name) })
	if at < 0 || strings.Contains(p.meta.headline, p.meta.bylines[at]) {
		return false
	}
	for j := range p.blocks[:i] {
		if o := &p.blocks[j]; p.keep[j] && o.words >= 8 && strings.Contains(o.text, p.meta.bylines[at]) && !strings.HasPrefix(o.text, p.meta.bylines[at]) {
			return false
		}
	}
	return true
}
