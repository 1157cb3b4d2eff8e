package report

import (
	"fmt"
	"strings"
	"unicode"
)

// Markdown returns a report as CommonMark, with everything that comes from the
// article escaped.
func Markdown(r *Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", Escape(verdict(r)))
	for i := range r.Changes {
		b.WriteString("\n")
		markChange(&b, &r.Changes[i])
	}
	for i := range r.Notes {
		n := &r.Notes[i]
		fmt.Fprintf(&b, "\n> %s\n\n*%s, %s*\n", Escape(n.Text), strings.ReplaceAll(string(n.Kind), "_", " "), n.State)
	}
	if s := editWords(r.Edits); s != "" {
		fmt.Fprintf(&b, "\n%s\n", s)
	}
	return b.String()
}

func markChange(b *strings.Builder, c *Change) {
	fmt.Fprintf(b, "- **%s** (%s, %s", c.Kind, c.Severity, strings.ReplaceAll(c.Where, "_", " "))
	if c.Places > 1 {
		fmt.Fprintf(b, ", %d places", c.Places)
	}
	b.WriteString(")\n")
	if c.Before != "" {
		fmt.Fprintf(b, "  before: %s  \n", markValue(c.Before, c.BeforeValue, "~~"))
	}
	if c.After != "" {
		fmt.Fprintf(b, "  after: %s\n", markValue(c.After, c.AfterValue, "**"))
	}
}

// markValue escapes a clause and sets marks around the value in it.
func markValue(clause, value, mark string) string {
	i := strings.Index(clause, value)
	trimmed := strings.TrimSpace(value)
	if trimmed == "" || i < 0 || trimmed != value {
		return Escape(clause)
	}
	return Escape(clause[:i]) + mark + Escape(value) + mark + Escape(clause[i+len(value):])
}

// Unmark makes plain text of the CommonMark that replies and alerts are written in, for
// files and labels.
func Unmark(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && isMark(text[i+1]):
			i++
			b.WriteByte(text[i])
		case strings.HasPrefix(text[i:], "**"):
			i++
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

func isMark(c byte) bool { return c < 0x80 && unicode.In(rune(c), unicode.Punct, unicode.Symbol) }

// Escape makes text literal in CommonMark: control characters go, every mark that
// could format, link or quote is escaped.
func Escape(s string) string {
	s = clean(s)
	var b strings.Builder
	for i, r := range s {
		switch r {
		case '\\', '`', '*', '_', '~', '[', ']', '<', '>', '|', '#':
			b.WriteByte('\\')
		case '-', '+':
			if i == 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
