package summarize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const ellipsis = "…"

// sideWords is how many words are shown at most to either side of what changed
// (methods.md §12).
const sideWords = 12

// slack is how many words more are shown rather than cut off at an end.
const slack = 3

// runeSlack is how many runes too long a text may be to be shown whole.
const runeSlack = 12

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
	// A quotation of which hardly a word would be left is left out.
	if q := openQuote(s[:end]); q > end/2 && len(strings.Fields(s[q:end])) <= fewQuoted {
		end = q
	}
	t := strings.TrimRightFunc(s[:end], loose)
	if strings.HasSuffix(t, ellipsis) || strings.HasSuffix(t, ellipsis+"”") {
		return t // it was cut here before
	}
	return t + ellipsis
}

// fewQuoted is how many words of a quotation that is cut say nothing.
const fewQuoted = 3

// loose reports whether a mark has no business before an ellipsis.
func loose(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`,;:—–-([{“„«`, r)
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

// window cuts a text around its bytes from:to: at most left and right words and n
// runes in all, at words, not inside a number, a name or, where it can be helped, a
// quotation. What was cut off is an ellipsis.
func window(s string, from, to, left, right, n int) (before, mid, after string) {
	mid = s[from:to]
	if whole := length(s); whole <= n+runeSlack {
		n = max(n, whole)
	}
	room := n - length(mid)
	if room < 0 {
		return lead(s[:from]), cut(mid, n), ""
	}
	head, tail := s[:from], s[to:]
	l, r := length(head), length(tail)
	takeL, takeR := min(l, room/2), min(r, room/2)
	if takeL < room/2 {
		takeR = min(r, room-takeL)
	}
	if takeR < room/2 {
		takeL = min(l, room-takeR)
	}
	return lastWords(head, left, takeL), mid, firstWords(tail, right, takeR)
}

// lead is what stands for words cut off before.
func lead(s string) string {
	if strings.TrimSpace(s) == "" {
		return s
	}
	return ellipsis
}

// firstWords returns the first n words of s, at most so many runes.
func firstWords(s string, n, runes int) string {
	ws := words(s)
	if len(ws) <= n+slack && length(s) <= runes {
		return s
	}
	end := 0
	for k := 0; k < len(ws) && k < n && length(s[:ws[k].to]) < runes; k++ {
		if !split(s, ws, k) {
			end = ws[k].to
		}
	}
	if open := openQuote(s[:end]); open >= 0 {
		end = open
	}
	return strings.TrimRightFunc(s[:end], loose) + ellipsis
}

// lastWords returns the last n words of s, at most so many runes.
func lastWords(s string, n, runes int) string {
	ws := words(s)
	if len(ws) <= n+slack && length(s) <= runes {
		return s
	}
	start := len(s)
	for k := len(ws) - 1; k >= 0 && len(ws)-k <= n && length(s[ws[k].from:]) < runes; k-- {
		if k == 0 || !split(s, ws, k-1) {
			start = ws[k].from
		}
	}
	if shut := closedQuote(s, start); shut > start {
		start = shut
	}
	return ellipsis + s[start:]
}

// split reports whether cutting behind word k would part a name, or a number from
// what it counts.
func split(s string, ws []word, k int) bool {
	if k+1 >= len(ws) {
		return false
	}
	a, b := s[ws[k].from:ws[k].to], s[ws[k+1].from:ws[k+1].to]
	if last, _ := utf8.DecodeLastRuneInString(a); strings.ContainsRune(`,;:.!?”"»)`, last) && !abbreviates(a) {
		return false
	}
	return numeric(a) || capitalised(a) && (capitalised(b) || numeric(b))
}

// abbreviates reports whether a full stop belongs to a short title: "Mr.", "St.".
func abbreviates(w string) bool {
	return len(w) <= 4 && strings.HasSuffix(w, ".") && capitalised(w)
}

func numeric(w string) bool { return strings.ContainsFunc(w, unicode.IsDigit) }

func capitalised(w string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(w, unicode.IsPunct))
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// openQuote returns where a quotation starts that does not end in s, or -1.
func openQuote(s string) int {
	at, opener, last := -1, rune(0), ' '
	for i, r := range s {
		switch {
		case at >= 0 && closes(opener, r):
			at = -1
		case at < 0 && opens(last, r):
			at, opener = i, r
		}
		last = r
	}
	return at
}

// opens reports whether a mark starts a quotation; last is what stands before it. A
// straight mark behind a letter or a full stop ends one that started before the text.
func opens(last, r rune) bool {
	return strings.ContainsRune(`“„«`, r) || r == '"' && (unicode.IsSpace(last) || strings.ContainsRune("([‘—–-…", last))
}

// closes reports whether a mark ends what another opened; the German ones are two.
func closes(opener, r rune) bool {
	switch opener {
	case '“':
		return r == '”'
	case '„':
		return r == '“' || r == '”'
	case '«':
		return r == '»'
	}
	return r == opener
}

// closer is the mark that ends what a mark opened.
func closer(opener rune) string {
	switch opener {
	case '„':
		return "“"
	case '«':
		return "»"
	case '"':
		return `"`
	}
	return "”"
}

// closedQuote returns the offset behind a quotation that starts before start in s and
// ends behind it; start when there is none.
func closedQuote(s string, start int) int {
	open := openQuote(s[:start])
	if open < 0 {
		return start
	}
	opener, _ := utf8.DecodeRuneInString(s[open:])
	for i, r := range s[start:] {
		if closes(opener, r) {
			end := start + i + utf8.RuneLen(r)
			return end + len(s[end:]) - len(strings.TrimLeftFunc(s[end:], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }))
		}
	}
	return start
}
