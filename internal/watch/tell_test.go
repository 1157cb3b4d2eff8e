package watch_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// becomes lets the page show a text until it is believed.
func (b *bench) becomes(a *article.Article) watch.Result {
	b.t.Helper()
	b.site.show(bridge, shows(a))
	for range 5 {
		b.untilDue()
		if res := b.check(); res.Outcome != watch.OutHeld && res.Outcome != watch.OutVariant && res.Outcome != watch.OutQuarantined {
			return res
		}
	}
	b.t.Fatal("the text was not believed")
	return watch.Result{}
}

// stays runs a check of the page as it is.
func (b *bench) stays() watch.Result {
	b.t.Helper()
	b.untilDue()
	return b.check()
}

func bubble(t *testing.T, name string, f func(b *bench)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			b.site.show(bridge, shows(textA))
			f(b)
			b.consistent()
		})
	})
}

func TestWhoHears(t *testing.T) {
	// wording changes words without changing a fact; it passes "all" at the most.
	added := with(textA, func(a *article.Article) {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: "Residents walked along the bank to look at the old bridge in the evening light."})
	})
	addedAndB := with(added, func(a *article.Article) { a.Blocks[1].Text = textB.Blocks[1].Text })

	bubble(t, "each by its threshold, and small changes add up", func(b *bench) {
		facts, notes := b.add("facts", nil), b.add("notes", func(w *watch.Watch) { w.Alerts = alert.Notes })
		b.becomes(added)
		equalKinds(b.t, "an added sentence, facts", kinds(b.store.queue, facts.ID))
		if w := b.store.watchOf(facts.ID); w.Told != 1 || w.Judged != 2 {
			b.t.Errorf("told %d, judged %d after a change below the threshold", w.Told, w.Judged)
		}
		b.becomes(addedAndB)
		equalKinds(b.t, "facts", kinds(b.store.queue, facts.ID), alert.Change)
		equalKinds(b.t, "notes", kinds(b.store.queue, notes.ID))
		if n := b.store.queue[0].Notice; n.From != 1 || n.To != 3 || n.Report.Edits.Added != 1 {
			b.t.Errorf("told %d→%d with %+v, want the sum from 1 to 3", n.From, n.To, n.Report.Edits)
		}
		if n := b.store.queue[0].Notice; !strings.Contains(n.Summary, "5,900") || n.Subject.Headline != headline || !n.FromAt.Before(n.ToAt) || n.Fetches != 2 {
			b.t.Errorf("the notice reads %+v", n)
		}
		if _, ok := b.store.entry(b.article).changes[change{from: 1, to: 3}]; !ok {
			b.t.Error("the report that was told is not stored")
		}
		b.becomes(with(addedAndB, func(a *article.Article) { a.Blocks = append(a.Blocks, noted.Blocks[len(noted.Blocks)-1]) }))
		equalKinds(b.t, "notes", kinds(b.store.queue, notes.ID), alert.Change)
	})

	bubble(t, "a note is told although the whole article was replaced before", func(b *bench) {
		w := b.add("notes", func(w *watch.Watch) { w.Alerts = alert.Notes })
		b.becomes(otherPage)
		equalKinds(b.t, "another article", kinds(b.store.queue, w.ID))
		b.becomes(with(otherPage, func(a *article.Article) {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: "Correction: An earlier version of this article misstated the number of homes without power. It was 1,800, not 2,800."})
		}))
		equalKinds(b.t, "a note on it", kinds(b.store.queue, w.ID), alert.Change)
	})

	bubble(t, "what was muted is told as a sum on an unchanged page", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(2 * time.Hour) })
		b.becomes(textB)
		b.becomes(textC)
		equalKinds(b.t, "muted", kinds(b.store.queue, w.ID))
		b.store.edit(w.ID, func(w *watch.Watch) { w.Schedule = "7d" })
		for time.Now().Before(b.store.watchOf(w.ID).MutedUntil) {
			b.untilDue()
			b.check()
		}
		equalKinds(b.t, "unmuted", kinds(b.store.queue, w.ID), alert.Change)
		if n := b.store.queue[0].Notice; n.From != 1 || n.To != 3 {
			b.t.Errorf("told %d→%d, want 1→3", n.From, n.To)
		}
		if late := time.Since(b.store.watchOf(w.ID).MutedUntil); late > time.Minute {
			b.t.Errorf("told %v after the mute ended", late)
		}
	})

	bubble(t, "what changed in quiet hours is told as a sum when they end, what is blind at once", func(b *bench) {
		until := time.Now().Add(6 * time.Hour)
		b.checker = watch.NewChecker(b.store, b.site, watch.Options{Extractor: "test/1", Hush: func(_ context.Context, guild string, now time.Time) (time.Time, error) {
			if guild == "local" && now.Before(until) {
				return until, nil
			}
			return time.Time{}, nil
		}})
		w := b.add("news", nil)
		other := b.add("news", func(w *watch.Watch) { w.Destination.Guild = "awake" })
		b.becomes(textB)
		b.becomes(textC)
		b.store.edit(w.ID, func(w *watch.Watch) { w.Schedule = "7d" })
		b.store.edit(other.ID, func(w *watch.Watch) { w.Schedule = "7d" })
		equalKinds(b.t, "in quiet hours", kinds(b.store.queue, w.ID))
		equalKinds(b.t, "of a guild without", kinds(b.store.queue, other.ID), alert.Change, alert.Change)
		for time.Now().Before(until) {
			b.untilDue()
			b.check()
		}
		equalKinds(b.t, "after them", kinds(b.store.queue, w.ID), alert.Change)
		if n := b.store.queue[len(b.store.queue)-1].Notice; n.From != 1 || n.To != 3 {
			b.t.Errorf("told %d→%d, want 1→3", n.From, n.To)
		}
		if late := time.Since(until); late > time.Minute {
			b.t.Errorf("told %v after they ended", late)
		}
	})

	bubble(t, "what was taken back while muted is not told", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(time.Hour) })
		b.becomes(textB)
		b.becomes(textA)
		for time.Now().Before(b.store.watchOf(w.ID).MutedUntil) {
			b.stays()
		}
		b.stays()
		equalKinds(b.t, "unmuted", kinds(b.store.queue, w.ID))
		if w := b.store.watchOf(w.ID); w.Told != 3 {
			b.t.Errorf("told %d, want 3, which says the same as 1", w.Told)
		}
	})

	bubble(t, "a paused watch hears nothing, resumed the sum", func(b *bench) {
		w, other := b.add("news", nil), b.add("other", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.Paused = true })
		b.becomes(textB)
		equalKinds(b.t, "other", kinds(b.store.queue, other.ID), alert.Change)
		equalKinds(b.t, "paused", kinds(b.store.queue, w.ID))
		b.store.edit(w.ID, func(w *watch.Watch) { w.Paused = false })
		b.stays()
		equalKinds(b.t, "resumed", kinds(b.store.queue, w.ID), alert.Change)
		equalKinds(b.t, "other", kinds(b.store.queue, other.ID), alert.Change)
	})

	bubble(t, "alternating texts are told when their hour is over, whatever the schedule", func(b *bench) {
		w := b.add("news", func(w *watch.Watch) { w.Schedule = "7d" })
		for _, a := range []*article.Article{textB, textA, textB} {
			b.store.dueAt(b.article, time.Now().Add(time.Minute))
			b.becomes(a)
		}
		equalKinds(b.t, "within the hour", kinds(b.store.queue, w.ID), alert.Change, alert.Reverted)
		told := b.store.queue[1].Created
		if due := b.store.entry(b.article).due; due.Sub(told) > time.Hour {
			b.t.Errorf("due %v after the last alert", due.Sub(told))
		}
	})

	bubble(t, "a change makes the schedule young again", func(b *bench) {
		old := func(a *article.Article) { a.Published = epoch.Add(-100 * 24 * time.Hour) }
		b.site.show(bridge, shows(with(textA, old)))
		b.add("news", nil)
		if wait := time.Until(b.store.entry(b.article).due); wait < 6*24*time.Hour {
			b.t.Errorf("an old article is looked at again in %v", wait)
		}
		if res := b.becomes(with(textB, old)); time.Until(res.Next) > 6*time.Minute {
			b.t.Errorf("one that changed in %v", time.Until(res.Next))
		}
	})

	bubble(t, "an article that only paused watches follow is left alone", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.Paused = true })
		if res := b.stays(); time.Until(res.Next) < 30*24*time.Hour {
			b.t.Errorf("checked again in %v", time.Until(res.Next))
		}
	})

	bubble(t, "a watch added during a hold hears from what it was shown", func(b *bench) {
		first := b.add("first", nil)
		b.site.show(bridge, shows(textB))
		b.stays()
		time.Sleep(5 * time.Second)
		second := b.add("second", nil)
		if second.Shown != textB.Digest() {
			b.t.Errorf("shown %q", second.Shown)
		}
		b.becomes(textB)
		equalKinds(b.t, "first", kinds(b.store.queue, first.ID), alert.Change)
		equalKinds(b.t, "second", kinds(b.store.queue, second.ID))
		b.becomes(textC)
		equalKinds(b.t, "second", kinds(b.store.queue, second.ID), alert.Change)
		b.becomes(textB)
		equalKinds(b.t, "second, after the text came back", kinds(b.store.queue, second.ID), alert.Change, alert.Reverted)
	})

	bubble(t, "a removal is told after a mute", func(b *bench) {
		w, other := b.add("news", nil), b.add("other", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(3 * time.Hour) })
		b.site.show(bridge, fails(article.Gone, "there is no such page"))
		for time.Since(epoch) < 9*time.Hour {
			b.stays()
		}
		equalKinds(b.t, "other", kinds(b.store.queue, other.ID), alert.Gone)
		equalKinds(b.t, "muted", kinds(b.store.queue, w.ID), alert.Gone)
	})

	bubble(t, "a removal is told once although a mute follows", func(b *bench) {
		w := b.add("news", nil)
		b.site.show(bridge, fails(article.Gone, "there is no such page"))
		for range 3 {
			b.stays()
		}
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(time.Hour) })
		for time.Since(epoch) < 20*time.Hour {
			b.stays()
		}
		b.site.show(bridge, shows(textA))
		b.stays()
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Gone, alert.Returned)
	})

	bubble(t, "who did not hear that it began does not hear that it is over", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(12 * time.Hour) })
		b.site.show(bridge, wall(article.Blocked))
		for range 4 {
			b.stays()
		}
		second, _, err := b.store.AddWatch(b.t.Context(), watch.Watch{URL: bridge, Destination: alert.Destination{Guild: "local", Channel: "late"}})
		if err != nil {
			b.t.Fatal(err)
		}
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(time.Minute) })
		b.site.show(bridge, shows(textA))
		time.Sleep(2 * time.Minute)
		b.stays()
		equalKinds(b.t, "muted", kinds(b.store.queue, w.ID))
		equalKinds(b.t, "added later", kinds(b.store.queue, second.ID))
	})

	bubble(t, "a page that stays a wall is told after a mute", func(b *bench) {
		w := b.add("news", nil)
		b.store.edit(w.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(2 * time.Hour) })
		b.site.show(bridge, wall(article.Blocked))
		for time.Since(epoch) < 5*time.Hour {
			b.stays()
		}
		b.site.show(bridge, shows(textA))
		b.stays()
		equalKinds(b.t, "muted", kinds(b.store.queue, w.ID), alert.Blind, alert.Recovered)
	})

	bubble(t, "what was told unannounced stays open", func(b *bench) {
		b.add("news", nil)
		b.becomes(textB)
		open := b.store.entry(b.article).state.Open
		if len(open) != 1 || open[0].Revision != 2 || len(open[0].Changes) == 0 {
			b.t.Fatalf("open: %+v", open)
		}
		if i := slices.IndexFunc(open[0].Changes, func(c reportChange) bool { return strings.Contains(c.AfterValue, "5,900") }); i < 0 {
			b.t.Errorf("the number is not among %+v", open[0].Changes)
		}
	})

	bubble(t, "a mention goes with news, not with notices about reading", func(b *bench) {
		b.add("news", func(w *watch.Watch) { w.Mention = "role" })
		b.becomes(textB)
		b.site.show(bridge, wall(article.Blocked))
		for range 3 {
			b.stays()
		}
		if got := []string{b.store.queue[0].Mention, b.store.queue[1].Mention}; got[0] != "role" || got[1] != "" {
			b.t.Errorf("mentions %q", got)
		}
	})

	bubble(t, "nobody is called for what is minor", func(b *bench) {
		b.add("news", func(w *watch.Watch) { w.Mention, w.Alerts = "role", alert.All })
		b.becomes(with(textA, func(a *article.Article) {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: "Shops along the quay put out flowers and small flags for the day."})
		}))
		if d := b.store.queue[0]; d.Notice.Report.Severity != report.Minor || d.Mention != "" {
			b.t.Errorf("%s calls %q", d.Notice.Report.Severity, d.Mention)
		}
	})
}
