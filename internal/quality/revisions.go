package quality

import (
	"context"
	"fmt"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// measureRevisions scores edited sentences of which some claim became false that was
// true, or true that was false. Such a revision counts when it is told with the words
// that changed: see [names].
func measureRevisions(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	revisions, err := d.revisions()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var named, alerted, closely, calm Share
	for i := range revisions {
		if ctx.Err() != nil {
			return Row{}, ctx.Err()
		}
		v := &revisions[i]
		edit := Fact{Before: untokenised(v.Before), After: untokenised(v.After)}
		if !v.flips() {
			if v.keeps() {
				calm.count(!isMajor(compareSentences(edit)))
			}
			continue
		}
		r := compareSentences(edit)
		ok := names(r, edit)
		named.count(ok)
		alerted.count(alert.Facts.Passes(r))
		closely.count(coversAny(r, edit))
		if !ok {
			row.Misses = append(row.Misses, Miss{string(r.Outcome), 1, v.ID + " " + edit.Before + "\n→ " + edit.After + "\n" + toldLines(r)})
		}
	}
	row.Figures = []Figure{
		shareFigure("sentence revisions whose claim flips, told with the changed words", named, .90, .97),
		shareFigure("  told at the default threshold", alerted, 0, 0),
		shareFigure("  one change covers 60 % of the changed words", closely, 0, 0),
		shareFigure("  whose claims all stay, nothing major told", calm, 0, 0),
	}
	return row, nil
}

// flips reports whether a claim that the sentence supported is refuted by it, or the
// other way about.
func (v *revision) flips() bool {
	for _, c := range v.Claims {
		if c.Before == "SUPPORTS" && c.After == "REFUTES" || c.Before == "REFUTES" && c.After == "SUPPORTS" {
			return true
		}
	}
	return false
}

// keeps reports whether every claim stays as true as it was.
func (v *revision) keeps() bool {
	for _, c := range v.Claims {
		if c.Before != c.After {
			return false
		}
	}
	return true
}

// compareSentences compares two versions of an article of one sentence.
func compareSentences(edit Fact) *report.Report {
	one := func(s string) *article.Article {
		return &article.Article{Language: "en", Blocks: []article.Block{{Role: article.Body, Text: s}}}
	}
	return report.Compare(one(edit.Before), one(edit.After))
}

// names reports whether a report names the changed words of an edit: one of its
// changes, of severity minor or more or of a kind that says what changed, has on each
// side that differs at least one of the words that the other side lacks.
func names(r *report.Report, edit Fact) bool {
	before, after := lacking(edit.Before, edit.After), lacking(edit.After, edit.Before)
	for _, c := range r.Changes {
		if !told(c.Severity) && isWording(c.Kind) {
			continue
		}
		if shares(before, c.Before) && shares(after, c.After) {
			return true
		}
	}
	return false
}

// isWording reports whether a kind says only that words differ.
func isWording(k claim.Kind) bool {
	switch k {
	case claim.Content, claim.ContentAdded, claim.ContentRemoved, claim.HeadlineWording:
		return true
	}
	return false
}

// lacking returns the words of a that b has fewer of.
func lacking(a, b string) map[string]int {
	need := bag(words(a))
	for _, w := range words(b) {
		if need[w]--; need[w] <= 0 {
			delete(need, w)
		}
	}
	return need
}

func shares(need map[string]int, told string) bool {
	if len(need) == 0 {
		return true
	}
	for _, w := range words(told) {
		if need[w] > 0 {
			return true
		}
	}
	return false
}

func coversAny(r *report.Report, edit Fact) bool {
	for _, f := range Facts(r) {
		if Covers(edit, f) {
			return true
		}
	}
	return false
}

func isMajor(r *report.Report) bool {
	for _, c := range r.Changes {
		if c.Severity == report.Major || c.Severity == report.Critical {
			return true
		}
	}
	return false
}

// toldLines writes a report in lines, for a miss.
func toldLines(r *report.Report) string {
	if len(r.Changes) == 0 {
		return "told: nothing (" + string(r.Outcome) + ")"
	}
	var b strings.Builder
	for i, c := range r.Changes[:min(len(r.Changes), 4)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "told: %s %s (%s) «%s» → «%s» in «%s» → «%s»", c.Severity, c.Kind, c.Rule, c.BeforeValue, c.AfterValue, c.Before, c.After)
	}
	return b.String()
}
