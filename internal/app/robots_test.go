package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
)

// TestRobotsTxt: the whole program leaves alone what a site's robots.txt asks it to,
// says so in one line with the next step, and asks once; an operator may decide
// otherwise.
func TestRobotsTxt(t *testing.T) {
	t.Parallel()
	var robots, shut atomic.Int32
	pipe := newstest.NewPipe()
	server := newstest.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/robots.txt":
			robots.Add(1)
			_, _ = fmt.Fprint(w, "User-agent: *\nDisallow: /shut\n")
			return
		case strings.HasPrefix(r.URL.Path, "/shut"):
			shut.Add(1)
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<!doctype html><html><head><title>Bridge closed, part %s</title></head><body><article><h1>Bridge closed, part %[1]s</h1>%s</article></body></html>`, r.URL.Path[1:],
			strings.Repeat("<p>The harbour bridge was closed on Monday after an inspection found cracks in two of its pillars, the port authority said in a statement.</p><p>Some 14,000 cars cross it each day, and ferries are to take those who live on the island until March.</p>", 2))
	}), pipe)
	defer func() { _ = server.Close() }()
	for setting, want := range map[string]string{"respect": "The site's robots.txt asks bots not to read this page", "ignore": "Watching"} {
		cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), Workers: 1, Robots: setting}
		a, err := app.New(t.Context(), cfg, app.Parts{Sink: nobody{}, Fetch: func(o *fetch.Options) {
			o.InMemory = map[string]fetch.Dialer{"news.example": func(ctx context.Context) (net.Conn, error) { return pipe.DialContext(ctx, "", "") }}
		}})
		if err != nil {
			t.Fatal(err)
		}
		say := func(line string) string {
			req, err := console.Parse(line)
			if err != nil {
				t.Fatal(err)
			}
			return strings.TrimSpace(console.Plain.Reply(a.Router().Do(t.Context(), req)))
		}
		robots.Store(0)
		shut.Store(0)
		for i := range 5 {
			if answer := say(fmt.Sprintf("watch add http://news.example/open%d", i)); !strings.HasPrefix(answer, "Watching") {
				t.Error(answer)
			}
		}
		answer := say("watch add http://news.example/shut")
		if !strings.HasPrefix(answer, want) || setting == "respect" && strings.Contains(answer, "\n") {
			t.Errorf("%s: %s", setting, answer)
		}
		asked, read := map[string]int32{"respect": 1}[setting], map[string]int32{"ignore": 1}[setting]
		if robots.Load() != asked || shut.Load() != read {
			t.Errorf("%s: robots.txt was asked for %d times, the closed page %d times", setting, robots.Load(), shut.Load())
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
