package diff_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"erratum/internal/diff"
)

// prosePage writes about n words of made-up prose: sentences of 8 to 28 words drawn
// from a vocabulary with a long tail, three to a paragraph.
func prosePage(r *rand.Rand, words []string, n int) []string {
	var sentences []string
	for n > 0 {
		length := 8 + r.IntN(21)
		n -= length
		s := make([]string, length)
		for i := range s {
			s[i] = pick(r, words)
		}
		s[0] = strings.ToUpper(s[0][:1]) + s[0][1:]
		sentences = append(sentences, strings.Join(s, " ")+".")
	}
	return sentences
}

// pick prefers the first words, as language does.
func pick(r *rand.Rand, words []string) string {
	u := r.Float64()
	return words[int(u*u*u*float64(len(words)))]
}

func vocabulary(r *rand.Rand, n int) []string {
	out := strings.Fields("the of and to in a that is was he for it with as his on be at by had are but from or have an they which one were her all she there would")
	for len(out) < n {
		b := make([]byte, 3+r.IntN(8))
		for i := range b {
			b[i] = "aeioutnsrlhdcmfpgwybvk"[r.IntN(22)]
		}
		out = append(out, string(b))
	}
	return out
}

// revise changes a share of sentences: two words replaced, or now and then the whole
// sentence added, dropped or moved.
func revise(r *rand.Rand, words, sentences []string, share float64) []string {
	var out []string
	for _, s := range sentences {
		if r.Float64() >= share {
			out = append(out, s)
			continue
		}
		switch r.IntN(8) {
		case 0: // dropped
		case 1:
			out = append(out, s)
			out = append(out, prosePage(r, words, 12)...)
		case 2:
			at := r.IntN(len(out) + 1)
			out = append(out[:at:at], append([]string{s}, out[at:]...)...)
		default:
			w := strings.Fields(s)
			w[r.IntN(len(w)-1)] = pick(r, words)
			w[r.IntN(len(w)-1)] = pick(r, words)
			out = append(out, strings.Join(w, " "))
		}
	}
	return out
}

func paragraphs(sentences []string) string {
	var b strings.Builder
	for i, s := range sentences {
		b.WriteString(s)
		if i%3 == 2 {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func BenchmarkCompare(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 50_000} {
		for _, share := range []float64{0, .1, .3, 1} {
			r := rand.New(rand.NewPCG(1, uint64(n)))
			words := vocabulary(r, 2_000+n/5)
			sentences := prosePage(r, words, n)
			revised := revise(r, words, sentences, share)
			if share == 1 {
				revised = prosePage(r, words, n)
			}
			before, after := page(paragraphs(sentences)), page(paragraphs(revised))
			b.Run(fmt.Sprintf("words=%d/edited=%.0f%%", n, share*100), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					diff.Compare(diff.Parse(before), diff.Parse(after))
				}
			})
		}
	}
}
