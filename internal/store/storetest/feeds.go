package storetest

import (
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func feedTests() []test {
	return []test{
		{"adding again edits and never doubles", feedAddAgain},
		{"a feed is leased like an article", feedLeased},
		{"what a poll found is written at once, and only once", feedCommit},
		{"one feed per host, the host's spacing shared with its articles", feedSpacing},
		{"items seen are remembered, the newest", feedSeen},
		{"an edit keeps what names the feed", feedEdited},
		{"what a feed has to say is delivered in order", feedSpeaks},
		{"what a feed could not say is listed as given up", feedGivenUp},
		{"a removed feed is gone", feedRemoved},
		{"a removed feed can be restored for a while", feedRestored},
		{"a watch that a feed makes leaves a person's as it is", feedLeavesWatch},
		{"a watch that a person adds belongs to no feed", feedTakenOver},
		{"a person's watch that joins a feed's stays a person's", feedMoved},
	}
}

func (b *bench) addFeed(d alert.Destination, url string) watch.Feed {
	b.Helper()
	f, _, err := b.AddFeed(b.Context(), watch.Feed{URL: url, Destination: d, Title: "Harbour news", Alerts: alert.Facts, Schedule: "30m", Keep: time.Hour, Match: []string{"ferry"}})
	b.must(err)
	return f
}

func (b *bench) leaseFeeds() []watch.FeedLease {
	b.Helper()
	ls, err := b.LeaseFeeds(b.Context(), fair.Room{Free: 100}, hold, spacing)
	b.must(err)
	return ls
}

func feedAddAgain(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	if f.ID == "" || !f.Created.Equal(b.clock.now()) {
		b.Fatalf("stored: %+v", f)
	}
	b.clock.advance(time.Hour)
	again, created, err := b.AddFeed(ctx, watch.Feed{URL: f.URL, Destination: here, Schedule: "1h", Match: []string{"harbour"}})
	b.must(err)
	if created || again.ID != f.ID || again.Schedule != "1h" || again.Match[0] != "harbour" || !again.Created.Equal(f.Created) || again.Title != f.Title {
		b.Fatalf("created %v: %+v", created, again)
	}
	b.addFeed(next, f.URL)
	fs, err := b.Feeds(ctx, here.Guild)
	b.must(err)
	if len(fs) != 2 || fs[0].ID != f.ID {
		b.Fatalf("feeds: %+v", fs)
	}
	b.equal("first feed", fs[0].Feed, again)
	if fs[0].Due.After(b.clock.now()) {
		b.Fatalf("due at %s", fs[0].Due)
	}
}

func feedLeased(b *bench) {
	f := b.addFeed(here, "https://a.example/feed")
	ls := b.leaseFeeds()
	if len(ls) != 1 {
		b.Fatalf("leased %d", len(ls))
	}
	b.equal("feed", ls[0].Feed, f)
	if ls[0].Token == "" || !ls[0].Until.Equal(b.clock.now().Add(hold)) || !ls[0].Now.Equal(b.clock.now()) || len(ls[0].Seen) != 0 {
		b.Fatalf("lease: %+v", ls[0])
	}
	b.clock.advance(spacing)
	if again := b.leaseFeeds(); len(again) != 0 {
		b.Fatal("leased twice")
	}
	b.clock.advance(hold)
	b.wantErr(b.CommitFeed(b.Context(), ls[0], watch.FeedCommit{Due: b.clock.now()}), watch.ErrStale)
	again := b.leaseFeeds()
	if len(again) != 1 || again[0].Token == ls[0].Token {
		b.Fatalf("after the worker died: %+v", again)
	}
	b.wantErr(b.CommitFeed(b.Context(), ls[0], watch.FeedCommit{Due: b.clock.now()}), watch.ErrStale)
}

func feedCommit(b *bench) {
	ctx := b.Context()
	b.addFeed(here, "https://a.example/feed")
	l := b.leaseFeeds()[0]
	c := watch.FeedCommit{
		State: watch.FeedState{Validators: article.Validators{ETag: `"f"`}, Items: 2, Polled: b.clock.now(), Trouble: &watch.Trouble{Count: 2}}, Seen: []string{"https://a.example/1", "https://a.example/2"},
		Due: b.clock.now().Add(time.Hour), Visit: watch.Visit{At: b.clock.now(), Reason: "2 new items"},
	}
	b.must(b.CommitFeed(ctx, l, c))
	b.wantErr(b.CommitFeed(ctx, l, c), watch.ErrStale)
	b.clock.advance(time.Hour - time.Millisecond)
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("polled before it is due")
	}
	b.clock.advance(time.Millisecond)
	l = b.leaseFeeds()[0]
	if len(l.Seen) != 2 || !l.Seen["https://a.example/2"] {
		b.Fatalf("next lease: %+v", l)
	}
	b.equal("state", l.State, c.State)
	fs, err := b.Feeds(ctx, here.Guild)
	b.must(err)
	b.equal("listed state", fs[0].State, c.State)
	c.Due, c.HostAfter = b.clock.now(), b.clock.now().Add(time.Minute)
	b.must(b.CommitFeed(ctx, l, c))
	b.clock.advance(time.Minute - time.Millisecond)
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("polled while the host is to be left alone")
	}
	b.clock.advance(time.Millisecond)
	if ls := b.leaseFeeds(); len(ls) != 1 {
		b.Fatal("not polled when the host may be asked again")
	}
}

