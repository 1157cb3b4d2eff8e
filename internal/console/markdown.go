package console

import (
	"strings"
	"unicode"
)

// How lists and quotations begin at a terminal.
const (
	itemMark  = "• "
	quoteMark = "│ "
)

// markdown renders the little Markdown that replies use, in lines of at most cells.
func (s Style) markdown(text string, cells int) []string {
	var out []string
	for l := range strings.SplitSeq(text, "\n") {
		l = clean(l)
		if q, ok := strings.CutPrefix(l, "> "); ok {
			l = quoteMark + q
		} else if item, ok := strings.CutPrefix(l, "- "); ok {
			l = itemMark + item
		}
		out = append(out, wrap(s.inline(l), cells)...)
	}
	return out
}

// inline renders **bold** and `code`, and takes escapes back to what they stand for.
// Without colours code keeps its marks: they show where a command begins and ends.
func (s Style) inline(l string) string {
	var b strings.Builder
	bold, code := false, false
	for i := 0; i < len(l); i++ {
		switch {
		case strings.HasPrefix(l[i:], "<#") && strings.Contains(l[i:], ">"), strings.HasPrefix(l[i:], "<@&") && strings.Contains(l[i:], ">"):
			// A channel or role: what comes from elsewhere has its "<" escaped.
			name, rest, _ := strings.Cut(l[i+1:], ">")
			b.WriteString(name)
			i = len(l) - len(rest) - 1
		case l[i] == '\\' && i+1 < len(l) && isPunct(l[i+1]):
			i++
			b.WriteByte(l[i])
		case strings.HasPrefix(l[i:], "**"):
			i++
			bold = !bold
			b.WriteString(s.toggle(bold, "1", "22"))
		case l[i] == '`' && s.Colour:
			code = !code
			b.WriteString(s.toggle(code, "36", "39"))
		default:
			b.WriteByte(l[i])
		}
	}
	if bold || code {
		b.WriteString(s.seq("0"))
	}
	return b.String()
}

func (s Style) toggle(on bool, begin, end string) string {
	if on {
		return s.seq(begin)
	}
	return s.seq(end)
}

// isPunct reports whether a backslash before c is an escape in CommonMark.
func isPunct(c byte) bool {
	return c < 0x80 && unicode.In(rune(c), unicode.Punct, unicode.Symbol)
}

// clean takes out of a line what could steer a terminal or reorder what it shows:
// article text is not ours. The result is one line of valid UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF', r >= 0xE0000 && r <= 0xE007F:
			return -1
		default:
			return r
		}
	}, s)
}
