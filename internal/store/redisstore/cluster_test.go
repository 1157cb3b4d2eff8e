package redisstore_test

import (
	"context"
	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
	"erratum/internal/watch"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"
)

// TestCluster runs the suite on three masters, which refuse commands and scripts
// whose keys are of different slots, and scripts that touch keys that they did not
// name. Then masters are killed amid commits, one after another: what was acknowledged
// is there on the replica that takes over, nothing is written or handed out twice, and
// the shards of the others are worked on meanwhile.
func TestCluster(t *testing.T) {
	r := redistest.NewCluster(t)
	opener := func(t *testing.T, o storetest.Options) storetest.Store {
		t.Helper()
		s, err := redisstore.Open(t.Context(), redisstore.Options{
			URL: r.URL(), Prefix: prefixOf(o.Dir), Now: o.Now, KeepPages: redisstore.KeepPages(o.KeepPages), Undo: o.Undo,
		})
		if err != nil {
			t.Fatal(err)
		}
		if weak, err := s.Weaknesses(t.Context()); err != nil || len(weak) > 0 {
			t.Errorf("it may lose data: %v, %v", weak, err)
		}
		return s
	}
	t.Run("suite", func(t *testing.T) { storetest.Run(t, opener) })
	times := 1
	if long() {
		times = 40
	}
	var killed *redistest.Server
	survive(t, r.URL(), times, func() {
		masters := r.Masters()
		killed = masters[rand.IntN(len(masters))]
		if err := killed.Kill(); err != nil {
			t.Fatal(err)
		}
	}, func() {
		if err := killed.Run(); err != nil {
			t.Fatal(err)
		}
		if long() {
			r.Settle()
		}
	})
}

// TestResharding hands slots from one master to another, key by key, while workers work,
// and in its long form also to a master that is new.
func TestResharding(t *testing.T) {
	if !long() {
		t.Skip("ERRATUM_LONG=1 hands slots on for minutes")
	}
	r := redistest.NewCluster(t)
	var slots []int
	for shard := range 64 {
		slots = append(slots, r.Slot(fmt.Sprintf("k:{s%02d}:hosts", shard)))
	}
	for _, key := range []string{"k:{lanes}", "k:meta", "k:alias", "k:guilds", "k:g:{" + here.Guild + "}:w", "k:{c:" + here.Guild + "." + here.Channel + "}:wire"} {
		slots = append(slots, r.Slot(key))
	}
	other := openReal(t, r.URL(), "u:")
	told := addStory(t, other, "https://told.example/1")
	ctx, cancel := context.WithCancel(t.Context())
	var guests sync.WaitGroup
	guests.Go(func() { useAll(ctx, t, other, told) })
	step, moved := 0, 0
	survive(t, r.URL(), 40, func() {
		if step++; step == 10 {
			r.Join()
			r.Rebalance()
			return
		}
		for range 8 {
			moved += r.Move(slots[rand.IntN(len(slots))], time.Duration(rand.IntN(20))*time.Millisecond)
		}
	}, func() {})
	cancel()
	guests.Wait()
	t.Logf("%d keys were handed on", moved)
}

// useAll does what people and other parts of the program do, again and again: all of it
// must succeed, however long it takes.
func useAll(ctx context.Context, t *testing.T, s *redisstore.Store, told watch.Watch) {
	d := alert.Delivery{ID: "d", Destination: here}
	rounds, claimed := 0, 0
	for ; ctx.Err() == nil; rounds++ {
		edit := fmt.Sprint("edit ", rounds%7)
		for name, do := range map[string]func() error{
			"add and remove": func() error {
				w, _, err := s.AddWatch(ctx, watch.Watch{URL: fmt.Sprintf("https://g%d.example/1", rounds%9), Destination: here})
				if err == nil {
					_, err = s.RemoveWatch(ctx, here.Guild, w.ID)
				}
				return err
			},
			"settings": func() error {
				_, err := s.EditSettings(ctx, here.Guild, func(s *alert.Settings) error { s.Zone = edit; return nil })
				return err
			},
			"story": func() error {
				_, err := s.Join(ctx, d, edit)
				return errors.Join(err, s.Lead(ctx, d, edit, "m"), s.Leave(ctx, here, edit, d.ID))
			},
			"session": func() error { _, err := s.HoldSession(ctx, "0/1", "me", time.Minute); return err },
			"turn":    func() error { _, err := s.Turn(ctx, d, 3, time.Minute); return err },
			"pause":   func() error { return s.Pause(ctx, alert.Destination{Guild: "other", Channel: "x"}, time.Second, "r") },
			"guilds":  func() error { _, err := s.Guilds(ctx); return errors.Join(err, s.Joined(ctx, "another")) },
			"health":  func() error { _, err := s.Health(ctx, here.Guild); return err },
			"titles":  func() error { _, err := s.Titles(ctx, here.Guild); return err },
			"answer":  func() error { return s.Answered(ctx) },
			"sweep":   func() error { return s.Sweep(ctx) },
			"tell": func() error {
				l, err := s.LeaseNow(ctx, told.Article, time.Minute, 0)
				if err == nil {
					err = s.Commit(ctx, l, revision(l, l.State.Last+1))
				}
				return err
			},
			"claim": func() error {
				ds, err := s.Claim(ctx, fair.Room{Free: 3}, time.Minute, time.Millisecond)
				for _, d := range ds {
					err = errors.Join(err, s.Ack(ctx, d, "m"))
					claimed++
				}
				return err
			},
		} {
			if err := do(); err != nil && ctx.Err() == nil && !errors.Is(err, alert.ErrStale) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Logf("%d rounds of all else, %d alerts", rounds, claimed)
}

// long reports whether the tests that take longer than CI allows are wanted.
func long() bool { return os.Getenv("ERRATUM_LONG") != "" }
