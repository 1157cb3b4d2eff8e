package report

import (
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

// tellNotes fills in the notes and, in both directions, their links.
func (c *comparison) tellNotes() {
	at := make(map[int]int, len(c.order)) // claim to change
	for k, i := range c.order {
		at[i] = k
	}
	for n, m := range c.notes {
		from := m.note()
		out := Note{
			Kind: from.Kind, State: m.state, Text: from.Text, Lang: from.Lang, Score: round(from.Score),
			Labelled: from.Labelled, Date: from.Date, Links: []int{}, Says: SaysNothing, Rule: from.Rule,
		}
		if m.state == NoteEdited {
			out.Was = m.old.Text
		}
		if m.state != NoteVanished {
			out.Says = c.check(from, c.links[n])
		}
		for _, i := range c.links[n] {
			if k, ok := at[i]; ok {
				out.Links = append(out.Links, k)
			}
		}
		c.report.Notes = append(c.report.Notes, out)
	}
	for k, i := range c.order {
		if n := c.linked[i]; n >= 0 {
			c.report.Changes[k].Note = &n
		}
	}
}

// announce says whether the notes speak of the facts that changed.
func (c *comparison) announce() {
	r := c.report
	facts, linked := 0, 0
	updated := c.onlyUpdated()
	for i := range r.Changes {
		ch := &r.Changes[i]
		if !callsForNote(ch) {
			continue
		}
		facts++
		if ch.Note == nil {
			r.LabelledAsUpdate = r.LabelledAsUpdate || updated
			continue
		}
		linked++
		if n := &r.Notes[*ch.Note]; n.State != NoteKept && (n.Kind == note.Update || n.Kind == note.Clarification) {
			r.LabelledAsUpdate = true
		}
	}
	spoken, links := false, 0
	for i := range r.Notes {
		n := &r.Notes[i]
		if n.State == NoteNew || n.State == NoteEdited {
			spoken = spoken || n.Kind != note.Disclosure && n.Kind != note.EditorsNote
			links += len(n.Links)
		}
	}
	switch {
	case facts > 0 && linked == facts, facts == 0 && links > 0:
		r.Announced = AnnouncedYes
	case facts == 0:
		r.Announced = NotApplicable
	case linked > 0 || spoken:
		r.Announced = AnnouncedPartly
	default:
		r.Announced = AnnouncedNo
	}
}

// onlyUpdated reports whether a new note says that the article was updated and is tied
// to none of the edits: a fact replaced without another note is then labelled as an
// update.
func (c *comparison) onlyUpdated() bool {
	for n, m := range c.notes {
		if m.fresh() && m.kind() == note.Update && m.note().Meta && len(c.links[n]) == 0 {
			return true
		}
	}
	return false
}

// callsForNote reports whether readers who saw the old version were told something
// else: a fact of weight was replaced where it stood.
func callsForNote(ch *Change) bool {
	if ch.Severity != Major && ch.Severity != Critical {
		return false
	}
	return ch.Kind == claim.Negation || ch.InPlace && weightOf(ch.Kind, ch.Rule).rank >= owed
}
