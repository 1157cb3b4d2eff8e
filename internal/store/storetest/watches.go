package storetest

import (
	"errors"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/watch"
)

func watchTests() []test {
	return []test{
		{"adding again edits and never doubles", watchAddAgain},
		{"a watch starts at the newest revision", watchStarts},
		{"adding makes the article due", watchAddDue},
		{"an edit changes what it may and nothing else", watchEdit},
		{"a watch goes to another channel with what waits for it", watchLeave},
		{"an edit that fails writes nothing", watchEditFails},
		{"an edit moves the due time forward only", watchEditDue},
		{"watches are listed oldest first", watchList},
		{"a removed watch can be restored for a while", watchRestore},
		{"a watch added after its removal is a new one", watchAddRemoved},
		{"one guild can't name another's watch", watchIsolation},
	}
}

func watchAddAgain(b *bench) {
	first := watch.Watch{
		URL: url("a.example", 1), Destination: here, Alerts: alert.Facts, Schedule: "adaptive", Mention: "role-1", Creator: "user-1",
		Title: "as typed", Feed: "feed-1", Ignore: rules("ad"), Unmuted: []mute.Key{"counter"},
	}
	stored, created, err := b.AddWatch(b.Context(), first)
	b.must(err)
	if !created || stored.ID != watch.WatchID(here, article.ID(first.URL)) || stored.Article != article.ID(first.URL) || !stored.Created.Equal(b.clock.now()) {
		b.Fatalf("created %v: %+v", created, stored)
	}
	b.equal("stored", b.guildWatch(here.Guild, stored.ID), stored)
	if stored.Title != "as typed" || stored.Feed != "feed-1" || stored.Choices() != first.Choices() {
		b.Fatalf("lost on the way: %+v", stored)
	}
	b.revise(stored.Article)
	b.clock.advance(time.Hour)
	again := watch.Watch{URL: first.URL, Destination: here, Alerts: alert.All, Schedule: "15m", Thread: true, Creator: "user-2"}
	edited, created, err := b.AddWatch(b.Context(), again)
	b.must(err)
	want := b.guildWatch(here.Guild, stored.ID)
	b.equal("returned", edited, want)
	if created || edited.ID != stored.ID || edited.Alerts != alert.All || edited.Schedule != "15m" || edited.Mention != "" || !edited.Thread {
		b.Fatalf("created %v: %+v", created, edited)
	}
	if edited.Creator != "user-1" || !edited.Created.Equal(stored.Created) || edited.Told != 1 || edited.Feed != "" || edited.Choices() != first.Choices() {
		b.Fatalf("the first was lost: %+v", edited)
	}
	if ws, err := b.Watches(b.Context(), here.Guild); err != nil || len(ws) != 1 {
		b.Fatalf("%d watches, %v", len(ws), err)
	}
}

// rules are rules of blocks and patterns in turn.
func rules(names ...string) (out []mute.Rule) {
	since := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i, n := range names {
		r := mute.BlockRule(mute.KeyOf(n), n, since)
		if i%2 == 1 {
			r = mute.Rule{ID: mute.KeyOf(n), Pattern: n, Since: since}
		}
		out = append(out, r)
	}
	return out
}

func watchStarts(b *bench) {
	w := b.add(here, url("a.example", 1))
	for range 3 {
		b.revise(w.Article)
	}
	late := b.add(there, w.URL)
	if late.First != 3 || late.Told != 3 || late.Judged != 3 || late.Title == "" {
		b.Fatalf("added at revision 3: %+v", late)
	}
	id, err := b.Resolve(b.Context(), w.URL)
	b.must(err)
	if id != w.Article {
		b.Fatalf("resolved to %s, want %s", id, w.Article)
	}
	if id, err = b.Resolve(b.Context(), url("never.example", 1)); err != nil || id != article.ID(url("never.example", 1)) {
		b.Fatalf("an address nobody watches resolves to %s, %v", id, err)
	}
}

func watchAddDue(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	b.clock.advance(spacing)
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("due right after a check")
	}
	b.add(there, w.URL)
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("not due after it was added")
	}
}

