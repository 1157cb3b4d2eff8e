package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/report"
)

// The entries of a live blog, oldest first, written for these tests.
var liveEntries = []string{
	"The harbour board meets at nine to decide about the northern ferry terminal.",
	"An inspection in December found cracks in two piers, the board's chair tells reporters.",
	"The board votes to close the terminal for eleven weeks from 3 March.",
	"Ingrid Halloran puts the cost at 4.2 million crowns, of which the region pays half.",
	"The union of ferry crews asks for more staff at the old fish quay.",
	"About 1,300 people use the terminal on a weekday, the board says.",
	"A first tender for the work drew no bids last autumn, the board admits.",
}

// liveBlog shows some of the entries, newest first, each changed as said.
func liveBlog(from, to int, edits ...string) *article.Article {
	a := &article.Article{Headline: "Ferry terminal closes: the day as it happens", Language: "en", LiveBlog: true,
		Blocks: []article.Block{{Role: article.Lede, Text: "Follow the decision on the terminal of Tarnvik."}}}
	change := strings.NewReplacer(edits...)
	for i := to - 1; i >= from; i-- {
		name := fmt.Sprint("id ", i)
		a.Blocks = append(a.Blocks,
			article.Block{Role: article.Subheading, Text: fmt.Sprintf("%d:05", 9+i), Entry: name},
			article.Block{Role: article.Body, Text: change.Replace(liveEntries[i]), Entry: name})
	}
	return a
}

// renamed gives the entries of a live blog other names.
func renamed(a *article.Article, prefix string) *article.Article {
	b := *a
	b.Blocks = slices.Clone(a.Blocks)
	for i := range b.Blocks {
		if b.Blocks[i].Entry != "" {
			b.Blocks[i].Entry = prefix + b.Blocks[i].Entry
		}
	}
	return &b
}

func TestLiveBlogEntriesAreCounted(t *testing.T) {
	removed := liveBlog(0, 4)
	removed.Blocks = slices.Concat(removed.Blocks[:3], removed.Blocks[5:])
	noted := liveBlog(0, 5)
	noted.Blocks = slices.Insert(noted.Blocks, 3, article.Block{Role: article.Note, Text: "Correction: An earlier version of this live blog misstated the cost. It is 4.2 million crowns, not 2.4 million.", Entry: "id 4"})
	for _, tt := range []struct {
		name     string
		old, new *article.Article
		outcome  report.Outcome
		entries  report.Entries
		values   string // before→after of the first change
		notes    int
	}{
		{"new entries", liveBlog(0, 4), liveBlog(0, 7), report.Cosmetic, report.Entries{Added: 3}, "", 0},
		{"new ones push out old ones", liveBlog(0, 4), liveBlog(2, 7), report.Cosmetic, report.Entries{Added: 3, Gone: 2}, "", 0},
		{"a number edited in an old entry", liveBlog(0, 4), liveBlog(0, 6, "4.2 million", "5.1 million"), report.Changed, report.Entries{Added: 2, Edited: 1}, "4.2→5.1", 0},
		{"edited and dated anew", renamed(liveBlog(0, 4), "at a "), renamed(liveBlog(0, 6, "4.2 million", "5.1 million"), "at b "), report.Changed, report.Entries{Added: 2, Edited: 1}, "4.2→5.1", 0},
		{"an entry taken out", liveBlog(0, 4), removed, report.Changed, report.Entries{}, "", 0},
		{"the newest entry taken out", liveBlog(0, 4), liveBlog(0, 3), report.Changed, report.Entries{}, "", 0},
		{"a note in a new entry", liveBlog(0, 4), noted, report.Changed, report.Entries{Added: 1}, "", 1},
		{"nothing but a new headline", liveBlog(0, 4), headed(liveBlog(2, 7), "Board says 1,500 people use the terminal"), report.Changed, report.Entries{Added: 3, Gone: 2}, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := report.Compare(tt.old, tt.new)
			if r.Outcome != tt.outcome || r.Entries == nil || *r.Entries != tt.entries || len(r.Notes) != tt.notes {
				t.Fatalf("got %s (%s), %+v, %d notes, want %s, %+v", r.Outcome, r.Reason, r.Entries, len(r.Notes), tt.outcome, tt.entries)
			}
			if tt.values != "" && (len(r.Changes) == 0 || !strings.Contains(r.Changes[0].BeforeValue+"→"+r.Changes[0].AfterValue, "4.2") || !strings.Contains(r.Changes[0].AfterValue, "5.1")) {
				t.Errorf("changes %+v", r.Changes)
			}
			if r.Outcome == report.Cosmetic && !strings.Contains(r.Reason, "3 entries added") {
				t.Errorf("reason %q", r.Reason)
			}
			checkSpans(t, r, tt.old, tt.new)
		})
	}
}

func headed(a *article.Article, headline string) *article.Article {
	a.Headline = headline
	return a
}

// checkSpans: places are counted in the whole versions, and all that was added is in
// the full diff.
func checkSpans(t *testing.T, r *report.Report, old, new *article.Article) {
	t.Helper()
	docs := [2]*diff.Doc{diff.Parse(old), diff.Parse(new)}
	for _, c := range r.Changes {
		for side, p := range []*report.Place{c.BeforeSpan, c.AfterSpan} {
			if value := []string{c.BeforeValue, c.AfterValue}[side]; p != nil && value != "" {
				if s := docs[side].Sentences[p[0]].Folded.Raw; p[2] > len(s) || !strings.Contains(s, value) {
					t.Errorf("side %d: %q is not in %q", side, value, s)
				}
			}
		}
	}
	full := report.FullDiff(r)
	for _, b := range new.Blocks {
		if !slices.ContainsFunc(old.Blocks, func(x article.Block) bool { return x.Text == b.Text }) && b.Role == article.Body && r.Entries.Added > 0 && r.Entries.Edited == 0 && !strings.Contains(full, b.Text) {
			t.Errorf("the full diff lacks %q:\n%s", b.Text, full)
		}
	}
}

func TestEntriesInWords(t *testing.T) {
	for want, e := range map[string]*report.Entries{
		"":                                      nil,
		"Live blog: 1 entry added.":             {Added: 1},
		"Live blog: 3 entries added, 1 edited.": {Added: 3, Edited: 1},
		"Live blog: 2 entries edited, 4 no longer shown.":        {Edited: 2, Gone: 4},
		"Live blog: 1 entry added, 2 edited, 1 no longer shown.": {Added: 1, Edited: 2, Gone: 1},
	} {
		if got := e.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
