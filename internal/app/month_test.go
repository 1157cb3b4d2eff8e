package app_test

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/command"
	"erratum/internal/deliver"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
	"erratum/internal/newstest/month"
	"erratum/internal/watch"
)

// TestMonth runs the whole program through some days of made-up news on virtual time,
// and holds all that it told against all that happened. The full size is a month of
// 2,000 articles on 40 hosts: make simulate SEED=1. ERRATUM_MONTH_ONLY="outlet-05.test"
// plays one host's part of it, and ERRATUM_MONTH_TRAIL names a file for every step.
func TestMonth(t *testing.T) {
	t.Parallel()
	skipRaced(t) // nothing runs beside anything else here, and it would take minutes
	size := month.Options{Seed: 1, Days: 3, Hosts: 14, Articles: 42}
	if testing.Short() {
		size.Days, size.Articles = 1, 14
	}
	if os.Getenv("ERRATUM_MONTH") != "" {
		size = month.Options{Seed: 1, Days: 30, Hosts: 40, Articles: 2000}
	}
	for name, field := range map[string]*int{"DAYS": &size.Days, "HOSTS": &size.Hosts, "ARTICLES": &size.Articles} {
		if n, err := strconv.Atoi(os.Getenv("ERRATUM_MONTH_" + name)); err == nil {
			*field = n
		}
	}
	if seed, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		size.Seed = seed
	}
	size.Only = strings.Fields(os.Getenv("ERRATUM_MONTH_ONLY"))
	w := simulate(t, size)
	t.Log(w.table())
	j := w.judged
	for _, bad := range [][]string{j.Missed, j.False, j.Doubled, w.errors} {
		for _, line := range bad[:min(len(bad), 400)] {
			t.Log(line)
		}
	}
	if len(j.Missed) > 0 || len(j.Doubled) > 0 || len(j.False)*10_000 > w.checks || len(w.errors) > 0 {
		t.Errorf("missed %d, false %d in %d checks, doubled %d, errors %d", len(j.Missed), len(j.False), w.checks, len(j.Doubled), len(w.errors))
	}
}

// TestMonthRepeatsItself: the same seed gives the same trace, or nothing that a
// simulation finds could be looked into.
func TestMonthRepeatsItself(t *testing.T) {
	t.Parallel()
	skipRaced(t) // nothing runs beside anything else here, and it would take minutes
	size := month.Options{Seed: 7, Days: 2, Hosts: 14, Articles: 14}
	if testing.Short() {
		size.Days = 1
	}
	a, b := simulate(t, size), simulate(t, size)
	if a.trace() != b.trace() || a.checks == 0 {
		t.Errorf("%d checks and %d, with other traces", a.checks, b.checks)
	}
	// Other news give another trace; that needs no third run.
	size.Seed, size.Start, size.Every = 8, a.news.End().Add(-month.Rest).AddDate(0, 0, -size.Days), a.every
	other, err := month.New(size)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(urls(other), urls(a.news)) {
		t.Error("another seed gives the same news")
	}
}

// urls are those of a month's articles.
func urls(m *month.Month) (out []string) {
	for _, a := range m.Articles() {
		out = append(out, a.URL())
	}
	return out
}

// monthly is the program in a month of news.
type monthly struct {
	app     *app.App
	news    *month.Month
	timings watch.Timings
	serving atomic.Int64 // nanoseconds of CPU of the news themselves

	mu     sync.Mutex // guards what checks and the courier write
	told   []month.Told
	shown  map[string]bool
	trail  hash.Hash
	steps  io.Writer // every step: into the trail, and a file when one is named
	checks int
	spent  map[watch.Outcome]*cost
	errors []string
	judged month.Judgement
	took   time.Duration
}

// cost counts checks of one outcome.
type cost struct {
	n   int
	cpu time.Duration
}

func simulate(t *testing.T, size month.Options) *monthly {
	t.Helper()
	w := &monthly{timings: watch.DefaultTimings(), shown: map[string]bool{}, trail: sha256.New(), spent: map[watch.Outcome]*cost{}}
	w.steps = w.trail
	if name := os.Getenv("ERRATUM_MONTH_TRAIL"); name != "" {
		f, err := os.Create(name) //nolint:gosec // whoever runs the test names it
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		w.steps = io.MultiWriter(w.trail, f)
	}
	before := cpu()
	synctest.Test(t, func(t *testing.T) {
		size.Start, size.Every = time.Now(), w.every
		w.run(t, size)
	})
	w.took = cpu() - before
	return w
}

