package claim

import "erratum/internal/text"

// Bounds of the words shown around a value.
const (
	wholeSentence = 25 // a sentence of up to so many words is shown whole
	clauseWords   = 30 // more are cut at the clause
	sideWords     = 12 // words to either side where no clause ends near
	cutSlack      = 6  // how far from the limit a clause may end
	stretchWords  = 45 // so that a quotation, number or name is not cut in two
)

// clause returns the span of tokens to show for the tokens from:to: their sentence
// when it is short, else the clauses around them.
func (p *passage) clause(from, to int) (int, int) {
	if p.size() == 0 {
		return 0, 0
	}
	from = min(max(from, 0), p.size()-1)
	to = min(max(to, from+1), p.size())
	lo, hi := p.sentenceStart(from), p.sentenceEnd(to-1)
	if p.words(lo, hi) <= wholeSentence {
		return lo, hi
	}
	if p.words(from, to) >= clauseWords {
		return p.whole(lo, hi, from, p.cutLong(from, to))
	}
	a, b := p.widen(lo, hi, from, to)
	return p.whole(lo, hi, a, b)
}

// cutLong returns where to end a text that is too long: at the clause end nearest to
// the limit, else at the limit.
func (p *passage) cutLong(from, to int) int {
	words, end, best := 0, 0, 0
	for i := from; i < to; i++ {
		if p.mark(i) && !p.inQuote(i) && words >= clauseWords-cutSlack {
			if best == 0 || words <= clauseWords {
				best = i
			}
			if words > clauseWords {
				break
			}
		}
		words += p.words(i, i+1)
		if words <= clauseWords {
			end = i + 1
		}
		if words > clauseWords+cutSlack {
			break
		}
	}
	if best > 0 {
		return best
	}
	return end
}

// widen takes clauses to the left and right while they fit, else single words.
func (p *passage) widen(lo, hi, from, to int) (int, int) {
	a, b := from, to
	for {
		left, right := p.breakBefore(lo, a), p.breakAfter(hi, b)
		l, r := p.words(left, b), p.words(a, right)
		switch {
		case left < a && l <= clauseWords && (l <= r || right == b):
			a = left
		case right > b && r <= clauseWords:
			b = right
		case left < a && l <= clauseWords:
			a = left
		default:
			if p.words(a, from) == 0 && a > lo && !p.clauseEdge(a) {
				a = p.stepLeft(lo, a, from)
			}
			if p.words(to, b) == 0 && b < hi && !p.mark(b) {
				b = p.stepRight(hi, b, to)
			}
			return a, b
		}
	}
}

// stepLeft moves a left by single words.
func (p *passage) stepLeft(lo, a, from int) int {
	for a > lo && p.words(a-1, from) <= sideWords {
		a--
	}
	return a
}

// stepRight moves b right by single words.
func (p *passage) stepRight(hi, b, to int) int {
	for b < hi && p.words(to, b+1) <= sideWords {
		b++
	}
	return b
}

// mark reports whether a clause may end at token i: a mark that stands by itself.
func (p *passage) mark(i int) bool {
	switch p.key(i) {
	case ",", ";", ":", "...":
		return true
	case "-":
		return p.tokens[i].Space && i+1 < p.size() && p.tokens[i+1].Space
	}
	return false
}

// clauseEdge reports whether a clause starts at token i.
func (p *passage) clauseEdge(i int) bool { return i == 0 || p.mark(i-1) }

// breakBefore returns where the clause that ends before token a starts.
func (p *passage) breakBefore(lo, a int) int {
	for i := a - 2; i >= lo; i-- {
		if p.mark(i) && !p.inQuote(i) {
			return i + 1
		}
	}
	return lo
}

// breakAfter returns where the clause after token b ends.
func (p *passage) breakAfter(hi, b int) int {
	for i := b + 1; i < hi; i++ {
		if p.mark(i) && !p.inQuote(i) {
			return i
		}
	}
	return hi
}

// whole moves the edges so that no quotation, number or name is cut in two, outward
// while the text stays readable, else inward.
func (p *passage) whole(lo, hi, a, b int) (int, int) {
	for _, k := range []valueKind{numberValue, dateValue, nameValue, quoteValue} {
		if v := p.within(k, a); v != nil && v.from < a && v.from >= lo {
			if p.words(v.from, b) <= stretchWords {
				a = v.from
			} else if v.to < b {
				a = v.to
			}
		}
		if v := p.within(k, b-1); b > a && v != nil && v.to > b && v.to <= hi {
			if p.words(a, v.to) <= stretchWords {
				b = v.to
			} else if v.from > a {
				b = v.from
			}
		}
	}
	return p.trim(a, b)
}

// trim takes separating marks off both ends.
func (p *passage) trim(a, b int) (int, int) {
	for a < b && (p.key(a) == "," || p.key(a) == ";" || p.key(a) == ":" || p.key(a) == ")" || p.key(a) == ".") {
		a++
	}
	for b > a && (p.key(b-1) == "," || p.key(b-1) == ";" || p.key(b-1) == ":" || p.key(b-1) == "(") {
		b--
	}
	return a, b
}

// words counts words and figures of a span.
func (p *passage) words(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if k := p.tokens[i].Kind; k == text.Word && p.key(i) != "'s" || k == text.Number {
			n++
		}
	}
	return n
}

func (p *passage) sentenceStart(i int) int {
	for i > 0 && p.sent[i-1] == p.sent[i] {
		i--
	}
	return i
}

func (p *passage) sentenceEnd(i int) int {
	for i < p.size() && p.sent[i] == p.sent[min(i+1, p.size()-1)] && i+1 < p.size() {
		i++
	}
	return i + 1
}