func feedSpacing(b *bench) {
	b.addFeed(here, "https://a.example/feed")
	b.addFeed(here, "https://a.example/other")
	b.addFeed(here, "https://b.example/feed")
	b.add(here, url("a.example", 1))
	if ls := b.leaseFeeds(); len(ls) != 2 {
		b.Fatalf("leased %d, want one for each host", len(ls))
	}
	if ls := b.lease(); len(ls) != 0 {
		b.Fatal("the host's article was leased in the same moment")
	}
	b.clock.advance(spacing)
	if ls := b.lease(); len(ls) != 1 {
		b.Fatal("the host's article is not due a spacing later")
	}
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("the host's other feed was leased in the same moment")
	}
	b.clock.advance(spacing)
	if ls := b.leaseFeeds(); len(ls) != 1 {
		b.Fatal("the host's other feed is not due a spacing later")
	}
}

func feedSeen(b *bench) {
	b.addFeed(here, "https://a.example/feed")
	n := 0
	for range 3 {
		l := b.leaseFeeds()[0]
		var seen []string
		for range 900 {
			seen = append(seen, fmt.Sprintf("https://a.example/%d", n))
			n++
		}
		seen = append(seen, "https://a.example/0") // it is still listed
		b.must(b.CommitFeed(b.Context(), l, watch.FeedCommit{Seen: seen, Due: b.clock.now()}))
		b.clock.advance(spacing)
	}
	seen := b.leaseFeeds()[0].Seen
	if len(seen) < 1000 || len(seen) > 2500 {
		b.Fatalf("%d items are remembered", len(seen))
	}
	for _, n := range []int{2699, 1800, 0} {
		if !seen[fmt.Sprintf("https://a.example/%d", n)] {
			b.Errorf("item %d was forgotten", n)
		}
	}
	if seen["https://a.example/1"] {
		b.Error("the oldest item is still there")
	}
}

func feedEdited(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	b.must(b.CommitFeed(ctx, b.leaseFeeds()[0], watch.FeedCommit{Due: b.clock.now().Add(time.Hour)}))
	got, err := b.EditFeed(ctx, here.Guild, f.ID, time.Time{}, func(f *watch.Feed) error {
		f.ID, f.URL, f.Destination, f.Created, f.Removed = "x", "x", next, time.Time{}, b.clock.now()
		f.Paused = true
		return nil
	})
	b.must(err)
	want := f
	want.Paused = true
	b.equal("edited", got, want)
	b.clock.advance(time.Minute)
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("the edit made it due")
	}
	_, err = b.EditFeed(ctx, here.Guild, f.ID, b.clock.now(), func(f *watch.Feed) error { f.Paused = false; return nil })
	b.must(err)
	if ls := b.leaseFeeds(); len(ls) != 1 || ls[0].Feed.Paused {
		b.Fatalf("not due: %+v", ls)
	}
	_, err = b.EditFeed(ctx, there.Guild, f.ID, time.Time{}, func(*watch.Feed) error { return nil })
	b.wantErr(err, watch.ErrNotFound)
}

// say queues a notice of a feed.
func (b *bench) say(l watch.FeedLease, event int64) string {
	b.Helper()
	id := alert.DeliveryID(l.Feed.ID, alert.Blind, "", "", event)
	b.must(b.CommitFeed(b.Context(), l, watch.FeedCommit{Due: b.clock.now(), Deliveries: []alert.Delivery{{
		ID: id, Watch: l.Feed.ID, Destination: l.Feed.Destination, Notice: alert.Notice{Kind: alert.Blind, Text: fmt.Sprint(event)},
	}}}))
	b.clock.advance(spacing)
	return id
}

