package app_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/newstest"
	"erratum/internal/watch"
)

// board is a page in parts that a test sets.
type board struct {
	mu                       sync.Mutex
	visitors, trains, counts string
	inSeries                 atomic.Bool
}

func (b *board) set(visitors, trains, counts string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visitors, b.trains, b.counts = visitors, trains, counts
}

func (b *board) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	page := pier(b.visitors)
	also := fmt.Sprintf("<p>Trains to the bay tonight: %s, said the railway.</p>\n<p>Read by %s people today</p>\n", b.trains, b.counts)
	if b.inSeries.Load() {
		also += "<p>" + series + "</p>"
	}
	_, _ = fmt.Fprint(w, strings.Replace(page, "<p>Carpenters", also+"<p>Carpenters", 1))
}

// others are articles of the same site about other matters.
var others = map[string]string{
	"/gales": `<h1>Gales bring down trees across the county</h1><p>Crews cleared 31 fallen oaks from the road to Pellow after winds of 80 miles an hour, Sergeant Amy Croft said on Monday.</p>
<p>Power came back at noon for most of the 900 homes that had lost it overnight in the hills above Garrow.</p>`,
	"/opera": `<h1>Opera house names Ruth Adeyemi conductor</h1><p>Ruth Adeyemi, 41, takes up the baton in September and opens with a season of Verdi in the old house on Mill Street.</p>
<p>She led an orchestra in Leeds for six years before, and a youth choir in Accra, where she was born to two teachers.</p>`,
	"/train": `<h1>Night train to Oslo is full again</h1><p>Every berth of the Oslo sleeper is sold until 12 August, the railway said, and adds 2 carriages to it on Fridays.</p>
<p>It wants older carriages from Denmark to be made ready before another summer begins up north, said Karin Dahl.</p>`,
}

// series is a block that says nothing sacred and stands on many articles.
const series = "This story is part of a series about life by the sea and those who live from the boats."

// TestFurniture runs the whole program over a site whose other articles end in a block:
// when it comes on one more it is told to nobody, and why lists it.
func TestFurniture(t *testing.T) {
	t.Parallel()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page := &board{}
	page.set("1,900", "four", "1,204")
	server := newstest.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := others[r.URL.Path]; ok {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>News</title></head><body><article>%s<p>%s</p></article></body></html>`, text, series)
			return
		}
		page.ServeHTTP(w, r)
	}), ln)
	defer func() { _ = server.Close() }()
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), KeepPages: "last", Workers: 1, AllowLoopback: true}
	asked(t, cfg, nil, func(ask func(string) string) {
		for _, path := range []string{"/gales", "/opera", "/train", "/pier"} {
			if answer := ask("watch add " + server.URL() + path + " alerts:all"); !strings.HasPrefix(answer, "Watching") {
				t.Fatal(answer)
			}
		}
		page.inSeries.Store(true)
		for range 20 {
			if answer := ask("watch check pier"); strings.Contains(answer, "stands on other articles of the site, too") {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		if got := ask("history pier"); !strings.Contains(got, "r2") || !strings.Contains(got, "silent: only what is muted changed: a block that stands on other articles of the site, too") {
			t.Errorf("history:\n%s", got)
		}
		if got := ask("why pier"); !strings.Contains(got, "“This story is part of a series") || !strings.Contains(got, "stands on other articles of the site, too, since") {
			t.Errorf("why:\n%s", got)
		}
		if got := ask("diff pier from:1 view:text"); !strings.Contains(got, "part of a series") {
			t.Errorf("diff:\n%s", got)
		}
		if got := ask("watch unmute pier block:part of a series"); !strings.Contains(got, "told here from now on") {
			t.Errorf("unmute:\n%s", got)
		}
	})
}

// channels keeps what each channel was told.
type channels struct {
	mu   sync.Mutex
	told map[string][]string
}

func (c *channels) Send(_ context.Context, d alert.Delivery) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := d.Notice.Text
	if d.Notice.Report != nil {
		for _, ch := range d.Notice.Report.Changes {
			text += ch.BeforeValue + "→" + ch.AfterValue + " "
		}
	}
	c.told[d.Destination.Channel] = append(c.told[d.Destination.Channel], text)
	return "m", nil
}

func (c *channels) of(channel string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.told[channel], "\n")
}

// TestMutedBlocks runs the whole program with two channels that watch one page: what a
// machine counts is told to neither until one has it un-muted, and what one ignores is
// told to the other.
func TestMutedBlocks(t *testing.T) {
	t.Parallel()
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	page := &board{}
	page.set("1,900", "four", "1,204")
	server := newstest.Start(page, ln)
	defer func() { _ = server.Close() }()
	sink := &channels{told: map[string][]string{}}
	timings := watch.DefaultTimings().Scaled(1e-4)
	timings.Adaptive = []watch.Step{{Every: timings.MinEvery}}
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), KeepPages: "last", Workers: 1, AllowLoopback: true}
	a, err := app.New(t.Context(), cfg, app.Parts{Sink: sink, Timings: timings, Tick: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	ask := func(guild, line string) string {
		req, err := console.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		req.Guild, req.Channel = guild, guild
		return strings.TrimSpace(console.Plain.Reply(a.Router().Do(ctx, req)))
	}
	until := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: told %q and %q\n%s\n%s", what, sink.of("one"), sink.of("two"), ask("one", "why 1"), ask("one", "history 1"))
			}
		}
	}
	wants := func(said string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(said, p) {
				t.Errorf("no %q in\n%s", p, said)
			}
		}
	}
	for _, guild := range []string{"one", "two"} {
		wants(ask(guild, "watch add "+server.URL()+"/pier alerts:all"), "Watching")
	}
	wants(ask("one", "watch ignore 1 block:trains to the bay"), "Ignoring the block “Trains to the bay tonight: four")

	page.set("1,900", "seven", "1,377")
	until("an edit that one channel ignores", func() bool { return strings.Contains(sink.of("two"), "seven") })
	until("a muted counter", func() bool { return strings.Contains(ask("one", "why 1"), "people today” counts or tells the time") })
	why := ask("one", "why 1")
	wants(why, "Muted on this page", "Ignored here:", "the block “Trains to the bay tonight: four")
	name := why[strings.Index(why, "Muted on this page"):]
	name = strings.Trim(strings.Fields(name[strings.Index(name, "\n"):])[1], "`")
	wants(ask("one", "watch unmute 1 block:"+name), "Changes of “Read by", "told here from now on")
	wants(ask("one", "why 1"), "; told here all the same")

	page.set("2,600", "seven", "1,533")
	until("a counter that was un-muted", func() bool {
		return strings.Contains(sink.of("one"), "2,600") && strings.Contains(sink.of("two"), "2,600")
	})
	until("a counter that was un-muted", func() bool { return strings.Contains(sink.of("one"), "1,533") })
	if got := sink.of("one"); strings.Contains(got, "seven") {
		t.Errorf("told what it ignores: %q", got)
	}
	if got := sink.of("two"); strings.Contains(got, "1,533") {
		t.Errorf("told of a counter that another channel had un-muted: %q", got)
	}
	wants(ask("one", "history 1"), "ignored here: 1 block")
	wants(ask("one", "diff 1 from:1"), "2,600", "Ignored here: “Trains to the bay tonight: four", "became “Trains to the bay tonight: seven")
	wants(ask("one", "diff 1 from:1 view:text"), "seven", "Ignored here:")
	if got := ask("two", "why 1"); strings.Contains(got, "Ignored here") || strings.Contains(got, "all the same") {
		t.Errorf("another guild's choices are shown:\n%s", got)
	}
}
