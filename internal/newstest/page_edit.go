package newstest

import (
	"fmt"
	"slices"
	"strings"
)

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
	return effect{note: &n, vanished: true}, nil
}

// HeadlineFlap makes the page show its headline and Other in turns, one a fetch, as
// outlets do to see which draws more readers: silent.
type HeadlineFlap struct{ Other string }

func (e HeadlineFlap) edit(p *page) (effect, error) {
	p.other = e.Other
	return effect{}, nil
}

// Refurnish changes what stands around the text: adverts, teasers, the number of
// comments, how dates are written. Silent.
type Refurnish struct{}

func (Refurnish) edit(p *page) (effect, error) {
	p.furniture++
	return effect{}, nil
}

// Reflow sets the same words anew: other markup and line breaks, straight quotation
// marks for curly ones, and, where JoinAt is not empty, no new paragraph before the
// one that begins with those words. Silent.
type Reflow struct{ JoinAt string }

func (e Reflow) edit(p *page) (effect, error) {
	if e.JoinAt != "" {
		i := slices.IndexFunc(p.blocks, func(b block) bool { return strings.HasPrefix(b.text, e.JoinAt) })
		if i < 1 {
			return effect{}, fmt.Errorf("%w: a paragraph that begins with %q", errNotThere, e.JoinAt)
		}
		p.blocks[i-1].text += " " + p.blocks[i].text
		p.blocks = slices.Delete(p.blocks, i, i+1)
	}
	straight := strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'")
	for _, part := range p.parts() {
		*part.text = straight.Replace(*part.text)
	}
	p.markup++
	return effect{}, nil
}

// Vanish takes the page away: it answers 404, or Status.
type Vanish struct{ Status int }

func (e Vanish) edit(p *page) (effect, error) {
	p.status = e.Status
	if p.status == 0 {
		p.status = 404
	}
	return effect{notice: NoticeGone}, nil
}

// Return brings a page back that had vanished.
type Return struct{}

func (Return) edit(p *page) (effect, error) {
	if p.status == 0 {
		return effect{}, fmt.Errorf("%w: the page is not gone", errNotThere)
	}
	p.status = 0
	return effect{notice: NoticeReturned}, nil
}

// Wall turns the reader away: with a refusal of Status, or, when Status is 0 or 200,
// with a page that wants to know whether a person is there.
type Wall struct{ Status int }

func (e Wall) edit(p *page) (effect, error) {
	p.challenge = true
	if e.Status != 200 {
		p.status = e.Status
	}
	return effect{notice: NoticeBlind}, nil
}

// Lift takes a wall away; the article behind it is as it was.
type Lift struct{}

func (Lift) edit(p *page) (effect, error) {
	if !p.challenge {
		return effect{}, fmt.Errorf("%w: there is no wall", errNotThere)
	}
	p.challenge, p.status = false, 0
	return effect{notice: NoticeRecovered}, nil
}
