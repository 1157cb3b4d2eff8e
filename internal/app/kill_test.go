package app_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/console"
	"erratum/internal/deliver"
	"erratum/internal/fair"
	"erratum/internal/newstest"
	"erratum/internal/watch"
)

// The kill points, in the order in which a change passes them.
const (
	beforeCommit = "before commit"
	afterCommit  = "after commit"
	beforeSend   = "before send"
	afterSend    = "after send"
	beforeAck    = "before ack"
	afterAck     = "after ack"
)

// Those that a new item of a feed passes.
const (
	beforeWatch = "before watch"
	afterWatch  = "after watch"
	beforeFeed  = "before feed"
	afterFeed   = "after feed"
)

// The test binary runs itself as the program when it finds these in its environment.
const (
	envChild  = "KILLTEST_DIR"    // run as the program on this folder
	envPoint  = "KILLTEST_POINT"  // die there
	envNth    = "KILLTEST_NTH"    // when it is passed for the nth time; default the first
	envFreeze = "KILLTEST_FREEZE" // be stopped there instead, once, until somebody says go on
	envMutant = "KILLTEST_MUTANT" // break the program on purpose
	envURLs   = "KILLTEST_URLS"
)

func TestMain(m *testing.M) {
	if os.Getenv(envDiscord) != "" {
		os.Exit(discordChild())
	}
	if os.Getenv(envChild) != "" {
		os.Exit(child())
	}
	flag.Parse()
	if err := crowd(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// crowd lets twice as many tests run at a time as is usual, unless somebody said how many:
// most wait for programs, and few for a processor.
func crowd() error {
	f := flag.Lookup("test.parallel")
	if f.Value.String() != f.DefValue {
		return nil
	}
	return f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
}

// TestKilledAtNamedPoints kills the program at each point, again and again, while
// articles change, and then compares what was shown with what happened.
func TestKilledAtNamedPoints(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	for range 20 {
		for _, point := range []string{beforeCommit, afterCommit, beforeSend, afterSend, beforeAck, afterAck} {
			w.change()
			w.runAndDie(point)
		}
	}
	w.finish()
	if problems := w.compare(); len(problems) > 0 {
		t.Errorf("%d of %d changes went wrong:\n%s", len(problems), w.changes, strings.Join(problems, "\n"))
	}
	w.sound()
}

// TestKilledAtRandom kills the program at any moment.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	random := rand.New(rand.NewPCG(7, 11))
	for range 40 {
		w.change()
		w.runFor(time.Duration(100+random.IntN(900)) * time.Millisecond)
	}
	w.finish()
	if problems := w.compare(); len(problems) > 0 {
		t.Errorf("%d of %d changes went wrong:\n%s", len(problems), w.changes, strings.Join(problems, "\n"))
	}
	w.sound()
}

// TestKillTestCatchesMutants: a program that acknowledges before it sends loses
// alerts, and one whose channel does not know an alert again doubles them. The
// comparison must see both.
func TestKillTestCatchesMutants(t *testing.T) {
	t.Parallel()
	for mutant, point := range map[string]string{"mark-then-send": beforeSend, "send-then-mark": beforeAck} {
		t.Run(mutant, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, mutant)
			for range 4 {
				w.change()
				w.runAndDie(point)
			}
			w.finish()
			if len(w.compare()) == 0 {
				t.Errorf("the comparison does not notice a program that does %s", mutant)
			}
		})
	}
}

// articles is how many pages change at the same time.
const articles = 3

// world is a news site that outlives the programs that watch it.
type world struct {
	t      *testing.T
	dir    string
	mutant string
	urls   []string

	mu      sync.Mutex
	shown   [articles]int   // the number each page shows
	history [articles][]int // every number it showed
	changes int
}

func newWorld(t *testing.T, mutant string) *world {
	w := &world{t: t, dir: t.TempDir(), mutant: mutant}
	for i := range w.shown {
		w.shown[i] = 100 * (i + 1)
		w.history[i] = []int{w.shown[i]}
	}
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := newstest.Start(http.HandlerFunc(w.page), ln)
	t.Cleanup(func() { _ = server.Close() })
	for i := range articles {
		w.urls = append(w.urls, fmt.Sprintf("%s/news/%d", server.URL(), i))
	}
	// The first look, undisturbed.
	w.runUntil(func() bool { return w.watching() })
	return w
}

// page serves an article with a number in its midst.
func (w *world) page(rw http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/news/"))
	if err != nil || i < 0 || i >= articles {
		http.NotFound(rw, r)
		return
	}
	w.mu.Lock()
	n := w.shown[i]
	w.mu.Unlock()
	flood(rw, [articles]string{"Brennmoor", "Castelline", "Dunmarrow"}[i], n)
}

