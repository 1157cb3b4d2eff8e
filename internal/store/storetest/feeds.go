package storetest

import (
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

func feedTests() []test {
	return []test{
		{"adding again edits and never doubles", feedAddAgain},
		{"a feed is leased like an article", feedLeased},
		{"what a poll found is written at once, and only once", feedCommit},
		{"one feed per host, the host's spacing shared with its articles", feedSpacing},
		{"items seen are remembered, the newest", feedSeen},
		{"a removed feed is gone", feedRemoved},
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
	ls, err := b.LeaseFeeds(b.Context(), 100, hold, spacing)
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
	b.equal("first feed", fs[0], again)
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
		Validators: article.Validators{ETag: `"f"`}, Failures: 2, Seen: []string{"https://a.example/1", "https://a.example/2"},
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
	if l.Validators != c.Validators || l.Failures != 2 || len(l.Seen) != 2 || !l.Seen["https://a.example/2"] {
		b.Fatalf("next lease: %+v", l)
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

func feedRemoved(b *bench) {
	f := b.addFeed(here, "https://a.example/feed")
	l := b.leaseFeeds()[0]
	b.must(b.RemoveFeed(b.Context(), here.Guild, f.ID))
	b.wantErr(b.RemoveFeed(b.Context(), here.Guild, f.ID), watch.ErrNotFound)
	b.wantErr(b.CommitFeed(b.Context(), l, watch.FeedCommit{Seen: []string{"x"}}), watch.ErrStale)
	b.clock.advance(time.Hour)
	if ls := b.leaseFeeds(); len(ls) != 0 {
		b.Fatal("still polled")
	}
	b.addFeed(here, f.URL)
	if l := b.leaseFeeds()[0]; len(l.Seen) != 0 {
		b.Fatalf("added anew, it remembers %v", l.Seen)
	}
}
