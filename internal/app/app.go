// Package app wires the program: it reads settings, makes the store, the checker,
// the scheduler, the courier and the router, starts them in order and stops them in
// reverse. It holds no rule about news. Only cmd/bot imports it.
//
// Start reading at [New] and [App.Run].
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"erratum/internal/command"
	"erratum/internal/deliver"
	"erratum/internal/extract"
	"erratum/internal/fetch"
	"erratum/internal/source"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// Store is everything the program asks of a store, each part declared by the
// package that uses it.
type Store interface {
	watch.Store
	watch.Registry
	watch.FeedStore
	watch.Pages
	watch.Neighbourhood
	deliver.Outbox
	deliver.Turns
	command.Watches
	command.Feeds
	command.History
	command.Guilds
	command.Titles
	command.Stories
	command.DeadLetters
	command.Presence
	command.Sessions
	command.Keeping
	// Sweep repairs and prunes what commits leave behind.
	Sweep(ctx context.Context) error
	Close() error
}

// Parts are what may differ between the program as people run it, the demo and the
// tests. A zero field means the part as people run it.
type Parts struct {
	Logger  *slog.Logger
	Sink    deliver.Sink         // where alerts go; needed
	Places  command.Places       // the channels that commands may name; nil: none but their own
	Timings watch.Timings        // zero: watch.DefaultTimings
	Fetch   func(*fetch.Options) // changes how pages are fetched, as the demo's bundled site needs
	// Extractor takes the place of extract.New, to show what an upgrade does.
	Extractor Extractor
	// Compare takes the place of report.Compare, and Wrap may put something between
	// the program and its store: both so that tests can break the program and see
	// their checks fail.
	Compare watch.Compare
	Wrap    func(Store) Store
	Tick    time.Duration   // zero: the scheduler's one second
	Courier deliver.Options // zero: the courier's defaults
}

// Extractor reads pages and names its rules.
type Extractor interface {
	source.Extractor
	Name() string
}

// App is the program, wired and not yet running.
type App struct {
	store     Store
	router    *command.Router
	checker   *watch.Checker
	scheduler *watch.Scheduler
	courier   *deliver.Courier
	routes    *routes
	keeping   *keeping
	fetcher   *fetch.Fetcher
}

// Version is the module's version as the build knows it.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// New wires the program. What it opened is closed again when it fails.
func New(ctx context.Context, cfg Config, parts Parts) (*App, error) {
	if parts.Sink == nil {
		return nil, errors.New("app: no sink for alerts")
	}
	if parts.Logger == nil {
		parts.Logger = slog.New(slog.DiscardHandler)
	}
	fetcher, err := newFetcher(cfg, func(o *fetch.Options) {
		o.Robots = cfg.Robots != "ignore"
		if parts.Fetch != nil {
			parts.Fetch(o)
		}
	})
	if err != nil {
		return nil, err
	}
	store, err := openStore(ctx, cfg)
	if err != nil {
		fetcher.Close()
		return nil, err
	}
	if parts.Wrap != nil {
		store = parts.Wrap(store)
	}
	a := &App{store: store, fetcher: fetcher}
	if parts.Extractor == nil {
		parts.Extractor = extract.New(extract.Options{})
	}
	reader, err := newSource(cfg, fetcher, parts.Extractor)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	a.wire(cfg, parts, reader)
	return a, nil
}

// openStore opens the store that the settings name.
func openStore(ctx context.Context, cfg Config) (Store, error) {
	if cfg.RedisURL == "" {
		return sqlitestore.Open(ctx, sqlitestore.Options{Path: cfg.Data, KeepPages: sqlitestore.KeepPages(cfg.keepPages())})
	}
	replicas, err := cfg.redisReplicas()
	if err != nil {
		return nil, err
	}
	return redisstore.Open(ctx, redisstore.Options{URL: cfg.RedisURL, Replicas: replicas, KeepPages: redisstore.KeepPages(cfg.keepPages())})
}

