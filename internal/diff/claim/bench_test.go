package claim_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// longPage returns an article of about n words in paragraphs of three sentences;
// every tenth sentence differs in the other version.
func longPage(n int, other bool) string {
	var b strings.Builder
	for i := 0; i*20 < n; i++ {
		dead, day := i*7%50+2, "Monday"
		if other && i%10 == 3 {
			dead, day = dead+3, "Tuesday"
		}
		fmt.Fprintf(&b, "Officials in Port%d said %d miners of pit %d were hurt on %s when a pump failed near shaft %d of Lee%d. ",
			i, dead, i*13, day, i*3, i)
		if i%3 == 2 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func BenchmarkChanges(b *testing.B) {
	for _, n := range []int{1000, 10000, 50000} {
		before, after := diff.Parse(page(longPage(n, false))), diff.Parse(page(longPage(n, true)))
		d := diff.Compare(before, after)
		if len(claim.Changes(d)) == 0 {
			b.Fatal("nothing told")
		}
		b.Run(fmt.Sprintf("%dwords", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				claim.Changes(d)
			}
		})
	}
}

// BenchmarkAll includes reading and aligning both versions.
func BenchmarkAll(b *testing.B) {
	before, after := page(longPage(1000, false)), page(longPage(1000, true))
	b.ReportAllocs()
	for b.Loop() {
		claim.Changes(diff.Compare(diff.Parse(before), diff.Parse(after)))
	}
}
