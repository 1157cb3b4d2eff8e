package text_test

import (
	"strings"
	"testing"

	"erratum/internal/text"
)

var (
	plainProse   = strings.TrimSpace(strings.Repeat("The council met on Jan. 27 and voted, 12 to 5, for the U.S. plan. Mr. Roe's party didn't attend. ", 10))
	typesetProse = strings.Repeat("The council’s “plan” – voted on at 3 p.m. – cost £1,300 more… than été. П’ять осіб прийшли у 2023 р. ", 10)
)

func bench(b *testing.B, f func(string)) {
	for _, tt := range []struct{ name, s string }{{"plain", plainProse}, {"typeset", typesetProse}} {
		b.Run(tt.name, func(b *testing.B) {
			b.SetBytes(int64(len(tt.s)))
			b.ReportAllocs()
			for b.Loop() {
				f(tt.s)
			}
		})
	}
}

func BenchmarkFold(b *testing.B)      { bench(b, func(s string) { text.Fold(s) }) }
func BenchmarkTokenize(b *testing.B)  { bench(b, func(s string) { text.Tokenize(s) }) }
func BenchmarkSentences(b *testing.B) { bench(b, func(s string) { text.Sentences(s, "en") }) }
