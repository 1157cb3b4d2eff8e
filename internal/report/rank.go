package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

// significance ranks a claim from 0 to 1: how grave its kind is, where it stands, how
// far a number moved, and whether a note speaks of it.
func (c *comparison) significance(i int) float64 {
	ch := &c.claims[i]
	s := weightOf(ch.Kind, ch.Rule).base * roleWeight(ch.Where, ch.Position) * magnitude(ch, c.lang())
	switch n := c.linked[i]; {
	case n >= 0 && c.notes[n].kind() == note.Correction:
		s += correctedBonus
	case n < 0 && ch.InPlace && weightOf(ch.Kind, ch.Rule).rank == firm:
		s += unannouncedBonus
	}
	if ch.InPlace && weightOf(ch.Kind, ch.Rule).rank == firm {
		s = max(s, majorFrom)
	}
	return round(min(max(s, 0), 1))
}

// lang is the language of the article, as far as either version says it.
func (c *comparison) lang() string {
	if l := c.diff.New.Lang; l != "" {
		return l
	}
	return c.diff.Old.Lang
}

// magnitude weighs how far a number moved and what it counts.
func magnitude(ch *claim.Change, lang string) float64 {
	if ch.Kind != claim.Number || ch.Before == nil || ch.After == nil {
		return 1
	}
	m := numberStays + numberMoves*min(1, moved(ch.Before, ch.After))
	if isGrave(ch.Before.Head, lang) || isGrave(ch.After.Head, lang) || isMoney(ch.After.Unit) {
		m *= graveNumber
	}
	return m
}

// moved is how often a number doubled or halved, 1 when that cannot be told.
func moved(a, b *claim.Value) float64 {
	x, y := a.Hi, b.Hi
	if x <= 0 || y <= 0 || math.IsInf(x, 0) || math.IsInf(y, 0) || math.IsNaN(x) || math.IsNaN(y) {
		return 1
	}
	return math.Abs(math.Log(y/x)) / math.Ln2
}

func isMoney(unit string) bool {
	switch strings.ToLower(unit) {
	case "usd", "eur", "gbp", "uah", "rub", "brl", "chf", "jpy", "cny", "$", "€", "£":
		return true
	}
	return false
}

func severity(significance float64) Severity {
	switch {
	case significance >= criticalFrom:
		return Critical
	case significance >= majorFrom:
		return Major
	case significance >= minorFrom:
		return Minor
	}
	return Style
}

// rank sets the severity and the significance of the whole.
func (c *comparison) rank() {
	var all []float64
	for i := range c.report.Changes {
		all = append(all, c.report.Changes[i].Significance)
	}
	for i := range c.report.Notes {
		if w := noteWeight(&c.report.Notes[i]); w > 0 {
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b float64) int { return cmp.Compare(b, a) })
	if len(all) == 0 {
		if c.report.Edits != (Edits{}) {
			c.report.Severity = Style
		}
		return
	}
	c.report.Severity = severity(all[0])
	rest := 1.
	for _, s := range all[:min(len(all), topChanges)] {
		rest *= 1 - s
	}
	c.report.Significance = round(1 - rest)
}

// round keeps three digits: more would only show how floats are added.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
