package watch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// follow makes n channels watch n articles on some hosts.
func (b *bench) follow(n, hosts int, schedule string) {
	b.t.Helper()
	for i := range n {
		url := fmt.Sprintf("https://host%d.example/story/%d", i%hosts, i)
		b.site.show(url, shows(textA))
		time.Sleep(2 * time.Second) // the host's spacing
		w := watch.Watch{URL: url, Destination: alert.Destination{Guild: "local", Channel: "news"}, Schedule: schedule}
		if _, err := b.checker.Add(b.t.Context(), w); err != nil {
			b.t.Fatal(err)
		}
	}
	b.site.requests = nil
}

func (b *bench) start(o watch.SchedulerOptions) (stop func()) {
	b.t.Helper()
	s := watch.NewScheduler(b.checker, b.store, o)
	if err := s.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	if err := s.Start(b.t.Context()); err == nil {
		b.t.Error("started twice")
	}
	return func() {
		b.t.Helper()
		for range 2 {
			if err := s.Stop(b.t.Context()); err != nil {
				b.t.Errorf("stop: %v", err)
			}
		}
	}
}

func TestSchedulerRunsADay(t *testing.T) {
	bubble(t, "a day", func(b *bench) {
		b.follow(12, 3, "15m")
		var mu sync.Mutex
		var latest time.Duration
		sweeps := 0
		stop := b.start(watch.SchedulerOptions{
			Workers: 4,
			Entries: []watch.Entry{{Name: "sweep", Spec: "@every 1h", Run: func(context.Context) error { sweeps++; return errors.New("said and survived") }}},
			Checked: func(_ watch.Result, late, _ time.Duration) {
				mu.Lock()
				defer mu.Unlock()
				latest = max(latest, late)
			},
		})
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		stop()
		// 96 quarters of an hour, each up to 5 % longer.
		per := map[string]int{}
		for _, r := range b.site.requests {
			per[r.URL]++
		}
		for url, n := range per {
			if n < 90 || n > 96 {
				b.t.Errorf("%s was looked at %d times in a day", url, n)
			}
		}
		if len(per) != 12 || sweeps < 23 || sweeps > 24 {
			b.t.Errorf("%d articles, %d sweeps", len(per), sweeps)
		}
		if latest > 5*time.Second {
			b.t.Errorf("a check came %v late", latest)
		}
		after := len(b.site.requests)
		time.Sleep(time.Hour)
		if len(b.site.requests) != after {
			b.t.Error("it went on after Stop")
		}
	})
}

func TestSchedulerIsPoliteAndBounded(t *testing.T) {
	bubble(t, "one host, slow pages", func(b *bench) {
		b.follow(20, 10, "5m")
		asked := map[string]time.Time{}
		b.site.answer = func(url string, _ int) look {
			host := article.Host(url)
			if gap := time.Since(asked[host]); gap < time.Second {
				b.t.Errorf("%s was asked again after %v", host, gap)
			}
			asked[host] = time.Now()
			return shows(textA)
		}
		b.site.delay = 600 * time.Millisecond
		b.site.most = 0
		for id := range b.store.articles {
			b.store.dueAt(id, time.Now()) // all at once, as after an outage
		}
		stop := b.start(watch.SchedulerOptions{Workers: 3})
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if len(b.site.requests) != 20 {
			b.t.Errorf("%d of 20 looked at within half a minute", len(b.site.requests))
		}
		stop()
		if b.site.most != 3 {
			b.t.Errorf("%d checks at a time, want 3", b.site.most)
		}
	})
}

func TestSchedulerWorksOffABacklog(t *testing.T) {
	bubble(t, "many hosts, few workers", func(b *bench) {
		b.follow(60, 60, "5m")
		for id := range b.store.articles {
			b.store.dueAt(id, time.Now())
		}
		b.site.delay = 100 * time.Millisecond
		stop := b.start(watch.SchedulerOptions{Workers: 4})
		time.Sleep(3 * time.Second)
		synctest.Wait()
		stop()
		if n := len(b.site.requests); n < 60 {
			b.t.Errorf("%d of 60 looked at in 3 s by 4 workers of 100 ms", n)
		}
	})
}

