package extract

import (
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff/note"
)

// Bounds on where notes are looked for outside the chosen text.
const (
	noteAbove    = 8   // blocks above the headline
	noteBelow    = 60  // blocks below the last paragraph
	maxNoteWords = 200 // words of a block that may be a note
	shortBlock   = 60  // words of a block in the middle of the text that is looked at without a label
	maxNoteLooks = 400 // blocks of a page that are looked at, edges not counted
)

// restoreNotes marks the notes among the kept blocks and takes back those that were
// dropped or never chosen: libraries cut footers and asides, where corrections
// stand.
func (x *Extractor) restoreNotes(p *page) {
	p.note = make([]bool, len(p.blocks))
	first, last := p.span(1)
	head := headlineAt(p.blocks, p.meta.headline)
	if last < 0 {
		return
	}
	from := first
	if head >= 0 {
		from = min(first, head)
	}
	edges := p.edges()
	main := p.blocks[first].article
	said, looks := newPassages(), 0
	scan := x.scanners.Borrow(p.meta.language)
	defer x.scanners.Return(scan)
	for i := max(0, from-noteAbove); i < len(p.blocks) && i <= last+noteBelow; i++ {
		b := &p.blocks[i]
		if b.words < 3 || b.words > maxNoteWords || p.isDateline(b) {
			continue
		}
		if looks++; looks > maxNoteLooks && !edges[i] {
			continue
		}
		if p.keep[i] {
			if (edges[i] || b.words <= shortBlock || b.zone.has(inNote)) && b.heading() == 0 {
				n, ok := scan.Find(b.text, edges[i] || b.zone.has(inNote))
				p.note[i] = ok && !(n.Kind == note.Disclosure && !n.Labelled)
			}
		} else if p.maybeNote(b) && (main == nil || b.article == main || b.article == nil) {
			n, ok := scan.Find(b.text, b.zone.has(inNote))
			if ok && n.Kind != note.Disclosure && said.holds(b.text) < .9 {
				p.keep[i], p.note[i] = true, true
			}
		}
		if p.note[i] {
			said.add(b.text)
			p.dropNoteLabel(i)
		}
	}
}

// maxNoteLabel is how many words a heading has that only says that a note follows.
const maxNoteLabel = 3

// dropNoteLabel drops the heading of a note, in whatever language: it is no part of the
// text that the note stands beside, and comes and goes with the note.
func (p *page) dropNoteLabel(i int) {
	if i == 0 {
		return
	}
	if b := &p.blocks[i-1]; b.heading() > 1 && b.words <= maxNoteLabel && b.box() == p.blocks[i].box() {
		p.keep[i-1] = false
	}
}

// maybeNote reports whether a block that was not chosen may be a note of this
// article at all.
func (p *page) maybeNote(b *block) bool {
	if b.words < 5 || b.linkShare() > .5 || b.heading() > 0 && b.heading() < 4 {
		return false
	}
	if b.zone.has(inNote) {
		return !b.zone.has(hidden | inNav | inComments)
	}
	return !b.zone.has(hidden | inNav | inForm | inComments | inWall | inCaption)
}

// edges are the first two and the last four kept blocks: where notes stand.
func (p *page) edges() map[int]bool {
	var kept []int
	for i := range p.keep {
		if p.keep[i] {
			kept = append(kept, i)
		}
	}
	out := map[int]bool{}
	for n, i := range kept {
		if n < 2 || n >= len(kept)-4 {
			out[i] = true
		}
	}
	return out
}

// statedNotes are the corrections of the page's data that no block shows.
func (p *page) statedNotes(shown []article.Block) []article.Block {
	if len(p.meta.corrections) == 0 {
		return nil
	}
	have := newPassages()
	for _, b := range shown {
		have.add(b.Text)
	}
	var out []article.Block
	for _, c := range p.meta.corrections {
		if c = strings.TrimSpace(c); c != "" && have.holds(c) < .6 {
			out = append(out, article.Block{Role: article.Note, Text: c})
			have.add(c)
		}
	}
	return out
}
