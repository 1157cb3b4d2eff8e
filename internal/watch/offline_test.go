package watch_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// crier is a herald that remembers what it was told to say, once a guild and outage.
type crier struct {
	said    []string
	offline map[string]bool
}

func (c *crier) Offline(_ context.Context, to alert.Destination, since time.Time) error {
	if !c.offline[to.Guild] {
		c.offline[to.Guild] = true
		c.said = append(c.said, fmt.Sprintf("%s offline %s ago", to.Guild, time.Since(since).Round(time.Minute)))
	}
	return nil
}

func (c *crier) Online(_ context.Context, to alert.Destination) error {
	if c.offline[to.Guild] {
		delete(c.offline, to.Guild)
		c.said = append(c.said, to.Guild+" online")
	}
	return nil
}

// town is a process that checks articles on several hosts for two guilds.
type town struct {
	*bench
	crier  *crier
	wire   *wire
	poller *watch.Poller
}

func newTown(t *testing.T, hosts int) *town {
	w := &town{bench: newBench(t), crier: &crier{offline: map[string]bool{}}}
	w.checker = w.process(w.site)
	w.site.answer = func(string, int) look { return shows(textA) }
	for i := range hosts {
		for _, guild := range []string{"g", "h"} {
			_, err := w.checker.Add(t.Context(), watch.Watch{URL: fmt.Sprintf("https://n%d.example/a", i),
				Destination: alert.Destination{Guild: guild, Channel: "c"}, Schedule: "10m"})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	w.wire = &wire{}
	w.poller = watch.NewPoller(w.store, w.wire, w.checker, watch.PollerOptions{})
	if _, err := w.poller.Add(t.Context(), watch.Feed{URL: feedURL, Destination: alert.Destination{Guild: "g", Channel: "c"}}); err != nil {
		t.Fatal(err)
	}
	return w
}

// process is another one over the same store.
func (w *town) process(s *site) *watch.Checker {
	return watch.NewChecker(w.store, s, watch.Options{Extractor: "test/1", Herald: w.crier})
}

// run checks what comes due, in turn by each of the processes.
func (w *town) run(d time.Duration, by ...*watch.Checker) {
	w.t.Helper()
	n := 0
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Second) {
		leases, err := w.store.Lease(w.t.Context(), fair.Room{Free: 100}, 2*time.Minute, time.Second)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, l := range leases {
			if _, err := by[n%len(by)].Check(w.t.Context(), l); err != nil {
				w.t.Fatal(err)
			}
			n++
		}
		feeds, err := w.store.LeaseFeeds(w.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, l := range feeds {
			if _, err := w.poller.Poll(w.t.Context(), l); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

func (w *town) expect(when string, said, news string) {
	w.t.Helper()
	if got := strings.Join(w.crier.said, ", "); got != said {
		w.t.Errorf("%s: said %q, want %q", when, got, said)
	}
	if got := strings.Join(w.news(), ", "); got != news {
		w.t.Errorf("%s: told %q, want %q", when, got, news)
	}
	w.crier.said = nil
}

var noWay = fails(article.Unreachable, "the site's name could not be looked up")

// TestOffline: while no site answers no article is to blame: one notice a guild says
// so, and one that it is over.
func TestOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, 40)
		w.run(time.Hour, w.checker)
		w.expect("before", "", "")
		w.site.answer, w.wire.err = func(string, int) look { return noWay }, noWay.err
		w.run(20*time.Minute, w.checker)
		if len(w.crier.said) != 2 {
			t.Errorf("after 20 minutes %q", w.crier.said)
		}
		w.crier.said = nil
		w.run(12*time.Hour, w.checker)
		w.expect("half a day later", "", "")
		if e := w.store.entry(article.ID("https://n1.example/a")); !strings.Contains(e.visits[len(e.visits)-1].Reason, "no site can be reached from here") {
			t.Errorf("why: %q", e.visits[len(e.visits)-1].Reason)
		}
		w.wire.err = nil
		dead := "https://n7.example/a"
		w.site.answer = func(url string, _ int) look {
			if url == dead {
				return noWay
			}
			return shows(textA)
		}
		w.run(10*time.Minute, w.checker)
		if len(w.crier.said) != 2 || !strings.Contains(strings.Join(w.crier.said, " "), "g online") {
			t.Errorf("after the end %q", w.crier.said)
		}
		w.crier.said = nil
		// What can't be read still is told of itself by and by.
		w.run(time.Hour, w.checker)
		w.expect("an hour after", "", "blind, blind")
		w.site.answer = func(string, int) look { return shows(textA) }
		w.run(2*time.Hour, w.checker)
		w.expect("in the end", "", "recovered, recovered")
	})
}

// TestNotOffline: sites that fail while others answer are to blame themselves, and so
// are few.
func TestNotOffline(t *testing.T) {
	for name, tt := range map[string]struct {
		hosts  int
		answer func(url string) look
		blind  int
	}{
		"half of all": {10, func(url string) look {
			if strings.Contains("n0.n1.n2.n3.n4.", strings.TrimPrefix(strings.TrimSuffix(url, "example/a"), "https://")) {
				return noWay
			}
			return shows(textA)
		}, 10},
		"all but faults": {10, func(url string) look {
			if url == "https://n3.example/a" {
				return look{err: &article.ReadError{Problem: article.Unreachable, Status: 502, Reason: "the site has a fault"}}
			}
			return noWay
		}, 20},
		"two hosts": {2, func(string) look { return noWay }, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newTown(t, tt.hosts)
				w.site.answer = func(url string, _ int) look { return tt.answer(url) }
				w.run(time.Hour, w.checker)
				if got := w.news(); len(got) != tt.blind || len(w.crier.said) != 0 {
					t.Errorf("told %d, said %q", len(got), w.crier.said)
				}
			})
		})
	}
}

// TestOfflineAlone: a process that has no way itself neither blames the articles nor
// speaks for all while another gets answers.
func TestOfflineAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newTown(t, 40)
		cut := &site{now: map[string]look{}, answer: func(string, int) look { return noWay }}
		w.run(6*time.Hour, w.checker, w.process(cut))
		w.expect("half of the looks fail", "", "")
		w.site.answer = cut.answer
		w.run(30*time.Minute, w.checker, w.process(cut))
		if len(w.crier.said) != 2 {
			t.Errorf("nobody gets answers: %q", w.crier.said)
		}
	})
}
