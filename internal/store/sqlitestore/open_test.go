package sqlitestore_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

var here = alert.Destination{Guild: "guild-a", Channel: "channel-1"}

// fill opens a store at path and gives it a watched article with n revisions.
func fill(t testing.TB, path string, n int) (*sqlitestore.Store, watch.Watch) {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	w, _, err := s.AddWatch(t.Context(), watch.Watch{URL: "https://a.example/1", Destination: here, Alerts: alert.Facts, Schedule: "adaptive"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		revise(t, s, w, i+1)
	}
	return s, w
}

// revise commits a revision told to the watch.
func revise(t testing.TB, s *sqlitestore.Store, w watch.Watch, n int) {
	t.Helper()
	l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), l, revision(l, n)); err != nil {
		t.Fatal(err)
	}
}

// revision is a commit of revision n with a delivery to every watch.
func revision(l watch.Lease, n int) watch.Commit {
	a := story(l.State.URL, n)
	st := l.State
	st.Last, st.Title, st.LastDigest = n, a.Headline, a.Digest()
	c := watch.Commit{
		State:    st,
		Revision: &article.Revision{Number: n, Label: article.Changed, Seen: l.Now, Fetches: 2, Status: 200, Digest: a.Digest(), PageDigest: strings.Repeat("0a", 32), Article: a},
		Visit:    watch.Visit{At: l.Now, Outcome: watch.OutChanged, Reason: "seen twice", Status: 200, Revision: n, Digest: a.Digest()},
		Due:      l.Now.Add(time.Hour),
		Told:     map[string]int{},
	}
	for _, w := range l.Watches {
		c.Told[w.ID] = n
		c.Deliveries = append(c.Deliveries, alert.Delivery{
			ID: alert.DeliveryID(w.ID, alert.Change, "", "", int64(n)), Watch: w.ID, Destination: w.Destination,
			Notice: alert.Notice{Kind: alert.Change, From: n - 1, To: n, Subject: alert.Subject{Article: l.Article, URL: l.State.URL, Headline: a.Headline}},
		})
	}
	return c
}

// story is an article of about 7 KB as JSON, different for each address, whose nth
// version differs from the others in a few words.
func story(url string, n int) *article.Article {
	words := strings.Fields(`the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which
		one were all their there been if more when will would who so no out up into than them can only other time new some could these two may
		first then do any like my now over such our man me even most made after also did many off before must well back through years where much
		your way down should because long each just state people those too mr how little good world make very year still see own work men day get
		here old life both between being under three never know same last another while us might great go come since against right came take used
		himself few house American use place during high without again home around small however found Mrs part school thought went say general
		once upon war left every don't does got united number hand course water until always away public something fact less through put think
		harbour council ferry fares minister court bridge strike budget hospital police election crossing passengers residents office report`)
	h := fnv.New64a()
	h.Write([]byte(url))
	rng := rand.New(rand.NewPCG(h.Sum64(), 7))
	a := &article.Article{URL: url, Site: "The Harbour Post", Headline: fmt.Sprintf("Ferry fares to rise %d percent", n), Bylines: []string{"Ada Quill"}, Language: "en", Extractor: "test/1"}
	for range 24 {
		var b strings.Builder
		for range 48 {
			fmt.Fprintf(&b, "%s ", words[rng.IntN(len(words))])
		}
		fmt.Fprintf(&b, "%d.", rng.IntN(10000))
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: b.String()})
	}
	a.Blocks[n%len(a.Blocks)].Text += fmt.Sprintf(" About %d people said so.", n)
	return a
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	raw(t, foreign, `CREATE TABLE bookmarks (url TEXT)`)
	newer := filepath.Join(dir, "newer.db")
	s, _ := fill(t, newer, 1)
	closeStore(t, s)
	raw(t, newer, `PRAGMA user_version = 99`)
	for _, c := range []struct {
		name, path, want string
	}{
		{"no path", "", "no path"},
		{"a directory", dir, "is a directory"},
		{"an empty file", write("empty.db", nil), "is empty"},
		{"a text file", write("text.db", bytes.Repeat([]byte("a line of text\n"), 500)), "is damaged"},
		{"another program's file", foreign, "belongs to another program"},
		{"a newer version's file", newer, "written by a newer Erratum (schema 99"},
		{"a lost main file", strings.TrimSuffix(write("lost.db-wal", []byte("newest part")), "-wal"), "is missing but its newest part"},
		{"a file below a file", filepath.Join(dir, "empty.db", "x.db"), "not a directory"},
	} {
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: c.path})
		if err == nil {
			closeStore(t, s)
			t.Errorf("%s was opened", c.name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %q does not say %q and name the file", c.name, err, c.want)
		}
	}
	if got := raw(t, foreign, `SELECT count(*) FROM sqlite_schema`); got != "1" {
		t.Errorf("another program's file was written: %s tables", got)
	}
}

