// Package feed turns the bytes of a feed into links: RSS, Atom and JSON feeds, and
// the sitemaps that outlets make for news. It finds the feeds that a page names, too.
//
// It is pure: no network, no clock, and the same bytes give the same links. It is
// total: whatever the bytes, it returns within bounds of memory, depth and time, with
// links or with an error that says in plain words why there are none. It follows
// nothing and judges no link: whether a page may be fetched is decided where it is.
//
// Start reading at [Parse]; bound.go is what a hostile feed meets before any parser
// does.
package feed

import (
	"errors"
	"time"

	"erratum/internal/article"
)

// Bounds of what is read. Feeds list some ten to some hundred items; a news sitemap
// may hold 1,000 by its own rules.
const (
	maxBytes      = 8 << 20
	maxItems      = 5000    // that are parsed; those behind are left out
	maxElements   = 100_000 // of markup; what begins behind is left out
	maxDepth      = 64      // of nesting; a deeper feed is refused
	maxLinks      = 500     // that are handed out, the newest
	maxTitle      = 300     // characters
	maxSummary    = 1000    // characters
	maxCategories = 20
	maxParts      = 50             // of a sitemap index
	longestEvery  = 24 * time.Hour // a slip of the pen must not silence a feed for a year
)

// Errors of [Parse]; test with errors.Is. Their texts are for people.
var (
	// ErrNotFeed: the bytes are something else.
	ErrNotFeed = errors.New("that is no feed")
	// ErrBroken: a feed by its first element, but one that can't be read.
	ErrBroken = errors.New("the feed is broken")
	// ErrTooLarge: more bytes or deeper nesting than a feed has.
	ErrTooLarge = errors.New("the feed is too large")
)

// Document is what bytes hold.
type Document struct {
	article.Feed
	// Parts are the addresses of further sitemaps, when the bytes are an index of
	// them: normalised, the newest first where the index dates them. Dated says that
	// it dates all of them, so that its own bytes change when a part does.
	Parts []string
	Dated bool
}

// Parse reads a feed. body is UTF-8, whatever an XML declaration in it says; url is
// where it was found, for relative links. A date more than a day after now is taken
// for none: items dated into the future must not pass for the newest for ever.
func Parse(body []byte, url string, now time.Time) (Document, error) {
	if len(body) > maxBytes {
		return Document{}, ErrTooLarge
	}
	switch kind := sniff(body); kind {
	case jsonFeed:
		return parseItems(body, kind, url, now)
	case rssFeed, atomFeed:
		bounded, err := bound(body)
		if err != nil {
			return Document{}, err
		}
		return parseItems(bounded, kind, url, now)
	case sitemap:
		return parseSitemap(body, url, now)
	default:
		return Document{}, ErrNotFeed
	}
}

// Is reports whether bytes are a feed or sitemap by their first element.
func Is(body []byte) bool { return sniff(body) != unknown }
