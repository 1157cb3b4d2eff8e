package console

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/report"
)

// Style renders replies and alerts for a terminal.
type Style struct {
	Colour bool
	// Width is how many cells a line may take before it is broken between words;
	// zero, as for files and pipes, leaves lines whole.
	Width int
}

// Plain is the style without any colour or breaks, as for files and pipes.
var Plain = Style{}

// seq is an ANSI sequence; empty without colour.
func (s Style) seq(code string) string {
	if !s.Colour {
		return ""
	}
	return "\x1b[" + code + "m"
}

// Reply renders an answer.
func (s Style) Reply(r command.Reply) string {
	var lines []string
	if r.Title != "" {
		lines = append(lines, wrap(s.seq("1")+clean(r.Title)+s.seq("0"), s.Width)...)
	}
	if r.Text != "" {
		lines = append(lines, s.markdown(r.Text, s.Width)...)
	}
	if r.Pre != "" {
		for l := range strings.SplitSeq(strings.TrimRight(r.Pre, "\n"), "\n") {
			lines = append(lines, wrap(clean(l), s.Width)...)
		}
	}
	if r.Notice != nil && r.Pre == "" {
		lines = append(lines, s.Notice(*r.Notice))
	}
	if r.File != nil {
		lines = append(lines, s.seq("2")+clean(r.File.Name)+":"+s.seq("0"))
		for l := range strings.SplitSeq(strings.TrimRight(string(r.File.Data), "\n"), "\n") {
			lines = append(lines, clean(l)) // whole: it is there to be copied
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// Notice renders an alert as a card: a bar in the colour of its severity, the
// headline, what changed, and where to go from here. It has no newline at its end.
func (s Style) Notice(n alert.Notice) string {
	cells := s.Width
	if cells > 0 {
		cells -= columns(barMark)
	}
	head := cmp.Or(clean(n.Subject.Headline), "Erratum")
	if n.Subject.Site != "" {
		head = clean(n.Subject.Site) + ": " + head
	}
	lines := wrap(s.seq("1")+head+s.seq("0")+tag(n), cells)
	for _, text := range []string{n.Text, n.Summary} {
		if text != "" {
			lines = append(lines, s.markdown(text, cells)...)
		}
	}
	for _, l := range foot(n) {
		lines = append(lines, wrap(s.seq("2")+l+s.seq("0"), cells)...)
	}
	// Only the bar's own colour ends with it: what is bold goes on in the next line.
	bar := s.seq(barColour(n)) + strings.TrimSpace(barMark) + s.seq("39") + " "
	return bar + strings.Join(lines, "\n"+bar)
}

const barMark = "▌ "

// tag names kind and severity behind the headline.
func tag(n alert.Notice) string {
	word := strings.ToLower(string(n.Kind))
	if n.Kind == alert.Change && n.Report != nil {
		word = string(n.Report.Severity)
	}
	return "  [" + word + "]"
}

func barColour(n alert.Notice) string {
	if n.Report != nil && n.Kind != alert.Acknowledged {
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
	case alert.Gone, alert.Blind, alert.Offline:
		return "31"
	case alert.Online, alert.Recovered, alert.Returned, alert.Acknowledged:
		return "32"
	default:
		return "37"
	}
}

// foot is when, how sure, and where.
func foot(n alert.Notice) []string {
	var parts []string
	if n.To > 0 {
		parts = append(parts, fmt.Sprintf("r%d %s → r%d %s UTC", n.From, clock(n.FromAt), n.To, clock(n.ToAt)))
	}
	if n.Kind == alert.Offline {
		parts = append(parts, "since "+clock(n.Since)+" UTC")
	}
	if n.Fetches > 1 {
		parts = append(parts, "seen "+times(n.Fetches))
	}
	var out []string
	for _, l := range []string{strings.Join(parts, " · "), clean(n.Subject.URL)} {
		if l != "" {
			out = append(out, l)
		}
	}
	return out
}

func clock(t time.Time) string { return t.UTC().Format("2 Jan 15:04") }

func times(n int) string {
	if n == 2 {
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
