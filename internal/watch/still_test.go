package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// beside is a text with a block after its third paragraph.
func beside(a *article.Article, block string) *article.Article {
	return with(a, func(a *article.Article) {
		a.Blocks = slices.Insert(a.Blocks, 3, article.Block{Role: article.Body, Text: block})
	})
}

// promos are teasers of other stories: no two alike.
var promos = []string{
	"Gales bring down trees across the county", "Six ways to cook with winter greens", "Lind Rovers sign keeper from Oslo",
	"Why the night train is full again", "Council tax: what you will pay", "Fire guts empty mill near Garrow",
	"Opera house names first woman conductor", "Seals return to harbour wall", "Doctors warn over cheap heaters",
	"A garden made of old boats", "Snooker final goes to the wire", "School bus route to end in June",
}

// cycle lets the page show what texts gives for each look, counted from zero, until n
// looks were made.
func (b *bench) cycle(n int, texts func(look int) *article.Article) (outcomes []watch.Outcome) {
	b.t.Helper()
	for i := range n {
		b.site.show(bridge, shows(texts(i)))
		b.untilDue()
		outcomes = append(outcomes, b.check().Outcome)
	}
	return outcomes
}

// values returns what the changes told so far replaced, as before→after.
func (b *bench) values() (out []string) {
	for _, d := range b.store.queue {
		for _, c := range d.Notice.Report.Changes {
			out = append(out, c.BeforeValue+"→"+c.AfterValue)
		}
	}
	return out
}

