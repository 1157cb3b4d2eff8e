package watch_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

// notedLater returns an article with a correction at its end.
func notedLater(a *article.Article, note string) *article.Article {
	return with(a, func(a *article.Article) {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: note})
	})
}

const (
	ownsUp    = "Correction: An earlier version of this article misstated the number of drivers who cross the bridge. It is 5,900, not 4,200."
	unrelated = "Correction: An earlier version of this article misspelt the name of the ferry’s operator."
)

func last(b *bench, w watch.Watch) alert.Notice {
	b.t.Helper()
	i := slices.IndexFunc(b.store.queue, func(d alert.Delivery) bool { return d.Watch == w.ID })
	if i < 0 {
		b.t.Fatal("nothing was told")
	}
	var n alert.Notice
	for _, d := range b.store.queue {
		if d.Watch == w.ID {
			n = d.Notice
		}
	}
	return n
}

func TestAcknowledgement(t *testing.T) {
	bubble(t, "a note for what was told without one is one alert, with the time it took", func(b *bench) {
		w := b.add("news", func(w *watch.Watch) { w.Mention = "role" })
		b.becomes(textB)
		shown := b.store.entry(b.article).revisions[1].Seen
		time.Sleep(9*time.Hour + 40*time.Minute)
		b.becomes(notedLater(textB, ownsUp))
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Acknowledged)
		n := last(b, w)
		if !n.Since.Equal(shown) || n.From != 2 || n.To != 3 {
			b.t.Errorf("since %s, %d→%d", n.Since, n.From, n.To)
		}
		if !strings.HasPrefix(n.Text, "Acknowledged after 9 h 4") {
			b.t.Errorf("text %q", n.Text)
		}
		for _, want := range []string{"4,200", "5,900**", "> Correction: An earlier version"} {
			if !strings.Contains(n.Summary, want) {
				b.t.Errorf("no %q in %q", want, n.Summary)
			}
		}
		if strings.Contains(n.Summary, "Announced") || b.store.queue[len(b.store.queue)-1].Mention != "role" {
			b.t.Errorf("told as %+v", b.store.queue[len(b.store.queue)-1])
		}
		if open := b.store.entry(b.article).state.Open; len(open) != 0 {
			b.t.Errorf("still open: %+v", open)
		}
		b.stays()
		equalKinds(b.t, "later", kinds(b.store.queue, w.ID), alert.Change, alert.Acknowledged)
	})

	bubble(t, "a note that speaks of something else leaves it open", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		b.becomes(notedLater(textB, unrelated))
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Change)
		b.becomes(notedLater(notedLater(textB, unrelated), ownsUp))
		equalKinds(b.t, "then", kinds(b.store.queue, w.ID), alert.Change, alert.Change, alert.Acknowledged)
	})

	bubble(t, "what is too small to be told alone is not told beside it", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		b.becomes(notedLater(with(textB, func(a *article.Article) {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: "Walkers stopped at the railings to look at the water."})
		}), ownsUp))
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Acknowledged)
	})

	bubble(t, "a note beside other changes: those are told as usual", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		b.becomes(notedLater(textC, ownsUp))
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Change, alert.Acknowledged)
		open := b.store.entry(b.article).state.Open
		if len(open) != 1 || open[0].Revision != 3 || !strings.Contains(open[0].Changes[0].AfterValue, "3.4") {
			b.t.Errorf("open: %+v", open)
		}
	})

	bubble(t, "each watch by what it was told", func(b *bench) {
		facts := b.add("facts", nil)
		all := b.add("all", func(w *watch.Watch) { w.Alerts = alert.All })
		notes := b.add("notes", func(w *watch.Watch) { w.Alerts = alert.Notes })
		b.becomes(textB)
		late := b.add("late", nil)
		b.becomes(notedLater(textB, ownsUp))
		equalKinds(b.t, "facts", kinds(b.store.queue, facts.ID), alert.Change, alert.Acknowledged)
		equalKinds(b.t, "all", kinds(b.store.queue, all.ID), alert.Change, alert.Acknowledged)
		// It hears of the number and of its note at once: nothing was told before.
		equalKinds(b.t, "notes", kinds(b.store.queue, notes.ID), alert.Change)
		if n := last(b, notes); n.From != 1 || n.To != 3 || n.Report.Announced != "yes" {
			b.t.Errorf("notes: %d→%d, %s", n.From, n.To, n.Report.Announced)
		}
		equalKinds(b.t, "late", kinds(b.store.queue, late.ID), alert.Change)
	})

	bubble(t, "a muted watch hears of it later, the others once", func(b *bench) {
		w, muted := b.add("news", nil), b.add("muted", nil)
		b.becomes(textB)
		b.store.edit(muted.ID, func(w *watch.Watch) { w.MutedUntil = time.Now().Add(2 * time.Hour) })
		b.becomes(notedLater(textB, ownsUp))
		equalKinds(b.t, "muted", kinds(b.store.queue, muted.ID), alert.Change)
		// The note's own wording is changed before the other hears of it.
		b.becomes(notedLater(textB, strings.Replace(ownsUp, "cross the bridge", "cross the bridge on a working day", 1)))
		for time.Now().Before(b.store.watchOf(muted.ID).MutedUntil) {
			b.stays()
		}
		b.stays()
		equalKinds(b.t, "unmuted", kinds(b.store.queue, muted.ID), alert.Change, alert.Acknowledged)
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Acknowledged, alert.Change)
		if open := b.store.entry(b.article).state.Open; len(open) != 0 {
			b.t.Errorf("still open: %+v", open)
		}
	})

	bubble(t, "a change that waited too long is not acknowledged", func(b *bench) {
		w := b.add("news", nil)
		b.becomes(textB)
		for range 40 {
			b.untilDue()
			time.Sleep(24 * time.Hour)
			b.check()
		}
		b.becomes(notedLater(textB, ownsUp))
		equalKinds(b.t, "news", kinds(b.store.queue, w.ID), alert.Change, alert.Change)
	})
}
