package summarize

import (
	"slices"
	"strings"

	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// fact is what one line tells: a change, and others that need no line of their own.
type fact struct {
	lead  int   // index into Changes, whose words are shown
	first int   // the most significant of all, whose place is named
	with  []int // values of the same kind that came or went too, named in the same line
	same  []int // the same replacement in another form: a surname for the full name
	part  []int // what the shown passage may hold anyway: a number in a new sentence
}

// maxWith is how many further values a line may name.
const maxWith = 2

// choose groups the changes, which come most significant first, into at most MaxFacts
// lines. What is style only gets a line when there is nothing else.
func choose(r *report.Report) []fact {
	var facts []fact
	seen := 0
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Severity == report.Style && seen > 0 {
			continue
		}
		seen++
		if !join(r, facts, i) && len(facts) < MaxFacts {
			facts = append(facts, fact{lead: i, first: i})
		}
	}
	return withLinked(r, facts)
}

// withLinked gives the last line to what the quoted note speaks of, when no line tells
// of it: the note is read for that.
func withLinked(r *report.Report, facts []fact) []fact {
	at := shownNote(r)
	if at < 0 || len(facts) < MaxFacts || len(r.Notes[at].Links) == 0 || len(linkedLeads(r, facts, &r.Notes[at])) > 0 {
		return facts
	}
	if best := slices.Min(r.Notes[at].Links); best >= 0 && best < len(r.Changes) {
		facts[len(facts)-1] = fact{lead: best, first: best}
	}
	return facts
}

// join adds a change to a line that there is, if it needs none of its own.
func join(r *report.Report, facts []fact, i int) bool {
	c := &r.Changes[i]
	for k := range facts {
		f := &facts[k]
		lead := &r.Changes[f.lead]
		switch {
		case restates(lead, c):
			f.same = append(f.same, i)
			if len(strings.Fields(c.AfterValue)) > len(strings.Fields(lead.AfterValue)) {
				f.lead, f.same[len(f.same)-1] = i, f.lead
			}
		case len(f.part) == 0 && len(f.with) < maxWith && listed(lead) != "" && listed(lead) == listed(c):
			f.with = append(f.with, i)
		case len(f.with) == 0 && partOf(lead, c):
			f.part = append(f.part, i)
		default:
			continue
		}
		return true
	}
	return false
}

// listed names what a change can share a line with: short values of a kind that only
// came or only went.
func listed(c *report.Change) claim.Kind {
	v := c.BeforeValue + c.AfterValue
	if c.BeforeValue != "" && c.AfterValue != "" || v == "" || length(v) > 40 || c.Where == "headline" || isPassage(c.Kind) {
		return ""
	}
	return c.Kind
}

// isPassage reports whether the value of a change is what a passage says, and not a
// single thing in it.
func isPassage(k claim.Kind) bool {
	return strings.HasPrefix(string(k), "content") || strings.HasPrefix(string(k), "quote") || strings.HasPrefix(string(k), "hedge") || strings.HasPrefix(string(k), "headline")
}

// restates reports whether a change is the replacement of a name that another tells
// already, in a shorter or longer form: "Ms Marsh" by "Ms Voss" beside "Helena Marsh"
// by "Helena Voss".
func restates(lead, c *report.Change) bool {
	if !isName(lead.Kind) || !isName(c.Kind) {
		return false
	}
	gone, came := swapped(lead.BeforeValue, lead.AfterValue)
	g, n := swapped(c.BeforeValue, c.AfterValue)
	return len(g) > 0 && len(n) > 0 && (within(g, gone) && within(n, came) || within(gone, g) && within(came, n))
}

func isName(k claim.Kind) bool {
	return k == claim.Name || k == claim.NameSpelling || k == claim.Attribution
}

// swapped returns the words that only the old and only the new value have.
func swapped(before, after string) (gone, came map[string]bool) {
	old, new := wordSet(before), wordSet(after)
	gone, came = map[string]bool{}, map[string]bool{}
	for w := range old {
		if !new[w] {
			gone[w] = true
		}
	}
	for w := range new {
		if !old[w] {
			came[w] = true
		}
	}
	return gone, came
}

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		out[keyOf(w)] = true
	}
	return out
}

