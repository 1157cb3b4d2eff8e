package claim

import (
	"math"

	"erratum/internal/text"
)

// largestRatio bounds the second number of a ratio: "one in 2024" is a year.
const largestRatio = 100

// ratioTail reads the rest of "one in four", "3 out of 10": a share of what is counted,
// which some languages put between ("un bateau sur cinq").
// Where a unit follows, the words say how often within that time.
func (p *passage) ratioTail(n *numeral) {
	if n.scaled || n.ordinal || n.value < 1 || n.value != math.Trunc(n.value) || n.value >= largestRatio {
		return
	}
	at := n.to
	ph := p.match(at, secRatio)
	if ph == nil && p.content1(at) {
		if at++; p.is(at, secRatio) && p.match(at, secRatio).class == "around" {
			ph = p.match(at, secRatio)
		}
	}
	if ph == nil || p.sent[at] != p.sent[n.from] {
		return
	}
	at += 1 + len(ph.rest)
	whole, to, ok := p.wholeAt(at)
	if !ok || p.sent[at] != p.sent[n.from] || whole <= n.value || whole > largestRatio || whole != math.Trunc(whole) {
		return
	}
	if p.is(to, secUnit) || p.is(to, secMonth) || p.is(to, secPercent) || p.is(to, secMagnitude) {
		return
	}
	// As the fractions of the lexicon: "a third" and "one in three" are one.
	n.value, n.to = math.Floor(n.value/whole*1e4)/1e4, to
}

// wholeAt reads the second number of a ratio, in figures or words.
func (p *passage) wholeAt(i int) (value float64, to int, ok bool) {
	if i >= p.size() {
		return 0, i, false
	}
	if p.tokens[i].Kind == text.Number {
		v, version, ok := parseDigits(p.tokens[i].Text, p.lex.format)
		return v, i + 1, ok && !version
	}
	n, ok := p.wordsAt(i)
	return n.value, n.to, ok
}
