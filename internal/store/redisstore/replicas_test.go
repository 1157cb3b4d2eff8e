package redisstore_test

import (
	"strconv"
	"strings"
	"testing"

	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

// TestReplicas: a write counts once as many replicas hold it as were asked for. By
// default a server that has none any more is written to all the same.
func TestReplicas(t *testing.T) {
	master := redistest.New(t, "--repl-diskless-sync-delay", "0")
	replica := redistest.New(t, "--replicaof", "127.0.0.1 "+strconv.Itoa(master.Port))
	online := func() bool { return strings.Contains(master.Ask("INFO", "replication"), "state=online") }
	redistest.Await(t, "the replica is there", func() bool {
		return online() && strings.Contains(replica.Ask("INFO", "replication"), "master_link_status:up")
	})
	opened := func(replicas int) *redisstore.Store {
		s, err := redisstore.Open(t.Context(), redisstore.Options{URL: master.URL(), Replicas: replicas})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeStore(t, s) })
		return s
	}
	strict, auto, none := opened(1), opened(0), opened(redisstore.NoReplicas)
	add := func(s *redisstore.Store, url string) error {
		_, _, err := s.AddWatch(t.Context(), watch.Watch{URL: url, Destination: here})
		return err
	}
	for _, s := range []*redisstore.Store{strict, auto, none} {
		if err := add(s, "https://a.example/1"); err != nil {
			t.Fatal(err)
		}
	}
	if keys := replica.Ask("EXISTS", "er:meta"); keys != "1" {
		t.Fatalf("the replica holds %s of our keys", keys)
	}
	if err := replica.Kill(); err != nil {
		t.Fatal(err)
	}
	redistest.Await(t, "the master noticed that the replica left", func() bool { return !online() })
	if err := add(strict, "https://b.example/1"); err == nil || !strings.Contains(err.Error(), "the replicas did not confirm it") {
		t.Errorf("with a replica asked for and none there: %v", err)
	}
	for _, s := range []*redisstore.Store{auto, none} {
		if err := add(s, "https://c.example/1"); err != nil {
			t.Error(err)
		}
	}
}
