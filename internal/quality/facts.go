package quality

import (
	"regexp"
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// The kinds of facts in labelled data. A change is given its kind by [Facts].
const (
	NumberFact      = "number"
	NameFact        = "name"
	DateFact        = "date"
	QuoteFact       = "quote"
	AttributionFact = "attribution"
	HedgeFact       = "hedge"
	HeadlineFact    = "headline"
	NoteFact        = "note"
	AddedClaim      = "added_claim"
	RemovedClaim    = "removed_claim"
	StyleOnly       = "style_only" // nothing that should be told
)

// Fact is a changed fact as people label it: a kind and the words of both versions,
// verbatim, empty where it came or went.
type Fact struct {
	Kind   string `json:"kind"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// factShare is the part of a labelled side's differing words that must stand in the
// same side of what was told, for the label to be covered.
const factShare = .6

// Covers reports whether got tells of gold: on every side that gold fills, at least
// factShare of the words that differ from gold's other side (of all its words when
// the other side is empty) stand in the same side of got. A side whose words all
// stand in the other one too asks for nothing.
func Covers(gold, got Fact) bool {
	before, after := words(gold.Before), words(gold.After)
	return holds(before, after, got.Before) && holds(after, before, got.After)
}

// holds reports whether enough of the words that side has over other stand in told.
func holds(side, other []string, told string) bool {
	need, total := bag(side), len(side)
	for _, w := range other {
		if need[w] > 0 {
			need[w]--
			total--
		}
	}
	shared := 0
	for _, w := range words(told) {
		if need[w] > 0 {
			need[w]--
			shared++
		}
	}
	return float64(shared) >= factShare*float64(total)
}

// wordForm is a word of a label: letters and digits with what belongs to figures and
// compounds inside.
var wordForm = regexp.MustCompile(`[\p{L}\p{N}_.%$€£#-]*[\p{L}\p{N}_]%?`)

func words(s string) []string {
	out := wordForm.FindAllString(s, -1)
	for i := range out {
		out[i] = strings.ToLower(out[i])
	}
	return out
}

func bag(words []string) map[string]int {
	out := make(map[string]int, len(words))
	for _, w := range words {
		out[w]++
	}
	return out
}

// Facts returns what a report tells as facts: its changes, then the notes that came,
// were edited or went.
func Facts(r *report.Report) []Fact {
	out := []Fact{}
	for _, c := range r.Changes {
		out = append(out, Fact{Kind: factKind(c), Before: c.Before, After: c.After})
	}
	for _, n := range r.Notes {
		switch n.State {
		case report.NoteNew, report.NoteEdited:
			out = append(out, Fact{Kind: NoteFact, After: n.Text})
		case report.NoteVanished:
			out = append(out, Fact{Kind: NoteFact, Before: n.Text})
		}
	}
	return out
}

// factKind is the label that fits a change. Labels are coarser than our kinds; what
// they have no word for goes to its nearest: a negation turns a claim as a hedge
// does, a status is a claim of its own.
func factKind(c report.Change) string {
	if c.Where == string(article.Headline) {
		return HeadlineFact
	}
	if c.Kind == claim.ContentRemoved {
		return RemovedClaim
	}
	switch base, _, _ := strings.Cut(string(c.Kind), "-"); claim.Kind(base) {
	case claim.Quantifier, claim.Direction:
		return NumberFact
	case claim.RoleChanged:
		return NameFact
	case claim.Byline:
		return AttributionFact
	case claim.Negation:
		return HedgeFact
	case claim.Status, claim.Content:
		return AddedClaim
	default:
		return base
	}
}

// FactScore is how well what was told of one or more pairs fits their labels.
type FactScore struct {
	Found  Share // of the labels, style-only ones left out: something told covers them
	Kind   Share // of those found: something with their kind covers them
	Right  Share // of what was told of pairs whose labels are complete: it covers a label
	Missed []Fact
	False  []Fact // told of complete pairs and covering no label
}

// ScoreFacts scores what was told of one pair. Only complete labels say that
// something told is wrong.
func ScoreFacts(gold, told []Fact, complete bool) FactScore {
	gold = slices.DeleteFunc(slices.Clone(gold), func(f Fact) bool { return f.Kind == StyleOnly })
	var s FactScore
	for _, g := range gold {
		found, kind := false, false
		for _, t := range told {
			if Covers(g, t) {
				found, kind = true, kind || t.Kind == g.Kind
			}
		}
		s.Found.count(found)
		if found {
			s.Kind.count(kind)
		} else {
			s.Missed = append(s.Missed, g)
		}
	}
	if !complete {
		return s
	}
	for _, t := range told {
		right := slices.ContainsFunc(gold, func(g Fact) bool { return Covers(g, t) })
		s.Right.count(right)
		if !right {
			s.False = append(s.False, t)
		}
	}
	return s
}

// add sums scores.
func (s *FactScore) add(o FactScore) {
	s.Found.add(o.Found)
	s.Kind.add(o.Kind)
	s.Right.add(o.Right)
	s.Missed = append(s.Missed, o.Missed...)
	s.False = append(s.False, o.False...)
}

func (f Fact) String() string { return f.Kind + ": «" + f.Before + "» → «" + f.After + "»" }
