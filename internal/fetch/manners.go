package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"erratum/internal/article"
	"erratum/internal/robots"
)

// How long what a site's robots.txt says is believed (RFC 9309 §2.4), and what is
// done while it can't be read (§2.3.1).
const (
	robotsFor      = 24 * time.Hour      // a copy is used for
	robotsRetryMin = time.Minute         // and asked for again after a failure, doubling
	robotsRetryCap = time.Hour           //   up to this
	robotsPatience = 30 * 24 * time.Hour // a site that answers with faults only for this long asks nothing
	robotsHops     = 5                   // redirects that are followed, to other hosts too
	longestDelay   = time.Minute         // a Crawl-delay counts up to this
)

// Bounds of what is remembered of sites.
const (
	maxSites     = 4096
	maxSitesSize = 16 << 20 // bytes of rules
)

// manners remember what sites ask of programs that come by themselves, so that each
// is asked about once a day, however many of its pages are read.
type manners struct {
	mu    sync.Mutex
	sites map[string]*site // by scheme, host and port
	size  int              // of the rules
}

// site is what one site's robots.txt said.
type site struct {
	turn chan struct{} // of one: whoever holds it may read and write what follows

	rules   robots.Rules
	known   bool               // the rules are the site's own words
	err     *article.ReadError // why there are none; then no page is read
	until   time.Time          // when to ask again
	failing time.Time          // since when the file can't be read; zero: it can
	tries   int                // in a row that failed
}

// site returns what is remembered of a site, at least a blank sheet.
func (m *manners) site(root string) *site {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sites[root]
	if !ok {
		m.drop(func() bool { return len(m.sites) >= maxSites }, root)
		s = &site{turn: make(chan struct{}, 1)}
		m.sites[root] = s
	}
	return s
}

// weigh counts the change of a site's rules, and makes room for them.
func (m *manners) weigh(root string, s *site, before int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sites[root] != s {
		return // dropped meanwhile
	}
	m.size += s.rules.Size() - before
	m.drop(func() bool { return m.size > maxSitesSize }, root)
}

// drop forgets sites, whichever, while there are too many; they are asked again.
func (m *manners) drop(full func() bool, but string) {
	for root, s := range m.sites {
		if !full() {
			return
		}
		if root == but {
			continue
		}
		select {
		case s.turn <- struct{}{}:
			m.size -= s.rules.Size()
			delete(m.sites, root)
			<-s.turn
		default: // in use
		}
	}
}

// heed asks whether the site at an address lets it be read, and how long it wants to
// be left alone afterwards. Of many who ask about one site at once, one reads its
// robots.txt and the others wait for that.
func (f *Fetcher) heed(ctx context.Context, at string) (time.Duration, error) {
	if !f.options.Robots {
		return 0, nil
	}
	root := authority(at)
	s := f.manners.site(root)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	asked := !time.Now().Before(s.until)
	if asked {
		if err := f.askSite(ctx, root, s); err != nil {
			return 0, err
		}
	}
	switch {
	case s.err != nil && asked:
		return 0, s.err
	case s.err != nil:
		return 0, s.remembered()
	case !s.rules.Allow(at[len(root):]):
		return 0, &article.ReadError{Problem: article.BlockedBy, Reason: "the site's robots.txt asks not to be read by bots", Err: article.ErrDisallowed}
	default:
		return min(s.rules.Delay, longestDelay), nil
	}
}

// remembered is the error of a site whose robots.txt could not be read a while ago. What
// the site said about when to come again runs out.
func (s *site) remembered() error {
	e := *s.err
	e.Err = errors.Join(article.ErrNotAsked, e.Err)
	if e.RetryAfter > 0 {
		e.RetryAfter = max(time.Until(s.until), 0)
	}
	return &e
}

