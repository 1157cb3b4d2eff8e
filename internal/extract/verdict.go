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
	longWall    = 600 // consent dialogues list their purposes; none of those seen is longer
	teaserWords = 200 // a paywall's first lines; above it the text is worth comparing
	cutWords    = 400 // the same of a text that is not free to read and ends in the middle
)

// judge says what kind of page was read, and why when it is no article.
func (x *Extractor) judge(p *page, r *Result) {
	r.Verdict = article.OK
	words := proseWordsOf(r.Article)
	no := func(v article.Verdict, reason string) { r.Verdict, r.Reason = v, reason }
	switch k, walled := x.wall(p, r.Article, words); {
	case garbled(p.blocks):
		no(article.UnreadablePage, "not text that can be read")
	case walled:
		no(k.verdict, k.reason)
		r.Withdrawn = k.withdrawn
	case words < bareWords && x.unscripted(p):
		no(article.UnreadablePage, needsScript)
	case len(p.blocks) == 0:
		no(article.UnreadablePage, "no text found on the page")
	case x.isTeaser(p, r.Article, words):
		no(article.Teaser, "shows only the first lines and asks to subscribe")
	case words == 0 && len(p.blocks) > 5:
		no(article.NotAnArticle, "has no running text")
	case words == 0:
		no(article.UnreadablePage, "no article text found")
	case !p.claimsArticle() && words < bareWords:
		no(article.NotAnArticle, "has too little running text to be an article")
	case !p.claimsArticle() && p.isListing(words):
		no(article.NotAnArticle, "looks like a list of links, not an article")
	}
	r.Paid = p.meta.paid || words < cutWords && x.asksToPay(p)
}

// claimsArticle reports whether the page's own data calls it an article.
func (p *page) claimsArticle() bool {
	return p.meta.article || p.meta.kind == "article" || !p.meta.published.IsZero() && p.meta.headline != ""
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
