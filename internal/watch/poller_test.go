package watch_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

const (
	feedURL = "https://news.example/feed"
	day     = 24 * time.Hour
)

// wire is a feed that lists what it is told; it is a watch.FeedReader.
type wire struct {
	mu       sync.Mutex // of links and requests, while a scheduler runs
	links    []article.Link
	every    time.Duration
	err      *article.ReadError
	requests []article.FeedRequest
}

func (w *wire) ReadFeed(_ context.Context, r article.FeedRequest) (*article.FeedReading, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests = append(w.requests, r)
	if w.err != nil {
		return nil, w.err
	}
	out := &article.FeedReading{URL: r.URL, Status: 200, Digest: fmt.Sprint(w.links), Validators: article.Validators{ETag: fmt.Sprint(len(w.links))}}
	if r.KnownDigest == out.Digest {
		out.NotModified = true
	} else {
		out.Feed = &article.Feed{Title: "The Sound", Links: slices.Clone(w.links), Every: w.every}
	}
	return out, nil
}

// list puts new items at the head of the feed, each with a readable page.
func (f *follower) list(names ...string) {
	for _, name := range names {
		url := "https://news.example/" + name
		f.site.show(url, shows(with(textA, func(a *article.Article) { a.URL, a.Headline = url, "Story "+name })))
		f.wire.mu.Lock()
		f.wire.links = append([]article.Link{{URL: url, Title: "Story " + name}}, f.wire.links...)
		f.wire.mu.Unlock()
	}
}

// follower is a bench with a feed.
type follower struct {
	*bench
	wire   *wire
	poller *watch.Poller
}

var sound = alert.Destination{Guild: "local", Channel: "news"}

func following(t *testing.T, name string, run func(*follower)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := &follower{bench: newBench(t), wire: &wire{}}
			f.quota(0)
			run(f)
			f.consistent()
		})
	})
}

func (f *follower) quota(n int) {
	f.poller = watch.NewPoller(f.store, f.wire, f.checker, watch.PollerOptions{Quota: n})
}

func (f *follower) follow(change func(*watch.Feed)) watch.Feed {
	f.t.Helper()
	w := watch.Feed{URL: feedURL, Destination: sound, Alerts: alert.Notes, Keep: 30 * day}
	if change != nil {
		change(&w)
	}
	added, err := f.poller.Add(f.t.Context(), w)
	if err != nil {
		f.t.Fatal(err)
	}
	return added.Feed
}

