package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/console"
	"erratum/internal/deliver"
	"erratum/internal/extract"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
	"erratum/internal/watch"
)

const bridgeURL = "http://sound.test/bridge"

// bridge is the page that the ways change, written for them.
const bridge = `<!DOCTYPE html><html lang="en"><head><title>Swing bridge to close for nine weeks</title></head><body><article>
<h1>Swing bridge to close for nine weeks</h1>
<p>The council of Harrow Sound voted on Tuesday to close the old swing bridge for repairs after inspectors found cracks in two of its girders.</p>
<p>About 4,200 drivers cross the bridge on a working day, according to figures from the roads office.</p>
<p>Mayor Ellen Tarrant said the closure would begin on 3 May and last until the first days of July.</p>
<p>"We looked at every other way to do this," she told reporters outside the town hall after the vote.</p>
<p>Shopkeepers on the east bank fear that the detour will keep customers away for most of the summer.</p>
<p>A ferry for people on foot will run every 20 minutes while the bridge is shut, the harbour office said.</p>
<p>The repairs are expected to cost 2.6 million pounds, most of it paid by the county and its partners.</p>
<p>The bridge opened in 1911 and was last repaired in 1987, when its timber deck gave way to one of steel.</p>
<footer>The Sound</footer></article></body></html>`

// tale answers with the page after edits: pairs of old and new words.
func tale(edits ...string) http.HandlerFunc {
	page := strings.NewReplacer(edits...).Replace(bridge)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, page)
	}
}

// tail is the page from its third paragraph on.
func tail() string {
	from, to := strings.Index(bridge, "<p>Mayor"), strings.Index(bridge, "<footer>")
	return bridge[from:to]
}

// filler is more text than the page has three times over.
func filler() string {
	var b strings.Builder
	for i, town := range []string{"Asham", "Bellwick", "Corsley", "Dunmere", "Eastry", "Farley", "Goswick", "Harby", "Inkpen", "Kelsby", "Lorton", "Marden"} {
		fmt.Fprintf(&b, "<p>In %s the bus that takes children to school will leave %d minutes earlier from May on, and drivers who live there were asked to use the road along the northern shore until the work on the bridge is done and its lamps are lit again.</p>\n", town, 10+i)
	}
	return b.String()
}