func TestOpenRefusesOptions(t *testing.T) {
	for _, o := range []sqlitestore.Options{{KeepPages: "some"}, {Sync: "off"}} {
		o.Path = filepath.Join(t.TempDir(), "x.db")
		if _, err := sqlitestore.Open(t.Context(), o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
		if _, err := os.Stat(o.Path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%+v left a file", o)
		}
	}
}

func TestOpenCreatesOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "erratum #1?.db")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
			if err != nil {
				t.Error(err)
				return
			}
			d := alert.Destination{Guild: "g", Channel: fmt.Sprint(i)}
			if _, _, err := s.AddWatch(t.Context(), watch.Watch{URL: "https://a.example/1", Destination: d}); err != nil {
				t.Error(err)
			}
			closeStore(t, s)
		})
	}
	wg.Wait()
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	if ws, err := s.Watches(t.Context(), "g"); err != nil || len(ws) != 8 {
		t.Fatalf("%d watches, %v", len(ws), err)
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".erratum-*"))
	if err != nil || len(names) > 0 {
		t.Fatalf("left over: %v, %v", names, err)
	}
}

// TestDamage cuts and flips bytes of a data file: it is refused by name, or opens
// with what it had. It is never silently empty, and a damaged text is never read.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "whole.db")
	s, w := fill(t, path, 20)
	closeStore(t, s)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	refused, read := 0, 0
	for i := range 60 {
		bad := bytes.Clone(whole)
		if i < 20 {
			bad = bad[:rng.IntN(len(bad)-1)+1]
		} else {
			for range 20 {
				bad[rng.IntN(len(bad))] ^= byte(1 + rng.IntN(255))
			}
		}
		path := filepath.Join(dir, fmt.Sprintf("bad%d.db", i))
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("refused without naming the file: %v", err)
			}
			refused++
			continue
		}
		ok, err := readsTrue(t.Context(), s, w)
		if err == nil && !ok {
			t.Errorf("damage %d: read something else than was written", i)
		}
		if ok {
			read++
		}
		closeStore(t, s)
		os.Remove(path)
	}
	if refused < 15 {
		t.Errorf("only %d of 60 damaged files were refused", refused)
	}
	t.Logf("%d refused at opening, %d read whole", refused, read)
}

// readsTrue reads all revisions; an error is as good as the truth.
func readsTrue(ctx context.Context, s *sqlitestore.Store, w watch.Watch) (bool, error) {
	for n := 1; n <= 20; n++ {
		r, err := s.Revision(ctx, w.Article, n)
		if err != nil {
			return false, err
		}
		if r.Article.Digest() != story(w.URL, n).Digest() {
			return false, nil
		}
	}
	return true, nil
}

func TestKeyframes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, _ := fill(t, path, 35)
	closeStore(t, s)
	if got := raw(t, path, `SELECT group_concat(n) FROM (SELECT n FROM revisions WHERE keyframe = 1 ORDER BY n)`); got != "1,17,33" {
		t.Errorf("keyframes at %s", got)
	}
	if got := raw(t, path, `SELECT max(length(body)) < 300 FROM revisions WHERE keyframe = 0`); got != "1" {
		t.Errorf("a delta of a few words is longer than 300 bytes")
	}
}

func TestDamagedTextIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, w := fill(t, path, 5)
	closeStore(t, s)
	for _, damage := range []string{
		`UPDATE revisions SET hash = hash + 1 WHERE n = 3`,
		`UPDATE revisions SET hash = hash - 1, body = (SELECT body FROM revisions WHERE n = 2) WHERE n = 3`,
		`UPDATE revisions SET body = x'28b52ffd00' WHERE n = 3`,
	} {
		raw(t, path, damage)
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= 5; n++ {
			_, err := s.Revision(t.Context(), w.Article, n)
			if n < 3 && err != nil {
				t.Errorf("%s: revision %d: %v", damage, n, err)
			}
			if n >= 3 && (err == nil || !strings.Contains(err.Error(), "article "+w.Article+", revision 3 is damaged")) {
				t.Errorf("%s: revision %d: %v", damage, n, err)
			}
		}
		closeStore(t, s)
	}
}

// TestDamagedDelivery: one delivery that can't be read must not hold up the others.
func TestDamagedDelivery(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, w := fill(t, path, 3)
	closeStore(t, s)
	raw(t, path, `UPDATE deliveries SET doc = x'28b52ffd00' WHERE seq = (SELECT min(seq) FROM deliveries)`)
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	if ds, err := s.Claim(t.Context(), fair.Room{Free: 9}, time.Minute, 0); err != nil || len(ds) != 0 {
		t.Fatalf("claimed %v, %v", ds, err)
	}
	ds, err := s.Claim(t.Context(), fair.Room{Free: 9}, time.Minute, 0)
	if err != nil || len(ds) != 1 || ds[0].Watch != w.ID {
		t.Fatalf("claimed %v, %v", ds, err)
	}
	h, err := s.Health(t.Context(), here.Guild)
	if err != nil || len(h.Dead) != 1 || !strings.Contains(h.Dead[0].Reason, "can't be read") {
		t.Fatalf("health %+v, %v", h, err)
	}
}

