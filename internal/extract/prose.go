package extract

// proseOf weighs each block of a page as an article's paragraph: its words outside
// links, less where class names or element speak against it; 0 for prompts and for
// what reads as no paragraph.
func (x *Extractor) proseOf(blocks []block) []float64 {
	out := make([]float64, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		if !isProse(b) || b.linkShare() > .5 || b.zone.has(inFooter|inNav|inForm|inComments|inWall) || x.isPrompt(b) {
			continue
		}
		out[i] = float64(b.words) * (1 - b.linkShare())
		if b.zone.has(inPromo | inAside | hidden) {
			out[i] *= asideProse
		}
		if b.tag != "p" {
			out[i] *= looseProse
		}
	}
	return out
}

// What is left of a paragraph's weight where its place or element speaks against it.
const (
	asideProse = .3
	looseProse = .7
)

// isProse reports whether a block reads as a paragraph, whatever its element.
func isProse(b *block) bool {
	return b.tag == "p" && b.words >= 10 || b.words >= 20 && b.endsSentence()
}

// settleZones forgets zones that most of the page's prose stands in: a class that
// holds the whole text ("menu-open", "has-newsletter") tells nothing about its
// parts. Comments can be longer than the article, and are forgotten only where there
// is nothing else; walls never.
func settleZones(blocks []block) {
	total := 0.0
	sums := map[zone]float64{}
	for i := range blocks {
		b := &blocks[i]
		if !isProse(b) || b.linkShare() > .5 {
			continue
		}
		w := float64(b.words) * (1 - b.linkShare())
		total += w
		for bit := zone(1); bit < inWall; bit <<= 1 {
			if b.zone.has(bit) {
				sums[bit] += w
			}
		}
	}
	var common zone
	for bit, sum := range sums {
		need := .5
		if bit == inComments {
			need = .95
		}
		if sum > need*total && !bit.has(inArticle|inMain|inWall) {
			common |= bit
		}
	}
	for i := range blocks {
		blocks[i].zone &^= common
	}
}

// ends returns the first and last block of prose at most some levels below a box, -1
// when there is none.
func (f *frame) ends(prose []float64, in, levels int) (first, last int) {
	first, last = -1, -1
	for i := range prose {
		if prose[i] == 0 {
			continue
		}
		if down, up := f.apart(f.home[i], in); up == 0 && down <= levels {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	return first, last
}
