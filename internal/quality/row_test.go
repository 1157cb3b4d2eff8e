package quality

import (
	"slices"
	"strings"
	"testing"
)

// TestWorst: groups take turns, the worst of each first.
func TestWorst(t *testing.T) {
	r := Row{Misses: []Miss{{"a", 1, "a1"}, {"a", 3, "a3"}, {"a", 2, "a2"}, {"b", 0, "b0"}}}
	for n, want := range []string{"", "a3", "a3 b0", "a3 a2 b0", "a3 a2 a1 b0", "a3 a2 a1 b0"} {
		var got []string
		for _, m := range r.Worst(n) {
			got = append(got, m.Text)
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("worst %d: %q, want %q", n, got, want)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		f    Figure
		want bool
	}{
		{Figure{Value: .9, Floor: .9}, false},
		{Figure{Value: .89, Floor: .9}, true},
		{Figure{Value: 0}, false},
		{Figure{Value: 1, AtMost: true}, true},
		{Figure{Value: 0, AtMost: true}, false},
	} {
		if got := tt.f.Below(); got != tt.want {
			t.Errorf("%+v below its floor: %v", tt.f, got)
		}
	}
}

func TestShingles(t *testing.T) {
	for _, tt := range []struct {
		gold, got string
		both      float64
		exact     bool
	}{
		{"a b c d e", "a, b - c: d e!", 1, true},
		{"a b c d e", "a b c d x", 1. / 3, false},
		{"a b", "a b", 1, true},
		{"a b c d", "", 0, false},
	} {
		o, exact := compareShingles(tt.gold, tt.got)
		if o.both != tt.both || exact != tt.exact {
			t.Errorf("%q and %q share %v (exact %v)", tt.gold, tt.got, o.both, exact)
		}
	}
	if got := f1([]overlap{{1, 0, 0}, {.5, .5, 0}}); got != 2*.75/1.75 {
		t.Errorf("F1 %v", got)
	}
}
