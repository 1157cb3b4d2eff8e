package redisstore_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

// benchWatches is the size of the store that claims are timed on.
const benchWatches = 10_000

// BenchmarkCommit times a commit of a changed article of 7 KB that one watch is told
// of, by how the server writes its log: revision as a delta, state, log, delivery.
func BenchmarkCommit(b *testing.B) {
	for _, sync := range []string{"always", "everysec"} {
		b.Run(sync, func(b *testing.B) {
			s := openBench(b, redistest.New(b, "--appendfsync", sync))
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
	for _, sync := range []string{"always", "everysec"} {
		b.Run(sync, func(b *testing.B) {
			srv := redistest.New(b, "--appendfsync", sync)
			s := openBench(b, srv)
			w := addBench(b, s, 0)
			revise(b, s, w, 1)
			b.ReportAllocs()
			from, n := serverCPU(b, srv), 0.0
			defer func() { b.ReportMetric(1e6*(serverCPU(b, srv)-from)/n, "redis-µs/check") }()
			for ; b.Loop(); n++ {
				l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
				if err != nil {
					b.Fatal(err)
				}
				if err := s.Commit(b.Context(), l, visit(l)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func visit(l watch.Lease) watch.Commit {
	return watch.Commit{State: l.State, Visit: watch.Visit{At: l.Now, Outcome: watch.OutNotModified, Reason: "not modified", Status: 304}, Due: l.Now}
}

// BenchmarkReplicas tells how many changed articles a second one and two bots commit,
// each with eight workers, and what the server spends on one: lease, revision, state,
// log and report, written to disk at once.
func BenchmarkReplicas(b *testing.B) {
	for _, bots := range []int{1, 2} {
		b.Run(fmt.Sprint(bots), func(b *testing.B) {
			srv := redistest.New(b)
			s := openBench(b, srv)
			for i := range 200 {
				addBench(b, s, 4*i) // a host each
			}
			var done atomic.Int64
			var wg sync.WaitGroup
			begun, from := time.Now(), serverCPU(b, srv)
			for range bots {
				own := openBench(b, srv)
				for range 8 {
					wg.Go(func() {
						for done.Load() < int64(b.N) {
							ls, err := own.Lease(b.Context(), fair.Room{Free: 2}, time.Minute, time.Millisecond)
							if err != nil {
								b.Error(err)
								return
							}
							for _, l := range ls {
								c := revision(l, l.State.Last+1)
								c.Deliveries, c.Due = nil, l.Now
								if err := own.Commit(b.Context(), l, c); err != nil {
									b.Error(err)
									return
								}
								done.Add(1)
							}
						}
					})
				}
			}
			wg.Wait()
			n := float64(done.Load())
			b.ReportMetric(n/time.Since(begun).Seconds(), "commits/s")
			b.ReportMetric(1e6*(serverCPU(b, srv)-from)/n, "redis-µs/commit")
		})
	}
}

// serverCPU is what the server has spent, in seconds.
func serverCPU(b *testing.B, srv *redistest.Server) (total float64) {
	b.Helper()
	for line := range strings.Lines(srv.Ask("INFO", "cpu")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name == "used_cpu_sys" || name == "used_cpu_user" {
			f, _ := strconv.ParseFloat(value, 64)
			total += f
		}
	}
	return total
}

// BenchmarkIdle times a tick of a worker that finds nothing due.
func BenchmarkIdle(b *testing.B) {
	srv := redistest.New(b)
	s := openBench(b, srv)
	b.ReportAllocs()
	from, n := serverCPU(b, srv), 0.0
	defer func() { b.ReportMetric(1e6*(serverCPU(b, srv)-from)/n, "redis-µs/tick") }()
	for ; b.Loop(); n++ {
		if ls, err := s.Lease(b.Context(), fair.Room{Free: 50}, time.Minute, 0); err != nil || len(ls) != 0 {
			b.Fatal(len(ls), err)
		}
	}
}

// BenchmarkLease50 times a claim of 50 articles with state and watches among 10,000
// watches on 2,500 hosts.
func BenchmarkLease50(b *testing.B) {
	s := openBench(b, redistest.New(b, "--appendfsync", "everysec"))
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
	s := openBench(b, redistest.New(b, "--appendfsync", "everysec"))
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
		ds, err := s.Claim(b.Context(), fair.Room{Free: 50}, 100*time.Millisecond, 0)
		if err != nil || len(ds) == 0 {
			b.Fatalf("claimed %d: %v", len(ds), err)
		}
	}
}

// BenchmarkBytes tells what a watch, a revision and a waiting delivery take in the
// server's memory (used_memory): watches on articles of their own, four on a host,
// ten revisions of 7 KB each, read and told.
func BenchmarkBytes(b *testing.B) {
	for b.Loop() {
		const watches, revisions = 1000, 10
		srv := redistest.New(b, "--appendonly", "no")
		s := openBench(b, srv)
		empty := used(b, srv)
		var all []watch.Watch
		for i := range watches {
			all = append(all, addBench(b, s, i))
		}
		added := used(b, srv)
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
		revised := used(b, srv)
		for _, w := range all {
			l, err := s.LeaseNow(b.Context(), w.Article, time.Minute, 0)
			if err != nil {
				b.Fatal(err)
			}
			c := revision(l, revisions)
			c.Revision, c.Told = nil, nil
			if err := s.Commit(b.Context(), l, c); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric((added-empty)/watches, "B/watch")
		b.ReportMetric((revised-added)/watches/revisions, "B/revision")
		b.ReportMetric((used(b, srv)-revised)/watches, "B/delivery")
	}
}

// used is the server's memory for data.
func used(b *testing.B, srv *redistest.Server) float64 {
	b.Helper()
	c := redis.NewClient(&redis.Options{Addr: srv.Addr(), DisableIdentity: true})
	defer c.Close()
	stats, err := c.Do(b.Context(), "MEMORY", "STATS").Result()
	if err != nil {
		b.Fatal(err)
	}
	n, ok := stats.(map[any]any)["dataset.bytes"].(int64)
	overhead, ok2 := stats.(map[any]any)["overhead.total"].(int64)
	startup, ok3 := stats.(map[any]any)["startup.allocated"].(int64)
	if !ok || !ok2 || !ok3 {
		b.Fatalf("MEMORY STATS says %v", stats)
	}
	return float64(n + overhead - startup)
}

func openBench(b *testing.B, srv *redistest.Server) *redisstore.Store {
	b.Helper()
	return openReal(b, srv.URL(), "er:")
}

// addBench adds a watch of an article of its own, four on a host.
func addBench(b testing.TB, s *redisstore.Store, i int) watch.Watch {
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
