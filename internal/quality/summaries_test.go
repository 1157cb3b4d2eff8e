package quality

import (
	"slices"
	"strings"
	"testing"

	"erratum/internal/report"
	"erratum/internal/summarize"
)

func TestStanding(t *testing.T) {
	s := summarize.Summary{
		Lead:    summarize.Line{{Text: "Deaths: "}, {Text: "12", Verbatim: true}, {Text: " → "}, {Text: "17", Verbatim: true}},
		Bullets: []summarize.Line{{{Text: "Name: Ada → Eva"}}},
		More:    "+ 2 more",
	}
	r := &report.Report{Changes: []report.Change{{Before: "in May", After: "in June"}}}
	for _, tt := range []struct {
		fact Fact
		want int
	}{
		{Fact{NumberFact, "12 died", "17 died"}, inSummary},
		{Fact{NumberFact, "12 died", "18 died"}, nowhere},
		{Fact{NameFact, "12", "Eva"}, nowhere}, // two lines
		{Fact{DateFact, "on 1 May", "on 1 June"}, counted},
	} {
		if got := standing(tt.fact, s, r); got != tt.want {
			t.Errorf("%s stands %d, want %d", tt.fact, got, tt.want)
		}
	}
	s.More = "1 wording edit"
	if got := standing(Fact{DateFact, "on 1 May", "on 1 June"}, s, r); got != nowhere {
		t.Error("what is not counted is not there")
	}
}

func TestUnfoundedWords(t *testing.T) {
	evidence := "At least 12 people died.\nAt least 17 people died."
	s := summarize.Summary{
		Lead: summarize.Line{{Text: "People: "}, {Text: "At least 12", Verbatim: true}, {Text: " → "}, {Text: "17", Verbatim: true}, {Text: " (lede + 1 place)"}},
		More: "+ 3 more, 1 wording edit",
	}
	if got := unfoundedWords(s, evidence); len(got) > 0 {
		t.Errorf("%q stand in the evidence or the template", got)
	}
	s.Bullets = []summarize.Line{{{Text: "Number: "}, {Text: "18 victims", Verbatim: true}, {Text: " sadly"}}}
	if got, want := unfoundedWords(s, evidence), strings.Fields("18 victims sadly"); !slices.Equal(got, want) {
		t.Errorf("not in the evidence: %q, want %q", got, want)
	}
	s = summarize.Summary{Lead: summarize.Line{{Text: "Number", Verbatim: true}}}
	if got := unfoundedWords(s, evidence); len(got) != 1 {
		t.Errorf("a verbatim span may not borrow from the template: %q", got)
	}
}
