// Package fetch gets pages from the web: politely, within bounds, and only from
// public addresses. It is the one way out of the program; nothing else in the tree
// may dial a host that a user named.
//
// Who may be dialled is decided at the moment of dialling, on the address itself, so
// redirects, DNS that changes its mind and odd spellings meet the same guard. Bodies
// are bounded after decompression, a fetch is bounded in time as a whole, and what
// comes out is valid UTF-8 or an error of type *[article.ReadError] that says what
// kind of trouble it was. The package keeps no cookies, sends no Referer, follows no
// proxy of the environment, retries nothing (the schedule is the retry), and reads
// no meaning into a page.
//
// Start reading at [Fetcher.Fetch]; guard.go is the way out, manners.go what sites ask
// of bots, body.go and text.go what a hostile answer meets.
package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"erratum/internal/article"
)

// Options configure a [Fetcher]. Zero fields take their defaults.
type Options struct {
	// UserAgent is sent with each request; see [UserAgent]. It should tell a site
	// who asks and whom to write to.
	UserAgent string
	// MaxBytes bounds a page after decompression. Default 8 MiB.
	MaxBytes int
	// MaxHeaderBytes bounds an answer's header. Default 64 KiB.
	MaxHeaderBytes int
	// Timeout bounds a whole fetch: look-up, redirects, header and body. Default 20 s.
	Timeout time.Duration
	// MaxRedirects bounds the redirects of one fetch. Default 5; -1 follows none.
	MaxRedirects int
	// Robots makes the fetcher read each site's robots.txt first, once a day, and
	// leave alone what it asks bots not to read. False for a look that a person
	// takes: the file speaks to programs that come by themselves.
	Robots bool
	// Spacing is the least time between two requests to one host. They wait for
	// each other within Timeout, so it is a matter of seconds; checks that are to
	// come further apart are not begun earlier. 0: none.
	Spacing time.Duration
	// ExtraPorts may be dialled besides 80 and 443.
	ExtraPorts []int
	// AllowLoopback lets this machine's own addresses be read, on any port. It is
	// for tests and demonstrations; with it, whoever may add a watch can read every
	// service that listens here.
	AllowLoopback bool
	// InMemory serves hosts from inside the program, whatever the port. Only names
	// that can never be real are taken (.example, .test, .invalid, .localhost), so
	// that no entry stands in for a site, and the guard stays as it is for all
	// other hosts.
	InMemory map[string]Dialer
	// Resolver looks up names. The default is Go's own with the machine's servers.
	Resolver *net.Resolver
}

// Dialer opens a connection to a host that lives inside the program.
type Dialer func(ctx context.Context) (net.Conn, error)

// Defaults of [Options].
const (
	DefaultMaxBytes       = 8 << 20
	DefaultMaxHeaderBytes = 64 << 10
	DefaultTimeout        = 20 * time.Second
	DefaultMaxRedirects   = 5
)

// MaxSpacing is the longest [Options.Spacing]: a few steps must fit in a fetch.
const MaxSpacing = 2 * time.Second

// UserAgent makes an honest product token: "Erratum/version (+contact)". Contact is
// a web or mail address where a site's operator can learn more or complain; without
// one the token says only what the program is.
func UserAgent(version, contact string) string {
	if version == "" {
		version = "dev"
	}
	if contact == "" {
		return "Erratum/" + version + " (self-hosted news watcher)"
	}
	return "Erratum/" + version + " (+" + contact + ")"
}

