// Package storetest is the promises of a store, as tests that every backend runs.
//
// A backend's own test calls [Run] with a function that opens it:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T, o storetest.Options) storetest.Store {
//			s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: filepath.Join(o.Dir, "data"), Now: o.Now})
//			…
//		})
//	}
//
// The suite knows no backend: it uses the interfaces of watch, deliver and command,
// and moves the store's clock by Options.Now instead of waiting. What only one
// backend can show (a damaged file, killed processes) is tested beside it.
package storetest

import (
	"context"
	"testing"
	"time"

	"erratum/internal/command"
	"erratum/internal/deliver"
	"erratum/internal/watch"
)

// Store is all that the program needs of a store. Only this package and app name the
// whole: everyone else takes the part they use.
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
	// Sweep does what is due of retention: removed watches that can't be restored
	// any more, articles that nobody watched for 30 days, guilds that were left 7
	// days ago. Repeating it is safe.
	Sweep(ctx context.Context) error
	// Bytes is what the stored data takes, for the bench.
	Bytes(ctx context.Context) (int64, error)
	Close() error
}

// Options say how a backend is to be opened.
type Options struct {
	Dir       string           // names the data: stores opened with the same Dir share it
	Now       func() time.Time // the store's clock
	KeepPages string           // none, last or all
	Undo      time.Duration    // how long a removed watch can be restored
}

// Open opens a backend for a test. The suite closes what it opened.
type Open func(t *testing.T, o Options) Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name  string
		cases []test
	}{
		{"lease", leaseTests()},
		{"fair", fairTests()},
		{"commit", commitTests()},
		{"history", historyTests()},
		{"outbox", outboxTests()},
		{"story", storyTests()},
		{"turn", turnTests()},
		{"watch", watchTests()},
		{"move", moveTests()},
		{"guild", guildTests()},
		{"feed", feedTests()},
		{"session", sessionTests()},
		{"lane", laneTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) { c.run(newBench(t, open)) })
			}
		})
	}
}

// test is one promise.
type test struct {
	name string
	run  func(*bench)
}
