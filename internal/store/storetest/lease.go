package storetest

import (
	"errors"
	"slices"
	"sync"
	"time"

	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func leaseTests() []test {
	return []test{
		{"nothing is due in an empty store", func(b *bench) {
			if ls := b.lease(); len(ls) != 0 {
				b.Fatalf("leased %v", ls)
			}
		}},
		{"a new article is due at once and carries what a check needs", leaseCarries},
		{"a leased article is nobody else's", leaseExclusive},
		{"workers share the due articles", leaseShared},
		{"one article per host, the next a spacing later", leaseSpacing},
		{"a host that must wait holds up nobody", leaseBlockedHost},
		{"hosts that may be asked first come first", leaseHostOrder},
		{"of one host the longest due comes first", leaseDueOrder},
		{"a big backlog does not delay another guild", leaseFair},
		{"the work of a dead worker comes due again, and its token is worth nothing", leaseFenced},
		{"extend prolongs the lease and reads afresh", leaseExtend},
		{"an article whose watches are all paused is not due", leasePaused},
		{"lease now takes what is not due, unless it can't", leaseNow},
		{"when a site answered last is remembered", leaseAnswered},
	}
}

func leaseAnswered(b *bench) {
	ctx := b.Context()
	last, err := b.LastAnswer(ctx)
	b.must(err)
	b.equal("when none answered", last, time.Time{})
	for range 2 {
		b.clock.advance(hold)
		b.must(b.Answered(ctx))
	}
	b.add(here, url("a.example", 1))
	now := b.lease()[0].Now // by the store's clock
	b.clock.advance(hold)
	last, err = b.LastAnswer(ctx)
	b.must(err)
	b.equal("the last answer", last.UTC(), now.UTC())
}

func leaseCarries(b *bench) {
	w := b.add(here, url("a.example", 1))
	other := b.add(there, url("a.example", 1))
	ls := b.lease()
	if len(ls) != 1 {
		b.Fatalf("leased %d articles, want 1", len(ls))
	}
	l := ls[0]
	now := b.clock.now()
	if l.Article != w.Article || l.Token == "" || !l.Now.Equal(now) || !l.Until.Equal(now.Add(hold)) || !l.Due.Equal(now) {
		b.Fatalf("got %+v", l)
	}
	if l.State.ID != w.Article || l.State.URL != w.URL || l.State.Last != 0 {
		b.Fatalf("state of a new article is %+v", l.State)
	}
	want := []watch.Watch{w, other}
	slices.SortFunc(want, func(x, y watch.Watch) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	b.equal("watches of the lease", l.Watches, want)
}

func leaseExclusive(b *bench) {
	w := b.add(here, url("a.example", 1))
	l := b.lease()[0]
	b.clock.advance(2 * spacing)
	if again := b.lease(); len(again) != 0 {
		b.Fatal("leased twice")
	}
	_, err := b.LeaseNow(b.Context(), w.Article, hold, spacing)
	b.wantErr(err, watch.ErrBusy)
	b.must(b.Commit(b.Context(), l, visitOnly(l, "same text")))
	if again := b.lease(); len(again) != 0 {
		b.Fatal("leased before it is due")
	}
	b.clock.advance(time.Hour)
	if again := b.lease(); len(again) != 1 || again[0].Token == l.Token {
		b.Fatalf("when it is due again: %+v", again)
	}
}

func leaseShared(b *bench) {
	const articles = 40
	want := map[string]bool{}
	for i := range articles {
		want[b.add(here, url(string(rune('a'+i%26))+".example", i)).Article] = true
	}
	stores := []Store{b.Store, b.open(nil)}
	var mu sync.Mutex
	got := map[string]int{}
	for range articles {
		var wg sync.WaitGroup
		for _, s := range stores {
			wg.Go(func() {
				ls, err := s.Lease(b.Context(), fair.Room{Free: 3}, time.Hour, spacing)
				if err != nil {
					b.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, l := range ls {
					got[l.Article]++
				}
			})
		}
		wg.Wait()
		b.clock.advance(spacing)
	}
	for id := range want {
		if got[id] != 1 {
			b.Errorf("article %s was leased %d times", id, got[id])
		}
	}
}

func leaseSpacing(b *bench) {
	for i := range 3 {
		b.add(here, url("a.example", i))
	}
	b.add(here, url("b.example", 1))
	if ls := b.lease(); len(ls) != 2 || article.Host(ls[0].State.URL) == article.Host(ls[1].State.URL) {
		b.Fatalf("first claim: %+v", ls)
	}
	b.clock.advance(spacing - time.Millisecond)
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("a host was asked again too soon")
	}
	b.clock.advance(time.Millisecond)
	if ls := b.lease(); len(ls) != 1 {
		b.Fatalf("a spacing later: %d leases, want 1", len(ls))
	}
	b.clock.advance(spacing)
	if ls, err := b.Lease(b.Context(), fair.Room{Free: 0}, hold, spacing); err != nil || len(ls) != 0 {
		b.Fatalf("asked for none: %v, %v", ls, err)
	}
}

func leaseBlockedHost(b *bench) {
	for i := range 30 {
		b.add(here, url("slow.example", i))
	}
	l := b.lease()[0]
	c := visitOnly(l, "asked to wait")
	c.HostAfter = l.Now.Add(time.Hour)
	b.must(b.Commit(b.Context(), l, c))
	b.add(there, url("quick.example", 1))
	b.clock.advance(time.Minute)
	ls, err := b.Lease(b.Context(), fair.Room{Free: 1}, hold, spacing)
	b.must(err)
	if len(ls) != 1 || article.Host(ls[0].State.URL) != "quick.example" {
		b.Fatalf("leased %+v", ls)
	}
	_, err = b.LeaseNow(b.Context(), article.ID(url("slow.example", 7)), hold, spacing)
	var soon *watch.TooSoonError
	if !errors.As(err, &soon) || soon.Wait != 59*time.Minute {
		b.Fatalf("lease now of a host that asked to wait: %v", err)
	}
	b.clock.advance(59 * time.Minute)
	if ls := b.lease(); len(ls) != 2 { // quick's lease ended, too
		b.Fatalf("after the wait: %d leases, want 2", len(ls))
	}
}

func leaseHostOrder(b *bench) {
	for _, host := range []string{"c.example", "a.example", "b.example"} {
		b.add(here, url(host, 1))
		b.clock.advance(time.Millisecond)
	}
	var got []string
	for range 3 {
		ls, err := b.Lease(b.Context(), fair.Room{Free: 1}, hold, spacing)
		b.must(err)
		got = append(got, article.Host(ls[0].State.URL))
	}
	b.equal("order of hosts", got, []string{"c.example", "a.example", "b.example"})
}

func leaseDueOrder(b *bench) {
	var want, got []string
	for i := range 5 {
		want = append(want, b.add(here, url("a.example", i)).Article)
		b.clock.advance(time.Millisecond)
	}
	for range want {
		got = append(got, b.lease()[0].Article)
		b.clock.advance(spacing)
	}
	b.equal("order of articles", got, want)
}

func leaseFair(b *bench) {
	for i := range 300 {
		b.add(here, url(string(rune('a'+i%10))+".example", i))
	}
	b.clock.advance(time.Minute)
	lone := b.add(there, url("lone.example", 1))
	// Ten hosts of guild-a are free at once, four leases a tick: the newcomer's host
	// comes at its turn behind those ten, not behind 300 articles.
	for tick := range 5 {
		ls, err := b.Lease(b.Context(), fair.Room{Free: 4}, hold, spacing)
		b.must(err)
		for _, l := range ls {
			if l.Article == lone.Article {
				return
			}
		}
		b.clock.advance(time.Duration(tick) * 100 * time.Millisecond)
	}
	b.Fatal("not leased within five ticks")
}

func leaseFenced(b *bench) {
	w := b.add(here, url("a.example", 1))
	dead := b.lease()[0]
	b.clock.advance(hold)
	before := b.picture(w.Article)
	b.wantErr(b.Commit(b.Context(), dead, commitOf(dead, 1)), watch.ErrStale)
	_, err := b.Extend(b.Context(), dead, hold)
	b.wantErr(err, watch.ErrStale)
	_, err = b.Move(b.Context(), dead, url("b.example", 1))
	b.wantErr(err, watch.ErrStale)

	ls := b.lease()
	if len(ls) != 1 || ls[0].Token == dead.Token {
		b.Fatalf("after the lease ended: %+v", ls)
	}
	b.wantErr(b.Commit(b.Context(), dead, commitOf(dead, 1)), watch.ErrStale)
	_, err = b.Move(b.Context(), dead, url("b.example", 1))
	b.wantErr(err, watch.ErrStale)
	forged := ls[0]
	forged.Token = ""
	b.wantErr(b.Commit(b.Context(), forged, commitOf(forged, 1)), watch.ErrStale)
	b.unchanged(before, w.Article)
	b.must(b.Commit(b.Context(), ls[0], commitOf(ls[0], 1)))
}

func leaseExtend(b *bench) {
	w := b.add(here, url("a.example", 1))
	l := b.lease()[0]
	other := b.add(there, w.URL)
	b.clock.advance(hold - time.Second)
	longer, err := b.Extend(b.Context(), l, hold)
	b.must(err)
	if !longer.Until.Equal(b.clock.now().Add(hold)) || len(longer.Watches) != 2 || longer.Version == l.Version || longer.State.ID != w.Article {
		b.Fatalf("extended: %+v", longer)
	}
	b.clock.advance(hold - time.Second)
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("leased although extended")
	}
	c := commitOf(longer, 1)
	c.Told[other.ID] = 1
	b.must(b.Commit(b.Context(), longer, c))
	_, err = b.Extend(b.Context(), longer, hold)
	b.wantErr(err, watch.ErrStale)
}

func leasePaused(b *bench) {
	w := b.add(here, url("a.example", 1))
	pause := func(on bool) func(*watch.Watch) error {
		return func(w *watch.Watch) error { w.Paused = on; return nil }
	}
	_, err := b.EditWatch(b.Context(), here.Guild, w.ID, time.Time{}, pause(true))
	b.must(err)
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("leased although paused")
	}
	b.must(b.Sweep(b.Context()))
	l := b.leaseOf(w.Article) // by hand it can be checked
	b.must(b.Commit(b.Context(), l, visitOnly(l, "by hand")))
	b.clock.advance(2 * time.Hour)
	other := b.add(there, w.URL)
	if ls := b.lease(); len(ls) != 1 || len(ls[0].Watches) != 2 {
		b.Fatalf("with another watch: %+v", ls)
	}
	b.clock.advance(hold)
	_, err = b.RemoveWatch(b.Context(), there.Guild, other.ID)
	b.must(err)
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("leased although the only watch left is paused")
	}
	_, err = b.EditWatch(b.Context(), here.Guild, w.ID, time.Time{}, pause(false))
	b.must(err)
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("not leased after it was resumed")
	}
}

