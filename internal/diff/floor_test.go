package diff_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"erratum/internal/diff"
)

// BenchmarkWordDiff reads and compares two versions, beside the least that finds the
// edits at all: sentences matched by hash, and words within those that are left.
func BenchmarkWordDiff(b *testing.B) {
	for _, size := range []struct {
		words int
		share float64
	}{{1_000, .02}, {5_000, .02}, {50_000, .02}, {5_000, .5}, {50_000, .5}} {
		r := rand.New(rand.NewPCG(3, uint64(size.words)))
		words := vocabulary(r, 4_000)
		sentences := prosePage(r, words, size.words)
		before, after := paragraphs(sentences), paragraphs(revise(r, words, sentences, size.share))
		old, new := page(before), page(after)
		ours := func() {
			x := diff.Parse(old)
			diff.Compare(x, diff.ParseNext(x, new))
		}
		b.Run(fmt.Sprintf("words=%d/edited=%.0f%%", size.words, size.share*100), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ours()
			}
			best := fastest(ours)
			b.ReportMetric(best.Seconds()*1e3, "best-ms")
			b.ReportMetric(float64(best)/float64(fastest(func() { leastDiff(before, after) })), "x-floor")
		})
	}
}

// TestLeastDiff: the floor finds the edits it is timed for.
func TestLeastDiff(t *testing.T) {
	old := "One two three. Four five six. Seven eight."
	for _, tt := range []struct {
		new  string
		want int
	}{
		{old, 0},
		{"One two three. Four 5 six. Seven eight.", 2},
		{"Four five six. Seven eight.", 4},
		{"One two three. New one. Four five six. Seven eight. End.", 5},
	} {
		if got := leastDiff(old, tt.new); got != tt.want {
			t.Errorf("%q: %d tokens came and went, want %d", tt.new, got, tt.want)
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

// leastDiff is about the least that a word diff of two texts can cost: sentences that
// are equal at both ends or occur once in each text are matched, in order, and words
// are compared in between. It returns how many came and went and keeps no edits.
func leastDiff(before, after string) int {
	x, y := cutSentences(before), cutSentences(after)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	at := make(map[string]int, len(y)) // −1 for a sentence that occurs again
	for j, s := range y {
		if _, again := at[s]; again {
			j = -1
		}
		at[s] = j
	}
	n, from, next := 0, 0, 0
	for i, s := range x {
		if j, ok := at[s]; ok && j >= next {
			n += wordEdits(x[from:i], y[next:j])
			from, next = i+1, j+1
		}
	}
	return n + wordEdits(x[from:], y[next:])
}

func cutSentences(s string) []string {
	out := make([]string, 0, len(s)/100+1)
	for s != "" {
		i := strings.IndexAny(s, ".!?\n") + 1
		if i == 0 {
			i = len(s)
		}
		out, s = append(out, s[:i]), strings.TrimLeft(s[i:], " \n")
	}
	return out
}

// wordEdits counts what comes and goes in the shortest edit of words (Myers 1986).
func wordEdits(before, after []string) int {
	if len(before)+len(after) == 0 {
		return 0
	}
	codes := map[string]int32{}
	x, y := wordCodes(before, codes), wordCodes(after, codes)
	n, m := len(x), len(y)
	reach := make([]int, 2*(n+m)+3)
	for d := 0; ; d++ {
		for k := -d; k <= d; k += 2 {
			at := n + m + 1 + k
			i := reach[at-1] + 1
			if k == -d || k != d && reach[at-1] < reach[at+1] {
				i = reach[at+1]
			}
			for i < n && i-k < m && x[i] == y[i-k] {
				i++
			}
			if reach[at] = i; i >= n && i-k >= m {
				return d
			}
		}
	}
}

// wordCodes numbers words and marks, as the codes know them.
func wordCodes(sentences []string, codes map[string]int32) []int32 {
	var out []int32
	for _, s := range sentences {
		for rest := s; rest != ""; {
			n := max(1, len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool { return r > ' ' && r != '.' })))
			w := rest[:n]
			rest = rest[n:]
			if w == " " {
				continue
			}
			code, ok := codes[w]
			if !ok {
				code = int32(len(codes))
				codes[w] = code
			}
			out = append(out, code)
		}
	}
	return out
}
