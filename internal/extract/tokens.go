package extract

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHeadNodes bounds what is kept of a head that is read from tokens.
const maxHeadNodes = 4_000

// outlineTokens reads a page without building its tree: text blocks by the nearest
// opening tag, and a flat tree of the elements that carry metadata. It costs time
// and memory linear in the page, whatever its nesting.
func outlineTokens(src []byte) (*html.Node, []block) {
	root := &html.Node{Type: html.DocumentNode}
	o := &outliner{}
	z := html.NewTokenizer(bytes.NewReader(src))
	at := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	var raw *html.Node // the script, title or time whose text comes next
	skip, links, kept := atom.Atom(0), 0, 0
	for {
		tt := z.Next()
		if tt == html.ErrorToken {
			o.flush()
			return root, o.blocks
		}
		switch tt {
		case html.StartTagToken, html.SelfClosingTagToken:
			n := element(z.Token())
			raw = nil
			if isMetadata(n) && kept < maxHeadNodes {
				kept++
				root.AppendChild(n)
				raw = n
			}
			if skip != 0 {
				continue
			}
			switch {
			case n.DataAtom == atom.Br:
				o.lineBreak()
			case n.DataAtom != atom.Head && tt == html.StartTagToken && unseen(n) && n.DataAtom != atom.Input && n.DataAtom != atom.Embed:
				skip = n.DataAtom
			case n.DataAtom == atom.A:
				links = 1
			case isBlockElement(n):
				o.flush()
				at, links = &html.Node{Type: html.ElementNode, DataAtom: n.DataAtom, Data: n.Data, Attr: n.Attr}, 0
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			raw = nil
			if skip != 0 {
				if a == skip {
					skip = 0
				}
				continue
			}
			if a == atom.A {
				links = 0
			} else if isBlockElement(&html.Node{DataAtom: a, Data: string(name)}) {
				o.flush()
			}
		case html.TextToken:
			text := string(z.Text())
			if raw != nil {
				raw.AppendChild(&html.Node{Type: html.TextNode, Data: text})
			}
			if skip == 0 && (raw == nil || raw.DataAtom != atom.Title) {
				o.write(html.UnescapeString(text), at, zoneOf(at), links > 0)
			}
		}
	}
}

// element makes a node of a tag.
func element(t html.Token) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: t.DataAtom, Data: t.Data, Attr: t.Attr}
}

// isMetadata reports whether an element says something about the article.
func isMetadata(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Html, atom.Meta, atom.Link, atom.Title, atom.Script, atom.Time, atom.H1:
		return true
	}
	return false
}
