package watch_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/watch"
)

// under is a text under another headline.
func under(a *article.Article, h string) *article.Article {
	return with(a, func(a *article.Article) { a.Headline = h })
}

// Headlines that outlets might try.
const (
	tested  = "Drivers face a long way round from May"
	tested2 = "Bridge shut for eleven weeks from May"
)

// TestHeadlinesOnTrial: a headline that outlets test on their readers is known by
// itself, whatever stands below it.
func TestHeadlinesOnTrial(t *testing.T) {
	// adverts make a text that no other look shows.
	adverts := func(a *article.Article, i int) *article.Article { return beside(a, promos[i*5%len(promos)]) }

	bubble(t, "taken back while adverts rotate below it", func(b *bench) {
		b.site.show(bridge, shows(adverts(textA, 0)))
		b.add("news", nil)
		r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test repeats itself
		b.cycle(8, func(i int) *article.Article { return adverts(textA, i+1) })
		b.cycle(150, func(i int) *article.Article {
			if r.IntN(5) == 0 {
				return under(adverts(textA, i), tested)
			}
			return adverts(textA, i)
		})
		if got := b.news(); got != nil {
			b.t.Errorf("told %v", got)
		}
	})

	bubble(t, "an edit below a headline on trial is told, under the known headline", func(b *bench) {
		b.add("news", nil)
		b.cycle(4, func(i int) *article.Article { return under(textA, []string{tested, headline}[i%2]) })
		out := b.cycle(2, func(int) *article.Article { return under(textB, tested) })
		if !slices.Equal(out, []watch.Outcome{watch.OutHeld, watch.OutChanged}) || !slices.Equal(b.values(), []string{"About 4,200→About 5,900"}) {
			b.t.Errorf("%v told %q", out, b.values())
		}
		if r := b.store.entry(b.article).revisions; r[len(r)-1].Article.Headline != headline {
			b.t.Errorf("stored under %q", r[len(r)-1].Article.Headline)
		}
		if out = b.cycle(1, func(int) *article.Article { return textB }); out[0] != watch.OutUnchanged {
			b.t.Errorf("the known headline again: %s", out[0])
		}
	})

	bubble(t, "believed by chance and taken back, it is not told again", func(b *bench) {
		b.add("news", nil)
		shown := func(h string, looks int) {
			b.cycle(looks, func(int) *article.Article { return under(textA, h) })
		}
		shown(tested, 3)
		shown(headline, 3)
		if got := b.news(); !slices.Equal(got, []string{"change 1→2", "reverted 2→3"}) {
			b.t.Fatalf("told %v", got)
		}
		for range 5 {
			shown(tested, 4)
			shown(headline, 1)
		}
		if got := b.news(); got != nil {
			b.t.Errorf("then told %v", got)
		}
	})

	bubble(t, "one that comes to stay is told, once", func(b *bench) {
		b.add("news", nil)
		b.cycle(6, func(i int) *article.Article { return under(textA, []string{tested, headline}[i%2]) })
		start := time.Now()
		for range 12 {
			b.site.show(bridge, shows(under(textA, tested)))
			b.untilDue()
			if b.check().Outcome == watch.OutChanged {
				break
			}
		}
		if got := b.news(); !slices.Equal(got, []string{"change 1→2"}) || time.Since(start) > time.Hour {
			b.t.Errorf("told %v after %v", got, time.Since(start))
		}
		b.cycle(4, func(int) *article.Article { return under(textA, tested) })
		if got := b.news(); got != nil {
			b.t.Errorf("told %v again", got)
		}
	})
}

// TestTakenBackIsNotEdited: a text that the page showed and took back does not pass for
// a story that is edited again and again.
func TestTakenBackIsNotEdited(t *testing.T) {
	bubble(t, "two tests by turns", func(b *bench) {
		b.add("news", nil)
		b.cycle(2, func(i int) *article.Article { return []*article.Article{textB, textA}[i] })
		b.cycle(2, func(i int) *article.Article { return []*article.Article{textD, textA}[i] })
		b.cycle(8, func(i int) *article.Article { return []*article.Article{textB, textD}[i%2] })
		if got := b.news(); got != nil {
			b.t.Errorf("told %v", got)
		}
		b.cycle(8, func(i int) *article.Article { return []*article.Article{textB, textD}[i%2] })
		if got := b.news(); !slices.Equal(got, []string{"change 1→2"}) {
			b.t.Errorf("told %v once the known text was gone for an hour", got)
		}
	})
	bubble(t, "two headlines whose forerunner is gone", func(b *bench) {
		b.add("news", nil)
		b.cycle(4, func(i int) *article.Article { return under(textA, []string{tested, headline}[i%2]) })
		b.cycle(4, func(i int) *article.Article { return under(textA, []string{tested2, headline}[i%2]) })
		b.news()
		start := time.Now()
		for i := 0; time.Since(start) < 26*time.Hour; i++ {
			b.cycle(1, func(int) *article.Article { return under(textA, []string{tested, tested2}[i%2]) })
		}
		if got := b.news(); len(got) != 1 {
			b.t.Errorf("told %v", got)
		}
	})
}

// TestHeadlineOfEveryThirdReader: a headline that the site shows to three readers of ten
// is hardly ever believed by chance.
func TestHeadlineOfEveryThirdReader(t *testing.T) {
	told, tests := 0, 20
	for seed := range tests {
		bubble(t, "by chance", func(b *bench) {
			b.add("news", nil)
			r := rand.New(rand.NewPCG(3, uint64(seed))) //nolint:gosec // a test repeats itself
			b.cycle(60, func(int) *article.Article {
				if r.IntN(10) < 3 {
					return under(textA, tested)
				}
				return textA
			})
			told += min(len(b.news()), 1)
		})
	}
	if told > tests/5 {
		t.Errorf("told in %d of %d tests", told, tests)
	}
}
