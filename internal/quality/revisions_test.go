package quality

import (
	"testing"

	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

func TestUntokenised(t *testing.T) {
	for in, want := range map[string]string{
		"The film , made in 2012 , earned $ 5 million .":  "The film, made in 2012, earned $5 million.",
		"He called it `` a gift '' ( so to speak ) .":     `He called it "a gift" (so to speak).`,
		"Rates fell 5 % ; they did n't rise , Ann 's did": "Rates fell 5%; they didn't rise, Ann's did",
		"Nothing to mend here.":                           "Nothing to mend here.",
		"":                                                "",
	} {
		if got := untokenised(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	edit := Fact{Before: "The band has five members.", After: "The band has six members."}
	change := func(k claim.Kind, s report.Severity, before, after string) *report.Report {
		return &report.Report{Changes: []report.Change{{Kind: k, Severity: s, Before: before, After: after}}}
	}
	for _, tt := range []struct {
		name string
		r    *report.Report
		want bool
	}{
		{"both words", change(claim.Number, report.Major, "five members", "six members"), true},
		{"a wording edit is not told", change(claim.Content, report.Style, "five members", "six members"), false},
		{"nor are words added to no weight", change(claim.ContentAdded, report.Style, "five members", "six members"), false},
		{"a kind that says what changed, whatever its weight", change(claim.Name, report.Style, "five", "six"), true},
		{"one side only", change(claim.NumberAdded, report.Minor, "", "six members"), false},
		{"words that both sentences have", change(claim.Name, report.Major, "The band", "The band"), false},
		{"nothing", &report.Report{}, false},
	} {
		if got := names(tt.r, edit); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	longer := Fact{Before: "The band split.", After: "The old band split."}
	if !names(change(claim.Content, report.Minor, "", "old"), longer) {
		t.Error("a side without words of its own asks for nothing")
	}
}
