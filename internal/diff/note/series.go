package note

import (
	"strings"

	"erratum/internal/text"
)

// Bounds of a series: beyond them a block is a text of its own. Without them a block of
// nothing but bullets would be read once for each.
const (
	maxSeries   = 20  // notes of one block
	maxOpenings = 60  // sentences and bullets that are looked at
	maxOpening  = 300 // bytes of each that are read for a label or a date
)

// all returns the notes of the block.
func (s search) all() []Note {
	first, ok := s.find(0, len(s.f.Text))
	if !ok {
		return nil
	}
	starts := s.starts(first)
	if len(starts) == 1 {
		return []Note{first}
	}
	var out []Note
	for i, at := range starts {
		to := len(s.f.Text)
		if i+1 < len(starts) {
			to = starts[i+1].at
		}
		n, ok := s.find(at.at, to)
		switch {
		case !ok && i == 0:
			return []Note{first}
		case at.dated:
			n = s.entry(at, to, out[len(out)-1])
		case !ok:
			continue
		}
		out = append(out, n)
	}
	return out
}

// start is where a note of a block starts.
type start struct {
	at    int
	dated bool   // by a date alone, below the label of the one before
	body  int    // where the message after the date starts
	when  moment // that date
}

// starts returns where the notes of a block start: at its start, at every label that
// opens a sentence, at a bullet before what is a note by itself, and, below a label, at
// a date that opens a sentence ("Corrections: 3 May 2020: … 5 May 2020: …").
func (s search) starts(first Note) []start {
	out := []start{{}}
	for _, at := range openings(s.f.Text, first.Lang) {
		if len(out) == maxSeries {
			break
		}
		if at < out[len(out)-1].body {
			continue // within the date of the one before
		}
		p := read(s.f.Part(at, at+maxOpening).Text, first.Lang)
		switch o := s.reads(p); {
		case o.label != nil:
			out = append(out, start{at: at})
			continue
		case isBullet(s.f.Text[at:]):
			if _, ok := s.find(at, bulletEnd(s.f.Text, at)); ok {
				out = append(out, start{at: at})
			}
			continue
		}
		if d, ok := s.datedAt(p, at); ok && first.Labelled {
			out = append(out, d)
		}
	}
	return out
}

// openings returns where sentences and bullets start, the first apart.
func openings(folded, lang string) []int {
	var out []int
	for _, s := range text.Sentences(folded, lang) {
		for at := s[0]; at < s[1]; at++ {
			if at > 0 && (at == s[0] || folded[at-1] == ' ' && isBullet(folded[at:])) {
				out = append(out, at)
			}
			if len(out) == maxOpenings {
				return out
			}
		}
	}
	return out
}

// bullets are the marks that part the notes of a list.
var bullets = []string{"• ", "· ", "▪ ", "■ ", "* "}

func isBullet(s string) bool {
	for _, b := range bullets {
		if strings.HasPrefix(s, b) {
			return true
		}
	}
	return false
}

// bulletEnd returns where the item ends that starts with the bullet at i.
func bulletEnd(folded string, i int) int {
	for at := i + 1; at < len(folded); at++ {
		if folded[at-1] == ' ' && isBullet(folded[at:]) {
			return at
		}
	}
	return len(folded)
}

// datedAt recognises a passage that opens with a date and a mark.
func (s search) datedAt(p *passage, at int) (start, bool) {
	for _, b := range s.books {
		r := p.stamps(b)
		end, m := r.read(0)
		if !m.dated || end+1 >= len(p.ws) || p.ws[end].Text != ":" && p.ws[end].Text != "-" {
			continue
		}
		return start{at: at, dated: true, body: at + p.ws[end+1].From, when: m}, true
	}
	return start{}, false
}

// entry returns the note of a dated entry: of the kind of the one before.
func (s search) entry(at start, to int, before Note) Note {
	n := before
	n.Text, n.Body, n.Date = s.f.Cut(at.at, to), s.f.Cut(at.body, to), at.when.day
	n.Says, n.Facts = nil, nil
	for _, b := range s.books {
		if b.lang != before.Lang {
			continue
		}
		p := read(s.f.Text[at.body:to], before.Lang)
		strict, _ := p.sees(b, len(p.ws))
		o := opening{b: b}
		n.Says = p.says(&strict, o, n.Kind, func(i, j int) string { return s.f.Cut(at.body+i, at.body+j) })
		n.Facts = p.facts(&strict, o)
	}
	return n
}
