package console_test

import (
	"maps"
	"strings"
	"testing"
	"unicode/utf8"

	"erratum/internal/command"
	"erratum/internal/console"
)

func TestParse(t *testing.T) {
	t.Parallel()
	type args = map[string]string
	for _, tt := range []struct {
		line, name string
		args       args
	}{
		{"", "", nil},
		{" \t ", "", nil},
		{"quit", "quit", nil},
		{"EXIT", "quit", nil},
		{"quit smoking", "quit smoking", args{}},
		{"help", "help", args{}},
		{"/help diff", "help", args{"command": "diff"}},
		{"help watch add", "help", args{"command": "watch add"}},
		{"Watch List", "watch list", args{}},
		{"  watch   list  2 ", "watch list", args{"page": "2"}},
		{"watch add https://x.example/a", "watch add", args{"url": "https://x.example/a"}},
		{"watch add https://x.example/a notes 15m", "watch add", args{"url": "https://x.example/a", "alerts": "notes", "schedule": "15m"}},
		{"watch add schedule:15m https://x.example/a", "watch add", args{"url": "https://x.example/a", "schedule": "15m"}},
		{"watch add https://x.example/a schedule:0 9 * * 1-5 alerts:all", "watch add", args{"url": "https://x.example/a", "schedule": "0 9 * * 1-5", "alerts": "all"}},
		{`watch add https://x.example/a schedule:"0 9 * * 1-5"`, "watch add", args{"url": "https://x.example/a", "schedule": "0 9 * * 1-5"}},
		{"diff storm on the coast", "diff", args{"article": "storm on the coast"}},
		{"diff storm coast view:text from:1", "diff", args{"article": "storm coast", "view": "text", "from": "1"}},
		{"diff 1 2 3 text", "diff", args{"article": "1", "from": "2", "to": "3", "view": "text"}},
		{"diff 1 view:text 2 3", "diff", args{"article": "1", "from": "2", "to": "3", "view": "text"}},
		{"diff https://x.example/a 2", "diff", args{"article": "https://x.example/a", "from": "2"}},
		{"diff article:storm coast from:2", "diff", args{"article": "storm coast", "from": "2"}},
		{`diff "1 dead in storm" 2`, "diff", args{"article": "1 dead in storm 2"}},
		{"diff 9 FROM:2", "diff", args{"article": "9", "from": "2"}},
		{"history 9 hurt in storm", "history", args{"article": "9 hurt in storm"}},
		{"watch mute 1 8h", "watch mute", args{"article": "1", "for": "8h"}},
		{"watch mute storm coast for:8h", "watch mute", args{"article": "storm coast", "for": "8h"}},
		{`watch show ""`, "watch show", args{"article": ""}},
		{`watch show article:`, "watch show", args{"article": ""}},
		{"watch show Storm: nine hurt", "watch show", args{"article": "Storm: nine hurt"}},
		{"watch show caf\xe9", "watch show", args{"article": "caf\uFFFD"}},
		{"dance", "dance", args{}},
		{"watch dance now please", "watch dance", args{}},
	} {
		got, err := console.Parse(tt.line)
		if err != nil {
			t.Errorf("%q: %v", tt.line, err)
			continue
		}
		if got.Name != tt.name || !maps.Equal(got.Args, tt.args) {
			t.Errorf("%q: %q %q, want %q %q", tt.line, got.Name, got.Args, tt.name, tt.args)
		}
		if tt.args != nil && (got.Guild != console.Guild || got.Channel != console.Channel || !got.Manager) {
			t.Errorf("%q is asked by %+v", tt.line, got)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`watch mute "bridge`:       "A double quote is not closed.",
		"status now":               "I don't know what “now” is for. Usage: `status`.",
		"watch list 1 2":           "I don't know what “2” is for. Usage: `watch list [page:…]`.",
		"diff 1 2 3 text *more*":   `I don't know what “\*more\*” is for.`,
		"watch restore abc def":    "I don't know what “def” is for.",
		"watch add https://x.y a ": "",
	} {
		_, err := console.Parse(line)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", line, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
}

// FuzzParse: a line is a request for a command that exists, with options that it has,
// or for one that the router refuses by name, or one line of refusal.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"watch add https://x.example/a alerts:all", `diff "storm coast" from:1`, "help", "/watch list 2", "\"", "a:b", "watch", "\x1b[2J", "history 9 \u202e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		req, err := console.Parse(line)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\x1b") || !strings.Contains(err.Error(), ".") {
				t.Errorf("%q: not a line for a person: %q", line, err)
			}
			return
		}
		spec, known := command.Find(req.Name)
		if !known {
			if len(req.Args) > 0 {
				t.Errorf("%q: options %q of no command", line, req.Args)
			}
			return
		}
		for name, value := range req.Args {
			found := false
			for _, o := range spec.Options {
				found = found || o.Name == name
			}
			if !found || !utf8.ValidString(value) {
				t.Errorf("%q: option %q = %q", line, name, value)
			}
		}
	})
}