// withDefaults fills what was left zero.
func (o Options) withDefaults() Options {
	if o.UserAgent == "" {
		o.UserAgent = UserAgent("", "")
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	if o.MaxHeaderBytes == 0 {
		o.MaxHeaderBytes = DefaultMaxHeaderBytes
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.MaxRedirects == 0 {
		o.MaxRedirects = DefaultMaxRedirects
	}
	if o.Resolver == nil {
		o.Resolver = &net.Resolver{PreferGo: true}
	}
	return o
}

// Validate returns all that is wrong with the options, joined, or nil.
func (o Options) Validate() error {
	o = o.withDefaults()
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(!printable(o.UserAgent) || len(o.UserAgent) > 256, "user agent: want up to 256 printable ASCII characters")
	wrong(o.MaxBytes < 1<<10 || o.MaxBytes > 256<<20, "largest page: %d bytes is not between 1 KiB and 256 MiB", o.MaxBytes)
	wrong(o.MaxHeaderBytes < 1<<10 || o.MaxHeaderBytes > 16<<20, "largest header: %d bytes is not between 1 KiB and 16 MiB", o.MaxHeaderBytes)
	wrong(o.Timeout < time.Millisecond || o.Timeout > 10*time.Minute, "time-out: %s is not between 1ms and 10m", o.Timeout)
	wrong(o.Spacing < 0 || o.Spacing > MaxSpacing, "spacing: %s is not between 0 and %s", o.Spacing, MaxSpacing)
	wrong(o.MaxRedirects < -1 || o.MaxRedirects > 20, "redirects: %d is not between -1 and 20", o.MaxRedirects)
	for _, p := range o.ExtraPorts {
		wrong(p < 1 || p > 65535, "extra port: %d is not between 1 and 65535", p)
	}
	for host := range o.InMemory {
		wrong(!reserved(host), "in-memory host %q: want a lower-case name under .example, .test, .invalid or .localhost", host)
	}
	return errors.Join(errs...)
}

// printable reports whether s may stand in a header.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// Fetcher gets pages. It may be used by any number of goroutines at once and owns a
// pool of idle connections; close it when done.
type Fetcher struct {
	options   Options
	transport *http.Transport
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	manners   manners
	pace      pace

	scratch               sync.Pool // of *[]byte, where bodies grow
	gzips, brotlis, zstds sync.Pool // of decoder
}

// New returns a fetcher.
func New(o Options) (*Fetcher, error) {
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("fetch options: %w", err)
	}
	o = o.withDefaults()
	f := &Fetcher{options: o, dial: newDial(o), manners: manners{sites: map[string]*site{}}, pace: pace{spacing: o.Spacing, next: map[string]time.Time{}}}
	f.transport = &http.Transport{
		Proxy:                  nil, // behind a proxy the guard would see the proxy's address only
		DialContext:            f.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // decoded here, bounded
		MaxResponseHeaderBytes: int64(o.MaxHeaderBytes),
		// Checks of one host come a second or more apart, so a host seldom needs two
		// connections, and most are gone before the next check is due.
		MaxConnsPerHost:     4,
		MaxIdleConnsPerHost: 2,
		MaxIdleConns:        256,
		IdleConnTimeout:     90 * time.Second,
		ReadBufferSize:      16 << 10, // a page in a few system calls; 4 KB cost 15 % more CPU (BenchmarkFetch)
	}
	f.scratch.New = func() any { return new([]byte) }
	f.gzips.New = func() any { return new(gzip.Reader) }
	f.brotlis.New = func() any { return brotli.NewReader(nil) }
	f.zstds.New = func() any {
		// Without goroutines, and with the window that RFC 9659 lets a server use.
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil // cannot be: the options are constants; such a body would be refused
		}
		return d
	}
	return f, nil
}

// Close drops idle connections. Fetches under way go on.
func (f *Fetcher) Close() { f.transport.CloseIdleConnections() }

// Page is what a server sent.
type Page struct {
	URL     string // normalised, after all redirects
	MovedTo string // normalised; where the unbroken chain of permanent redirects (301, 308) from the start led; empty when there was none
	Status  int    // 200, 203 or 304

	// Header holds the few fields that say how old a page is and what its links
	// are: Age, Cache-Control, Content-Language, Date, Link.
	Header     http.Header
	Validators article.Validators // to ask with next time
	// Varies is set when the server says that the page depends on what a reader
	// cannot see and a request of ours does not fix: a place, a device, an experiment.
	Varies bool
	// Delay is how long the site of the address asked for wants to be left alone, by
	// its robots.txt; 0 when it does not say, at most a minute.
	Delay time.Duration

	// NotModified says that the page is as it was, by the server's word (304) or by
	// its bytes ([article.Request.KnownDigest]); MediaType and Body are empty.
	NotModified bool
	MediaType   string // what the page is by its own bytes: text/html, text/plain, or another text type as declared
	Body        []byte // valid UTF-8 without byte order mark, whatever the page says about itself
	Digest      string // SHA-256 of the decompressed bytes as they came, lower-case hex; empty after a 304
}

