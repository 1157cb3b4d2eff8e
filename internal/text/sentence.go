package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts a folded paragraph into sentences and returns their byte ranges,
// trimmed, in order, covering everything that is not white space. lang is a primary
// language subtag and chooses the abbreviations; without lists of its own a language
// gets the English ones.
//
// A sentence ends after a terminator and the quotes or brackets that close it, where
// white space and a capital, a digit, an opening mark or a letter of a caseless
// script follow, unless the dot belongs to an abbreviation, an initial or an ordinal.
// Wrong cuts do little harm as long as both versions are cut alike; a changed cut
// shows as a split or a merge, which the alignment absorbs.
func Sentences(folded, lang string) [][2]int {
	s := splitter{s: folded, words: languageOf(lang), ordinals: writesOrdinals(lang)}
	return s.split()
}

type splitter struct {
	s        string
	words    *language
	ordinals bool // the language writes ordinals as digits and a dot
	start    int  // of the open sentence
	out      [][2]int
}

func (t *splitter) split() [][2]int {
	for i := 0; i < len(t.s); {
		if i += runOn(t.s[i:]); i == len(t.s) {
			break
		}
		r, size := decode(t.s[i:])
		switch {
		case r == '\n' || r == '\u2029':
			t.end(i)
		case isTerminator(r):
			i = t.terminated(i)
			continue
		}
		i += size
	}
	t.end(len(t.s))
	return t.out
}

// runOn returns how many bytes at the start of s are ASCII characters that end no
// sentence.
func runOn(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case c > '?' && c < utf8.RuneSelf, c == ' ':
		case c == '.', c == '?', c == '!', c == '\n', c >= utf8.RuneSelf:
			return i
		}
	}
	return len(s)
}

// terminated handles the run of terminators at i, ends the sentence there if it
// does end, and returns where to go on.
func (t *splitter) terminated(i int) int {
	run := i
	dot, wide := true, false // nothing but one dot; a terminator that needs no space
	for i < len(t.s) {
		r, size := utf8.DecodeRuneInString(t.s[i:])
		if !isTerminator(r) {
			break
		}
		dot = dot && r == '.' && i == run
		wide = wide || isWide(r)
		i += size
	}
	bare := i
	i = skipWhile(t.s, i, isCloser)
	next := skipWhile(t.s, i, unicode.IsSpace)
	switch {
	case next == len(t.s):
		return next
	case next == i:
		if wide {
			t.end(i)
		}
		return i
	case !t.opens(next):
		return i
	case dot && bare == i && t.keepsOpen(run, next):
		return i
	}
	t.end(i)
	return i
}

// end closes the open sentence at i.
func (t *splitter) end(i int) {
	from := skipWhile(t.s, t.start, unicode.IsSpace)
	t.start = i
	if from >= i {
		return
	}
	to := from + len(strings.TrimRightFunc(t.s[from:i], unicode.IsSpace))
	if from < to {
		t.out = append(t.out, [2]int{from, to})
	}
}

// opens reports whether what stands at i, after white space, may start a sentence.
func (t *splitter) opens(i int) bool {
	i = skipWhile(t.s, i, isOpener)
	r, _ := utf8.DecodeRuneInString(t.s[i:])
	return unicode.IsLetter(r) && !unicode.IsLower(r) || unicode.IsNumber(r) ||
		unicode.Is(unicode.Sc, r) || unicode.Is(unicode.So, r)
}

