package summarize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const ellipsis = "…"

// cut shortens a text to n runes at a word, with an ellipsis.
func cut(s string, n int) string {
	s = strings.TrimSpace(s)
	if length(s) <= n {
		return s
	}
	if n < 2 {
		return ""
	}
	end := byteAt(s, n-1)
	if sp := strings.LastIndexFunc(s[:end], unicode.IsSpace); sp > end/2 {
		end = sp
	}
	return strings.TrimRightFunc(s[:end], func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) + ellipsis
}

// byteAt returns the offset of rune n.
func byteAt(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// window cuts a text to n runes around the range from:to, at words.
func window(s string, from, to, n int) (before, mid, after string) {
	mid = s[from:to]
	room := n - length(mid)
	if room < 0 {
		return "", cut(mid, n), ""
	}
	left, right := s[:from], s[to:]
	l, r := length(left), length(right)
	takeL, takeR := min(l, room/2), min(r, room/2)
	if takeL < room/2 {
		takeR = min(r, room-takeL)
	}
	if takeR < room/2 {
		takeL = min(l, room-takeR)
	}
	return keepEnd(left, takeL), mid, keepStart(right, takeR)
}

// keepStart returns the first n runes of s, up to a word's end.
func keepStart(s string, n int) string {
	if length(s) <= n {
		return s
	}
	end := byteAt(s, max(n-1, 0))
	if sp := strings.LastIndexFunc(s[:end], unicode.IsSpace); sp >= 0 {
		end = sp
	} else {
		end = 0
	}
	return strings.TrimRightFunc(s[:end], unicode.IsSpace) + ellipsis
}

// keepEnd returns the last n runes of s, from a word's start.
func keepEnd(s string, n int) string {
	l := length(s)
	if l <= n {
		return s
	}
	start := byteAt(s, l-max(n-1, 0))
	if sp := strings.IndexFunc(s[start:], unicode.IsSpace); sp >= 0 {
		_, size := utf8.DecodeRuneInString(s[start+sp:])
		start += sp + size
	} else {
		start = len(s)
	}
	if start == len(s) {
		return ellipsis
	}
	return ellipsis + s[start:]
}
