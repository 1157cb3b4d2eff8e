package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func guildTests() []test {
	return []test{
		{"settings are kept and are its own", guildSettings},
		{"two processes edit settings and lose nothing", guildShared},
		{"guilds are listed until they are left or forgotten", guildList},
		{"forgetting leaves nothing of it and takes nothing of others", guildForget},
		{"health counts", guildHealth},
		{"health lists what is blind or gone", guildBlind},
		{"health counts what is read without layout", guildFlat},
		{"a guild that was left is forgotten after a week", guildLeft},
		{"what nobody can restore any more is swept", sweepRemoved},
		{"an article nobody watches is purged after thirty days", sweepUnwatched},
		{"an alias outlives the article it came from", sweepAlias},
	}
}

func guildSettings(b *bench) {
	ctx := b.Context()
	got, err := b.Settings(ctx, here.Guild)
	b.must(err)
	b.equal("settings never written", got, alert.Settings{})
	want := alert.Settings{Channel: "c", Notices: "n", Managers: []string{"role-1", "role-2"}, Zone: "Europe/Berlin", Quiet: "22:00-07:00"}
	b.settings(here.Guild, want)
	b.settings(here.Guild, want)
	got, err = b.Settings(ctx, here.Guild)
	b.must(err)
	b.equal("settings", got, want)
	got, err = b.Settings(ctx, there.Guild)
	b.must(err)
	b.equal("another guild's settings", got, alert.Settings{})

	no := errors.New("no")
	_, err = b.EditSettings(ctx, here.Guild, func(s *alert.Settings) error { s.Zone = "UTC"; return no })
	b.wantErr(err, no)
	got, err = b.Settings(ctx, here.Guild)
	b.must(err)
	b.equal("settings after an edit that was given up", got, want)
}

// settings writes a guild's settings.
func (b *bench) settings(guild string, want alert.Settings) {
	b.Helper()
	got, err := b.EditSettings(b.Context(), guild, func(s *alert.Settings) error { *s = want; return nil })
	b.must(err)
	b.equal("settings as written", got, want)
}

