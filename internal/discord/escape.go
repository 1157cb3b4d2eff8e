package discord

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may stand on one character: enough for every
// script in use, too few to paint over the lines around it.
const maxMarks = 4

// Escape makes text literal in Discord's Markdown: nothing in it can format, link,
// mention or quote. What could reorder or hide text (bidi controls, characters
// without width, control characters) is left out. The result is one line; Discord
// shows it as [Plain] returns it.
//
// A backslash before a character that is not a letter, digit or space is never
// shown by Discord's clients. Marks that are harmless where they stand, such as a
// hyphen within a word, get none: pushed notifications may show backslashes.
func Escape(s string) string {
	var b strings.Builder
	for _, t := range literals(Plain(s), true) {
		b.WriteString(t.text)
	}
	return b.String()
}

// EscapeTo is Escape, cut to at most limit UTF-16 units with an ellipsis.
func EscapeTo(s string, limit int) string { return join(literals(Plain(s), true), limit) }

// Plain returns text as one line fit to be shown where Discord knows no Markdown:
// labels, names of authors, choices.
func Plain(s string) string {
	var b strings.Builder
	marks := 0
	var last rune
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			r = '\uFFFD'
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			r = ' '
		case r == '\u200C' || r == '\u200D':
			// They shape Arabic and Indic words and join emoji; elsewhere they only
			// hide something.
			next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if last < 0x300 || next < 0x300 || hidden(next) {
				continue
			}
		case hidden(r):
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		last = r
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}

// PlainTo is Plain, cut to at most limit UTF-16 units with an ellipsis.
func PlainTo(s string, limit int) string {
	var tokens []token
	for _, c := range characters(Plain(s)) {
		tokens = append(tokens, token{text: c})
	}
	return join(tokens, limit)
}

// hidden reports whether a character steers text without being seen.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return true
	case r >= 0x200B && r <= 0x200F, r >= 0x2060 && r <= 0x206F, r == 0xFEFF, r == 0x00AD, r == 0x180E, r == 0x034F:
		return true
	case r >= 0xE0000 && r <= 0xE007F, r >= 0xFFF9 && r <= 0xFFFB:
		return true
	case r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0: // fillers that look like nothing
		return true
	}
	return false
}

// Units counts UTF-16 units, in which Discord is taken to count: the unit is not
// documented, and no other gives a larger number for the same text but bytes.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// token is what is never cut: a character with its marks and its escape, or a mark
// of Markdown.
type token struct {
	text string
	bold bool // opens or closes bold
}

// literals escapes a clean text. start says that it stands where a line begins.
func literals(s string, start bool) []token {
	chars := characters(s)
	out := make([]token, 0, len(chars))
	for i, c := range chars {
		r, _ := utf8.DecodeRuneInString(c)
		if active(chars, i, r, start) {
			c = "\\" + c
		}
		out = append(out, token{text: c})
		start = start && (r == ' ' || unicode.IsDigit(r))
	}
	return out
}

// active reports whether a character could mean something to Discord where it stands.
func active(chars []string, i int, r rune, start bool) bool {
	switch r {
	case '\\', '`', '*', '_', '~', '[', ']', '<', '>', '|', '#', '@':
		return true
	case '-', '+':
		return start
	case '.', ')':
		// An ordered list, or a bare address that Discord links by itself.
		return start || letterAt(chars, i+1) && (letterAt(chars, i-1) || digitAt(chars, i-1))
	case ':':
		// An address, or an emoji by name. At the end the neighbour is not known.
		return i == len(chars)-1 || chars[i+1] == "/" || wordAt(chars, i+1) && !(digitAt(chars, i-1) && digitsFrom(chars, i+1))
	case '(':
		return i > 0 && chars[i-1] == "]"
	}
	return false
}

func letterAt(chars []string, i int) bool {
	r := runeAt(chars, i)
	return unicode.IsLetter(r)
}

func digitAt(chars []string, i int) bool {
	r := runeAt(chars, i)
	return unicode.IsDigit(r)
}

// digitsFrom reports whether the word that begins at i is a number, as in 14:30.
func digitsFrom(chars []string, i int) bool {
	for ; wordAt(chars, i); i++ {
		if !digitAt(chars, i) {
			return false
		}
	}
	return true
}

func wordAt(chars []string, i int) bool {
	r := runeAt(chars, i)
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

func runeAt(chars []string, i int) rune {
	if i < 0 || i >= len(chars) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(chars[i])
	return r
}

// characters splits a text where it may be cut: before a character that is not a
// mark, a joiner or joined to the one before it.
func characters(s string) []string {
	var out []string
	joined, flag := false, false
	for _, r := range s {
		extends := unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) || r == '\u200C' || r == '\u200D' ||
			r >= 0x1F3FB && r <= 0x1F3FF // skin tones
		letter := r >= 0x1F1E6 && r <= 0x1F1FF // two of these are a flag
		if n := len(out); n > 0 && (extends || joined || letter && flag) {
			out[n-1] += string(r)
			letter = false
		} else {
			out = append(out, string(r))
		}
		joined, flag = r == '\u200D', letter
	}
	return out
}

// join writes tokens in at most limit UTF-16 units. What does not fit is cut at a
// word where one is near, with an ellipsis, and bold that is open is closed.
func join(tokens []token, limit int) string {
	total := 0
	for _, t := range tokens {
		total += Units(t.text)
	}
	if total <= limit {
		var b strings.Builder
		for _, t := range tokens {
			b.WriteString(t.text)
		}
		return b.String()
	}
	kept := tokens[:cutAt(tokens, limit)]
	return join(kept, limit) + ending(kept)
}

// cutAt is how many tokens fit with an ending behind them.
func cutAt(tokens []token, limit int) int {
	used, open, n, space := 0, false, 0, 0
	for i, t := range tokens {
		after := open != t.bold
		used += Units(t.text)
		reserve := 1
		if after {
			reserve = 3
		}
		if used+reserve > limit {
			break
		}
		open = after
		n = i + 1
		if t.text == " " || t.text == "\n" {
			space = i
		}
	}
	if space > n*3/4 {
		n = space
	}
	for n > 0 && (tokens[n-1].text == " " || tokens[n-1].text == "\n" || tokens[n-1].bold && odd(tokens[:n])) {
		n--
	}
	return n
}

// ending closes what was cut.
func ending(tokens []token) string {
	if odd(tokens) {
		return "…**"
	}
	return "…"
}

// odd reports whether bold is open behind the tokens.
func odd(tokens []token) bool {
	open := false
	for _, t := range tokens {
		open = open != t.bold
	}
	return open
}
