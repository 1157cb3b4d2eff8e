package quality

import (
	"regexp"
	"slices"
	"strings"
)

// shingleWord is a word as the scorers of article text cut it: letters, digits and
// underscores.
var shingleWord = regexp.MustCompile(`[\p{L}\p{N}_]+`)

// shingleSize is how many words in a row make a shingle.
const shingleSize = 4

// overlap is how two texts share their shingles: parts of one, of what they have
// together.
type overlap struct{ both, extra, missing float64 }

// shingles counts the runs of shingleSize words of a text; a shorter text is one run.
func shingles(words []string) map[string]int {
	out := map[string]int{}
	for i := 0; i < max(1, len(words)-shingleSize+1) && len(words) > 0; i++ {
		out[strings.Join(words[i:min(i+shingleSize, len(words))], " ")]++
	}
	return out
}

// compareShingles compares a text that was read with the true one, as
// article-extraction-benchmark does. exact says that all words are equal.
func compareShingles(gold, got string) (o overlap, exact bool) {
	g, h := shingleWord.FindAllString(gold, -1), shingleWord.FindAllString(got, -1)
	a, b := shingles(g), shingles(h)
	for s, n := range a {
		o.both += float64(min(n, b[s]))
		o.missing += float64(max(n-b[s], 0))
	}
	for s, n := range b {
		o.extra += float64(max(n-a[s], 0))
	}
	if total := o.both + o.extra + o.missing; total > 0 {
		o = overlap{o.both / total, o.extra / total, o.missing / total}
	}
	return o, slices.Equal(g, h)
}

// f1 is the harmonic mean of the mean precision and the mean recall of documents;
// those with nothing in a denominator do not count in that mean.
func f1(docs []overlap) float64 {
	var p, r mean
	for _, d := range docs {
		p.add(d.both, d.both+d.extra)
		r.add(d.both, d.both+d.missing)
	}
	if p.value()+r.value() == 0 {
		return 0
	}
	return 2 * p.value() * r.value() / (p.value() + r.value())
}

// mean is the mean of quotients.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(part, whole float64) {
	if whole > 0 {
		m.sum += part / whole
		m.n++
	}
}

func (m *mean) value() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / float64(m.n)
}