// flood writes an article with a number in its midst.
func flood(rw http.ResponseWriter, town string, n int) {
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(rw, `<!doctype html><html lang="en"><head><title>Flood in %[1]s</title></head><body><article>
<h1>River breaks its banks at %[1]s</h1>
<p>The river at %[1]s broke its banks in the night after two days of rain, and the lower town was cleared by boat before morning.</p>
<p>Fire crews brought %[2]d residents out of their homes, the county said, and put them up in the sports hall on the hill.</p>
<p>The bridge on the mill road is closed until engineers have looked at its piers. Buses go round by the upper town.</p>
<p>“We had warned people on Friday, and most had carried their things upstairs,” said the mayor, Anneke Brandt.</p>
<p>Schools in the valley stay shut until the water has gone down. The weather service expects the rain to ease in the afternoon.</p>
</article></body></html>`, town, n)
}

// change gives every page another number.
func (w *world) change() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.shown {
		w.shown[i] += 7
		w.history[i] = append(w.history[i], w.shown[i])
		w.changes++
	}
}

// start runs the program as a process of its own.
func (w *world) start(ctx context.Context, point string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"="+w.dir, envPoint+"="+point, envMutant+"="+w.mutant, envURLs+"="+strings.Join(w.urls, " "))
	cmd.Stderr = os.Stderr
	return cmd
}

// runAndDie runs the program until it kills itself at the point.
func (w *world) runAndDie(point string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 60*time.Second)
	defer cancel()
	err := w.start(ctx, point).Run()
	var died *exec.ExitError
	if !errors.As(err, &died) || ctx.Err() != nil || died.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		w.t.Fatalf("the program did not die at %q: %v, %v", point, err, ctx.Err())
	}
}

// runFor kills the program after a while.
func (w *world) runFor(d time.Duration) {
	ctx, cancel := context.WithTimeout(w.t.Context(), d)
	defer cancel()
	_ = w.start(ctx, "").Run() // it ends by SIGKILL, as it is to
}

// runUntil runs the program until done holds, and stops it in peace.
func (w *world) runUntil(done func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 120*time.Second)
	defer cancel()
	up := filepath.Join(w.dir, "up")
	_ = os.Remove(up)
	cmd := w.start(ctx, "")
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	// A program that is told to end before it listens for that ends by the signal.
	listening := func() bool { _, err := os.Stat(up); return err == nil }
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for !(listening() && done()) && ctx.Err() == nil {
		<-ticks.C
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		w.t.Errorf("the program did not end in peace: %v", err)
	}
}

// finish lets the program tell what is left to tell.
func (w *world) finish() {
	w.t.Helper()
	patience := 60 * time.Second
	if w.mutant != "" {
		patience = 6 * time.Second // what it lost does not come
	}
	deadline := time.Now().Add(patience)
	w.runUntil(func() bool {
		if time.Now().After(deadline) {
			return true
		}
		for i, told := range w.told() {
			if len(told) == 0 || told[len(told)-1].after != w.shown[i] {
				return false
			}
		}
		return true
	})
}

// watching reports whether every page has its baseline.
func (w *world) watching() bool {
	_, err := os.Stat(filepath.Join(w.dir, "ready"))
	return err == nil
}

// arrow finds the two numbers of an alert's first change.
var arrow = regexp.MustCompile(`(\d+)[^\d→]*→[^\d→]*(\d+)`)

type transition struct{ before, after int }

// told reads from the journal what was shown of each page, in order.
func (w *world) told() [articles][]transition {
	var out [articles][]transition
	f, err := os.Open(filepath.Join(w.dir, "alerts.jsonl"))
	if err != nil {
		return out
	}
	defer func() { _ = f.Close() }()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var rec console.Record
		if json.Unmarshal(sc.Bytes(), &rec) != nil {
			continue
		}
		for i, u := range w.urls {
			if rec.URL != u {
				continue
			}
			if m := arrow.FindStringSubmatch(rec.Text); m != nil {
				before, _ := strconv.Atoi(m[1])
				after, _ := strconv.Atoi(m[2])
				out[i] = append(out[i], transition{before, after})
			}
		}
	}
	return out
}

// compare finds what was lost or doubled: the alerts of a page must lead from its
// first number to its last without a gap and without telling anything twice.
func (w *world) compare() []string {
	var problems []string
	for i, told := range w.told() {
		at := w.history[i][0]
		for _, tr := range told {
			if tr.before != at {
				problems = append(problems, fmt.Sprintf("page %d: told %d → %d when %d was the last heard", i, tr.before, tr.after, at))
			}
			at = tr.after
		}
		if last := w.shown[i]; at != last {
			problems = append(problems, fmt.Sprintf("page %d: shows %d, last told is %d", i, last, at))
		}
	}
	return problems
}

