package sqlitestore_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// benchWatches is the size of the store that claims are timed on.
const benchWatches = 10_000

// BenchmarkCommit times a commit of a changed article of 7 KB that one watch is told
// of: revision as a delta, state, log, delivery.
func BenchmarkCommit(b *testing.B) {
	for _, sync := range []sqlitestore.Sync{sqlitestore.SyncFull, sqlitestore.SyncNormal} {
		b.Run(string(sync), func(b *testing.B) {
			s := openBench(b, sync)
			w := addBench(b, s, 0)
			b.ReportAllocs()
			for n := 1; b.Loop(); n++ {
				b.StopTimer()
				l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
				if err != nil {
					b.Fatal(err)
				}
				c := revision(l, n)
				b.StartTimer()
				if err := s.Commit(b.Context(), l, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkUnchanged times lease and commit of a check that found nothing new, the
// most frequent work there is.
func BenchmarkUnchanged(b *testing.B) {
	s := openBench(b, sqlitestore.SyncNormal)
	w := addBench(b, s, 0)
	revise(b, s, w, 1)
	b.ReportAllocs()
	for b.Loop() {
		l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Commit(b.Context(), l, watch.Commit{State: l.State, Visit: watch.Visit{At: l.Now, Outcome: watch.OutNotModified, Reason: "not modified", Status: 304}, Due: l.Now}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLease50 times a claim of 50 articles with state and watches among 10,000
// watches on 2,500 hosts.
func BenchmarkLease50(b *testing.B) {
	s := openBench(b, sqlitestore.SyncNormal)
	for i := range benchWatches {
		addBench(b, s, i)
	}
	b.ReportAllocs()
	for b.Loop() {
		ls, err := s.Lease(b.Context(), fair.Room{Free: 50}, time.Millisecond, 0)
		if err != nil || len(ls) != 50 {
			b.Fatalf("leased %d: %v", len(ls), err)
		}
	}
}

// BenchmarkClaim50 times a claim of 50 deliveries among 10,000 queues.
func BenchmarkClaim50(b *testing.B) {
	s := openBench(b, sqlitestore.SyncNormal)
	for i := range benchWatches {
		w := addBench(b, s, i)
		l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
		if err != nil {
			b.Fatal(err)
		}
		c := revision(l, 1)
		c.Revision, c.State.Last, c.Told = nil, 0, nil
		if err := s.Commit(b.Context(), l, c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		ds, err := s.Claim(b.Context(), fair.Room{Free: 50}, time.Millisecond, 0)
		if err != nil || len(ds) == 0 {
			b.Fatalf("claimed %d: %v", len(ds), err)
		}
	}
}

// BenchmarkBytes tells what a watch and a revision take on disk: watches on articles
// of their own, ten revisions of 7 KB each.
func BenchmarkBytes(b *testing.B) {
	for b.Loop() {
		const watches, revisions = 300, 10
		s := openBench(b, sqlitestore.SyncNormal)
		size := func() float64 {
			n, err := s.Bytes(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			return float64(n)
		}
		empty := size()
		var all []watch.Watch
		for i := range watches {
			all = append(all, addBench(b, s, i))
		}
		added := size()
		for _, w := range all {
			for n := range revisions {
				l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
				if err != nil {
					b.Fatal(err)
				}
				c := revision(l, n+1)
				c.Deliveries = nil
				if err := s.Commit(b.Context(), l, c); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric((added-empty)/watches, "B/watch")
		b.ReportMetric((size()-added)/watches/revisions, "B/revision")
	}
}

func openBench(b *testing.B, sync sqlitestore.Sync) *sqlitestore.Store {
	b.Helper()
	s, err := sqlitestore.Open(b.Context(), sqlitestore.Options{Path: filepath.Join(b.TempDir(), "x.db"), Sync: sync, KeepPages: sqlitestore.KeepNone})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { closeStore(b, s) })
	return s
}

// addBench adds a watch of an article of its own, four on a host.
func addBench(b *testing.B, s *sqlitestore.Store, i int) watch.Watch {
	b.Helper()
	w, _, err := s.AddWatch(b.Context(), watch.Watch{
		URL:         fmt.Sprintf("https://news%d.example/world/2026/03/14/council-votes-on-ferry-fares-%d", i/4, i),
		Destination: alert.Destination{Guild: "112233445566778899", Channel: "998877665544332211"},
		Alerts:      alert.Facts, Schedule: "adaptive", Creator: "123456789012345678",
	})
	if err != nil {
		b.Fatal(err)
	}
	return w
}