func within(part, whole map[string]bool) bool {
	for w := range part {
		if !whole[w] {
			return false
		}
	}
	return true
}

// partOf reports whether a change happened inside what the line of another shows:
// both came with one sentence, or went with one, or lie in a sentence of which both
// versions are shown. Facts that were replaced always get a line of their own.
func partOf(lead, c *report.Change) bool {
	if c.InPlace && !isPassage(c.Kind) || c.BeforeValue != "" && c.AfterValue != "" && !isPassage(c.Kind) {
		return false
	}
	if !sameSentence(lead.AfterSpan, c.AfterSpan) && !sameSentence(lead.BeforeSpan, c.BeforeSpan) {
		return false
	}
	switch {
	case pair(lead):
		return sameSentence(lead.AfterSpan, c.AfterSpan) || c.AfterSpan == nil && sameSentence(lead.BeforeSpan, c.BeforeSpan)
	case !isPassage(lead.Kind) && !isSource(lead.Kind):
		return false
	case lead.BeforeSpan == nil && c.BeforeSpan == nil:
		return sameSentence(lead.AfterSpan, c.AfterSpan)
	case lead.AfterSpan == nil && c.AfterSpan == nil:
		return sameSentence(lead.BeforeSpan, c.BeforeSpan)
	}
	return false
}

func isSource(k claim.Kind) bool { return k == claim.AttributionAdded || k == claim.AttributionGone }

func sameSentence(a, b *report.Place) bool { return a != nil && b != nil && a[0] == b[0] }

// spread gives lines that are left to what the other lines, at their widest, leave out
// of a sentence that was edited.
func spread(r *report.Report, facts []fact) []fact {
	for len(facts) < MaxFacts {
		k, i := unseen(r, facts)
		if k < 0 {
			break
		}
		facts[k].part = slices.DeleteFunc(facts[k].part, func(p int) bool { return p == i })
		at := slices.IndexFunc(facts, func(f fact) bool { return f.first > i })
		if at < 0 {
			at = len(facts)
		}
		facts = slices.Insert(facts, at, fact{lead: i, first: i})
	}
	return facts
}

// shares reports whether the clause that a fact stands in is shown by an earlier line.
func shares(r *report.Report, earlier []fact, f *fact) bool {
	c := &r.Changes[f.lead]
	return slices.ContainsFunc(earlier, func(e fact) bool {
		lead := &r.Changes[e.lead]
		return len(e.with) == 0 && c.After != "" && lead.After == c.After && !noteTells(r, lead)
	})
}

// unseen returns the most significant change that its line leaves out, and the line;
// -1 when there is none.
func unseen(r *report.Report, facts []fact) (line, change int) {
	line = -1
	for k := range facts {
		f := &facts[k]
		if !pair(&r.Changes[f.lead]) {
			continue
		}
		text := f.line(r, budgets[0].lead, false).String()
		for _, i := range f.part {
			if (line < 0 || i < change) && !tells(text, &r.Changes[i]) {
				line, change = k, i
			}
		}
	}
	return line, change
}

// tells reports whether a written line has what a change is about, on both sides.
func tells(line string, c *report.Change) bool {
	return strings.Contains(line, shown(c.BeforeValue, c.Before)) && strings.Contains(line, shown(c.AfterValue, c.After))
}

// told counts the changes that the written lines tell of this fact's.
func (f *fact) told(r *report.Report, lines string) int {
	n := 1 + len(f.with) + len(f.same)
	for _, i := range f.part {
		if tells(lines, &r.Changes[i]) {
			n++
		}
	}
	return n
}

// shown is what must stand in a line for it to tell one side of a change.
func shown(value, clause string) string {
	if value != "" {
		return value
	}
	return clause
}

// places counts the places of all that a line tells as one replacement.
func (f *fact) places(r *report.Report) int {
	n := max(r.Changes[f.lead].Places, 1)
	for _, i := range f.same {
		n += max(r.Changes[i].Places, 1)
	}
	return n
}