// sound asks the database whether it is.
func (w *world) sound() {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "erratum.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRowContext(w.t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		w.t.Errorf("the database is not sound: %q, %v", verdict, err)
	}
}

// child is the program: a terminal's Erratum over the world's pages, with the store
// and the sink wrapped so that it dies where it is told to.
func child() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	dir := os.Getenv(envChild)
	if err := os.WriteFile(filepath.Join(dir, "up"), nil, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	timings := watch.DefaultTimings().Scaled(1.0 / 6000)
	timings.HostSpacing = time.Millisecond
	timings.Lease = 600 * time.Millisecond
	c := app.Console{
		Config: app.Config{Data: filepath.Join(dir, "erratum.db"), Journal: filepath.Join(dir, "alerts.jsonl"), KeepPages: "last", AllowLoopback: true, Workers: 2},
		In:     input(ctx, dir), Out: discard{},
		Change: func(p *app.Parts) {
			p.Timings = timings
			p.Tick = 20 * time.Millisecond
			p.Courier = deliver.Options{Poll: 10 * time.Millisecond, Claim: 600 * time.Millisecond, OldAttempt: time.Millisecond, RetryMin: 10 * time.Millisecond}
			endanger(p)
		},
	}
	// Told to end while it still opens its store, it ends as told.
	if err := c.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	return 0
}

// input types the watches once, says when it did, and then keeps the input open.
func input(ctx context.Context, dir string) *script {
	s := &script{ctx: ctx}
	if _, err := os.Stat(filepath.Join(dir, "ready")); err != nil {
		for u := range strings.FieldsSeq(os.Getenv(envURLs)) {
			s.lines = append(s.lines, "watch add "+u+"\n")
		}
		s.lines = append(s.lines, "watch list\n")
		s.ready = func() error { return os.WriteFile(filepath.Join(dir, "ready"), nil, 0o600) }
	}
	return s
}

// script is a person typing.
type script struct {
	ctx   context.Context
	lines []string
	ready func() error
}