// TestSchedulerIsFair: a guild with hundreds of slow pages that are all overdue leaves
// another's checks in time, and loses none of its workers.
func TestSchedulerIsFair(t *testing.T) {
	bubble(t, "a neighbour that is far behind", func(b *bench) {
		small := map[string]bool{}
		for i := range 320 {
			w := watch.Watch{URL: fmt.Sprintf("https://host%d.example/story", i), Destination: alert.Destination{Guild: "big", Channel: "1"}, Schedule: "5m"}
			if i%16 == 0 {
				w.Destination.Guild = "small"
			}
			b.site.show(w.URL, shows(textA))
			added, err := b.checker.Add(b.t.Context(), w)
			if err != nil {
				b.t.Fatal(err)
			}
			small[added.Watch.Article] = w.Destination.Guild == "small"
			due := time.Now().Add(-time.Hour)
			if small[added.Watch.Article] {
				due = time.Now().Add(time.Duration(i) * time.Second)
			}
			b.store.dueAt(added.Watch.Article, due)
		}
		b.site.delay, b.site.most = 12*time.Second, 0
		var mu sync.Mutex
		var latest time.Duration
		checks := map[bool]int{}
		stop := b.start(watch.SchedulerOptions{Workers: 4, Checked: func(res watch.Result, late, _ time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			if checks[small[res.Article]]++; small[res.Article] {
				latest = max(latest, late)
			}
		}})
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		stop()
		// Four workers make 20 checks a minute of 12 seconds each; the small guild has one
		// check in about 15 seconds.
		if latest > time.Second || checks[true] < 36 {
			b.t.Errorf("the small guild's checks were up to %v late; there were %d", latest, checks[true])
		}
		if n := checks[false]; n < 190 || b.site.most > 4+2 {
			b.t.Errorf("the big guild got %d checks; up to %d at a time for both", n, b.site.most)
		}
	})
}

func TestSchedulerSurvives(t *testing.T) {
	bubble(t, "a page that makes a check panic", func(b *bench) {
		b.follow(2, 2, "5m")
		var log bytes.Buffer
		b.site.answer = func(url string, _ int) look {
			if strings.Contains(url, "host0") {
				panic("no page should do this")
			}
			return shows(textA)
		}
		stop := b.start(watch.SchedulerOptions{Workers: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
		time.Sleep(time.Hour)
		synctest.Wait()
		stop()
		good := 0
		for _, r := range b.site.requests {
			if strings.Contains(r.URL, "host1") {
				good++
			}
		}
		if good < 10 || !strings.Contains(log.String(), "a check panicked") {
			b.t.Errorf("the other page was looked at %d times; log:\n%s", good, log.String())
		}
	})

	bubble(t, "being stopped while a page hangs", func(b *bench) {
		b.follow(1, 1, "5m")
		b.site.delay = time.Minute
		stop := b.start(watch.SchedulerOptions{})
		time.Sleep(6 * time.Minute)
		before := time.Now()
		stop()
		if took := time.Since(before); took > time.Second {
			b.t.Errorf("stopping took %v", took)
		}
	})

	bubble(t, "a bad entry", func(b *bench) {
		s := watch.NewScheduler(b.checker, b.store, watch.SchedulerOptions{Entries: []watch.Entry{{Name: "odd", Spec: "now and then"}}})
		if err := s.Start(b.t.Context()); err == nil || !strings.Contains(err.Error(), "odd") {
			b.t.Errorf("error %v", err)
		}
		if err := s.Stop(b.t.Context()); err != nil {
			b.t.Error(err)
		}
	})
}
