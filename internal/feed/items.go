package feed

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/rss"

	"erratum/internal/article"
)

// parseItems reads an RSS, Atom or JSON feed that is within bounds.
func parseItems(body []byte, k kind, url string, now time.Time) (doc Document, err error) {
	if k == jsonFeed && bytes.Count(body, []byte("{")) > maxElements {
		return Document{}, ErrTooLarge
	}
	// A parser's slip on one feed must not end the program.
	defer func() {
		if r := recover(); r != nil {
			doc, err = Document{}, fmt.Errorf("%w: it confuses the parser", ErrBroken)
		}
	}()
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	f, err := p.Parse(bytes.NewReader(body))
	if err != nil {
		return Document{}, fmt.Errorf("%w: %s", ErrBroken, plainError(err))
	}
	c := newCollector(url, now)
	for i, item := range f.Items[:min(len(f.Items), maxItems)] {
		c.add(entry{
			addresses: addresses(f, i), title: item.Title, summary: item.Description,
			categories: item.Categories, published: published(item),
		})
	}
	return Document{Feed: article.Feed{Title: plain(f.Title, maxTitle), Links: c.links(), Every: every(f)}}, nil
}

// addresses lists where an item's page may be, the best first: the address behind a
// counting service, the item's link, a name that is a permanent link, and what a link
// blog points to.
func addresses(f *gofeed.Feed, i int) []string {
	item := f.Items[i]
	var out []string
	for _, e := range item.Extensions["feedburner"]["origLink"] {
		out = append(out, e.Value)
	}
	out = append(out, item.Link)
	out = append(out, item.Links...)
	for _, e := range item.Extensions["atom"]["link"] {
		if rel := e.Attrs["rel"]; rel == "" || rel == "alternate" {
			out = append(out, e.Attrs["href"])
		}
	}
	name := item.GUID
	if feed, ok := f.OriginalFeed().(*rss.Feed); ok && i < len(feed.Items) {
		if g := feed.Items[i].GUID; g != nil && strings.EqualFold(g.IsPermalink, "false") {
			name = ""
		}
	}
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		out = append(out, name)
	}
	return out
}

// published is when an item says that it came out.
func published(item *gofeed.Item) time.Time {
	switch {
	case item.PublishedParsed != nil:
		return *item.PublishedParsed
	case item.UpdatedParsed != nil:
		return *item.UpdatedParsed
	default:
		return time.Time{}
	}
}

// every is how long a feed asks to be left alone: RSS's ttl in minutes, or the
// syndication module's period and frequency, whichever is longer.
func every(f *gofeed.Feed) time.Duration {
	var longest time.Duration
	if feed, ok := f.OriginalFeed().(*rss.Feed); ok {
		if n, err := strconv.Atoi(strings.TrimSpace(feed.TTL)); err == nil && n > 0 {
			longest = min(time.Duration(min(n, 1<<20))*time.Minute, longestEvery)
		}
	}
	value := func(name string) string {
		for _, e := range f.Extensions["sy"][name] {
			return strings.ToLower(strings.TrimSpace(e.Value))
		}
		return ""
	}
	periods := map[string]time.Duration{
		"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": longestEvery, "monthly": longestEvery, "yearly": longestEvery,
	}
	times, err := strconv.Atoi(value("updateFrequency"))
	if err != nil || times < 1 {
		times = 1
	}
	return min(max(longest, periods[value("updatePeriod")]/time.Duration(times)), longestEvery)
}
