package claim_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// TestCalendar: dates given in different ways are held against the dates that the
// versions bear.
func TestCalendar(t *testing.T) {
	thursday := time.Date(2025, 3, 6, 9, 0, 0, 0, time.UTC)
	friday := thursday.AddDate(0, 0, 1)
	for _, tt := range []struct {
		name, before, after string
		old, new            time.Time // last change of each version
		undated             bool      // only the day of publication is known, a Thursday
		want                string
	}{
		{"weekday and its date", "The vote was held on Tuesday in Marl.", "The vote was held on March 4 in Marl.", thursday, thursday, false, ""},
		{"weekday and its date by publication", "The vote was held on Tuesday in Marl.", "The vote was held on March 4 in Marl.", time.Time{}, time.Time{}, true, ""},
		{"weekday and another date", "The vote was held on Tuesday in Marl.", "The vote was held on March 5 in Marl.", thursday, thursday, false, "date: Tuesday -> March 5"},
		{"yesterday and its weekday", "The vote was held yesterday in Marl.", "The vote was held on Wednesday in Marl.", thursday, thursday, false, ""},
		{"yesterday and another weekday", "The vote was held yesterday in Marl.", "The vote was held on Tuesday in Marl.", thursday, thursday, false, "date: yesterday -> Tuesday"},
		{"a day later", "The vote was held today in Marl.", "The vote was held yesterday in Marl.", thursday, friday, false, ""},
		{"a day put off", "The vote takes place today in Marl.", "The vote takes place tomorrow in Marl.", thursday, thursday, false, "date: today -> tomorrow"},
		{"tomorrow and its date", "The vote takes place tomorrow in Marl.", "The vote takes place on 7 March in Marl.", thursday, friday, false, ""},
		{"yesterday where the last change is not stated", "The vote was held yesterday in Marl.", "The vote was held on Wednesday in Marl.", time.Time{}, time.Time{}, true, "content: yesterday -> Wednesday"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			version := func(s string, modified time.Time) *diff.Doc {
				a := &article.Article{Language: "en", Modified: modified, Blocks: []article.Block{{Role: article.Lede, Text: s}}}
				if tt.undated {
					a.Published = thursday
				}
				return diff.Parse(a)
			}
			var got []string
			for _, c := range claim.Changes(diff.Compare(version(tt.before, tt.old), version(tt.after, tt.new))) {
				v := func(x *claim.Value) string {
					if x == nil {
						return ""
					}
					return x.Text
				}
				got = append(got, string(c.Kind)+": "+v(c.Before)+" -> "+v(c.After))
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("told %q, want %q", s, tt.want)
			}
		})
	}
}
