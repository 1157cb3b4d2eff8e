package quality_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/newstest/month"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// TestEditsOfAMonth compares the pages right before and after each edit of a fact in a
// month of made-up news: every one must be told, to whoever wants facts, with the words
// that changed. make simulate runs all of a month, and then watches it.
func TestEditsOfAMonth(t *testing.T) {
	articles, seed := 200, uint64(1)
	if os.Getenv("ERRATUM_MONTH") != "" {
		articles = 2000
	}
	if n, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		seed = n
	}
	m, err := month.New(month.Options{
		Seed: seed, Start: time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC), Days: 30, Hosts: 40, Articles: articles,
		Every: func(time.Duration) time.Duration { return time.Hour },
	})
	if err != nil {
		t.Fatal(err)
	}
	x := extract.New(extract.Options{})
	edits := m.Edits()
	for _, e := range edits {
		before, after := x.Extract(e.Before, e.URL), x.Extract(e.After, e.URL)
		if before.Verdict != article.OK || after.Verdict != article.OK {
			t.Errorf("%s: %s: read as %s, then as %s", e.URL, e.What, before.Verdict, after.Verdict)
			continue
		}
		r := report.Compare(before.Article, after.Article)
		var changes []month.Change
		for _, c := range r.Changes {
			changes = append(changes, month.Change{Before: c.Before, After: c.After})
		}
		if !alert.Facts.Passes(r) || !e.Told(changes) {
			t.Errorf("%s: %s to %q: told %q", e.URL, e.What, e.Words(), summarize.Compose(r).Markdown())
		}
	}
	t.Logf("%d edits in %d articles", len(edits), articles)
	if len(edits) < articles/2 {
		t.Errorf("%d edits in %d articles", len(edits), articles)
	}
}
