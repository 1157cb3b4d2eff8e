package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// bot is this test's program under the name by which it is the bot.
func bot(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bot")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// house is where the bot keeps things, by its environment.
type house struct {
	t   *testing.T
	bot string
	env []string
}

func (h house) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(h.t.Context(), h.bot, args...)
	cmd.Env = append(os.Environ(), h.env...)
	return cmd
}

// run runs the bot and wants it to succeed.
func (h house) run(args ...string) string {
	h.t.Helper()
	out, err := h.command(args...).CombinedOutput()
	if err != nil {
		h.t.Fatalf("bot %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// refused runs the bot and wants it to say why not.
func (h house) refused(want string, args ...string) {
	h.t.Helper()
	out, err := h.command(args...).CombinedOutput()
	if e := new(exec.ExitError); !errors.As(err, &e) || e.ExitCode() != exitError || !strings.Contains(string(out), want) {
		h.t.Errorf("bot %v: %v\n%s\nwant %q", args, err, out, want)
	}
}

// killed runs the bot and kills it at once when something is so. It reports whether it
// was still running.
func (h house) killed(when func() bool, args ...string) bool {
	h.t.Helper()
	cmd := h.command(args...)
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); {
		select {
		case err := <-ended:
			if err != nil {
				h.t.Fatalf("bot %v: %v", args, err)
			}
			return false
		case <-time.After(time.Millisecond):
		}
		if when() {
			_ = cmd.Process.Kill() // it may have ended this moment
			return <-ended != nil
		}
	}
	h.t.Fatalf("bot %v neither ends nor gets on", args)
	return false
}

func inFile(t *testing.T, bot, path string) house {
	return house{t, bot, []string{"ERRATUM_DATA=" + path, "ERRATUM_REDIS_URL="}}
}

// redisHouse starts a Redis of the test's own.
func redisHouse(t *testing.T, bot string) house {
	t.Helper()
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "redis-server", "--port", strconv.Itoa(port), "--bind", "127.0.0.1",
		"--dir", t.TempDir(), "--save", "", "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server can't be started: %v; install it (make redis)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	for end := time.Now().Add(time.Minute); ; {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
		if err == nil {
			_ = c.Close()
			return house{t, bot, []string{"ERRATUM_REDIS_URL=redis://" + addr, "ERRATUM_DATA="}}
		}
		if time.Now().After(end) {
			t.Fatal("redis-server does not answer")
		}
		<-time.After(10 * time.Millisecond)
	}
}

var sum = regexp.MustCompile(`SHA-256 ([0-9a-f]{64})`)

// TestMovingHouse carries all there is from a file into a Redis and back into another
// file, killed on the way again and again: the digest of it all stays the same.
func TestMovingHouse(t *testing.T) {
	program, dir := bot(t), t.TempDir()
	data := filepath.Join(dir, "old.db")
	furnish(t, data)
	old, redis, back := inFile(t, program, data), redisHouse(t, program), inFile(t, program, filepath.Join(dir, "new.db"))

	first := filepath.Join(dir, "first.erratum")
	size := func(path string) int64 {
		info, err := os.Stat(path)
		if err != nil {
			return 0
		}
		return info.Size()
	}
	kills := 0
	for grown, more := int64(0), true; more; {
		more = old.killed(func() bool { return size(first) > grown }, "export", first)
		if more {
			kills++
		}
		grown = size(first) + 20_000
	}
	told := old.run("export", first) // it is finished: nothing is done
	want := sum.FindStringSubmatch(told)
	if want == nil || !strings.Contains(told, "Exported 61 articles") {
		t.Fatalf("export says %q", told)
	}
	cut := filepath.Join(dir, "cut.erratum")
	whole, err := os.ReadFile(first) //nolint:gosec // the test's own file
	if err != nil {
		t.Fatal(err)
	}
	whole = bytes.Clone(whole)
	if err := os.WriteFile(cut, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	redis.refused("cut off or damaged", "import", cut)
	whole[len(whole)/2] ^= 1
	if err := os.WriteFile(cut, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	redis.refused("cut off or damaged", "import", cut)

	begun := time.Now()
	for i := range 4 {
		redis.killed(func() bool { return time.Since(begun) > time.Duration(60*(i+1))*time.Millisecond }, "import", first)
		begun = time.Now()
	}
	if told := redis.run("import", first); !strings.Contains(told, want[1]) {
		t.Errorf("import says %q, want %s", told, want[1])
	}
	redis.refused("holds data already", "import", first)

	second := filepath.Join(dir, "second.erratum")
	if told := redis.run("export", second); !strings.Contains(told, want[1]) {
		t.Errorf("the export from Redis says %q, want %s", told, want[1])
	}
	for i := range 4 {
		begun := time.Now()
		back.killed(func() bool { return time.Since(begun) > time.Duration(60*(i+1))*time.Millisecond }, "import", second)
	}
	if size(filepath.Join(dir, "new.db")) == 0 {
		if told := back.run("import", second); !strings.Contains(told, want[1]) {
			t.Errorf("import says %q, want %s", told, want[1])
		}
	}
	back.refused("is there already", "import", second)
	r, err := redisstore.Open(t.Context(), redisstore.Options{URL: strings.TrimPrefix(redis.env[0], "ERRATUM_REDIS_URL=")})
	if err != nil {
		t.Fatal(err)
	}
	works(t, r)
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	third := filepath.Join(dir, "third.erratum")
	if told := back.run("export", third); !strings.Contains(told, want[1]) {
		t.Errorf("the export from the new file says %q, want %s", told, want[1])
	}
	t.Logf("%d kills of the export, %s", kills, strings.TrimSpace(told))
}

// moved is what a store must do with what was carried into it.
type moved interface {
	Watches(ctx context.Context, guild string) ([]watch.Watch, error)
	Titles(ctx context.Context, guild string) ([]watch.Title, error)
	Resolve(ctx context.Context, url string) (string, error)
	LeaseNow(ctx context.Context, article string, d, spacing time.Duration) (watch.Lease, error)
	Lease(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]watch.Lease, error)
	Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]alert.Delivery, error)
	Revision(ctx context.Context, article string, n int) (article.Revision, error)
	Feeds(ctx context.Context, guild string) ([]watch.FollowedFeed, error)
	Health(ctx context.Context, guild string) (watch.Health, error)
	RestoreWatch(ctx context.Context, guild, id string) (watch.Watch, error)
}

