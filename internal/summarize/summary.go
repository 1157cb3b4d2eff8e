// Package summarize says in a few lines what a report found: at most three facts,
// the note, whether the change was announced, and how much more there is. Every fact
// is in the article's own words; nothing is added to them.
//
// It ranks nothing (package report does) and knows no channel: [Compose] returns
// lines of spans that a channel renders, or [Summary.String] and [Summary.Markdown]
// do. It does no I/O. Start reading at [Compose].
package summarize

import (
	"strings"
	"unicode/utf8"

	"erratum/internal/report"
)

// Limits of a summary, in runes (product.md §3).
const (
	MaxLength   = 600 // of the whole, as String writes it
	MaxFacts    = 3   // the lead and two bullets
	MaxHeadline = 90  // of Headline
)

// Span is a run of a line.
type Span struct {
	Text string
	Bold bool // the new value
	// Verbatim says that the text stands so in one of the versions or in a note, but
	// for an ellipsis where it was cut.
	Verbatim bool
}

// Line is a line of a summary.
type Line []Span

// Summary is what is told of one change.
type Summary struct {
	Lead      Line   // the most significant change, or the outcome when nothing changed
	Bullets   []Line // further changes, at most MaxFacts-1
	Note      Line   // the new, edited or vanished note, quoted, and what it matches
	Announced string // empty when nothing calls for a note
	More      string // what else changed, counted; empty when nothing
	Left      int    // changes that nothing above tells, wording aside

	short Line
}

// String returns the summary as plain text of at most MaxLength runes.
func (s Summary) String() string { return s.lines(Line.String, "• ", "> ") }

// Markdown returns the summary as CommonMark with the new values in bold and all
// that comes from the article escaped. Mentions are left to the channel.
func (s Summary) Markdown() string { return s.lines(Line.markdown, "- ", "> ") }

// Headline returns the most significant change in at most MaxHeadline runes, as plain
// text, to stand in a notification.
func (s Summary) Headline() string {
	whole := s.short.String()
	t := cut(whole, MaxHeadline)
	if q := openQuote(t); q >= 0 && strings.HasPrefix(t[q:], "“") && strings.HasSuffix(t, ellipsis) {
		return cut(whole, MaxHeadline-1) + "”" // the bot's own mark around what it quotes
	}
	return t
}

func (s Summary) lines(write func(Line) string, bullet, quote string) string {
	var out []string
	if len(s.Lead) > 0 {
		out = append(out, write(s.Lead))
	}
	for _, b := range s.Bullets {
		out = append(out, bullet+write(b))
	}
	if len(s.Note) > 0 {
		out = append(out, quote+write(s.Note))
	}
	for _, t := range []string{s.Announced, s.More} {
		if t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n")
}

// String returns the line as plain text.
func (l Line) String() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.Text)
	}
	return b.String()
}

func (l Line) markdown() string {
	var b strings.Builder
	for _, s := range l {
		t := report.Escape(s.Text)
		if s.Bold && strings.TrimSpace(t) != "" {
			t = "**" + t + "**"
		}
		b.WriteString(t)
	}
	return b.String()
}

func length(s string) int { return utf8.RuneCountInString(s) }
