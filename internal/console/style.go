package console

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/report"
)

// Style renders replies and alerts for a terminal.
type Style struct{ Colour bool }

// Plain is the style without any colour, as for files and pipes.
var Plain = Style{}

// ANSI sequences; empty without colour.
func (s Style) seq(code string) string {
	if !s.Colour {
		return ""
	}
	return "\x1b[" + code + "m"
}

// Reply renders an answer.
func (s Style) Reply(r command.Reply) string {
	var b strings.Builder
	if r.Title != "" {
		fmt.Fprintf(&b, "%s%s%s\n", s.seq("1"), clean(r.Title), s.seq("0"))
	}
	if r.Text != "" {
		b.WriteString(s.markdown(r.Text))
		b.WriteByte('\n')
	}
	if r.Pre != "" {
		for line := range strings.Lines(r.Pre) {
			b.WriteString(clean(strings.TrimRight(line, "\n")) + "\n")
		}
	}
	if r.Notice != nil {
		b.WriteString(s.Notice(*r.Notice))
		b.WriteByte('\n')
	}
	return b.String()
}

// Notice renders an alert as a card: a bar in the colour of its severity, the
// headline, what changed, and where to go from here.
func (s Style) Notice(n alert.Notice) string {
	head := clean(n.Subject.Headline)
	if n.Subject.Site != "" {
		head = clean(n.Subject.Site) + ": " + head
	}
	lines := []string{s.seq("1") + head + s.seq("0") + s.tag(n)}
	if n.Text != "" {
		lines = append(lines, strings.Split(s.markdown(n.Text), "\n")...)
	}
	if n.Summary != "" {
		lines = append(lines, strings.Split(s.markdown(n.Summary), "\n")...)
	}
	lines = append(lines, s.seq("2")+foot(n)+s.seq("0"))
	bar := s.seq(barColour(n)) + "▌" + s.seq("0") + " "
	return bar + strings.Join(lines, "\n"+bar)
}

// tag names kind and severity behind the headline.
func (s Style) tag(n alert.Notice) string {
	word := strings.ToLower(string(n.Kind))
	if n.Kind == alert.Change && n.Report != nil {
		word = string(n.Report.Severity)
	}
	return "  [" + word + "]"
}

func barColour(n alert.Notice) string {
	if n.Report != nil {
		switch n.Report.Severity {
		case report.Critical:
			return "31"
		case report.Major:
			return "33"
		case report.Minor:
			return "36"
		}
	}
	switch n.Kind {
	case alert.Gone, alert.Blind:
		return "31"
	case alert.Recovered, alert.Returned, alert.Acknowledged:
		return "32"
	default:
		return "37"
	}
}

// foot is the last line: when, how sure, where.
func foot(n alert.Notice) string {
	var parts []string
	if n.To > 0 {
		parts = append(parts, fmt.Sprintf("r%d %s → r%d %s", n.From, clock(n.FromAt), n.To, clock(n.ToAt)))
	}
	if n.Fetches > 1 {
		parts = append(parts, "seen "+times(n.Fetches))
	}
	parts = append(parts, clean(n.Subject.URL))
	return strings.Join(parts, " · ")
}

func clock(t time.Time) string { return t.UTC().Format("2 Jan 15:04") }

func times(n int) string {
	if n == 2 {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// markdown renders the little Markdown that replies use.
func (s Style) markdown(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = clean(l)
		if q, ok := strings.CutPrefix(l, "> "); ok {
			l = "│ " + q
		} else if item, ok := strings.CutPrefix(l, "- "); ok {
			l = "• " + item
		}
		lines[i] = s.inline(l)
	}
	return strings.Join(lines, "\n")
}

// inline renders **bold** and `code`, and takes escapes back to what they stand for.
func (s Style) inline(l string) string {
	var b strings.Builder
	bold, code := false, false
	for i := 0; i < len(l); i++ {
		switch {
		case l[i] == '\\' && i+1 < len(l) && isPunct(l[i+1]):
			i++
			b.WriteByte(l[i])
		case strings.HasPrefix(l[i:], "**"):
			i++
			bold = !bold
			b.WriteString(s.toggle(bold, "1", "22"))
		case l[i] == '`':
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

// clean drops what could steer a terminal: article text is not ours.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, s)
}
