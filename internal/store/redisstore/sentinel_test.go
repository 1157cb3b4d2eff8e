package redisstore_test

import (
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
	"testing"
)

// TestSentinel runs the suite on what Sentinels name, then kills masters amid commits.
func TestSentinel(t *testing.T) {
	g := redistest.NewSentinels(t)
	if long() {
		t.Run("suite", func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, o storetest.Options) storetest.Store {
				s, err := redisstore.Open(t.Context(), redisstore.Options{
					URL: g.URL(), Prefix: prefixOf(o.Dir), Now: o.Now, KeepPages: redisstore.KeepPages(o.KeepPages), Undo: o.Undo,
				})
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
	times := 1
	if long() {
		times = 20
	}
	var killed *redistest.Server
	survive(t, g.URL(), times, func() {
		killed = g.Master()
		if err := killed.Kill(); err != nil {
			t.Fatal(err)
		}
	}, func() {
		if err := killed.Run(); err != nil {
			t.Fatal(err)
		}
		if long() { // Sentinels make it a replica of the new master only after ten seconds
			g.Settle()
		}
	})
}