func watchEdit(b *bench) {
	w := b.queue(here, "a.example", 2)
	until := b.clock.now().Add(24 * time.Hour)
	got, err := b.EditWatch(b.Context(), here.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		w.Alerts, w.Schedule, w.Mention, w.Thread = alert.Notes, "1h", "role-2", true
		w.Paused, w.MutedUntil, w.Ignore, w.Unmuted, w.Shown = true, until, rules("live ticker", "views"), []mute.Key{"a", "b"}, "digest"
		w.ID, w.Article, w.URL, w.Title, w.Destination, w.First = "x", "x", "x", "x", there, 9
		return nil
	})
	b.must(err)
	b.equal("returned", got, b.guildWatch(here.Guild, w.ID))
	if got.Alerts != alert.Notes || got.Schedule != "1h" || got.Mention != "role-2" || !got.Thread || !got.Paused ||
		!got.MutedUntil.Equal(until) || len(got.Ignore) != 2 || len(got.Unmuted) != 2 || got.Shown != "digest" {
		b.Fatalf("edited: %+v", got)
	}
	b.equal("rules", got.Ignore, rules("live ticker", "views"))
	if got.ID != w.ID || got.Article != w.Article || got.URL != w.URL || got.Destination != here || got.First != 1 || got.Told != 2 {
		b.Fatalf("an edit changed what names a watch: %+v", got)
	}
	if h := b.health(here.Guild); h.Paused != 1 || h.Muted != 1 {
		b.Fatalf("health: %+v", h)
	}
	_, err = b.EditWatch(b.Context(), here.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		w.Paused, w.MutedUntil, w.Ignore, w.Unmuted, w.Shown, w.Mention = false, time.Time{}, nil, nil, "", ""
		return nil
	})
	b.must(err)
	if got = b.guildWatch(here.Guild, w.ID); got.Paused || !got.MutedUntil.IsZero() || got.Choices() != "" || got.Shown != "" || got.Mention != "" {
		b.Fatalf("edited back: %+v", got)
	}
}

func watchLeave(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 4)
	before := b.guildWatch(here.Guild, w.ID)
	to := func(d alert.Destination) error {
		b.Helper()
		_, err := b.EditWatch(ctx, here.Guild, w.ID, time.Time{}, func(w *watch.Watch) error { w.Destination = d; return nil })
		return err
	}
	other := b.add(next, w.URL)
	b.wantErr(to(next), watch.ErrThere)
	_, err := b.RemoveWatch(ctx, next.Guild, other.ID)
	b.must(err)
	ds := b.claim()
	if len(ds) != 1 || ds[0].Destination != here {
		b.Fatalf("claimed: %+v", ds)
	}
	b.wantErr(to(next), watch.ErrBusy)
	b.must(b.Ack(ctx, ds[0], "m-1"))
	b.must(to(next))
	got := b.guildWatch(here.Guild, w.ID)
	if got.ID != w.ID || got.Destination != next || got.LastMessage != "" || got.First != before.First || got.Told != before.Told {
		b.Fatalf("gone: %+v", got)
	}
	_, err = b.RestoreWatch(ctx, next.Guild, other.ID)
	b.wantErr(err, watch.ErrNotFound)
	// A new watch of the channel that was left is another.
	again, created, err := b.AddWatch(ctx, watch.Watch{URL: w.URL, Destination: here})
	b.must(err)
	if !created || again.ID == w.ID {
		b.Fatalf("created %v: %+v", created, again)
	}
	if same, created, err := b.AddWatch(ctx, watch.Watch{URL: w.URL, Destination: here}); err != nil || created || same.ID != again.ID {
		b.Fatalf("again: created %v, %v: %+v", created, err, same)
	}
	ws, err := b.Watches(ctx, here.Guild)
	b.must(err)
	if len(ws) != 2 {
		b.Fatalf("%d watches", len(ws))
	}
	for n := range 3 {
		ds := b.claim()
		if n == 2 {
			if len(ds) != 0 {
				b.Fatalf("told again: %+v", ds)
			}
			break
		}
		if len(ds) != 1 || ds[0].Watch != w.ID || ds[0].Destination != next || ds[0].Last.Message != [2]string{"", "m-2"}[n] {
			b.Fatalf("what waited: %+v", ds)
		}
		b.must(b.Ack(ctx, ds[0], "m-2"))
	}
	_, err = b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	if got, err := b.RestoreWatch(ctx, here.Guild, w.ID); err != nil || got.Destination != next {
		b.Fatalf("restored: %+v, %v", got, err)
	}
	b.must(to(there)) // no other guild's
	if got := b.guildWatch(here.Guild, w.ID); got.Destination != next {
		b.Fatalf("in another guild: %+v", got)
	}
}

func watchEditFails(b *bench) {
	w := b.add(here, url("a.example", 1))
	before := b.picture(w.Article)
	refusal := errors.New("no such schedule")
	_, err := b.EditWatch(b.Context(), here.Guild, w.ID, b.clock.now().Add(-time.Hour), func(w *watch.Watch) error {
		w.Paused = true
		return refusal
	})
	b.wantErr(err, refusal)
	b.unchanged(before, w.Article)
}

func watchEditDue(b *bench) {
	w := b.add(here, url("a.example", 1))
	due := b.revise(w.Article).Due
	edit := func(to time.Time) time.Time {
		b.Helper()
		_, err := b.EditWatch(b.Context(), here.Guild, w.ID, to, func(*watch.Watch) error { return nil })
		b.must(err)
		got, err := b.Due(b.Context(), w.Article)
		b.must(err)
		return got
	}
	b.equal("no due time given", edit(time.Time{}), due)
	b.equal("later", edit(due.Add(time.Hour)), due)
	b.equal("sooner", edit(due.Add(-50*time.Minute)), due.Add(-50*time.Minute))
	b.clock.advance(10 * time.Minute)
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("not leased at the new time")
	}
}

