package extract

import (
	"net/url"

	"erratum/internal/article"
)

// page is what is known of a page when its blocks are chosen.
type page struct {
	url    *url.URL
	meta   metadata
	blocks []block // all visible text
	engine []block // what the engine takes for the article
}

// finish chooses the blocks of the article, names their roles and judges the page.
func (x *Extractor) finish(p *page, pageURL string) Result {
	a := &article.Article{URL: pageURL, Extractor: x.Name(), Headline: p.meta.headline, Site: p.meta.site,
		Bylines: p.meta.bylines, Published: p.meta.published, Modified: p.meta.modified, Language: p.meta.language}
	for i, b := range p.engine {
		r := article.Body
		if i == 0 {
			r = article.Lede
		}
		a.Blocks = append(a.Blocks, article.Block{Role: r, Text: b.text})
	}
	if len(a.Blocks) == 0 {
		return Result{Article: a, Verdict: article.UnreadablePage, Reason: "no article text found"}
	}
	return Result{Article: a, Verdict: article.OK}
}
