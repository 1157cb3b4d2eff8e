package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/watch"

	"pgregory.net/rapid"
)

// Blocks that say nothing sacred, and forms of one of them.
const (
	inbox     = "The newsletter will come to your inbox in the evening."
	inboxAnew = "The newsletter could come to your inbox in the evening."
	walks     = "Join us for a walk along the coast."
	readers   = "This story is part of a series about life by the sea."
)

// matters are what other articles of the host are about: no two share a run of words.
var matters = []struct{ headline, text string }{
	{"Gales bring down trees across the county", "Crews cleared 31 fallen oaks from the road to Pellow after winds of 80 miles an hour, Sergeant Amy Croft said. Power came back at noon for most of the 900 homes that had lost it overnight in the hills."},
	{"Opera house names Ruth Adeyemi conductor", "Ruth Adeyemi, 41, takes up the baton in September and opens with a season of Verdi. She led an orchestra in Leeds for six years before, and a youth choir in Accra, where she was born to two teachers."},
	{"Fire guts empty mill near Garrow", "Flames could be seen from Garrow Hill when 60 firefighters arrived at four in the morning. The owner, Pike Holdings, had planned flats there; a watchman got out unhurt through a window at the back."},
	{"Night train to Oslo is full again", "Every berth of the Oslo sleeper is sold until 12 August, the railway said. It adds 2 carriages on Fridays, and wants older ones from Denmark to be made ready before another summer begins up north."},
	{"School bus route to end in June", "Pupils from Upper Tew will walk or be driven once route 17 ends on 20 June. Parents asked for a vote at the parish hall, while the operator Blue Line speaks of a loss of 45,000 pounds last winter alone."},
}

// other is an article of the host with blocks after its text.
func other(n int, blocks ...string) *article.Article {
	m := matters[n]
	a := &article.Article{Headline: m.headline, Language: "en", Extractor: "test/1"}
	for _, s := range append(strings.SplitAfter(m.text, ". "), blocks...) {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: strings.TrimSpace(s)})
	}
	return a
}

func otherURL(n int) string { return fmt.Sprintf("https://news.example/other%d", n) }

// ending is an article with blocks after its text.
func ending(a *article.Article, blocks ...string) *article.Article {
	return with(a, func(a *article.Article) {
		for _, s := range blocks {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: s})
		}
	})
}

// neighbours lets the host show other articles that end in blocks, and watches them.
func (b *bench) neighbours(n int, blocks ...string) {
	b.t.Helper()
	for i := range n {
		b.site.show(otherURL(i), shows(other(i, blocks...)))
		if _, err := b.checker.Add(b.t.Context(), watch.Watch{URL: otherURL(i), Destination: alert.Destination{Guild: "elsewhere", Channel: "x"}, Alerts: alert.All}); err != nil {
			b.t.Fatalf("add: %v", err)
		}
	}
}

