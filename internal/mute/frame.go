package mute

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"erratum/internal/text"
)

// frameOf names a folded text with its figures left out.
func frameOf(folded string) Key {
	var b strings.Builder
	in := false // a figure
	for _, r := range folded {
		figure := unicode.IsDigit(r) || in && (r == '.' || r == ',' || r == ':')
		if !figure {
			b.WriteRune(r)
		} else if !in {
			b.WriteByte('#')
		}
		in = figure
	}
	return keyOf(b.String())
}

// counterWords lists, for each of the eight languages, what machines count and stamp
// on pages, and the words that may stand beside it.
//
//go:embed counters.txt
var counterWords string

// counting maps a lower-case word to whether it says by itself that a machine counts
// or stamps here (true), or only may stand beside such a word (false).
var counting = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(counterWords) {
		line = strings.TrimSpace(line)
		beside := strings.HasPrefix(line, "+")
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(strings.TrimPrefix(line, "+")) {
			words[w] = !beside || words[w]
		}
	}
	return words
})

// maxCounterWords bounds the words of a counter, figures not counted.
const maxCounterWords = 8

// counter reports whether a block says nothing but what a machine counts or the clock:
// views, comments, shares, reading times, how long ago, when updated. Every word must
// be of that kind: "Updated: 12 dead" is none. Blocks of one key differ in their
// figures, dates and units only.
func counter(raw, lang string) (Key, bool) {
	words, figures := counting(), 0
	var frame []string
	n := 0
	for _, t := range text.Tokenize(text.Fold(raw).Text) {
		w := strings.ToLower(t.Text)
		if strings.ContainsFunc(w, unicode.IsDigit) {
			figures++
			continue
		}
		if !strings.ContainsFunc(w, unicode.IsLetter) {
			continue
		}
		n++
		says, known := words[w]
		switch {
		case known && says:
			frame = append(frame, w)
		case known, text.IsCalendar(lang, w), text.IsFunction(lang, w):
		default:
			return "", false
		}
	}
	if len(frame) == 0 || n > maxCounterWords {
		return "", false
	}
	return keyOf("counter " + strings.Join(frame, " ")), true
}
