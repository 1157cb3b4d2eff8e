package command_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// world is the commands over a real store and a real checker, with a clock and pages
// that a test sets.
type world struct {
	t       testing.TB
	store   *sqlitestore.Store
	checker *watch.Checker
	router  *command.Router
	places  command.Places // nil: this is a terminal
	logged  *bytes.Buffer

	mu    sync.Mutex
	hush  func(now time.Time) time.Time // ends of quiet hours; nil: none
	now   time.Time
	pages map[string]*article.Reading
}

const (
	bridge = "https://sillpost.example/bridge"
	storm  = "https://sillpost.example/storm"
	ferry  = "https://harbour.example/news/ferry"
)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), pages: map[string]*article.Reading{}, logged: new(bytes.Buffer), places: places{"no_where": "There is no such channel"}}
	store, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: filepath.Join(t.TempDir(), "e.db"), Now: w.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.store = store
	timings := watch.DefaultTimings()
	timings.HostSpacing = 0 // the clock stands still between commands
	w.checker = watch.NewChecker(store, w, watch.Options{Timings: timings, Hush: func(_ context.Context, _ string, now time.Time) (time.Time, error) {
		if w.hush == nil {
			return time.Time{}, nil
		}
		return w.hush(now), nil
	}})
	w.router = w.over(store)
	w.show(bridge, story("Bridge over the Sill closes for repairs", "2.4 million"))
	w.show(storm, story("Storm tears roofs off at Sill, 9 hurt", "9 people"))
	w.show(ferry, story("Ferry 2030 plan put off again", "120 seats"))
	return w
}

// terminal is a world with one channel, and nobody but who asks.
func terminal(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.places = nil
	w.router = w.over(w.store)
	return w
}

// over makes a router over the store, or over something that stands before it.
func (w *world) over(histories command.History) *command.Router {
	return command.NewRouter(command.Options{
		Checks:  w.checker,
		Watches: w.store, History: histories, Stories: w.store, Guilds: w.store, Dead: w.store, Places: w.places,
		Polls:  watch.NewPoller(w.store, w, w.checker, watch.PollerOptions{}),
		Feeds:  w.store,
		Logger: slog.New(slog.NewTextHandler(w.logged, nil)), MinInterval: 5 * time.Minute, Now: w.clock,
	})
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// later moves the clock on.
func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// show puts an article at an address.
func (w *world) show(url string, a *article.Article) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := *a
	b.URL = url
	w.pages[url] = &article.Reading{Article: &b, Verdict: article.OK, URL: url, Status: 200, PageDigest: b.Digest()}
}

// gone takes an article away.
func (w *world) gone(url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.pages, url)
}

// Read implements watch.Reader.
func (w *world) Read(_ context.Context, r article.Request) (*article.Reading, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	page, ok := w.pages[r.URL]
	if !ok {
		return nil, &article.ReadError{Problem: article.Gone, Reason: "the server says that there is no such page", Status: 404}
	}
	return page, nil
}

// ReadFeed implements watch.FeedReader: one feed of two items.
func (w *world) ReadFeed(_ context.Context, r article.FeedRequest) (*article.FeedReading, error) {
	if r.URL != "https://sillpost.example/feed" {
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: "the page names no feed"}
	}
	return &article.FeedReading{URL: r.URL, Status: 200, Feed: &article.Feed{Title: "Sill feed", Links: []article.Link{{URL: bridge, Title: "Bridge closes"}, {URL: storm, Title: "Storm"}}}}, nil
}

// do runs a command typed as "name | option=value | …" for a manager of a guild.
func (w *world) do(guild, line string) command.Reply {
	w.t.Helper()
	req := request(guild, line)
	if req.Name == "watch add" {
		defer w.later(time.Second) // lists are in the order of time
	}
	return w.router.Do(w.t.Context(), req)
}

// says is the text of an answer.
func (w *world) says(guild, line string) string {
	w.t.Helper()
	r := w.do(guild, line)
	return strings.TrimSpace(r.Title + "\n" + r.Text + "\n" + r.Pre)
}

func request(guild, line string) command.Request {
	parts := strings.Split(line, " | ")
	req := command.Request{Guild: guild, Channel: "news", User: "u1", Manager: true, Admin: true, Name: parts[0], Args: map[string]string{}}
	for _, p := range parts[1:] {
		name, value, _ := strings.Cut(p, "=")
		req.Args[name] = value
	}
	return req
}

// change puts a new amount in an article and lets the checker believe it.
func (w *world) change(url string, a *article.Article) {
	w.t.Helper()
	w.show(url, a)
	id, err := w.store.Resolve(w.t.Context(), url)
	if err != nil {
		w.t.Fatal(err)
	}
	for range 6 {
		w.later(11 * time.Minute)
		res, err := w.checker.CheckNow(w.t.Context(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if res.Revision > 0 {
			return
		}
	}
	w.t.Fatalf("%s: the change was never believed", url)
}

// story is an article, written for these tests, that hangs on an amount.
func story(headline, amount string, notes ...string) *article.Article {
	a := &article.Article{
		Site: "The Sill Post", Headline: headline, Language: "en", Extractor: "test/1",
		Published: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		Blocks: []article.Block{
			{Role: article.Lede, Text: "The council of Sill met for four hours on Thursday and put off what it had meant to decide."},
			{Role: article.Body, Text: "A report that was read out at the meeting speaks of " + amount + " in all, according to Mara Linden, who heads the roads department."},
			{Role: article.Body, Text: "Shopkeepers on the north bank said that they had been told late and feared for their summer trade."},
			{Role: article.Body, Text: "The next meeting is to be held in the old school, since the roof of the town hall leaks."},
		},
	}
	for _, n := range notes {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: n})
	}
	return a
}

// one wants an answer of one line.
func one(t *testing.T, got string) {
	t.Helper()
	if got == "" || strings.Contains(got, "\n") {
		t.Errorf("not one line: %q", got)
	}
}
