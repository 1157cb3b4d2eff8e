// Package source turns an address, a file or standard input into an article, and an
// address into what a feed lists: fetch, then extract or feed. It judges nothing
// itself and keeps nothing.
//
// [Source.Read] and [Source.ReadFeed] are what watches and feeds look through;
// [Source.Open] serves the command line. Start reading there.
package source

import (
	"context"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/feed"
	"erratum/internal/fetch"
)

// Fetcher gets pages; *[fetch.Fetcher] does.
type Fetcher interface {
	Fetch(ctx context.Context, r article.Request) (*fetch.Page, error)
}

// Extractor reads pages; *[extract.Extractor] does. It is pure and never fails: what
// is no article gets a verdict that says so.
type Extractor interface {
	Extract(page []byte, url string) extract.Result
	PlainText(text, url string) extract.Result
}

// Source reads articles. It may be used by any number of goroutines at once when its
// parts may.
type Source struct {
	fetcher   Fetcher
	extractor Extractor
	renderer  Renderer // nil: pages are read as they come
}

// New returns a source over its two parts.
func New(f Fetcher, x Extractor) *Source { return &Source{fetcher: f, extractor: x} }

// Read looks at a page of the web. Errors are those of the fetcher: a
// *[article.ReadError], or the context's.
func (s *Source) Read(ctx context.Context, r article.Request) (*article.Reading, error) {
	if r.Rendered && s.renderer != nil {
		return s.render(ctx, r)
	}
	page, err := s.fetcher.Fetch(ctx, r)
	if err != nil {
		return nil, err
	}
	reading, err := s.readPage(page)
	if err != nil || !r.Render || s.renderer == nil || !textless(reading) {
		return reading, err
	}
	rendered, err := s.render(ctx, r)
	if err != nil || rendered.Verdict != article.OK {
		return reading, ctx.Err()
	}
	return rendered, nil
}

// readPage reads a page that was fetched.
func (s *Source) readPage(page *fetch.Page) (*article.Reading, error) {
	reading := &article.Reading{
		NotModified: page.NotModified,
		URL:         page.URL,
		MovedTo:     page.MovedTo,
		Status:      page.Status,
		Validators:  page.Validators,
		Varies:      page.Varies,
		Delay:       page.Delay,
		Age:         page.Age(),
		Page:        page.Body,
		PageDigest:  page.Digest,
	}
	if page.NotModified {
		return reading, nil
	}
	if feed.Is(page.Body) { // whatever the server calls it
		err := unreadable("that is a feed, not an article", nil)
		err.Feed = page.URL
		return nil, err
	}
	if err := s.read(reading, page.Body, page.MediaType); err != nil {
		return nil, err
	}
	if reading.Verdict != article.OK {
		for _, named := range feed.Discover(page.Body, page.URL) {
			reading.Feed = named
			break
		}
	}
	return reading, nil
}

// Reread reads a page that was kept, given as UTF-8, as if it came from url now. The
// error is a *[article.ReadError].
func (s *Source) Reread(page []byte, url string) (*article.Reading, error) {
	// What the server called it is not kept: it is told by its content.
	text, mediaType, err := fetch.Text(page, "text/plain; charset=utf-8")
	if err != nil {
		return nil, err
	}
	reading := &article.Reading{URL: url, Page: page}
	return reading, s.read(reading, text, mediaType)
}

// read fills a reading with what stands in a text of a media type.
func (s *Source) read(into *article.Reading, text []byte, mediaType string) error {
	var result extract.Result
	switch mediaType {
	case "text/html":
		result = s.extractor.Extract(text, into.URL)
	case "text/plain":
		result = s.extractor.PlainText(string(text), into.URL)
	default:
		return unreadable("that is "+describe(mediaType)+", not a page; Erratum reads articles in HTML", nil)
	}
	into.Article, into.Verdict, into.Reason = withClaim(result.Article), result.Verdict, result.Reason
	into.Paid, into.Withdrawn, into.Flat = result.Paid, result.Withdrawn, result.Flat
	return nil
}

// withClaim brings the address that a page claims for itself into the one form, or
// drops it when it has none.
func withClaim(a *article.Article) *article.Article {
	if a == nil || a.CanonicalURL == "" {
		return a
	}
	claim, err := article.NormalizeURL(a.CanonicalURL)
	if err != nil {
		claim = ""
	}
	if claim == a.CanonicalURL {
		return a
	}
	changed := *a // an article is a value
	changed.CanonicalURL = claim
	return &changed
}

// unreadable makes the error of what is no page.
func unreadable(reason string, err error) *article.ReadError {
	return &article.ReadError{Problem: article.Unreadable, Reason: reason, Err: err}
}

// describe names a kind of text for people.
func describe(mediaType string) string {
	switch mediaType {
	case "application/rss+xml", "application/atom+xml", "application/feed+json":
		return "a feed"
	case "text/xml", "application/xml":
		return "XML data"
	case "application/json", "application/ld+json":
		return "JSON data"
	case "image/svg+xml":
		return "a picture"
	case "text/css", "text/javascript", "application/javascript", "application/x-javascript":
		return "a part of a site's machinery"
	default:
		return "another kind of text"
	}
}
