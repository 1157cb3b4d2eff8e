package quality

import (
	"context"
	"fmt"
	"slices"

	"erratum/internal/report"
)

// toldOf is a prediction: the facts told of a pair.
type toldOf struct {
	ID      string `json:"id"`
	Changes []Fact `json:"changes"`
}

// measurePairs scores the facts told of labelled pairs of revisions.
func measurePairs(ctx context.Context, d *Data, out *Predictions) (Row, error) {
	pairs, err := d.pairs()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var total FactScore
	var quiet Share
	var answers []toldOf
	kinds := tallies{}
	for i := range pairs {
		if ctx.Err() != nil {
			return Row{}, ctx.Err()
		}
		p := &pairs[i]
		told := Facts(p.compare())
		answers = append(answers, toldOf{p.ID, told})
		if p.Facts == nil {
			continue
		}
		s := ScoreFacts(p.Facts, told, p.Complete)
		if s.Found.Of == 0 {
			quiet.count(len(told) == 0)
		}
		total.add(s)
		row.pairMisses(p, told, s, kinds)
	}
	row.Figures = []Figure{
		shareFigure("changed facts found", total.Found, .92, .97),
		shareFigure("  of what is told, right", total.Right, .80, .92),
		shareFigure("  style-only pairs left quiet", quiet, 1, 1),
		shareFigure("  kind of a found fact right", total.Kind, .80, .90),
	}
	row.Details = []string{kinds.line("found by kind")}
	return row, writeLines(out, "pairs", answers)
}

func (p *pair) compare() *report.Report {
	return report.Compare(titled(p.BeforeTitle, p.BeforeText, p.Lang), titled(p.AfterTitle, p.AfterText, p.Lang))
}

// pairMisses adds what went wrong in one pair, and counts its labels by kind.
func (r *Row) pairMisses(p *pair, told []Fact, s FactScore, kinds tallies) {
	missed := map[Fact]bool{}
	for _, f := range s.Missed {
		missed[f] = true
		r.Misses = append(r.Misses, Miss{"missed " + f.Kind, 2, fmt.Sprintf("%s missed %s", p.ID, f)})
	}
	for _, f := range p.Facts {
		if f.Kind != StyleOnly {
			kinds.count(f.Kind, !missed[f])
		}
	}
	for _, f := range s.False {
		r.Misses = append(r.Misses, Miss{"false " + f.Kind, 1, fmt.Sprintf("%s false %s", p.ID, f)})
	}
	for _, g := range p.Facts {
		if g.Kind == StyleOnly || missed[g] {
			continue
		}
		var as []string
		for _, t := range told {
			if Covers(g, t) {
				as = append(as, t.Kind)
			}
		}
		if !slices.Contains(as, g.Kind) {
			r.Misses = append(r.Misses, Miss{"kind " + g.Kind, 0, fmt.Sprintf("%s told as %v: %s", p.ID, as, g)})
		}
	}
	if s.Found.Of == 0 && len(told) > 0 && !p.Complete {
		r.Misses = append(r.Misses, Miss{"not quiet", 3, fmt.Sprintf("%s not quiet: %s", p.ID, told[0])})
	}
}