// poll runs the one poll that is due, when it is due, and returns how long it waited.
func (f *follower) poll() (watch.Visit, time.Duration) {
	f.t.Helper()
	start := time.Now()
	for range 400 {
		leases, err := f.store.LeaseFeeds(f.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil {
			f.t.Fatal(err)
		}
		if len(leases) == 1 {
			waited := time.Since(start)
			v, err := f.poller.Poll(f.t.Context(), leases[0])
			if err != nil {
				f.t.Fatal(err)
			}
			return v, waited
		}
		time.Sleep(5 * time.Minute)
	}
	f.t.Fatal("the feed never comes due")
	return watch.Visit{}, 0
}

// watched names what a channel watches, with the feed's watches marked.
func (f *follower) watched() string {
	all, _ := f.store.Watches(context.Background(), sound.Guild)
	var out []string
	for _, w := range all {
		s := w.URL[strings.LastIndexByte(w.URL, '/')+1:]
		if w.Feed != "" {
			s += "*"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (f *follower) equal(what, got, want string) {
	f.t.Helper()
	if got != want {
		f.t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestPoll(t *testing.T) {
	following(t, "the backlog is not watched, new items are", func(f *follower) {
		f.list("a", "b")
		feed := f.follow(nil)
		f.poll()
		f.equal("first poll", f.watched(), "")
		f.list("c")
		v, waited := f.poll()
		f.equal("second poll", f.watched(), "c*")
		f.equal("reason", v.Reason, "1 new and watched")
		if waited < 15*time.Minute || waited > 20*time.Minute {
			f.t.Errorf("polled after %s", waited)
		}
		all, _ := f.store.Watches(f.t.Context(), sound.Guild)
		if w := all[0]; w.Alerts != alert.Notes || w.Schedule != "adaptive" || w.Feed != feed.ID || w.Destination != sound || w.Told != 1 {
			f.t.Errorf("watch %+v", w)
		}
		if got := f.news(); len(got) > 0 {
			f.t.Errorf("told %v", got)
		}
	})

	following(t, "as much of the backlog as asked for, the newest", func(f *follower) {
		f.list("a", "b", "c")
		f.follow(func(w *watch.Feed) { w.Backlog = 2 })
		f.poll()
		f.equal("watched", f.watched(), "b* c*")
		f.poll()
		f.equal("watched later", f.watched(), "b* c*")
	})

	following(t, "what did not change is not read again", func(f *follower) {
		f.list("a")
		f.follow(nil)
		f.poll()
		v, _ := f.poll()
		if r := f.wire.requests[2]; v.Outcome != watch.OutNotModified || r.Known.ETag != "1" || r.KnownDigest == "" || r.Discover {
			f.t.Errorf("%s, asked %+v", v.Outcome, r)
		}
		if !f.wire.requests[0].Discover {
			f.t.Error("adding does not follow a page to its feed")
		}
	})

	following(t, "items whose titles change are no news", func(f *follower) {
		f.list("a")
		f.follow(nil)
		f.poll()
		f.wire.links[0].Title, f.wire.links[0].Summary = "Other title", "Other summary"
		v, _ := f.poll()
		f.equal("outcome", string(v.Outcome), string(watch.OutUnchanged))
		f.equal("watched", f.watched(), "")
	})

	following(t, "words choose", func(f *follower) {
		f.follow(func(w *watch.Feed) { w.Match = []string{"two"} })
		f.poll()
		f.list("one", "two", "twofold")
		v, _ := f.poll()
		f.equal("watched", f.watched(), "two*")
		f.equal("reason", v.Reason, "1 new and watched, 2 not wanted")
	})

	following(t, "a hand-made watch stays a person's", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.list("a")
		url := f.wire.links[0].URL
		time.Sleep(2 * time.Second)
		if _, err := f.checker.Add(f.t.Context(), watch.Watch{URL: url, Destination: sound, Alerts: alert.All, Schedule: "1h"}); err != nil {
			f.t.Fatal(err)
		}
		looks := len(f.site.requests)
		v, _ := f.poll()
		f.equal("watched", f.watched(), "a")
		f.equal("reason", v.Reason, "1 watched already")
		if len(f.site.requests) != looks {
			f.t.Error("its page was read again")
		}
		all, _ := f.store.Watches(f.t.Context(), sound.Guild)
		if all[0].Alerts != alert.All || all[0].Schedule != "1h" {
			f.t.Errorf("changed to %+v", all[0])
		}
	})

	following(t, "under another address it is the same article", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.list("story")
		time.Sleep(2 * time.Second)
		if _, err := f.checker.Add(f.t.Context(), watch.Watch{URL: "https://news.example/story", Destination: sound}); err != nil {
			f.t.Fatal(err)
		}
		// The feed leads there by a redirect, and by a copy that names its original.
		page := f.site.now["https://news.example/story"]
		page.movedTo = "https://news.example/story"
		f.site.show("https://go.example/17", page)
		f.site.show("https://news.example/amp", shows(with(page.article, func(a *article.Article) { a.CanonicalURL = "https://news.example/story" })))
		f.wire.links = []article.Link{{URL: "https://go.example/17"}, {URL: "https://news.example/amp"}}
		v, _ := f.poll()
		f.equal("watched", f.watched(), "story")
		f.equal("reason", v.Reason, "2 watched already")
	})

	following(t, "two feeds of one channel make one watch", func(f *follower) {
		first := f.follow(nil)
		f.poll()
		f.follow(func(w *watch.Feed) { w.URL = "https://news.example/other" })
		f.poll()
		f.list("a")
		f.poll()
		f.poll()
		f.equal("watched", f.watched(), "a*")
		all, _ := f.store.Watches(f.t.Context(), sound.Guild)
		if all[0].Feed != first.ID && len(f.store.feeds) != 2 {
			f.t.Errorf("watch %+v", all[0])
		}
	})

	following(t, "pages that are no articles are given up after three looks", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.list("a", "video")
		f.site.show("https://news.example/video", look{article: textA, verdict: article.NotAnArticle, reason: "the page lists articles"})
		for i, want := range []string{"1 new and watched, 1 could not be read yet", "1 could not be read yet", "1 no article", "nothing new is listed"} {
			if i == 3 {
				f.list()
				f.wire.links = slices.Clone(f.wire.links[:1])
			}
			v, _ := f.poll()
			f.equal(fmt.Sprint("poll ", i), v.Reason, want)
		}
		if tries := f.store.feeds[slices.Collect(maps.Keys(f.store.feeds))[0]].state.Tries; len(tries) > 0 {
			f.t.Errorf("tries are kept: %v", tries)
		}
	})

	following(t, "a page that comes late is watched", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.list("a")
		page := f.site.now["https://news.example/a"]
		f.site.show("https://news.example/a", fails(article.Gone, "the page is gone"))
		f.poll()
		f.site.show("https://news.example/a", page)
		f.poll()
		f.equal("watched", f.watched(), "a*")
	})

	following(t, "an item may be on another host", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.site.show("https://partner.example/x", shows(textA))
		f.wire.links = []article.Link{{URL: "https://partner.example/x"}}
		f.poll()
		f.equal("watched", f.watched(), "x*")
	})

	following(t, "many items are taken over several polls, none twice", func(f *follower) {
		f.follow(nil)
		f.poll()
		var names []string
		for i := range 60 {
			names = append(names, fmt.Sprintf("s%02d", i))
		}
		f.list(names...)
		f.site.delay = time.Second
		polls := 0
		for ; len(strings.Fields(f.watched())) < 60 && polls < 20; polls++ {
			f.poll()
		}
		if polls < 2 || polls > 10 {
			f.t.Errorf("%d polls", polls)
		}
		for url, n := range counts(f.site.requests) {
			if n > 1 {
				f.t.Errorf("%s was read %d times", url, n)
			}
		}
	})

	following(t, "a paused feed is not read", func(f *follower) {
		feed := f.follow(nil)
		f.poll()
		f.store.feeds[feed.ID].feed.Paused = true
		looks := len(f.wire.requests)
		f.poll()
		if len(f.wire.requests) != looks || time.Until(f.store.feeds[feed.ID].due) < 300*day {
			f.t.Errorf("%d looks, due %s", len(f.wire.requests)-looks, f.store.feeds[feed.ID].due)
		}
	})
}

func counts(requests []article.Request) map[string]int {
	n := map[string]int{}
	for _, r := range requests {
		n[r.URL]++
	}
	return n
}

// TestPollKilled: a program that ends between making watches and writing items down
// doubles nothing, and loses nothing.
func TestPollKilled(t *testing.T) {
	following(t, "before the commit", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.list("a", "b")
		page := f.site.now["https://news.example/a"]
		page.movedTo = "https://news.example/a"
		f.site.show("https://go.example/1", page)
		f.wire.links[1].URL = "https://go.example/1" // where it leads is known after the look only
		killed := errors.New("killed")
		f.store.beforeFeedCommit = func(watch.FeedCommit) error { return killed }
		time.Sleep(20 * time.Minute)
		leases, _ := f.store.LeaseFeeds(f.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if _, err := f.poller.Poll(f.t.Context(), leases[0]); !errors.Is(err, killed) {
			f.t.Fatal(err)
		}
		f.equal("after the kill", f.watched(), "a* b*")
		f.store.beforeFeedCommit = nil
		v, _ := f.poll()
		f.equal("after the next poll", f.watched(), "a* b*")
		f.equal("reason", v.Reason, "2 watched already")
	})

	following(t, "the first poll", func(f *follower) {
		f.list("a", "b")
		f.follow(func(w *watch.Feed) { w.Backlog = 1 })
		f.store.beforeFeedCommit = func(watch.FeedCommit) error { return errors.New("killed") }
		leases, _ := f.store.LeaseFeeds(f.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		_, _ = f.poller.Poll(f.t.Context(), leases[0])
		f.store.beforeFeedCommit = nil
		f.poll()
		f.poll()
		f.equal("watched", f.watched(), "b*")
	})

	following(t, "a lost lease writes nothing", func(f *follower) {
		f.follow(nil)
		leases, _ := f.store.LeaseFeeds(f.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		time.Sleep(3 * time.Minute)
		if _, err := f.poller.Poll(f.t.Context(), leases[0]); !errors.Is(err, watch.ErrStale) {
			f.t.Errorf("error %v", err)
		}
	})
}

func TestQuota(t *testing.T) {
	following(t, "said once; what comes meanwhile is left out", func(f *follower) {
		f.quota(2)
		f.follow(nil)
		f.poll()
		f.list("a", "b", "c")
		v, _ := f.poll()
		f.equal("watched", f.watched(), "b* c*")
		f.equal("reason", v.Reason, "2 new and watched, 1 not watched: the quota is used up")
		f.equal("told", strings.Join(f.news(), " "), "full")
		f.list("d")
		f.poll()
		f.equal("told again", strings.Join(f.news(), " "), "")
		all, _ := f.store.Watches(f.t.Context(), sound.Guild)
		f.store.remove(all[0].ID)
		f.list("e")
		f.poll()
		if !strings.Contains(f.watched(), "e*") || strings.Contains(f.watched(), "d") {
			f.t.Errorf("with room again: %s", f.watched())
		}
		f.list("f")
		f.poll()
		f.equal("told when it is full again", strings.Join(f.news(), " "), "full")
	})
}

// TestPerDay: of a feed that lists without end only so much a day becomes watches; it is
// said once until a day was within bounds again.
func TestPerDay(t *testing.T) {
	following(t, "said once while every day is too much", func(f *follower) {
		f.poller = watch.NewPoller(f.store, f.wire, f.checker, watch.PollerOptions{PerDay: 2})
		f.follow(func(w *watch.Feed) { w.Mention, w.Thread = "77", true })
		f.poll()
		tomorrow := func() { time.Sleep(time.Until(time.Now().UTC().Truncate(day).Add(day + time.Hour))) }
		for i, round := range []struct{ items, watched, told, reason string }{
			{"a b c", "b* c*", "full", "2 new and watched, 1 not watched: too many in a day"},
			{"d e f", "b* c* e* f*", "", "2 new and watched, 1 not watched: too many in a day"},
			{"g", "b* c* e* f* g*", "", "1 new and watched"},
			{"h i j k", "b* c* e* f* g* j* k*", "full", "2 new and watched, 2 not watched: too many in a day"},
		} {
			f.list(strings.Fields(round.items)...)
			v, _ := f.poll()
			f.equal(fmt.Sprint(i, " watched"), f.watched(), round.watched)
			f.equal(fmt.Sprint(i, " reason"), v.Reason, round.reason)
			f.equal(fmt.Sprint(i, " told"), strings.Join(f.news(), " "), round.told)
			tomorrow()
			f.poll()
		}
		all, _ := f.store.Watches(f.t.Context(), sound.Guild)
		for _, w := range all {
			if w.Mention != "77" || !w.Thread {
				f.t.Errorf("%s speaks otherwise than its feed: %+v", w.URL, w)
			}
		}
	})
}

func TestRetire(t *testing.T) {
	following(t, "after keep, unless a person took it over", func(f *follower) {
		f.follow(func(w *watch.Feed) { w.Keep = 2 * day })
		f.poll()
		f.list("a", "b")
		f.poll()
		time.Sleep(time.Minute)
		if _, err := f.checker.Add(f.t.Context(), watch.Watch{URL: "https://news.example/b", Destination: sound}); err != nil {
			f.t.Fatal(err)
		}
		time.Sleep(day)
		f.list("c")
		f.poll()
		f.equal("after a day", f.watched(), "a* b c*")
		time.Sleep(day)
		f.poll()
		f.equal("after two", f.watched(), "b c*")
		time.Sleep(day)
		f.poll()
		f.equal("after three; what is listed still is not watched again", f.watched(), "b")
	})
}

func TestFeedTrouble(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  *article.ReadError
		said string        // of the notice
		from time.Duration // not before
		to   time.Duration // not after
	}{
		{"broken", &article.ReadError{Problem: article.Unreadable, Reason: "the feed is broken"}, "can't be read for now: the feed is broken.", 15 * time.Minute, 30 * time.Minute},
		{"not a feed any more", &article.ReadError{Problem: article.Unreadable, Reason: "a page stands where the feed was"}, "a page stands where the feed was", 15 * time.Minute, 30 * time.Minute},
		{"unreachable", &article.ReadError{Problem: article.Unreachable, Reason: "the site has a fault", Status: 500}, "the site has a fault", 15 * time.Minute, 30 * time.Minute},
		{"gone", &article.ReadError{Problem: article.Gone, Reason: "the page is gone", Status: 410}, "This feed is gone: there is no such address any more (HTTP 410).", time.Hour, 2 * time.Hour},
	} {
		following(t, tt.name+" is told once, and once when it is over", func(f *follower) {
			f.list("a")
			feed := f.follow(nil)
			f.poll()
			f.wire.err = tt.err
			start := time.Now().Add(15 * time.Minute)
			var at time.Duration
			for range 12 {
				f.poll()
				if len(f.store.queue) > 0 && at == 0 {
					at = time.Since(start)
				}
			}
			if got := f.news(); len(got) != 1 || got[0] != "blind" {
				f.t.Fatalf("told %v", got)
			}
			d := f.store.queue[0]
			if !strings.Contains(d.Notice.Text, tt.said) || d.Watch != feed.ID || d.Destination != sound || d.Notice.Subject.Feed != feed.ID || d.Notice.Subject.Headline != "The Sound" || d.Notice.Since.IsZero() {
				f.t.Errorf("told %+v", d)
			}
			if at < tt.from || at > tt.to {
				f.t.Errorf("told after %s", at)
			}
			f.wire.err = nil
			f.list("b")
			f.poll()
			f.equal("told", strings.Join(f.news(), " "), "recovered")
			f.equal("watched", f.watched(), "b*")
			f.poll()
			f.equal("told later", strings.Join(f.news(), " "), "")
		})
	}

	following(t, "a short fault is not told", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.wire.err = &article.ReadError{Problem: article.Unreachable, Reason: "x"}
		f.poll()
		f.poll()
		f.wire.err = nil
		f.poll()
		if got := f.news(); len(got) > 0 {
			f.t.Errorf("told %v", got)
		}
	})

	following(t, "nothing new for a month is no fault", func(f *follower) {
		f.list("a")
		f.follow(func(w *watch.Feed) { w.Schedule = "1d" })
		for range 31 {
			f.poll()
		}
		if got := f.news(); len(got) > 0 {
			f.t.Errorf("told %v", got)
		}
	})

	following(t, "a server that asks to wait is left alone", func(f *follower) {
		f.follow(nil)
		f.poll()
		f.wire.err = &article.ReadError{Problem: article.RateLimited, Reason: "x", Status: 429, RetryAfter: 3 * time.Hour}
		f.poll()
		if host := time.Until(f.store.hosts["news.example"]); host < 2*time.Hour {
			f.t.Errorf("the host may be asked in %s", host)
		}
		if _, waited := f.poll(); waited < 3*time.Hour-time.Minute {
			f.t.Errorf("polled again after %s", waited)
		}
	})

	following(t, "a dead feed is asked seldom", func(f *follower) {
		f.follow(nil)
		f.wire.err = &article.ReadError{Problem: article.Unreachable, Reason: "x"}
		polls := 0
		for start := time.Now(); time.Since(start) < 10*day; polls++ {
			f.poll()
		}
		if polls > 50 {
			f.t.Errorf("%d polls in ten days", polls)
		}
	})
}

// TestFeedSchedule: what a feed asks for may only make polls fewer.
func TestFeedSchedule(t *testing.T) {
	for _, tt := range []struct {
		schedule string
		every    time.Duration
		from, to time.Duration
	}{
		{"", 0, 15 * time.Minute, 20 * time.Minute},
		{"", time.Minute, 15 * time.Minute, 20 * time.Minute},
		{"", 2 * time.Hour, 2 * time.Hour, 2*time.Hour + 15*time.Minute},
		{"6h", time.Hour, 6 * time.Hour, 6*time.Hour + 30*time.Minute},
		{"0 */4 * * *", 0, 4*time.Hour - time.Minute, 4*time.Hour + 5*time.Minute},
	} {
		following(t, fmt.Sprintf("%q, asked %s", tt.schedule, tt.every), func(f *follower) {
			f.wire.every = tt.every
			f.follow(func(w *watch.Feed) { w.Schedule = tt.schedule })
			f.poll()
			if _, waited := f.poll(); waited < tt.from || waited > tt.to {
				f.t.Errorf("polled after %s", waited)
			}
		})
	}
	for typed, want := range map[string]string{"": "15m", "1h": "1h", "0 9 * * *": "0 9 * * *"} {
		if s, err := watch.ParseFeedSchedule(typed, 5*time.Minute); err != nil || s.String() != want {
			t.Errorf("%q is %q, %v", typed, s, err)
		}
	}
	if s, err := watch.ParseFeedSchedule("", time.Hour); err != nil || s.String() != "1h" {
		t.Errorf("at least an hour: %q, %v", s, err)
	}
	for typed, want := range map[string]string{"adaptive": "which a feed has not", "1m": "more often than this bot allows"} {
		if _, err := watch.ParseFeedSchedule(typed, 5*time.Minute); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestAddFeed(t *testing.T) {
	following(t, "says what it lists", func(f *follower) {
		f.list("ferry", "pier")
		added, err := f.poller.Add(f.t.Context(), watch.Feed{URL: "HTTPS://News.example/feed#x", Destination: sound, Match: []string{"ferry"}})
		if err != nil || !added.Created || added.Feed.URL != feedURL || added.Feed.Title != "The Sound" || len(added.Items) != 2 || len(added.Matching) != 1 {
			f.t.Errorf("%+v, %v", added, err)
		}
	})
	following(t, "what is no feed is refused", func(f *follower) {
		f.wire.err = &article.ReadError{Problem: article.Unreadable, Reason: "the page names no feed"}
		_, err := f.poller.Add(f.t.Context(), watch.Feed{URL: feedURL, Destination: sound})
		if bad := new(article.ReadError); !errors.As(err, &bad) || len(f.store.feeds) > 0 {
			f.t.Errorf("error %v", err)
		}
		_, err = f.poller.Add(f.t.Context(), watch.Feed{URL: "file:///etc/passwd", Destination: sound})
		if bad := new(article.ReadError); !errors.As(err, &bad) || bad.Problem != article.Refused {
			f.t.Errorf("error %v", err)
		}
	})
}

// TestSchedulerPolls: feeds are polled beside the checks, and by their own workers.
func TestSchedulerPolls(t *testing.T) {
	following(t, "a day", func(f *follower) {
		f.follow(nil)
		stop := f.start(watch.SchedulerOptions{Feeds: f.poller})
		for i := range 24 {
			time.Sleep(time.Hour)
			f.list(fmt.Sprint("s", i))
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		stop()
		if n := len(strings.Fields(f.watched())); n != 24 {
			f.t.Errorf("%d watched of 24", n)
		}
		if polls := len(f.wire.requests); polls < 90 || polls > 102 {
			f.t.Errorf("%d polls in 25 hours", polls)
		}
	})
}
