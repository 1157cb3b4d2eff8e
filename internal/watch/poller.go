package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// FeedReader looks at feeds. Its errors are those of a [Reader].
type FeedReader interface {
	ReadFeed(ctx context.Context, r article.FeedRequest) (*article.FeedReading, error)
}

// PollerOptions of a [Poller].
type PollerOptions struct {
	// Quota is how many watches a guild may have: at it, feeds make none. 0: DefaultQuota.
	Quota int
	// PerDay is how many watches one feed may make in a day. 0: DefaultPerDay.
	PerDay int
	Log    *slog.Logger // nil: silent
}

// Quotas when nobody says otherwise: watches and feeds of a guild, and the watches that
// one feed makes in a day.
const (
	DefaultQuota  = 2000
	DefaultFeeds  = 100
	DefaultPerDay = 300
)

// Poller polls feeds and makes watches of their new items, by a [Checker], so that
// an item is watched as if a person had added it: at the address that the page calls
// its own, once in a channel, whatever address the feed gives. Its methods may be
// called concurrently, by several processes over one store.
type Poller struct {
	store   FeedStore
	reader  FeedReader
	checker *Checker
	quota   int
	perDay  int
	log     *slog.Logger
}

// NewPoller returns a poller over a store, a reader of feeds and what adds watches.
func NewPoller(store FeedStore, reader FeedReader, c *Checker, o PollerOptions) *Poller {
	p := &Poller{store: store, reader: reader, checker: c, quota: cmp.Or(o.Quota, DefaultQuota), perDay: cmp.Or(o.PerDay, DefaultPerDay), log: o.Log}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	return p
}

// AddedFeed is the answer to a wish to follow a feed: what it lists now.
type AddedFeed struct {
	Feed     Feed
	Created  bool // false: the channel followed it before, its settings were changed
	Items    []article.Link
	Matching []article.Link // of them
	Next     time.Time
}

// Add makes a channel follow the feed at f.URL, or the one that the page there names,
// and looks at it first. Of f it reads URL, Destination, Alerts, Mention, Thread,
// Schedule, Match, Keep, Backlog and Creator. What is no feed is refused by an *article.ReadError, and
// nothing is stored then.
func (p *Poller) Add(ctx context.Context, f Feed) (AddedFeed, error) {
	url, err := article.NormalizeURL(f.URL)
	if err != nil {
		return AddedFeed{}, refused(err)
	}
	reading, bad, err := p.read(ctx, article.FeedRequest{Request: article.Request{URL: url}, Discover: true})
	switch {
	case err != nil:
		return AddedFeed{}, fmt.Errorf("look at the feed: %w", err)
	case bad != nil:
		return AddedFeed{}, bad
	}
	f.URL, f.Title = reading.URL, reading.Feed.Title
	stored, created, err := p.store.AddFeed(ctx, f)
	if err != nil {
		return AddedFeed{}, fmt.Errorf("add feed: %w", err)
	}
	return AddedFeed{
		Feed: stored, Created: created, Items: reading.Feed.Links, Matching: matching(stored.Match, reading.Feed.Links), Next: time.Now(),
	}, nil
}

// Enrol makes a channel follow the feed at f.URL without looking at it first: its first
// poll does, within moments. Of f it reads what Add does.
func (p *Poller) Enrol(ctx context.Context, f Feed) (stored Feed, created bool, err error) {
	if f.URL, err = article.NormalizeURL(f.URL); err != nil {
		return Feed{}, false, refused(err)
	}
	if stored, created, err = p.store.AddFeed(ctx, f); err != nil {
		return Feed{}, false, fmt.Errorf("add feed: %w", err)
	}
	return stored, created, nil
}

// read looks at a feed: a reading, why there is none, or the context's error.
func (p *Poller) read(ctx context.Context, r article.FeedRequest) (*article.FeedReading, *article.ReadError, error) {
	limited, cancel := context.WithTimeout(ctx, p.timings().Lease/4)
	defer cancel()
	reading, err := p.reader.ReadFeed(limited, r)
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	var bad *article.ReadError
	switch {
	case err == nil && reading != nil && (reading.NotModified || reading.Feed != nil):
		return reading, nil, nil
	case errors.As(err, &bad):
	case errors.Is(err, context.DeadlineExceeded):
		bad = &article.ReadError{Problem: article.Unreachable, Reason: "the feed did not come in time", Err: err}
	default:
		bad = &article.ReadError{Problem: article.Unreachable, Reason: "the feed can't be read", Err: err}
	}
	return nil, bad, nil
}

func (p *Poller) timings() *Timings { return &p.checker.opts.Timings }

