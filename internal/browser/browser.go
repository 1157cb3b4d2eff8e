// Package browser reads pages whose text is written by scripts, in a Chromium that the
// operator has installed. It is an option, off by default: a page costs some hundred
// megabytes of memory and seconds of CPU, against milliseconds without it.
//
// A browser would be a second way out of the program, past every rule of package fetch.
// So it has none of its own: all it asks goes through a proxy of ours (proxy.go) that
// dials by the fetcher's guard, and names are looked up by nobody else. A page gets a
// process and a profile of its own, in Chromium's sandbox, bounded in time, bytes and
// connections; when it is read, or time is up, its processes are killed and its profile
// is deleted. It gets nothing of the program's environment, where secrets stand.
//
// Start reading at [Browser.Render].
package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// Way is the guarded way to the web; *[fetch.Fetcher] is one.
type Way interface {
	// Admit waits for the turn of a page's host and asks its robots.txt; it returns
	// how long the site wants to be left alone then.
	Admit(ctx context.Context, url string) (time.Duration, error)
	// Dial connects to a public address, or refuses.
	Dial(ctx context.Context, network, address string) (net.Conn, error)
	// Explain says what an error of Dial means for a page.
	Explain(err error) error
}

// Options configure a [Browser].
type Options struct {
	// Path is Chromium's program, or "auto" to look for one.
	Path      string
	UserAgent string
	// NoSandbox runs Chromium without its sandbox: where it is root, or where a
	// container forbids what the sandbox is made of. A hole in Chromium then is a
	// hole in this machine.
	NoSandbox bool
	Pages     int           // read at the same time; 0: 1
	MaxBytes  int           // of the page's HTML; 0: fetch.DefaultMaxBytes
	Timeout   time.Duration // for a page, start and end of Chromium included; 0: 30 s
}

// Bounds of what a page may load, scripts and all, and how long it is waited for.
const (
	maxTraffic = 48 << 20 // bytes from the web
	maxConns   = 256      // connections, one after the other
	settle     = 10 * time.Second
	quiet      = 1500 * time.Millisecond // without a change: the page is there
)

// ErrRoot is why there is no browser for root.
var ErrRoot = errors.New("the sandbox of Chromium does not work for root; run Erratum as another user, or give up the sandbox where a container takes its place")

// Browser reads pages. It may be used by any number of goroutines; no more than
// Options.Pages are read at a time.
type Browser struct {
	options Options
	way     Way
	seats   chan struct{}
}

// New returns a browser, or says why there can be none.
func New(o Options, way Way) (*Browser, error) {
	path, err := find(o.Path)
	if err != nil {
		return nil, err
	}
	if os.Getuid() == 0 && !o.NoSandbox {
		return nil, ErrRoot
	}
	o.Path = path
	o.Pages, o.MaxBytes, o.Timeout = cmp.Or(o.Pages, 1), cmp.Or(o.MaxBytes, fetch.DefaultMaxBytes), cmp.Or(o.Timeout, 30*time.Second)
	return &Browser{options: o, way: way, seats: make(chan struct{}, o.Pages)}, nil
}

// find returns the program at a path, or of the names that Chromium has.
func find(path string) (string, error) {
	if path != "auto" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("there is no program %s", path)
		}
		return found, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("there is no chromium here; install it, or name its program")
}

// Render reads a page after its scripts ran. The error is a *[article.ReadError], or
// wraps the context's when that ended first.
func (b *Browser) Render(ctx context.Context, url string) (*fetch.Page, error) {
	url, err := article.NormalizeURL(url)
	if err != nil {
		return nil, err
	}
	select {
	case b.seats <- struct{}{}:
		defer func() { <-b.seats }()
	case <-ctx.Done():
		return nil, fmt.Errorf("render: %w", ctx.Err())
	}
	bounded, cancel := context.WithTimeout(ctx, b.options.Timeout)
	defer cancel()
	delay, err := b.way.Admit(bounded, url)
	if err != nil {
		return nil, err
	}
	page, err := b.visit(bounded, url)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("render: %w", ctx.Err())
	}
	if err != nil {
		return nil, told(err)
	}
	page.Delay = delay
	return page, nil
}

// told makes a problem of an article of any error.
func told(err error) error {
	var bad *article.ReadError
	switch {
	case errors.As(err, &bad):
		return bad
	case errors.Is(err, context.DeadlineExceeded):
		return &article.ReadError{Problem: article.Unreachable, Reason: "the page's scripts did not come to an end", Err: err}
	default:
		return &article.ReadError{Problem: article.Unreachable, Reason: "the page could not be read in the browser", Err: err}
	}
}

// visit starts Chromium for one page, and ends it.
func (b *Browser) visit(ctx context.Context, url string) (*fetch.Page, error) {
	proxy, err := openProxy(ctx, b.way, article.Host(url))
	if err != nil {
		return nil, err
	}
	defer proxy.close()
	dir, err := os.MkdirTemp("", "erratum-browser-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the browser: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what it leaves when it is killed
	process, end := chromedp.NewExecAllocator(ctx, b.flags(proxy.address(), dir)...)
	defer end() // kills, waits, deletes the profile
	tab, closeTab := chromedp.NewContext(process,
		chromedp.WithLogf(func(string, ...any) {}), chromedp.WithErrorf(func(string, ...any) {}))
	defer closeTab()
	page, err := b.read(tab, url)
	if lost := proxy.failure(); err != nil && lost != nil {
		return nil, b.way.Explain(lost)
	}
	return page, err
}

// flags are what Chromium is started with. It speaks to us through a pipe.
func (b *Browser) flags(proxy, dir string) []chromedp.ExecAllocatorOption {
	o := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(b.options.Path), chromedp.UserAgent(b.options.UserAgent),
		chromedp.NoInheritEnv, chromedp.Env("PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+dir),
		chromedp.ModifyCmdFunc(asGroup),
		chromedp.Flag("no-sandbox", b.options.NoSandbox),

		// Nothing goes out but through the proxy.
		chromedp.Flag("proxy-server", "http://"+proxy),
		chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("webrtc-ip-handling-policy", "disable_non_proxied_udp"),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider,AsyncDns,DnsOverHttps,WebRtcHideLocalIpsWithMdns,Prerender2"),
	}
	for _, name := range []string{
		"headless", "disable-gpu", "mute-audio", "hide-scrollbars", "disable-dev-shm-usage",
		"disable-quic", "dns-prefetch-disable", "no-pings", "disable-background-networking", "disable-component-update",
		"disable-domain-reliability", "disable-sync", "disable-client-side-phishing-detection", "disable-default-apps",
		"disable-extensions", "disable-breakpad", "disable-crash-reporter", "block-new-web-contents", "deny-permission-prompts",
		"no-first-run", "no-default-browser-check", "metrics-recording-only", "disable-notifications", "disable-remote-fonts",
	} {
		o = append(o, chromedp.Flag(name, true))
	}
	return append(o, chromedp.Flag("blink-settings", "imagesEnabled=false"), chromedp.Flag("password-store", "basic"))
}
