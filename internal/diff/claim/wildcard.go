package claim

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wildcard ends an entry that stands for every word with this beginning: languages
// that inflect would need a dozen lines for one verb.
const wildcard = "*"

// Bounds of the beginning of a word that may be an entry, in bytes.
const (
	leastStem   = 3
	longestStem = 48
)

// wildcards are the entries that are beginnings of words.
type wildcards struct {
	entries map[string]*entry
	lengths []int // of the beginnings in bytes, longest first
}

// finish makes every entry complete, so that a look-up may stop at the first it finds:
// a longer beginning has the phrases of the shorter ones, a word those of its
// beginning.
func (w *wildcards) finish(words map[string]*entry) {
	seen := map[int]bool{}
	for s := range w.entries {
		if !seen[len(s)] {
			seen[len(s)] = true
			w.lengths = append(w.lengths, len(s))
		}
	}
	slices.SortFunc(w.lengths, func(a, b int) int { return b - a })
	for i := len(w.lengths) - 1; i >= 0; i-- { // short ones first: longer ones take them over
		for s, e := range w.entries {
			if len(s) == w.lengths[i] {
				e.take(w.longest(s, i+1))
			}
		}
	}
	for word, e := range words {
		e.take(w.longest(word, 0))
	}
	for _, e := range w.entries {
		e.sort()
	}
}

// take adds the phrases of another entry.
func (e *entry) take(o *entry) {
	if o != nil {
		for _, p := range o.phrases {
			e.add(p)
		}
	}
}

// longest returns the entry of the longest beginning of a word among the lengths from
// an index on, or nil.
func (w *wildcards) longest(word string, from int) *entry {
	for _, n := range w.lengths[from:] {
		if n > len(word) {
			continue
		}
		if e := w.entries[word[:n]]; e != nil {
			return e
		}
	}
	return nil
}

// entry returns what the lexicon has of a word, or nil.
func (l *lexicon) entry(key string) *entry {
	if e := l.words[key]; e != nil {
		return e
	}
	if e := l.stems.longest(key, 0); e != nil {
		return e
	}
	if v, ok := l.compound(key); ok {
		e := &entry{}
		e.add(phrase{section: secCardinal, canon: key, value: v})
		return e
	}
	return nil
}

// matches reports whether a word of an entry, with or without a star, is this word.
func matches(pattern, word string) bool {
	if stem, ok := strings.CutSuffix(pattern, wildcard); ok {
		return strings.HasPrefix(word, stem)
	}
	return pattern == word
}

// starred returns what stands beside the longest starred beginning of a word.
func starred(m map[string][]string, word string) []string {
	for n := min(len(word), longestStem); n >= leastStem; n-- {
		if n == len(word) || utf8.RuneStart(word[n]) {
			if v := m[word[:n]+wildcard]; v != nil {
				return v
			}
		}
	}
	return nil
}
