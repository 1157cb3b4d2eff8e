package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// dropRepeats keeps of a text that was marked several times the one that stands
// where most of the article stands: not the table of contents, the pull quote or
// the copy for small screens. What an article itself repeats stays.
func (p *page) dropRepeats() {
	weight := map[*html.Node]int{} // words kept in each box
	groups := map[string][]int{}
	for i := range p.blocks {
		if p.keep[i] {
			b := &p.blocks[i]
			weight[b.box()] += b.words
			key := strings.Join(b.tokens(), " ")
			groups[key] = append(groups[key], i)
		}
	}
	for _, g := range groups { // each group is judged alone: the order does not matter
		if len(g) < 2 {
			continue
		}
		best := g[0]
		for _, i := range g[1:] {
			if weight[p.blocks[i].box()] > weight[p.blocks[best].box()] {
				best = i
			}
		}
		b := &p.blocks[best]
		for _, i := range g {
			same := p.blocks[i].place() == b.place()
			if i != best && (!same || b.words >= 25 && p.blocks[i].box() != b.box()) {
				p.keep[i] = false
			}
		}
	}
}

// dropEchoes drops blocks outside the article's main place that say again, whole or
// shortened, what stands in it: pull quotes, previews, a copy of the text for search
// engines.
func (p *page) dropEchoes() {
	weight := map[place]int{}
	var main place
	for i := range p.blocks {
		if p.keep[i] {
			at := p.blocks[i].place()
			weight[at] += p.blocks[i].words
			if weight[at] > weight[main] {
				main = at
			}
		}
	}
	said := newPassages()
	for i := range p.blocks {
		if p.keep[i] && p.blocks[i].place() == main {
			said.addTokens(p.blocks[i].tokens())
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.keep[i] && b.words >= 8 && b.heading() == 0 && b.place() != main && said.holdsTokens(b.tokens()) >= .8 {
			p.keep[i] = false
		}
	}
}

// place is one slot of a template: all its paragraphs have the same.
type place struct{ tag, class, box, boxClass string }

// place names where a block stands, by elements and classes.
func (b *block) place() place {
	if b.node == nil {
		return place{tag: b.tag}
	}
	at := place{tag: b.tag, class: attr(b.node, "class")}
	if b.node.Parent != nil {
		at.box, at.boxClass = b.node.Parent.Data, attr(b.node.Parent, "class")
	}
	return at
}
