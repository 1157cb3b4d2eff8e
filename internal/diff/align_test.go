package diff_test

import (
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
)

// Three paragraphs around which the tables edit.
const (
	council = "The city council approved the new tram line on Monday evening."
	critics = "Critics said the tunnel would cost far more than the mayor had promised."
	work    = "Construction work starts in March and should last about four years."
	river   = "The line crosses the river twice and ends at the old harbour."
	fares   = "Fares will stay the same until the end of next year, the operator said."
)

func lines(s ...string) string { return strings.Join(s, "\n") }

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name, before, after string
		want                []string // lines of the sketch
	}{
		{"nothing", lines(council, critics), lines(council, critics), nil},
		{"typography", "The “new” line – it’s late…", "The \"new\" line - it's\u00a0late...", nil},
		{
			"one word", lines(council, critics, work), lines(council, strings.Replace(critics, "mayor", "operator", 1), work),
			[]string{"edit [1] [1] [mayor>operator]"},
		},
		{
			"number whole", "At least 1,300 people came to the square.", "At least 12,000 people came to the square.",
			[]string{"edit [0] [0] [1,300>12,000]"},
		},
		{
			"initialism dots", "The U.S. team left on Monday morning.", "The US team left on Monday morning.",
			[]string{"edit [0] [0]"},
		},
		{
			"possessive apart", "Ann Lee's plan failed on Monday.", "Ann Roe's plan failed on Monday.",
			[]string{"edit [0] [0] [Lee>Roe]"},
		},
		{
			"function word swallowed", "He met the mayor of Lviv on Monday.", "He met the head of Kharkiv on Monday.",
			[]string{"edit [0] [0] [mayor of Lviv>head of Kharkiv]"},
		},
		{
			"added and removed", lines(council, critics, work), lines(council, work, fares),
			[]string{"removed [1] []", "added [] [2]"},
		},
		{
			"removed first", lines(critics, council, work), lines(council, work),
			[]string{"removed [0] []"},
		},
		{
			"moved up", lines(council, critics, work, fares), lines(council, fares, critics, work),
			[]string{"same [3] [1] moved"},
		},
		{
			"two swapped: the lower one went up", lines(council, critics, work), lines(council, work, critics),
			[]string{"same [2] [1] moved"},
		},
		{
			"moved and edited", lines(council, critics, work, river, fares),
			lines(council, strings.Replace(fares, "next", "this", 1), critics, work, river),
			[]string{"edit [4] [1] moved [next>this]"},
		},
		{
			"split", lines(council, "The line crosses the river twice, and the last stop will be at the old harbour.", work),
			lines(council, "The line crosses the river twice. The last stop will be at the old harbour.", work),
			[]string{"split [1] [1 2] [, and>.]"},
		},
		{
			"merge", lines(council, "The line crosses the river twice. The last stop will be at the old harbour.", work),
			lines(council, "The line crosses the river twice, and the last stop will be at the old harbour.", work),
			[]string{"merge [1 2] [1] [.>, and]"},
		},
		{
			"repeated sentences stay in order", lines(council, "More soon.", critics, "More soon.", work),
			lines("More soon.", council, critics, "More soon.", work),
			[]string{"same [1] [0] moved"},
		},
		{
			"headline always with headline", lines("# Tram line approved", council), lines("# Costs of tunnel explode", council),
			[]string{"rewritten [0] [0] [Tram line approved>Costs of tunnel explode]"},
		},
		{
			"short headline with a word kept", lines("# Thursday, 18 December: Market opens", council), lines("# Friday, 7 January: Market opens", council),
			[]string{"edit [0] [0] [Thursday, 18 December>Friday, 7 January]"},
		},
		{
			"place before the first sentence", lines("KYIV -", council), "KYIV - " + council,
			[]string{"merge [0 1] [0]"},
		},
		{
			"ledes that say much the same", lines("Voters in Odesa chose a new mayor in a calm ballot on Sunday, early counts show.", work),
			lines("A former judge will be the new mayor of Odesa, according to final counts published late at night.", work),
			[]string{"rewritten [0] [0] [Voters in Odesa chose a new mayor in a calm ballot on Sunday, early counts show.>A former judge will be the new mayor of Odesa, according to final counts published late at night.]"},
		},
		{
			"ledes that share nothing", lines(council, work), lines("Thousands of penguins reached Cape Town.", work),
			[]string{"removed [0] []", "added [] [0]"},
		},
		{
			"caption and body stay apart", lines(council, "! The old harbour in winter"), lines(council, "The old harbour in winter"),
			[]string{"removed [1] []", "added [] [1]"},
		},
		{
			"subheading may become body", lines(council, "## What happens next"), lines(council, "What happens next"),
			nil,
		},
		{
			"note repeats what it corrects", lines(council, critics, work),
			lines(council, strings.Replace(critics, "far", "not", 1), work, "% Correction: an earlier version said the tunnel would cost far more than the mayor had promised last year in his speech."),
			[]string{"edit [1] [1] [far>not]", "added [] [3]"},
		},
		{
			"Ukrainian", "Президент підписав закон у понеділок. Так сказав речник.", "Президент не підписав закон у вівторок. Так сказав речник.",
			[]string{"edit [0] [0] [>не] [понеділок>вівторок]"},
		},
		{"both empty", "", "", nil},
		{"from nothing", "", council, []string{"added [] [0]"}},
		{"to nothing", council, "", []string{"removed [0] []"}},
		{"only marks", "- - -\n" + council, "---\n" + council, []string{"edit [0] [0]"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.TrimSuffix(sketch(compare(tt.before, tt.after)), "\n")
			if want := strings.Join(tt.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestParse(t *testing.T) {
	a := page(lines("# A. B? C", "> Two things. One dek.", "@ Ann Lee", "% Update: now. Later.", "## Why? How?", "First. Second.", "* One. Two.", "Third.", "! See. This."))
	a.Blocks = append(a.Blocks, article.Block{Role: article.Lede, Text: "Not a lede."}, article.Block{Role: article.Body, Text: " \u00a0"})
	want := []struct {
		role article.Role
		text string
	}{
		{article.Headline, "A. B? C"},
		{article.Dek, "Two things."}, {article.Dek, "One dek."},
		{article.Byline, "Ann Lee"},
		{article.Note, "Update: now."}, {article.Note, "Later."},
		{article.Subheading, "Why? How?"},
		{article.Lede, "First."}, {article.Lede, "Second."},
		{article.ListItem, "One. Two."},
		{article.Body, "Third."},
		{article.Caption, "See. This."},
		{article.Body, "Not a lede."},
	}
	doc := diff.Parse(a)
	if len(doc.Sentences) != len(want) {
		t.Fatalf("%d sentences, want %d", len(doc.Sentences), len(want))
	}
	for i, s := range doc.Sentences {
		if s.ID != i || s.Role != want[i].role || s.Folded.Raw != want[i].text || doc.Blocks[s.Block].Role != s.Role {
			t.Errorf("sentence %d: %s %q, want %s %q", i, s.Role, s.Folded.Raw, want[i].role, want[i].text)
		}
	}
}

func TestSpansQuoteThePage(t *testing.T) {
	d := compare("They saw “12\u00a0tanks” – he said… on Monday.", "They saw “17\u00a0tanks” – he said… on Monday.")
	before, after := d.Sides(d.Groups[0])
	for _, op := range d.Groups[0].Ops {
		if op.Kind == diff.Keep {
			continue
		}
		was, is := d.Old.Span(diff.OldSide, before[op.A0:op.A1+1]), d.New.Span(diff.NewSide, after[op.B0:op.B1+2])
		if got := d.Old.Cut(was[0]); got != "12\u00a0tanks" {
			t.Errorf("old span cuts %q", got)
		}
		if got := d.New.Cut(is[0]); got != "17\u00a0tanks”" {
			t.Errorf("new span cuts %q", got)
		}
	}
}
