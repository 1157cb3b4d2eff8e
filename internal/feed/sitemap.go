package feed

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/article"
)

// location is an entry of a sitemap: a page, or in an index another sitemap.
type location struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod"`
	News    struct {
		Name      string `xml:"publication>name"`
		Published string `xml:"publication_date"`
		Title     string `xml:"title"`
		Keywords  string `xml:"keywords"`
	} `xml:"news"`
}

// parseSitemap reads a sitemap entry by entry
// (https://www.sitemaps.org/protocol.html and the news extension of Google's). Of one
// that is cut short, what was read counts: they are large, and written by machines
// that are stopped.
func parseSitemap(body []byte, url string, now time.Time) (Document, error) {
	d := decoder(body)
	c := newCollector(url, now)
	var doc Document
	var parts []part
	for n := 0; n < maxItems; {
		t, err := d.Token()
		if err != nil {
			if !isEnd(err) && n == 0 {
				return Document{}, fmt.Errorf("%w: %s", ErrBroken, plainError(err))
			}
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "url" && start.Name.Local != "sitemap" {
			continue
		}
		n++
		var l location
		if err := d.DecodeElement(&l, &start); err != nil {
			if n == 1 {
				return Document{}, fmt.Errorf("%w: %s", ErrBroken, plainError(err))
			}
			break
		}
		if start.Name.Local == "sitemap" {
			parts = append(parts, part{c.resolve(l.Loc), parseDate(l.LastMod)})
			continue
		}
		if doc.Title == "" {
			doc.Title = plain(l.News.Name, maxTitle)
		}
		c.add(l.entry())
	}
	doc.Links = c.links()
	doc.Parts, doc.Dated = newest(parts)
	return doc, nil
}

func (l location) entry() entry {
	e := entry{addresses: []string{l.Loc}, title: l.News.Title, published: parseDate(l.News.Published)}
	if e.published.IsZero() {
		e.published = parseDate(l.LastMod)
	}
	if l.News.Keywords != "" {
		e.categories = strings.Split(l.News.Keywords, ",")
	}
	return e
}

// parseDate reads the W3C forms of a date; what is none is the zero time.
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// part is a sitemap that an index names.
type part struct {
	url string
	at  time.Time
}

// newest orders the parts of an index: today's pages stand in the part that changed
// last.
func newest(parts []part) (urls []string, dated bool) {
	parts = slices.DeleteFunc(parts, func(p part) bool { return p.url == "" })
	dated = len(parts) > 0
	for _, p := range parts {
		dated = dated && !p.at.IsZero()
	}
	slices.SortStableFunc(parts, func(a, b part) int { return b.at.Compare(a.at) })
	for _, p := range parts[:min(len(parts), maxParts)] {
		urls = append(urls, p.url)
	}
	return urls, dated
}

// Join makes one feed of a sitemap index's parts.
func Join(title string, parts []article.Feed, now time.Time) article.Feed {
	c := newCollector("", now)
	out := article.Feed{Title: title}
	for _, p := range parts {
		if out.Title == "" {
			out.Title = p.Title
		}
		for _, l := range p.Links {
			if !c.seen[l.URL] {
				c.seen[l.URL] = true
				c.all = append(c.all, l)
			}
		}
	}
	out.Links = c.links()
	return out
}
