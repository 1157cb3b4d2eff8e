package summarize_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

func number(before, after string) report.Change {
	return report.Change{
		Kind: claim.Number, Severity: report.Major, Where: string(article.Lede), Places: 1, InPlace: true,
		Before: "The flood drove " + before + " from their homes on Sunday.", After: "The flood drove " + after + " from their homes on Sunday.",
		BeforeValue: before, AfterValue: after, Head: "families",
	}
}

func TestCompose(t *testing.T) {
	zero := 0
	corrected := number("40 families", "400 families")
	corrected.Note = &zero
	tests := []struct {
		name string
		in   report.Report
		want string
	}{
		{
			"a number without a note",
			report.Report{Outcome: report.Changed, Severity: report.Major, Announced: report.AnnouncedNo, Changes: []report.Change{number("40 families", "400 families")}},
			"Families: 40 families → 400 families in “The flood drove 400 families from their homes on Sunday.” (lede)\nAnnounced: no note found",
		},
		{
			"a number with its correction",
			report.Report{
				Outcome: report.Changed, Announced: report.AnnouncedYes, Changes: []report.Change{corrected},
				Notes: []report.Note{{Kind: note.Correction, State: report.NoteNew, Text: "Correction: It was 400 families.", Links: []int{0}}},
			},
			"Families: 40 families → 400 families in “The flood drove 400 families from their homes on Sunday.” (lede)\n" +
				"> Correction: It was 400 families. — matches: Families\nAnnounced: yes, correction",
		},
		{
			"sources that came share a line",
			report.Report{Outcome: report.Changed, Announced: report.NotApplicable, Edits: report.Edits{Silent: 2, Moved: 1}, Changes: []report.Change{
				{Kind: claim.AttributionAdded, Severity: report.Minor, Where: "body", Places: 1, After: "said Ines Okafor", AfterValue: "Ines Okafor"},
				{Kind: claim.AttributionAdded, Severity: report.Minor, Where: "body", Places: 1, After: "said Jonas Feld", AfterValue: "Jonas Feld"},
			}},
			"Added source: Ines Okafor, Jonas Feld (body)\n+ 2 wording edits, 1 moved",
		},
		{
			"a note that vanished",
			report.Report{Outcome: report.Changed, Announced: report.NotApplicable, Notes: []report.Note{{Kind: note.Correction, State: report.NoteVanished, Text: "Correction: It was May."}}},
			"> Note gone: Correction: It was May.",
		},
		{"nothing", report.Report{Outcome: report.Same}, "No difference."},
		{"not comparable", report.Report{Outcome: report.NotComparable, Reason: "the old version is empty"}, "Not comparable: the old version is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := summarize.Compose(&tt.in).String(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestMarkdownIsEscaped(t *testing.T) {
	c := number("4 *families*", "40 [families](http://x)")
	got := summarize.Compose(&report.Report{Outcome: report.Changed, Changes: []report.Change{c}}).Markdown()
	if !strings.Contains(got, `**40 \[families\](http://x)**`) || !strings.Contains(got, `4 \*families\*`) {
		t.Errorf("not escaped: %s", got)
	}
}

// evidence draws a report of any shape, with texts that are long, odd or empty.
func evidence() *rapid.Generator[*report.Report] {
	kinds := []claim.Kind{claim.Number, claim.Name, claim.Quote, claim.HedgeAdded, claim.ContentAdded, claim.ContentRemoved, claim.Headline,
		claim.AttributionAdded, claim.Content, claim.DateRemoved, claim.Attribution, claim.NameSpelling, claim.Kind("odd-kind")}
	words := []string{"the", "fire", "“never", "again”", "1,300", "£2m", "ö", "Україна", "*", "…", "waterloopolder-dijkgraafschap", "\u00a0", "—"}
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.TrimSpace(strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 60).Draw(t, "words"), rapid.SampledFrom([]string{" ", ""}).Draw(t, "sep")))
	})
	change := rapid.Custom(func(t *rapid.T) report.Change {
		c := report.Change{
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Where: "body", Places: rapid.IntRange(0, 4).Draw(t, "places"),
			Severity: rapid.SampledFrom([]report.Severity{report.Style, report.Minor, report.Critical}).Draw(t, "severity"),
			Before:   text.Draw(t, "before"), After: text.Draw(t, "after"),
		}
		c.BeforeValue, c.AfterValue = part(t, c.Before), part(t, c.After)
		if rapid.Bool().Draw(t, "still") {
			c.StillSays, c.StillWhere = c.Before, rapid.SampledFrom([]string{"headline", "list_item", "body", ""}).Draw(t, "where")
			c.StillValue = part(t, c.StillSays)
		}
		if rapid.Bool().Draw(t, "placed") {
			c.BeforeSpan, c.AfterSpan = &report.Place{rapid.IntRange(0, 2).Draw(t, "sentence")}, &report.Place{rapid.IntRange(0, 2).Draw(t, "sentence")}
		}
		return c
	})
	return rapid.Custom(func(t *rapid.T) *report.Report {
		r := &report.Report{Outcome: report.Changed, Announced: report.AnnouncedPartly, Changes: rapid.SliceOfN(change, 0, 8).Draw(t, "changes")}
		for range rapid.IntRange(0, 3).Draw(t, "notes") {
			r.Notes = append(r.Notes, report.Note{Kind: note.Update, State: report.NoteNew, Text: text.Draw(t, "note"), Says: report.SaysNotFound,
				Links: rapid.SliceOfN(rapid.IntRange(-1, 9), 0, 3).Draw(t, "links")})
		}
		r.Edits.Silent, r.Edits.Moved = rapid.IntRange(0, 99).Draw(t, "silent"), rapid.IntRange(0, 9).Draw(t, "moved")
		return r
	})
}

