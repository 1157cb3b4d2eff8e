package extract

// restoreCaptions takes back the captions that the engine leaves out with their
// pictures: lines marked as captions between the headline and the end of the text,
// in the article's own element.
func (p *page) restoreCaptions() {
	first, last := p.span(1)
	if last < 0 {
		return
	}
	main := p.blocks[first].article
	if at := headlineAt(p.blocks, p.meta.headline); at >= 0 {
		first = min(first, at)
	}
	shown := map[string]bool{}
	for i := range p.blocks {
		if p.keep[i] {
			shown[p.blocks[i].text] = true
		}
	}
	for i := first; i <= last; i++ {
		b := &p.blocks[i]
		marked := b.tag == "figcaption" || b.zone.has(inCaption|inFigure)
		if p.keep[i] || !marked || shown[b.text] || b.words < 3 || b.words > 100 || b.linkShare() > .5 || b.heading() > 0 {
			continue
		}
		if b.zone.has(hidden|inNav|inForm|inPromo|inFooter|inComments|inWall|inByline) || b.article != main {
			continue
		}
		p.keep[i], shown[b.text] = true, true
	}
}
