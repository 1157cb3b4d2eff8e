package quality

import (
	"context"
	"fmt"

	"erratum/internal/report"
)

// measurePlanted scores generated replacements of one fact: each must be told as
// major, with what it was and what it is on their sides.
func measurePlanted(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	c, err := d.corpus()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var right, posted Share
	kinds, langs := tallies{}, tallies{}
	for _, t := range c.truths {
		for _, g := range factPlants {
			for _, p := range g.plantings(c, t) {
				if ctx.Err() != nil {
					return Row{}, ctx.Err()
				}
				r := report.Compare(p.before, p.after)
				ok := p.toldIn(r)
				right.count(ok)
				posted.count(posts(r))
				kinds.count(p.kind, ok)
				langs.count(language(t.article.Language), ok)
				if !ok {
					row.Misses = append(row.Misses, p.miss(t.article.Language, r))
				}
			}
		}
	}
	row.Figures = []Figure{
		shareFigure("planted facts told as major, both sides right", right, .95, .99),
		shareFigure("  that give a post", posted, 0, 0),
	}
	row.Details = []string{kinds.line("told by kind"), langs.line("told by language")}
	return row, nil
}

// toldIn reports whether a change of the report, major or graver, has the old words
// on the old side and the new ones on the new side.
func (p *planting) toldIn(r *report.Report) bool {
	for _, c := range r.Changes {
		if c.Severity != report.Major && c.Severity != report.Critical {
			continue
		}
		if len(wholes(c.Before+"\n"+c.BeforeValue, p.old)) > 0 && len(wholes(c.After+"\n"+c.AfterValue, p.new)) > 0 {
			return true
		}
	}
	return false
}

// miss says how a planting went wrong; what gives no post at all is graver.
func (p *planting) miss(lang string, r *report.Report) Miss {
	gravity := 1.
	if !posts(r) {
		gravity = 2
	}
	return Miss{p.kind, gravity, fmt.Sprintf("%s «%s» → «%s»: %s\n→ %s\n%s", lang, p.old, p.new, p.seen.Before, p.seen.After, toldLines(r))}
}
