package newstest

import "fmt"

// AddNote sets a note above or below the article. Kind is in the words of the JSON
// form: correction, clarification, update, retraction, editors_note, disclosure.
type AddNote struct {
	Kind, Text string
	Above      bool
}

func (e AddNote) edit(p *page) (effect, error) {
	n := notice{kind: e.Kind, text: e.Text, above: e.Above}
	p.notes = append(p.notes, n)
	p.dated = true
	return effect{note: &n}, nil
}

// DropNote takes the last note away again.
type DropNote struct{}

func (DropNote) edit(p *page) (effect, error) {
	if len(p.notes) == 0 {
		return effect{}, fmt.Errorf("%w: no note", errNotThere)
	}
	n := p.notes[len(p.notes)-1]
	p.notes = p.notes[:len(p.notes)-1]
	p.dated = true
	return effect{note: &n, vanished: true}, nil
}
