package report_test

import (
	"bytes"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/report"
)

const (
	oldText = "# Ferry sinks off Skarn\nThe ferry Halla sank on Monday with 40 people on board.\nIts owner declined to comment."
	newText = "# Ferry sinks off Skarn\nThe ferry Halla sank on Monday with 400 people on board.\nIts owner declined to comment."
)

func TestFullDiff(t *testing.T) {
	r := report.Compare(version(oldText, "en"), version(newText, "en"))
	want := "@@ lede @@\nThe ferry Halla sank on Monday with [-40-] {+400+} people on board."
	if got := report.FullDiff(r); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := report.FullDiff(report.Compare(version(oldText, "en"), version(oldText, "en"))); got != "No difference." {
		t.Errorf("of equal versions: %s", got)
	}
}

func TestTextColours(t *testing.T) {
	r := report.Compare(version(oldText, "en"), version(newText, "en"))
	var plain, colour bytes.Buffer
	if err := report.Text(&plain, r, report.TextOptions{Edits: true}); err != nil {
		t.Fatal(err)
	}
	if err := report.Text(&colour, r, report.TextOptions{Edits: true, Colour: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Errorf("colour where none was asked for: %q", plain.String())
	}
	for _, want := range []string{"\x1b[9;31m40\x1b[0m", "\x1b[1;32m400\x1b[0m"} {
		if !strings.Contains(colour.String(), want) {
			t.Errorf("no %q in %q", want, colour.String())
		}
	}
}

// A page can neither write to the terminal nor format a message.
func TestRenderingIsHarmless(t *testing.T) {
	evil := strings.Replace(newText, "400 people", "400 \x1b[2J**people** [x](http://y) \u202e", 1)
	r := report.Compare(version(oldText, "en"), version(evil, "en"))
	var b bytes.Buffer
	if err := report.Text(&b, r, report.TextOptions{Edits: true}); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{"text": b.String(), "diff": report.FullDiff(r), "markdown": report.Markdown(r)} {
		if strings.ContainsAny(s, "\x1b\u202e") {
			t.Errorf("%s holds a control character: %q", name, s)
		}
	}
	if md := report.Markdown(r); strings.Contains(md, "[x](") || strings.Contains(md, " **people**") {
		t.Errorf("markdown of the page is live: %s", md)
	}
}

// Places count sentences as diff.Parse does, also when a list item is a note.
func TestNotesDoNotShiftPlaces(t *testing.T) {
	old, new := version(oldText, "en"), version(newText, "en")
	for _, a := range []*article.Article{old, new} {
		item := article.Block{Role: article.ListItem, Text: "Correction: It was Monday. We regret the error."}
		a.Blocks = append([]article.Block{item}, a.Blocks...)
	}
	r := report.Compare(old, new)
	if len(r.Changes) != 1 || r.Changes[0].AfterSpan == nil {
		t.Fatalf("changes %+v", r.Changes)
	}
	checkReport(t, old, new)
}

func TestSameArticleOtherExtractor(t *testing.T) {
	old, new := version(oldText, "en"), version(newText, "en")
	old.Extractor, new.Extractor = "a/1", "a/2"
	if r := report.Compare(old, new); r.Outcome != report.NotComparable || !strings.Contains(r.Reason, "a/2") {
		t.Errorf("outcome %s, reason %q", r.Outcome, r.Reason)
	}
	new.Extractor, new.Language = "", "de"
	if r := report.Compare(old, new); r.Outcome != report.NotComparable || !strings.Contains(r.Reason, "language") {
		t.Errorf("outcome %s, reason %q", r.Outcome, r.Reason)
	}
}