// part draws some words out of a clause.
func part(t *rapid.T, s string) string {
	if s == "" || rapid.Bool().Draw(t, "none") {
		return ""
	}
	f := strings.Fields(s)
	if len(f) == 0 {
		return ""
	}
	i := rapid.IntRange(0, len(f)-1).Draw(t, "i")
	at := 0
	for _, w := range f[:i] {
		at += strings.Index(s[at:], w) + len(w)
	}
	at += strings.Index(s[at:], f[i])
	return s[at : at+len(f[i])]
}

// The limits hold, and every word of a value or quotation stands in the evidence.
func TestSummaryHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := evidence().Draw(t, "report")
		s := summarize.Compose(r)
		plain := s.String()
		if n := utf8.RuneCountInString(plain); n > summarize.MaxLength {
			t.Fatalf("%d runes:\n%s", n, plain)
		}
		if n := utf8.RuneCountInString(s.Headline()); n > summarize.MaxHeadline {
			t.Fatalf("headline of %d runes: %s", n, s.Headline())
		}
		if h := s.Headline(); strings.HasSuffix(h, "……") || strings.HasSuffix(h, "…”…") {
			t.Fatalf("headline cut twice: %s", h)
		}
		if len(s.Bullets) > summarize.MaxFacts-1 || !utf8.ValidString(plain) || plain != summarize.Compose(r).String() {
			t.Fatalf("%d bullets in\n%s", len(s.Bullets), plain)
		}
		var known []string
		for _, c := range r.Changes {
			known = append(known, c.Before, c.After, c.BeforeValue, c.AfterValue, c.Head, c.StillSays, c.StillValue)
		}
		for _, n := range r.Notes {
			known = append(known, n.Text)
		}
		for _, line := range slices.Concat([]summarize.Line{s.Lead, s.Note}, s.Bullets) {
			for _, span := range line {
				checkSpan(t, span, known)
			}
		}
		if beyond := summarize.NewEvidence(known...).Unsupported(plain); len(beyond) > 0 {
			t.Fatalf("%q stand nowhere in %q:\n%s", beyond, known, plain)
		}
	})
}

func checkSpan(t *rapid.T, span summarize.Span, known []string) {
	if !span.Verbatim {
		return
	}
	text := span.Text
	if slices.ContainsFunc(known, func(s string) bool { return strings.Contains(s, text) }) {
		return
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "…"), "…")
	if !slices.ContainsFunc(known, func(s string) bool { return strings.Contains(s, text) }) {
		t.Fatalf("%q stands nowhere in %s", span.Text, fmt.Sprint(known))
	}
}
