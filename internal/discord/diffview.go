package discord

import (
	"fmt"
	"slices"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/report"
	"erratum/internal/summarize"
)

// How much of a change a message shows: enough for a phone, where code does not wrap
// and colours may be missing. The rest is in the file.
const (
	diffPassages = 4  // passages
	diffLines    = 4  // lines of each side of one
	diffColumns  = 60 // characters of a line
	diffEdge     = 60 // unchanged characters beside an edit
	diffUnits    = 1700
)

// everyEdit shows a notice's edits as - and + lines. Where that leaves something out,
// the whole is attached.
func everyEdit(n alert.Notice) answer {
	hunks := n.Report.Hunks
	var b strings.Builder
	shown, whole := 0, true
	for _, h := range hunks {
		passage, all := passageLines(h, diffEdge, diffLines)
		if shown == diffPassages || Units(b.String())+Units(passage) > diffUnits {
			break
		}
		b.WriteString(passage)
		shown++
		whole = whole && all
	}
	a := answer{content: "**" + EscapeTo(headline(n), maxHeadline) + "**"}
	if shown > 0 {
		a.content += "\n```diff\n" + unfenced(b.String()) + "```"
	}
	if left := len(hunks) - shown; left > 0 {
		a.content += fmt.Sprintf("\n%d more in the file.", left)
	}
	if shown < len(hunks) || !whole {
		a.attach(diffName, editsFile(hunks, 0))
	}
	a.buttons = openButton(n)
	return a
}

const (
	diffName    = "changes.diff"
	overflowMax = 20_000 // bytes of the file of an alert: excerpts, never an article
	overflowBy  = 120    // unchanged characters beside an edit there
)

// editsFile writes passages one below the other; edge is as for passageLines. With one
// it stops at overflowMax and says how many are left.
func editsFile(hunks []report.Hunk, edge int) []byte {
	var file strings.Builder
	for i, h := range hunks {
		passage, _ := passageLines(h, edge, 0)
		if edge > 0 && file.Len()+len(passage) > overflowMax && i > 0 {
			fmt.Fprintf(&file, "(%d more)\n", len(hunks)-i)
			break
		}
		file.WriteString(passage + "\n")
	}
	return []byte(file.String())
}

// overflow is the file of an alert whose changes do not all stand in its card; nil: they
// do.
func overflow(n alert.Notice) []byte {
	if n.Kind != alert.Change && n.Kind != alert.Reverted || n.Report == nil || len(n.Report.Hunks) == 0 {
		return nil
	}
	said := wording(n)
	if shorten(said, maxAlertText-Units(when(n))) == said && summarize.Compose(n.Report).Left == 0 {
		return nil
	}
	return editsFile(n.Report.Hunks, overflowBy)
}

// passageLines writes a passage as it was and as it is. edge bounds what is kept of
// unchanged text beside an edit and lines those of each side; zero bounds neither. It
// reports whether all of it is there.
func passageLines(h report.Hunk, edge, lines int) (text string, all bool) {
	before, after := sides(h, edge)
	wholeBefore, wholeAfter := sides(h, 0)
	all = before == wholeBefore && after == wholeAfter
	var b strings.Builder
	if place := strings.ReplaceAll(h.Where, "_", " "); place != "" && place != "body" {
		b.WriteString("(" + Plain(place) + ")\n")
	}
	if before == after {
		before = "" // it was only moved
		b.WriteString("(moved)\n")
	}
	for _, side := range []struct{ sign, text string }{{"- ", before}, {"+ ", after}} {
		wrapped := []string{side.text}
		if lines > 0 {
			wrapped = wrap(side.text, diffColumns)
		}
		if lines > 0 && len(wrapped) > lines {
			wrapped = wrapped[:lines]
			wrapped[lines-1] += " …"
			all = false
		}
		for _, l := range wrapped {
			if l != "" {
				b.WriteString(side.sign + l + "\n")
			}
		}
	}
	return b.String(), all
}

// sides is a passage before and after, one line each.
func sides(h report.Hunk, edge int) (before, after string) {
	var a, b strings.Builder
	for i, s := range h.Segments {
		switch s.Op {
		case "delete":
			a.WriteString(s.Text)
		case "insert":
			b.WriteString(s.Text)
		default:
			text := elide(s.Text, edge, i == 0, i == len(h.Segments)-1)
			a.WriteString(text)
			b.WriteString(text)
		}
	}
	return Plain(a.String()), Plain(b.String())
}

// elide leaves out what is far from an edit. At the beginning of a passage the edit
// is behind the text, at its end before it.
func elide(s string, edge int, first, last bool) string {
	words := strings.SplitAfter(s, " ")
	if edge <= 0 || first && last {
		return s
	}
	head, tail := 0, len(words)
	if !first {
		head = fit(words, edge)
	}
	if !last {
		slices.Reverse(words)
		tail = len(words) - fit(words, edge)
		slices.Reverse(words)
	}
	if head >= tail {
		return s
	}
	left := strings.Join(words[:head], "")
	if left != "" && !strings.HasSuffix(left, " ") {
		left += " "
	}
	return left + "… " + strings.Join(words[tail:], "")
}

// fit is how many words have at most n characters together.
func fit(words []string, n int) int {
	for i, w := range words {
		if n -= len(characters(w)); n < 0 {
			return i
		}
	}
	return len(words)
}

// wrap breaks a line between words, and words that are longer than a line anywhere.
func wrap(s string, columns int) []string {
	var out []string
	line, used := "", 0
	for _, w := range strings.Fields(s) {
		chars := characters(w)
		if used > 0 && used+1+len(chars) > columns {
			out = append(out, line)
			line, used = "", 0
		}
		if used > 0 {
			line += " "
			used++
		}
		for len(chars) > columns {
			out = append(out, strings.Join(chars[:columns], ""))
			chars = chars[columns:]
		}
		line += strings.Join(chars, "")
		used += len(chars)
	}
	if used > 0 {
		out = append(out, line)
	}
	return out
}
