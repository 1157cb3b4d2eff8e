package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold folds typography away: NFC, plain quotes and dashes, "..." for an ellipsis,
// white space collapsed to single spaces and trimmed, soft hyphens, zero-width and
// control characters dropped. Invalid UTF-8 is replaced by U+FFFD first, in Raw too.
// Compatibility forms stay apart (NFKC would turn 10² into 102).
//
// Folding is idempotent: Fold(Fold(s).Text).Text equals Fold(s).Text.
func Fold(raw string) Folded {
	if isPlain(raw) {
		return Folded{Raw: raw, Text: raw}
	}
	if !utf8.ValidString(raw) {
		raw = strings.ToValidUTF8(raw, "\uFFFD")
	}
	text, back := foldRunes(raw)
	if !norm.NFC.IsNormalString(text) {
		text, back = compose(text, back)
	}
	if text == raw {
		back = nil
	}
	return Folded{Raw: raw, Text: text, back: back}
}

// Span takes byte offsets into Text to byte offsets into Raw. Offsets out of range
// are clamped. A rune of either text is never cut: from goes down and to goes up to
// the next edge. An empty span stays empty.
func (f Folded) Span(from, to int) (rawFrom, rawTo int) {
	from = min(max(from, 0), len(f.Text))
	to = min(max(to, from), len(f.Text))
	empty := from == to
	if f.back == nil {
		rawFrom, rawTo = runeEdges(f.Raw, from, to)
	} else {
		rawFrom, rawTo = f.mapped(from, to)
	}
	if empty {
		return rawFrom, rawFrom
	}
	return rawFrom, rawTo
}

// Cut returns the raw text of a span of the folded text.
func (f Folded) Cut(from, to int) string {
	a, b := f.Span(from, to)
	return f.Raw[a:b]
}

// Part returns a span of the folded text as a folded text of its own, from and to as
// for [Folded.Span]. It copies nothing.
func (f Folded) Part(from, to int) Folded {
	from, to = runeEdges(f.Text, min(max(from, 0), len(f.Text)), min(max(to, 0), len(f.Text)))
	to = max(from, to)
	a, b := f.Span(from, to)
	part := Folded{Raw: f.Raw[a:b], Text: f.Text[from:to]}
	if f.back != nil && part.Raw != part.Text {
		part.back, part.base = f.back[from:to+1], f.base+int32(a)
	}
	return part
}

// mapped looks the edges up in the map. All bytes that came of one raw character
// share its offset, so the end is where the next one starts, less what was dropped
// in between.
func (f Folded) mapped(from, to int) (rawFrom, rawTo int) {
	rawFrom = min(int(f.back[from]-f.base), len(f.Raw))
	if from == to {
		return rawFrom, rawFrom
	}
	end := to
	for end < len(f.Text) && f.back[end] == f.back[to-1] {
		end++
	}
	rawTo = min(int(f.back[end]-f.base), len(f.Raw))
	if f.back[end] == f.back[to-1] {
		rawTo = len(f.Raw) // a part that ends inside what one raw character became
	}
	for rawTo > rawFrom {
		r, size := utf8.DecodeLastRuneInString(f.Raw[rawFrom:rawTo])
		if foldRune(r) != dropped || size == rawTo-rawFrom {
			break
		}
		rawTo -= size
	}
	return rawFrom, rawTo
}

// runeEdges widens a span of s to whole runes.
func runeEdges(s string, from, to int) (int, int) {
	for from > 0 && from < len(s) && !utf8.RuneStart(s[from]) {
		from--
	}
	for to < len(s) && !utf8.RuneStart(s[to]) {
		to++
	}
	return from, to
}

// isPlain reports whether s is ASCII that folding would leave as it is.
func isPlain(s string) bool {
	space := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			if space {
				return false
			}
			space = true
		case c < ' ' || c >= 0x7F || c == '`':
			return false
		default:
			space = false
		}
	}
	return !space || s == ""
}

// What foldRune may return besides a rune.
const (
	dropped  rune = -1
	ellipsis rune = '\u2026'
)

