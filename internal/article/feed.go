package article

import "time"

// Link is an item of a feed: a page that may become a watch. Title, Summary and
// Categories are plain text, for lists and for choosing by words; the article itself
// is what is watched.
type Link struct {
	URL        string    `json:"url"` // normalised
	Title      string    `json:"title,omitempty"`
	Summary    string    `json:"summary,omitempty"`
	Categories []string  `json:"categories,omitempty"`
	Published  time.Time `json:"published,omitzero"` // as the feed says, which may be wrong
}

// Feed is what a feed lists at an instant.
type Feed struct {
	Title string `json:"title,omitempty"`
	Links []Link `json:"links,omitempty"` // each page once, the newest first, bounded
	// Every is how long the feed asks to be left alone between two looks; 0: it does
	// not say.
	Every time.Duration `json:"every,omitempty"`
}

// FeedRequest is a look at a feed.
type FeedRequest struct {
	Request
	// Discover follows a page to the feed that it names. Without it a page is no
	// feed: one that was followed and gives a page now is broken.
	Discover bool
}

// FeedReading is what a look at a feed brought back. When NotModified, Feed is nil
// and what was listed before still holds.
type FeedReading struct {
	NotModified bool
	Feed        *Feed

	// URL is where the feed lives, normalised: the address asked for, where that leads
	// for good, or what a page named.
	URL        string
	Status     int
	Validators Validators
	Delay      time.Duration // how long the site wants to be left alone now; 0: as usual
	Digest     string        // SHA-256 of the bytes received, lower-case hex; empty when they don't tell whether the feed changed
}
