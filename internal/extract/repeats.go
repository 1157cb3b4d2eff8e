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
	weight := map[string]int{}
	main := ""
	for i := range p.blocks {
		if p.keep[i] {
			place := p.blocks[i].place()
			weight[place] += p.blocks[i].words
			if weight[place] > weight[main] {
				main = place
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

// place names where a block stands by elements and classes, the same for all
// paragraphs of one template slot.
func (b *block) place() string {
	if b.node == nil {
		return b.tag
	}
	s := b.tag + "." + attr(b.node, "class")
	if b.node.Parent != nil {
		s += "<" + b.node.Parent.Data + "." + attr(b.node.Parent, "class")
	}
	return s
}