// Poll polls one leased feed to its commit. Watches are made first, and each can be
// made again without harm; their items are written down as seen last. So whatever
// ends the program in between, the next poll finds what was done and goes on.
//
// When ctx ends while the feed is being read, the lease is left to run out. ErrStale:
// the lease was lost.
func (p *Poller) Poll(ctx context.Context, l FeedLease) (Visit, error) {
	n := newPoll(p, l)
	if l.Feed.Paused {
		n.commit.Due = l.Now.Add(idle)
		return n.finish(ctx)
	}
	reading, bad, err := p.read(ctx, n.request())
	if err != nil {
		return Visit{}, fmt.Errorf("poll feed %s: %w", l.Feed.ID, err)
	}
	seen := look{err: bad}
	p.checker.watchWay(ctx, n.feed.URL, &seen, n.now())
	if bad != nil {
		n.failed(bad, seen.offline)
	} else {
		n.good(reading)
		if !reading.NotModified {
			n.list(ctx, reading)
		}
	}
	if err := n.retire(ctx); err != nil {
		p.log.Warn("watches of a feed could not be retired", "feed", l.Feed.ID, "error", err)
	}
	visit, err := n.finish(ctx)
	if err == nil {
		p.checker.proclaim(ctx, seen, l.State.Trouble, map[string]alert.Destination{n.feed.Destination.Guild: n.feed.Destination})
	}
	return visit, err
}

// poll is one poll of a feed being made.
type poll struct {
	*Poller
	lease   FeedLease
	feed    Feed
	state   FeedState // becomes the new one
	start   time.Time // when the lease's Now was true, by this machine's clock
	commit  FeedCommit
	watches []Watch // of the guild, once they were read
	outcome Outcome
	reason  string
	status  int
	again   time.Time // poll again then, whatever the schedule says
	left    bool      // items wait for the next poll: the feed must be read whole then
}

func newPoll(p *Poller, l FeedLease) *poll {
	n := &poll{Poller: p, lease: l, feed: l.Feed, state: l.State, start: time.Now()}
	if t := l.State.Trouble; t != nil {
		copied := *t
		n.state.Trouble = &copied
	}
	n.state.Tries = map[string]int{}
	for url, k := range l.State.Tries {
		n.state.Tries[url] = k
	}
	return n
}

// now is the store's clock.
func (n *poll) now() time.Time { return n.lease.Now.Add(time.Since(n.start)) }

// request asks conditionally when all that was listed was dealt with.
func (n *poll) request() article.FeedRequest {
	r := article.FeedRequest{Request: article.Request{URL: n.feed.URL}}
	if n.state.Trouble == nil && !n.state.Polled.IsZero() {
		r.Known, r.KnownDigest = n.state.Validators, n.state.Digest
	}
	return r
}

// finish commits the poll, although ctx ends.
func (n *poll) finish(ctx context.Context) (Visit, error) {
	if n.left {
		n.state.Validators, n.state.Digest = article.Validators{}, ""
	}
	if len(n.state.Tries) == 0 {
		n.state.Tries = nil
	}
	n.commit.State = n.state
	n.commit.Visit = Visit{
		At: n.lease.Now, Outcome: n.outcome, Reason: n.reason, Status: n.status, Told: len(n.commit.Deliveries), Took: time.Since(n.start),
	}
	if n.commit.Due.IsZero() {
		n.commit.Due = n.due()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), n.timings().Lease/4)
	defer cancel()
	if err := n.store.CommitFeed(ctx, n.lease, n.commit); err != nil {
		return Visit{}, fmt.Errorf("commit feed %s: %w", n.feed.ID, err)
	}
	return n.commit.Visit, nil
}

// due returns when to poll next: by the schedule, or later when the feed asks for it.
func (n *poll) due() time.Time {
	if !n.again.IsZero() {
		return n.again
	}
	return feedDue(n.feed.Schedule, n.feed.ID, n.now(), n.timings(), n.state.Every)
}

// guild reads the guild's watches, once.
func (n *poll) guild(ctx context.Context) ([]Watch, error) {
	if n.watches == nil {
		all, err := n.store.Watches(ctx, n.feed.Destination.Guild)
		if err != nil {
			return nil, fmt.Errorf("list watches: %w", err)
		}
		n.watches = slices.Clip(append([]Watch{}, all...))
	}
	return n.watches, nil
}

// retire removes the watches that the feed made and that are old enough. One that a
// person took over belongs to the feed no more.
func (n *poll) retire(ctx context.Context) error {
	now := n.now()
	if keep := now.Add(n.feed.Keep); n.feed.Keep <= 0 || n.state.Retire.After(now) && !n.state.Retire.After(keep) {
		return nil
	}
	all, err := n.guild(ctx)
	if err != nil {
		return err
	}
	next := now.Add(n.feed.Keep)
	for _, w := range all {
		if w.Feed != n.feed.ID {
			continue
		}
		if at := w.Created.Add(n.feed.Keep); at.After(now) {
			if at.Before(next) {
				next = at
			}
			continue
		}
		if _, err := n.store.RemoveWatch(ctx, w.Destination.Guild, w.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("retire watch %s: %w", w.ID, err)
		}
	}
	n.state.Retire = next
	return nil
}
