package report_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/report"
)

// TestCoarse: texts made to hurt are compared as far as a bounded amount of work goes, and
// the report says so; it is the same every time.
func TestCoarse(t *testing.T) {
	if testing.Short() {
		t.Skip("texts of a megabyte")
	}
	lines := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	shuffled := func(step int) string { // 100 paragraphs of 490 words, in another order by step
		var b strings.Builder
		for p := range 100 {
			for w := range 490 {
				fmt.Fprintf(&b, "p%dw%d ", p, w*step%490)
			}
			b.WriteString(".\n")
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, before, after string
		coarse              bool
	}{
		{"a number in 20,000 rows", lines("Row %d has 3 boxes.\n", 20_000), lines("Row %d has 4 boxes.\n", 20_000), true},
		{"long paragraphs in another order", shuffled(3), shuffled(11), true},
		{"a quotation that is never closed", strings.Repeat("“I like it, he said. ", 20_000), strings.Repeat("“I liked it, she said. ", 20_000), true},
		{"one sentence of names", strings.Repeat("Abc Def Ghi Jkl ", 60_000), strings.Repeat("Abc Deg Ghi Jkm ", 60_000), false},
		{"a number in 2,000 rows", lines("Row %d has 3 boxes.\n", 2_000), lines("Row %d has 4 boxes.\n", 2_000), false},
	} {
		before, after := body(tt.before), body(tt.after)
		allocated := allocates(func() {
			if r := report.Compare(before, after); r.Coarse != tt.coarse || r.Coarse && r.Outcome != report.Changed {
				t.Errorf("%s: coarse is %v, want %v (%s)", tt.name, r.Coarse, tt.coarse, r.Outcome)
			}
		})
		// What is quadratic in such a text allocates hundreds of gigabytes.
		if allocated > 1<<30 {
			t.Errorf("%s: %d MB allocated", tt.name, allocated>>20)
		}
	}
}

// body makes an article of a paragraph a line.
func body(s string) *article.Article {
	a := &article.Article{Language: "en"}
	for line := range strings.Lines(s) {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: strings.TrimSpace(line)})
	}
	return a
}

// allocates returns how many bytes f allocates.
func allocates(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
