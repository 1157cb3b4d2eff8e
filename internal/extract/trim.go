package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trim drops kept blocks that are not the article's text: the headline again, by and
// date lines, prompts, link lists, labels that repeat, and what is left alone at
// either end.
func (x *Extractor) trim(p *page) {
	count := map[string]int{}
	for _, b := range p.blocks {
		if b.words <= 8 {
			count[b.text]++
		}
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.keep[i] {
			continue
		}
		switch {
		case b.tag == "h1", isHeadline(b, p.meta.headline),
			b.zone.has(inFooter | inNav | inForm | inComments),
			b.zone.has(inPromo) && (b.words < 20 || b.linkShare() > .3),
			b.zone.has(hidden) && b.words < 30,
			b.zone.has(inByline) && b.words < 30,
			b.linkShare() > .75 && b.words > 2 && !endsSentence(b.text),
			b.linkShare() > .9 && b.words > 2,
			count[b.text] >= 3 && b.heading() == 0 && (b.words < 3 || b.tag == "div"),
			isAddress(b.text),
			x.isPrompt(b), x.isCredit(b), p.isDateline(b):
			p.keep[i] = false
		}
	}
	x.dropAppeals(p.blocks, p.keep, p.meta.headline+" "+p.meta.dek)
	p.loners()
	p.trimEnds()
}

// isHeadline reports whether a block repeats the headline.
func isHeadline(b *block, headline string) bool {
	return headline != "" && b.words <= 40 && likeness(b.text, headline) >= .85
}

// isDateline reports whether a short block is nothing but a date, or one of the
// bylines.
func (p *page) isDateline(b *block) bool {
	if b.words > 16 || len(b.text) > 90 || endsSentence(b.text) || b.zone.has(inQuote) {
		return false
	}
	if !parseDate(b.text, p.meta.language).IsZero() || isStamp(b) {
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

// isAddress reports whether a block is a single link or mail address.
func isAddress(s string) bool {
	return !strings.ContainsAny(s, " ") && (strings.Contains(s, "://") || strings.Contains(s, "@") || strings.HasPrefix(s, "www."))
}

// loners drops a short block that was kept alone between dropped ones: what stands
// amid boilerplate is part of it.
func (p *page) loners() {
	for i := 1; i+1 < len(p.blocks); i++ {
		b := &p.blocks[i]
		if p.keep[i] && !p.keep[i-1] && !p.keep[i+1] && b.words < 6 && b.heading() == 0 && !endsSentence(b.text) {
			p.keep[i] = false
		}
	}
}

// trimEnds drops what stands before the first and after the last real paragraph and
// is none itself: labels, captions, headings with nothing below them.
func (p *page) trimEnds() {
	first, last := p.span(12)
	if last < 0 {
		return
	}
	for i := range p.blocks {
		if !p.keep[i] || (i >= first && i <= last) {
			continue
		}
		b := &p.blocks[i]
		if !endsSentence(b.text) && (b.words < 8 || b.heading() > 0 || i > last && b.tag != "li" && b.tag != "p") {
			p.keep[i] = false
		}
	}
}

// endsSentence reports whether a text ends as sentences do.
func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'”’»“)]", r)
	})
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…。！？:;؟।", r)
}