func leaseNow(b *bench) {
	_, err := b.LeaseNow(b.Context(), "nosucharticle", hold, spacing)
	b.wantErr(err, watch.ErrNotFound)
	w := b.add(here, url("a.example", 1))
	sibling := b.add(here, url("a.example", 2))
	l, err := b.LeaseNow(b.Context(), w.Article, hold, spacing)
	b.must(err)
	b.must(b.Commit(b.Context(), l, visitOnly(l, "same text")))

	_, err = b.LeaseNow(b.Context(), sibling.Article, hold, spacing)
	var soon *watch.TooSoonError
	if !errors.As(err, &soon) || soon.Wait != spacing {
		b.Fatalf("the host's spacing: %v", err)
	}
	b.clock.advance(spacing)
	l, err = b.LeaseNow(b.Context(), w.Article, hold, spacing)
	b.must(err)
	_, err = b.LeaseNow(b.Context(), w.Article, hold, spacing)
	b.wantErr(err, watch.ErrBusy)
	b.must(b.Commit(b.Context(), l, visitOnly(l, "same text")))

	_, err = b.RemoveWatch(b.Context(), here.Guild, w.ID)
	b.must(err)
	b.clock.advance(spacing)
	_, err = b.LeaseNow(b.Context(), w.Article, hold, spacing)
	b.wantErr(err, watch.ErrNotFound)
}
