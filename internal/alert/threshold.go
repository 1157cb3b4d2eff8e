package alert

import (
	"fmt"

	"erratum/internal/report"
)

// Threshold says which changes a watch wants to hear of.
type Threshold string

// The thresholds.
const (
	All   Threshold = "all"   // minor changes and up
	Facts Threshold = "facts" // facts replaced in place, notes, anything major (the default)
	Notes Threshold = "notes" // notes and removals only
)

// ParseThreshold reads a user's word; empty means Facts.
func ParseThreshold(s string) (Threshold, error) {
	switch t := Threshold(s); t {
	case "":
		return Facts, nil
	case All, Facts, Notes:
		return t, nil
	default:
		return "", fmt.Errorf("%q is not a kind of alerts: use all, facts or notes", s)
	}
}

// Passes reports whether a watch of this threshold hears of the change.
// Facts hears what product.md §3 lists: any fact replaced in place, anywhere; any
// new, edited or vanished note; anything else that is major or more.
func (t Threshold) Passes(r *report.Report) bool {
	if r == nil || r.Outcome != report.Changed {
		return false
	}
	for _, n := range r.Notes {
		if n.State != report.NoteKept {
			return true
		}
	}
	if t == Notes {
		return false
	}
	for i := range r.Changes {
		if t.Hears(&r.Changes[i]) {
			return true
		}
	}
	switch r.Severity {
	case report.Major, report.Critical:
		return true
	case report.Minor:
		return t == All
	default:
		return false
	}
}

// Hears reports whether a watch of this threshold hears of one claim's change for its own
// sake, whatever else changed with it.
func (t Threshold) Hears(c *report.Change) bool {
	switch {
	case t == Notes:
		return false
	case c.Severity == report.Major, c.Severity == report.Critical:
		return true
	case t == Facts && c.InPlace && c.Severity != report.Style:
		return true
	default:
		return t == All && c.Severity == report.Minor
	}
}
