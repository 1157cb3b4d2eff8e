package watch_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// ignoring makes a watch ignore a block or a pattern from the start.
func ignoring(t *testing.T, block, pattern string) func(*watch.Watch) {
	t.Helper()
	return func(w *watch.Watch) {
		w.Alerts = alert.All
		if block != "" {
			w.Ignore = append(w.Ignore, mute.BlockRule(mute.KeyOf(block), block, time.Now()))
		}
		if pattern != "" {
			r, err := mute.PatternRule(pattern, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			w.Ignore = append(w.Ignore, r)
		}
	}
}

// toldTo lists the values that a watch was told as replaced.
func (b *bench) toldTo(watchID string) (out []string) {
	for _, d := range b.store.queue {
		if d.Watch != watchID || d.Notice.Report == nil {
			continue
		}
		for _, c := range d.Notice.Report.Changes {
			out = append(out, c.BeforeValue+"→"+c.AfterValue)
		}
	}
	return out
}

func TestIgnored(t *testing.T) {
	const first = "Tonight: 4 trains to the coast."
	bubble(t, "a block is ignored for one watch, whatever it becomes; all of it is kept", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, first)))
		w, other := b.add("news", ignoring(b.t, first, "")), b.add("other", func(w *watch.Watch) { w.Alerts = alert.All })
		b.cycle(2, func(int) *article.Article { return beside(textA, "Tonight: 7 trains to the coast.") })
		b.cycle(2, func(int) *article.Article { return beside(textA, "Tomorrow no buses run, the county said.") })
		b.cycle(2, func(int) *article.Article { return beside(textB, "Sunday: 3 buses.") })
		b.cycle(2, func(int) *article.Article { return textB })
		if got := b.toldTo(w.ID); !slices.Equal(got, []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("told who ignores the block %q", got)
		}
		if got := b.toldTo(other.ID); !slices.Contains(got, "4 trains→7 trains") && !slices.Contains(got, "4→7") {
			b.t.Errorf("told the other %q", got)
		}
		if n := len(b.store.entry(b.article).revisions); n != 5 {
			b.t.Errorf("%d revisions", n)
		}
	})

	bubble(t, "what everybody ignores delays nothing and is kept", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, first)))
		w := b.add("news", ignoring(b.t, first, ""))
		out := b.cycle(2, func(i int) *article.Article {
			return beside(textA, []string{"7 trains run.", "Nobody ran 8 trains."}[i])
		})
		if !slices.Equal(out, []watch.Outcome{watch.OutCosmetic, watch.OutCosmetic}) {
			b.t.Errorf("outcomes %v", out)
		}
		revs := b.store.entry(b.article).revisions
		if len(revs) != 3 || !revs[1].Silent() || revs[2].Reason != "only what is muted changed: a block that is ignored" {
			b.t.Errorf("%d revisions, the last %+v", len(revs), revs[len(revs)-1])
		}
		out = b.cycle(2, func(i int) *article.Article { return beside(textB, fmt.Sprint("9", i, " trains run.")) })
		if !slices.Equal(out, []watch.Outcome{watch.OutHeld, watch.OutChanged}) || !slices.Equal(b.toldTo(w.ID), []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("%v told %q", out, b.toldTo(w.ID))
		}
	})

	bubble(t, "a pattern ignores what it matches and nothing beside it", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, first)))
		w := b.add("news", ignoring(b.t, "", `\d+ trains`))
		b.cycle(2, func(int) *article.Article { return beside(textA, "Tonight: 7 trains to the coast.") })
		if got := b.toldTo(w.ID); got != nil {
			b.t.Errorf("told %q", got)
		}
		b.cycle(2, func(int) *article.Article { return beside(textA, "Tonight: 8 trains to the border.") })
		if got := b.toldTo(w.ID); len(got) == 0 {
			b.t.Error("what no pattern matches was not told")
		}
	})

	bubble(t, "who ignores no longer hears the sum with the next change", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, first)))
		w := b.add("news", ignoring(b.t, first, ""))
		b.cycle(2, func(int) *article.Article { return beside(textA, "Tonight: 7 trains to the coast.") })
		b.store.edit(w.ID, func(w *watch.Watch) { w.Ignore = nil })
		b.cycle(2, func(int) *article.Article { return beside(textB, "Tonight: 7 trains to the coast.") })
		if got := b.toldTo(w.ID); len(got) != 2 {
			b.t.Errorf("told %q", got)
		}
	})

	bubble(t, "a note is never ignored", func(b *bench) {
		note := func(a *article.Article, s string) *article.Article {
			return with(a, func(a *article.Article) {
				a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: s})
			})
		}
		b.site.show(bridge, shows(textA))
		w := b.add("news", ignoring(b.t, "", "(?i)correction.*"))
		b.cycle(2, func(int) *article.Article {
			return note(textB, "Correction: An earlier version gave a wrong number of drivers.")
		})
		told := false
		for _, d := range b.store.queue {
			told = told || d.Watch == w.ID && d.Notice.Report != nil && len(d.Notice.Report.Notes) == 1
		}
		if !told {
			b.t.Error("the note was not told")
		}
	})
}

// TestEqualChoicesShareAReport: watches that ignore the same compute one report.
func TestEqualChoicesShareAReport(t *testing.T) {
	bubble(t, "", func(b *bench) {
		compared := 0
		b.checker = watch.NewChecker(b.store, b.site, watch.Options{Extractor: "test/1", Compare: func(old, new *article.Article) *report.Report {
			compared++
			return report.Compare(old, new)
		}})
		const first = "Tonight: 4 trains to the coast."
		b.site.show(bridge, shows(beside(textA, first)))
		twice := func(w *watch.Watch) { ignoring(b.t, first, `\d+ buses`)(w) }
		turned := func(w *watch.Watch) { twice(w); slices.Reverse(w.Ignore) }
		for i := range 9 {
			b.add(fmt.Sprint("plain ", i), nil)
			b.add(fmt.Sprint("ignores ", i), []func(*watch.Watch){twice, turned}[i%2])
		}
		b.cycle(1, func(int) *article.Article { return beside(textB, "Tonight: 7 trains to the coast.") })
		compared = 0
		b.cycle(1, func(int) *article.Article { return beside(textB, "Tonight: 7 trains to the coast.") })
		if n := len(b.store.entry(b.article).changes); n != 2 || len(b.store.queue) != 18 {
			b.t.Errorf("%d reports for %d deliveries", n, len(b.store.queue))
		}
		if compared > 5 { // for the hold, and one for each kind
			b.t.Errorf("compared %d times", compared)
		}
		for _, d := range b.store.queue {
			if (d.Notice.Choices == "") != (len(d.Notice.Report.Changes) > 1) {
				b.t.Errorf("%q: %+v", d.Notice.Choices, d.Notice.Report.Changes)
			}
		}
	})
}
