package redisstore_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

// place is a store on a clock that the test moves.
type place struct {
	t      *testing.T
	ms     *atomic.Int64
	prefix string
}

func newPlace(t *testing.T) place {
	p := place{t: t, ms: new(atomic.Int64), prefix: prefixOf(t.TempDir())}
	p.ms.Store(time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC).UnixMilli())
	return p
}

func (p place) open() *redisstore.Store {
	p.t.Helper()
	s, err := redisstore.Open(p.t.Context(), redisstore.Options{
		URL: shared.URL(), Prefix: p.prefix, Now: func() time.Time { return time.UnixMilli(p.ms.Load()) },
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func (p place) advance(d time.Duration) { p.ms.Add(d.Milliseconds()) }

// TestMoveCutShort stops a move after each of its commands, between shards and
// within one. The sweep of another process finishes it: every watch and delivery is
// there once, and can be found by its guild.
func TestMoveCutShort(t *testing.T) {
	for _, to := range []string{"https://new.example/1", "https://old.example/2"} {
		for n := 1; ; n++ {
			if moveCutAfter(t, to, n) {
				if n < 5 {
					t.Fatalf("a move of %d commands: the test cuts nothing", n)
				}
				break
			}
		}
	}
}

// moveCutAfter reports whether the move got through.
func moveCutAfter(t *testing.T, to string, n int) (done bool) {
	t.Helper()
	p := newPlace(t)
	s := p.open()
	defer closeStore(t, s)
	w := addStory(t, s, "https://old.example/1")
	for i := 1; i <= 4; i++ {
		revise(t, s, w, i)
	}
	l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	dying := p.open()
	dying.CutAfter(n)
	_, err = dying.Move(t.Context(), l, to)
	if err != nil && !errors.Is(err, redisstore.ErrCut) {
		t.Fatal(err)
	}
	closeStore(t, dying)
	done = err == nil

	p.advance(2 * time.Hour)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Watch(t.Context(), here.Guild, w.ID)
	if err != nil {
		t.Fatalf("cut after %d: %v", n, err)
	}
	id, err := s.Resolve(t.Context(), w.URL)
	if err != nil || got.Article != id {
		t.Fatalf("cut after %d: the watch is at %s, its address at %s, %v", n, got.Article, id, err)
	}
	var told []int
	for ds := claim(t, s); len(ds) > 0; ds = claim(t, s) {
		for _, d := range ds {
			if d.Notice.Subject.Article != id || d.Notice.Report == nil && d.Notice.From > 0 {
				t.Fatalf("cut after %d: delivery %+v", n, d)
			}
			told = append(told, d.Notice.To)
			if err := s.Ack(t.Context(), d, "m"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.Equal(told, []int{1, 2, 3, 4}) {
		t.Fatalf("cut after %d: told %v", n, told)
	}
	p.advance(2 * time.Hour)
	ls, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Minute, time.Second)
	if err != nil || len(ls) != 1 || ls[0].Article != id || len(ls[0].Watches) != 1 {
		t.Fatalf("cut after %d: due %+v, %v", n, ls, err)
	}
	ts, err := s.Titles(t.Context(), here.Guild)
	if err != nil || len(ts) != 1 || ts[0].Article != id {
		t.Fatalf("cut after %d: titles %+v, %v", n, ts, err)
	}
	return done
}

func claim(t *testing.T, s *redisstore.Store) []alert.Delivery {
	t.Helper()
	ds, err := s.Claim(t.Context(), fair.Room{Free: 100}, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

// TestAddCutShort stops the adding of a watch after each of its commands. What was
// written without being indexed the sweep indexes; adding again finds it.
func TestAddCutShort(t *testing.T) {
	for n := 0; ; n++ {
		p := newPlace(t)
		s := p.open()
		dying := p.open()
		dying.CutAfter(n)
		in := watch.Watch{URL: "https://a.example/1", Destination: here, Alerts: alert.All}
		_, _, err := dying.AddWatch(t.Context(), in)
		done := err == nil
		closeStore(t, dying)
		ls, lerr := s.Lease(t.Context(), fair.Room{Free: 9}, time.Minute, 0)
		if lerr != nil {
			t.Fatal(lerr)
		}
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		ws, werr := s.Watches(t.Context(), here.Guild)
		if werr != nil || len(ws) != len(ls) || done && len(ws) != 1 {
			t.Fatalf("cut after %d: %d watches, %d checked, %v", n, len(ws), len(ls), werr)
		}
		if w, _, err := s.AddWatch(t.Context(), in); err != nil || w.ID != watch.WatchID(here, w.Article) {
			t.Fatalf("added again: %+v, %v", w, err)
		}
		if ws, _ = s.Watches(t.Context(), here.Guild); len(ws) != 1 {
			t.Fatalf("cut after %d: %d watches after adding again", n, len(ws))
		}
		closeStore(t, s)
		if done {
			return
		}
	}
}

// TestIndexLost: a guild's index is rebuilt from the shards, and what leads nowhere
// is dropped.
func TestIndexLost(t *testing.T) {
	p := newPlace(t)
	s := p.open()
	defer closeStore(t, s)
	var want []string
	for i := range 5 {
		want = append(want, addStory(t, s, fmt.Sprintf("https://h%d.example/1", i)).ID)
	}
	f, _, err := s.AddFeed(t.Context(), watch.Feed{URL: "https://h.example/feed", Destination: here})
	if err != nil {
		t.Fatal(err)
	}
	tell(t, shared, "DEL", p.prefix+"g:{"+here.Guild+"}:w", p.prefix+"g:{"+here.Guild+"}:f")
	tell(t, shared, "HSET", p.prefix+"g:{"+here.Guild+"}:w", "nowhere", `{"s":1,"a":"x","c":1,"u":"https://x.example"}`)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	ts, err := s.Titles(t.Context(), here.Guild)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, title := range ts {
		got = append(got, title.Watch)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("indexed %v, want %v", got, want)
	}
	if fs, err := s.Feeds(t.Context(), here.Guild); err != nil || len(fs) != 1 || fs[0].ID != f.ID {
		t.Errorf("feeds %+v, %v", fs, err)
	}
}

// TestMoveToRemoved: of a channel that removed its watch of the new address the old
// one follows, and the other way round, between shards and within one; nothing is
// left of what gave way.
func TestMoveToRemoved(t *testing.T) {
	for _, to := range []string{"https://new.example/1", "https://old.example/2"} {
		for _, removed := range []string{"new", "old"} {
			p := newPlace(t)
			s := p.open()
			old := addStory(t, s, "https://old.example/1")
			other := addStory(t, s, to)
			for i := 1; i <= 3; i++ {
				revise(t, s, old, i)
				revise(t, s, other, i)
			}
			gone, stays := other, old
			if removed == "old" {
				gone, stays = old, other
			}
			if _, err := s.RemoveWatch(t.Context(), here.Guild, gone.ID); err != nil {
				t.Fatal(err)
			}
			// Somebody else keeps the old article checked.
			if _, _, err := s.AddWatch(t.Context(), watch.Watch{URL: old.URL, Destination: alert.Destination{Guild: "another", Channel: "7"}}); err != nil {
				t.Fatal(err)
			}
			l, err := s.LeaseNow(t.Context(), old.Article, time.Minute, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Move(t.Context(), l, to); err != nil {
				t.Fatal(err)
			}
			ws, err := s.Watches(t.Context(), here.Guild)
			if err != nil || len(ws) != 1 || ws[0].ID != stays.ID || ws[0].Article != other.Article {
				t.Errorf("to %s, %s removed: watches %+v, %v", to, removed, ws, err)
			}
			if _, err := s.RestoreWatch(t.Context(), here.Guild, gone.ID); !errors.Is(err, watch.ErrNotFound) {
				t.Errorf("to %s, %s removed: restored: %v", to, removed, err)
			}
			var told []int
			for ds := claim(t, s); len(ds) > 0; ds = claim(t, s) {
				for _, d := range ds {
					told = append(told, d.Notice.To)
					if err := s.Ack(t.Context(), d, "m"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !slices.Equal(told, []int{1, 2, 3}) {
				t.Errorf("to %s, %s removed: told %v", to, removed, told)
			}
			for _, k := range tell(t, shared, "KEYS", p.prefix+"{s*}:*").([]any) {
				for _, kind := range []string{":d", ":tries", ":claims", ":out", ":removed", ":moving", ":q:" + gone.ID, ":dead:" + gone.ID} {
					if strings.HasSuffix(k.(string), "}"+kind) {
						t.Errorf("to %s, %s removed: left behind %s", to, removed, k)
					}
				}
			}
			closeStore(t, s)
		}
	}
}

// TestMovesInCircle: three articles that all move on at the same moment.
func TestMovesInCircle(t *testing.T) {
	for n := 4; n < 14; n++ {
		p := newPlace(t)
		s := p.open()
		var ws []watch.Watch
		var ls []watch.Lease
		for i := range 3 {
			w := addStory(t, s, fmt.Sprintf("https://h%d.example/1", i))
			revise(t, s, w, 1)
			l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
			if err != nil {
				t.Fatal(err)
			}
			ws, ls = append(ws, w), append(ls, l)
		}
		for i, l := range ls {
			dying := p.open()
			dying.CutAfter(n)
			_, _ = dying.Move(t.Context(), l, ws[(i+1)%3].URL) // refused, cut or done
			closeStore(t, dying)
		}
		p.advance(2 * time.Hour)
		for range 2 {
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatalf("cut after %d: %v", n, err)
			}
		}
		if got := claim(t, s); len(got) == 0 {
			t.Fatalf("cut after %d: nothing is told", n)
		}
		live, err := s.Watches(t.Context(), here.Guild)
		if err != nil || len(live) == 0 {
			t.Fatalf("cut after %d: %d watches, %v", n, len(live), err)
		}
		due, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Minute, time.Second)
		if err != nil || len(due) == 0 {
			t.Fatalf("cut after %d: %d due, %v", n, len(due), err)
		}
		closeStore(t, s)
	}
}

// TestMovesCross stops two articles that move to each other anywhere on the way. The
// sweep brings them to an end: each watch is on one live article.
func TestMovesCross(t *testing.T) {
	const most = 24 // commands of a move
	for n := range most {
		for _, m := range []int{n, most - n} {
			p := newPlace(t)
			s := p.open()
			a := addStory(t, s, "https://one.example/1")
			b, _, err := s.AddWatch(t.Context(), watch.Watch{URL: "https://two.example/1", Destination: alert.Destination{Guild: "another", Channel: "7"}})
			if err != nil {
				t.Fatal(err)
			}
			revise(t, s, a, 1)
			revise(t, s, b, 1)
			for _, half := range []struct {
				w     watch.Watch
				to    string
				after int
			}{{a, b.URL, n}, {b, a.URL, m}} {
				l, err := s.LeaseNow(t.Context(), half.w.Article, time.Minute, 0)
				if errors.Is(err, watch.ErrNotFound) {
					continue // all of it has moved
				} else if err != nil {
					t.Fatal(err)
				}
				dying := p.open()
				dying.CutAfter(half.after)
				_, _ = dying.Move(t.Context(), l, half.to) // refused, cut or done
				closeStore(t, dying)
			}
			p.advance(2 * time.Hour)
			for range 2 {
				if err := s.Sweep(t.Context()); err != nil {
					t.Fatalf("cut after %d and %d: %v", n, m, err)
				}
			}
			checked := map[string]int{}
			ls, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Minute, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range ls {
				for _, w := range l.Watches {
					checked[w.ID]++
				}
			}
			told := 0
			for ds := claim(t, s); len(ds) > 0; ds = claim(t, s) {
				for _, d := range ds {
					told++
					if err := s.Ack(t.Context(), d, "m"); err != nil {
						t.Fatal(err)
					}
				}
			}
			if len(checked) != 2 || checked[a.ID] != 1 || checked[b.ID] != 1 || told != 2 {
				t.Fatalf("cut after %d and %d: checked %v, told %d", n, m, checked, told)
			}
			closeStore(t, s)
		}
	}
}