// every is how often an article of an age is looked at.
func (w *monthly) every(age time.Duration) time.Duration {
	for _, s := range w.timings.Adaptive {
		if age < s.Age || s.Age == 0 {
			return s.Every
		}
	}
	return 0
}

// run plays the month from its first day to its end.
func (w *monthly) run(t *testing.T, size month.Options) {
	var err error
	if w.news, err = month.New(size); err != nil {
		t.Fatal(err)
	}
	pipe := newstest.NewPipe()
	server := newstest.Start(w.metered(w.news.Handler()), pipe)
	defer func() { _ = server.Close() }()
	cfg := app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), KeepPages: "last", Workers: 1, HostSpacing: time.Second, MinInterval: 5 * time.Minute}
	w.app, err = app.New(t.Context(), cfg, app.Parts{Sink: w, Fetch: func(o *fetch.Options) {
		o.InMemory = map[string]fetch.Dialer{}
		for _, host := range w.news.Hosts() {
			o.InMemory[host] = func(ctx context.Context) (net.Conn, error) { return pipe.DialContext(ctx, "", "") }
		}
	}, Courier: deliver.Options{Workers: 1, Poll: 30 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var delivering sync.WaitGroup
	// Half a second beside the checks, so that the two never run at one moment.
	time.Sleep(500 * time.Millisecond)
	delivering.Go(func() { _ = w.app.Deliver(ctx) })
	time.Sleep(500 * time.Millisecond)
	w.play(ctx, t)
	cancel()
	delivering.Wait()
	if err := w.app.Close(); err != nil {
		t.Error(err)
	}
	w.judged = w.news.Judge(w.told)
}

// play adds each article when it appears and checks what comes due.
func (w *monthly) play(ctx context.Context, t *testing.T) {
	waiting := slices.Clone(w.news.Articles())
	swept := time.Now()
	for now := time.Now(); now.Before(w.news.End()); now = time.Now() {
		for len(waiting) > 0 && waiting[0].Published.Before(now.Add(-3*time.Minute)) {
			a := waiting[0]
			waiting = waiting[1:]
			if !w.add(ctx, a) {
				a.Published = now.Add(10 * time.Minute) // tried again then
				waiting = append(waiting, a)
				slices.SortStableFunc(waiting, func(a, b *month.Article) int { return a.Published.Compare(b.Published) })
			}
		}
		if now.Sub(swept) > 24*time.Hour {
			if err := w.app.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			swept = now
			w.log(t, now)
		}
		n, err := w.step(ctx)
		if err != nil {
			t.Fatal(err)
		}
		wait := 10 * time.Second
		if n > 0 {
			wait = time.Second
		}
		time.Sleep(wait - time.Duration(time.Now().Nanosecond()))
	}
}

// log says how far the month is.
func (w *monthly) log(t *testing.T, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t.Logf("%s: %d checks, %d told, %s CPU", now.Format("2 January"), w.checks, len(w.told), cpu().Round(time.Second))
}

// add watches an article, and reports false when its page can't be read now.
func (w *monthly) add(ctx context.Context, a *month.Article) bool {
	host, _, _ := strings.Cut(strings.TrimPrefix(a.URL(), "http://"), "/")
	reply := w.app.Router().Do(ctx, command.Request{
		Guild: host, Channel: "news", User: "editor", Manager: true, Name: "watch add", Args: map[string]string{"url": a.URL()},
	})
	if !strings.HasPrefix(reply.Text, "Watching") && !strings.HasPrefix(reply.Title, "Watching") {
		w.mu.Lock()
		defer w.mu.Unlock()
		fmt.Fprintln(w.steps, "not added", a.URL(), reply.Title, reply.Text)
		return false
	}
	a.Added(time.Now())
	return true
}

// step checks what is due and counts what came of it.
func (w *monthly) step(ctx context.Context) (int, error) {
	start, served := cpu(), w.serving.Load()
	return w.app.Step(ctx, 8, w.timings, func(l watch.Lease, res watch.Result, err error) {
		now, serving := cpu(), w.serving.Load()
		used := now - start - time.Duration(serving-served)
		start, served = now, serving
		w.mu.Lock()
		defer w.mu.Unlock()
		if err != nil {
			w.errors = append(w.errors, fmt.Sprintf("%s: %v", l.State.URL, err))
			return
		}
		w.checks++
		c := w.spent[res.Outcome]
		if c == nil {
			c = &cost{}
			w.spent[res.Outcome] = c
		}
		c.n++
		c.cpu += used
		fmt.Fprintln(w.steps, time.Now(), l.State.URL, res.Outcome, res.Reason, res.Revision, res.Told)
	})
}

// metered counts the CPU that the news take for themselves; nothing else runs then.
func (w *monthly) metered(h http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		start := cpu()
		defer func() { w.serving.Add(int64(cpu() - start)) }()
		h.ServeHTTP(rw, r)
	})
}

