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
	head  *html.Node
	kept  int
	boxes []openBox
	deep  int        // containers open beyond maxOpenBoxes
	last  *html.Node // the last of those, while it is open
	raw   *html.Node // the script, title or time whose text comes next
	skip  atom.Atom  // the element whose content is not seen
	link  bool
}

// openBox is a block-level element that has not ended.
type openBox struct {
	node *html.Node
	zone zone
}

// outlineTokens returns the metadata elements and the text blocks of a page.
func outlineTokens(src []byte) (*html.Node, []block) {
	o := &tokenOutliner{head: &html.Node{Type: html.DocumentNode}}
	z := html.NewTokenizer(bytes.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end, or what cannot be read further
			o.flush()
			return o.head, o.blocks
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
	z := zoneOf(n)
	if top := len(o.boxes) - 1; top >= 0 {
		n.Parent = o.boxes[top].node
		z |= o.boxes[top].zone
	}
	if len(o.boxes) >= maxOpenBoxes {
		o.deep++
		o.last = n
		return
	}
	o.boxes = append(o.boxes, openBox{n, z})
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
	at, z := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}, zone(0)
	if top := len(o.boxes) - 1; top >= 0 {
		at, z = o.boxes[top].node, o.boxes[top].zone
	}
	if o.last != nil {
		at = o.last
	}
	o.write(html.UnescapeString(s), at, z, o.link)
}

// isMetadata reports whether an element says something about the article.
func isMetadata(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Html, atom.Meta, atom.Link, atom.Title, atom.Script, atom.Time:
		return true
	}
	return false
}
