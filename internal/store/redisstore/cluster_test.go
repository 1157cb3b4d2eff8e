package redisstore_test

import (
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
	"math/rand/v2"
	"os"
	"testing"
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

// long reports whether the tests that take longer than CI allows are wanted.
func long() bool { return os.Getenv("ERRATUM_LONG") != "" }
