package redisstore_test

import (
	"fmt"
	"hash/fnv"
	"os"
	"testing"
	"time"

	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
)

// shared is the server that tests use which don't hurt it.
var shared *redistest.Server

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "erratum-redis-")
	if err == nil {
		defer func() { _ = os.RemoveAll(dir) }()
		shared, err = redistest.Start(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = shared.Stop() }()
	return m.Run()
}

// prefixOf is a place of its own for each directory.
func prefixOf(dir string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(dir))
	return fmt.Sprintf("t%x:", h.Sum64())
}

func open(t *testing.T, o storetest.Options) storetest.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{
		URL: shared.URL(), Prefix: prefixOf(o.Dir), Now: o.Now, KeepPages: redisstore.KeepPages(o.KeepPages), Undo: o.Undo,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) { storetest.Run(t, open) }

func TestModel(t *testing.T) { storetest.RunModel(t, open) }

// TestNeighbours is large where tests may take long.
func TestNeighbours(t *testing.T) {
	n, alerts := storetest.Neighbour{Hosts: 150, PerHost: 3, For: 10 * time.Minute}, 1000
	if long() {
		n, alerts = storetest.Neighbour{Hosts: 5000, PerHost: 18, For: 90 * time.Minute}, 10_000
	}
	srv := redistest.New(t, "--appendonly", "no")
	own := func(t *testing.T, o storetest.Options) storetest.Store {
		t.Helper()
		s, err := redisstore.Open(t.Context(), redisstore.Options{URL: srv.URL(), Prefix: prefixOf(o.Dir), Now: o.Now, Undo: o.Undo})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	storetest.RunNeighbours(t, own, n)
	storetest.RunAlerts(t, own, alerts)
}
