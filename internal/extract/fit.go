package extract

import (
	"fmt"
	"math"
	"strings"
)

// Labelled is a page whose true article text is known.
type Labelled struct {
	Page []byte // UTF-8
	URL  string
	Text string // a paragraph a line
}

// How the weights are fitted.
const (
	fitRounds = 150
	fitStep   = .12
	fitShrink = 2e-4 // pull of every weight to 0, so that rare features stay small
)

// Fit returns the weights, in the form of weights.txt, under which the features tell
// best which blocks of some pages are the article's: by logistic regression, every
// page counting alike and every block by the square root of its length. The same
// pages give the same weights. They are a compromise between all pages, made anew
// when features change; nothing in the product calls it.
func Fit(pages []Labelled) string {
	x := New(Options{})
	var all []example
	for _, p := range pages {
		all = append(all, x.examples(p)...)
	}
	w := fit(all, len(x.features), len(pages))
	var b strings.Builder
	for i, f := range x.features {
		fmt.Fprintf(&b, "%+.2f %s\n", w[i], f.name)
	}
	return b.String()
}

// example is a block with the truth about it.
type example struct {
	values []float64
	body   bool
	counts float64 // of all of its page 1
}

// examples are the blocks of a page.
func (x *Extractor) examples(l Labelled) []example {
	p, _ := x.parse(newSheet(l.Page, l.URL))
	if p == nil {
		return nil
	}
	truth := newPassages()
	for line := range strings.Lines(l.Text) {
		truth.add(line)
	}
	v := x.look(p)
	out := make([]example, len(p.blocks))
	total := 0.0
	for i := range p.blocks {
		s := v.at(i)
		e := &out[i]
		for k := range x.features {
			e.values = append(e.values, x.features[k].of(s))
		}
		e.body = truth.holdsHashes(s.b.hashes()) >= .5
		e.counts = math.Sqrt(float64(s.b.words) + 1)
		total += e.counts
	}
	for i := range out {
		out[i].counts /= total
	}
	return out
}

// fit descends the gradient of the log loss (Adam, Kingma and Ba 2015).
func fit(all []example, features, pages int) []float64 {
	const keep1, keep2 = .9, .99
	w := make([]float64, features)
	mean, square := make([]float64, features), make([]float64, features)
	gradient := make([]float64, features)
	for round := 1; round <= fitRounds; round++ {
		clear(gradient)
		for i := range all {
			all[i].pull(w, gradient)
		}
		for k := range w {
			g := gradient[k]/float64(pages) + fitShrink*w[k]
			mean[k] = keep1*mean[k] + (1-keep1)*g
			square[k] = keep2*square[k] + (1-keep2)*g*g
			m := mean[k] / (1 - math.Pow(keep1, float64(round)))
			s := square[k] / (1 - math.Pow(keep2, float64(round)))
			w[k] -= fitStep * m / (math.Sqrt(s) + 1e-8)
		}
	}
	return w
}

// pull adds an example's part of the gradient.
func (e *example) pull(w, gradient []float64) {
	sum := 0.0
	for k, v := range e.values {
		sum += w[k] * v
	}
	body := 0.0
	if e.body {
		body = 1
	}
	miss := (1/(1+math.Exp(-sum)) - body) * e.counts
	for k, v := range e.values {
		if v != 0 {
			gradient[k] += miss * v
		}
	}
}
