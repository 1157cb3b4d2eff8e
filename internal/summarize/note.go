package summarize

import (
	"fmt"
	"slices"
	"strings"

	"erratum/internal/report"
)

// shownNote returns the index of the note that is quoted: the first that came, changed
// or went; -1 when there is none.
func shownNote(r *report.Report) int {
	return slices.IndexFunc(r.Notes, func(n report.Note) bool { return n.State != report.NoteKept })
}

// noteLine quotes a note, says what it matches, and how many more there are.
func noteLine(r *report.Report, facts []fact, n int) Line {
	at := shownNote(r)
	if at < 0 {
		return nil
	}
	nt := &r.Notes[at]
	line := Line{}
	switch nt.State {
	case report.NoteVanished:
		line = append(line, Span{Text: "Note gone: "})
	case report.NoteEdited:
		line = append(line, Span{Text: "Note edited: "})
	}
	line = append(line, Span{Text: cut(nt.Text, n), Verbatim: true})
	if nt.State == report.NoteEdited {
		line = append(line, before(nt, n/3)...)
	}
	if s := matches(r, facts, nt); s != "" {
		line = append(line, Span{Text: " — " + s})
	}
	others := 0
	for i := range r.Notes {
		if i != at && r.Notes[i].State != report.NoteKept {
			others++
		}
	}
	if others > 0 {
		line = append(line, Span{Text: fmt.Sprintf(" (+ %d more)", others)})
	}
	return line
}

// before shows what an edited note said where it differs.
func before(n *report.Note, runes int) Line {
	a, b := words(n.Was), words(n.Text)
	ss := swaps(a, b)
	if len(ss) == 0 || ss[0].a0 == ss[0].a1 {
		return nil // nothing went
	}
	at := bytesOf(a, len(n.Was), ss[0].a0, ss[0].a1)
	x, mid, y := window(n.Was, at[0], at[1], pairLeft, pairRight, runes)
	return append(Line{{Text: ", before: "}}, quoted(Span{Text: x + mid + y, Verbatim: true})...)
}

// matching introduces the leads of the changes that a note speaks of.
const matching = "matches: "

// matches says what of the change a note speaks of.
func matches(r *report.Report, facts []fact, n *report.Note) string {
	if n.State == report.NoteVanished {
		return ""
	}
	if n.Says == report.SaysContradicted {
		return "the text still says otherwise"
	}
	if leads := linkedLeads(r, facts, n); len(leads) > 0 {
		return matching + strings.Join(leads, ", ")
	}
	switch {
	case len(n.Links) > 0:
		return "matches a smaller change"
	case n.Says == report.SaysConfirmed:
		return "the text says so"
	case n.Says == report.SaysNotFound:
		return "not found in the text"
	}
	return ""
}

// linkedLeads returns the lead words of the lines that a note speaks of, each once.
func linkedLeads(r *report.Report, facts []fact, n *report.Note) []string {
	var out []string
	for k := range facts {
		f := &facts[k]
		all := slices.Concat([]int{f.lead}, f.with, f.same, f.part)
		word := leadWord(&r.Changes[f.lead])
		if slices.ContainsFunc(all, func(i int) bool { return slices.Contains(n.Links, i) }) && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}