func (s *script) Read(p []byte) (int, error) {
	if len(s.lines) > 0 {
		n := copy(p, s.lines[0])
		s.lines = s.lines[1:]
		return n, nil
	}
	if s.ready != nil {
		// The console asks for the next line when it has handed on the one before;
		// the list's answer waits for every add.
		if err := s.ready(); err != nil {
			return 0, err
		}
		s.ready = nil
	}
	<-s.ctx.Done()
	return 0, io.EOF // the terminal closes
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// deadly dies at its point, when that is passed for the nth time. Nothing runs after
// SIGKILL, not even a deferred call.
type deadly struct {
	point  string
	nth    int64
	freeze bool
	passed atomic.Int64
}

// endanger wraps a child's store and sink as its environment says: to die at a point,
// or to be broken on purpose.
func endanger(p *app.Parts) {
	d, mutant := newDeadly(), os.Getenv(envMutant)
	p.Wrap = func(s app.Store) app.Store {
		return &deadlyStore{Store: s, deadly: d, markFirst: mutant == "mark-then-send", fenceless: mutant == "commit without fence"}
	}
	p.Sink = &deadlySink{Sink: p.Sink, deadly: d, forgetful: mutant == "send-then-mark"}
}

// newDeadly reads from the environment where the child is to die.
func newDeadly() *deadly {
	nth, _ := strconv.ParseInt(os.Getenv(envNth), 10, 64)
	return &deadly{point: os.Getenv(envPoint), nth: max(nth, 1), freeze: os.Getenv(envFreeze) != ""}
}

func (d *deadly) at(point string) {
	if d.point != point {
		return
	}
	switch n := d.passed.Add(1); {
	case d.freeze && n == d.nth:
		// Another thread may take the signal, and this one run on until that is awake.
		goOn := make(chan os.Signal, 1)
		signal.Notify(goOn, syscall.SIGCONT)
		fmt.Fprintln(os.Stderr, "freeze: stopped")
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		<-goOn
	case !d.freeze && n >= d.nth:
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

type deadlyStore struct {
	app.Store
	*deadly
	markFirst bool
	fenceless bool // writes what was decided under a lease that ended
}

func (s *deadlyStore) Commit(ctx context.Context, l watch.Lease, c watch.Commit) error {
	news := len(c.Deliveries) > 0
	if news {
		s.at(beforeCommit)
	}
	if s.freeze {
		ctx = context.WithoutCancel(ctx) // the lease's token alone is to stand in the way
	}
	err := s.Store.Commit(ctx, l, c)
	if s.fenceless && err != nil { // whatever a lost connection says of it
		err = s.force(ctx, l.Article, c)
	}
	if news && s.freeze {
		fmt.Fprintln(os.Stderr, "freeze: went on:", err)
	}
	if news && err == nil {
		s.at(afterCommit)
	}
	return err
}

// force writes what was decided as if the article were still its own, and nothing had
// happened to it.
func (s *deadlyStore) force(ctx context.Context, articleID string, c watch.Commit) error {
	for {
		l, err := s.LeaseNow(ctx, articleID, time.Minute, 0)
		if err == nil {
			err = s.Store.Commit(ctx, l, renumbered(c, l.State.Last+1))
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond) // others have it
	}
}

// renumbered is a commit of another revision number, which the store's own checks let
// through.
func renumbered(c watch.Commit, n int) watch.Commit {
	c.State.Last = n
	if c.Revision != nil {
		r := *c.Revision
		r.Number = n
		c.Revision = &r
	}
	for i := range c.Changes {
		c.Changes[i].To = n
	}
	for i := range c.Deliveries {
		c.Deliveries[i].Notice.To = n
	}
	for id := range c.Told {
		c.Told[id] = n
	}
	for id := range c.Judged {
		c.Judged[id] = n
	}
	return c
}

func (s *deadlyStore) AddWatch(ctx context.Context, w watch.Watch) (watch.Watch, bool, error) {
	s.at(beforeWatch)
	stored, created, err := s.Store.AddWatch(ctx, w)
	if err == nil {
		s.at(afterWatch)
	}
	return stored, created, err
}

func (s *deadlyStore) CommitFeed(ctx context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	news := len(c.Seen) > 0
	if news {
		s.at(beforeFeed)
	}
	err := s.Store.CommitFeed(ctx, l, c)
	if news && err == nil {
		s.at(afterFeed)
	}
	return err
}

func (s *deadlyStore) Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]alert.Delivery, error) {
	ds, err := s.Store.Claim(ctx, room, d, spacing)
	if s.markFirst {
		for _, x := range ds {
			if err := s.Store.Ack(ctx, x, x.ID); err != nil {
				return nil, err
			}
		}
	}
	return ds, err
}

func (s *deadlyStore) Ack(ctx context.Context, d alert.Delivery, message string) error {
	if s.markFirst {
		return nil
	}
	s.at(beforeAck)
	err := s.Store.Ack(ctx, d, message)
	s.at(afterAck)
	return err
}

// Add is another way to show something: it dies at the same points.
func (s *deadlySink) Add(ctx context.Context, d alert.Delivery) error {
	adder, ok := s.Sink.(deliver.Adder)
	if !ok {
		return deliver.ErrNoMessage
	}
	s.at(beforeSend)
	if s.forgetful {
		d.ID = d.ID[:10] + strconv.FormatInt(time.Now().UnixNano(), 36)
	}
	err := adder.Add(ctx, d)
	if err == nil {
		s.at(afterSend)
	}
	return err
}

type deadlySink struct {
	deliver.Sink
	*deadly
	forgetful bool
}

func (s *deadlySink) Send(ctx context.Context, d alert.Delivery) (string, error) {
	s.at(beforeSend)
	if s.forgetful {
		// A new key for each attempt, of a length that a channel takes.
		d.ID = d.ID[:10] + strconv.FormatInt(time.Now().UnixNano(), 36)
	}
	message, err := s.Sink.Send(ctx, d)
	s.at(afterSend)
	return message, err
}

// Find implements deliver.Finder where the sink does.
func (s *deadlySink) Find(ctx context.Context, d alert.Delivery) (string, bool, error) {
	if f, ok := s.Sink.(deliver.Finder); ok && !s.forgetful {
		return f.Find(ctx, d)
	}
	return "", false, nil
}

// Spacing, Barred and Pace implement deliver.Paced where the sink does.

func (s *deadlySink) Spacing() time.Duration {
	if p, ok := s.Sink.(deliver.Paced); ok {
		return p.Spacing()
	}
	return 0
}

func (s *deadlySink) Barred() time.Duration {
	if p, ok := s.Sink.(deliver.Paced); ok {
		return p.Barred()
	}
	return 0
}

func (s *deadlySink) Pace(d alert.Delivery) alert.Pace {
	if p, ok := s.Sink.(deliver.Paced); ok {
		return p.Pace(d)
	}
	return alert.Pace{}
}