// feedGivenUp gives up a notice of a feed: it is listed with the guild's, until the feed
// is no more.
func feedGivenUp(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	id := b.say(b.leaseFeeds()[0], 1)
	b.must(b.Bury(ctx, b.claimOne(), "the channel is gone"))
	b.claimNone("it is given up")
	dead := b.health(here.Guild).Dead
	if len(dead) != 1 || dead[0].Delivery.ID != id || dead[0].Reason != "the channel is gone" || dead[0].Delivery.Notice.Kind != alert.Blind {
		b.Fatalf("dead letters: %+v", dead)
	}
	if other := b.health(there.Guild).Dead; len(other) != 0 {
		b.Fatalf("another guild sees %+v", other)
	}
	b.wantErr(b.Replay(ctx, there.Guild, id), watch.ErrNotFound)
	b.must(b.Replay(ctx, here.Guild, id))
	b.wantErr(b.Replay(ctx, here.Guild, id), watch.ErrNotFound)
	if d := b.claimOne(); d.ID != id || d.Attempt != 2 || d.Watch != f.ID {
		b.Fatalf("sent again: %+v", d)
	} else {
		b.must(b.Bury(ctx, d, "the channel is still gone"))
	}
	_, err := b.RemoveFeed(ctx, here.Guild, f.ID)
	b.must(err)
	b.wantErr(b.Replay(ctx, here.Guild, id), watch.ErrNotFound)
	b.clock.advance(time.Hour)
	b.must(b.Sweep(ctx))
	if left := b.health(here.Guild).Dead; len(left) != 0 {
		b.Fatalf("of a feed that is no more: %+v", left)
	}
}

func feedSpeaks(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	first := b.say(b.leaseFeeds()[0], 1)
	second := b.say(b.leaseFeeds()[0], 2)
	d := b.claimOne()
	if d.ID != first || d.Watch != f.ID || d.Destination != here || d.Notice.Text != "1" || d.Attempt != 1 {
		b.Fatalf("claimed %+v", d)
	}
	b.must(b.Retry(ctx, d, time.Minute, "no"))
	b.claimNone("the second before the first")
	b.clock.advance(time.Minute)
	d = b.claimOne()
	if d.ID != first || d.Attempt != 2 {
		b.Fatalf("claimed %+v", d)
	}
	b.must(b.Ack(ctx, d, "m"))
	b.must(b.Pause(ctx, here, time.Minute, "no permission"))
	b.claimNone("the channel is paused")
	b.clock.advance(time.Minute)
	if d = b.claimOne(); d.ID != second {
		b.Fatalf("claimed %+v", d)
	}
	b.must(b.Bury(ctx, d, "never"))
	b.claimNone("all was said")
}

func feedRemoved(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	l := b.leaseFeeds()[0]
	b.must(b.CommitFeed(ctx, l, watch.FeedCommit{Seen: []string{"https://a.example/1"}, Due: b.clock.now()}))
	b.clock.advance(spacing)
	l = b.leaseFeeds()[0]
	_, err := b.RemoveFeed(ctx, there.Guild, f.ID)
	b.wantErr(err, watch.ErrNotFound)
	got, err := b.RemoveFeed(ctx, here.Guild, f.ID)
	b.must(err)
	if got.ID != f.ID || !got.Removed.Equal(b.clock.now()) {
		b.Fatalf("removed %+v", got)
	}
	_, err = b.RemoveFeed(ctx, here.Guild, f.ID)
	b.wantErr(err, watch.ErrNotFound)
	_, err = b.EditFeed(ctx, here.Guild, f.ID, time.Time{}, func(*watch.Feed) error { return nil })
	b.wantErr(err, watch.ErrNotFound)
	b.wantErr(b.CommitFeed(ctx, l, watch.FeedCommit{Seen: []string{"x"}, Due: b.clock.now()}), watch.ErrStale)
	b.clock.advance(time.Hour)
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("still polled")
	}
	fs, err := b.Feeds(ctx, here.Guild)
	b.must(err)
	if len(fs) != 0 {
		b.Fatalf("still listed: %+v", fs)
	}
	if _, created, err := b.AddFeed(ctx, watch.Feed{URL: f.URL, Destination: here}); err != nil || !created {
		b.Fatalf("added anew: created %v, %v", created, err)
	}
	if l := b.leaseFeeds()[0]; len(l.Seen) != 0 || l.Feed.Title != "" {
		b.Fatalf("added anew, it remembers %+v", l)
	}
}

