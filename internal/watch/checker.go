package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// Reader looks at pages. Read returns a reading, a *article.ReadError that says why
// there is none, or the context's error. It may be called concurrently.
type Reader interface {
	Read(ctx context.Context, r article.Request) (*article.Reading, error)
}

// Compare reports what changed from one text to another.
type Compare func(old, new *article.Article) *report.Report

// Compose writes a report as the few lines that people read.
type Compose func(*report.Report) summarize.Summary

// Hush says until when a guild hears of no change at a time: its quiet hours; zero: it
// may be told. What changes meanwhile is told then, as after a mute. It is asked at
// each check and must be quick.
type Hush func(ctx context.Context, guild string, now time.Time) (time.Time, error)

// Options of a [Checker]. The zero value works.
type Options struct {
	Timings Timings // zero: DefaultTimings
	// Extractor names what reads pages now. A page last read by another is asked
	// for whole, so that it is read anew at once. Empty: not known beforehand.
	Extractor string
	// Rereader reads kept pages for Extractor, so that no edit of the time of an
	// upgrade is lost. Nil: such articles begin anew.
	Rereader Rereader
	// Compare reports what changed between two texts, Compose writes it for people.
	// They are here so that a check of the whole program can switch rules off and
	// see itself fail. Nil: those of packages report and summarize.
	Compare Compare
	Compose Compose
	Herald  Herald       // tells guilds of the way to the web; nil: nobody does
	Hush    Hush         // nil: no guild has quiet hours
	Log     *slog.Logger // nil: silent
}

// Checker checks articles: it reads a page, decides what it means and commits that.
// Its methods may be called concurrently, and several processes may check over one
// store.
type Checker struct {
	store interface {
		Store
		Registry
		Pages
		Neighbourhood
	}
	reader Reader
	judge  judge
	// outlook is of this process: whether it can reach sites at all.
	outlook outlook
	opts    Options
	log     *slog.Logger
}

// NewChecker returns a checker over a store and a reader of pages.
func NewChecker(store interface {
	Store
	Registry
	Pages
	Neighbourhood
}, reader Reader, o Options) *Checker {
	if o.Timings.Adaptive == nil {
		o.Timings = DefaultTimings()
	}
	if o.Compare == nil {
		o.Compare = report.Compare
	}
	if o.Compose == nil {
		o.Compose = summarize.Compose
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Checker{
		store: store, reader: reader, opts: o, log: o.Log,
		judge: judge{compareTexts: o.Compare, compose: o.Compose, Timings: o.Timings},
	}
}

// Result is what one check found.
type Result struct {
	Article  string
	Outcome  Outcome
	Reason   string // plain words
	State    State  // as committed
	Revision int    // stored by this check, else 0
	// Report compares what the page shows with the newest revision before; nil when
	// nothing was compared.
	Report *report.Report
	Told   int       // deliveries queued
	Next   time.Time // when the article is checked again
}

// Check runs one leased check to its commit. The first one after another extractor
// came reads the page that was kept, and no other. When ctx ends while the page is being
// read the lease is left to run out and the article comes due again: nothing is
// lost, and nothing half-known is written. A page that was read is carried to its
// commit although ctx ends.
//
// It returns ErrStale when the lease was lost; nothing was written then, and
// whoever holds the article now does the work.
func (c *Checker) Check(ctx context.Context, l Lease) (Result, error) {
	start := time.Now()
	kept, err := c.kept(ctx, l.State)
	if err != nil {
		return Result{}, fmt.Errorf("check %s: %w", l.Article, err)
	}
	if kept != nil {
		return c.settle(ctx, l, look{kept: kept}, start)
	}
	seen, err := c.look(ctx, c.request(l.State))
	if err != nil {
		return Result{}, fmt.Errorf("check %s: %w", l.Article, err)
	}
	if err := c.followClaim(ctx, l.State, &seen); err != nil {
		return Result{}, fmt.Errorf("check %s: %w", l.Article, err)
	}
	c.watchWay(ctx, l.State.URL, &seen, l.Now.Add(time.Since(start)))
	res, err := c.settle(ctx, l, seen, start)
	if err == nil {
		c.proclaim(ctx, seen, l.State.Trouble, guilds(l.Watches, l.Now))
	}
	return res, err
}

// request asks for a page: conditionally when the last good text is all that is
// known, else for a whole and fresh copy.
func (c *Checker) request(st State) article.Request {
	r := article.Request{URL: st.URL, Rendered: st.Rendered}
	switch {
	case st.Pending != nil:
		r.Fresh = true
	case st.Trouble != nil, st.Gone != nil, c.opts.Extractor != "" && st.Extractor != c.opts.Extractor:
	default:
		r.Known, r.KnownDigest = st.Validators, st.PageDigest
	}
	return r
}

// look reads a page. Its error is that of the context only.
func (c *Checker) look(ctx context.Context, r article.Request) (look, error) {
	// Half the lease is left for deciding and writing.
	limited, cancel := context.WithTimeout(ctx, c.opts.Timings.Lease/2)
	defer cancel()
	reading, err := c.reader.Read(limited, r)
	if ctx.Err() != nil {
		return look{}, context.Cause(ctx)
	}
	var bad *article.ReadError
	switch {
	case err == nil && reading != nil:
		return look{reading: reading}, nil
	case errors.As(err, &bad):
	case errors.Is(err, context.DeadlineExceeded):
		bad = &article.ReadError{Problem: article.Unreachable, Reason: "the page did not come in time", Err: err}
	default:
		bad = &article.ReadError{Problem: article.Unreachable, Reason: "the page can't be read", Err: err}
	}
	return look{err: bad}, nil
}

// settleTries bounds how often one look is decided anew because watches changed.
const settleTries = 8

// settle decides what a look means and commits it. start is when the lease's Now
// was true.
func (c *Checker) settle(ctx context.Context, l Lease, seen look, start time.Time) (Result, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.opts.Timings.Lease/2)
	defer cancel()
	began := l.Now
	if err := c.meet(ctx, l, &seen); err != nil {
		return Result{}, fmt.Errorf("decide on %s: %w", l.Article, err)
	}
	texts := c.texts(ctx, l.Article)
	for range settleTries {
		took := time.Since(start)
		hushed, err := c.hushed(ctx, l.Watches, began.Add(took))
		if err != nil {
			return Result{}, fmt.Errorf("decide on %s: %w", l.Article, err)
		}
		d, err := c.judge.decide(l, seen, began.Add(took), texts, hushed)
		if err != nil {
			return Result{}, fmt.Errorf("decide on %s: %w", l.Article, err)
		}
		if d.moveTo != "" {
			return c.move(ctx, l, d)
		}
		d.commit.Visit.Took = took
		err = c.store.Commit(ctx, l, d.commit)
		if err == nil {
			return d.result(), nil
		}
		if !errors.Is(err, ErrWatchesChanged) {
			return Result{}, fmt.Errorf("commit %s: %w", l.Article, err)
		}
		if l, err = c.store.Extend(ctx, l, c.opts.Timings.Lease); err != nil {
			return Result{}, fmt.Errorf("extend the lease of %s: %w", l.Article, err)
		}
	}
	return Result{}, fmt.Errorf("commit %s: %w, %d times in a row", l.Article, ErrWatchesChanged, settleTries)
}

