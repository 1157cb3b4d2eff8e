package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// minTrail is how many links lead to the page's name at the end of a trail.
const minTrail = 2

// endsTrail reports whether a heading is the last part of a trail of links: what stands
// before it in its box, or before the list entry that holds it, are links.
func endsTrail(n *html.Node) bool {
	for level := 0; n != nil && level < 3; level++ {
		links := 0
		for c := n.PrevSibling; c != nil; c = c.PrevSibling {
			if c.Type == html.ElementNode && isCrumb(c) {
				links++
			}
		}
		if links >= minTrail {
			return true
		}
		n = n.Parent
	}
	return false
}

// isCrumb reports whether an element holds a short link and no other text.
func isCrumb(n *html.Node) bool {
	text := collapse(textUpTo(n, maxHeadline))
	if text == "" || countWords(text) > 5 {
		return false
	}
	if n.DataAtom == atom.A {
		return true
	}
	for d := range n.Descendants() {
		if d.DataAtom == atom.A && collapse(textUpTo(d, maxHeadline)) == text {
			return true
		}
	}
	return false
}

// kickerNames are words by which classes name what leads a headline.
var kickerNames = wordSet("kicker overline dachzeile spitzmarke topline roofline overtitle supertitle suptitle pretitle eyebrow antetitulo surtitre occhiello chapeu")

// headline parts a heading into its kicker, where its markup names one, and the rest.
func (b *block) headline() (kicker, rest string) {
	if b.node == nil {
		return "", b.text
	}
	for d := range b.node.Descendants() {
		if d.Type != html.ElementNode || !namesKicker(attr(d, "class")) {
			continue
		}
		k := collapse(textUpTo(d, maxHeadline))
		if r, ok := strings.CutPrefix(b.text, k); ok && countWords(r) >= 2 {
			return k, strings.TrimLeft(r, ":–—-|• ")
		}
		break
	}
	return "", b.text
}

// parts are the texts of the elements that a heading is made of.
func (b *block) parts() []string {
	var out []string
	if b.node != nil {
		for c := range b.node.ChildNodes() {
			if s := collapse(textUpTo(c, maxHeadline)); c.Type == html.ElementNode && s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// saysSame reports whether one of some texts is made of the same words as another.
func saysSame(texts []string, text string) bool {
	words := tokens(text)
	return slices.ContainsFunc(texts, func(s string) bool { return slices.Equal(tokens(s), words) })
}

// namesKicker reports whether one of the words of a class is the name of a kicker.
func namesKicker(class string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(class), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if kickerNames[word] {
			return true
		}
	}
	return false
}
