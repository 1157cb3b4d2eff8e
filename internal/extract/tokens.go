package extract

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of reading a page from its tokens.
const (
	maxHeadNodes = 4_000   // elements that carry metadata
	maxOpenBoxes = 128     // nested containers that are told apart
	maxTokenTags = 800_000 // what follows is left out
)

// tokenOutliner reads a page without building its tree. It keeps the containers
// that are open, so that blocks know their box and place, and a flat tree of the
// elements that carry metadata. Time and memory are linear in the page, whatever its
// nesting, and bounded.
type tokenOutliner struct {
	outliner
	zones zoneNames
	head  *html.Node
	kept  int
	boxes []openBox  // the containers that have not ended
	deep  int        // containers open beyond maxOpenBoxes
	last  *html.Node // the last of those, while it is open
	raw   *html.Node // the script, title or time whose text comes next
	skip  atom.Atom  // the element whose content is not seen
	link  bool
}

// openBox is a container that has not ended. Its node is made when a text is found in
// it.
type openBox struct {
	spot
	tag html.Token
}

// outlineTokens returns what a page states and its text blocks.
func outlineTokens(src []byte) (*facts, []block) {
	o := &tokenOutliner{zones: zoneNames{}, head: &html.Node{Type: html.DocumentNode}}
	z := html.NewTokenizer(bytes.NewReader(src))
	for tags := 0; tags < maxTokenTags && !o.full(); {
		kind := z.Next()
		switch kind {
		case html.ErrorToken: // the end, or what cannot be read further
			o.flush()
			return o.facts(), o.blocks
		case html.StartTagToken, html.SelfClosingTagToken:
			tags++
			o.open(z, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			tags++
			name, _ := z.TagName()
			o.close(name)
		case html.TextToken:
			o.read(z.Text())
		}
	}
	o.flush()
	return o.facts(), o.blocks
}

// facts reads the elements that carry metadata.
func (o *tokenOutliner) facts() *facts {
	f := newFacts()
	for n := range o.head.ChildNodes() {
		f.element(n, o.zones.of(n.DataAtom, n.Attr))
	}
	return &f
}

// open takes a start tag.
func (o *tokenOutliner) open(z *html.Tokenizer, void bool) {
	name, more := z.TagName()
	t := html.Token{DataAtom: atom.Lookup(name)}
	o.raw = nil
	boxed, stated := isBlockTag(t.DataAtom, name), isMetadata(t.DataAtom) && o.kept < maxHeadNodes
	if boxed && o.skip == 0 || stated {
		t.Data = nameOf(t.DataAtom, name)
		for more {
			var key, val []byte
			key, val, more = z.TagAttr()
			if len(t.Attr) < maxTagAttributes {
				t.Attr = append(t.Attr, html.Attribute{Key: string(key), Val: string(val)})
			}
		}
	}
	if stated {
		o.kept++
		o.raw = nodeOf(t)
		o.head.AppendChild(o.raw)
	}
	switch {
	case o.skip != 0:
	case t.DataAtom == atom.Br:
		o.lineBreak()
	case unseen(t.DataAtom) && t.DataAtom != atom.Head:
		if !void && t.DataAtom != atom.Input && t.DataAtom != atom.Embed {
			o.skip = t.DataAtom
		}
	case t.DataAtom == atom.A:
		o.link = true
	case boxed:
		o.flush()
		o.link = false
		if !void && t.DataAtom != atom.Hr {
			o.push(t)
		}
	}
}

// nameOf is the name of an element, made once for those that are known.
func nameOf(a atom.Atom, name []byte) string {
	if a != 0 {
		return a.String()
	}
	return string(name)
}

// nodeOf is an element as the tree has it.
func nodeOf(t html.Token) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr}
}

// push opens a container. A paragraph ends an open paragraph, as in a browser.
func (o *tokenOutliner) push(t html.Token) {
	if top := len(o.boxes) - 1; top >= 0 && (t.DataAtom == atom.P || t.DataAtom == atom.Li) && o.boxes[top].tag.DataAtom == t.DataAtom {
		o.boxes = o.boxes[:top]
	}
	if len(o.boxes) >= maxOpenBoxes {
		o.deep++
		o.last = nodeOf(t)
		o.last.Parent = o.node(len(o.boxes) - 1)
		return
	}
	box := openBox{spot{zone: o.zones.of(t.DataAtom, t.Attr)}, t}
	if top := len(o.boxes) - 1; top >= 0 {
		box.zone |= o.boxes[top].zone
		box.article = o.boxes[top].article
	}
	if t.DataAtom == atom.Article && box.article == nil {
		box.node = nodeOf(t)
		box.node.Parent = o.node(len(o.boxes) - 1)
		box.article = box.node
	}
	o.boxes = append(o.boxes, box)
}

// node is the element of an open container, with those around it; nil outside all.
func (o *tokenOutliner) node(i int) *html.Node {
	if i < 0 {
		return nil
	}
	b := &o.boxes[i]
	if b.node == nil {
		b.node = nodeOf(b.tag)
		b.node.Parent = o.node(i - 1)
	}
	return b.node
}

// close takes an end tag.
func (o *tokenOutliner) close(name []byte) {
	a := atom.Lookup(name)
	o.raw = nil
	switch {
	case o.skip != 0:
		if a == o.skip {
			o.skip = 0
		}
	case a == atom.A:
		o.link = false
	case isBlockTag(a, name):
		o.flush()
		if o.deep > 0 {
			o.deep--
			o.last = nil
			return
		}
		for i := len(o.boxes) - 1; i >= 0 && i >= len(o.boxes)-4; i-- { // unclosed ones in between end too
			if o.boxes[i].tag.Data == string(name) {
				o.boxes = o.boxes[:i]
				return
			}
		}
	}
}

// read takes a text.
func (o *tokenOutliner) read(text []byte) {
	if o.raw != nil {
		o.raw.AppendChild(&html.Node{Type: html.TextNode, Data: string(text)})
		if o.raw.DataAtom == atom.Title || o.raw.DataAtom == atom.Script {
			return
		}
	}
	if o.skip != 0 {
		return
	}
	if len(bytes.TrimSpace(text)) == 0 {
		o.write(string(text), spot{})
		return
	}
	var at spot
	if top := len(o.boxes) - 1; top >= 0 {
		o.node(top)
		at = o.boxes[top].spot
	} else {
		at.node = &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	}
	if o.last != nil {
		at = at.within(o.last)
	}
	at.link = o.link
	o.write(string(text), at)
}

// isMetadata reports whether an element says something about the article.
func isMetadata(a atom.Atom) bool {
	switch a {
	case atom.Html, atom.Meta, atom.Link, atom.Title, atom.Script, atom.Time:
		return true
	}
	return false
}
