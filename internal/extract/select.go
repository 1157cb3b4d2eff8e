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
	keep   []bool
}

// finish chooses the blocks of the article, names their roles and judges the page.
func (x *Extractor) finish(p *page, pageURL string) Result {
	a := &article.Article{URL: pageURL, Extractor: x.Name(), Headline: p.meta.headline, Site: p.meta.site,
		Bylines: p.meta.bylines, Published: p.meta.published, Modified: p.meta.modified, Language: p.meta.language}
	e := newPassages()
	for _, b := range p.engine {
		e.add(b.text)
	}
	p.keep = make([]bool, len(p.blocks))
	seen := newPassages()
	for i, b := range p.blocks {
		if e.holds(b.text) >= .5 && seen.holds(b.text) < 1 {
			p.keep[i] = true
			seen.add(b.text)
		}
	}
	for i, b := range p.blocks {
		if !p.keep[i] {
			continue
		}
		r := article.Body
		if len(a.Blocks) == 0 {
			r = article.Lede
		}
		a.Blocks = append(a.Blocks, article.Block{Role: r, Text: b.text})
	}
	if len(a.Blocks) == 0 {
		return Result{Article: a, Verdict: article.UnreadablePage, Reason: "no article text found"}
	}
	return Result{Article: a, Verdict: article.OK}
}