// guildShared lets two processes edit one guild's settings: neither loses what the
// other wrote.
func guildShared(b *bench) {
	ctx := b.Context()
	const edits = 20
	var wg sync.WaitGroup
	for i, s := range []Store{b.Store, b.open(nil)} {
		wg.Go(func() {
			for n := range edits {
				if _, err := s.EditSettings(ctx, here.Guild, func(s *alert.Settings) error {
					s.Managers = append(s.Managers, fmt.Sprint(i, "-", n))
					return nil
				}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got, err := b.Settings(ctx, here.Guild)
	b.must(err)
	if len(got.Managers) != 2*edits {
		b.Errorf("%d edits are left of %d", len(got.Managers), 2*edits)
	}
}

func guildList(b *bench) {
	ctx := b.Context()
	list := func(want ...string) {
		b.Helper()
		got, err := b.Guilds(ctx)
		b.must(err)
		b.equal("guilds", append([]string{}, got...), append([]string{}, want...))
	}
	list()
	b.must(b.Joined(ctx, there.Guild))
	b.must(b.Joined(ctx, there.Guild))
	list(there.Guild)
	b.settings(here.Guild, alert.Settings{Zone: "UTC"})
	both := []string{here.Guild, there.Guild}
	slices.Sort(both)
	list(both...)
	b.must(b.Left(ctx, there.Guild))
	list(here.Guild)
	b.must(b.Joined(ctx, there.Guild))
	list(both...)
	b.must(b.Forget(ctx, here.Guild))
	list(there.Guild)
}

func guildForget(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 3)
	other := b.add(there, w.URL)
	b.revise(w.Article)
	b.must(b.Bury(ctx, b.claim()[0], "r"))
	b.clock.advance(hold)
	removed := b.queue(next, "b.example", 2)
	_, err := b.RemoveWatch(ctx, next.Guild, removed.ID)
	b.must(err)
	f, _, err := b.AddFeed(ctx, watch.Feed{URL: "https://a.example/feed", Destination: here})
	b.must(err)
	b.settings(here.Guild, alert.Settings{Zone: "Europe/Berlin"})
	b.must(b.Pause(ctx, next, time.Hour, "r"))

	b.must(b.Forget(ctx, here.Guild))
	b.must(b.Forget(ctx, here.Guild))
	ws, err := b.Watches(ctx, here.Guild)
	b.must(err)
	ts, err := b.Titles(ctx, here.Guild)
	b.must(err)
	fs, err := b.Feeds(ctx, here.Guild)
	b.must(err)
	set, err := b.Settings(ctx, here.Guild)
	b.must(err)
	b.equal("what is left", []any{len(ws), len(ts), len(fs), set, b.health(here.Guild)}, []any{0, 0, 0, alert.Settings{}, watch.Health{}})
	_, err = b.RestoreWatch(ctx, next.Guild, removed.ID)
	b.wantErr(err, watch.ErrNotFound)
	if ls, err := b.LeaseFeeds(ctx, fair.Room{Free: 9}, hold, spacing); err != nil || len(ls) != 0 {
		b.Fatalf("feed %s is still polled: %v", f.ID, err)
	}
	ds := b.claim()
	if len(ds) != 1 || ds[0].Watch != other.ID {
		b.Fatalf("claimed %+v", ds)
	}
	l := b.leaseOf(w.Article)
	if len(l.Watches) != 1 || l.Watches[0].ID != other.ID {
		b.Fatalf("watches left: %+v", l.Watches)
	}
}

func guildHealth(b *bench) {
	ctx := b.Context()
	b.equal("health of nobody", b.health(here.Guild), watch.Health{})
	w := b.queue(here, "a.example", 3) // two wait
	b.add(next, w.URL)
	late := b.add(here, url("b.example", 1))
	b.queue(there, "c.example", 5)
	_, err := b.EditWatch(ctx, here.Guild, late.ID, time.Time{}, func(w *watch.Watch) error { w.MutedUntil = b.clock.now().Add(time.Minute); return nil })
	b.must(err)
	want := watch.Health{Watches: 3, Muted: 1, Articles: 2, Queued: 2}
	l := b.leaseOf(w.Article) // adding to it made it due
	b.must(b.Commit(ctx, l, visitOnly(l, "same text")))
	b.equal("health", b.health(here.Guild), want)
	b.clock.advance(time.Minute + time.Second)
	want.Muted, want.Overdue = 0, 1
	b.equal("a minute later", b.health(here.Guild), want)
	_, err = b.EditWatch(ctx, here.Guild, late.ID, time.Time{}, func(w *watch.Watch) error { w.Paused = true; return nil })
	b.must(err)
	want.Paused, want.Overdue = 1, 0
	b.equal("paused", b.health(here.Guild), want)
	for range 25 {
		b.revise(w.Article)
	}
	for b.health(here.Guild).Queued > 0 {
		for _, d := range b.claim() {
			b.must(b.Bury(ctx, d, "r"))
		}
		b.clock.advance(time.Millisecond)
	}
	dead := b.health(here.Guild).Dead
	if len(dead) != 20 || dead[0].At.Before(dead[19].At) {
		b.Fatalf("%d dead letters listed", len(dead))
	}
}

func guildBlind(b *bench) {
	ctx := b.Context()
	var want []string
	for i := range 25 {
		w := b.add(here, url(fmt.Sprintf("h%d.example", i), 1))
		l := b.leaseOf(w.Article)
		c := visitOnly(l, "wall")
		trouble := &watch.Trouble{Outcome: watch.OutQuarantined, Reason: "asks for a login", Since: b.clock.now(), Count: 1}
		if i%2 == 0 {
			c.State.Trouble = trouble
		} else {
			c.State.Gone = trouble
		}
		b.must(b.Commit(ctx, l, c))
		want = append(want, w.Article)
	}
	b.add(here, url("well.example", 1))
	list := func() (got []string) {
		for _, st := range b.health(here.Guild).Blind {
			got = append(got, st.ID)
		}
		return got
	}
	b.equal("longest first", list(), want[:20])
	l := b.leaseOf(want[0])
	c := visitOnly(l, "seen again")
	c.State.Trouble = nil
	b.must(b.Commit(ctx, l, c))
	b.equal("one recovered", list(), want[1:21])
	if other := b.health(there.Guild).Blind; len(other) != 0 {
		b.Fatalf("another guild sees %+v", other)
	}
}

func guildFlat(b *bench) {
	ctx := b.Context()
	read := func(l watch.Lease, why string) {
		c := visitOnly(l, "same text")
		c.State.Flat = why
		b.must(b.Commit(ctx, l, c))
	}
	var all []watch.Watch
	for i, why := range []string{"nested", "nested", "large", ""} {
		w := b.add(here, url(fmt.Sprintf("h%d.example", i), 1))
		read(b.leaseOf(w.Article), why)
		all = append(all, w)
	}
	b.add(next, all[0].URL) // counted once, whoever watches it
	b.equal("counted", b.health(here.Guild).Flat, map[string]int{"nested": 2, "large": 1})
	read(b.leaseOf(all[1].Article), "")
	read(b.leaseOf(all[2].Article), "nested")
	b.equal("read anew", b.health(here.Guild).Flat, map[string]int{"nested": 2})
	_, err := b.RemoveWatch(ctx, here.Guild, all[2].ID)
	b.must(err)
	b.equal("removed", b.health(here.Guild).Flat, map[string]int{"nested": 1})
	b.clock.advance(time.Hour)
	l := b.leaseOf(all[0].Article)
	to, err := b.Move(ctx, l, url("moved.example", 1))
	b.must(err)
	b.equal("moved", b.health(here.Guild).Flat, map[string]int{"nested": 1})
	read(b.leaseOf(to), "")
	b.equal("all well", b.health(here.Guild).Flat, map[string]int(nil))
	b.equal("another guild's", b.health(there.Guild).Flat, map[string]int(nil))
}

func guildLeft(b *bench) {
	ctx := b.Context()
	const day = 24 * time.Hour
	w := b.queue(here, "a.example", 2)
	stay := b.queue(there, "b.example", 2)
	b.settings(there.Guild, alert.Settings{Zone: "UTC"})
	b.must(b.Left(ctx, here.Guild))
	b.must(b.Left(ctx, there.Guild))
	b.clock.advance(6 * day)
	b.must(b.Joined(ctx, there.Guild)) // it came back
	b.must(b.Left(ctx, here.Guild))    // said again: the week is not begun anew
	b.must(b.Sweep(ctx))
	b.guildWatch(here.Guild, w.ID)
	b.clock.advance(day)
	b.must(b.Sweep(ctx))
	_, err := b.Watch(ctx, here.Guild, w.ID)
	b.wantErr(err, watch.ErrNotFound)
	b.clock.advance(30 * day)
	b.must(b.Sweep(ctx))
	b.guildWatch(there.Guild, stay.ID)
	if set, err := b.Settings(ctx, there.Guild); err != nil || set.Zone != "UTC" {
		b.Fatalf("settings of a guild that came back: %+v, %v", set, err)
	}
}

func sweepRemoved(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 3)
	_, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	b.must(b.Sweep(ctx))
	b.clock.advance(10 * time.Minute)
	before, err := b.Bytes(ctx)
	b.must(err)
	for range 2 {
		b.must(b.Sweep(ctx))
	}
	_, err = b.RestoreWatch(ctx, here.Guild, w.ID)
	b.wantErr(err, watch.ErrNotFound)
	after, err := b.Bytes(ctx)
	b.must(err)
	if before <= 0 || after > before {
		b.Fatalf("the sweep made %d bytes of %d", after, before)
	}
	again := b.add(here, w.URL)
	b.claimNone("what waited for the old watch is gone")
	if again.Told != 3 {
		b.Fatalf("the article was lost: %+v", again)
	}
}

func sweepUnwatched(b *bench) {
	ctx := b.Context()
	const day = 24 * time.Hour
	w := b.queue(here, "a.example", 3)
	back := b.queue(here, "b.example", 2)
	_, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	_, err = b.RemoveWatch(ctx, here.Guild, back.ID)
	b.must(err)
	b.clock.advance(29 * day)
	b.must(b.Sweep(ctx))
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("an article nobody watches is checked")
	}
	if _, err := b.Revision(ctx, w.Article, 3); err != nil {
		b.Fatalf("purged too soon: %v", err)
	}
	again := b.add(there, back.URL)
	if again.Told != 2 {
		b.Fatalf("watched again: %+v", again)
	}
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("not due when it is watched again")
	}
	b.clock.advance(day)
	b.must(b.Sweep(ctx))
	b.equal("the purged article", b.picture(w.Article), b.picture("nosucharticle"))
	if _, err := b.Revision(ctx, back.Article, 2); err != nil {
		b.Fatalf("the watched one was purged: %v", err)
	}
	if fresh := b.add(here, w.URL); fresh.Told != 0 {
		b.Fatalf("after the purge it begins anew: %+v", fresh)
	}
}

func sweepAlias(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "old.example", 2)
	id := b.move(w.Article, url("new.example", 1))
	b.clock.advance(31 * 24 * time.Hour)
	b.must(b.Sweep(ctx))
	_, err := b.State(ctx, w.Article)
	b.wantErr(err, watch.ErrNotFound)
	got, err := b.Resolve(ctx, w.URL)
	b.must(err)
	b.equal("the old address", got, id)
	if rev := b.revise(id).Revision; rev.Number != 3 {
		b.Fatalf("the moved article goes on at %d", rev.Number)
	}
}
