package report_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

var update = flag.Bool("update", false, "write the wanted output of the golden files")

// version reads a plain article: a line "# ..." is the headline, every other one a
// paragraph.
func version(text, lang string) *article.Article {
	a := &article.Article{Language: lang}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch head, ok := strings.CutPrefix(line, "# "); {
		case ok:
			a.Headline = head
		case line != "":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
		}
	}
	return a
}

// TestGolden compares small articles. The first line of a file is written by hand and
// holds what must be true whatever the exact words; the rest is refreshed by -update.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("found %d golden files: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			comment, rest, _ := strings.Cut(string(data), "-- before --\n")
			before, rest, _ := strings.Cut(rest, "-- after --\n")
			after, want, ok := strings.Cut(rest, "-- want --\n")
			if !ok {
				t.Fatal("not in the form of a golden file")
			}
			expect, lang, _ := strings.Cut(strings.TrimSpace(comment), "\nlang: ")
			r := report.Compare(version(before, lang), version(after, lang))
			checkExpected(t, expect, r)
			got := render(t, r)
			if *update {
				data = append(data[:len(data)-len(want)], got...)
				if err := os.WriteFile(name, data, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("differs from the file (-file +now):\n%s", d)
			}
		})
	}
}

func render(t *testing.T, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Text(&b, r, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "summary:\n%s\n", summarize.Compose(r).String())
	return b.String()
}

// checkExpected checks the words of a hand-written line: an outcome ("silent" is same
// or cosmetic), the least severity, how a kind starts, alternatives apart by |, "yes", "no" or "partly" for
// announced, "labelled", "contradicted", and after a colon a pair of values.
func checkExpected(t *testing.T, expect string, r *report.Report) {
	t.Helper()
	words, values, _ := strings.Cut(expect, ": ")
	ranks := []report.Severity{report.None, report.Style, report.Minor, report.Major, report.Critical}
	for i, w := range strings.Fields(words) {
		switch {
		case w == "silent":
			if r.Outcome != report.Cosmetic {
				t.Errorf("outcome %s, want cosmetic: %+v", r.Outcome, r.Changes)
			}
		case i == 0:
			if string(r.Outcome) != w {
				t.Errorf("outcome %s (%s), want %s", r.Outcome, r.Reason, w)
			}
		case slices.Contains(ranks, report.Severity(w)):
			if slices.Index(ranks, r.Severity) < slices.Index(ranks, report.Severity(w)) {
				t.Errorf("severity %s, want at least %s", r.Severity, w)
			}
		case w == "yes" || w == "no" || w == "partly":
			if string(r.Announced) != w {
				t.Errorf("announced %s, want %s", r.Announced, w)
			}
		case w == "labelled":
			if !r.LabelledAsUpdate {
				t.Error("not labelled as an update")
			}
		case w == "contradicted":
			if len(r.Notes) == 0 || r.Notes[0].Says != report.SaysContradicted {
				t.Errorf("notes %+v, want one contradicted", r.Notes)
			}
		default:
			if !slices.ContainsFunc(r.Changes, func(c report.Change) bool {
				return slices.ContainsFunc(strings.Split(w, "|"), func(kind string) bool { return strings.HasPrefix(string(c.Kind), kind) })
			}) {
				t.Errorf("no change of kind %s", w)
			}
		}
	}
	if before, after, ok := strings.Cut(values, " -> "); ok {
		if !slices.ContainsFunc(r.Changes, func(c report.Change) bool {
			return strings.Contains(c.BeforeValue, before) && strings.Contains(c.AfterValue, after)
		}) {
			t.Errorf("no change from %q to %q", before, after)
		}
	}
}
