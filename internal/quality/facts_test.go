package quality_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
	"erratum/internal/quality"
	"erratum/internal/report"
)

func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		name      string
		gold, got quality.Fact
		want      bool
	}{
		{"the differing word on both sides",
			quality.Fact{Before: "12 people died", After: "17 people died"}, quality.Fact{Before: "12", After: "17"}, true},
		{"sides swapped",
			quality.Fact{Before: "12 people died", After: "17 people died"}, quality.Fact{Before: "17", After: "12"}, false},
		{"one side only",
			quality.Fact{Before: "12 people died", After: "17 people died"}, quality.Fact{After: "17 people died"}, false},
		{"shared words do not help",
			quality.Fact{Before: "12 people died", After: "17 people died"}, quality.Fact{Before: "people died", After: "people died"}, false},
		{"an added fact, three words of five",
			quality.Fact{After: "the mayor resigned on Friday"}, quality.Fact{After: "The MAYOR resigned."}, true},
		{"an added fact, two words of five",
			quality.Fact{After: "the mayor resigned on Friday"}, quality.Fact{After: "mayor resigned"}, false},
		{"a word that stands twice is needed twice",
			quality.Fact{After: "ten ten"}, quality.Fact{After: "ten"}, false},
		{"a percent sign is part of its figure",
			quality.Fact{Before: "5%", After: "6%"}, quality.Fact{Before: "5", After: "6"}, false},
		{"a word more on one side asks for nothing on the other",
			quality.Fact{Before: "the talks", After: "the secret talks"}, quality.Fact{After: "secret"}, true},
	} {
		if got := quality.Covers(tt.gold, tt.got); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestFacts(t *testing.T) {
	change := func(k claim.Kind, where string) report.Change {
		return report.Change{Kind: k, Where: where, Before: "a", After: "b"}
	}
	r := &report.Report{
		Changes: []report.Change{
			change(claim.NumberAdded, "body"), change(claim.Direction, "lede"), change(claim.RoleChanged, "body"),
			change(claim.Byline, "byline"), change(claim.Negation, "body"), change(claim.Status, "body"),
			change(claim.Content, "body"), change(claim.ContentRemoved, "body"), change(claim.ContentRemoved, "headline"),
			change(claim.AttributionGone, "body"),
		},
		Notes: []report.Note{
			{Kind: note.Update, State: report.NoteNew, Text: "n"}, {State: report.NoteKept, Text: "k"},
			{State: report.NoteVanished, Text: "v"},
		},
	}
	var kinds []string
	told := quality.Facts(r)
	for _, f := range told {
		kinds = append(kinds, f.Kind)
	}
	want := []string{
		quality.NumberFact, quality.NumberFact, quality.NameFact, quality.AttributionFact, quality.HedgeFact, quality.AddedClaim,
		quality.AddedClaim, quality.RemovedClaim, quality.HeadlineFact, quality.AttributionFact, quality.NoteFact, quality.NoteFact,
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(quality.Fact{Kind: quality.NoteFact, Before: "v"}, told[len(told)-1]); d != "" {
		t.Error(d)
	}
}

func TestScoreFacts(t *testing.T) {
	gold := []quality.Fact{
		{Kind: quality.NumberFact, Before: "12", After: "17"},
		{Kind: quality.NameFact, Before: "Ada", After: "Eva"},
		{Kind: quality.StyleOnly, Before: "a while", After: "awhile"},
	}
	told := []quality.Fact{
		{Kind: quality.HedgeFact, Before: "12 dead", After: "17 dead"},
		{Kind: quality.DateFact, Before: "May", After: "June"},
	}
	want := quality.FactScore{
		Found: quality.Share{Right: 1, Of: 2}, Kind: quality.Share{Of: 1}, Right: quality.Share{Right: 1, Of: 2},
		Missed: gold[1:2], False: told[1:],
	}
	if d := cmp.Diff(want, quality.ScoreFacts(gold, told, true)); d != "" {
		t.Errorf("complete: %s", d)
	}
	want.Right, want.False = quality.Share{}, nil
	if d := cmp.Diff(want, quality.ScoreFacts(gold, told, false)); d != "" {
		t.Errorf("not complete: %s", d)
	}
}
