package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trim drops chosen blocks that stand where the article's text stands but are none of
// it: the headline again, prompts, lists of links, credits.
func (x *Extractor) trim(p *page) {
	for i := range p.blocks {
		b := &p.blocks[i]
		switch {
		case b.tag == "h1", p.isHeadline(b),
			b.linkShare() > .75 && b.words > 2 && !b.endsSentence(),
			x.isPrompt(b), x.isCredit(b), p.isDateline(b):
			p.keep[i] = false
		}
	}
	p.dropAbove()
	p.dropAdverts()
	x.dropAppeals(p.blocks, p.keep, p.meta.headline+" "+p.meta.dek)
}

// dropAbove drops what stands above the headline, where most of the text stands below:
// menus of news with their first lines read like paragraphs.
func (p *page) dropAbove() {
	head := headlineAt(p.blocks, p.meta.headline)
	above := 0
	for i := range max(0, head) {
		if p.keep[i] {
			above += p.blocks[i].words
		}
	}
	if above == 0 || 2*above > p.words() {
		return
	}
	for i := range head {
		p.keep[i] = false
	}
}

// maxAdvert is the longest line that is taken for an advert by the name of its box.
const maxAdvert = 20

// dropAdverts drops lines without a full stop in boxes amid the text that the page names
// as adverts, pleas or links to share, and the rest of the text is not in.
func (p *page) dropAdverts() {
	main, own := p.mainSlot(), zone(0)
	for i := range p.blocks {
		if b := &p.blocks[i]; p.keep[i] && b.slot == main {
			own = b.zone
			break
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if (b.zone &^ own).has(inPromo) && b.words <= maxAdvert && b.heading() == 0 && b.list() == nil && !b.zone.has(inQuote|inNote) && !b.endsSentence() {
			p.keep[i] = false
		}
	}
}

// isHeadline reports whether a block repeats the headline.
func (p *page) isHeadline(b *block) bool {
	if p.headline == nil {
		p.headline = tokens(p.meta.headline)
	}
	return len(p.headline) > 0 && b.words <= 40 && (b.isLike(p.headline, .85) || b.leadsTo(p.headline))
}

// isDateline reports whether a short block is nothing but a date, or one of the
// bylines.
func (p *page) isDateline(b *block) bool {
	return b.dateline.or(func() bool { return p.readsAsDateline(b) })
}

// readsAsDateline is isDateline, asked for the first time.
func (p *page) readsAsDateline(b *block) bool {
	if b.words > 16 || len(b.text) > 90 || b.endsSentence() || b.zone.has(inQuote) {
		return false
	}
	if strings.ContainsAny(b.text, "0123456789") && (!parseDate(b.text, p.meta.language).IsZero() || isStamp(b)) {
		return true
	}
	for _, name := range p.meta.bylines {
		if b.words <= countWords(name)+4 && strings.Contains(b.text, name) {
			return true
		}
	}
	return false
}

// isStamp reports whether a block is a bare "Updated 14:05" without a word on what
// was updated.
func isStamp(b *block) bool {
	return b.words <= 12 && saysUpdated(b.text) && strings.ContainsAny(b.text, "0123456789") && strings.ContainsAny(b.text, ":.") && updatedAt(b.text) <= 3
}

// endsSentence reports whether a text ends as sentences do.
func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'”’»“)]", r)
	})
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？:;؟।", r)
}
