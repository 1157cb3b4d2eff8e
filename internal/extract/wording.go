package extract

import (
	"strings"
	"unicode"
)

// maxGap is how many words ".." in a wording may stand for.
const maxGap = 4

// wording finds any of a list of word sequences with gaps: ".." stands for up to
// maxGap words. It serves the few pages that are short enough to be a wall; what
// every block is asked goes by [phrases].
type wording map[string][][]string // by first word

// newWording compiles lists, a sequence a line; blank lines and # comments do not
// count.
func newWording(lists ...string) wording {
	w := wording{}
	for line := range strings.Lines(strings.Join(lists, "\n")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var seq []string
		for _, part := range strings.Fields(line) {
			if part == ".." {
				seq = append(seq, part)
			} else {
				seq = append(seq, tokens(part)...)
			}
		}
		if len(seq) > 0 {
			w[seq[0]] = append(w[seq[0]], seq)
		}
	}
	return w
}

// at returns how many words of a tokenised text the longest sequence spans that it
// begins with, 0 for none, and that sequence.
func (w wording) at(ts []string) (length int, which []string) {
	if len(ts) == 0 {
		return 0, nil
	}
	for _, seq := range w[ts[0]] {
		if n := span(ts, seq); n > length {
			length, which = n, seq
		}
	}
	return length, which
}

// length returns how many words of a tokenised text its longest sequence spans, 0
// when it holds none.
func (w wording) length(ts []string) int {
	best := 0
	for i := range ts {
		n, _ := w.at(ts[i:])
		best = max(best, n)
	}
	return best
}

// span returns how many words of a text a sequence covers that it begins with, 0 when
// it does not.
func span(ts, seq []string) int {
	n := 0
	for i, word := range seq {
		if word == ".." {
			for gap := 0; gap <= maxGap && n+gap <= len(ts); gap++ {
				if rest := span(ts[n+gap:], seq[i+1:]); rest > 0 {
					return n + gap + rest
				}
			}
			return 0
		}
		if n == len(ts) || ts[n] != word {
			return 0
		}
		n++
	}
	return n
}

// maxSentences bounds what is searched for the wording of walls.
const maxSentences = 400

// spoken says how much of a text is a kind of wording.
type spoken struct {
	held, all int // words of the sentences that hold it, and of all
	hits      int // how often it stands there, one after the other
	different int // sequences among them
}

// spokenIn weighs how much of some sentences, cut into tokens, is a kind of wording.
func (w wording) spokenIn(sentences [][]string) spoken {
	var s spoken
	seen := map[string]bool{}
	for _, ts := range sentences[:min(len(sentences), maxSentences)] {
		before := s.hits
		for i := 0; i < len(ts); {
			n, which := w.at(ts[i:])
			if n > 0 {
				s.hits++
				seen[strings.Join(which, " ")] = true
			}
			i += max(n, 1)
		}
		s.all += len(ts)
		if s.hits > before {
			s.held += len(ts)
		}
	}
	s.different = len(seen)
	return s
}

// isAll reports whether a text is of the wording: most of its sentences hold it, and it
// returns soon. Reports on robots, cookies or passwords hold such words, but not at
// every turn.
func (s spoken) isAll() bool {
	return s.different > 1 && s.held*3 >= s.all*2 && s.hits*wordsAHit >= s.all
}

// isMuch reports the same of a text that nothing else calls an article.
func (s spoken) isMuch() bool {
	return s.hits > 0 && s.held*3 >= s.all && s.hits*2*wordsAHit >= s.all
}

// wordsAHit is how far apart a wall's own words stand at most, on average.
const wordsAHit = 15

// cutSentences cuts a text after the marks that end a sentence, roughly: what it is
// for does not need abbreviations to be known. It returns the tokens of each.
func cutSentences(s string) [][]string {
	var out [][]string
	start, ended := 0, false
	for i, r := range s {
		switch {
		case r == '.' || r == '!' || r == '?' || r == '…':
			ended = true
		case ended && unicode.IsSpace(r):
			out, start, ended = append(out, tokens(s[start:i])), i, false
		default:
			ended = false
		}
	}
	return append(out, tokens(s[start:]))
}
