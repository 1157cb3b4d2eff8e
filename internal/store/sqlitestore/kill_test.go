package sqlitestore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// workerEnv turns the test binary into one of the processes of TestKill.
const workerEnv = "ERRATUM_TEST_STORE_WORKER"

func TestMain(m *testing.M) {
	if path := os.Getenv(workerEnv); path != "" {
		if err := work(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

const (
	killArticles  = 12
	killProcesses = 4
	killTimes     = 48
	killHold      = 300 * time.Millisecond
)

// work checks and delivers until it is killed, and notes what the store
// acknowledged, each line in one write.
func work(ctx context.Context, path string) error {
	s, err := sqlitestore.Open(ctx, sqlitestore.Options{Path: path})
	if err != nil {
		return err
	}
	notes, err := os.OpenFile(path+".notes", os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for round := 0; ; round++ {
		ls, err := s.Lease(ctx, fair.Room{Free: 2}, killHold, time.Millisecond)
		if err != nil {
			return err
		}
		for _, l := range ls {
			c := revision(l, l.State.Last+1)
			c.Due = l.Now
			c.Revision.Reason = fmt.Sprintf("process %d, round %d", os.Getpid(), round)
			if err := s.Commit(ctx, l, c); err == nil {
				fmt.Fprintf(notes, "commit %s %d %s\n", l.Article, c.Revision.Number, c.Revision.Reason)
			} else if !errors.Is(err, watch.ErrStale) {
				return err
			}
		}
		ds, err := s.Claim(ctx, fair.Room{Free: 4}, killHold, 0)
		if err != nil {
			return err
		}
		for _, d := range ds {
			// The channel: a name shown before is not shown again (the nonce).
			fmt.Fprintf(notes, "show %s %d %s\n", d.Watch, d.Notice.To, d.ID)
			if err := s.Ack(ctx, d, "m"); err != nil && !errors.Is(err, alert.ErrStale) {
				return err
			}
		}
	}
}

// TestKill lets four processes work on one file and kills them at random moments:
// no acknowledged revision is lost or written twice, none is missing in the chain,
// each is told exactly once and in order, and the file is sound.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var watches []watch.Watch
	for i := range killArticles {
		w, _, err := s.AddWatch(t.Context(), watch.Watch{URL: fmt.Sprintf("https://h%d.example/1", i), Destination: here})
		if err != nil {
			t.Fatal(err)
		}
		watches = append(watches, w)
	}
	closeStore(t, s)
	killAround(t, path)

	s, err = sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	drain(t, s, path)
	committed, shown := readNotes(t, path)
	revisions := 0
	for _, w := range watches {
		st, err := s.State(t.Context(), w.Article)
		if err != nil {
			t.Fatal(err)
		}
		revisions += st.Last
		checkChain(t, s, w, st.Last, committed[w.Article])
		for n := 1; n <= st.Last; n++ {
			if i := n - 1; i >= len(shown[w.ID]) || shown[w.ID][i] != n {
				t.Fatalf("watch %s was shown %v, want 1 to %d in order", w.ID, shown[w.ID], st.Last)
			}
		}
	}
	if got := raw(t, path, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity check: %s", got)
	}
	if revisions < killTimes {
		t.Errorf("only %d revisions were made: too few to show anything", revisions)
	}
	t.Logf("%d kills, %d revisions", killTimes, revisions)
}

// killAround keeps processes working and kills one after the other.
func killAround(t *testing.T, path string) {
	t.Helper()
	start := func() *exec.Cmd {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), workerEnv+"="+path)
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	stop := func(c *exec.Cmd) {
		if err := c.Process.Kill(); err != nil {
			t.Errorf("a process ended by itself: %v", err)
		}
		_ = c.Wait() // "signal: killed"
		if c.ProcessState.Exited() {
			t.Errorf("a process failed: %v", c.ProcessState)
		}
	}
	var running []*exec.Cmd
	for range killProcesses {
		running = append(running, start())
	}
	for range killTimes - killProcesses {
		awaitWork(t, path)
		<-time.After(time.Duration(rand.IntN(60)) * time.Millisecond)
		i := rand.IntN(len(running))
		stop(running[i])
		running[i] = start()
	}
	for _, c := range running {
		stop(c)
	}
}

// awaitWork returns when some more was acknowledged, however slow the machine is.
func awaitWork(t *testing.T, path string) {
	t.Helper()
	size := func() int64 {
		info, err := os.Stat(path + ".notes")
		if err != nil {
			return 0
		}
		return info.Size()
	}
	const fewLines = 200 // bytes
	before := size()
	for end := time.Now().Add(time.Minute); size() < before+fewLines; {
		if time.Now().After(end) {
			t.Fatal("the processes do nothing")
		}
		<-time.After(time.Millisecond)
	}
}

// drain delivers what still waits once the claims of the dead have ended.
func drain(t *testing.T, s *sqlitestore.Store, path string) {
	t.Helper()
	notes, err := os.OpenFile(path+".notes", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer notes.Close()
	for {
		h, err := s.Health(t.Context(), here.Guild)
		if err != nil {
			t.Fatal(err)
		}
		if h.Queued == 0 {
			return
		}
		ds, err := s.Claim(t.Context(), fair.Room{Free: 100}, time.Minute, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			fmt.Fprintf(notes, "show %s %d %s\n", d.Watch, d.Notice.To, d.ID)
			if err := s.Ack(t.Context(), d, "m"); err != nil {
				t.Fatal(err)
			}
		}
		if len(ds) == 0 {
			<-time.After(killHold / 4)
		}
	}
}

// readNotes returns who committed each revision, by article, and what each watch was
// shown, in order. A name shown twice counts once, a revision acknowledged twice is
// an error.
func readNotes(t *testing.T, path string) (committed map[string]map[int]string, shown map[string][]int) {
	t.Helper()
	f, err := os.Open(path + ".notes")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	committed, shown = map[string]map[int]string{}, map[string][]int{}
	names := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var id, rest string
		var n int
		kind, line, _ := strings.Cut(lines.Text(), " ")
		if _, err := fmt.Sscanf(line, "%s %d", &id, &n); err != nil {
			t.Fatalf("note %q: %v", line, err)
		}
		rest = strings.SplitN(line, " ", 3)[2]
		switch {
		case kind == "show" && !names[rest]:
			names[rest] = true
			shown[id] = append(shown[id], n)
		case kind == "commit":
			if committed[id] == nil {
				committed[id] = map[int]string{}
			}
			if first, twice := committed[id][n]; twice {
				t.Errorf("revision %d of %s was acknowledged to %s and to %s", n, id, first, rest)
			}
			committed[id][n] = rest
		}
	}
	return committed, shown
}

// checkChain reads every revision and compares it with what was acknowledged.
func checkChain(t *testing.T, s *sqlitestore.Store, w watch.Watch, last int, committed map[int]string) {
	t.Helper()
	for n := 1; n <= last; n++ {
		r, err := s.Revision(t.Context(), w.Article, n)
		if err != nil {
			t.Fatal(err)
		}
		if r.Article.Digest() != story(w.URL, n).Digest() {
			t.Errorf("revision %d of %s has another text", n, w.Article)
		}
		if by, ok := committed[n]; ok && by != r.Reason {
			t.Errorf("revision %d of %s was acknowledged to %s and is by %s", n, w.Article, by, r.Reason)
		}
		delete(committed, n)
	}
	for n, by := range committed {
		t.Errorf("revision %d of %s, acknowledged to %s, is lost", n, w.Article, by)
	}
}
