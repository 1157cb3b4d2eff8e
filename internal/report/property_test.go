package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/report"
)

// prose draws an article out of pieces that the rules react to.
func prose() *rapid.Generator[*article.Article] {
	words := []string{"the", "mill", "killed", "12", "17", "people", "on", "Monday", "Friday", "said", "Ellen", "Marsh", "not", "reportedly",
		"“never", "again,”", "£1.3m", "3 May 2024", "in", "Leith", "Correction:", "Update:", "This article was amended", "instead of", "…", "\u00a0", "ö", "У Києві", "%", "-"}
	roles := []article.Role{article.Body, article.Body, article.Body, article.Note, article.Subheading, article.Caption, article.Quote}
	return rapid.Custom(func(t *rapid.T) *article.Article {
		a := &article.Article{Language: rapid.SampledFrom([]string{"", "en"}).Draw(t, "lang")}
		sentence := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 9).Draw(t, "words"), " ") + rapid.SampledFrom([]string{".", "", "?"}).Draw(t, "end")
		})
		a.Headline = rapid.SampledFrom([]string{"", "Fire at mill", "Fire at mill kills two"}).Draw(t, "headline")
		for range rapid.IntRange(0, 6).Draw(t, "blocks") {
			text := strings.Join(rapid.SliceOfN(sentence, 1, 3).Draw(t, "sentences"), " ")
			a.Blocks = append(a.Blocks, article.Block{Role: rapid.SampledFrom(roles).Draw(t, "role"), Text: strings.TrimSpace(text)})
		}
		return a
	})
}

func TestCompareHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := prose().Draw(t, "old")
		checkReport(t, old, prose().Draw(t, "new"))
		checkSame(t, old)
	})
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// checkSame: an article against itself gives nothing at all.
func checkSame(t failer, a *article.Article) {
	t.Helper()
	r := report.Compare(a, a)
	if r.Outcome == report.NotComparable {
		return
	}
	if r.Outcome != report.Same || len(r.Changes)+len(r.Hunks) > 0 || r.Edits != (report.Edits{}) || r.Severity != report.None {
		t.Fatalf("compared with itself: %+v", r)
	}
}

// checkReport: spans lie in the sentences they name, what is quoted is there, the
// ranks are in order, links are mutual, and the bytes are the same twice.
func checkReport(t failer, old, new *article.Article) {
	t.Helper()
	wasOld, wasNew := old.Digest(), new.Digest()
	r := report.Compare(old, new)
	if old.Digest() != wasOld || new.Digest() != wasNew {
		t.Fatalf("an article was changed")
	}
	a, b := diff.Parse(old), diff.Parse(new)
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.BeforeSpan == nil && c.AfterSpan == nil {
			t.Fatalf("%s stands nowhere: %+v", c.Kind, c)
		}
		checkSide(t, a, old, c.BeforeSpan, c.Before, c.BeforeValue)
		checkSide(t, b, new, c.AfterSpan, c.After, c.AfterValue)
		if c.Significance < 0 || c.Significance > 1 || i > 0 && c.Significance > r.Changes[i-1].Significance || c.Places < 1 {
			t.Fatalf("change %d: rank %v after %+v", i, c.Significance, r.Changes[max(i-1, 0)])
		}
		if c.Note != nil && !slices.Contains(r.Notes[*c.Note].Links, i) {
			t.Fatalf("change %d names a note that does not name it", i)
		}
	}
	for _, n := range r.Notes {
		for _, l := range n.Links {
			if l < 0 || l >= len(r.Changes) {
				t.Fatalf("note links to change %d of %d", l, len(r.Changes))
			}
		}
	}
	first, err := json.Marshal(report.NewJSON("x", r, ""))
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	if second, _ := json.Marshal(report.NewJSON("x", report.Compare(old, new), "")); !bytes.Equal(first, second) {
		t.Fatalf("two runs differ:\n%s\n%s", first, second)
	}
	if r.Outcome == report.Changed && len(r.Changes) == 0 && len(r.Notes) == 0 {
		t.Fatalf("changed, but nothing to tell")
	}
}

func checkSide(t failer, doc *diff.Doc, a *article.Article, at *report.Place, clause, value string) {
	t.Helper()
	if at != nil {
		if at[0] < 0 || at[0] >= len(doc.Sentences) {
			t.Fatalf("sentence %d of %d", at[0], len(doc.Sentences))
		}
		if raw := doc.Sentences[at[0]].Folded.Raw; at[1] < 0 || at[1] > at[2] || at[2] > len(raw) {
			t.Fatalf("bytes %d to %d of %q", at[1], at[2], raw)
		}
	}
	for _, s := range []string{clause, value} {
		if s != "" && !slices.ContainsFunc(a.Paragraphs(), func(b article.Block) bool { return strings.Contains(b.Text, s) }) {
			t.Fatalf("%q does not stand in the article", s)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("# A\nTwo people died.", "# A\nFour people died.\nCorrection: It was four, not two.", "en")
	f.Add("", "x", "")
	f.Fuzz(func(t *testing.T, x, y, lang string) {
		old, new := version(strings.ToValidUTF8(x, "?"), lang), version(strings.ToValidUTF8(y, "?"), lang)
		checkReport(t, old, new)
		checkSame(t, old)
	})
}

// TestJSONOrder: other programs read the fields in the published order.
func TestJSONOrder(t *testing.T) {
	r := report.Compare(version("Two people died on Monday.", "en"), version("Four people died on Monday.", "en"))
	data, err := json.Marshal(report.NewJSON("7", r, "s"))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	var got []string
	for depth := 0; ; {
		tok, err := dec.Token()
		if err != nil {
			break
		}
		switch v := tok.(type) {
		case json.Delim:
			depth += map[json.Delim]int{'{': 1, '[': 1, '}': -1, ']': -1}[v]
		case string:
			if depth == 1 && !slices.Contains(got, v) && !slices.Contains([]string{"7", "s", string(r.Outcome), string(r.Severity), string(r.Announced)}, v) {
				got = append(got, v)
			}
		}
	}
	want := []string{"id", "outcome", "severity", "significance", "announced", "labelled_as_update", "changes", "notes", "edits", "summary"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("fields %q, want %q", got, want)
	}
	if !bytes.Contains(data, []byte(`"before_span":[0,`)) {
		t.Errorf("no span in %s", data)
	}
}
