package watch_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"

	"pgregory.net/rapid"
)

// noises are looks that are never news, and for how many in a row; 0: however many.
var noises = map[string]struct {
	show look
	most int
}{
	"old copy by its age":    {shows(textA).with(aged(72 * time.Hour)), 0},
	"another language":       {shows(german), 0},
	"an unstated language":   {shows(foreign), 0},
	"the front page":         {shows(otherPage).with(at("https://news.example/")), 0},
	"another edition":        {shows(named(otherPage, "https://us.news.example/bridge")), 0},
	"a teaser":               {shows(with(textB, func(a *article.Article) { a.Blocks = a.Blocks[:2] })).with(paid), 0},
	"a wall":                 {wall(article.Consent), 0},
	"unreachable":            {fails(article.Unreachable, "the server can't be reached"), 0},
	"missing":                {fails(article.Gone, "there is no such page"), 2},
	"taken away":             {wall(article.NotAnArticle).with(func(r *article.Reading) { r.Withdrawn = true }), 2},
	"another text":           {shows(textE), 1},
	"another on a test site": {shows(textE).with(varies), 2},
	"another headline":       {shows(with(textB, func(a *article.Article) { a.Headline = headlined.Headline })), 2},
	"half the text":          {shows(with(textB, func(a *article.Article) { a.Blocks = a.Blocks[:2] })), 2},
	"another page":           {shows(otherPage), 2},
	"an older date":          {shows(with(textD, func(a *article.Article) { a.Modified = epoch.Add(-time.Hour) })), 2},
	"a server's older date":  {shows(textD).with(dated(-time.Hour)), 2},
}

// TestNoiseIsNotTold: whatever noise a page makes between looks at its text, nobody
// hears of an edit, a revert or a removal.
func TestNoiseIsNotTold(t *testing.T) {
	var names []string
	for n := range noises {
		names = append(names, n)
	}
	rapid.Check(t, func(rt *rapid.T) {
		var looks []string
		for range rapid.IntRange(1, 8).Draw(rt, "noises") {
			kind := rapid.SampledFrom(names).Draw(rt, "kind")
			most := noises[kind].most
			if most == 0 {
				most = 6
			}
			for range rapid.IntRange(1, most).Draw(rt, "looks") {
				looks = append(looks, kind)
			}
			for range rapid.IntRange(1, 3).Draw(rt, "calm") {
				looks = append(looks, "")
			}
		}
		problem := ""
		synctest.Test(t, func(t *testing.T) { problem = toldOf(t, looks) })
		if problem != "" {
			rt.Errorf("%s\nlooks %q", problem, looks)
		}
	})
}

// toldOf shows looks after a told edit, and returns what was told of them as news.
func toldOf(t *testing.T, looks []string) string {
	b := newBench(t)
	text := named(with(textB, func(a *article.Article) { a.Modified = epoch }), bridge)
	calm := shows(text).with(dated(0))
	b.site.show(bridge, shows(textA))
	b.add("news", func(w *watch.Watch) { w.Alerts = alert.All })
	b.site.show(bridge, calm)
	for range 3 {
		b.untilDue()
		b.check()
	}
	seen := len(b.store.queue)
	var outcomes []string
	for _, kind := range looks {
		b.site.show(bridge, calm)
		if kind != "" {
			b.site.show(bridge, noises[kind].show)
		}
		b.untilDue()
		res := b.check()
		outcomes = append(outcomes, fmt.Sprintf("%s: %s (%s)", kind, res.Outcome, res.Reason))
	}
	for _, d := range b.store.queue[seen:] {
		switch d.Notice.Kind {
		case alert.Blind, alert.Recovered:
		default:
			return fmt.Sprintf("told as %s: %s %s\n%s", d.Notice.Kind, d.Notice.Text, d.Notice.Summary, strings.Join(outcomes, "\n"))
		}
	}
	return ""
}