func watchList(b *bench) {
	var want []string
	for i := range 5 {
		want = append(want, b.add(here, url("a.example", 9-i)).ID)
		b.clock.advance(time.Second)
	}
	b.add(there, url("a.example", 3))
	ws, err := b.Watches(b.Context(), here.Guild)
	b.must(err)
	var got []string
	for _, w := range ws {
		got = append(got, w.ID)
	}
	b.equal("order", got, want)
}

func watchRestore(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 2)
	want := b.guildWatch(here.Guild, w.ID)
	removed, err := b.RemoveWatch(ctx, here.Guild, w.ID)
	b.must(err)
	b.equal("removed", removed, want)
	_, err = b.Watch(ctx, here.Guild, w.ID)
	b.wantErr(err, watch.ErrNotFound)
	_, err = b.RemoveWatch(ctx, here.Guild, w.ID)
	b.wantErr(err, watch.ErrNotFound)
	_, err = b.EditWatch(ctx, here.Guild, w.ID, time.Time{}, func(*watch.Watch) error { return nil })
	b.wantErr(err, watch.ErrNotFound)
	if ws, _ := b.Watches(ctx, here.Guild); len(ws) != 0 {
		b.Fatalf("still listed: %+v", ws)
	}
	if ts, _ := b.Titles(ctx, here.Guild); len(ts) != 0 {
		b.Fatalf("still in the index: %+v", ts)
	}
	b.clock.advance(3 * time.Hour)
	_, err = b.RestoreWatch(ctx, here.Guild, w.ID)
	b.wantErr(err, watch.ErrNotFound)

	w = b.add(next, url("a.example", 2))
	_, err = b.RemoveWatch(ctx, next.Guild, w.ID)
	b.must(err)
	b.clock.advance(10*time.Minute - time.Millisecond)
	b.must(b.Sweep(ctx))
	for range 2 { // the second finds it restored
		got, err := b.RestoreWatch(ctx, next.Guild, w.ID)
		b.must(err)
		b.equal("restored", got, w)
	}
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("a restored watch is not checked")
	}
}

func watchAddRemoved(b *bench) {
	w := b.queue(here, "a.example", 2)
	_, err := b.RemoveWatch(b.Context(), here.Guild, w.ID)
	b.must(err)
	b.revise(b.add(there, w.URL).Article)
	again, created, err := b.AddWatch(b.Context(), watch.Watch{URL: w.URL, Destination: here, Alerts: alert.All})
	b.must(err)
	if !created || again.First != 3 || again.Told != 3 || again.LastMessage != "" {
		b.Fatalf("created %v: %+v", created, again)
	}
	if ws, _ := b.Watches(b.Context(), here.Guild); len(ws) != 1 {
		b.Fatalf("%d watches, want 1", len(ws))
	}
}

func watchIsolation(b *bench) {
	ctx := b.Context()
	w := b.queue(here, "a.example", 2)
	f, _, err := b.AddFeed(ctx, watch.Feed{URL: "https://a.example/feed", Destination: here})
	b.must(err)
	removed := b.add(next, url("b.example", 1))
	_, err = b.RemoveWatch(ctx, next.Guild, removed.ID)
	b.must(err)
	before := b.picture(w.Article)
	nothing := func(*watch.Watch) error { b.Error("another guild's watch was handed out"); return nil }
	for name, call := range map[string]func() error{
		"Watch":        func() error { _, err := b.Watch(ctx, there.Guild, w.ID); return err },
		"EditWatch":    func() error { _, err := b.EditWatch(ctx, there.Guild, w.ID, time.Time{}, nothing); return err },
		"RemoveWatch":  func() error { _, err := b.RemoveWatch(ctx, there.Guild, w.ID); return err },
		"RestoreWatch": func() error { _, err := b.RestoreWatch(ctx, there.Guild, removed.ID); return err },
		"restore live": func() error { _, err := b.RestoreWatch(ctx, there.Guild, w.ID); return err },
		"RemoveFeed":   func() error { _, err := b.RemoveFeed(ctx, there.Guild, f.ID); return err },
	} {
		if err := call(); !errors.Is(err, watch.ErrNotFound) {
			b.Errorf("%s of another guild: %v", name, err)
		}
	}
	ws, err := b.Watches(ctx, there.Guild)
	b.must(err)
	ts, err := b.Titles(ctx, there.Guild)
	b.must(err)
	fs, err := b.Feeds(ctx, there.Guild)
	b.must(err)
	b.must(b.Forget(ctx, there.Guild))
	b.equal("what another guild sees", []any{len(ws), len(ts), len(fs), b.health(there.Guild)}, []any{0, 0, 0, watch.Health{}})
	b.unchanged(before, w.Article)
}
