package extract

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of reading a page from its tokens.
const (
	maxHeadNodes = 4_000 // elements that carry metadata
	maxOpenBoxes = 512   // nested containers that are told apart
)

// tokenOutliner reads a page without building its tree. It keeps the containers
// that are open, so that blocks know their box and place, and a flat tree of the
// elements that carry metadata. Time and memory are linear in the page, whatever its
// nesting.
type tokenOutliner struct {
	outliner
	zones zoneNames
	head  *html.Node
	kept  int
	boxes []spot     // the containers that have not ended
	deep  int        // containers open beyond maxOpenBoxes
	last  *html.Node // the last of those, while it is open
	raw   *html.Node // the script, title or time whose text comes next
	skip  atom.Atom  // the element whose content is not seen
	link  bool
}

// outlineTokens returns what a page states and its text blocks.
func outlineTokens(src []byte) (*facts, []block) {
	o := &tokenOutliner{zones: zoneNames{}, head: &html.Node{Type: html.DocumentNode}}
	z := html.NewTokenizer(bytes.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, or what cannot be read further
			o.flush()
			return o.facts(), o.blocks
		case html.StartTagToken:
			o.open(z.Token(), false)
		case html.SelfClosingTagToken:
			o.open(z.Token(), true)
		case html.EndTagToken:
			name, _ := z.TagName()
			o.close(string(name))
		case html.TextToken:
			o.read(string(z.Text()))
		}
	}
}

// facts reads the elements that carry metadata.
func (o *tokenOutliner) facts() *facts {
	f := newFacts()
	for n := range o.head.ChildNodes() {
		f.element(n, o.zones.of(n))
	}
	return &f
}

// open takes a start tag.
func (o *tokenOutliner) open(t html.Token, void bool) {
	n := &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr}
	o.raw = nil
	if isMetadata(n) && o.kept < maxHeadNodes {
		o.kept++
		c := *n
		o.head.AppendChild(&c)
		o.raw = &c
	}
	switch {
	case o.skip != 0:
	case n.DataAtom == atom.Br:
		o.lineBreak()
	case unseen(n) && n.DataAtom != atom.Head:
		if !void && n.DataAtom != atom.Input && n.DataAtom != atom.Embed {
			o.skip = n.DataAtom
		}
	case n.DataAtom == atom.A:
		o.link = true
	case isBlockElement(n):
		o.flush()
		o.link = false
		o.push(n, void)
	}
}

// push opens a container. A paragraph ends an open paragraph, as in a browser.
func (o *tokenOutliner) push(n *html.Node, void bool) {
	if void || n.DataAtom == atom.Hr {
		return
	}
	if top := len(o.boxes) - 1; top >= 0 && (n.DataAtom == atom.P || n.DataAtom == atom.Li) && o.boxes[top].node.DataAtom == n.DataAtom {
		o.boxes = o.boxes[:top]
	}
	at := spot{zone: o.zones.of(n)}
	if top := len(o.boxes) - 1; top >= 0 {
		n.Parent = o.boxes[top].node
		at.zone |= o.boxes[top].zone
		at.article = o.boxes[top].article
	}
	if len(o.boxes) >= maxOpenBoxes {
		o.deep++
		o.last = n
		return
	}
	o.boxes = append(o.boxes, at.within(n))
}

// close takes an end tag.
func (o *tokenOutliner) close(name string) {
	a := atom.Lookup([]byte(name))
	o.raw = nil
	switch {
	case o.skip != 0:
		if a == o.skip {
			o.skip = 0
		}
	case a == atom.A:
		o.link = false
	case isBlockElement(&html.Node{DataAtom: a, Data: name}):
		o.flush()
		if o.deep > 0 {
			o.deep--
			o.last = nil
			return
		}
		for i := len(o.boxes) - 1; i >= 0 && i >= len(o.boxes)-4; i-- { // unclosed ones in between end too
			if o.boxes[i].node.Data == name {
				o.boxes = o.boxes[:i]
				return
			}
		}
	}
}

// read takes a text.
func (o *tokenOutliner) read(s string) {
	if o.raw != nil {
		o.raw.AppendChild(&html.Node{Type: html.TextNode, Data: s})
		if o.raw.DataAtom == atom.Title || o.raw.DataAtom == atom.Script {
			return
		}
	}
	if o.skip != 0 {
		return
	}
	var at spot
	if top := len(o.boxes) - 1; top >= 0 {
		at = o.boxes[top]
	} else {
		at.node = &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	}
	if o.last != nil {
		at = at.within(o.last)
	}
	at.link = o.link
	o.write(html.UnescapeString(s), at)
}

// isMetadata reports whether an element says something about the article.
func isMetadata(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Html, atom.Meta, atom.Link, atom.Title, atom.Script, atom.Time:
		return true
	}
	return false
}