// Send implements deliver.Sink: it notes what is told.
func (w *monthly) Send(_ context.Context, d alert.Delivery) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shown[d.ID] {
		w.errors = append(w.errors, "shown twice: "+d.ID)
	}
	w.shown[d.ID] = true
	n := d.Notice
	told := month.Told{At: time.Now(), URL: n.Subject.URL, Kind: string(n.Kind), Text: strings.TrimSpace(n.Text + "\n" + n.Summary)}
	if n.Report != nil {
		for _, c := range n.Report.Changes {
			told.Changes = append(told.Changes, month.Change{Before: c.Before, After: c.After})
		}
	}
	w.told = append(w.told, told)
	fmt.Fprintf(w.steps, "%s %s %s %s %s %q\n", told.At, told.URL, d.ID, told.Kind, strings.ReplaceAll(told.Text, "\n", " | "), told.Changes)
	return strconv.Itoa(len(w.told)), nil
}

// trace names all that was checked and told.
func (w *monthly) trace() string { return hex.EncodeToString(w.trail.Sum(nil)) }

// cpu is the processor time that this process took, which no bubble fakes.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// table prints what a month came to.
func (w *monthly) table() string {
	var b strings.Builder
	line := func(name string, format string, args ...any) {
		fmt.Fprintf(&b, "  %-28s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "\n%d articles on %d hosts\n", len(w.news.Articles()), len(w.news.Hosts()))
	line("checks", "%d", w.checks)
	for _, o := range slices.Sorted(maps.Keys(w.spent)) {
		line("  "+string(o), "%8d  %6.2f ms CPU each", w.spent[o].n, w.each(o))
	}
	line("CPU of an unchanged check", "%.2f ms", w.each(watch.OutNotModified, watch.OutUnchanged))
	line("CPU of a changed check", "%.2f ms", w.each(watch.OutChanged, watch.OutHeld, watch.OutCosmetic, watch.OutVariant, watch.OutReverted))
	line("CPU of it all", "%s, of which the news %s", w.took.Round(time.Second), time.Duration(w.serving.Load()).Round(time.Second))
	j := w.judged
	line("told rightly", "%d", len(w.told)-len(j.False)-len(j.Doubled))
	for _, kind := range slices.Sorted(maps.Keys(j.Right)) {
		line("  "+kind, "%8d", j.Right[kind])
	}
	line("happened and stayed silent", "%d", j.Silent)
	line("happened before the watch", "%d", j.Unwatched)
	line("missed", "%d", len(j.Missed))
	line("false", "%d (%.2f in 10,000 checks)", len(j.False), float64(len(j.False))*10_000/float64(cmp.Or(w.checks, 1)))
	line("doubled", "%d", len(j.Doubled))
	line("trace", "%s", w.trace()[:16])
	return b.String()
}

// each is the mean CPU of checks with some outcomes, in milliseconds.
func (w *monthly) each(outcomes ...watch.Outcome) float64 {
	var sum cost
	for _, o := range outcomes {
		if c := w.spent[o]; c != nil {
			sum.n += c.n
			sum.cpu += c.cpu
		}
	}
	return float64(sum.cpu.Microseconds()) / 1000 / float64(max(sum.n, 1))
}
