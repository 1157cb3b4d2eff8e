package source

import (
	"context"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/feed"
	"erratum/internal/fetch"
)

const (
	// triedFeeds bounds how many of the feeds that a page names are looked at.
	triedFeeds = 3
	// readParts bounds how many parts of a sitemap index are read: the newest pages
	// stand in the last one, a day's pages sometimes in the two before it.
	readParts = 3
)

// ReadFeed looks at a feed: RSS, Atom, JSON, a sitemap, or an index of sitemaps, one
// level deep. What a server calls it does not count. A page is followed to the feed
// that it names when the request says so. Errors are a *[article.ReadError], or the
// context's.
func (s *Source) ReadFeed(ctx context.Context, r article.FeedRequest) (*article.FeedReading, error) {
	page, err := s.fetcher.Fetch(ctx, r.Request)
	if err != nil {
		return nil, err
	}
	if page.NotModified {
		return feedReading(page, r.URL), nil
	}
	if page.MediaType == "text/html" && !feed.Is(page.Body) {
		if !r.Discover {
			return nil, unreadable("a page stands where the feed was", nil)
		}
		return s.discover(ctx, page)
	}
	return s.list(ctx, page, r.URL)
}

// discover reads the first feed of a page that can be read.
func (s *Source) discover(ctx context.Context, page *fetch.Page) (*article.FeedReading, error) {
	named := feed.Discover(page.Body, page.URL)
	err := error(unreadable("the page names no feed", nil))
	for _, url := range named[:min(len(named), triedFeeds)] {
		var at *fetch.Page
		if at, err = s.fetcher.Fetch(ctx, article.Request{URL: url}); err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue
		}
		var reading *article.FeedReading
		if reading, err = s.list(ctx, at, url); err == nil {
			return reading, nil
		}
	}
	return nil, err
}

// list reads what a feed lists that was asked for at an address.
func (s *Source) list(ctx context.Context, page *fetch.Page, asked string) (*article.FeedReading, error) {
	now := time.Now()
	doc, err := feed.Parse(page.Body, page.URL, now)
	if err != nil {
		return nil, unreadable(err.Error(), err)
	}
	reading := feedReading(page, asked)
	reading.Feed = &doc.Feed
	if len(doc.Parts) > 0 {
		joined, err := s.join(ctx, doc, now)
		if err != nil {
			return nil, err
		}
		reading.Feed = &joined
		if !doc.Dated {
			// The index stays the same while its parts change: it must not answer for them.
			reading.Validators, reading.Digest = article.Validators{}, ""
		}
	}
	if reading.Feed.Title == "" {
		reading.Feed.Title = article.Host(page.URL)
	}
	reading.Feed.Every = max(reading.Feed.Every, maxAge(page))
	return reading, nil
}

// join reads the newest parts of a sitemap index. A part that is missing or broken is
// left out as long as another can be read.
func (s *Source) join(ctx context.Context, index feed.Document, now time.Time) (article.Feed, error) {
	var parts []article.Feed
	var failed error
	for _, url := range index.Parts[:min(len(index.Parts), readParts)] {
		page, err := s.fetcher.Fetch(ctx, article.Request{URL: url})
		if err == nil {
			var doc feed.Document
			if doc, err = feed.Parse(page.Body, page.URL, now); err == nil {
				parts = append(parts, doc.Feed)
				continue
			}
			err = unreadable(err.Error(), err)
		}
		if ctx.Err() != nil {
			return article.Feed{}, err
		}
		failed = err
	}
	if len(parts) == 0 && failed != nil {
		return article.Feed{}, failed
	}
	return feed.Join(index.Title, parts, now), nil
}

// feedReading is what a page says beside its body. A redirect that may change is
// followed anew each time.
func feedReading(page *fetch.Page, asked string) *article.FeedReading {
	r := &article.FeedReading{
		NotModified: page.NotModified, URL: page.MovedTo, Status: page.Status, Validators: page.Validators, Digest: page.Digest, Delay: page.Delay,
	}
	if at, err := article.NormalizeURL(asked); err == nil && r.URL == "" {
		r.URL = at
	}
	return r
}

// maxAge is how long the server says that its answer holds, within a day.
func maxAge(page *fetch.Page) time.Duration {
	for _, line := range page.Header.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			if !strings.EqualFold(name, "max-age") {
				continue
			}
			if n, err := strconv.Atoi(strings.Trim(value, `"`)); err == nil && n > 0 {
				return time.Duration(min(n, 24*60*60)) * time.Second
			}
		}
	}
	return 0
}
