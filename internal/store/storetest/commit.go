package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

func commitTests() []test {
	return []test{
		{"everything a check decides is written at once", commitAll},
		{"repeating a commit changes nothing", commitRepeated},
		{"a watch set that changed refuses the commit", commitWatchesChanged},
		{"an acknowledged message does not refuse the commit", commitAfterAck},
		{"what can't follow from what is stored is refused whole", commitNonsense},
		{"a baseline is the first revision of who waited for it", commitBaseline},
		{"told and judged are each watch's own", commitTold},
		{"pending, open changes and all of the state come back as written", commitState},
		{"the decision log keeps the newest fifty", commitLog},
		{"the title index follows the headline", commitTitles},
	}
}

func commitAll(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	c := commitOf(l, 2)
	tell(l, &c)
	c.Page = []byte("<p>the page</p>")
	b.must(b.Commit(b.Context(), l, c))

	st, err := b.State(b.Context(), w.Article)
	b.must(err)
	b.equal("state", st, c.State)
	rev, err := b.Revision(b.Context(), w.Article, 2)
	b.must(err)
	b.equal("revision", rev, c.Revision)
	rep, err := b.Change(b.Context(), w.Article, 1, 2, "")
	b.must(err)
	b.equal("report", rep, c.Changes[0].Report)
	visits, err := b.Visits(b.Context(), w.Article)
	b.must(err)
	b.equal("newest visit", visits[0], c.Visit)
	due, err := b.Due(b.Context(), w.Article)
	b.must(err)
	b.equal("due", due, c.Due)
	page, err := b.Page(b.Context(), w.Article, 0)
	b.must(err)
	b.equal("page", string(page), string(c.Page))
	if got := b.guildWatch(here.Guild, w.ID); got.Told != 2 || got.Judged != 2 || got.First != 1 {
		b.Fatalf("watch after the commit: %+v", got)
	}
	ds := b.claim()
	if len(ds) != 1 || ds[0].ID != c.Deliveries[0].ID {
		b.Fatalf("claimed %+v", ds)
	}
	b.equal("report in the claim", ds[0].Notice.Report, c.Changes[0].Report)
}

func commitRepeated(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	c := commitOf(l, 2)
	tell(l, &c)
	b.must(b.Commit(b.Context(), l, c))
	before := b.picture(w.Article)
	b.wantErr(b.Commit(b.Context(), l, c), watch.ErrStale)
	b.unchanged(before, w.Article)
	b.equal("told once", b.deliver(), []int{2})
	b.wantErr(b.Commit(b.Context(), l, c), watch.ErrStale)
	if ds := b.claim(); len(ds) != 0 {
		b.Fatalf("told again: %+v", ds)
	}
}

func commitWatchesChanged(b *bench) {
	w := b.add(here, url("a.example", 1))
	gone := b.add(next, w.URL)
	b.revise(w.Article)
	edit := func(change func(*watch.Watch)) func() error {
		return func() error {
			_, err := b.EditWatch(b.Context(), here.Guild, w.ID, time.Time{}, func(w *watch.Watch) error { change(w); return nil })
			return err
		}
	}
	for _, step := range []struct {
		name   string
		change func() error
	}{
		{"added", func() error { b.add(there, w.URL); return nil }},
		{"edited", edit(func(w *watch.Watch) { w.Alerts = alert.Notes })},
		{"muted", edit(func(w *watch.Watch) { w.MutedUntil = b.clock.now().Add(time.Hour) })},
		{"paused", edit(func(w *watch.Watch) { w.Paused = true })},
		{"added again", func() error { b.add(here, w.URL); return nil }},
		{"removed", func() error { _, err := b.RemoveWatch(b.Context(), here.Guild, gone.ID); return err }},
		{"restored", func() error { _, err := b.RestoreWatch(b.Context(), here.Guild, gone.ID); return err }},
		{"forgotten", func() error { return b.Forget(b.Context(), there.Guild) }},
	} {
		l := b.leaseOf(w.Article)
		b.must(step.change())
		before := b.picture(w.Article)
		c := commitOf(l, l.State.Last+1)
		tell(l, &c)
		if err := b.Commit(b.Context(), l, c); err == nil {
			b.Fatalf("%s: committed on an old watch set", step.name)
		} else {
			b.wantErr(err, watch.ErrWatchesChanged)
		}
		b.unchanged(before, w.Article)
		fresh, err := b.Extend(b.Context(), l, hold) // the lease still holds
		b.must(err)
		c = commitOf(fresh, fresh.State.Last+1)
		tell(fresh, &c)
		b.must(b.Commit(b.Context(), fresh, c))
	}
}

