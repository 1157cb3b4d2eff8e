package summarize

import (
	"fmt"
	"strings"

	"erratum/internal/report"
)

// Compose writes the summary of a report. It is deterministic and takes any report.
func Compose(r *report.Report) Summary {
	if r == nil {
		return Summary{}
	}
	if r.Outcome != report.Changed {
		s := Summary{Lead: Line{{Text: outcome(r)}}}
		s.short = s.Lead
		return s
	}
	facts := spread(r, choose(r))
	var s Summary
	for _, b := range budgets {
		if s = write(r, facts, b); length(s.String()) <= MaxLength {
			return s
		}
	}
	for len(s.Bullets) > 0 && length(s.String()) > MaxLength {
		s.Bullets = s.Bullets[:len(s.Bullets)-1]
	}
	return s
}

// budget is how many runes the parts of a summary may take.
type budget struct {
	value   int // of a value, on either side
	passage int // of what came or went, with its clause
	context int // of the clause beside two values
	note    int
}

// budgets are tried from wide to narrow until the whole fits: the lead's and, behind
// it, the other facts'.
var budgets = [...]struct{ lead, other budget }{
	{budget{110, 140, 120, 200}, budget{90, 110, 100, 0}},
	{budget{100, 130, 100, 200}, budget{75, 90, 70, 0}},
	{budget{90, 120, 90, 180}, budget{65, 80, 60, 0}},
	{budget{80, 90, 60, 140}, budget{60, 70, 0, 0}},
	{budget{70, 70, 0, 80}, budget{45, 50, 0, 0}},
	{budget{50, 50, 0, 60}, budget{30, 36, 0, 0}},
}

// headline is the budget of the one line that stands in a notification.
var headline = budget{value: 40, passage: 70}

func outcome(r *report.Report) string {
	switch r.Outcome {
	case report.NotComparable:
		return cut("Not comparable: "+r.Reason, MaxLength)
	case report.Same:
		return "No difference."
	}
	return "Only form changed: typography, typos, function words or order."
}

func write(r *report.Report, facts []fact, b struct{ lead, other budget }) Summary {
	var s Summary
	var told strings.Builder
	rest := len(r.Changes)
	for k := range facts {
		f := &facts[k]
		if k == 0 {
			s.short = f.line(r, headline, false)
			s.Lead = f.line(r, b.lead, false)
			told.WriteString(s.Lead.String())
		} else {
			l := f.line(r, b.other, shares(r, facts[:k], f))
			s.Bullets = append(s.Bullets, l)
			told.WriteString(l.String())
		}
		rest -= f.told(r, told.String())
	}
	s.Note = noteLine(r, facts, b.lead.note)
	if len(facts) == 0 {
		s.short = append(Line{}, s.Note...)
	}
	s.Announced = announced(r)
	s.More, s.Left = more(r, rest), max(rest, 0)
	return s
}

// more counts what the facts above do not tell.
func more(r *report.Report, rest int) string {
	var out []string
	if rest > 0 {
		out = append(out, fmt.Sprintf("+ %d more", rest))
	}
	for _, c := range []struct {
		n         int
		one, many string
	}{{r.Edits.Silent, "wording edit", "wording edits"}, {r.Edits.Moved, "moved", "moved"}} {
		switch {
		case c.n == 1:
			out = append(out, "1 "+c.one)
		case c.n > 1:
			out = append(out, fmt.Sprintf("%d %s", c.n, c.many))
		}
	}
	if len(out) > 0 && rest == 0 {
		out[0] = "+ " + out[0]
	}
	return strings.Join(out, ", ")
}
