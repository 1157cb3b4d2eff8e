package diff_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// limit is far above what the comparisons below take, and far below what anything
// quadratic in their size would.
const limit = time.Minute

// TestCompareIsBounded compares texts made to hurt, of about a megabyte a side.
func TestCompareIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	words := vocabulary(r, 100_000)
	prose := func() string { return paragraphs(prosePage(r, words, 150_000)) }
	serial := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, tt := range []struct{ name, before, after string }{
		{"unlike prose", prose(), prose()},
		{"one word sentences repeated", strings.Repeat("No. Yes. ", 60_000), strings.Repeat("Yes. No. No. ", 60_000)},
		{"one sentence without end", strings.Repeat("on and on ", 100_000), strings.Repeat("and on on ", 100_000)},
		{"rows alike but for a number", serial("Row %d has a red box.\n", 40_000), serial("Row %d had a red box.\n", 40_000)},
		{"rows of few words", serial("Item a b c d e f g x%d.\n", 40_000), serial("Item a b c d e f g y%d.\n", 40_000)},
		{"long groups", shuffled(0), shuffled(1)},
		{"reversed", serial("Line %d.\n", 60_000), reversed(serial("Line %d.\n", 60_000))},
		{"no spaces", strings.Repeat("a", 1_000_000), strings.Repeat("a.", 500_000)},
		{"marks", strings.Repeat("e\u0301\u0302\u200b", 100_000), strings.Repeat("\u0301", 300_000)},
	} {
		start := time.Now()
		d := compare(tt.before, tt.after)
		took := time.Since(start)
		t.Logf("%s: %v, %d groups", tt.name, took.Round(time.Millisecond), len(d.Groups))
		if took > limit {
			t.Errorf("%s took %v", tt.name, took)
		}
		for _, g := range d.Groups {
			checkGroup(t, d, g)
		}
	}
}

// shuffled writes 100 paragraphs of 490 words, the same for every seed but in another
// order, each paragraph with words of its own.
func shuffled(seed uint64) string {
	var b strings.Builder
	for p := range 100 {
		order := rand.New(rand.NewPCG(seed, uint64(p))).Perm(490)
		for _, w := range order {
			fmt.Fprintf(&b, "p%dw%d ", p, w)
		}
		b.WriteString(".\n")
	}
	return b.String()
}

func reversed(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, j := 0, len(lines)-1; i < j; i, j = i+1, j-1 {
		lines[i], lines[j] = lines[j], lines[i]
	}
	return strings.Join(lines, "\n")
}