// keepsOpen reports whether the dot at i belongs to what stands before it, and the
// sentence goes on at next.
func (t *splitter) keepsOpen(dot, next int) bool {
	from := dot - len(lastWord(t.s[t.start:dot]))
	word := t.s[from:dot]
	if word == "" {
		return false
	}
	after := t.s[skipWhile(t.s, next, isOpener):]
	if isCount(word) {
		if skipWhile(t.s, t.start, unicode.IsSpace) == from {
			return true // "1. First": a list marker
		}
		if len(word) <= 2 && isMonthAnywhere(firstWord(after)) {
			return true // the lists may be of another language than the text
		}
		return t.ordinals && len(word) <= 2 && !startsWithDigit(after) && !t.starts(after)
	}
	lower := strings.ToLower(word)
	switch t.words.abbreviations[lower] {
	case leads:
		return true
	case counts:
		return startsWithDigit(after)
	case ends:
		return !t.starts(after)
	case proper:
		if IsUpperStart(word) {
			return !t.starts(after)
		}
	}
	if lower == "a.m" || lower == "p.m" {
		return t.followsClock(after)
	}
	if isInitials(word) {
		return !t.starts(after)
	}
	return false
}

// starts reports whether s begins with a word that usually begins a sentence. A
// letter with a dot is an initial, not a word ("A. S. Pushkin").
func (t *splitter) starts(s string) bool {
	word := firstWord(s)
	return t.words.starters[strings.ToLower(word)] && !strings.HasPrefix(s[len(word):], ".")
}

// followsClock reports whether a capital after "a.m." or "p.m." goes on with the
// time: a time zone in capitals, a weekday, a month or a number.
func (t *splitter) followsClock(s string) bool {
	word := firstWord(s)
	lower := strings.ToLower(word)
	if startsWithDigit(s) {
		return true
	}
	return len(word) > 1 && word == strings.ToUpper(word) || t.words.calendar[lower] || t.words.zones[lower]
}

// writesOrdinals reports whether a language writes "27." for the 27th.
func writesOrdinals(lang string) bool {
	switch lang {
	case "de", "da", "nb", "nn", "no", "fi", "et", "lv", "cs", "sk", "sl", "hr", "bs", "sr", "hu", "is":
		return true
	}
	return false
}

// isTerminator reports whether r may end a sentence. An ellipsis has been folded to
// dots, but may stand in text that was not.
func isTerminator(r rune) bool {
	switch {
	case r == '.' || r == '!' || r == '?' || r == ellipsis:
		return true
	case r < utf8.RuneSelf:
		return false
	}
	return unicode.Is(unicode.STerm, r)
}

// isWide reports whether r ends a sentence without white space after it.
func isWide(r rune) bool {
	switch r {
	case '。', '！', '？', '｡', '．':
		return true
	}
	return false
}

func isCloser(r rune) bool {
	switch r {
	case '"', '\'', ')', ']', '}', '\u201D', '\u2019', '\u00BB':
		return true
	}
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Pe, unicode.Pf)
}

func isOpener(r rune) bool {
	switch r {
	case '"', '\'', '(', '[', '{', '-', '*', '\u201C', '\u201E', '\u2018', '\u00AB', '¿', '¡', '•', '–', '—', ' ':
		return true
	}
	return r >= utf8.RuneSelf && unicode.In(r, unicode.Ps, unicode.Pi)
}

// skipWhile returns the first offset at or after i whose rune is not in.
func skipWhile(s string, i int, in func(rune) bool) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !in(r) {
			break
		}
		i += size
	}
	return i
}

// longestAbbreviation bounds how far back a dot looks for its word, so that a long
// run without spaces costs nothing. In bytes.
const longestAbbreviation = 24

// lastWord returns the letters, digits and inner dots before the end of s.
func lastWord(s string) string {
	i := len(s)
	for i > 0 && len(s)-i < longestAbbreviation {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '.' {
			break
		}
		i -= size
	}
	return strings.TrimLeft(s[i:], ".")
}

// firstWord returns the letters at the start of s.
func firstWord(s string) string {
	return s[:skipWhile(s, 0, unicode.IsLetter)]
}

// isCount reports whether word is digits only.
func isCount(word string) bool {
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return true
}

// isInitials reports whether word is one capital, or single letters with dots
// between them ("J", "U.S", "z.B").
func isInitials(word string) bool {
	if strings.Contains(word, ".") {
		return initialismLen(word) == len(word)
	}
	return IsUpperStart(word) && utf8.RuneCountInString(word) == 1
}
