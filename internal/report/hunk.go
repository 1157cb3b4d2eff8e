package report

import (
	"unicode/utf8"

	"erratum/internal/diff"
)

// The operations of a segment.
const (
	keep   = "keep"
	del    = "delete"
	insert = "insert"
)

// hunks returns every edited passage in reading order, notes included, as printed.
func hunks(d *diff.Diff) []Hunk {
	var out []Hunk
	left := maxDiffText
	for _, g := range d.Groups {
		if g.Shape == diff.Same && !g.Moved {
			continue
		}
		if len(out) == maxHunks || left <= 0 {
			break
		}
		h := hunk(d, g)
		for i := range h.Segments {
			left -= len(h.Segments[i].Text)
		}
		if len(h.Segments) > 0 {
			out = append(out, h)
		}
	}
	return out
}

func hunk(d *diff.Diff, g diff.Group) Hunk {
	h := Hunk{Moved: g.Moved, Where: where(d, g)}
	before, after := passage{d.Old, g.Old}, passage{d.New, g.New}
	switch g.Shape {
	case diff.Same:
		h.add(keep, after, 0, after.size())
	case diff.Added:
		h.add(insert, after, 0, after.size())
	case diff.Removed:
		h.add(del, before, 0, before.size())
	default:
		for _, op := range g.Ops {
			if op.Kind == diff.Keep {
				h.add(keep, after, op.B0, op.B1)
				continue
			}
			h.add(del, before, op.A0, op.A1)
			h.add(insert, after, op.B0, op.B1)
		}
	}
	return h
}

func where(d *diff.Diff, g diff.Group) string {
	if len(g.New) > 0 {
		return string(d.New.Sentences[g.New[0]].Role)
	}
	return string(d.Old.Sentences[g.Old[0]].Role)
}

// add appends a run of tokens as a segment, cut when it is very long.
func (h *Hunk) add(op string, p passage, from, to int) {
	s := p.raw(from, to)
	switch {
	case s == "":
		return
	case len(h.Segments) > 0 && p.spaced(from):
		s = " " + s
	}
	if len(s) > maxHunkText {
		cut := maxHunkText
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	h.Segments = append(h.Segments, Segment{Op: op, Text: s})
}

// passage is a side of a group.
type passage struct {
	doc       *diff.Doc
	sentences []int
}

// size is the number of its tokens.
func (p passage) size() int {
	n := 0
	for _, s := range p.sentences {
		n += len(p.doc.Sentences[s].Tokens)
	}
	return n
}

// spaced reports whether a space stands before a token, or a sentence starts there.
func (p passage) spaced(at int) bool {
	for _, id := range p.sentences {
		toks := p.doc.Sentences[id].Tokens
		if at < len(toks) {
			return toks[at].Space || toks[at].From == 0
		}
		at -= len(toks)
	}
	return false
}

// raw returns the tokens from:to as printed, sentences with a space between them.
func (p passage) raw(from, to int) string {
	out := ""
	for _, id := range p.sentences {
		s := &p.doc.Sentences[id]
		n := len(s.Tokens)
		if a, b := max(from, 0), min(to, n); a < b {
			if out != "" {
				out += " "
			}
			out += s.Folded.Cut(s.Tokens[a].From, s.Tokens[b-1].To)
		}
		from, to = from-n, to-n
	}
	return out
}