func commitAfterAck(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.revise(w.Article)
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	b.deliver()
	b.must(b.Commit(b.Context(), l, commitOf(l, 3)))
	if got := b.guildWatch(here.Guild, w.ID); got.LastMessage == "" {
		b.Fatal("the last message was forgotten")
	}
}

func commitNonsense(b *bench) {
	w := b.add(here, url("a.example", 1))
	stranger := b.add(here, url("b.example", 1))
	b.revise(w.Article)
	for _, wrong := range []struct {
		name   string
		change func(*watch.Commit)
	}{
		{"a revision that leaves a gap", func(c *watch.Commit) { c.Revision.Number++; c.State.Last++ }},
		{"a revision that is there", func(c *watch.Commit) { c.Revision.Number--; c.State.Last-- }},
		{"a revision that the state does not count", func(c *watch.Commit) { c.State.Last-- }},
		{"a revision without text", func(c *watch.Commit) { c.Revision.Article = nil }},
		{"no time of the next check", func(c *watch.Commit) { c.Due = time.Time{} }},
		{"the state of another article", func(c *watch.Commit) { c.State.ID = stranger.Article }},
		{"told to another article's watch", func(c *watch.Commit) { c.Told[stranger.ID] = 2 }},
		{"a delivery to another article's watch", func(c *watch.Commit) { c.Deliveries = []alert.Delivery{deliveryTo(stranger, 1, 2)} }},
		{"judged for a watch that is not there", func(c *watch.Commit) { c.Judged["nosuchwatch"] = 2 }},
	} {
		l := b.leaseOf(w.Article)
		before := b.picture(w.Article, stranger.Article)
		c := commitOf(l, 2)
		tell(l, &c)
		wrong.change(&c)
		if err := b.Commit(b.Context(), l, c); err == nil {
			b.Errorf("%s was committed", wrong.name)
		}
		b.unchanged(before, w.Article, stranger.Article)
		b.must(b.Commit(b.Context(), l, visitOnly(l, "after "+wrong.name)))
	}
}

func commitBaseline(b *bench) {
	w := b.add(here, url("a.example", 1))
	if w.First != 0 || w.Told != 0 {
		b.Fatalf("before a baseline: %+v", w)
	}
	c := b.revise(w.Article)
	if got := b.guildWatch(here.Guild, w.ID); got.First != 1 || got.Told != 1 || got.Judged != 1 {
		b.Fatalf("after the baseline: %+v", got)
	}
	b.revise(w.Article)
	late := b.add(there, w.URL)
	if late.First != 2 || late.Told != 2 || late.Judged != 2 {
		b.Fatalf("added at revision 2: %+v", late)
	}
	b.revise(w.Article)
	if got := b.guildWatch(there.Guild, late.ID); got.First != 2 || got.Told != 3 {
		b.Fatalf("its first revision moved: %+v", got)
	}
	if len(c.Deliveries) != 0 {
		b.Fatal("a baseline was told")
	}
}

