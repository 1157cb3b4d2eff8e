package watch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/report"
	"erratum/internal/watch"
)

type reportChange = report.Change

const newHome = "https://news.example/2000/swing-bridge"

func TestChecker(t *testing.T) {
	bubble(t, "watches that change meanwhile are decided anew", func(b *bench) {
		first := b.add("first", nil)
		b.site.show(bridge, shows(textB))
		b.stays()
		tries := 0
		var second watch.Watch
		b.store.beforeCommit = func(watch.Commit) error {
			if tries++; tries == 1 {
				var err error
				second, _, err = b.store.AddWatch(context.Background(), watch.Watch{URL: bridge, Destination: alert.Destination{Guild: "local", Channel: "second"}, Alerts: alert.Facts})
				b.store.remove(first.ID)
				return err
			}
			return nil
		}
		if res := b.stays(); res.Outcome != watch.OutChanged || tries != 2 {
			b.t.Errorf("%s after %d tries", res.Outcome, tries)
		}
		equalKinds(b.t, "removed", kinds(b.store.queue, first.ID))
		equalKinds(b.t, "added", kinds(b.store.queue, second.ID), alert.Change)
	})

	bubble(t, "watches that never rest are given up for this time", func(b *bench) {
		w := b.add("news", nil)
		b.untilDue()
		leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil {
			b.t.Fatal(err)
		}
		b.store.beforeCommit = func(watch.Commit) error {
			b.store.edit(w.ID, func(*watch.Watch) {})
			return nil
		}
		if _, err := b.checker.Check(b.t.Context(), leases[0]); !errors.Is(err, watch.ErrWatchesChanged) {
			b.t.Errorf("error %v", err)
		}
	})

	bubble(t, "a lost lease writes nothing", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(noted))
		b.site.delay = 50 * time.Second
		b.untilDue()
		leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 40*time.Second, time.Second)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := b.checker.Check(b.t.Context(), leases[0]); !errors.Is(err, watch.ErrStale) {
			b.t.Errorf("error %v", err)
		}
		if b.store.entry(b.article).state.Last != 1 || len(b.store.queue) != 0 {
			b.t.Error("something was written")
		}
	})

	bubble(t, "the end of a reading leaves the lease to run out", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(noted))
		b.site.delay = 20 * time.Second
		b.untilDue()
		ctx, cancel := context.WithTimeout(b.t.Context(), 5*time.Second)
		defer cancel()
		leases, err := b.store.Lease(ctx, fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := b.checker.Check(ctx, leases[0]); !errors.Is(err, context.DeadlineExceeded) {
			b.t.Errorf("error %v", err)
		}
		time.Sleep(2 * time.Minute)
		if res := b.check(); res.Outcome != watch.OutChanged {
			b.t.Errorf("then %s", res.Outcome)
		}
	})

	bubble(t, "a page that was read is carried to its commit", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(noted))
		b.untilDue()
		ctx, cancel := context.WithCancel(b.t.Context())
		b.store.beforeCommit = func(watch.Commit) error { cancel(); return nil }
		leases, err := b.store.Lease(ctx, fair.Room{Free: 1}, 2*time.Minute, time.Second)
		if err != nil {
			b.t.Fatal(err)
		}
		if res, err := b.checker.Check(ctx, leases[0]); err != nil || res.Outcome != watch.OutChanged {
			b.t.Errorf("%s, %v", res.Outcome, err)
		}
	})

	bubble(t, "a page that does not come in time is unreachable", func(b *bench) {
		b.add("news", nil)
		b.site.delay = time.Hour
		if res := b.stays(); res.Outcome != watch.OutUnreachable {
			b.t.Errorf("%s: %s", res.Outcome, res.Reason)
		}
	})

	bubble(t, "validators are those of the text that is known", func(b *bench) {
		b.add("news", nil)
		b.stays()
		if r := b.last(); r.Known.ETag != textA.Digest() || r.Fresh {
			b.t.Errorf("asked %+v", r)
		}
		b.site.show(bridge, shows(textB))
		b.stays()
		b.stays()
		if r := b.last(); r.Known.ETag != "" || !r.Fresh {
			b.t.Errorf("to confirm, asked %+v", r)
		}
		b.stays()
		if r := b.last(); r.Known.ETag != textB.Digest() {
			b.t.Errorf("after the change, asked %+v", r)
		}
	})

	bubble(t, "a page read by another extractor is asked for whole", func(b *bench) {
		b.add("news", nil)
		b.checker = watch.NewChecker(b.store, b.site, watch.Options{Extractor: "test/2"})
		b.site.show(bridge, shows(with(textA, func(a *article.Article) { a.Extractor = "test/2" })))
		if res := b.stays(); res.Outcome != watch.OutRebaselined || b.last().Known.ETag != "" {
			b.t.Errorf("%s, asked %+v", res.Outcome, b.last())
		}
		if res := b.stays(); res.Outcome != watch.OutUnchanged {
			b.t.Errorf("then %s", res.Outcome)
		}
	})

	bubble(t, "a move is followed and told once", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		b.site.show(bridge, look{article: textB, verdict: article.OK, movedTo: newHome})
		b.site.show(newHome, shows(textB))
		if res := b.stays(); res.Outcome != watch.OutMoved || res.Article != article.ID(newHome) {
			b.t.Errorf("%s to %s", res.Outcome, res.Article)
		}
		b.article = article.ID(newHome)
		b.stays()
		b.stays()
		equalKinds(b.t, "moved", kinds(b.store.queue, w.ID), alert.Change, alert.Moved)
		if n := b.store.queue[1].Notice; n.Subject.URL != newHome {
			b.t.Errorf("the notice names %s", n.Subject.URL)
		}
		fresh, err := b.checker.Add(b.t.Context(), watch.Watch{URL: newHome, Destination: alert.Destination{Guild: "local", Channel: "fresh"}})
		if err != nil {
			b.t.Fatal(err)
		}
		b.stays()
		equalKinds(b.t, "a watch of the new address", kinds(b.store.queue, fresh.Watch.ID))
	})

	bubble(t, "who watched the new address already hears of no move", func(b *bench) {
		w := b.add("news", nil)
		b.site.show(newHome, shows(textA))
		time.Sleep(2 * time.Second)
		there, err := b.checker.Add(b.t.Context(), watch.Watch{URL: newHome, Destination: alert.Destination{Guild: "local", Channel: "there"}})
		if err != nil {
			b.t.Fatal(err)
		}
		b.site.show(bridge, look{article: textA, verdict: article.OK, movedTo: newHome})
		for range 6 {
			time.Sleep(3 * time.Minute)
			leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 2*time.Minute, time.Second)
			if err != nil {
				b.t.Fatal(err)
			}
			for _, l := range leases {
				if _, err := b.checker.Check(b.t.Context(), l); err != nil {
					b.t.Fatal(err)
				}
			}
		}
		equalKinds(b.t, "moved", kinds(b.store.queue, w.ID), alert.Moved)
		equalKinds(b.t, "there before", kinds(b.store.queue, there.Watch.ID))
	})

	bubble(t, "a page that calls another address its own has moved there", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		now := with(named(textB, newHome), func(a *article.Article) { a.Modified = epoch }) // other bytes
		b.site.show(bridge, shows(now))
		b.site.show(newHome, shows(now))
		if res := b.stays(); res.Outcome != watch.OutMoved || res.Article != article.ID(newHome) {
			b.t.Errorf("%s to %s", res.Outcome, res.Article)
		}
		b.article = article.ID(newHome)
		b.stays()
		b.stays()
		equalKinds(b.t, "moved", kinds(b.store.queue, w.ID), alert.Change, alert.Moved)
	})

	for name, there := range map[string]look{
		"shows another article":                  shows(named(otherPage, newHome)),
		"calls a third address its own":          shows(named(textA, "https://news.example/third")),
		"is missing":                             fails(article.Gone, "there is no such page"),
		"does not answer, and is asked again":    fails(article.Unreachable, "the server can't be reached"),
		"is on another domain, and is not asked": {},
	} {
		bubble(t, "a claim is no move when the address "+name, func(b *bench) {
			b.add("news", nil)
			claim, asked := newHome, 1
			if there.article == nil && there.err == nil {
				claim, asked = "https://elsewhere.example/bridge", 0
			} else if there.err != nil && there.err.Problem == article.Unreachable {
				asked = 3
			}
			b.site.show(claim, there)
			for n := range 3 {
				b.site.show(bridge, shows(with(textA, func(a *article.Article) { a.CanonicalURL, a.Modified = claim, epoch.Add(time.Duration(n)*time.Minute) }))) // other bytes
				if res := b.stays(); res.Outcome != watch.OutUnchanged {
					b.t.Errorf("%s (%s)", res.Outcome, res.Reason)
				}
			}
			got := 0
			for _, r := range b.site.requests {
				if r.URL == claim {
					got++
				}
			}
			if got != asked {
				b.t.Errorf("asked %d times, want %d", got, asked)
			}
		})
	}

	bubble(t, "a redirect to another page is no move", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, look{article: otherPage, verdict: article.OK, movedTo: "https://news.example/"})
		if res := b.stays(); res.Outcome != watch.OutQuarantined || b.store.entry(b.article) == nil {
			b.t.Errorf("%s", res.Outcome)
		}
	})

	bubble(t, "check now answers always, and waits for the host", func(b *bench) {
		b.add("news", nil)
		res, err := b.checker.CheckNow(b.t.Context(), b.article)
		if err != nil || res.Outcome != watch.OutUnchanged {
			b.t.Fatalf("%s, %v", res.Outcome, err)
		}
		b.store.hosts["news.example"] = time.Now().Add(3 * time.Second)
		if _, err := b.checker.CheckNow(b.t.Context(), b.article); err != nil {
			b.t.Errorf("a turn three seconds away: %v", err)
		}
		b.store.hosts["news.example"] = time.Now().Add(time.Minute)
		if _, err := b.checker.CheckNow(b.t.Context(), b.article); !errors.As(err, new(*watch.TooSoonError)) {
			b.t.Errorf("a turn a minute away: %v", err)
		}
		if _, err := b.checker.CheckNow(b.t.Context(), "nosucharticle"); !errors.Is(err, watch.ErrNotFound) {
			b.t.Errorf("no such article: %v", err)
		}
	})

	bubble(t, "a look too soon does not confirm", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, shows(textB))
		for range 3 {
			time.Sleep(2 * time.Second)
			if res, err := b.checker.CheckNow(b.t.Context(), b.article); err != nil || res.Outcome != watch.OutHeld {
				b.t.Fatalf("%s, %v", res.Outcome, err)
			}
		}
		if res := b.stays(); res.Outcome != watch.OutChanged {
			b.t.Errorf("%s", res.Outcome)
		}
	})

	bubble(t, "looks in a hurry do not make a page gone", func(b *bench) {
		b.add("news", nil)
		b.site.show(bridge, fails(article.Gone, "there is no such page"))
		for range 4 {
			time.Sleep(2 * time.Second)
			if _, err := b.checker.CheckNow(b.t.Context(), b.article); err != nil {
				b.t.Fatal(err)
			}
		}
		if len(b.store.queue) != 0 {
			b.t.Errorf("told %v", b.news())
		}
	})
}

// last returns the last request of a page.
func (b *bench) last() article.Request { return b.site.requests[len(b.site.requests)-1] }

// TestValidatorsOfTheSameBytes: a server that gives other validators with the same bytes
// is asked by those, not by the ones that it has forgotten.
func TestValidatorsOfTheSameBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.site.show(bridge, shows(textA))
		b.add("news", nil)
		for _, tag := range []string{"second", "third"} {
			b.site.show(bridge, shows(textA).with(func(r *article.Reading) { r.Validators.ETag = tag }))
			b.untilDue()
			if res := b.check(); res.Outcome != watch.OutUnchanged || res.State.Validators.ETag != tag {
				t.Errorf("%s, validators %+v, want those of tag %s", res.Outcome, res.State.Validators, tag)
			}
		}
	})
}
