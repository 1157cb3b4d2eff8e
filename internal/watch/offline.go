package watch

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// offlineHosts is how many hosts must stay silent, and none answer, before the way to
// the web is to blame and not they.
const offlineHosts = 3

// outlook is what this process knows of its way to the web.
type outlook struct {
	mu      sync.Mutex
	witness string          // the page whose site answered last
	noted   time.Time       // when the store was told last that a site answered
	silent  map[string]bool // hosts that gave no answer since one did; bounded
	since   time.Time       // when the first of them did not
	asked   time.Time       // when the witness was asked last
	down    bool            // the witness does not answer either
}

// answered forgets the silence. It reports whether the store is to hear of the answer,
// which is at most every span.
func (o *outlook) answered(url string, now time.Time, span time.Duration) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	clear(o.silent)
	o.witness, o.down = url, false
	if now.Sub(o.noted) < span {
		return false
	}
	o.noted = now
	return true
}

// missed counts a host that did not answer. It returns since when none does, zero while
// that may be the hosts' fault, and at times a witness that is to be asked first: a page
// of the site that answered last.
func (o *outlook) missed(host string, now time.Time, after time.Duration) (since time.Time, witness string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.silent) == 0 {
		o.silent, o.since = map[string]bool{}, now
	}
	if len(o.silent) < offlineHosts {
		o.silent[host] = true
	}
	switch {
	case len(o.silent) < offlineHosts || now.Sub(o.since) < after:
		return time.Time{}, ""
	case o.witness != "" && now.Sub(o.asked) >= after:
		o.asked = now
		return o.since, o.witness
	case o.witness != "" && !o.down: // it is being asked
		return time.Time{}, ""
	default:
		return o.since, ""
	}
}

// confirm notes that the witness does not answer either.
func (o *outlook) confirm() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.down = len(o.silent) > 0
}

// Herald tells a guild once what concerns all its watches. Both may be called for
// many watches in a row, and by several processes.
type Herald interface {
	// Offline says that no site can be reached from here, since when. to is where one
	// of the guild's watches speaks.
	Offline(ctx context.Context, to alert.Destination, since time.Time) error
	// Online says that sites can be reached again, to who heard that they could not.
	Online(ctx context.Context, to alert.Destination) error
}

// silence reports whether a look tells something of the way to the web: that a site
// answered, or that it did not. Where nothing was asked it tells neither.
func (l *look) silence() (answered, silent bool) {
	switch {
	case l.err == nil:
		return true, false
	case l.err.Problem == article.Refused, errors.Is(l.err, article.ErrNotAsked):
		return false, false
	case l.err.Problem == article.Unreachable && l.err.Status == 0:
		return false, true
	default:
		return true, false
	}
}

// watchWay learns from a look whether the way to the web is open, and marks a look that
// failed because it is not. now is the store's time, which may be set back or forth; how
// long nothing answered is measured by this process's own.
func (c *Checker) watchWay(ctx context.Context, url string, seen *look, now time.Time) {
	switch answered, silent := seen.silence(); {
	case answered:
		c.heard(ctx, url)
	case silent:
		since, witness := c.outlook.missed(article.Host(url), time.Now(), c.opts.Timings.OfflineAfter)
		if since.IsZero() || witness != "" && c.answers(ctx, witness) {
			return
		}
		seen.offline = true
		seen.offlineSince = c.silentSince(ctx, time.Since(since), now)
	}
}

// heard notes that a site answered.
func (c *Checker) heard(ctx context.Context, url string) {
	if !c.outlook.answered(url, time.Now(), c.opts.Timings.OfflineAfter/5) {
		return
	}
	if err := c.store.Answered(ctx); err != nil {
		c.log.Warn("the store was not told that a site answered", "error", err)
	}
}

// answers asks the site of a page that was read not long ago.
func (c *Checker) answers(ctx context.Context, url string) bool {
	seen, err := c.look(ctx, article.Request{URL: url})
	if err != nil {
		return true // stopping: nothing is known
	}
	answered, silent := seen.silence()
	switch {
	case answered:
		c.heard(ctx, url)
	case silent:
		c.outlook.confirm()
	}
	return !silent
}

// silentSince returns since when no process over the store gets an answer, by the
// store's time, once that is worth saying; else zero. This one got none for so long.
func (c *Checker) silentSince(ctx context.Context, long time.Duration, now time.Time) time.Time {
	last, err := c.store.LastAnswer(ctx)
	if err != nil {
		c.log.Warn("the store does not say when a site answered", "error", err)
		return time.Time{}
	}
	if last.IsZero() || last.After(now.Add(time.Minute)) { // not known, or the clock was set back
		last = now.Add(-long)
	}
	if worth := badLooks * c.opts.Timings.OfflineAfter; now.Sub(last) < worth || long < worth {
		return time.Time{}
	}
	return last
}

// proclaim tells guilds, each by one destination, what a look says of the way to the
// web. trouble is what was known before it. Errors are logged: the next look tries
// again.
func (c *Checker) proclaim(ctx context.Context, seen look, trouble *Trouble, guilds map[string]alert.Destination) {
	answered, _ := seen.silence()
	back := answered && trouble != nil && trouble.Offline > 0
	if c.opts.Herald == nil || !back && seen.offlineSince.IsZero() {
		return
	}
	for to := range maps.Values(guilds) {
		var err error
		if back {
			err = c.opts.Herald.Online(ctx, to)
		} else {
			err = c.opts.Herald.Offline(ctx, to, seen.offlineSince)
		}
		if err != nil {
			c.log.Warn("a guild could not be told of the way to the web", "guild", to.Guild, "error", err)
		}
	}
}

// guilds returns the guilds of watches that are not quiet, each with a place where one
// of them speaks.
func guilds(watches []Watch, now time.Time) map[string]alert.Destination {
	out := map[string]alert.Destination{}
	for _, w := range watches {
		if !w.Quiet(now) {
			out[w.Destination.Guild] = w.Destination
		}
	}
	return out
}