// Age is how long ago a cache on the way took the page from its server; 0 when none
// said.
func (p *Page) Age() time.Duration {
	seconds, err := strconv.ParseUint(p.Header.Get("Age"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// Fetch gets a page. The error is a *[article.ReadError], or wraps the context's
// when that ended first. No error text holds an address.
func (f *Fetcher) Fetch(ctx context.Context, req article.Request) (*Page, error) {
	start, err := article.NormalizeURL(req.URL)
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, f.options.Timeout)
	defer cancel()
	page, err := f.follow(bounded, start, req)
	if err == nil {
		return page, nil
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("fetch: %w", ctx.Err())
	}
	return nil, f.explain(err)
}

// follow asks for a page and goes where redirects lead, if the sites there let it.
func (f *Fetcher) follow(ctx context.Context, start string, req article.Request) (*Page, error) {
	at, movedTo, permanent := start, "", true
	var delay time.Duration
	seen := map[string]bool{at: true}
	for hops := 0; ; hops++ {
		asked, err := f.heed(ctx, at)
		if err != nil {
			return nil, err
		}
		if hops == 0 {
			delay = asked
		}
		known := req.Known
		if !sameAuthority(at, start) {
			known = article.Validators{} // they are the first host's to know
		}
		page, redirect, err := f.visit(ctx, at, article.Request{Known: known, KnownDigest: req.KnownDigest, Fresh: req.Fresh})
		if err != nil {
			return nil, err
		}
		final, err := article.NormalizeURL(at)
		if err != nil {
			return nil, err
		}
		if permanent && hops > 0 && final != start {
			movedTo = final
		}
		if page != nil {
			page.URL, page.MovedTo, page.Delay = final, movedTo, delay
			return page, nil
		}
		if hops >= f.options.MaxRedirects {
			return nil, unreachable(redirect.status, "the site sends Erratum on too many times", nil)
		}
		if seen[redirect.to] {
			return nil, unreachable(redirect.status, "the site sends Erratum in a circle", nil)
		}
		seen[redirect.to] = true
		permanent = permanent && redirect.permanent
		at = redirect.to
	}
}

// visit asks for one address once. It returns a page, or where the server points.
func (f *Fetcher) visit(ctx context.Context, at string, look article.Request) (*Page, *redirect, error) {
	resp, err := f.ask(ctx, at, look)
	if err != nil {
		return nil, nil, err
	}
	defer closeBody(resp)
	if isRedirect(resp) {
		r, err := readRedirect(resp, at)
		return nil, r, err
	}
	page, err := f.read(resp, look.Known, look.KnownDigest)
	return page, nil, err
}

// ask sends one request, once it is the host's turn.
func (f *Fetcher) ask(ctx context.Context, at string, look article.Request) (*http.Response, error) {
	if err := f.pace.wait(ctx, at); err != nil {
		return nil, err
	}
	req, err := f.request(ctx, at, look)
	if err != nil {
		return nil, err
	}
	return f.transport.RoundTrip(req)
}

// request makes the request, the same header for every host and hop.
func (f *Fetcher) request(ctx context.Context, at string, look article.Request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	h := req.Header
	h.Set("User-Agent", f.options.UserAgent)
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5")
	h.Set("Accept-Encoding", "gzip, br, zstd")
	if look.Known.ETag != "" {
		h.Set("If-None-Match", look.Known.ETag)
	}
	if look.Known.LastModified != "" {
		h.Set("If-Modified-Since", look.Known.LastModified)
	}
	if look.Fresh {
		h.Set("Cache-Control", "no-cache")
		h.Set("Pragma", "no-cache")
	}
	return req, nil
}

// closeBody ends an answer. A short rest is read, so that the connection can serve
// the next request; a long one costs less as a new connection.
func closeBody(resp *http.Response) {
	const worthReading = 16 << 10
	if resp.ContentLength >= 0 && resp.ContentLength <= worthReading {
		_, _ = io.CopyN(io.Discard, resp.Body, worthReading)
	}
	_ = resp.Body.Close()
}
