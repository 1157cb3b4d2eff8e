package newstest

import (
	"slices"
	"strings"
)

// blockKind says what a block of an article's body is.
type blockKind uint8

const (
	paragraph blockKind = iota
	subheading
)

type block struct {
	kind blockKind
	text string
}

// notice is a correction or other note on the page.
type notice struct {
	kind  string
	text  string
	above bool // above the text, as against below
}

// page is a state of an article's page. It is a value: steps copy it.
type page struct {
	headline, dek, byline, caption string
	other                          string // the headline that takes turns, if any
	blocks                         []block
	notes                          []notice

	// What is not the article's text.
	furniture int  // which adverts, teasers and counts are shown, and how dates are written
	markup    int  // how the text is set: 0 as written, 1 with other markup and quotation marks
	status    int  // an answer other than 200, or 0
	challenge bool // a page that asks for patience instead of the article
	dated     bool // the change shows in "updated"
}

func (p page) clone() page {
	p.blocks, p.notes = slices.Clone(p.blocks), slices.Clone(p.notes)
	return p
}

// part is a run of the article's text, with a pointer to change it by.
type part struct {
	where string // in the words of the program's JSON form
	text  *string
}

// parts lists the texts of the article in the order of reading. p must be a copy.
func (p *page) parts() []part {
	list := []part{{"headline", &p.headline}, {"dek", &p.dek}, {"caption", &p.caption}}
	lede := true
	for i := range p.blocks {
		where := "body"
		switch {
		case p.blocks[i].kind == subheading:
			where = "subheading"
		case lede:
			where, lede = "lede", false
		}
		list = append(list, part{where, &p.blocks[i].text})
	}
	return list
}

// text is everything that the article says, a paragraph a line.
func (p page) text() string {
	q := p.clone()
	var lines []string
	for _, part := range q.parts() {
		lines = append(lines, *part.text)
	}
	for _, n := range p.notes {
		lines = append(lines, n.text)
	}
	return strings.Join(lines, "\n")
}
