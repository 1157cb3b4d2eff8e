package storetest

import (
	"fmt"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func outboxTests() []test {
	return []test{
		{"a watch hears in order, one at a time", outboxOrder},
		{"revision 5 never overtakes revision 4 in retry", outboxRetry},
		{"a claim is an attempt, counted before it is handed out", outboxAttempts},
		{"what is held was not tried", outboxHeld},
		{"a claim that ended is worth nothing", outboxFenced},
		{"workers share the queues", outboxShared},
		{"a dead letter lets the queue go on, and comes back at its end", outboxDead},
		{"a dead letter is its guild's own", outboxDeadIsolated},
		{"a paused channel keeps its queue", outboxPaused},
		{"a delivery of the same name is queued once", outboxSameName},
		{"removing a watch takes its deliveries out of reach", outboxRemoved},
	}
}

// queue makes a watch with deliveries of revisions 2 to n waiting.
func (b *bench) queue(d alert.Destination, host string, n int) watch.Watch {
	b.Helper()
	w := b.add(d, url(host, 1))
	for range n {
		b.revise(w.Article)
	}
	return w
}

// claimOne claims the only delivery there is.
func (b *bench) claimOne() alert.Delivery {
	b.Helper()
	ds := b.claim()
	if len(ds) != 1 {
		b.Fatalf("claimed %d deliveries, want 1", len(ds))
	}
	return ds[0]
}

// claimNone fails when something may be sent.
func (b *bench) claimNone(why string) {
	b.Helper()
	if ds := b.claim(); len(ds) != 0 {
		b.Fatalf("%s: claimed %+v", why, ds)
	}
}

func outboxOrder(b *bench) {
	w := b.queue(here, "a.example", 4)
	for n := 2; n <= 4; n++ {
		d := b.claimOne()
		want := deliveryTo(w, n-1, n)
		if d.ID != want.ID || d.Watch != w.ID || d.Destination != here || d.Notice.To != n || d.Notice.Summary != want.Notice.Summary || d.Token == "" {
			b.Fatalf("claimed %+v, want %+v", d, want)
		}
		if want := alert.ParseShown(b.guildWatch(here.Guild, w.ID).LastMessage); d.Last != want || (n > 2) != (d.Last.Message != "") {
			b.Fatalf("claimed with %+v shown last, want %+v", d.Last, want)
		}
		b.claimNone("while its head is being sent")
		b.must(b.Ack(b.Context(), d, fmt.Sprintf("m%d", n)))
		if got := b.guildWatch(here.Guild, w.ID).LastMessage; got != fmt.Sprintf("m%d", n) {
			b.Fatalf("last message is %q", got)
		}
		b.wantErr(b.Ack(b.Context(), d, "again"), alert.ErrStale)
	}
	b.claimNone("all are sent")
}

func outboxRetry(b *bench) {
	b.queue(here, "a.example", 5)
	for _, n := range []int{2, 3} {
		d := b.claimOne()
		if d.Notice.To != n {
			b.Fatalf("claimed revision %d, want %d", d.Notice.To, n)
		}
		b.must(b.Ack(b.Context(), d, "m"))
	}
	d := b.claimOne()
	b.must(b.Retry(b.Context(), d, time.Hour, "the channel is slow"))
	b.claimNone("before the wait is over")
	b.wantErr(b.Ack(b.Context(), d, "m"), alert.ErrStale)
	b.clock.advance(time.Hour - time.Millisecond)
	b.claimNone("a moment before the wait is over")
	b.clock.advance(time.Millisecond)
	b.equal("order after a retry", b.deliver(), []int{4, 5})
}

func outboxAttempts(b *bench) {
	b.queue(here, "a.example", 2)
	first := b.claimOne()
	began := b.clock.now()
	if first.Attempt != 1 || !first.LastAttempt.IsZero() {
		b.Fatalf("first attempt: %d, %v", first.Attempt, first.LastAttempt)
	}
	b.clock.advance(hold - time.Millisecond)
	b.claimNone("a moment before the claim ends")
	b.clock.advance(time.Millisecond) // the worker died
	second := b.claimOne()
	if second.ID != first.ID || second.Attempt != 2 || !second.LastAttempt.Equal(began) || second.Token == first.Token {
		b.Fatalf("second attempt: %+v", second)
	}
	began = b.clock.now()
	b.must(b.Retry(b.Context(), second, time.Second, "busy"))
	b.clock.advance(time.Second)
	third := b.claimOne()
	if third.Attempt != 3 || !third.LastAttempt.Equal(began) {
		b.Fatalf("third attempt: %d, %v", third.Attempt, third.LastAttempt)
	}
}

func outboxHeld(b *bench) {
	b.queue(here, "a.example", 3)
	hold := func(d alert.Delivery) {
		b.Helper()
		b.must(b.Hold(b.Context(), d, time.Hour, "quiet hours"))
		b.claimNone("while it is held")
		b.clock.advance(time.Hour)
	}
	hold(b.claimOne())
	d := b.claimOne()
	if d.Attempt != 1 || !d.LastAttempt.IsZero() || d.Notice.To != 2 {
		b.Fatalf("after it was held: %+v", d)
	}
	tried := b.clock.now()
	b.must(b.Retry(b.Context(), d, 0, "busy"))
	hold(b.claimOne())
	if d = b.claimOne(); d.Attempt != 2 || !d.LastAttempt.Equal(tried) {
		b.Fatalf("an attempt before it was held is forgotten: %d, %v", d.Attempt, d.LastAttempt)
	}
	b.must(b.Ack(b.Context(), d, "m"))
	b.equal("the rest", b.deliver(), []int{3})
}

func outboxFenced(b *bench) {
	w := b.queue(here, "a.example", 2)
	dead := b.claimOne()
	b.clock.advance(hold)
	stale := func() {
		b.Helper()
		before := b.picture(w.Article)
		b.wantErr(b.Ack(b.Context(), dead, "m"), alert.ErrStale)
		b.wantErr(b.Retry(b.Context(), dead, time.Second, "r"), alert.ErrStale)
		b.wantErr(b.Hold(b.Context(), dead, time.Second, "r"), alert.ErrStale)
		b.wantErr(b.Bury(b.Context(), dead, "r"), alert.ErrStale)
		b.unchanged(before, w.Article)
	}
	stale()
	d := b.claimOne()
	stale()
	forged := d
	forged.Token = ""
	b.wantErr(b.Ack(b.Context(), forged, "m"), alert.ErrStale)
	b.must(b.Ack(b.Context(), d, "m"))
	stale()
}

func outboxShared(b *bench) {
	const watches = 30
	for i := range watches {
		b.queue(alert.Destination{Guild: "guild-a", Channel: fmt.Sprint(i)}, fmt.Sprintf("h%d.example", i), 2)
	}
	stores := []Store{b.Store, b.open(nil)}
	var mu sync.Mutex
	got := map[string]int{}
	var wg sync.WaitGroup
	for _, s := range stores {
		wg.Go(func() {
			for range watches {
				ds, err := s.Claim(b.Context(), fair.Room{Free: 2}, hold, 0)
				if err != nil {
					b.Error(err)
				}
				mu.Lock()
				for _, d := range ds {
					got[d.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(got) != watches {
		b.Errorf("%d deliveries were claimed, want %d", len(got), watches)
	}
	for id, n := range got {
		if n != 1 {
			b.Errorf("delivery %s was claimed %d times", id, n)
		}
	}
	if ds, err := b.Claim(b.Context(), fair.Room{Free: 0}, hold, 0); err != nil || len(ds) != 0 {
		b.Errorf("asked for none: %v, %v", ds, err)
	}
}

func outboxDead(b *bench) {
	ctx := b.Context()
	b.queue(here, "a.example", 3)
	d := b.claimOne()
	b.must(b.Bury(ctx, d, "the message is too long"))
	b.wantErr(b.Bury(ctx, d, "again"), alert.ErrStale)
	h := b.health(here.Guild)
	if len(h.Dead) != 1 || h.Queued != 1 {
		b.Fatalf("health: %+v", h)
	}
	dead := h.Dead[0]
	if dead.Delivery.ID != d.ID || dead.Reason != "the message is too long" || !dead.At.Equal(b.clock.now()) || dead.Delivery.Notice.Report == nil {
		b.Fatalf("dead letter: %+v", dead)
	}
	b.must(b.Replay(ctx, here.Guild, d.ID))
	b.wantErr(b.Replay(ctx, here.Guild, d.ID), watch.ErrNotFound)
	b.equal("order after a replay", b.deliver(), []int{3, 2})

	b.revise(d.Notice.Subject.Article)
	d = b.claimOne()
	b.must(b.Bury(ctx, d, "r"))
	b.must(b.Drop(ctx, here.Guild, d.ID))
	b.wantErr(b.Drop(ctx, here.Guild, d.ID), watch.ErrNotFound)
	if h := b.health(here.Guild); len(h.Dead) != 0 || h.Queued != 0 {
		b.Fatalf("health after a drop: %+v", h)
	}
	b.claimNone("it was dropped")
}

func outboxDeadIsolated(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 2)
	d := b.claimOne()
	b.must(b.Bury(ctx, d, "r"))
	b.wantErr(b.Replay(ctx, there.Guild, d.ID), watch.ErrNotFound)
	b.wantErr(b.Drop(ctx, there.Guild, d.ID), watch.ErrNotFound)
	if h := b.health(there.Guild); len(h.Dead) != 0 {
		b.Fatalf("another guild sees %+v", h.Dead)
	}
	_, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	b.wantErr(b.Replay(ctx, here.Guild, d.ID), watch.ErrNotFound)
	if h := b.health(here.Guild); len(h.Dead) != 0 {
		b.Fatalf("dead letters of a removed watch: %+v", h.Dead)
	}
}

func outboxPaused(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 2)
	b.queue(next, "b.example", 2)
	b.must(b.Pause(ctx, here, time.Hour, "no permission to write there"))
	if d := b.claimOne(); d.Destination != next {
		b.Fatalf("claimed for the paused channel: %+v", d)
	}
	b.revise(w.Article)
	later := b.queue(here, "c.example", 2) // its queue begins during the pause
	b.claimNone("the channel is paused")
	if h := b.health(here.Guild); len(h.Routes) != 1 || h.Routes[0].To != here || h.Routes[0].Reason != "no permission to write there" || h.Queued != 4 {
		b.Fatalf("health: %+v", h)
	}
	b.clock.advance(time.Hour)
	got := map[string][]int{}
	for ds := b.claim(); len(ds) > 0; ds = b.claim() {
		for _, d := range ds {
			got[d.Watch] = append(got[d.Watch], d.Notice.To)
			b.must(b.Ack(ctx, d, "m"))
		}
	}
	b.equal("after the pause", []any{got[w.ID], got[later.ID]}, []any{[]int{2, 3}, []int{2}})

	// A pause during a claim holds the retry back; lifting it lets it go.
	b.revise(w.Article)
	d := b.claimOne()
	b.must(b.Pause(ctx, here, time.Hour, "r"))
	b.must(b.Retry(ctx, d, 0, "r"))
	b.claimNone("paused while it was being sent")
	b.must(b.Pause(ctx, here, 0, ""))
	if d := b.claimOne(); d.Notice.To != 4 {
		b.Fatalf("after the pause was lifted: %+v", d)
	}
	if h := b.health(here.Guild); len(h.Routes) != 0 {
		b.Fatalf("routes still paused: %+v", h.Routes)
	}
}

func outboxSameName(b *bench) {
	w := b.queue(here, "a.example", 1)
	for range 2 {
		l := b.leaseOf(w.Article)
		c := visitOnly(l, "the same event")
		d := deliveryTo(w, 0, 1)
		d.Notice.From, d.Notice.To = 0, 0
		c.Deliveries = []alert.Delivery{d, d}
		b.must(b.Commit(b.Context(), l, c))
	}
	if h := b.health(here.Guild); h.Queued != 1 {
		b.Fatalf("%d deliveries wait, want 1", h.Queued)
	}
}

func outboxRemoved(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 3)
	d := b.claimOne()
	_, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	b.wantErr(b.Ack(ctx, d, "m"), alert.ErrStale)
	b.clock.advance(hold)
	b.claimNone("the watch is removed")
	if h := b.health(here.Guild); h.Queued != 0 {
		b.Fatalf("%d deliveries of a removed watch wait", h.Queued)
	}
	_, err = b.RestoreWatch(ctx, here.Guild, w.ID)
	b.must(err)
	again := b.claimOne()
	if again.ID != d.ID || again.Attempt != 2 {
		b.Fatalf("after it was restored: %+v", again)
	}
	b.must(b.Ack(ctx, again, "m"))
	b.equal("the rest", b.deliver(), []int{3})

	b.revise(w.Article)
	_, err = b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	b.add(here, w.URL) // anew, instead of restoring
	b.claimNone("what waited for the removed watch is gone")
}
