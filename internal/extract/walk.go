package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// walker reads a tree in one walk: its text blocks, what its elements state, and its
// pictures.
type walker struct {
	outliner
	facts    facts
	pictures map[*html.Node]bool
	zones    zoneNames
}

// walk reads a parsed page.
func walk(root *html.Node) *walker {
	w := &walker{facts: newFacts(), pictures: map[*html.Node]bool{}, zones: zoneNames{}}
	w.visit(root, spot{}, true)
	w.flush()
	return w
}

// visit reads n, which stands at a spot. seen says that a reader sees it. Depth is
// bounded by the parser (512).
func (w *walker) visit(n *html.Node, at spot, seen bool) {
	switch n.Type {
	case html.TextNode:
		if seen {
			w.write(n.Data, at)
		}
		return
	case html.ElementNode:
		w.element(n, at, seen)
		return
	case html.DocumentNode:
		w.children(n, at, seen)
	}
}

// element reads an element and what stands in it.
func (w *walker) element(n *html.Node, at spot, seen bool) {
	if z := w.zones.of(n.DataAtom, n.Attr); at.zone.has(inQuote) {
		at.zone |= z &^ (inHeader | inFooter) // of the quotation: who said it
	} else {
		at.zone |= z
	}
	at.style |= styleOf(n)
	w.facts.element(n, at.zone)
	if isPicture(n) {
		w.pictures[n] = true
	}
	seen = seen && !unseen(n.DataAtom)
	switch {
	case !seen:
	case n.DataAtom == atom.Br:
		w.lineBreak()
		return
	case n.DataAtom == atom.A:
		at.link = true
	}
	if !seen || !isBlockTag(n.DataAtom, n.Data) {
		w.children(n, at, seen)
		return
	}
	if w.row {
		w.text = append(w.text, ' ')
		w.children(n, at, true)
		return
	}
	w.flush()
	at = at.within(n)
	w.row = n.DataAtom == atom.Tr && isDataRow(n)
	w.children(n, at, true)
	w.row = false
	w.flush()
}

// children reads what stands in a node.
func (w *walker) children(n *html.Node, at spot, seen bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.visit(c, at, seen)
	}
}

// isPicture reports whether an element is an image or a player.
func isPicture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Img, atom.Picture, atom.Video, atom.Figure, atom.Audio:
		return true
	}
	return false
}
