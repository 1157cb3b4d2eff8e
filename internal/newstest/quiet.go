package newstest

import (
	"fmt"
	"slices"
	"strings"
)

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
