package mute_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/mute"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// looked is what is known after looks at a block between two others, apart from each
// other.
func looked(apart time.Duration, forms ...string) (u mute.Unrest, base *article.Article, now *article.Article) {
	base = text("The bridge closes.", forms[0], "The ferry runs.")
	for i, f := range forms[1:] {
		now = text("The bridge closes.", f, "The ferry runs.")
		if f == "" {
			now = text("The bridge closes.", "The ferry runs.")
		}
		u = u.Seen(base, now, start.Add(time.Duration(i)*apart), time.Minute, nil)
	}
	return u, base, now
}

func TestUnrest(t *testing.T) {
	const apart = 90 * time.Second
	tests := []struct {
		name  string
		apart time.Duration
		forms []string
		want  mute.Reason // why the last form is muted, empty: it is not
	}{
		{"one change", apart, []string{"Six ways to cook", "Seals return to harbour"}, ""},
		{"another at every look", apart, []string{"Six ways to cook", "Seals return to harbour", "Night train full", "Opera names conductor", "Gales hit county"}, mute.Racing},
		{"until one stays", apart, []string{"Six ways to cook", "Seals return to harbour", "Night train full", "Opera names conductor", "Gales hit county", "Gales hit county"}, ""},
		{"figures at every look", apart, []string{"Seats left: 400", "Seats left: 391", "Seats left: 380", "Seats left: 377", "Seats left: 352"}, mute.Racing},
		{"a sentence that editors change at every look", apart, []string{"Three are hurt.", "Five are hurt.", "Six are hurt.", "Seven are hurt.", "Eight are hurt.", "Nine are hurt."}, ""},
		{"a sentence with figures, five times", apart, []string{"At least 3 are hurt.", "At least 5 are hurt.", "At least 6 are hurt.", "At least 7 are hurt.", "At least 8 are hurt.", "At least 9 are hurt."}, ""},
		{"a sentence with figures, ever again", apart, []string{
			"There are 30 people here now.", "There are 31 people here now.", "There are 37 people here now.", "There are 22 people here now.", "There are 25 people here now.", "There are 28 people here now.", "There are 29 people here now.",
			"There are 11 people here now.", "There are 12 people here now.", "There are 14 people here now.", "There are 15 people here now.", "There are 17 people here now.", "There are 19 people here now.", "There are 21 people here now.",
		}, mute.Racing},
		{"changes that last", apart, []string{"Dead: 3", "Dead: 5", "Dead: 5", "Dead: 6", "Dead: 6", "Dead: 7", "Dead: 7", "Dead: 8"}, ""},
		{"there and back once", apart, []string{"Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour"}, ""},
		{"by turns", apart, []string{"Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour"}, mute.Turns},
		{"by turns, a form never seen before", apart, []string{"Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Six ways to cook", "Gales hit county"}, ""},
		{"by turns, there or not", apart, []string{"Six ways to cook", "", "Six ways to cook", "", "Six ways to cook", ""}, mute.Turns},
		{"by turns, come to stay", 20 * time.Minute, []string{"Six ways to cook", "Nine ways to cook", "Six ways to cook", "Nine ways to cook", "Six ways to cook", "Nine ways to cook", "Nine ways to cook", "Nine ways to cook"}, ""},
		{"other texts by turns, each for an hour", 20 * time.Minute, []string{"Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Seals return to harbour", "Seals return to harbour"}, mute.Turns},
		{"other texts by turns, come to stay", 5 * time.Hour, []string{"Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Six ways to cook", "Seals return to harbour", "Seals return to harbour", "Seals return to harbour", "Seals return to harbour"}, ""},
	}
	for _, tt := range tests {
		u, base, now := looked(tt.apart, tt.forms...)
		for _, e := range mute.Edits(base, now) {
			if m, _ := u.Why(e); m.Reason != tt.want {
				t.Errorf("%s: muted %q, want %q", tt.name, m.Reason, tt.want)
			}
		}
	}
}

// TestUnrestIsBounded: whatever a page does, what is remembered of it stays small, is
// the same after it was stored, and is forgotten in time.
func TestUnrestIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.OneOf(rapid.SampledFrom([]string{"a", "b", "Six ways", "12 views"}), rapid.StringN(1, 2000, -1))
		base := text(rapid.SliceOfN(block, 0, 40).Draw(t, "base")...)
		var u mute.Unrest
		at := start
		for range rapid.IntRange(1, 30).Draw(t, "looks") {
			now := text(rapid.SliceOfN(block, 0, 40).Draw(t, "now")...)
			before := fmt.Sprintf("%+v", u)
			next := u.Seen(base, now, at, time.Minute, nil)
			if fmt.Sprintf("%+v", u) != before {
				t.Fatal("what was known changed in place")
			}
			u = next
			at = at.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "wait")) * time.Second)
		}
		b, err := json.Marshal(u)
		if err != nil || len(b) > 32<<10 {
			t.Fatalf("%d bytes, %v", len(b), err)
		}
		var back mute.Unrest
		if err := json.Unmarshal(b, &back); err != nil || fmt.Sprintf("%+v", back) != fmt.Sprintf("%+v", u) {
			t.Fatalf("%v\n%+v\n%+v", err, u, back)
		}
		if u = u.Seen(base, base, at.Add(31*24*time.Hour), time.Minute, nil); len(u.Blocks) > 16 {
			t.Fatalf("%d blocks", len(u.Blocks))
		}
		if u = u.Seen(base, base, at.Add(62*24*time.Hour), time.Minute, nil); len(u.Blocks) != 0 {
			t.Fatalf("not forgotten: %+v", u.Blocks)
		}
	})
}
