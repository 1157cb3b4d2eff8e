package quality

import (
	"context"

	"erratum/internal/alert"
	"erratum/internal/report"
)

// measureSilence scores generated edits after which nothing may be told at the
// default threshold.
func measureSilence(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	c, err := d.corpus()
	if err != nil {
		return Row{}, err
	}
	var row Row
	var silent, quiet Share
	kinds, langs := tallies{}, tallies{}
	for _, t := range c.truths {
		for _, g := range nullEdits {
			for _, e := range g.edits(c, t) {
				if ctx.Err() != nil {
					return Row{}, ctx.Err()
				}
				r := report.Compare(e.before, e.after)
				ok := !posts(r)
				silent.count(ok)
				quiet.count(ok && !alert.All.Passes(r))
				kinds.count(e.kind, ok)
				langs.count(language(t.article.Language), ok)
				if !ok {
					row.Misses = append(row.Misses, Miss{e.kind, r.Significance, t.article.Language + " " + e.seen.Before + "\n→ " + e.seen.After + "\n" + toldLines(r)})
				}
			}
		}
	}
	row.Figures = []Figure{
		shareFigure("null edits of true texts that give no post", silent, .98, .995),
		shareFigure("  nor anything minor", quiet, 0, 0),
	}
	row.Details = []string{kinds.line("silent by kind"), langs.line("silent by language")}
	return row, nil
}

// posts reports whether a watch with the default threshold hears of a change. That a
// text can't be compared with itself would be told as a replacement.
func posts(r *report.Report) bool {
	return alert.Facts.Passes(r) || r.Outcome == report.NotComparable
}

// language names a language for a table; texts too short to tell have none.
func language(lang string) string {
	if lang == "" {
		return "unknown"
	}
	return lang
}
