package command_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"erratum/internal/command"
)

// FuzzRequest: whatever is typed gets an answer that is fit to be shown, and nothing
// counts as the program's fault.
func FuzzRequest(f *testing.F) {
	w := newWorld(f)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	for i, s := range command.Specs() {
		f.Add(i, "article", "1", "from", "2")
		_ = s
	}
	f.Add(0, "url", "https://sillpost.example/bridge", "schedule", "CRON_TZ=Europe/Kyiv 0 9 * * *")
	f.Add(1, "page", "1\n2", "article", "\x1b[31m\u202e**`")
	f.Add(5, "article", "sill", "for", "9999999999999h")
	f.Add(9, "article", "bridge", "view", "text")
	f.Fuzz(func(t *testing.T, n int, name, value, name2, value2 string) {
		specs := command.Specs()
		req := command.Request{Guild: "g", Channel: "news", Manager: true, Args: map[string]string{name: value, name2: value2}}
		if n >= 0 && n < len(specs) {
			req.Name = specs[n].Name
		} else {
			req.Name = name
		}
		if strings.HasPrefix(req.Name, "watch re") || req.Name == "watch pause" {
			req.Guild = "empty" // what is watched stays for the next round
		}
		r := w.router.Do(t.Context(), req)
		if r.Text == "" && r.Pre == "" && r.Notice == nil {
			t.Errorf("%q has no answer", req.Name)
		}
		if strings.Contains(r.Text, "Something went wrong") {
			t.Errorf("%q %q: %s\n%s", req.Name, req.Args, r.Text, w.logged)
		}
		for _, text := range []string{r.Title, r.Text, r.Pre} {
			bad := strings.IndexFunc(text, func(r rune) bool {
				return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
			})
			if bad >= 0 || !utf8.ValidString(text) {
				t.Errorf("%q %q: not fit to be shown: %q", req.Name, req.Args, text)
			}
		}
	})
}