func german() http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!DOCTYPE html><html lang="de"><head><title>Sturm stürzt im ganzen Kreis Bäume um</title></head><body><article><h1>Sturm stürzt im ganzen Kreis Bäume um</h1>
<p>Böen von bis zu 110 Kilometern je Stunde haben in der Nacht zum Samstag Bäume und Leitungen umgerissen, wie die Feuerwehr mitteilte.</p>
<p>Rund 1800 Haushalte im Norden des Kreises hatten am Morgen keinen Strom, und drei Schulen blieben bis zum Mittag geschlossen.</p>
<p>Die Techniker hoffen, dass sie die Versorgung bis zum Abend wiederherstellen, sagte ein Sprecher der Stadtwerke am Vormittag.</p>
<p>Die Küstenstraße ist zwischen dem Hafen und dem Golfplatz an drei Stellen gesperrt, und Züge fahren mit einer Stunde Verspätung.</p>
<p>Am Sonntag soll der Wind nachlassen, sagen die Meteorologen, die noch einmal vor herabfallenden Ästen in den Parks warnten.</p>
<footer>The Sound</footer></article></body></html>`)
	}
}

// walled answers with a page that stands before the article.
func walled(title, plea string) http.HandlerFunc {
	return status(http.StatusOK, "<title>"+title+"</title><h1>"+title+"</h1><p>"+plea+"</p><button>OK</button>")
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "<!DOCTYPE html><html lang=\"en\"><body>"+body+"</body></html>")
	}
}

func retryAfter(seconds string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", seconds)
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) }
}

// hangUp ends the connection without an answer.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// aged answers as a cache does that took the page two hours ago.
func aged(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Age", "7200")
		h(w, r)
	}
}

// tagged answers with a validator, and by it.
func tagged(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Etag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h(w, r)
	}
}

// viewed lists the hosts that there are; all show the same page.
func viewed() []string { return []string{"sound.test", "echo.test", "post.test"} }

// viewer is the program at a terminal, stepped through looks at one page.
type viewer struct {
	t       *testing.T
	dir     string
	server  *newstest.Server
	pipe    *newstest.Pipe
	timings watch.Timings
	keep    string // which pages are kept
	lives   string // the address where the article lives

	store      app.Store
	app        *app.App
	journal    *console.Journal
	stop       func()
	delivering sync.WaitGroup
	shown      int       // lines of the journal looked at
	looked     time.Time // when the page was looked at last

	mu   sync.Mutex
	show http.HandlerFunc // the page of now
	cut  bool             // no host can be reached
}

func newViewer(t *testing.T, keep string) *viewer {
	v := &viewer{t: t, dir: t.TempDir(), keep: keep, lives: bridgeURL, pipe: newstest.NewPipe(), timings: watch.DefaultTimings(), show: tale()}
	v.server = newstest.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		show := v.show
		v.mu.Unlock()
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/archive/bridge":
			tale()(w, r)
		default:
			show(w, r)
		}
	}), v.pipe)
	v.open(nil)
	return v
}

// open starts the program on its file, as one version or another.
func (v *viewer) open(x app.Extractor) {
	v.t.Helper()
	var err error
	if v.journal, err = console.OpenJournal(filepath.Join(v.dir, "journal")); err != nil {
		v.t.Fatal(err)
	}
	cfg := app.Config{Data: filepath.Join(v.dir, "erratum.db"), KeepPages: v.keep, Workers: 1, HostSpacing: time.Second, MinInterval: 5 * time.Minute}
	v.app, err = app.New(v.t.Context(), cfg, app.Parts{
		Wrap: func(s app.Store) app.Store { v.store = s; return s },
		Sink: console.NewSink(v.journal, io.Discard, console.Plain), Extractor: x, Courier: deliver.Options{Workers: 1, Poll: time.Second},
		Fetch: func(o *fetch.Options) {
			o.InMemory = map[string]fetch.Dialer{}
			for _, host := range viewed() {
				o.InMemory[host] = v.dial
			}
		},
	})
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(v.t.Context())
	v.stop = cancel
	v.delivering.Go(func() { _ = v.app.Deliver(ctx) })
}

// shut stops the program.
func (v *viewer) shut() {
	v.stop()
	v.delivering.Wait()
	if err := errors.Join(v.app.Close(), v.journal.Close()); err != nil {
		v.t.Error(err)
	}
}

func (v *viewer) close() {
	v.shut()
	_ = v.server.Close()
}

func (v *viewer) ask(line string) string {
	v.t.Helper()
	req, err := console.Parse(line)
	if err != nil {
		v.t.Fatal(err)
	}
	return strings.TrimSpace(console.Plain.Reply(v.app.Router().Do(v.t.Context(), req)))
}

func (v *viewer) add(url string) {
	v.t.Helper()
	if answer := v.ask("watch add " + url); !strings.HasPrefix(answer, "Watching") {
		v.t.Fatal(answer)
	}
}

// set changes what the site shows, and whether it can be reached.
func (v *viewer) set(show http.HandlerFunc, cut bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.show, v.cut = show, cut
}

// dial connects to the site, whatever host was asked for.
func (v *viewer) dial(ctx context.Context) (net.Conn, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cut {
		return nil, errors.New("network is unreachable")
	}
	return v.pipe.DialContext(ctx, "", "")
}

// look has the program look at the page once it is due, and holds what comes of it
// against what must.
func (v *viewer) look(i int, l glimpse) {
	v.t.Helper()
	if l.upgraded {
		v.shut()
		v.open(nextExtractor{extract.New(extract.Options{})})
	}
	v.set(l.show, false)
	time.Sleep(l.in)
	res := v.next()
	waited := time.Since(v.looked)
	v.looked = time.Now()
	v.lives = res.State.URL
	if l.want == watch.OutMoved {
		v.lives = "http://sound.test/archive/bridge"
	}
	if waited < l.not {
		v.t.Errorf("look %d comes after %v, want at least %v", i, waited, l.not)
	}
	if res.Outcome != l.want || !strings.Contains(res.Reason, l.why) {
		v.t.Errorf("look %d: %s (%s), want %s (%s)", i, res.Outcome, res.Reason, l.want, l.why)
	}
	time.Sleep(3 * time.Second) // the courier's
	v.heard(i, l.told)
}

// next waits until a check is due and makes it.
func (v *viewer) next() (found watch.Result) {
	v.t.Helper()
	for range 100_000 {
		n, err := v.app.Step(v.t.Context(), 1, v.timings, func(_ watch.Lease, res watch.Result, err error) {
			if found = res; err != nil {
				v.t.Fatal(err)
			}
		})
		if err != nil {
			v.t.Fatal(err)
		}
		if n > 0 {
			return found
		}
		time.Sleep(time.Second)
	}
	v.t.Fatal("no check came due for a day")
	return found
}

// heard holds what the terminal showed since it was asked last against what it must.
func (v *viewer) heard(i int, want string) {
	v.t.Helper()
	raw, err := os.ReadFile(filepath.Join(v.dir, "journal"))
	if err != nil {
		v.t.Fatal(err)
	}
	var told []string
	lines := bufio.NewScanner(strings.NewReader(string(raw)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var rec console.Record
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			v.t.Fatal(err)
		}
		told = append(told, string(rec.Kind)+" "+strings.Join(strings.Fields(rec.Text), " "))
	}
	fresh := told[v.shown:]
	v.shown = len(told)
	var wants []string
	if want != "" {
		wants = strings.Split(want, "; ")
	}
	if len(fresh) != len(wants) {
		v.t.Errorf("look %d: told %q, want %q", i, fresh, wants)
		return
	}
	for k, words := range wants {
		for _, w := range strings.Fields(words) {
			if !strings.Contains(fresh[k], w) {
				v.t.Errorf("look %d: told %q, which lacks %q", i, fresh[k], w)
			}
		}
	}
}

// finds holds what is stored against what must be.
func (v *viewer) finds(w way) {
	v.t.Helper()
	id := article.ID(v.lives)
	state, err := v.store.State(v.t.Context(), id)
	if err != nil {
		v.t.Fatal(err)
	}
	revs, err := v.store.Revisions(v.t.Context(), id, 1, state.Last)
	if err != nil {
		v.t.Fatal(err)
	}
	var labels []article.Label
	for _, r := range revs {
		labels = append(labels, r.Label)
	}
	if want := append([]article.Label{article.Baseline}, w.stored...); !slices.Equal(labels, want) {
		v.t.Errorf("stored %v, want %v", labels, want)
	}
	if history := v.ask("history 1"); !strings.Contains(history, w.says) {
		v.t.Errorf("history lacks %q:\n%s", w.says, history)
	}
	why := v.ask("why 1")
	if n := len(w.looks); n > 0 && !strings.Contains(why, w.looks[n-1].why) {
		v.t.Errorf("why lacks %q:\n%s", w.looks[n-1].why, why)
	}
}
