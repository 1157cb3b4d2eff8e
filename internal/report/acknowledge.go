package report

import (
	"cmp"
	"slices"

	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
	"erratum/internal/text"
)

// Acknowledges finds what the notes that came or changed with a report say of changes
// that were told before, when no note spoke of them. It returns their indexes in open,
// ascending, and what there is to tell: those changes and the notes that speak of
// them, as a report of its own. That is nil when the notes speak of none.
//
// A note is tied to an open change as to an edit of its own version: by the values it
// names, else by what its sentences are about, unless that is an edit of this version.
// It changes neither r nor open and gives the same on every run.
func Acknowledges(r *Report, open []Change) (which []int, told *Report) {
	by := make([]int, len(open)) // index of the note, or -1
	for i := range by {
		by[i] = -1
	}
	for n := range r.Notes {
		for _, i := range r.spokenOf(&r.Notes[n], open) {
			if by[i] < 0 {
				by[i] = n
			}
		}
	}
	for i, n := range by {
		if n >= 0 {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(which, func(a, b int) int { return cmp.Compare(open[b].Significance, open[a].Significance) })
	told = acknowledgement(r, open, which, by)
	slices.Sort(which)
	return which, told
}

// spokenOf returns the open changes that a note speaks of: those for which readers
// are owed a note, else any.
func (r *Report) spokenOf(n *Note, open []Change) []int {
	if n.State != NoteNew && n.State != NoteEdited || n.Kind == note.Disclosure {
		return nil
	}
	body := n.body()
	var due, others []int
	for i := range open {
		switch c := &open[i]; {
		case r.goesOn(n, c):
		case callsForNote(c):
			due = append(due, i)
		default:
			others = append(others, i)
		}
	}
	for _, some := range [][]int{due, others} {
		if found := namedAmong(body, n.Lang, open, some); len(found) > 0 {
			return found
		}
	}
	if len(n.Links) > 0 {
		return nil // its words are about this version's own edits
	}
	for _, some := range [][]int{due, others} {
		if found := aboutAmong(body, n.Lang, open, some); len(found) > 0 {
			return found
		}
	}
	return nil
}

// goesOn reports whether an edit that the note speaks of changed anew what an open
// change had changed: then the note is about the later edit.
func (r *Report) goesOn(n *Note, open *Change) bool {
	return slices.ContainsFunc(n.Links, func(i int) bool {
		return i < len(r.Changes) && open.AfterValue != "" && r.Changes[i].BeforeValue == open.AfterValue
	})
}

// body is what a note says, without its label.
func (n *Note) body() string {
	found := note.FindAll(n.Text, n.Lang, true)
	if len(found) != 1 || found[0].Body == "" {
		return n.Text
	}
	return found[0].Body
}

// namedAmong returns the changes whose values a note names.
func namedAmong(body, lang string, open []Change, among []int) []int {
	keys := keySet(body)
	var out []int
	for _, i := range among {
		c := &open[i]
		before, after := &claim.Value{Text: c.BeforeValue}, &claim.Value{Text: c.AfterValue}
		if names(keys, after.Text, before, lang) || c.InPlace && names(keys, before.Text, after, lang) {
			out = append(out, i)
		}
	}
	return out
}

// aboutAmong returns the changes whose clauses hold most of what a note's sentences
// are about.
func aboutAmong(body, lang string, open []Change, among []int) []int {
	groups := make([]edited, len(among))
	for k, i := range among {
		groups[k] = edited{group: i, stems: map[string]bool{}}
		for _, t := range append(wordsOf(open[i].Before), wordsOf(open[i].After)...) {
			groups[k].stems[text.Stem(t.Key)] = true
		}
	}
	f := text.Fold(body)
	var out []int
	for _, s := range text.Sentences(f.Text, lang) {
		out = append(out, likeliest(matter(f.Text[s[0]:s[1]], lang), groups)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// acknowledgement makes the report of what is acknowledged, in the order of which. by
// holds the note of each open change.
func acknowledgement(r *Report, open []Change, which, by []int) *Report {
	told := &Report{Outcome: Changed, Severity: None, Announced: NotApplicable, Changes: []Change{}, Notes: []Note{}}
	at := map[int]int{} // note of r to note of told
	for _, i := range which {
		k, ok := at[by[i]]
		if !ok {
			k = len(told.Notes)
			at[by[i]] = k
			n := r.Notes[by[i]]
			n.Links = []int{}
			told.Notes = append(told.Notes, n)
		}
		told.Notes[k].Links = append(told.Notes[k].Links, len(told.Changes))
		c := open[i]
		c.Note = &k
		told.Changes = append(told.Changes, c)
	}
	c := comparison{report: told}
	c.announce()
	c.rank()
	return told
}
