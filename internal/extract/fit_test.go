package extract

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestWeightsFile: every feature has a weight, and every weight a feature.
func TestWeightsFile(t *testing.T) {
	var named, want []string
	for line := range strings.Lines(weightsFile) {
		_, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		named = append(named, name)
	}
	for _, f := range features() {
		want = append(want, f.name)
	}
	if !slices.Equal(named, want) {
		t.Errorf("weights.txt is not of these features; `make fit` writes it anew")
	}
}

// TestFit: weights that were fitted to some pages find the text of another.
func TestFit(t *testing.T) {
	page := func(n int) Labelled {
		text := fmt.Sprintf("The board of pier %d met on Tuesday and closed it for a year, its chair said.\nDivers had found cracks in the concrete of pier %d in the spring of last year.", n, n)
		var b strings.Builder
		b.WriteString("<body><ul class=menu><li><a href=/a>All the news of today</a><li><a href=/b>Sports and culture</a></ul><article><h1>Pier closed</h1>")
		for p := range strings.SplitSeq(text, "\n") {
			b.WriteString("<p>" + p + "</p>")
		}
		b.WriteString("</article><footer><p>All rights reserved by the company that owns this site and its archive.</p></footer>")
		return Labelled{Page: []byte(b.String()), Text: text}
	}
	weights := Fit([]Labelled{page(1), page(2), page(3)})
	if again := Fit([]Labelled{page(1), page(2), page(3)}); weights != again {
		t.Error("the same pages gave other weights")
	}
	other := page(9)
	if got := New(Options{Weights: weights}).Extract(other.Page, "").Article.BodyText(); strings.TrimSpace(got) != other.Text {
		t.Errorf("read %q", got)
	}
}
