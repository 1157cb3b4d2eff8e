package extract

import (
	"net/url"

	"golang.org/x/net/html"
)

// page is what is known of a page when its blocks are chosen.
type page struct {
	url    *url.URL
	source []byte // all of it, scripts too
	meta   metadata
	blocks []block // all visible text
	slots  int     // how many places of the template they stand in
	keep   []bool  // which blocks are the article's, by index

	note    []bool   // which of them are notes
	entries []string // by block, the live blog's entry that it belongs to; nil: no entries

	stated []block   // the articleBody of the page's data; nil when there is none
	body   *passages // the same, to ask what it holds

	headline []string // its words, cut once when first asked for

	pictures map[*html.Node]bool
	sizes    map[*html.Node]int // see [page.boxWords], counted once
}

// choose marks the blocks that belong to the article: those that their features speak
// for, without what is not the article's after all, and with its notes and captions.
func (x *Extractor) choose(p *page) {
	p.keep = x.weigh(p)
	p.settleLists()
	p.settleQuotes()
	p.settleParagraphs()
	p.settleHeadings()
	p.dropRepeats()
	p.dropStrangers()
	p.dropOtherArticles()
	x.dropPromptBoxes(p)
	p.dropEchoes()
	x.trim(p)
	x.dropAuthors(p)
	p.settleDek()
	x.restoreNotes(p)
	p.restoreCaptions()
	p.nameEntries()
}

// weigh judges every block by its features.
func (x *Extractor) weigh(p *page) []bool {
	keep := make([]bool, len(p.blocks))
	v := x.look(p)
	for i := range p.blocks {
		s, sum := v.at(i), 0.0
		for k := range x.features {
			sum += x.weights[k] * x.features[k].of(s)
		}
		keep[i] = sum > 0 && !s.b.zone.has(inWall)
	}
	return keep
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

// bodyWords counts the words of some blocks.
func bodyWords(bs []block) int {
	n := 0
	for _, b := range bs {
		n += b.words
	}
	return n
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
