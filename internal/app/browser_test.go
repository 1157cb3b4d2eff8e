package app_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
)

// TestScriptedPage watches, with the whole program, an article that only a script
// writes; without a browser it is refused in one line.
func TestScriptedPage(t *testing.T) {
	if os.Getenv("ERRATUM_LONG") == "" {
		t.Skip("needs Chromium: ERRATUM_LONG=1 (make long)")
	}
	pipe := newstest.NewPipe()
	server := newstest.Start(http.HandlerFunc(scripted), pipe)
	defer func() { _ = server.Close() }()
	for browser, want := range map[string][2]string{
		"auto": {"73 words · language en", "no change"},
		"":     {"No article could be read there", "Nothing is watched here yet"},
	} {
		cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), Workers: 1, Browser: browser, NoSandbox: os.Getuid() == 0}
		a, err := app.New(t.Context(), cfg, app.Parts{Sink: nobody{}, Fetch: func(o *fetch.Options) {
			o.InMemory = map[string]fetch.Dialer{"app.example": func(ctx context.Context) (net.Conn, error) { return pipe.DialContext(ctx, "", "") }}
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range []string{"watch add http://app.example/a", "watch check http://app.example/a"} {
			req, err := console.Parse(line)
			if err != nil {
				t.Fatal(err)
			}
			if answer := console.Plain.Reply(a.Router().Do(t.Context(), req)); !strings.Contains(answer, want[i]) {
				t.Errorf("browser %q, %s: %s", browser, line, answer)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// scripted is a site of one page that a script fills.
func scripted(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/robots.txt" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	_, _ = fmt.Fprint(w, `<!doctype html><html><head><title>The Sound</title></head><body><div id="root"></div>
<noscript>You need to enable JavaScript to run this app.</noscript><script>
const p = ["The harbour bridge was closed on Monday after an inspection found cracks in two of its pillars, the port authority said in a statement.",
	"Some 14,000 cars cross it each day, and ferries are to take those who live on the island until the end of March, according to the mayor.",
	"The bridge was opened in 1974 and was last repaired nine years ago, when engineers replaced the bearings under its northern span."];
document.getElementById("root").innerHTML = "<article><h1>Harbour bridge closed</h1>" + p.map(x => "<p>" + x + "</p>").join("") + "</article>";
</script></body></html>`)
}
