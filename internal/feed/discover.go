package feed

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// discovered is how far into a page its feeds are looked for; they stand in its head.
const discovered = 512 << 10

// Discover lists the feeds that a page names in its head, normalised, in the page's
// order, those of comments last. at is where the page was found.
func Discover(page []byte, at string) []string {
	c := newCollector(at, time.Time{})
	var feeds, comments []string
	z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), discovered)]))
	for len(feeds)+len(comments) < maxCategories {
		switch z.Next() {
		case html.ErrorToken:
			return append(feeds, comments...)
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch string(name) {
			case "base":
				if u, err := url.Parse(c.resolve(attributes(z, more)["href"])); err == nil && u.Host != "" {
					c.base = u
				}
			case "link":
				a := attributes(z, more)
				u := c.resolve(a["href"])
				if u == "" || !isFeedLink(a) || c.seen[u] {
					continue
				}
				c.seen[u] = true
				if about := strings.ToLower(a["title"] + " " + a["href"]); strings.Contains(about, "comment") {
					comments = append(comments, u)
				} else {
					feeds = append(feeds, u)
				}
			}
		}
	}
	return append(feeds, comments...)
}

// isFeedLink reports links such as <link rel="alternate" type="application/rss+xml">.
func isFeedLink(a map[string]string) bool {
	rel := strings.Fields(strings.ToLower(a["rel"]))
	kind, _, _ := strings.Cut(strings.ToLower(a["type"]), ";")
	switch strings.TrimSpace(kind) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
		return slices.Contains(rel, "alternate") || slices.Contains(rel, "feed")
	case "application/json", "text/xml", "application/xml", "":
		return slices.Contains(rel, "feed")
	default:
		return false
	}
}

// attributes reads the attributes of a start tag.
func attributes(z *html.Tokenizer, more bool) map[string]string {
	out := map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, ok := out[string(key)]; !ok {
			out[string(key)] = string(value)
		}
	}
	return out
}
