package text_test

import (
	"testing"

	"erratum/internal/text"
)

func TestLoose(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"":                          "",
		"Storm hits coast":          "storm hits coast",
		"“It’s over” – mayor":       `"it's over" - mayor`,
		"São Paulo\u00a0: l’Été":    "sao paulo : l'ete",
		"Straße nach Łódź, Øre":     "strasse nach lodz, ore",
		"ÉTÉ E\u0301te\u0301":       "ete ete",
		"Ki\u00adel\u200b  is\twet": "kiel is wet",
		"Київ і Ёлка":               "киів і елка",
	} {
		if got := text.Loose(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
		if again := text.Loose(text.Loose(raw)); again != text.Loose(raw) {
			t.Errorf("%q: not the same when done twice: %q", raw, again)
		}
	}
}
