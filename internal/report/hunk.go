package report

import (
	"strings"
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
	before, after := d.Sides(g)
	h := Hunk{Moved: g.Moved, Where: where(d, g)}
	switch g.Shape {
	case diff.Same:
		h.add(keep, raw(d.New, after))
	case diff.Added:
		h.add(insert, raw(d.New, after))
	case diff.Removed:
		h.add(del, raw(d.Old, before))
	default:
		for _, op := range g.Ops {
			if op.Kind == diff.Keep {
				h.add(keep, raw(d.New, after[op.B0:op.B1]))
				continue
			}
			h.add(del, raw(d.Old, before[op.A0:op.A1]))
			h.add(insert, raw(d.New, after[op.B0:op.B1]))
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

// add appends a segment, cut when it is very long.
func (h *Hunk) add(op, s string) {
	if len(h.Segments) == 0 {
		s = strings.TrimLeft(s, " ")
	}
	if s == "" {
		return
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

// raw returns a run of tokens as printed, with a space before it where the text has
// one or a sentence starts.
func raw(doc *diff.Doc, toks []diff.Tok) string {
	var b strings.Builder
	for i, s := range doc.Span(diff.OldSide, toks) {
		if i > 0 || toks[0].Space || toks[0].From == 0 {
			b.WriteByte(' ')
		}
		b.WriteString(doc.Cut(s))
	}
	return b.String()
}