// TestForgetLeavesNothing looks into the tables for the guild's name.
func TestForgetLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, w := fill(t, path, 3)
	ctx := t.Context()
	_, err0 := s.EditSettings(ctx, here.Guild, func(s *alert.Settings) error { s.Zone = "UTC"; return nil })
	_, err1 := s.Join(ctx, alert.Delivery{ID: "d", Destination: here}, "edit")
	_, err2 := s.Turn(ctx, alert.Delivery{ID: w.ID, Destination: here}, 1, time.Hour)
	steps := []error{
		err0, err1, err2,
		s.Pause(ctx, alert.Destination{Guild: here.Guild, Channel: "x"}, time.Hour, "r"),
	}
	_, _, err := s.AddFeed(ctx, watch.Feed{URL: "https://a.example/feed", Destination: here})
	ds, err3 := s.Claim(ctx, fair.Room{Free: 1}, time.Minute, 0)
	if err := errors.Join(append(steps, err, err3, s.Bury(ctx, ds[0], "r"))...); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	before := holding(t, path, here.Guild, w.ID)
	if before["watches"] == 0 || before["dead"] == 0 || before["feeds"] == 0 || before["guilds"] == 0 || before["routes"] == 0 || before["outbox"] == 0 || before["deliveries"] == 0 {
		t.Fatalf("the check finds nothing to begin with: %v", before)
	}
	s, err = sqlitestore.Open(ctx, sqlitestore.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(ctx, here.Guild); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	if left := holding(t, path, here.Guild, w.ID); len(left) > 0 {
		t.Fatalf("left: %v", left)
	}
}

// holding counts the rows of each table that hold one of the words in a column.
func holding(t *testing.T, path string, words ...string) map[string]int {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string]int{}
	for _, table := range strings.Fields(raw(t, path, `SELECT group_concat(name, ' ') FROM sqlite_schema WHERE type = 'table'`)) {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			cells := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			row := fmt.Sprintf("%s", cells)
			for _, w := range words {
				if strings.Contains(row, w) {
					out[table]++
				}
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestInBubble shows that the store works on the fake time of testing/synctest.
func TestInBubble(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	synctest.Test(t, func(t *testing.T) {
		s, w := fill(t, path, 2)
		defer closeStore(t, s)
		time.Sleep(time.Hour)
		ls, err := s.Lease(t.Context(), fair.Room{Free: 1}, time.Minute, time.Second)
		if err != nil || len(ls) != 1 || ls[0].Article != w.Article {
			t.Fatalf("leased %v, %v", ls, err)
		}
	})
}

func TestCancelled(t *testing.T) {
	s, w := fill(t, filepath.Join(t.TempDir(), "x.db"), 1)
	defer closeStore(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.EditWatch(ctx, here.Guild, w.ID, time.Time{}, func(w *watch.Watch) error {
		w.Paused = true
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a cancelled edit: %v", err)
	}
	if got, err := s.Watch(t.Context(), here.Guild, w.ID); err != nil || got.Paused {
		t.Fatalf("it was written: %+v, %v", got, err)
	}
	revise(t, s, w, 2) // the connection is well
}

// TestCancelledWhileLocked gives up waiting for a file that another process keeps
// locked, and writes again once it is free.
func TestCancelledWhileLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	s, w := fill(t, path, 1)
	defer closeStore(t, s)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	other, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.LeaseNow(ctx, w.Article, time.Minute, 0); err == nil {
		t.Fatal("wrote to a locked file")
	}
	if _, err := s.Watch(t.Context(), here.Guild, w.ID); err != nil {
		t.Fatalf("reading waits for the writer: %v", err)
	}
	if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	revise(t, s, w, 2)
}

func TestClosed(t *testing.T) {
	s, w := fill(t, filepath.Join(t.TempDir(), "x.db"), 1)
	closeStore(t, s)
	closeStore(t, s)
	if _, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("leased from a closed store: %v", err)
	}
	if _, err := s.Watch(t.Context(), here.Guild, w.ID); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("read from a closed store: %v", err)
	}
}

func closeStore(t testing.TB, s *sqlitestore.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// raw runs a statement on a file behind the store's back and returns its last value.
func raw(t testing.TB, path, statement string) (out string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), statement).Scan(&out)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return out
}
