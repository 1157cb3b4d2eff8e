package claim_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// one compares and returns the only change.
func one(t *testing.T, before, after string) claim.Change {
	t.Helper()
	cs := claim.Changes(compare(before, after))
	if len(cs) != 1 {
		t.Fatalf("%d changes, want 1:\n%s", len(cs), sketch(cs))
	}
	return cs[0]
}

func TestEqualChangesAreOne(t *testing.T) {
	before := "# Blast at Oldport kills 12\nPolice in the town said at least 12 dockers died.\nThe pier was closed.\nNobody named the 12 dockers yet."
	c := one(t, before, strings.ReplaceAll(before, "12", "17"))
	if c.Places != 3 || c.Where != article.Headline || len(c.Groups) != 3 || len(c.Spans) != 6 || c.Position != 0 {
		t.Errorf("places %d, where %s, groups %v, %d spans, position %v", c.Places, c.Where, c.Groups, len(c.Spans), c.Position)
	}
	if c.BeforeText != "Blast at Oldport kills 12" || c.AfterText != "Blast at Oldport kills 17" || !c.InPlace {
		t.Errorf("told as %q -> %q", c.BeforeText, c.AfterText)
	}
}

func TestProminence(t *testing.T) {
	c := one(t, "! A crane with 12 men\nThe port was calm.\nThere were 12 men there.", "! A crane with 17 men\nThe port was calm.\nThere were 17 men there.")
	if c.Where != article.Body || c.Places != 2 {
		t.Errorf("where %s, %d places", c.Where, c.Places)
	}
}

func TestStillSays(t *testing.T) {
	c := one(t, "# Fire kills 12 dockers\nPolice said 12 dockers died on the pier.", "# Fire kills 12 dockers\nPolice said 17 dockers died on the pier.")
	if c.StillSays != "Fire kills 12 dockers" || c.StillValue != "12" || c.StillWhere != article.Headline {
		t.Errorf("the %s still says %q in %q", c.StillWhere, c.StillValue, c.StillSays)
	}
	for _, tt := range []struct{ rest, want string }{
		{"# Fire kills 12 in Oldport\n", "Fire kills 12 in Oldport"},
		{"# Fire kills twelve\n", "Fire kills twelve"},
		{"In 2019, a fire killed 12 dockers there.\n", ""},
		{"The toll rose from 12 dockers to 17 dockers.\n", ""},
		{"Some 12 dockers slept.\nIt burnt 12 hours.\n", "Some 12 dockers slept."},
		{"The fire hurt 12 seamen.\n", ""},
	} {
		c := one(t, tt.rest+"Police said 12 dockers died on the pier.", tt.rest+"Police said 17 dockers died on the pier.")
		if c.StillSays != tt.want {
			t.Errorf("beside %q still says %q", tt.rest, c.StillSays)
		}
	}
	c = one(t, "# Fire lasts 12 hours\nPolice said 12 dockers died on the pier.", "# Fire lasts 12 hours\nPolice said 17 dockers died on the pier.")
	if c.StillSays != "" {
		t.Errorf("another count still says %q", c.StillSays)
	}
}

func TestCertainty(t *testing.T) {
	tests := []struct {
		name, before, after string
		want                int
	}{
		{"hedge came", "The fire was started by a guard.", "The fire was reportedly started by a guard.", -1},
		{"hedge went", "The fire may have been started by a guard.", "The fire has been started by a guard.", 1},
		{"about came", "The fire burnt 300 boats.", "The fire burnt about 300 boats.", -1},
		{"verb of doubt", "The guard said he was asleep.", "The guard claimed he was asleep.", -1},
		{"plain number", "The fire burnt 300 boats.", "The fire burnt 310 boats.", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := one(t, tt.before, tt.after); c.Certainty != tt.want {
				t.Errorf("certainty %d of %s, want %d", c.Certainty, c.Kind, tt.want)
			}
		})
	}
}

