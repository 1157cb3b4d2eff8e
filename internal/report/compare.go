package report

import (
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// Compare reports what changed from one version of an article to another. It takes
// any two articles, changes neither, does no I/O, and gives the same report on every
// run. It may be called concurrently.
func Compare(old, new *article.Article) *Report {
	r := &Report{Severity: None, Announced: NotApplicable, Changes: []Change{}, Notes: []Note{}}
	if reason := unlike(old, new); reason != "" {
		r.Outcome, r.Reason = NotComparable, reason
		return r
	}
	if slices.Equal(old.Paragraphs(), new.Paragraphs()) {
		r.Outcome = Same
		return r
	}
	if live := compareEntries(old, new); live != nil {
		// Its headline and entries give way to others all day: that makes no other page.
		r.compare(live.old, live.new, false)
		live.finish(r, old, new)
		return r
	}
	r.compare(old, new, true)
	return r
}

// compare fills in a report on two texts. doubt asks whether the new one is another
// article altogether.
func (r *Report) compare(old, new *article.Article, doubt bool) {
	c := comparison{report: r}
	before, after := markNotes(old, new)
	c.diff = diff.Compare(before.doc, after.doc)
	if reason := c.otherPage(old, new); doubt && reason != "" {
		r.Outcome, r.Reason = NotComparable, reason
		return
	}
	c.claims, r.Coarse = claim.Find(c.diff)
	r.Coarse = r.Coarse || c.diff.Coarse
	c.notes = matchNotes(before.notes, after.notes)
	c.linkNotes()
	c.changes()
	c.countEdits()
	c.tellNotes()
	c.announce()
	c.rank()
	r.Hunks = hunks(c.diff)
	r.Outcome = c.outcome()
}

// comparison is the work of one Compare.
type comparison struct {
	report *Report
	diff   *diff.Diff
	claims []claim.Change
	notes  []matched
	links  [][]int // by note: indexes of claims it speaks of
	linked []int   // by claim: index of the note that speaks of it, or -1
	order  []int   // by rank: index of the claim
}

// outcome names the result when the texts were comparable.
func (c *comparison) outcome() Outcome {
	if len(c.report.Changes) > 0 || c.report.Coarse {
		return Changed // of what was not looked at nobody can say that it means the same
	}
	for _, n := range c.report.Notes {
		if n.State != NoteKept {
			return Changed
		}
	}
	return Cosmetic
}

// changes fills in the changed claims, most significant first.
func (c *comparison) changes() {
	significance := make([]float64, len(c.claims))
	c.order = make([]int, len(c.claims))
	for i := range c.order {
		significance[i], c.order[i] = c.significance(i), i
	}
	slices.SortStableFunc(c.order, func(a, b int) int {
		if d := significance[b] - significance[a]; d > 1e-9 || d < -1e-9 {
			return sign(d)
		}
		return sign(c.claims[a].Position - c.claims[b].Position)
	})
	if len(c.order) > maxChanges {
		c.order = c.order[:maxChanges]
	}
	c.report.Changes = make([]Change, 0, len(c.order))
	for _, i := range c.order {
		c.report.Changes = append(c.report.Changes, c.change(i, significance[i]))
	}
}

func sign(x float64) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// change turns a claim into what is told of it.
func (c *comparison) change(i int, significance float64) Change {
	from := &c.claims[i]
	out := Change{
		Kind: from.Kind, Where: string(from.Where), Before: from.BeforeText, After: from.AfterText,
		Places: max(from.Places, 1), Certainty: from.Certainty, InPlace: from.InPlace && weightOf(from.Kind, from.Rule).rank >= fact,
		StillSays: from.StillSays, StillValue: from.StillValue, StillWhere: string(from.StillWhere), Rule: from.Rule,
		Significance: significance, Severity: severity(significance),
	}
	if from.Before != nil {
		out.BeforeValue, out.Head = from.Before.Text, from.Before.Head
	}
	if from.After != nil {
		out.AfterValue = from.After.Text
		if from.After.Head != "" {
			out.Head = from.After.Head
		}
	}
	out.BeforeSpan = place(from.Spans, diff.OldSide)
	out.AfterSpan = place(from.Spans, diff.NewSide)
	out.Before, out.BeforeValue = printed(c.diff.Old, out.BeforeSpan, out.Before, out.BeforeValue)
	out.After, out.AfterValue = printed(c.diff.New, out.AfterSpan, out.After, out.AfterValue)
	return out
}

// printed holds a clause and its value to what stands in one paragraph: a passage put
// together from several is cut to the sentence of its place, so that whoever looks
// for the quoted words finds them.
func printed(doc *diff.Doc, at *Place, clause, value string) (string, string) {
	if clause == "" && value == "" {
		return clause, value
	}
	clauseStands, valueStands := stands(doc, at, clause), stands(doc, at, value)
	if at == nil && !(clauseStands && valueStands) {
		return "", ""
	}
	if !valueStands {
		value = cut(doc, at)
	}
	if !clauseStands {
		clause = doc.Sentences[at[0]].Folded.Raw
		if len(strings.Fields(clause)) > maxClause {
			clause = cut(doc, at)
		}
	}
	return clause, value
}

// maxClause is how many words are shown of a sentence that stands for a clause.
const maxClause = 40

func cut(doc *diff.Doc, at *Place) string { return doc.Sentences[at[0]].Folded.Raw[at[1]:at[2]] }

// stands reports whether some paragraph holds a text: most likely in the sentence of its
// place.
func stands(doc *diff.Doc, at *Place, s string) bool {
	if at != nil && strings.Contains(doc.Sentences[at[0]].Folded.Raw, s) {
		return true
	}
	return slices.ContainsFunc(doc.Blocks, func(b article.Block) bool { return strings.Contains(b.Text, s) })
}

// place returns the first span of a side.
func place(spans []diff.Span, side diff.Side) *Place {
	for _, s := range spans {
		if s.Side == side {
			return &Place{s.Sentence, s.From, s.To}
		}
	}
	return nil
}

// countEdits counts what happened to the sentences of the text proper.
func (c *comparison) countEdits() {
	covered := claim.Covered(c.claims)
	e := &c.report.Edits
	for k, g := range c.diff.Groups {
		if c.isNote(g) {
			continue
		}
		if g.Moved {
			e.Moved++
		}
		switch g.Shape {
		case diff.Same:
			continue
		case diff.Added:
			e.Added++
		case diff.Removed:
			e.Removed++
		case diff.Split:
			e.Split++
		case diff.Merge:
			e.Merged++
		default:
			e.Changed++
		}
		if !covered[k] {
			e.Silent++
		}
	}
}

// isNote reports whether a group is part of a note.
func (c *comparison) isNote(g diff.Group) bool {
	if len(g.New) > 0 {
		return c.diff.New.Sentences[g.New[0]].Role == article.Note
	}
	return len(g.Old) > 0 && c.diff.Old.Sentences[g.Old[0]].Role == article.Note
}
