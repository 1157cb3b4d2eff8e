package source

import (
	"context"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// Renderer gets pages as their scripts make them; *[browser.Browser] does.
type Renderer interface {
	Render(ctx context.Context, url string) (*fetch.Page, error)
}

// WithRenderer returns a source that also reads pages whose text is written by scripts.
func (s *Source) WithRenderer(r Renderer) *Source {
	with := *s
	with.renderer = r
	return &with
}

// textless reports a page that shows no article: its scripts may.
func textless(r *article.Reading) bool {
	return !r.NotModified && (r.Verdict == article.NotAnArticle || r.Verdict == article.UnreadablePage)
}

// render reads a page as its scripts make it.
func (s *Source) render(ctx context.Context, r article.Request) (*article.Reading, error) {
	page, err := s.renderer.Render(ctx, r.URL)
	if err != nil {
		return nil, err
	}
	page.NotModified = page.Digest == r.KnownDigest
	reading, err := s.readPage(page)
	if err != nil {
		return nil, err
	}
	reading.Rendered = true
	return reading, nil
}
