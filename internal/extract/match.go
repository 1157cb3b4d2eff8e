package extract

import (
	"hash/maphash"
	"unicode"
)

// tokens cuts a text into lower-case words and numbers; scripts written without
// spaces give one token a rune. Typography does not count, so that the same
// paragraph matches whatever a library did to its quotes and spaces.
func tokens(s string) []string {
	var out []string
	var cur []rune
	end := func() {
		if len(cur) > 0 {
			out = append(out, string(cur))
			cur = cur[:0]
		}
	}
	for _, r := range s {
		switch {
		case isUnspaced(r):
			end()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
			cur = append(cur, unicode.ToLower(r))
		default:
			end()
		}
	}
	end()
	return out
}

// gramSize is how many words in a row tell a passage from another.
const gramSize = 4

// passages is a set of runs of words, to ask how much of a block a text holds.
type passages struct {
	seed  maphash.Seed
	grams map[uint64]struct{}
	lines map[uint64]struct{}
}

// newPassages collects the runs of words of some texts.
func newPassages(texts ...string) *passages {
	p := &passages{seed: maphash.MakeSeed(), grams: map[uint64]struct{}{}, lines: map[uint64]struct{}{}}
	for _, t := range texts {
		p.add(t)
	}
	return p
}

// add collects one more text.
func (p *passages) add(text string) {
	ts := tokens(text)
	if len(ts) == 0 {
		return
	}
	p.lines[p.hash(ts)] = struct{}{}
	for i := 0; i+gramSize <= len(ts); i++ {
		p.grams[p.hash(ts[i:i+gramSize])] = struct{}{}
	}
}

// hash identifies a run of words within one process.
func (p *passages) hash(ts []string) uint64 {
	var h maphash.Hash
	h.SetSeed(p.seed)
	for _, t := range ts {
		h.WriteString(t)
		h.WriteByte(0)
	}
	return h.Sum64()
}

// holds says what share of a text's runs of words are in the set, 0 to 1. A text
// shorter than a run is held only as a whole line.
func (p *passages) holds(text string) float64 {
	ts := tokens(text)
	if len(ts) == 0 {
		return 0
	}
	if _, ok := p.lines[p.hash(ts)]; ok {
		return 1
	}
	if len(ts) < gramSize {
		return 0
	}
	n := 0
	for i := 0; i+gramSize <= len(ts); i++ {
		if _, ok := p.grams[p.hash(ts[i:i+gramSize])]; ok {
			n++
		}
	}
	return float64(n) / float64(len(ts)-gramSize+1)
}
