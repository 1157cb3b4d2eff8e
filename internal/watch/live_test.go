package watch_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"erratum/internal/article"
	"erratum/internal/watch"
)

// live is a live blog that shows the story's paragraphs from one to another, newest
// first, after edits.
func live(from, to int, edits ...string) *article.Article {
	return with(page(), func(a *article.Article) {
		a.LiveBlog = true
		a.Blocks = []article.Block{{Role: article.Lede, Text: "Follow the council's meeting about the bridge."}}
		for i := to - 1; i >= from; i-- {
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: strings.NewReplacer(edits...).Replace(story[i]), Entry: fmt.Sprint("id ", i)})
		}
	})
}

func TestLiveBlogs(t *testing.T) {
	drivers, cost := []string{"4,200 drivers", "5,900 drivers"}, []string{"2.6 million", "3.4 million"}
	tests := []struct {
		name  string
		steps []step
	}{
		{"new entries are counted, not told", []step{
			{show: shows(live(0, 4)), want: watch.OutCosmetic},
			{show: shows(live(1, 7)), want: watch.OutCosmetic},
			{show: shows(live(5, 8)), want: watch.OutCosmetic},
		}},
		{"an edit in an old entry is told, however many are added meanwhile", []step{
			{show: shows(live(0, 4, drivers...)), want: watch.OutHeld},
			{show: shows(live(0, 6, drivers...)), want: watch.OutChanged, told: "change 1→2"},
		}},
		{"an edit in an entry that came later", []step{
			{show: shows(live(0, 7)), want: watch.OutCosmetic},
			{show: shows(live(0, 8, cost...)), want: watch.OutHeld},
			{show: shows(live(0, 8, cost...)), want: watch.OutChanged, told: "change 2→3"},
		}},
		{"a new entry at each look, then an edit of the newest", []step{
			{show: shows(live(0, 4)), want: watch.OutCosmetic},
			{show: shows(live(0, 5)), want: watch.OutCosmetic},
			{show: shows(live(0, 6)), want: watch.OutCosmetic},
			{show: shows(live(0, 7)), want: watch.OutCosmetic},
			{show: shows(live(0, 7, cost...)), want: watch.OutHeld},
			{show: shows(live(0, 7, cost...)), want: watch.OutChanged, told: "change 5→6"},
		}},
		{"an entry edited and set back", []step{
			{show: shows(live(0, 4, drivers...)), want: watch.OutHeld},
			{show: shows(live(0, 5)), want: watch.OutCosmetic},
		}},
		{"all entries and the headline gave way to others", []step{
			{show: shows(with(live(5, 8), func(a *article.Article) { a.Headline = "Council to vote on the bridge at noon" })), want: watch.OutHeld},
			{show: shows(with(live(5, 8), func(a *article.Article) { a.Headline = "Council to vote on the bridge at noon" })), want: watch.OutHeld},
			{show: shows(with(live(6, 8), func(a *article.Article) { a.Headline = "Council to vote on the bridge at noon" })), want: watch.OutChanged, told: "change 1→2"},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.site.show(bridge, shows(live(0, 3)))
				b.add("news", nil)
				b.walk(tt.steps)
			})
		})
	}
}