func commitTold(b *bench) {
	w := b.add(here, url("a.example", 1))
	quiet := b.add(there, w.URL)
	b.revise(w.Article)
	l := b.leaseOf(w.Article)
	c := commitOf(l, 2)
	c.Told[w.ID], c.Judged[quiet.ID] = 2, 2
	b.must(b.Commit(b.Context(), l, c))
	if got := b.guildWatch(here.Guild, w.ID); got.Told != 2 || got.Judged != 2 {
		b.Fatalf("told watch: %+v", got)
	}
	if got := b.guildWatch(there.Guild, quiet.ID); got.Told != 1 || got.Judged != 2 {
		b.Fatalf("judged watch: %+v", got)
	}

	// What it was shown during a hold is settled once it is told.
	shown, _, err := b.AddWatch(b.Context(), watch.Watch{URL: w.URL, Destination: next, Alerts: alert.All, Schedule: "1h", Shown: "a digest"})
	b.must(err)
	if got := b.guildWatch(here.Guild, shown.ID); got.Shown != "a digest" {
		b.Fatalf("shown was not kept: %+v", got)
	}
	l = b.leaseOf(w.Article)
	c = commitOf(l, 3)
	c.Told[shown.ID] = 3
	b.must(b.Commit(b.Context(), l, c))
	if got := b.guildWatch(here.Guild, shown.ID); got.Shown != "" || got.Told != 3 || got.Judged != 3 {
		b.Fatalf("after it was told: %+v", got)
	}
	if got := b.guildWatch(here.Guild, w.ID); got.Told != 2 {
		b.Fatalf("a watch not named changed: %+v", got)
	}
}

func commitState(b *bench) {
	w := b.add(here, url("a.example", 1))
	l := b.lease()[0]
	c := commitOf(l, 1)
	now := l.Now
	c.State.Language, c.State.Published, c.State.LastChange, c.State.Words = "en", now.Add(-time.Hour), now, 321
	c.State.PageDigest, c.State.Failures, c.State.Event = strings.Repeat("cd", 32), 2, 7
	c.State.Validators = article.Validators{ETag: `"x"`, LastModified: "Sat, 14 Mar 2026 08:00:00 GMT"}
	c.State.Pending = &watch.Pending{Digest: "d", First: now, Since: now, Count: 1, Next: now.Add(time.Minute), Article: sample(w.URL, 9)}
	c.State.Trouble = &watch.Trouble{Outcome: watch.OutQuarantined, Reason: "asks to accept cookies", Since: now, Count: 1, Sample: "We value your privacy"}
	c.State.Variants = []watch.Variant{{Digest: "v", Seen: now}}
	c.State.Past = []watch.PastText{{Digest: "p", Revision: 1}}
	c.State.Open = []watch.OpenChange{{Revision: 1, Seen: now.Add(-time.Minute), Told: now, Noted: 2, Changes: []report.Change{{Severity: report.Major}}}}
	b.must(b.Commit(b.Context(), l, c))
	st, err := b.State(b.Context(), w.Article)
	b.must(err)
	b.equal("state", st, c.State)
	b.equal("state in the lease", b.leaseOf(w.Article).State, c.State)
}

func commitLog(b *bench) {
	w := b.add(here, url("a.example", 1))
	for i := range 57 {
		l := b.leaseOf(w.Article)
		b.must(b.Commit(b.Context(), l, visitOnly(l, fmt.Sprintf("check %d", i))))
	}
	visits, err := b.Visits(b.Context(), w.Article)
	b.must(err)
	if len(visits) != 50 || visits[0].Reason != "check 56" || visits[49].Reason != "check 7" {
		b.Fatalf("%d visits, from %q to %q", len(visits), visits[0].Reason, visits[len(visits)-1].Reason)
	}
	if none, err := b.Visits(b.Context(), "nosucharticle"); err != nil || len(none) != 0 {
		b.Fatalf("visits of no article: %v, %v", none, err)
	}
}

func commitTitles(b *bench) {
	w := b.add(here, url("a.example", 1))
	b.clock.advance(time.Second)
	b.add(here, url("b.example", 1))
	c := b.revise(w.Article)
	check := func() {
		titles, err := b.Titles(b.Context(), here.Guild)
		b.must(err)
		if len(titles) != 2 || titles[0] != (watch.Title{Watch: w.ID, Article: w.Article, Title: c.State.Title, URL: w.URL}) {
			b.Fatalf("titles: %+v", titles)
		}
		if got := b.guildWatch(here.Guild, w.ID); got.Title != c.State.Title {
			b.Fatalf("title of the watch is %q, want %q", got.Title, c.State.Title)
		}
	}
	check()
	c = b.revise(w.Article)
	check()
	other, err := b.Titles(b.Context(), there.Guild)
	b.must(err)
	if slices.ContainsFunc(other, func(t watch.Title) bool { return t.Article == w.Article }) {
		b.Fatal("another guild sees the title")
	}
}
