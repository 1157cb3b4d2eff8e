package summarize_test

import (
	"slices"
	"testing"

	"erratum/internal/summarize"
)

func TestUnsupported(t *testing.T) {
	e := summarize.NewEvidence("Colonel Maren Tovik said 17 soldiers may have left on Monday for 80km or £4.2 million.", "“We will be back soon,” she said.", "x1;}Lorn*2.5m")
	tests := []struct {
		summary string
		want    []string
	}{
		{"Soldiers: 17 (body)\n+ 3 more, 2 wording edits, 1 moved\nAnnounced: no note found", nil},
		{"Added source: “Colonel Maren Tovik said…” (lede + 2 places)", nil},
		{"Added quote: “We will be back soon,” she said. (body)", nil},
		{"Soldiers: 18 (body)", []string{"18"}},
		{"Soldiers: 1 (body)", []string{"1"}},
		{"Number: 80 (body)", nil},
		{"Number: 4 (body)", []string{"4"}},
		{"Number: 2 (body)", []string{"2"}},
		{"Added: “}Lorn” (body)", nil},
		{"Number: 5m (body)", []string{"5m"}},
		{"Soldiers: 17 (body) + 3 places, 5 hurt", []string{"5", "hurt"}},
		{"Source changed: Maren Tovik → Ines Okafor", []string{"Ines", "Okafor"}},
		{"Number: 17 in “17 left on Monday.”", []string{"17 left on Monday."}},
		{"Now hedged: she admitted all", []string{"admitted", "all"}},
	}
	for _, tt := range tests {
		if got := e.Unsupported(tt.summary); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.summary, got, tt.want)
		}
	}
}
