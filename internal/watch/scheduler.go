package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"erratum/internal/fair"
)

// Entry is periodic work beside the checks: the sweep, health, digests. There are a
// handful; watches are never entries (each costs milliseconds to add).
type Entry struct {
	Name string
	Spec string // for cron.ParseStandard, "@every 1m" included; UTC
	// Run does the work; an error is logged. A run that is still going when the next
	// is due makes that one drop out.
	Run func(ctx context.Context) error
}

// SchedulerOptions of a [Scheduler]. The zero value works.
type SchedulerOptions struct {
	Workers int           // checks at a time of one guild, of all fair.Crowd times as many; 0: 16
	Tick    time.Duration // how often due articles are looked for; 0: 1 s
	Entries []Entry
	Feeds   *Poller      // polls the feeds that come due; nil: none are polled
	Polls   int          // feeds of one guild polled at a time, of all fair.Crowd times as many; 0: 4
	Log     *slog.Logger // nil: silent
	// Checked is called after each check that was committed, for metrics; lateness
	// is how long after its due time the check began. Nil: nobody counts.
	Checked func(res Result, lateness, took time.Duration)
}

// Scheduler runs the checks and polls that come due, and the few periodic entries. It
// owns every goroutine that it starts.
type Scheduler struct {
	checker *Checker
	store   Store
	opts    SchedulerOptions
	log     *slog.Logger

	mu      sync.Mutex
	cron    *cron.Cron
	cancel  context.CancelFunc
	workers sync.WaitGroup // the dispatchers and their work
}

// NewScheduler returns a scheduler that is not started.
func NewScheduler(c *Checker, store Store, o SchedulerOptions) *Scheduler {
	if o.Workers <= 0 {
		o.Workers = 16
	}
	if o.Polls <= 0 {
		o.Polls = 4
	}
	if o.Tick <= 0 {
		o.Tick = time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Checked == nil {
		o.Checked = func(Result, time.Duration, time.Duration) {}
	}
	return &Scheduler{checker: c, store: store, opts: o, log: o.Log}
}

// Start begins to work. It fails when an entry's Spec can't be read or the scheduler
// was started already. The context's end stops the work as Stop does; call Stop
// nevertheless, to wait for it.
func (s *Scheduler) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cron != nil {
		return errors.New("the scheduler was started already")
	}
	log := cronLog{s.log}
	timer := cron.New(
		cron.WithLocation(time.UTC), cron.WithLogger(log),
		cron.WithChain(cron.Recover(log), cron.SkipIfStillRunning(log)),
	)
	ctx, cancel := context.WithCancel(ctx)
	crews := []*crew{newCrew("articles", s.opts.Workers, s.leaseChecks)}
	if s.opts.Feeds != nil {
		crews = append(crews, newCrew("feeds", s.opts.Polls, s.leasePolls))
	}
	for _, c := range crews {
		timer.Schedule(every(s.opts.Tick), cron.FuncJob(c.kick))
	}
	for _, e := range s.opts.Entries {
		if _, err := timer.AddFunc(e.Spec, func() { s.enter(ctx, e) }); err != nil {
			cancel()
			return fmt.Errorf("the schedule of %s: %w", e.Name, err)
		}
	}
	s.cron, s.cancel = timer, cancel
	for _, c := range crews {
		s.workers.Go(func() { s.dispatch(ctx, c) })
	}
	timer.Start()
	for _, c := range crews {
		c.kick()
	}
	return nil
}

// Stop ends the work: nothing new begins, entries and reads of pages are cancelled,
// commits under way are finished. It waits for all of it until ctx ends, and then
// returns ctx's error; the rest ends by its own limits. Stopping again is harmless.
func (s *Scheduler) Stop(ctx context.Context) error { //nolint:contextcheck // cron.Stop makes a context that ends with its jobs
	s.mu.Lock()
	timer, cancel := s.cron, s.cancel
	s.mu.Unlock()
	if timer == nil {
		return nil
	}
	cancel()
	entries := timer.Stop()
	done := make(chan struct{})
	go func() {
		<-entries.Done()
		s.workers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop the scheduler: %w", context.Cause(ctx))
	}
}

func (s *Scheduler) enter(ctx context.Context, e Entry) {
	if ctx.Err() != nil {
		return
	}
	if err := e.Run(ctx); err != nil && ctx.Err() == nil {
		s.log.Error("periodic work failed", "entry", e.Name, "error", err)
	}
}

// leaseChecks leases due articles.
func (s *Scheduler) leaseChecks(ctx context.Context, room fair.Room) ([]job, error) {
	t := &s.checker.opts.Timings
	leases, err := s.store.Lease(ctx, room, t.Lease, t.HostSpacing)
	jobs := make([]job, 0, len(leases))
	for _, l := range leases {
		jobs = append(jobs, job{l.Guild, func(ctx context.Context) { s.check(ctx, l) }})
	}
	return jobs, err
}

// leasePolls leases due feeds.
func (s *Scheduler) leasePolls(ctx context.Context, room fair.Room) ([]job, error) {
	t := s.opts.Feeds.timings()
	leases, err := s.opts.Feeds.store.LeaseFeeds(ctx, room, t.Lease, t.HostSpacing)
	jobs := make([]job, 0, len(leases))
	for _, l := range leases {
		jobs = append(jobs, job{l.Feed.Destination.Guild, func(ctx context.Context) { s.poll(ctx, l) }})
	}
	return jobs, err
}

// check runs one check. Whatever a page does to it, the program goes on; the
// article comes due again when its lease ends.
func (s *Scheduler) check(ctx context.Context, l Lease) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("a check panicked", "article", l.Article, "url", l.State.URL, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	start := time.Now()
	res, err := s.checker.Check(ctx, l)
	switch {
	case err == nil:
		s.log.Debug("checked", "article", l.Article, "outcome", res.Outcome, "reason", res.Reason, "told", res.Told)
		s.opts.Checked(res, max(0, l.Now.Sub(l.Due)), time.Since(start))
	case errors.Is(err, ErrStale), ctx.Err() != nil:
		s.log.Debug("check dropped", "article", l.Article, "error", err)
	default:
		s.log.Error("check failed", "article", l.Article, "url", l.State.URL, "error", err)
	}
}

// poll runs one poll of a feed, whatever the feed does to it.
func (s *Scheduler) poll(ctx context.Context, l FeedLease) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("a poll panicked", "feed", l.Feed.ID, "url", l.Feed.URL, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	v, err := s.opts.Feeds.Poll(ctx, l)
	switch {
	case err == nil:
		s.log.Debug("polled", "feed", l.Feed.ID, "outcome", v.Outcome, "reason", v.Reason)
	case errors.Is(err, ErrStale), ctx.Err() != nil:
		s.log.Debug("poll dropped", "feed", l.Feed.ID, "error", err)
	default:
		s.log.Error("poll failed", "feed", l.Feed.ID, "url", l.Feed.URL, "error", err)
	}
}

// every is a cron.Schedule for ticks; cron's own rounds to whole seconds.
type every time.Duration

// Next implements cron.Schedule.
func (e every) Next(t time.Time) time.Time { return t.Add(time.Duration(e)) }

// cronLog lets cron speak through slog; what it says on each tick is not repeated.
type cronLog struct{ log *slog.Logger }

func (c cronLog) Info(string, ...any) {}

func (c cronLog) Error(err error, msg string, kv ...any) {
	c.log.Error("cron: "+msg, append([]any{"error", err}, kv...)...)
}
