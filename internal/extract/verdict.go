package extract

import (
	"strings"

	"erratum/internal/article"
)

// Lengths by which a page is judged, in words of running text. A wall is told from
// an article that speaks of walls by how little text there is besides.
const (
	wallWords   = 120 // methods.md §11: challenge, consent and login wording counts only below this
	bareWords   = 40  // below this even a page that calls itself an article may be a wall
	teaserWords = 200 // a paywall's first lines; above it the text is worth comparing
	pageBlocks  = 400 // blocks of a page that are searched for the wording of walls
)

// wallPhrases are the words of pages that stand before an article.
type wallPhrases struct{ consent, login, blocked, paywall, missing phrases }

// newWallPhrases compiles them.
func newWallPhrases() wallPhrases {
	return wallPhrases{
		consent: newPhrases(consentList), login: newPhrases(loginList), blocked: newPhrases(blockedList),
		paywall: newPhrases(paywallList), missing: newPhrases(missingList),
	}
}

// judge says what kind of page was read, and why when it is no article.
func (x *Extractor) judge(p *page, a *article.Article) (article.Verdict, string) {
	words := proseWordsOf(a)
	if words == 0 && len(p.blocks) == 0 {
		return article.UnreadablePage, "no text found on the page"
	}
	if garbled(p.blocks) {
		return article.UnreadablePage, "not text that can be read"
	}
	if words < wallWords {
		if v, why := x.wall(p, words); v != article.OK {
			return v, why
		}
	}
	if x.isTeaser(p, words) {
		return article.Teaser, "shows only the first lines and asks to subscribe"
	}
	if words == 0 {
		if len(p.blocks) > 5 {
			return article.NotAnArticle, "has no running text"
		}
		return article.UnreadablePage, "no article text found"
	}
	if !p.claimsArticle() && (words < bareWords || p.isFront() || listsLinks(p, words)) {
		return article.NotAnArticle, "looks like a list of links, not an article"
	}
	return article.OK, ""
}

// wall tells the pages that stand before an article from short articles.
func (x *Extractor) wall(p *page, words int) (article.Verdict, string) {
	if words >= bareWords && p.claimsArticle() {
		return article.OK, ""
	}
	w := &x.lexicon.walls
	for _, kind := range []struct {
		words   phrases
		verdict article.Verdict
		reason  string
		title   bool // may be said by the title alone
	}{
		{w.blocked, article.Blocked, "asks to prove that you are not a robot, or refuses access", true},
		{w.missing, article.NotAnArticle, "says that the page is missing or out of order", true},
		{w.consent, article.Consent, "asks to accept cookies or tracking", false},
		{w.login, article.Login, "asks to log in", false},
	} {
		if p.mentions(kind.words, words) || kind.title && p.says(kind.words, p.meta.title) {
			return kind.verdict, kind.reason
		}
	}
	return article.OK, ""
}

// isTeaser reports whether the text ends at a paywall.
func (x *Extractor) isTeaser(p *page, words int) bool {
	switch {
	case words >= teaserWords:
		return false
	case p.meta.paid && words < wallWords:
		return true
	}
	_, last := p.span(1)
	for i := max(0, last); i < len(p.blocks) && i < last+12; i++ {
		b := &p.blocks[i]
		if b.words <= maxPromptWords && !b.zone.has(hidden|inNav|inFooter|inComments) && p.says(x.lexicon.walls.paywall, b.text) {
			return p.meta.paid || words < wallWords
		}
	}
	return false
}

// says reports whether a text holds one of some phrases.
func (p *page) says(list phrases, text string) bool {
	at, _ := list.in(tokens(text))
	return at >= 0
}

// mentions reports whether blocks with some phrases make up the page: seen in
// full, and in no more text than stands around a wall.
func (p *page) mentions(list phrases, words int) bool {
	n := 0
	for i := range p.blocks[:min(len(p.blocks), pageBlocks)] {
		b := &p.blocks[i]
		if b.zone.has(hidden|inNav|inFooter) && len(p.blocks) > 40 {
			continue
		}
		if p.says(list, b.text) {
			n += b.words
		}
	}
	return n > 0 && n*3 >= words
}

// claimsArticle reports whether the page's own data calls it an article.
func (p *page) claimsArticle() bool {
	return p.meta.article || p.meta.kind == "article" || !p.meta.published.IsZero() && p.meta.headline != ""
}

// isFront reports whether the address is a site's front page.
func (p *page) isFront() bool {
	return p.url != nil && strings.Trim(p.url.Path, "/") == "" && p.url.RawQuery == ""
}

// listsLinks reports whether most of the page's text lies in links.
func listsLinks(p *page, words int) bool {
	text, link := 0, 0
	for i := range p.blocks {
		if !p.blocks[i].zone.has(inNav | inFooter | hidden) {
			text += len(p.blocks[i].text)
			link += p.blocks[i].link
		}
	}
	return words < wallWords/2 && link*2 > text
}

// garbled reports whether a page is no text: bytes of another kind of file.
func garbled(blocks []block) bool {
	bad, all := 0, 0
	for _, b := range blocks {
		bad += strings.Count(b.text, "\uFFFD")
		all += runes(b.text)
	}
	return all > 0 && bad*10 > all
}

// proseWordsOf counts the words of the running text without notes and headings.
func proseWordsOf(a *article.Article) int {
	n := 0
	for _, b := range a.Blocks {
		switch b.Role {
		case article.Lede, article.Body, article.Quote, article.ListItem:
			n += countWords(b.Text)
		}
	}
	return n
}
