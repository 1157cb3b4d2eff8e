package command_test

import (
	"testing"

	"erratum/internal/command"
)

// TestSeek: an article is sought in whatever case, accents and typography.
func TestSeek(t *testing.T) {
	t.Parallel()
	const title, url = "São Paulo: “L’Été” – storm hits coast", "https://a.example/Storm-Coast"
	for typed, want := range map[string]command.Fit{
		`sao paulo: "l'ete" - storm hits coast`: command.Whole,
		"SAO PAU":                               command.Begins,
		"":                                      command.Begins,
		"storm hits":                            command.WordBegins,
		"aulo: “l'été":                          command.Within,
		"storm-coast":                           command.Within,
		"coast ete":                             command.Scattered,
		"coast winter":                          command.None,
		"  storm\u00a0 hits ":                   command.WordBegins,
	} {
		if got := command.Seek(typed).Fit(title, url); got != want {
			t.Errorf("%q: %d, want %d", typed, got, want)
		}
	}
}

// TestFoundAsTyped: commands find what is sought so.
func TestFoundAsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.show(bridge, story("São Paulo: “L’Été” – storm hits coast", "2.4 million"))
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	for _, typed := range []string{"sao paulo", "L'ETE", "ete sao", `"l'été" - storm`} {
		wants(t, w.says("g", "watch show | article="+typed), "São Paulo")
	}
}
