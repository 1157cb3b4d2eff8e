package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sergi/go-diff/diffmatchpatch"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/text"
)

// TestPairs holds the texts of the benchmarks to what they are said to be: as many
// sentences differ as were edited, and what was edited is told.
func TestPairs(t *testing.T) {
	for _, n := range []int{1_000, 10_000} {
		for _, percent := range []int{0, 10} {
			before, after, edits := pair(n, percent)
			if w := before.Words(); w < n || w > n+n/10 {
				t.Errorf("%d words, want about %d", w, n)
			}
			r := report.Compare(before, after)
			e := r.Edits
			if got := e.Changed + e.Added + e.Removed + e.Split + e.Merged; got != edits {
				t.Errorf("words=%d edited=%d%%: %d sentences differ, want %d", n, percent, got, edits)
			}
			if told := e.Changed + e.Added + e.Removed - e.Silent; told*2 < edits {
				t.Errorf("words=%d edited=%d%%: %d of %d edits are told", n, percent, told, edits)
			}
			if percent == 0 && r.Outcome != report.Cosmetic {
				t.Errorf("words=%d: typography alone is %s", n, r.Outcome)
			}
		}
		before, after, _ := pair(n, 100)
		if e := report.Compare(before, after).Edits; e.Added+e.Removed+2*e.Changed < 8*n/100 {
			t.Errorf("words=%d: two articles share too much: %+v", n, e)
		}
	}
}

// BenchmarkCompare measures a comparison with everything: notes, claims, links, ranks
// and the summary. On a busy machine the mean says little: best-ms is the fastest run,
// and x-worddiff what it is as a multiple of the bare word diff of the same two texts
// by the library (fastest run as well), which tells nothing of what changed.
func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 50_000} {
		for _, percent := range []int{0, 10, 100} {
			before, after, _ := pair(n, percent)
			b.Run(fmt.Sprintf("words=%d/edited=%d%%", n, percent), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					summarize.Compose(report.Compare(before, after))
				}
				ours := fastest(func() { summarize.Compose(report.Compare(before, after)) })
				b.ReportMetric(ours.Seconds()*1e3, "best-ms")
				b.ReportMetric(float64(ours)/float64(fastest(func() { wordDiff(before, after) })), "x-worddiff")
			})
		}
	}
}

// fastest runs f for half a second, once at least, and returns its shortest time.
func fastest(f func()) time.Duration {
	const enough = time.Second / 2
	best := time.Hour
	for begin := time.Now(); time.Since(begin) < enough; {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	return best
}

// wordDiff has the library compare the words of both texts. It gives up after a second,
// as it does unless told otherwise.
func wordDiff(before, after *article.Article) {
	codes := map[string]rune{}
	x, y := wordCodes(before.BodyText(), codes), wordCodes(after.BodyText(), codes)
	diffmatchpatch.New().DiffMainRunes(x, y, false)
}

// wordCodes gives every different word a rune of its own, from the private planes.
func wordCodes(s string, codes map[string]rune) []rune {
	toks := text.Tokenize(s)
	out := make([]rune, len(toks))
	for i := range toks {
		code, ok := codes[toks[i].Key]
		if !ok {
			code = 0xF0000 + rune(len(codes))
			codes[toks[i].Key] = code
		}
		out[i] = code
	}
	return out
}
