package quality

import (
	"context"
	"fmt"
	"strings"

	"erratum/internal/diff/note"
	"erratum/internal/report"
)

// noteBody is the article that each note is set before. It is ours and says nothing
// that the notes speak of.
const noteBody = "The council met on Tuesday evening to settle the budget for the coming year.\n" +
	"Members argued for three hours about the money for buses before they agreed.\n" +
	"The plan now goes to the county, which is expected to decide before the summer."

// noNote is the label of a paragraph that is no note.
const noNote = "none"

// noteLabel is a prediction: the kind of note that was found.
type noteLabel struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// detection counts notes found (right), missed and taken for notes.
type detection struct{ right, missed, wrong int }

func (d *detection) count(gold, got bool) {
	switch {
	case gold && got:
		d.right++
	case gold:
		d.missed++
	case got:
		d.wrong++
	}
}

// f1 is the harmonic mean of precision and recall.
func (d *detection) f1() float64 {
	return Share{2 * d.right, 2*d.right + d.wrong + d.missed}.Value()
}

// measureNotes scores the recognition of notes: each paragraph is set before an
// article and compared with the article alone.
func measureNotes(_ context.Context, d *Data, out *Predictions) (Row, error) {
	notes, err := d.notes()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var all detection
	var kind Share
	var answers []noteLabel
	langs, kinds := map[string]*detection{}, tallies{}
	for _, n := range notes {
		got := findNote(n)
		answers = append(answers, noteLabel{n.ID, got})
		if n.Ambiguous {
			continue
		}
		isNote, found := n.Label != noNote, got != noNote
		if langs[n.Lang] == nil {
			langs[n.Lang] = &detection{}
		}
		langs[n.Lang].count(isNote, found)
		all.count(isNote, found)
		if isNote && found {
			kind.count(got == n.Label)
			kinds.count(n.Label, got == n.Label)
		}
		if got != n.Label {
			row.Misses = append(row.Misses, Miss{n.Label, 1, fmt.Sprintf("%s %s: %s taken for %s: %s", n.ID, n.Lang, n.Label, got, n.Text)})
		}
	}
	row.Figures = []Figure{
		{What: "notes found, F1", Value: all.f1(), Shown: fmt.Sprintf("%d right, %d missed, %d false", all.right, all.missed, all.wrong), Floor: .88, Goal: .95},
		shareFigure("  kind of a found note right", kind, .90, .95),
	}
	row.Details = []string{kinds.line("kind right"), f1Line(langs)}
	return row, writeLines(out, "notes", answers)
}

// findNote returns the kind of note that a paragraph is taken for.
func findNote(n labelledNote) string {
	with := strings.ReplaceAll(n.Text, "\n", " ") + "\n" + noteBody
	r := report.Compare(plainArticle(noteBody, n.Lang), plainArticle(with, n.Lang))
	for _, found := range r.Notes {
		switch {
		case found.State != report.NoteNew && found.State != report.NoteEdited:
		case found.Kind == note.Disclosure: // the labels have no kind of its own for it
			return string(note.EditorsNote)
		default:
			return string(found.Kind)
		}
	}
	return noNote
}

func f1Line(by map[string]*detection) string {
	t := tallies{}
	for name, d := range by {
		if *d == (detection{}) {
			continue
		}
		t[name] = &Share{2 * d.right, 2*d.right + d.wrong + d.missed}
	}
	return t.values("F1 by language")
}
