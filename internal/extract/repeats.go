package extract

import (
	"golang.org/x/net/html"
)

// dropRepeats keeps of a text that was marked several times the one that stands
// where most of the article stands: not the table of contents, the pull quote or
// the copy for small screens. What an article itself repeats stays.
func (p *page) dropRepeats() {
	weight := map[*html.Node]int{} // words kept in each box
	groups := map[uint64][]int{}
	for i := range p.blocks {
		if p.keep[i] {
			b := &p.blocks[i]
			weight[b.box()] += b.words
			key := mix(b.hashes())
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
			same := p.blocks[i].slot == b.slot
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
	main := p.mainSlot()
	var said *passages // what stands there, gathered when a block elsewhere is met
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.keep[i] || b.slot == main || b.words < 8 || b.heading() > 0 {
			continue
		}
		if said == nil {
			said = p.saidIn(main)
		}
		if said.holdsHashes(b.hashes()) >= .8 {
			p.keep[i] = false
		}
	}
}

// mainSlot is the slot of the template with most words of the kept blocks; of equals
// the one that has them first.
func (p *page) mainSlot() int {
	weight := make([]int, p.slots)
	main := -1
	for i := range p.blocks {
		if b := &p.blocks[i]; p.keep[i] {
			weight[b.slot] += b.words
			if main < 0 || weight[b.slot] > weight[main] {
				main = b.slot
			}
		}
	}
	return main
}

// saidIn gathers what the kept blocks of a slot say.
func (p *page) saidIn(slot int) *passages {
	said := newPassages()
	for i := range p.blocks {
		if b := &p.blocks[i]; p.keep[i] && b.slot == slot {
			said.addHashes(b.hashes())
		}
	}
	return said
}

// number gives each place of the template that blocks stand in a number, its slot.
func (p *page) number() {
	slots := map[place]int{}
	for i := range p.blocks {
		at := p.blocks[i].place()
		n, ok := slots[at]
		if !ok {
			n = len(slots)
			slots[at] = n
		}
		p.blocks[i].slot = n
	}
	p.slots = len(slots)
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
