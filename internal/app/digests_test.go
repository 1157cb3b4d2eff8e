package app_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// desk is a sink that forgets its keys, as Discord does after minutes, and finds what
// it showed.
type desk struct {
	shown []alert.Delivery
	err   error
	lost  bool // shows, and then fails
}

func (d *desk) Send(_ context.Context, x alert.Delivery) (string, error) {
	if d.err != nil && !d.lost {
		return "", d.err
	}
	d.shown = append(d.shown, x)
	return x.ID, d.err
}

func (d *desk) Find(_ context.Context, x alert.Delivery) (string, bool, error) {
	return x.ID, slices.ContainsFunc(d.shown, func(y alert.Delivery) bool { return x.ID == y.ID }), nil
}

// page is one article that a test changes.
type page struct{ amount string }

func (p *page) Read(_ context.Context, r article.Request) (*article.Reading, error) {
	a := &article.Article{URL: r.URL, Headline: "Bridge closes", Site: "The Sill Post", Language: "en", Extractor: "test/1", Blocks: []article.Block{
		{Role: article.Lede, Text: "The council of Sill met for four hours on Thursday and put off what it had meant to decide."},
		{Role: article.Body, Text: "A report that was read out at the meeting speaks of " + p.amount + " in all, according to Mara Linden, who heads the roads department."},
		{Role: article.Body, Text: "The next meeting is to be held in the old school, since the roof of the town hall leaks."},
	}}
	return &article.Reading{Article: a, Verdict: article.OK, URL: r.URL, Status: 200, PageDigest: a.Digest()}, nil
}

// TestDigestsAreSentOnce: at its time, with what changed since the last, once although
// the program died after sending or another process did it, and one for what was missed.
func TestDigestsAreSentOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	store, err := sqlitestore.Open(ctx, sqlitestore.Options{Path: filepath.Join(t.TempDir(), "e.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	site := &page{amount: "2.4 million"}
	timings := watch.DefaultTimings()
	timings.HostSpacing = 0
	checker := watch.NewChecker(store, site, watch.Options{Timings: timings})
	router := command.NewRouter(command.Options{
		Checks: checker, Watches: store, Feeds: store, History: store, Stories: store, Guilds: store,
		Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	})
	do := func(name string, args map[string]string) {
		router.Do(ctx, command.Request{Guild: "g", Channel: "news", Manager: true, Name: name, Args: args})
	}
	do("watch add", map[string]string{"url": "https://sillpost.example/bridge"})
	do("digest", map[string]string{"schedule": "daily 08:00"})
	change := func(amount string) {
		t.Helper()
		site.amount = amount
		for range 3 {
			now = now.Add(2 * time.Minute)
			do("watch check", map[string]string{"article": "1"})
		}
	}
	sink := &desk{}
	run := app.Digests(store, router, sink, func() time.Time { return now })
	at := func(day, hour, minute int) { now = time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC) }
	wants := func(n int, text string) {
		t.Helper()
		if err := run(ctx); err != nil {
			t.Fatal(err)
		}
		if len(sink.shown) != n || n > 0 && !strings.Contains(sink.shown[n-1].Notice.Text, text) {
			t.Fatalf("%s: shown %+v, want %d with %q", now, sink.shown, n, text)
		}
	}
	change("3.1 million")
	wants(0, "")
	at(3, 8, 0)
	wants(0, "") // what was decided before it may not be written yet
	at(3, 8, 1)
	sink.err = errors.New("the channel is away")
	wants(0, "")
	sink.err = nil
	at(3, 8, 10)
	wants(0, "") // not at once again
	at(3, 8, 20)
	sink.err, sink.lost = errors.New("shown, but nobody heard"), true
	wants(1, "3.1 million")
	sink.err, sink.lost = nil, false
	at(3, 8, 40)
	wants(1, "3.1 million") // found
	if d := sink.shown[0]; d.Destination != (alert.Destination{Guild: "g", Channel: "news"}) || d.Notice.Kind != alert.Digest || len(d.ID) != 24 {
		t.Errorf("sent %+v", d)
	}
	wants(1, "3.1 million")
	at(4, 9, 0)
	wants(1, "3.1 million") // nothing changed since
	at(4, 10, 0)
	change("4.8 million")
	at(7, 12, 0) // nothing ran for days
	do("settings set", map[string]string{"quiet": "11-13"})
	wants(1, "3.1 million")
	at(7, 13, 0)
	wants(2, "4.8 million")
	again := app.Digests(store, router, sink, func() time.Time { return now })
	if err := again(ctx); err != nil || len(sink.shown) != 2 {
		t.Errorf("another process sent it again: %v", err)
	}
}