func TestRestlessBlocks(t *testing.T) {
	bubble(t, "a counter is told to nobody, an edit beside it is", func(b *bench) {
		counted := func(a *article.Article, n int) *article.Article {
			return beside(a, fmt.Sprintf("%d followers", 12+n*7))
		}
		b.site.show(bridge, shows(counted(textA, 0)))
		b.add("news", nil)
		b.cycle(20, func(i int) *article.Article { return counted(textA, i+1) })
		if got := b.news(); got != nil {
			b.t.Fatalf("told %v", got)
		}
		revisions := len(b.store.entry(b.article).revisions)
		if revisions != 2 || b.store.entry(b.article).revisions[1].Label != article.Cosmetic {
			b.t.Errorf("%d revisions within an hour or two", revisions)
		}
		out := b.cycle(2, func(i int) *article.Article { return counted(textB, i+40) })
		if !slices.Equal(out, []watch.Outcome{watch.OutHeld, watch.OutChanged}) || !slices.Equal(b.values(), []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("%v told %q", out, b.values())
		}
	})

	bubble(t, "a counter is kept once in six hours, whatever is told between", func(b *bench) {
		looks := 0
		counted := func(a *article.Article) *article.Article {
			looks++
			a = beside(a, fmt.Sprintf("%d followers", 12+looks*7))
			if looks%2 == 0 { // another machine, now and then
				a = beside(a, fmt.Sprintf("Updated %d minutes ago", looks))
			}
			return a
		}
		b.site.show(bridge, shows(counted(textA)))
		b.add("news", nil)
		start := time.Now()
		for n := range 4 {
			text := with(textA, func(a *article.Article) {
				a.Blocks[1].Text = strings.Replace(a.Blocks[1].Text, "4,200", fmt.Sprintf("%d,300", 4+n), 1)
			})
			b.cycle(6, func(int) *article.Article { return counted(text) })
		}
		silent, told := 0, 0
		for _, r := range b.store.entry(b.article).revisions[1:] {
			if r.Silent() {
				silent++
			} else {
				told++
			}
		}
		if most := 1 + int(time.Since(start)/(6*time.Hour)); told != 4 || silent > most {
			b.t.Errorf("%d silent revisions, want %d at most, and %d told in %v", silent, most, told, time.Since(start))
		}
	})

	bubble(t, "teasers that are others at every look", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, promos[0])))
		b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
		b.cycle(30, func(i int) *article.Article { return beside(textA, promos[(i*5+1)%len(promos)]) })
		if got := b.news(); got != nil {
			b.t.Fatalf("told %v", got)
		}
		if m := b.store.entry(b.article).state.Unrest.Muted(); len(m) != 1 {
			b.t.Errorf("muted %+v", m)
		}
		b.cycle(2, func(i int) *article.Article { return beside(textB, promos[i*3]) })
		if got := b.values(); !slices.Equal(got, []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("told %q", got)
		}
	})

	bubble(t, "an edit of the block that stays is told", func(b *bench) {
		b.site.show(bridge, shows(beside(textA, promos[0])))
		b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
		b.cycle(12, func(i int) *article.Article { return beside(textA, promos[i%len(promos)]) })
		b.cycle(5, func(int) *article.Article {
			return beside(textA, "The county will pay 1.4 million pounds more than planned, it said on Friday.")
		})
		if got := b.news(); !slices.Equal(got, []string{"change 1→3"}) {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "a sentence that took turns and comes to stay is told within the hour, however slow the schedule", func(b *bench) {
		// Two of them, so that the text is none that was seen before as a whole.
		toll := func(first, second string) *article.Article {
			return beside(beside(textA, first+" people were hurt when the scaffold fell, the ambulance service said."), "The firm was fined "+second+" times last year, the council said on Friday.")
		}
		b.site.show(bridge, shows(toll("Three", "two")))
		b.add("news", func(w *watch.Watch) { w.Schedule = "12h" })
		b.cycle(14, func(i int) *article.Article { return toll([]string{"Five", "Three"}[i%2], "two") })
		b.cycle(14, func(i int) *article.Article { return toll("Three", []string{"six", "two"}[i%2]) })
		b.news()
		b.cycle(1, func(int) *article.Article { return toll("Five", "six") })
		start := time.Now()
		for i := 0; i < 8 && b.news() == nil; i++ {
			b.cycle(1, func(int) *article.Article { return toll("Five", "six") })
		}
		if got := b.values(); len(got) == 0 || !strings.Contains(strings.Join(got, " "), "Five") || time.Since(start) > time.Hour {
			b.t.Errorf("told %q after %v", got, time.Since(start))
		}
	})

	bubble(t, "a sentence that editors change at every look is told by the ten minutes", func(b *bench) {
		tolls := []string{"Three", "Five", "Eight", "Nine", "Twelve", "Fifteen", "Sixteen", "Seventeen", "Nineteen"}
		toll := func(i int) *article.Article {
			return beside(textA, tolls[min(i, len(tolls)-1)]+" people were hurt when the scaffold fell, the ambulance service said.")
		}
		b.site.show(bridge, shows(toll(0)))
		b.add("news", nil)
		b.cycle(10, func(i int) *article.Article { return toll(i + 1) })
		got := b.values()
		if len(got) < 1 || !strings.HasSuffix(got[len(got)-1], "→Nineteen") {
			b.t.Errorf("told %q", got)
		}
		if m := b.store.entry(b.article).state.Unrest.Muted(); len(m) != 0 {
			b.t.Errorf("muted %+v", m)
		}
	})

	bubble(t, "a list of the dead that is edited again and again is told, and told in full", func(b *bench) {
		dead := func(n int) *article.Article { return beside(textA, fmt.Sprintf("Dead: %d", n)) }
		b.site.show(bridge, shows(dead(3)))
		b.add("news", nil)
		for n := 4; n < 9; n++ { // each as long as two looks
			b.cycle(2, func(int) *article.Article { return dead(n) })
		}
		if got := b.news(); len(got) != 5 {
			b.t.Errorf("told %v", got)
		}
		b.cycle(6, func(i int) *article.Article { return dead(10 + i) }) // at each look
		b.cycle(4, func(int) *article.Article { return dead(20) })
		got := b.values()
		if len(got) == 0 || !strings.HasSuffix(got[len(got)-1], "→20") {
			b.t.Errorf("told %q", got)
		}
	})

	bubble(t, "blocks that take turns beside each other", func(b *bench) {
		// Two by two forms and a counter: hardly a text comes twice.
		turn := func(a *article.Article, i int) *article.Article {
			a = beside(a, []string{"Sign up and save a third of the price.", "Our guide to the coast in spring, free today."}[i%2])
			a = beside(a, []string{"The picture of the day was taken by 3 readers.", "A walk for Sunday that is 7 miles long."}[i/2%2])
			return beside(a, fmt.Sprintf("%d subscribers", 100+i))
		}
		b.site.show(bridge, shows(turn(textA, 0)))
		b.add("news", nil)
		b.cycle(12, func(i int) *article.Article { return turn(textA, i+1) })
		b.news()
		told := len(b.store.queue)
		b.cycle(60, func(i int) *article.Article { return turn(textA, i+13) })
		if got := b.news(); got != nil {
			b.t.Errorf("told %v", got)
		}
		b.cycle(3, func(i int) *article.Article { return turn(textB, i+73) })
		if got := b.values(); len(b.store.queue) != told+1 || got[len(got)-1] != "About 4,200→About 5,900" {
			b.t.Errorf("told %v, %q", b.news(), got)
		}
	})

	const every20, every40 = "The ferry will run every 20 minutes and cost 2 pounds.", "The ferry will run every 40 minutes and cost 2 pounds."
	for name, between := range map[string]string{
		"another sentence":           "Tickets for the ferry are sold at the pier by two clerks.",
		"nothing":                    "",
		"the same with other values": "The ferry will run every 25 minutes and cost 2 pounds.",
	} {
		for counter, counts := range map[string]string{"": "", " beside a counter": "%d followers"} {
			bubble(t, "an edit of a sentence that takes turns with "+name+counter, func(b *bench) {
				n := 0
				show := func(s string) *article.Article {
					a := textA
					if n++; counts != "" {
						a = beside(a, fmt.Sprintf(counts, 100+n))
					}
					if s != "" {
						a = beside(a, s)
					}
					return a
				}
				b.site.show(bridge, shows(show(every20)))
				b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
				b.cycle(20, func(i int) *article.Article { return show([]string{between, every20}[i%2]) })
				if got := b.news(); got != nil {
					b.t.Fatalf("told %v", got)
				}
				b.cycle(60, func(i int) *article.Article { return show([]string{every40, between}[i%2]) })
				if got := b.values(); !slices.Equal(got, []string{"20 minutes→40 minutes"}) {
					b.t.Errorf("told %q", got)
				}
			})
		}
	}

	bubble(t, "an old copy and a new one by turns, until the new one is everywhere", func(b *bench) {
		copies := func(i int) *article.Article {
			return beside([]*article.Article{textB, textA}[i%2], fmt.Sprintf("%d subscribers", 100+i))
		}
		b.site.show(bridge, shows(copies(1)))
		b.add("news", nil)
		b.cycle(10, copies)
		b.news()
		b.cycle(15, func(i int) *article.Article { return copies(2 * i) })
		if got := b.values(); len(got) == 0 || got[len(got)-1] != "About 4,200→About 5,900" {
			b.t.Errorf("told %q", got)
		}
	})

	bubble(t, "who had a block un-muted hears of it, others do not", func(b *bench) {
		counted := func(n int) *article.Article { return beside(textA, fmt.Sprintf("%d followers", n)) }
		b.site.show(bridge, shows(counted(12)))
		w, other := b.add("news", nil), b.add("other", nil)
		b.cycle(1, func(int) *article.Article { return counted(13) })
		muted := b.store.entry(b.article).state.Unrest.Muted()
		if len(muted) != 1 || muted[0].Text != "13 followers" {
			b.t.Fatalf("muted %+v", muted)
		}
		b.store.edit(w.ID, func(w *watch.Watch) { w.Unmuted = []mute.Key{muted[0].ID} })
		b.cycle(4, func(int) *article.Article { return counted(90) })
		if got := kinds(b.store.queue, w.ID); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
		equalKinds(b.t, "the other", kinds(b.store.queue, other.ID))
		if c := b.store.entry(b.article).changes; len(c) == 0 {
			b.t.Error("no report is kept")
		} else {
			for _, ch := range c {
				if (ch.Report.Outcome == report.Changed) != (ch.Choices != "") {
					b.t.Errorf("who made no choices hears of no change, who had the block un-muted does: %+v", ch)
				}
			}
		}
	})
}
