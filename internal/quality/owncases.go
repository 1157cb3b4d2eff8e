package quality

import "context"

// goldenLanguages are the languages that the project has cases of its own in.
var goldenLanguages = [...]string{"en", "de", "fr", "es", "pt", "it", "uk", "ru"}

// measureGolden scores the project's own cases, by language. Their floors stand in
// the tests.
func measureGolden(_ context.Context, _ *Data, _ *Predictions) (Row, error) {
	var row Row
	for _, lang := range goldenLanguages {
		s, err := Golden(lang)
		if err != nil {
			return Row{}, err
		}
		row.Figures = append(row.Figures, shareFigure("own cases, "+lang+": changes found", s.Found, 0, 0))
		row.Details = append(row.Details, tallies{
			"kind": &s.Kind, "precision": &s.Precision, "silence": &s.Silence, "notes": &s.Notes,
			"announced": &s.Announced, "summary": &s.Summary,
		}.line(lang))
		for _, m := range s.Misses {
			text := lang + " " + m.Case
			for _, w := range m.Why {
				text += "\n" + w
			}
			row.Misses = append(row.Misses, Miss{lang, float64(len(m.Why)), text})
		}
	}
	return row, nil
}