// works wants a store to go on where the other ended.
func works(t *testing.T, s moved) {
	t.Helper()
	ws, err := s.Watches(t.Context(), "112233445566778899")
	if err != nil || len(ws) != 51 {
		t.Fatalf("%d watches, %v", len(ws), err)
	}
	if ts, err := s.Titles(t.Context(), "112233445566778899"); err != nil || len(ts) != len(ws) {
		t.Errorf("%d titles, %v", len(ts), err)
	}
	for _, w := range ws {
		l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
		if err != nil || len(l.Watches) == 0 || l.State.Last == 0 {
			t.Fatalf("lease of %s: %+v, %v", w.URL, l, err)
		}
		if r, err := s.Revision(t.Context(), w.Article, l.State.Last); err != nil || r.Article.Headline != l.State.Title {
			t.Fatalf("revision %d of %s: %v", l.State.Last, w.URL, err)
		}
	}
	id, err := s.Resolve(t.Context(), "https://news2.example/11")
	if err != nil || id != article.ID("https://elsewhere.example/11") {
		t.Errorf("the article that moved is at %s, %v", id, err)
	}
	ds, err := s.Claim(t.Context(), fair.Room{Free: 100}, time.Minute, 0)
	if err != nil || len(ds) < 40 {
		t.Errorf("claimed %d, %v", len(ds), err)
	}
	for _, d := range ds {
		if d.Destination.Guild == "998" {
			t.Errorf("a paused channel is told %s", d.ID)
		}
		if d.Notice.From > 0 && d.Notice.Report == nil {
			t.Errorf("delivery %s has no report", d.ID)
		}
	}
	if fs, err := s.Feeds(t.Context(), "112233445566778899"); err != nil || len(fs) != 1 || fs[0].State.Items != 3 {
		t.Errorf("feeds %+v, %v", fs, err)
	}
	h, err := s.Health(t.Context(), "112233445566778899")
	if err != nil || len(h.Dead) == 0 {
		t.Errorf("health %+v, %v", h, err)
	}
	removed := watch.WatchID(alert.Destination{Guild: "998", Channel: "77"}, article.ID("https://news0.example/3"))
	if _, err := s.RestoreWatch(t.Context(), "998", removed); err != nil {
		t.Errorf("restore: %v", err)
	}
}

