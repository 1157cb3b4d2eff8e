package article

import (
	"errors"
	"fmt"
	"time"
)

// Validators are what a server gave to ask later whether a page is still the same.
type Validators struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// Request is a look at one page.
type Request struct {
	URL string
	// Known are the validators of the last good page; with them the server may
	// answer "not modified". Zero asks for the page whatever it knows.
	Known Validators
	// KnownDigest is the PageDigest of the last good page. When the same bytes come
	// again, the answer is "not modified" and nothing is read a second time. Empty
	// reads the page whatever its bytes, as is due after a new extractor.
	KnownDigest string
	// Rendered asks for the page as its scripts make it: so it was read before. Render
	// asks for that where the page has no article without them, as at a first look.
	// Both mean nothing where there is no browser.
	Rendered, Render bool
	// Fresh asks caches on the way for a new copy (used to confirm a change).
	Fresh bool
}

// Verdict is what kind of page was read. Only OK pages are compared.
type Verdict string

// The verdicts, in the words of the JSON output.
const (
	OK             Verdict = "ok"
	Teaser         Verdict = "teaser"  // a paywall's first lines
	Consent        Verdict = "consent" // a cookie or privacy wall
	Login          Verdict = "login"
	Blocked        Verdict = "blocked" // a bot wall, challenge or captcha
	NotAnArticle   Verdict = "not_an_article"
	UnreadablePage Verdict = "unreadable"
)

// Reading is what a look at a page brought back. When NotModified, Article is nil
// and the last good page still holds.
type Reading struct {
	NotModified bool
	Article     *Article // the page's text, also when Verdict is not OK, as a sample of what was seen
	Verdict     Verdict
	Reason      string // why the verdict is not OK, in plain words ("asks to accept cookies")

	URL        string // normalised, after redirects
	MovedTo    string // target of a permanent redirect (301, 308), normalised; else empty
	Status     int
	Validators Validators
	Paid       bool // the page does not give its whole text to everybody, by its own data or words
	Withdrawn  bool // the page says that the article was taken away; Verdict is not OK
	// Age is how long ago a cache on the way took this copy from the server; 0 when
	// none said.
	Age        time.Duration
	Varies     bool   // the server says by Vary or a test header that it shows several variants
	Page       []byte // the decoded page as UTF-8, for keeping; nil when not asked for
	PageDigest string // SHA-256 of the bytes received, lower-case hex
	Rendered   bool   // the page is as its scripts made it
	// Flat says in plain words why the page was read without its layout ("the page is
	// nested too deeply"); empty when it was read with it, as nearly all are.
	Flat string
	// Delay is how long the site wants to be left alone now; 0: as usual.
	Delay time.Duration
	// Feed is the address of a feed that the page names, looked for only where the
	// verdict is not OK: a section front can't be watched, its feed can.
	Feed string
}

// Problem is a kind of not being able to read a page.
type Problem string

// The problems. Each says what a caller should do.
const (
	Refused     Problem = "refused"      // the URL may not be fetched (private address, odd form, port): never retry, tell the user
	Gone        Problem = "gone"         // 404 or 410: count, tell after confirmation
	BlockedBy   Problem = "blocked"      // 401, 402, 403, 451, or a wall: keep the last good revision
	RateLimited Problem = "rate_limited" // 429, 503 with Retry-After: wait as told
	Unreachable Problem = "unreachable"  // network, DNS, TLS, time-out, 5xx: back off
	Unreadable  Problem = "unreadable"   // not a page, too large, cut short, no text found
)

// ErrNotAsked is the cause of a problem that was known without asking the site.
var ErrNotAsked = errors.New("the site was not asked")

// ErrDisallowed is the cause of a BlockedBy that the site's robots.txt asks for; it is
// an ErrNotAsked.
var ErrDisallowed = fmt.Errorf("disallowed by robots.txt: %w", ErrNotAsked)

// ReadError says why a page could not be read. It is the only error type that
// [watch.Reader] implementations return besides context errors.
type ReadError struct {
	Problem    Problem
	Reason     string        // one plain sentence without URL or secret, saying what to do next where that helps
	Status     int           // HTTP status, 0 when there was none
	RetryAfter time.Duration // how long the server asked to wait; 0 when it did not say
	Feed       string        // the address of a feed that could be followed instead; empty: none was seen
	Err        error         // the cause, may be nil
}

// Error implements error.
func (e *ReadError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("%s: %s (HTTP %d)", e.Problem, e.Reason, e.Status)
	}
	return fmt.Sprintf("%s: %s", e.Problem, e.Reason)
}

// Unwrap returns the cause.
func (e *ReadError) Unwrap() error { return e.Err }
