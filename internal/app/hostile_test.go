package app_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
)

// TestHostileAddresses types what must not be watched into the whole program: each
// gets one clear line, and nothing is stored. It runs by itself: what other tests
// allocate would count.
func TestHostileAddresses(t *testing.T) {
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := newstest.Start(http.HandlerFunc(misbehave), ln)
	defer func() { _ = server.Close() }()
	for name, tt := range map[string]struct {
		url      string
		loopback bool
		want     string // part of the answer
	}{
		"another scheme":  {url: "ftp://example.com/a", want: "http"},
		"a file":          {url: "file:///etc/passwd", want: "http"},
		"a script":        {url: "javascript:alert(1)", want: ""},
		"credentials":     {url: "https://user:secret@example.com/a", want: ""},
		"a backslash":     {url: `https://example.com\@127.0.0.1/`, want: ""},
		"no host":         {url: "https:///a", want: ""},
		"a private net":   {url: "http://10.1.2.3/a", want: "private"},
		"metadata":        {url: "http://169.254.169.254/latest/meta-data/", want: ""},
		"this machine":    {url: "http://127.0.0.1/a", want: ""},
		"this machine, 6": {url: "http://[::ffff:127.0.0.1]/a", want: ""},
		"a bare number":   {url: "http://2130706433/", want: ""},
		"a bomb":          {url: server.URL() + "/bomb", loopback: true, want: "packed"},
		"a hanging page":  {url: server.URL() + "/hang", loopback: true, want: "longer"},
		"a picture":       {url: server.URL() + "/picture", loopback: true, want: "picture"},
		"an archive":      {url: server.URL() + "/zip", loopback: true, want: ""},
		"nothing":         {url: server.URL() + "/empty", loopback: true, want: "empty"},
		"no page":         {url: server.URL() + "/missing", loopback: true, want: "no such page"},
		"into the house":  {url: server.URL() + "/inside", loopback: true, want: ""},
		"a wall":          {url: server.URL() + "/wall", loopback: true, want: "robot"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, list, used := addOne(t, tt.url, tt.loopback)
			t.Log(answer)
			if lines := strings.Count(answer, "\n"); answer == "" || lines > 0 {
				t.Errorf("not one line: %q", answer)
			}
			if !strings.Contains(answer, tt.want) {
				t.Errorf("%q does not say %q", answer, tt.want)
			}
			if strings.Contains(answer, "secret") || strings.Contains(answer, "Something went wrong") {
				t.Errorf("not fit for people: %q", answer)
			}
			if !strings.Contains(list, "Nothing is watched") {
				t.Errorf("something was stored: %q", list)
			}
			if used > 64<<20 {
				t.Errorf("%d MB were allocated for it", used>>20)
			}
		})
	}
}

// addOne asks a fresh program to watch one address.
func addOne(t *testing.T, url string, loopback bool) (answer, list string, allocated uint64) {
	t.Helper()
	patience := 15 * time.Second
	if strings.HasSuffix(url, "/hang") {
		patience = time.Second
	}
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), KeepPages: "last", Workers: 1, HostSpacing: time.Millisecond, MinInterval: time.Minute, AllowLoopback: loopback}
	a, err := app.New(t.Context(), cfg, app.Parts{Sink: nobody{}, Fetch: func(o *fetch.Options) { o.Timeout = patience }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	ask := func(line string) string {
		req, err := console.Parse(line)
		if err != nil {
			return err.Error()
		}
		return strings.TrimSpace(console.Plain.Reply(a.Router().Do(t.Context(), req)))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	answer = ask("watch add " + url)
	runtime.ReadMemStats(&after)
	return answer, ask("watch list"), after.TotalAlloc - before.TotalAlloc
}

// misbehave is an origin with one way of misbehaving a path.
func misbehave(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/bomb":
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		zeros := make([]byte, 1<<20)
		for range 256 {
			if _, err := z.Write(zeros); err != nil {
				return // the other side has had enough
			}
		}
		_ = z.Close()
	case "/hang":
		<-r.Context().Done()
	case "/picture":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00")
	case "/zip":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "PK\x03\x04\x14\x00\x00\x00\x08\x00")
	case "/empty":
		w.Header().Set("Content-Type", "text/html")
	case "/inside":
		http.Redirect(w, r, "http://10.0.0.7/admin", http.StatusFound)
	case "/wall":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><h1>One more step</h1><p>Please verify that you are not a robot to continue to the site.</p></body></html>")
	default:
		http.NotFound(w, r)
	}
}

// nobody hears alerts.
type nobody struct{}

func (nobody) Send(context.Context, alert.Delivery) (string, error) { return "none", nil }
