package watch_test

import (
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

// TestDisallowed: an article that the site's robots.txt closes to bots is blindness,
// said once with the reason; the last good text is kept.
func TestDisallowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.site.show(bridge, shows(textA))
		b.add("c", nil)
		b.site.show(bridge, look{err: &article.ReadError{Problem: article.BlockedBy, Err: article.ErrDisallowed, Reason: "the site's robots.txt asks not to be read by bots"}})
		for range 6 {
			b.untilDue()
			if res := b.check(); res.Outcome != watch.OutQuarantined || res.State.Last != 1 {
				t.Errorf("%s, revision %d", res.Outcome, res.State.Last)
			}
		}
		if got := b.news(); len(got) != 1 || got[0] != "blind" || !strings.Contains(b.store.queue[0].Notice.Text, "the site's robots.txt asks not to be read by bots") {
			t.Errorf("told %v: %+v", got, b.store.queue)
		}
		b.site.show(bridge, shows(textA))
		b.untilDue()
		b.check()
		if got := b.news(); len(got) != 1 || got[0] != "recovered" {
			t.Errorf("told %v", got)
		}
	})
}

// TestLeftAlone: how long a site wants to be left alone holds for all its articles, by
// Retry-After and by Crawl-delay, within bounds.
func TestLeftAlone(t *testing.T) {
	limited := func(wait time.Duration) look {
		return look{err: &article.ReadError{Problem: article.RateLimited, Reason: "the site asks to be read less often", Status: 429, RetryAfter: wait}}
	}
	paced := shows(textA)
	paced.delay = 30 * time.Second
	for name, tt := range map[string]struct {
		show look
		want time.Duration // the host's; 0: as usual
		due  time.Duration // the article's, at least
	}{
		"minutes":       {limited(20 * time.Minute), 20 * time.Minute, 20 * time.Minute},
		"ten days":      {limited(240 * time.Hour), 24 * time.Hour, 24 * time.Hour},
		"not said":      {limited(0), 0, 5 * time.Minute},
		"a crawl delay": {paced, 30 * time.Second, 5 * time.Minute},
		"a short delay": {look{notModified: true, delay: time.Second / 2}, 0, 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.site.show(bridge, shows(textA))
				b.add("c", nil)
				b.site.show(bridge, tt.show)
				b.untilDue()
				b.check()
				host := time.Until(b.store.hosts["news.example"])
				if tt.want > 0 && host != tt.want || tt.want == 0 && host > time.Second {
					t.Errorf("the host is left alone for %s, want %s", host, tt.want)
				}
				if due := time.Until(b.store.entry(b.article).due); due < tt.due || due > tt.due+tt.due/2 {
					t.Errorf("due in %s, want %s", due, tt.due)
				}
			})
		})
	}
}

// TestBackOffSpreads: a thousand articles that fail in one moment do not come due in
// one moment, nor does one that fails on come often.
func TestBackOffSpreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 1000
		b := newBench(t)
		b.site.answer = func(string, int) look { return shows(textA) }
		for i := range n {
			w := watch.Watch{URL: fmt.Sprintf("https://news%d.example/a", i), Destination: alert.Destination{Guild: "local", Channel: "c"}}
			if _, err := b.checker.Add(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(8 * 24 * time.Hour) // all are due
		b.site.answer = func(string, int) look { return fails(article.Unreachable, "the site can't be reached") }
		leases, err := b.store.Lease(t.Context(), fair.Room{Free: n}, time.Minute, 0)
		if err != nil || len(leases) != n {
			t.Fatalf("%d leases, %v", len(leases), err)
		}
		seconds := map[time.Duration]int{}
		for _, l := range leases {
			res, err := b.checker.Check(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			seconds[time.Until(res.Next).Truncate(time.Second)]++
		}
		for in, k := range seconds {
			// By chance, some second of the thirty gets 33 ± 6 · 3.5.
			if in < 5*time.Minute || in > 5*time.Minute+30*time.Second || k > 55 {
				t.Errorf("%d of %d come due in %s", k, n, in)
			}
		}
		if len(seconds) < 30 {
			t.Errorf("all come due in %d seconds", len(seconds))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.site.show(bridge, shows(textA))
		b.add("c", nil)
		b.site.show(bridge, fails(article.Unreachable, "the site can't be reached"))
		looks := 0
		for start := time.Now(); time.Since(start) < 10*24*time.Hour; looks++ {
			b.untilDue()
			b.check()
		}
		if looks < 35 || looks > 50 { // 7 in the first 10 hours, then four a day
			t.Errorf("%d looks at a dead site in ten days", looks)
		}
	})
}

// TestRenderedIsRemembered: only the first look may find out that a page needs its
// scripts; later ones know.
func TestRenderedIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		acted := shows(textA)
		acted.rendered = true
		b.site.show(bridge, acted)
		b.add("c", nil)
		if r := b.last(); !r.Render || r.Rendered {
			t.Errorf("first asked for %+v", r)
		}
		b.add("d", func(w *watch.Watch) { w.Feed = "f" })
		if r := b.last(); r.Render {
			t.Errorf("for a feed asked for %+v", r)
		}
		b.untilDue()
		b.check()
		if r := b.last(); r.Render || !r.Rendered {
			t.Errorf("then asked for %+v", r)
		}
	})
}

// TestFlatIsRemembered: why a page was read without its layout holds until it is read
// with it.
func TestFlatIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		const deep = "the page is nested too deeply"
		flat := shows(textA)
		flat.also = func(r *article.Reading) { r.Flat = deep }
		b.site.show(bridge, flat)
		b.add("c", nil)
		if got := b.store.entry(b.article).state.Flat; got != deep {
			t.Errorf("after the first look: %q", got)
		}
		b.site.show(bridge, look{notModified: true})
		b.untilDue()
		b.check()
		if got := b.store.entry(b.article).state.Flat; got != deep {
			t.Errorf("after a look that read nothing: %q", got)
		}
		b.site.show(bridge, shows(textB))
		b.untilDue()
		if res := b.check(); res.State.Flat != "" {
			t.Errorf("after it was read with it: %q", res.State.Flat)
		}
	})
}

// TestOneLookForAll: however many channels follow an article, it is looked at once.
func TestOneLookForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.site.show(bridge, shows(textA))
		for i := range 50 {
			b.add(fmt.Sprint("c", i), nil)
		}
		before := len(b.site.requests)
		b.site.show(bridge, shows(noted))
		b.untilDue()
		if res := b.check(); res.Told != 50 {
			t.Errorf("told %d of 50", res.Told)
		}
		if n := len(b.site.requests) - before; n != 1 {
			t.Errorf("looked %d times", n)
		}
	})
}
