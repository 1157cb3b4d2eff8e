package console

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// minWidth is the narrowest that text is wrapped to: below, words would stand alone.
const minWidth = 24

// Wrap breaks the lines of a text between words so that they fit the style's width.
// It does not clean them.
func (s Style) Wrap(text string) string {
	if s.Width <= 0 {
		return text
	}
	var out []string
	for l := range strings.SplitSeq(text, "\n") {
		out = append(out, wrap(l, s.Width)...)
	}
	return strings.Join(out, "\n")
}

// wrap breaks a line between words so that no line is wider than cells, if its words
// allow it. Lines that follow hang below the text of a list item or a quotation.
// Colours take no room. Zero or less leaves the line whole.
func wrap(line string, cells int) []string {
	if cells <= 0 {
		return []string{line}
	}
	cells = max(cells, minWidth)
	first, hang := margin(line)
	var out []string
	var b strings.Builder
	b.WriteString(first)
	at, empty := columns(first), true
	for _, p := range pieces(line[len(first):]) {
		if !empty && at+p.space+p.cells > cells {
			out = append(out, b.String())
			b.Reset()
			b.WriteString(hang)
			at, empty = columns(hang), true
		}
		if !empty {
			b.WriteString(strings.Repeat(" ", p.space))
			at += p.space
		}
		b.WriteString(p.text)
		at += p.cells
		empty = false
	}
	return append(out, b.String())
}

// margin is how a line begins, and how its continuations do.
func margin(line string) (first, hang string) {
	rest := strings.TrimLeft(line, " ")
	first = line[:len(line)-len(rest)]
	hang = first
	switch {
	case strings.HasPrefix(rest, quoteMark):
		return first + quoteMark, hang + quoteMark
	case strings.HasPrefix(rest, itemMark):
		return first + itemMark, hang + "  "
	}
	if digits := len(rest) - len(strings.TrimLeft(rest, "0123456789")); digits > 0 && strings.HasPrefix(rest[digits:], ". ") {
		return first + rest[:digits+2], hang + strings.Repeat(" ", digits+2)
	}
	return first, hang
}

// piece is what is never broken: a word, or a single wide character.
type piece struct {
	text         string
	space, cells int
}

func pieces(s string) []piece {
	var out []piece
	space := 0
	for i, word := range strings.Split(s, " ") {
		if i > 0 {
			space++
		}
		if word == "" {
			continue
		}
		start := 0
		for j, r := range word {
			// Languages that write without spaces may be broken anywhere.
			if j > start && runeWidth(r) == 2 {
				out = append(out, piece{word[start:j], space, columns(word[start:j])})
				start, space = j, 0
			}
		}
		out = append(out, piece{word[start:], space, columns(word[start:])})
		space = 0
	}
	return out
}

// columns is how many cells of a terminal a text takes, colours not counted.
func columns(s string) int {
	n, colour := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			colour = true
		case colour:
			colour = r != 'm'
		default:
			n += runeWidth(r)
		}
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
