package mute_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/mute"
)

func TestPatternRule(t *testing.T) {
	for pattern, want := range map[string]string{
		`^Most read:`:                   "",
		`(?i)\d+ (views|reads)`:         "",
		`(`:                             "no RE2 pattern",
		`(?=x)`:                         "no RE2 pattern",
		strings.Repeat("a", 201):        "too long",
		`(\d{3} ){200}`:                 "too large",
		`((a{9}){9}){9}`:                "too large",
		`.*`:                            "matches even where nothing is",
		`(old)?`:                        "matches even where nothing is",
		`\pL{1,20}: \d{1,9} of \d{1,9}`: "",
	} {
		_, err := mute.PatternRule(pattern, start)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", pattern, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", pattern, err, want)
		}
	}
}

func TestRulesIgnore(t *testing.T) {
	rule := func(pattern string) mute.Rule {
		r, err := mute.PatternRule(pattern, start)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, tt := range []struct {
		rules         []mute.Rule
		before, after string
		want          bool
	}{
		{[]mute.Rule{rule(`\d+ dead`)}, "The flood: 12 dead.", "The flood: 15 dead.", true},
		{[]mute.Rule{rule(`\d+ dead`)}, "The flood: 12 dead.", "The fire: 15 dead.", false},
		{[]mute.Rule{rule(`\d+ dead`)}, "The flood: 12 hurt.", "The flood: 15 hurt.", false},
		{[]mute.Rule{rule(`\d+ dead`)}, "12 dead", "", true},
		{[]mute.Rule{rule(`\d+ dead`)}, "The flood: 12 dead", "", false},
		{[]mute.Rule{rule(`\d+ dead`), rule(`\d+ hurt`)}, "12 dead, 3 hurt", "14 dead, 9 hurt", true},
		{[]mute.Rule{rule(`^Read more:.+`)}, "Read more: Gales", "Read more: “No” to the bridge", true},
		{[]mute.Rule{mute.BlockRule(mute.KeyOf("The ferry sails at 9."), "", start)}, "The ferry sails at 9.", "Nobody sails.", true},
		{[]mute.Rule{mute.BlockRule(mute.KeyOf("The ferry sails at 9."), "", start)}, "", "The ferry sails at 9.", true},
		{[]mute.Rule{mute.BlockRule(mute.KeyOf("The ferry sails at 9."), "", start)}, "Nobody sails.", "The ferry sails at 9.", false},
		{nil, "12 dead", "15 dead", false},
	} {
		between := func(s string) *article.Article {
			return text(slices.DeleteFunc([]string{"A", s, "Z"}, func(s string) bool { return s == "" })...)
		}
		edits := mute.Edits(between(tt.before), between(tt.after))
		rules := mute.Ready(tt.rules)
		for range 2 { // the same answer each time
			for _, e := range edits {
				if rules.Ignores(mute.Unrest{}, e) != tt.want {
					t.Errorf("%q → %q ignored %v by %+v", tt.before, tt.after, !tt.want, tt.rules)
				}
			}
		}
	}
}

// TestRulesAreBounded: a page cannot make patterns read on and on; what is left unread
// is not ignored.
func TestRulesAreBounded(t *testing.T) {
	r, err := mute.PatternRule(`(a|aa)+\d`, start)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("a", 1<<20)
	rules := mute.Ready([]mute.Rule{r})
	for _, e := range mute.Edits(text("A", long+"1", "Z"), text("A", long+"2", "Z")) {
		if rules.Ignores(mute.Unrest{}, e) {
			t.Error("a megabyte was read")
		}
	}
}

// TestARuledBlockIsFollowed: a block that a rule names is known by the rule through all
// the forms that it takes, however long each stands.
func TestARuledBlockIsFollowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		forms := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]{3,9}( [a-z]{2,9}){0,5}`), 3, 14, rapid.ID).Draw(t, "forms")
		rule := mute.BlockRule(mute.KeyOf(forms[0]), forms[0], start)
		rules := mute.Ready([]mute.Rule{rule})
		var u mute.Unrest
		at := start
		for i := 1; i < len(forms); i++ {
			last, now := text("The bridge closes.", forms[i-1], "The ferry runs."), text("The bridge closes.", forms[i], "The ferry runs.")
			at = at.Add(40 * 24 * 3600e9)
			u = u.Seen(last, now, at, 60e9, []mute.Key{rule.ID})
			for _, e := range mute.Edits(last, now) {
				if !rules.Ignores(u, e) {
					t.Fatalf("form %d is not known: %+v", i, u)
				}
			}
		}
	})
}