func feedRestored(b *bench) {
	ctx := b.Context()
	f := b.addFeed(here, "https://a.example/feed")
	b.must(b.CommitFeed(ctx, b.leaseFeeds()[0], watch.FeedCommit{Seen: []string{"https://a.example/1"}, Due: b.clock.now()}))
	b.clock.advance(spacing)
	id := b.say(b.leaseFeeds()[0], 1)
	_, err := b.EditFeed(ctx, here.Guild, f.ID, time.Time{}, func(f *watch.Feed) error { f.Took = []string{"w1", "w2"}; return nil })
	b.must(err)
	_, err = b.RemoveFeed(ctx, here.Guild, f.ID)
	b.must(err)
	b.claimNone("its feed was removed")
	b.must(b.Sweep(ctx))
	_, err = b.RestoreFeed(ctx, there.Guild, f.ID)
	b.wantErr(err, watch.ErrNotFound)
	got, err := b.RestoreFeed(ctx, here.Guild, f.ID)
	b.must(err)
	want := f
	want.Took = []string{"w1", "w2"}
	b.equal("restored", got, want)
	if got, err = b.RestoreFeed(ctx, here.Guild, f.ID); err != nil || len(got.Took) != 0 || got.ID != f.ID {
		b.Fatalf("restored again: %+v, %v", got, err)
	}
	if d := b.claimOne(); d.ID != id {
		b.Fatalf("claimed %+v", d)
	}
	b.clock.advance(hold)
	if ls := b.leaseFeeds(); len(ls) != 1 || !ls[0].Seen["https://a.example/1"] {
		b.Fatalf("leased %+v", ls)
	}
	_, err = b.RemoveFeed(ctx, here.Guild, f.ID)
	b.must(err)
	b.clock.advance(10 * time.Minute)
	_, err = b.RestoreFeed(ctx, here.Guild, f.ID)
	b.wantErr(err, watch.ErrNotFound)
	b.clock.advance(2 * time.Hour)
	b.must(b.Sweep(ctx))
	b.claimNone("its feed is gone for good")
	_, err = b.RestoreFeed(ctx, here.Guild, f.ID)
	b.wantErr(err, watch.ErrNotFound)
}

func feedLeavesWatch(b *bench) {
	ctx := b.Context()
	w := b.add(here, url("a.example", 1))
	l := b.leaseOf(w.Article)
	b.must(b.Commit(ctx, l, visitOnly(l, "same text")))
	w = b.guildWatch(here.Guild, w.ID)
	due, err := b.Due(ctx, w.Article)
	b.must(err)
	got, created, err := b.AddWatch(ctx, watch.Watch{URL: w.URL, Destination: here, Alerts: alert.Notes, Schedule: "1d", Feed: "f"})
	b.must(err)
	if created {
		b.Fatal("created")
	}
	b.equal("stored", got, w)
	b.equal("the watch", b.guildWatch(here.Guild, w.ID), w)
	if now, err := b.Due(ctx, w.Article); err != nil || !now.Equal(due) {
		b.Fatalf("due at %s, before at %s: %v", now, due, err)
	}
}

func feedTakenOver(b *bench) {
	ctx := b.Context()
	w, created, err := b.AddWatch(ctx, watch.Watch{URL: url("a.example", 1), Destination: here, Alerts: alert.Facts, Schedule: "1d", Feed: "f"})
	b.must(err)
	if !created || w.Feed != "f" || b.guildWatch(here.Guild, w.ID).Feed != "f" {
		b.Fatalf("created %v: %+v", created, w)
	}
	b.add(next, w.URL)
	if got := b.guildWatch(here.Guild, w.ID); got.Feed != "f" {
		b.Fatalf("another channel's watch changed it: %+v", got)
	}
	b.add(here, w.URL)
	if got := b.guildWatch(here.Guild, w.ID); got.Feed != "" {
		b.Fatalf("it belongs to feed %q still", got.Feed)
	}
}

func feedMoved(b *bench) {
	ctx := b.Context()
	mine := b.add(here, url("old.example", 1))
	for _, d := range []alert.Destination{here, next} {
		_, _, err := b.AddWatch(ctx, watch.Watch{URL: url("new.example", 1), Destination: d, Feed: "f"})
		b.must(err)
	}
	id := b.move(mine.Article, url("new.example", 1))
	ws, err := b.Watches(ctx, here.Guild)
	b.must(err)
	feeds := map[string]string{}
	for _, w := range ws {
		if w.Article != id {
			b.Fatalf("left behind: %+v", w)
		}
		feeds[w.Destination.Channel] = w.Feed
	}
	b.equal("feeds by channel", feeds, map[string]string{here.Channel: "", next.Channel: "f"})
}