// pass lets time go by, with every check that is due.
func (b *bench) pass(d time.Duration) {
	b.t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Minute) {
		for {
			leases, err := b.store.Lease(b.t.Context(), fair.Room{Free: 1}, 2*time.Minute, 0)
			if err != nil {
				b.t.Fatal(err)
			}
			if len(leases) == 0 {
				break
			}
			if _, err := b.checker.Check(b.t.Context(), leases[0]); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// all watches the bridge for everything, as it stands.
func (b *bench) all(a *article.Article) watch.Watch {
	b.t.Helper()
	b.site.show(bridge, shows(a))
	return b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
}

// heard lists the revisions that the bridge's watches were told of.
func (b *bench) heard() (out []string) {
	for _, d := range b.store.queue {
		if d.Notice.Subject.Article == b.article {
			out = append(out, fmt.Sprintf("%s %d→%d", d.Notice.Kind, d.Notice.From, d.Notice.To))
		}
	}
	return out
}

func TestFurniture(t *testing.T) {
	bubble(t, "comes, goes and takes turns untold, is kept and shown", func(b *bench) {
		b.neighbours(3, inbox, walks)
		b.all(textA)
		b.pass(time.Hour)
		for _, blocks := range [][]string{{inbox}, {inbox, walks}, {walks}, nil} {
			b.site.show(bridge, shows(ending(textA, blocks...)))
			b.pass(7 * time.Hour)
		}
		if got := b.heard(); got != nil {
			b.t.Errorf("told %v", got)
		}
		revs := b.store.entry(b.article).revisions
		if len(revs) < 3 || !revs[1].Silent() || revs[1].Reason != "only what is muted changed: a block that stands on other articles of the site, too" {
			b.t.Errorf("%d revisions: %+v", len(revs), revs[len(revs)-1])
		}
		b.site.show(bridge, shows(ending(textB, inbox)))
		b.pass(time.Hour)
		if got := b.values(); !slices.Equal(got, []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("told %q", got)
		}
	})

	for name, prepare := range map[string]func(b *bench){
		"no other article":           func(*bench) {},
		"one other article":          func(b *bench) { b.neighbours(1, inbox) },
		"two copies of one":          func(b *bench) { b.copies(other(0, inbox), 2) },
		"copies of the article":      func(b *bench) { b.copies(ending(textA, inbox), 3) },
		"copies with another ending": func(b *bench) { b.copies(ending(textA, inbox, matters[2].headline), 3) },
	} {
		bubble(t, "a block is told that stands on "+name, func(b *bench) {
			prepare(b)
			b.all(textA)
			b.pass(time.Hour)
			b.site.show(bridge, shows(ending(textA, inbox)))
			b.pass(time.Hour)
			if got := b.heard(); len(got) != 1 {
				b.t.Errorf("told %v", got)
			}
		})
	}

	bubble(t, "an editor's note is told, wherever it stands", func(b *bench) {
		note := func(a *article.Article) *article.Article {
			return with(a, func(a *article.Article) {
				a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: "This story has been updated."})
			})
		}
		for i := range 3 {
			b.neighbours(i+1, "This story has been updated.")
		}
		b.all(textA)
		b.site.show(bridge, shows(note(textA)))
		b.pass(time.Hour)
		if got := b.heard(); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "other words are told when the other articles keep theirs", func(b *bench) {
		b.neighbours(3, inbox)
		b.all(ending(textA, inbox))
		b.pass(2 * time.Hour)
		b.site.show(bridge, shows(ending(textA, inboxAnew)))
		b.pass(10 * time.Hour)
		if got := b.heard(); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
		if rev := b.store.entry(b.article).revisions[1]; !strings.HasSuffix(rev.Reason, "stands on other articles of the site in other words") {
			b.t.Errorf("it was not muted at first: %+v", rev)
		}
	})

	bubble(t, "other words are told after a day when nothing is heard of the others", func(b *bench) {
		b.neighbours(3, inbox)
		b.all(ending(textA, inbox))
		b.pass(2 * time.Hour)
		for i := range 3 {
			b.site.show(otherURL(i), fails(article.Unreachable, "the server can't be reached"))
		}
		b.pass(10 * time.Minute)
		b.site.show(bridge, shows(ending(textA, inboxAnew)))
		b.pass(23 * time.Hour)
		if got := b.heard(); got != nil {
			b.t.Errorf("told within a day: %v", got)
		}
		b.pass(3 * time.Hour)
		if got := b.heard(); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "other words on all articles of the site are told on none", func(b *bench) {
		b.neighbours(3, inbox)
		b.all(ending(textA, inbox))
		b.pass(2 * time.Hour)
		b.site.show(bridge, shows(ending(textA, inboxAnew)))
		for i := range 3 {
			b.site.show(otherURL(i), shows(other(i, inboxAnew)))
		}
		b.pass(48 * time.Hour)
		if len(b.store.queue) != 0 {
			b.t.Errorf("told %v", b.heard())
		}
		b.site.show(bridge, shows(ending(textB, inboxAnew)))
		b.pass(2 * time.Hour)
		if got := b.values(); !slices.Equal(got, []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("told %q", got)
		}
	})

	bubble(t, "who had it un-muted hears of it", func(b *bench) {
		b.neighbours(3, walks)
		w := b.all(textA)
		b.pass(2 * time.Hour)
		b.store.edit(w.ID, func(w *watch.Watch) { w.Unmuted = []mute.Key{mute.KeyOf(walks)} })
		b.site.show(bridge, shows(ending(textA, walks)))
		b.pass(time.Hour)
		if got := b.heard(); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
	})
}

// copies lets the host show copies of one article, and watches them.
func (b *bench) copies(a *article.Article, n int) {
	b.t.Helper()
	for i := range n {
		b.site.show(otherURL(i), shows(a))
		if _, err := b.checker.Add(b.t.Context(), watch.Watch{URL: otherURL(i), Destination: alert.Destination{Guild: "elsewhere", Channel: "x"}}); err != nil {
			b.t.Fatalf("add: %v", err)
		}
	}
}

// TestNothingSacredIsFurniture: a block that holds a digit, a name, a negation or a
// quotation mark is told when it comes, goes or changes, on however many articles it
// stands; and so is one into which such a thing is written.
func TestNothingSacredIsFurniture(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		block := rapid.SampledFrom(append(slices.Clone(pool[len(story):]), inbox, walks, readers)).Draw(rt, "block")
		e := rapid.SampledFrom(sacredEdits).Draw(rt, "edit")
		with := e.apply(block, rapid.IntRange(0, 30).Draw(rt, "n"))
		if with == block {
			with = strings.TrimSuffix(block, ".") + rapid.SampledFrom([]string{", not at night.", " by Tarrant.", " in 9 days.", ", \"he said\"."}).Draw(rt, "end")
		}
		how := rapid.SampledFrom([]string{"changed", "came", "went"}).Draw(rt, "how")
		told := func(neighbours int) (told []string) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.neighbours(neighbours, block, with)
				before, after := ending(textA, block), ending(textA, with)
				switch how {
				case "came":
					before = textA
				case "went":
					before, after = after, textA
				}
				b.all(before)
				b.pass(2 * time.Hour)
				b.site.show(bridge, shows(after))
				b.pass(time.Hour)
				told = b.heard()
			})
			return told
		}
		if alone, among := told(0), told(4); !slices.Equal(alone, among) {
			rt.Errorf("told %v, and beside articles that show the same %v, when %s: %q, %q", alone, among, how, block, with)
		}
	})
}