// askSite reads a site's robots.txt and remembers what came of it. Its error is that
// of the caller's time, or of an address that may not be read.
func (f *Fetcher) askSite(ctx context.Context, root string, s *site) error {
	bounded, cancel := context.WithTimeout(ctx, f.options.Timeout/2)
	defer cancel()
	rules, err := f.readRobots(bounded, root)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var bad *article.ReadError
	switch {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded):
		bad = &article.ReadError{Problem: article.Unreachable, Reason: "the site's robots.txt did not come in time", Err: err}
	case errors.As(f.explain(err), &bad):
	}
	if bad != nil && (bad.Problem == article.Refused || errors.Is(bad, article.ErrNotAsked)) {
		return bad // decided here, without asking anybody
	}
	before := s.rules.Size()
	s.learn(rules, bad, time.Now())
	f.manners.weigh(root, s, before)
	return nil
}

// learn takes what a look at robots.txt brought. While the file can't be read, the
// last copy holds; where there is none, the site is left alone, but not for ever on
// account of a fault in this one file.
func (s *site) learn(rules robots.Rules, bad *article.ReadError, now time.Time) {
	if bad == nil {
		s.rules, s.known, s.until = rules, true, now.Add(robotsFor)
		s.err, s.failing, s.tries = nil, time.Time{}, 0
		return
	}
	if s.failing.IsZero() {
		s.failing = now
	}
	wait := robotsRetryMin // no answer costs a site nothing
	if bad.Status != 0 {
		wait = min(wait<<min(s.tries, 10), robotsRetryCap)
		s.tries++
	}
	s.until = now.Add(max(wait, bad.RetryAfter))
	s.err = bad
	if s.known || bad.Status != 0 && now.Sub(s.failing) >= robotsPatience {
		s.err = nil
	}
}

// readRobots reads a site's robots.txt. What is not there asks nothing; an error means
// that nothing is known.
func (f *Fetcher) readRobots(ctx context.Context, root string) (robots.Rules, error) {
	at := root + "/robots.txt"
	for hops := 0; hops <= robotsHops; hops++ {
		rules, to, err := f.visitRobots(ctx, at)
		var bad *article.ReadError
		if hops > 0 && errors.As(f.explain(err), &bad) && bad.Problem == article.Refused {
			return robots.Rules{}, nil // the file would stand where nothing may be read
		}
		if err != nil || to == "" {
			return rules, err
		}
		at = to
	}
	return robots.Rules{}, nil
}

// visitRobots asks for a robots.txt at one address. It returns rules, or where the
// server points.
func (f *Fetcher) visitRobots(ctx context.Context, at string) (robots.Rules, string, error) {
	resp, err := f.ask(ctx, at, article.Request{})
	if err != nil {
		return robots.Rules{}, "", err
	}
	defer closeBody(resp)
	status := resp.StatusCode
	switch {
	case isRedirect(resp):
		r, err := readRedirect(resp, at)
		if err != nil {
			return robots.Rules{}, "", nil //nolint:nilerr // it leads nowhere: there is no such file
		}
		return robots.Rules{}, r.to, nil
	case status == http.StatusTooManyRequests:
		return robots.Rules{}, "", &article.ReadError{Problem: article.RateLimited, Status: status, RetryAfter: retryAfter(resp.Header),
			Reason: "the site asks to be read less often"}
	case status >= 500:
		return robots.Rules{}, "", &article.ReadError{Problem: article.Unreachable, Status: status, RetryAfter: retryAfter(resp.Header),
			Reason: "the site's robots.txt, which says whether bots may come, can't be read because of a fault there"}
	case status >= 300:
		return robots.Rules{}, "", nil
	}
	file, err := f.readFile(resp)
	if err != nil {
		return robots.Rules{}, "", err
	}
	return robots.Parse(file, "Erratum", f.options.UserAgent), "", nil
}

// readFile reads as much of a body as counts in a robots.txt.
func (f *Fetcher) readFile(resp *http.Response) (file []byte, err error) {
	wire := &meter{r: resp.Body, left: robots.MaxFile + 64<<10, most: robots.MaxFile}
	err = f.decode(contentEncoding(resp.Header), wire, func(r io.Reader) error {
		file, err = io.ReadAll(io.LimitReader(r, robots.MaxFile+1))
		return err
	})
	if err != nil {
		return nil, unreachable(resp.StatusCode, "the site's robots.txt was cut short or damaged on the way", err)
	}
	return file, nil
}
