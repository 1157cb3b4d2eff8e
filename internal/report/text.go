package report

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions say how [Text] writes.
type TextOptions struct {
	Colour bool // ANSI colours: what is gone struck and red, what is new green
	Edits  bool // the full word diff after the claims
}

// Text writes a report for a terminal, a claim a line, the most significant first.
func Text(w io.Writer, r *Report, o TextOptions) error {
	p := painter{on: o.Colour}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", verdict(r))
	for i := range r.Changes {
		writeChange(&b, &r.Changes[i], p)
	}
	for i := range r.Notes {
		writeNote(&b, &r.Notes[i])
	}
	if s := editWords(r.Edits); s != "" {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	if o.Edits && len(r.Hunks) > 0 {
		b.WriteByte('\n')
		writeHunks(&b, r.Hunks, p)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// verdict is the first line of a report.
func verdict(r *Report) string {
	switch r.Outcome {
	case NotComparable:
		return "Not comparable: " + r.Reason
	case Same:
		return "No difference."
	case Cosmetic:
		return "Only form changed: nothing that means something else."
	}
	line := "Changed: " + string(r.Severity)
	switch r.Announced {
	case AnnouncedYes:
		line += ", announced"
	case AnnouncedPartly:
		line += ", announced in part"
	case AnnouncedNo:
		line += ", no note found"
	}
	if r.Coarse {
		line += ", compared coarsely: too much differs"
	}
	if r.LabelledAsUpdate {
		line += ", labelled as an update"
	}
	return line
}

func writeChange(b *strings.Builder, c *Change, p painter) {
	fmt.Fprintf(b, "  %-8s %s (%s", c.Severity, c.Kind, c.Where)
	if c.Places > 1 {
		fmt.Fprintf(b, ", %d places", c.Places)
	}
	b.WriteString(")\n")
	if c.Before != "" {
		fmt.Fprintf(b, "    - %s\n", p.mark(c.Before, c.BeforeValue, red))
	}
	if c.After != "" {
		fmt.Fprintf(b, "    + %s\n", p.mark(c.After, c.AfterValue, green))
	}
	if c.StillSays != "" {
		fmt.Fprintf(b, "    the %s still says: %s\n", strings.ReplaceAll(c.StillWhere, "_", " "), clean(c.StillSays))
	}
}

func writeNote(b *strings.Builder, n *Note) {
	fmt.Fprintf(b, "  note     %s, %s: %s\n", strings.ReplaceAll(string(n.Kind), "_", " "), n.State, clean(n.Text))
	switch n.Says {
	case SaysConfirmed:
		b.WriteString("    the text bears it out\n")
	case SaysNotFound:
		b.WriteString("    not found in the text\n")
	case SaysContradicted:
		b.WriteString("    the text still says otherwise\n")
	}
}

// editWords counts the edits in words; empty when there are none.
func editWords(e Edits) string {
	var out []string
	for _, c := range []struct {
		n    int
		word string
	}{{e.Added, "added"}, {e.Removed, "removed"}, {e.Changed, "changed"}, {e.Split, "split"}, {e.Merged, "merged"}, {e.Moved, "moved"}} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	if len(out) == 0 {
		return ""
	}
	s := "sentences: " + strings.Join(out, ", ")
	if e.Silent > 0 {
		s += fmt.Sprintf(" (%d in wording only)", e.Silent)
	}
	return s
}

// FullDiff writes every edit as text: [-gone-]{+new+}, a passage a paragraph.
func FullDiff(r *Report) string { return Diff(r, false) }

// Diff writes every edit, a passage a paragraph: [-gone-]{+new+}, or in ANSI colours
// instead of marks.
func Diff(r *Report, colour bool) string {
	if r.Outcome == NotComparable {
		return verdict(r)
	}
	if len(r.Hunks) == 0 {
		return "No difference."
	}
	var b strings.Builder
	writeHunks(&b, r.Hunks, painter{on: colour})
	return strings.TrimRight(b.String(), "\n")
}

func writeHunks(b *strings.Builder, hunks []Hunk, p painter) {
	for i := range hunks {
		h := &hunks[i]
		fmt.Fprintf(b, "@@ %s%s @@\n", strings.ReplaceAll(h.Where, "_", " "), map[bool]string{true: ", moved"}[h.Moved])
		for _, s := range h.Segments {
			switch s.Op {
			case del:
				p.edit(b, s.Text, "[-", "-]", red)
			case insert:
				p.edit(b, s.Text, "{+", "+}", green)
			default:
				b.WriteString(clean(s.Text))
			}
		}
		b.WriteString("\n\n")
	}
}

// The colours: struck and red, bold and green.
const (
	red   = "\x1b[9;31m"
	green = "\x1b[1;32m"
	reset = "\x1b[0m"
)

// painter colours when it is on.
type painter struct{ on bool }

// mark paints the value inside its clause.
func (p painter) mark(clause, value, colour string) string {
	clause, value = clean(clause), clean(value)
	i := strings.Index(clause, value)
	if !p.on || value == "" || i < 0 {
		return clause
	}
	return clause[:i] + colour + value + reset + clause[i+len(value):]
}

// edit writes an edit, painted or between marks, with the space before it outside.
func (p painter) edit(b *strings.Builder, s, open, end, colour string) {
	body := strings.TrimLeft(clean(s), " ")
	b.WriteString(strings.Repeat(" ", len(clean(s))-len(body)))
	if p.on {
		open, end = colour, reset
	}
	b.WriteString(open + body + end)
}

// clean takes control characters out of what a page says, so that no page can write
// to the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}