// foldRune returns what a rune is compared as: itself, a plain one, a space,
// or dropped. The ellipsis is left to the caller, since it becomes three.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return foldASCII(r)
	}
	if r >= 'À' && r < 0x1680 && r != '\u02BC' && r != '\u061C' || r > 0x3000 && r < 0xFE00 {
		return r // letters and marks of most scripts
	}
	switch r {
	case '\u2018', '\u2019', '\u201A', '\u201B', '\u02BC', '\u2032', '\u00B4', '\u2039', '\u203A', '\u1FEF', '\u1FFD':
		return '\''
	case '\u201C', '\u201D', '\u201E', '\u201F', '\u00AB', '\u00BB', '\u2033':
		return '"'
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212':
		return '-'
	case '\u00AD', '\u061C', '\u2060', '\uFEFF', '\uFE0E', '\uFE0F':
		return dropped
	}
	switch {
	case r >= '\u200B' && r <= '\u200F', r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return dropped // zero width and text direction
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r):
		return dropped
	}
	return r
}

func foldASCII(r rune) rune {
	switch {
	case r == '`':
		return '\''
	case r == ' ', r >= '\t' && r <= '\r':
		return ' '
	case r < ' ' || r == 0x7F:
		return dropped
	}
	return r
}

// folder writes a folded text and the map back.
type folder struct {
	out   []byte
	back  []int32 // raw offset of every byte of out
	end   int     // of the raw text that was written
	space int     // where a run of spaces not yet written starts, or -1
}

// foldRunes folds rune by rune and collapses spaces. back holds the raw offset of
// every folded byte and, last, where the raw text of the last one ends.
func foldRunes(raw string) (text string, back []int32) {
	f := folder{out: make([]byte, 0, len(raw)+8), back: make([]int32, 0, len(raw)+9), space: -1}
	for i := 0; i < len(raw); {
		if n := plainRun(raw[i:]); n > 0 {
			f.put(i, raw[i:i+n], true)
			i += n
			continue
		}
		r, size := utf8.DecodeRuneInString(raw[i:])
		switch to := foldRune(r); to {
		case dropped:
		case ' ':
			if f.space < 0 {
				f.space = i
			}
		case ellipsis:
			f.put(i, "...", false)
			f.end = i + size
		case r:
			f.put(i, raw[i:i+size], false)
			f.end = i + size
		default:
			f.put(i, string(to), false)
			f.end = i + size
		}
		i += size
	}
	return string(f.out), append(f.back, int32(f.end))
}

// put writes what stands at raw offset i, after the space that is due. Its bytes
// either stand for the raw bytes from there one by one, or all for one character.
func (f *folder) put(i int, s string, oneByOne bool) {
	if f.space >= 0 && len(f.out) > 0 {
		f.out = append(f.out, ' ')
		f.back = append(f.back, int32(f.space))
	}
	f.space = -1
	f.out = append(f.out, s...)
	n, step := len(f.back), int32(0)
	if oneByOne {
		step = 1
	}
	f.back = slices.Grow(f.back, len(s))[:n+len(s)]
	at := int32(i)
	for k := n; k < len(f.back); k++ {
		f.back[k] = at
		at += step
	}
	f.end = i + len(s)
}

// plainRun returns how many bytes at the start of s are ASCII characters that stay as
// they are, white space apart.
func plainRun(s string) int {
	for n := range len(s) {
		if c := s[n]; c <= ' ' || c >= 0x7F || c == '`' {
			return n
		}
	}
	return len(s)
}

// compose brings text to NFC and the map with it. A composed run of characters
// belongs to the raw offset of its first one.
func compose(text string, back []int32) (string, []int32) {
	var out []byte
	var to []int32
	var it norm.Iter
	it.InitString(norm.NFC, text)
	for !it.Done() {
		from := it.Pos()
		piece := it.Next()
		if string(piece) == text[from:it.Pos()] {
			to = append(to, back[from:it.Pos()]...)
		} else {
			for range piece {
				to = append(to, back[from])
			}
		}
		out = append(out, piece...)
	}
	return string(out), append(to, back[len(text)])
}