// wire makes the parts over the store and the fetcher.
func (a *App) wire(cfg Config, parts Parts, reader *source.Source) {
	timings := parts.Timings
	if timings.Adaptive == nil {
		timings = watch.DefaultTimings()
		timings.HostSpacing = cfg.HostSpacing
		timings.MinEvery = cfg.MinInterval
	}
	crier := crier{guilds: a.store, sink: parts.Sink}
	hours := newHours(crier, a.store, cfg.MaxAlerts, parts.Logger)
	a.checker = watch.NewChecker(a.store, reader, watch.Options{
		Timings: timings, Extractor: parts.Extractor.Name(), Rereader: reader, Compare: parts.Compare, Log: parts.Logger,
		Hush:   hours.until,
		Herald: &herald{crier: crier, tried: map[string]time.Time{}},
	})
	a.keeping = &keeping{store: a.store, log: parts.Logger, said: map[watch.Weakness]bool{}}
	poller := watch.NewPoller(a.store, reader, a.checker, watch.PollerOptions{Quota: cfg.MaxWatches, PerDay: cfg.MaxFeedItems, Log: parts.Logger})
	a.router = command.NewRouter(command.Options{
		Checks: a.checker, Polls: poller, Feeds: a.store, Watches: a.store, History: a.store, Stories: a.store, Guilds: a.store, Dead: a.store, Keeping: a.store, Places: parts.Places,
		Logger: parts.Logger, MinInterval: timings.MinEvery, MaxWatches: cfg.MaxWatches, MaxFeeds: cfg.MaxFeeds, MaxChecks: cfg.MaxChecks, MaxAlerts: cfg.MaxAlerts,
	})
	a.routes = &routes{store: a.store, sink: parts.Sink, log: parts.Logger}
	digests := &digests{store: a.store, router: a.router, sink: parts.Sink, log: parts.Logger, now: time.Now, tried: map[string]time.Time{}}
	a.scheduler = watch.NewScheduler(a.checker, a.store, watch.SchedulerOptions{
		Feeds:   poller,
		Workers: cfg.Workers, Log: parts.Logger, Tick: parts.Tick,
		Entries: []watch.Entry{
			{Name: "sweep", Spec: "@every 10m", Run: a.store.Sweep},
			{Name: "keeping", Spec: "@every 10m", Run: a.keeping.run},
			{Name: "digests", Spec: "@every 20s", Run: digests.run},
			{Name: "channels", Spec: "@every 1h", Run: a.routes.tidy},
		},
	})
	courier := parts.Courier
	courier.Log, courier.Hold = parts.Logger, hours.hold
	courier.Sent = a.routes.attempted
	a.courier = deliver.NewCourier(a.store, parts.Sink, courier)
}

// Router answers commands; it may be used before and while the program runs.
func (a *App) Router() *command.Router { return a.router }

// stopWithin bounds how long the program takes to end: longer work is done again.
const stopWithin = 10 * time.Second

// Run checks and delivers until ctx ends, then stops in reverse order and returns
// nil; any other end is an error.
func (a *App) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := a.keeping.run(ctx); err != nil && ctx.Err() == nil {
		a.keeping.log.Warn("the settings of the store can't be asked", "error", err)
	}
	delivered := make(chan error, 1)
	go func() { delivered <- a.courier.Run(ctx) }()
	if err := a.scheduler.Start(ctx); err != nil {
		cancel()
		return errors.Join(err, <-delivered)
	}
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-delivered:
		delivered <- nil
	}
	limit, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	err := a.scheduler.Stop(limit)
	cancel()
	return errors.Join(failed, err, <-delivered)
}

// answers is an error while the store does not answer.
func (a *App) answers(ctx context.Context) error {
	_, err := a.store.Settings(ctx, "readyz")
	return err
}

// Close closes what New opened. Run must have returned.
func (a *App) Close() error {
	a.fetcher.Close()
	return a.store.Close()
}

// Source makes what the command line reads articles with. A person who names one
// page is no bot: robots.txt is not asked.
func Source(cfg Config) (*source.Source, error) {
	fetcher, err := newFetcher(cfg, nil)
	if err != nil {
		return nil, err
	}
	return newSource(cfg, fetcher, extract.New(extract.Options{}))
}

func newFetcher(cfg Config, change func(*fetch.Options)) (*fetch.Fetcher, error) {
	o := fetch.Options{UserAgent: cfg.userAgent(), ExtraPorts: cfg.ExtraPorts, AllowLoopback: cfg.AllowLoopback, Spacing: min(cfg.HostSpacing, fetch.MaxSpacing)}
	if change != nil {
		change(&o)
	}
	f, err := fetch.New(o)
	if err != nil {
		return nil, fmt.Errorf("settings of the fetcher: %w", err)
	}
	return f, nil
}