// hushed says which guilds of watches have quiet hours, and until when.
func (c *Checker) hushed(ctx context.Context, watches []Watch, now time.Time) (map[string]time.Time, error) {
	if c.opts.Hush == nil {
		return nil, nil
	}
	out := map[string]time.Time{}
	for _, w := range watches {
		guild := w.Destination.Guild
		if _, asked := out[guild]; asked {
			continue
		}
		until, err := c.opts.Hush(ctx, guild, now)
		if err != nil {
			return nil, fmt.Errorf("quiet hours: %w", err)
		}
		out[guild] = until
	}
	return out, nil
}

// texts reads revisions of an article, each once.
func (c *Checker) texts(ctx context.Context, articleID string) func(int) (article.Revision, error) {
	read := map[int]article.Revision{}
	return func(n int) (article.Revision, error) {
		if r, ok := read[n]; ok {
			return r, nil
		}
		r, err := c.store.Revision(ctx, articleID, n)
		if err != nil {
			return r, fmt.Errorf("revision %d: %w", n, err)
		}
		read[n] = r
		return r, nil
	}
}

// move makes the article live elsewhere; its next check, due at once, tells it.
func (c *Checker) move(ctx context.Context, l Lease, d *decision) (Result, error) {
	to, err := c.store.Move(ctx, l, d.moveTo)
	if err != nil {
		return Result{}, fmt.Errorf("move %s: %w", l.Article, err)
	}
	return Result{Article: to, Outcome: d.outcome, Reason: d.reason, State: d.state, Next: d.now}, nil
}

func (d *decision) result() Result {
	return Result{
		Article: d.state.ID, Outcome: d.outcome, Reason: d.reason, State: d.state,
		Revision: d.commit.Visit.Revision, Report: d.report, Told: len(d.commit.Deliveries), Next: d.commit.Due,
	}
}

// CheckNow checks one article at once for somebody who asked, under the lease and
// within the host's spacing: it waits some seconds for both. It returns ErrBusy,
// ErrNotFound or *TooSoonError when that was not enough. An article that moved is
// checked where it lives now, and one whose kept page was read anew is looked at.
func (c *Checker) CheckNow(ctx context.Context, articleID string) (Result, error) {
	for hop := 0; ; hop++ {
		l, err := c.lease(ctx, articleID)
		if err != nil {
			return Result{}, err
		}
		res, err := c.Check(ctx, l)
		if err != nil || res.Outcome != OutMoved && res.Outcome != OutReread || hop > 1 {
			return res, err
		}
		articleID = res.Article
	}
}

// lease takes one article, waiting for its turn up to Patience.
func (c *Checker) lease(ctx context.Context, articleID string) (Lease, error) {
	t := &c.opts.Timings
	deadline := time.Now().Add(t.Patience)
	for {
		l, err := c.store.LeaseNow(ctx, articleID, t.Lease, t.HostSpacing)
		if err == nil {
			return l, nil
		}
		wait := t.Patience / 20
		var soon *TooSoonError
		switch {
		case errors.As(err, &soon):
			wait = max(soon.Wait, time.Millisecond)
		case !errors.Is(err, ErrBusy):
			return Lease{}, fmt.Errorf("lease %s: %w", articleID, err)
		}
		if time.Now().Add(wait).After(deadline) {
			return Lease{}, fmt.Errorf("lease %s: %w", articleID, err)
		}
		if err := pause(ctx, wait); err != nil {
			return Lease{}, fmt.Errorf("lease %s: %w", articleID, err)
		}
	}
}

// pause waits; its error is that of the context.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
