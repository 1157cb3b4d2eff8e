package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/article"
)

// isTeaser reports whether the text ends at a paywall.
func (x *Extractor) isTeaser(p *page, a *article.Article, words int) bool {
	switch {
	case p.meta.paid && words < wallWords:
		return true
	case p.meta.paid && words < cutWords && endsCut(a):
		return true
	case words >= teaserWords:
		return false
	}
	return (p.meta.paid || words < wallWords) && x.asksToPay(p)
}

// asksToPay reports whether a short block behind the text asks to subscribe for the
// rest of it.
func (x *Extractor) asksToPay(p *page) bool {
	last := p.textEnd()
	for i := max(0, last); i < len(p.blocks) && i < last+12; i++ {
		b := &p.blocks[i]
		if b.words <= maxPromptWords && !b.zone.has(hidden|inNav|inFooter|inComments) && x.lexicon.walls.paywall.length(b.tokens()) > 0 {
			return true
		}
	}
	return false
}

// textEnd returns the last kept block of running text, -1 when there is none. Notes
// stand behind a paywall, too.
func (p *page) textEnd() int {
	for i := len(p.keep) - 1; i >= 0; i-- {
		if p.keep[i] && !(i < len(p.note) && p.note[i]) && p.blocks[i].heading() == 0 {
			return i
		}
	}
	return -1
}

// minCutWords is how long a last line without a full stop must be to be a sentence that
// was broken off: shorter ones name who wrote it.
const minCutWords = 12

// endsCut reports whether the last sentence of a text is broken off.
func endsCut(a *article.Article) bool {
	for i := len(a.Blocks) - 1; i >= 0; i-- {
		switch a.Blocks[i].Role {
		case article.Lede, article.Body, article.Quote:
			s := strings.TrimRightFunc(a.Blocks[i].Text, unicode.IsSpace)
			last, _ := utf8.DecodeLastRuneInString(s)
			return last == '…' || strings.HasSuffix(s, "...") || (unicode.IsLetter(last) || last == ',') && len(strings.Fields(s)) >= minCutWords
		}
	}
	return false
}
