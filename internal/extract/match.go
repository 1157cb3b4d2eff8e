package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokens cuts a text into lower-case words and numbers; scripts written without
// spaces give one token a rune. Typography does not count, so that the same
// paragraph matches whatever a library did to its quotes and spaces.
func tokens(s string) []string {
	s = strings.ToLower(s)
	out := make([]string, 0, len(s)/6+1)
	start := -1
	for i, r := range s {
		wide := r >= utf8.RuneSelf && isUnspaced(r)
		if !wide && isWordRune(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			out = append(out, s[start:i])
			start = -1
		}
		if wide {
			out = append(out, s[i:i+utf8.RuneLen(r)])
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// isWordRune reports whether a rune is part of a word or number.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}

// gramSize is how many words in a row tell a passage from another.
const gramSize = 4

// passages is a set of runs of words, to ask how much of a block a text holds.
type passages struct {
	grams map[uint64]struct{}
	lines map[uint64]struct{}
}

// newPassages returns an empty set.
func newPassages() *passages {
	return &passages{grams: map[uint64]struct{}{}, lines: map[uint64]struct{}{}}
}

// add collects the runs of words of one more text.
func (p *passages) add(text string) { p.addHashes(hashes(tokens(text))) }

// addHashes is add for a text whose words are hashed already.
func (p *passages) addHashes(hs []uint64) {
	if len(hs) == 0 {
		return
	}
	p.lines[mix(hs)] = struct{}{}
	for i := 0; i+gramSize <= len(hs); i++ {
		p.grams[mix(hs[i:i+gramSize])] = struct{}{}
	}
}

// holds says what share of a text's runs of words are in the set, 0 to 1. A text
// shorter than a run is held only as a whole line.
func (p *passages) holds(text string) float64 { return p.holdsHashes(hashes(tokens(text))) }

// holdsHashes is holds for a text whose words are hashed already.
func (p *passages) holdsHashes(hs []uint64) float64 {
	if len(hs) == 0 {
		return 0
	}
	if _, ok := p.lines[mix(hs)]; ok {
		return 1
	}
	if len(hs) < gramSize {
		return 0
	}
	n := 0
	for i := 0; i+gramSize <= len(hs); i++ {
		if _, ok := p.grams[mix(hs[i:i+gramSize])]; ok {
			n++
		}
	}
	return float64(n) / float64(len(hs)-gramSize+1)
}

// hashes are the FNV-1a hashes of some words.
func hashes(ts []string) []uint64 {
	out := make([]uint64, len(ts))
	for i, t := range ts {
		h := uint64(14695981039346656037)
		for j := 0; j < len(t); j++ {
			h = (h ^ uint64(t[j])) * 1099511628211
		}
		out[i] = h
	}
	return out
}

// mix joins the hashes of a run of words, their order counting.
func mix(hs []uint64) uint64 {
	h := uint64(len(hs))
	for _, x := range hs {
		h = (h<<5 | h>>59) ^ x
		h *= 0x9E3779B97F4A7C15
	}
	return h
}