// furnish fills a data file with some of everything.
func furnish(t *testing.T, path string) {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path, Sync: sqlitestore.SyncNormal, KeepPages: sqlitestore.KeepLast})
	if err != nil {
		t.Fatal(err)
	}
	here := alert.Destination{Guild: "112233445566778899", Channel: "998877665544332211"}
	there := alert.Destination{Guild: "998", Channel: "77"}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var watches []watch.Watch
	for i := range 60 {
		to := here
		if i%7 == 0 {
			to = there
		}
		w, _, err := s.AddWatch(t.Context(), watch.Watch{URL: fmt.Sprintf("https://news%d.example/%d", i/4, i), Destination: to, Alerts: alert.Facts, Schedule: "adaptive", Title: "Some <title> & more"})
		do(err)
		watches = append(watches, w)
		for n := 1; n <= 1+i%20; n++ {
			commit(t, s, w.Article, n)
		}
	}
	second, _, err := s.AddWatch(t.Context(), watch.Watch{URL: watches[3].URL, Destination: there, Alerts: alert.All})
	do(err)
	_, err = s.RemoveWatch(t.Context(), there.Guild, second.ID)
	do(err)
	_, err = s.EditWatch(t.Context(), here.Guild, watches[4].ID, time.Time{}, func(w *watch.Watch) error {
		w.MutedUntil, w.Paused = time.Now().Add(time.Hour), true
		return nil
	})
	do(err)
	f, _, err := s.AddFeed(t.Context(), watch.Feed{URL: "https://news1.example/feed", Destination: here, Match: []string{"ferry"}})
	do(err)
	ls, err := s.LeaseFeeds(t.Context(), fair.Room{Free: 1}, time.Minute, 0)
	do(err)
	do(s.CommitFeed(t.Context(), ls[0], watch.FeedCommit{
		State: watch.FeedState{Items: 3, Event: 2}, Seen: []string{"https://news1.example/b", "https://news1.example/a"}, Due: time.Now().Add(time.Hour),
		Visit:      watch.Visit{At: time.Now(), Reason: "two items"},
		Deliveries: []alert.Delivery{{ID: "feedfeedfeed", Watch: f.ID, Destination: here, Notice: alert.Notice{Kind: alert.Blind}}},
	}))
	gone, _, err := s.AddFeed(t.Context(), watch.Feed{URL: "https://news2.example/feed", Destination: there})
	do(err)
	_, err = s.RemoveFeed(t.Context(), there.Guild, gone.ID)
	do(err)
	_, err = s.EditSettings(t.Context(), here.Guild, func(st *alert.Settings) error { st.Zone = "Europe/Berlin"; return nil })
	do(err)
	do(s.Joined(t.Context(), "4711"))
	do(s.Left(t.Context(), "4712"))
	ds, err := s.Claim(t.Context(), fair.Room{Free: 8}, time.Minute, 0)
	do(err)
	for i, d := range ds {
		switch i % 4 {
		case 0:
			do(s.Ack(t.Context(), d, "message"+strconv.Itoa(i)))
		case 1:
			do(s.Retry(t.Context(), d, time.Hour, "it was busy"))
		case 2:
			do(s.Bury(t.Context(), d, "no permission"))
		}
		_, err := s.Join(t.Context(), d, fmt.Sprintf("edit%d", i))
		do(err)
	}
	do(s.Pause(t.Context(), there, time.Hour, "missing permission"))
	l, err := s.LeaseNow(t.Context(), watches[11].Article, time.Minute, 0)
	do(err)
	_, err = s.Move(t.Context(), l, "https://elsewhere.example/11")
	do(err)
	do(s.Close())
}

// commit commits the nth revision of an article, told to its watches.
func commit(t *testing.T, s *sqlitestore.Store, id string, n int) {
	t.Helper()
	l, err := s.LeaseNow(t.Context(), id, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	a := &article.Article{URL: l.State.URL, Headline: fmt.Sprintf("Fares & <ferries>, take %d", n), Language: "en", Extractor: "test/1"}
	for i := range 30 {
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: strings.Repeat(fmt.Sprintf("Block %d of %s. ", i, id), 5)})
	}
	a.Blocks[n%30].Text += fmt.Sprintf("It counted %d crossings.", 1000+n)
	st := l.State
	st.Last, st.Title, st.LastDigest, st.LastGood, st.Extractor = n, a.Headline, a.Digest(), l.Now, a.Extractor
	c := watch.Commit{
		State: st, Page: []byte("<html>" + a.Headline), Visit: watch.Visit{At: l.Now, Outcome: watch.OutChanged, Revision: n}, Due: l.Now.Add(time.Hour),
		Revision: &article.Revision{Number: n, Label: article.Changed, Seen: l.Now, Fetches: 2, Status: 200, Digest: a.Digest(), Article: a},
		Changes:  []watch.Change{{From: n - 1, To: n, Report: &report.Report{Outcome: report.Changed, Severity: report.Major, Reason: "a number > another"}}},
		Shows:    &mute.Page{Article: id, Seen: l.Now, Sketch: []uint32{1, 2, uint32(n)}}, Told: map[string]int{},
	}
	for _, w := range l.Watches {
		c.Told[w.ID] = n
		c.Deliveries = append(c.Deliveries, alert.Delivery{ID: alert.DeliveryID(w.ID, alert.Change, "", "", int64(n)), Watch: w.ID, Destination: w.Destination,
			Notice: alert.Notice{Kind: alert.Change, From: n - 1, To: n, Summary: "a **b**", Subject: alert.Subject{Article: id, URL: w.URL}}})
	}
	if err := s.Commit(t.Context(), l, c); err != nil {
		t.Fatal(err)
	}
}
