package app_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/extract"
	"erratum/internal/newstest"
	"erratum/internal/watch"
)

// nextExtractor is the extractor of a version to come, which leaves out the paragraphs
// about ferries.
type nextExtractor struct{ *extract.Extractor }

func (nextExtractor) Name() string { return "erratum/next" }

func (x nextExtractor) Extract(page []byte, url string) extract.Result {
	r := x.Extractor.Extract(page, url)
	a := *r.Article
	a.Extractor, a.Blocks = x.Name(), nil
	for _, b := range r.Article.Blocks {
		if !strings.Contains(b.Text, "ferry") {
			a.Blocks = append(a.Blocks, b)
		}
	}
	r.Article = &a
	return r
}

// pier is a page with a number.
func pier(visitors string) string {
	return fmt.Sprintf(`<!DOCTYPE html><html lang="en"><head><title>Pier opens again after winter repairs</title></head><body><article>
<h1>Pier opens again after winter repairs</h1>
<p>The pier of Osmund Bay opened again on Saturday after four months of repairs to its deck and its oldest piles.</p>
<p>Some %s people walked out to its end on the first day, the harbour office said.</p>
<p>The ferry to the islands will call at the pier again from the first week of June, its owners said on Monday.</p>
<p>Carpenters replaced more than half of the planks, and divers looked at each of the piles below the water line.</p>
<p>The work was paid for by the town and by a fund for old harbours, which asked for the lamps to be kept.</p>
</article></body></html>`, visitors)
}

// TestUpgrade runs the program on one file as two versions whose extractors differ:
// the edit made between them is told, what only the extractors see differently is not.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	var visitors atomic.Value
	visitors.Store("1,900")
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := newstest.Start(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, pier(visitors.Load().(string)))
	}), ln)
	defer func() { _ = server.Close() }()

	for keep, want := range map[string]struct{ why, diff string }{
		"last": {why: "read the last page once more", diff: "2,600"},
		"none": {why: "was not kept", diff: "has not changed"},
	} {
		visitors.Store("1,900")
		cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), KeepPages: keep, Workers: 1, AllowLoopback: true}
		asked(t, cfg, nil, func(ask func(string) string) {
			if answer := ask("watch add " + server.URL() + "/pier"); !strings.HasPrefix(answer, "Watching") {
				t.Fatal(answer)
			}
		})
		visitors.Store("2,600")
		asked(t, cfg, nextExtractor{extract.New(extract.Options{})}, func(ask func(string) string) {
			for range 50 {
				if answer := ask("watch check 1"); strings.Contains(answer, "**changed**") || strings.Contains(answer, "no change") {
					break
				}
				time.Sleep(20 * time.Millisecond)
			}
			why, diff := ask("why 1"), ask("diff 1")
			if !strings.Contains(why, want.why) {
				t.Errorf("pages kept %s: why says %q", keep, why)
			}
			if !strings.Contains(diff, want.diff) || strings.Contains(diff, "ferry") {
				t.Errorf("pages kept %s: diff says %q", keep, diff)
			}
		})
	}
}

// asked opens the program as one version, asks it and closes it.
func asked(t *testing.T, cfg app.Config, x app.Extractor, do func(ask func(string) string)) {
	t.Helper()
	a, err := app.New(t.Context(), cfg, app.Parts{Sink: nobody{}, Extractor: x, Timings: watch.DefaultTimings().Scaled(1e-4)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	do(func(line string) string {
		req, err := console.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(console.Plain.Reply(a.Router().Do(context.WithoutCancel(t.Context()), req)))
	})
}