// TestFurnitureIsNotTold: whatever furniture comes, goes and moves about on the pages of
// a host, nobody hears of it.
func TestFurnitureIsNotTold(t *testing.T) {
	blocks := []string{inbox, walks, readers, "How the tides work", "Watch what the sea does."}
	rapid.Check(t, func(rt *rapid.T) {
		some := func(name string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(blocks), 0, len(blocks), rapid.ID).Draw(rt, name)
		}
		var looks [][]string
		for range rapid.IntRange(1, 6).Draw(rt, "looks") {
			looks = append(looks, some("shown"))
		}
		first, hours := some("first"), rapid.IntRange(1, 9).Draw(rt, "hours")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			b.neighbours(3, blocks...)
			b.all(ending(textA, first...))
			b.pass(time.Hour)
			for _, shown := range looks {
				b.site.show(bridge, shows(ending(textA, shown...)))
				b.site.show(otherURL(1), shows(other(1, shown...)))
				b.pass(time.Duration(hours) * time.Hour)
			}
			if len(b.store.queue) != 0 {
				n := b.store.queue[0].Notice
				problem = fmt.Sprintf("told of %s: %s %s %s", n.Subject.URL, n.Kind, n.Text, n.Summary)
			}
		})
		if problem != "" {
			rt.Errorf("%s\nfirst %q, then %q", problem, first, looks)
		}
	})
}