func TestClause(t *testing.T) {
	long := "When the tide turned in the early hours and the wind had dropped to a breeze, police in the old harbour said that 12 dockers had been killed by the blast, which could be heard in villages far up the river and across the bay."
	c := one(t, long, strings.Replace(long, "12", "17", 1))
	want := "police in the old harbour said that 17 dockers had been killed by the blast, which could be heard in villages far up the river and across the bay."
	if c.AfterText != want {
		t.Errorf("clause %q", c.AfterText)
	}
	quote := `"` + strings.Repeat("we have lost good men and the port will never be the same, ", 3) + `I fear," the mayor said on the pier on Monday while the crews were clearing wood, ropes, nets and the broken crane from the water.`
	c = one(t, quote, strings.Replace(quote, "Monday", "Tuesday", 1))
	if n := strings.Count(c.AfterText, `"`) % 2; n != 0 {
		t.Errorf("a quotation is cut: %q", c.AfterText)
	}
}

func TestAddedHasNoBefore(t *testing.T) {
	c := one(t, "The fire destroyed the pier.", "The fire destroyed the pier and 14 boats.")
	if c.Before != nil || c.BeforeText != "" || c.InPlace {
		t.Errorf("before %v, %q", c.Before, c.BeforeText)
	}
}

func TestNotesAreLeftOut(t *testing.T) {
	cs := claim.Changes(compare("The pier is long.\n% Update: 12 died.", "The pier is long.\n% Update: 17 died, Ann Lee said."))
	if len(cs) != 0 {
		t.Errorf("told:\n%s", sketch(cs))
	}
}

func TestCovered(t *testing.T) {
	d := compare("The pier has 12 lamps.\nThe crew was in good form.\nThe boat left at once.", "The pier has 17 lamps.\nThe crew was in good form.\nThe boat leaves at once.")
	cs := claim.Changes(d)
	covered := claim.Covered(cs)
	for i, g := range d.Groups {
		want := slices.Contains(g.New, 0)
		if covered[i] != want {
			t.Errorf("group %d (%s) covered %v, want %v", i, g.Shape, covered[i], want)
		}
	}
}

func TestNumberFormats(t *testing.T) {
	tests := []struct{ lang, before, after string }{
		{"en", "1,300 homes; 3.5 million", "1300 homes; 3.5m"},
		{"de", "1.300 Häuser, 3,5 Millionen", "1300 Häuser, 3,5 Mio"},
		{"fr", "1 300 maisons, 3,5 millions", "1300 maisons, 3,5 millions"},
		{"es", "1.300 casas, 3,5 millones", "1300 casas, 3,5 millones"},
		{"pt", "1.300 casas, 3,5 milhões", "1300 casas, 3,5 milhões"},
		{"it", "1.300 case, 3,5 milioni", "1300 case, 3,5 milioni"},
		{"uk", "1 300 будинків, 3,5 млн", "1300 будинків, 3,5 мільйонів"},
		{"ru", "1 300 домов, 3,5 млн", "1300 домов, 3,5 миллионов"},
	}
	for _, tt := range tests {
		t.Run(tt.lang, func(t *testing.T) {
			in := func(s string) *article.Article {
				return &article.Article{Language: tt.lang, Blocks: []article.Block{{Role: article.Body, Text: "Oldport: " + s + "."}}}
			}
			told := func(before, after string) string {
				return sketch(claim.Changes(diff.Compare(diff.Parse(in(before)), diff.Parse(in(after)))))
			}
			if got := told(tt.before, tt.after); got != "" {
				t.Errorf("equal numbers told:\n%s", got)
			}
			if got := told(tt.before, strings.Replace(tt.before, "300", "500", 1)); !strings.HasPrefix(got, "number: 1") || strings.Contains(got, "\n") {
				t.Errorf("changed number told as %q", got)
			}
		})
	}
}

// A page may be made to cost: thousands of values in one sentence must not be compared
// each with each. This test takes minutes where they are.
func TestManyValuesInOneSentence(t *testing.T) {
	var before, after strings.Builder
	for i := range 8000 {
		fmt.Fprintf(&before, "%d \"a%d is\" Ann%d said ", i, i, i)
		fmt.Fprintf(&after, "%d \"a%d was\" Bob%d said ", i*2, i*2, i)
	}
	d := compare(before.String(), after.String())
	check(t, d, claim.Changes(d))
}
