package redisstore_test

import (
	"strings"
	"testing"

	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
)

// otherSettings: a server that takes over may have weaker settings, which is noticed.
func otherSettings(t *testing.T, g *redistest.Sentinels) {
	s := openReal(t, g.URL(), "settings:")
	weak(t, s, "")
	before := g.Master()
	for _, n := range g.Nodes {
		if n != before {
			n.Ask("CONFIG", "SET", "appendfsync", "everysec")
		}
	}
	weak(t, s, "")
	if said := g.FailOver(); said != "OK" {
		t.Fatal(said)
	}
	redistest.Await(t, "it is noticed", func() bool {
		got, err := s.Weaknesses(t.Context())
		return err == nil && len(got) == 1 && strings.Contains(got[0].Text, "set appendfsync always")
	})
	for _, n := range g.Nodes {
		n.Ask("CONFIG", "SET", "appendfsync", "always")
	}
	g.Settle()
	weak(t, s, "")
}

// TestSentinel runs the suite on what Sentinels name, then kills masters amid commits.
func TestSentinel(t *testing.T) {
	g := redistest.NewSentinels(t)
	if long() {
		t.Run("settings", func(t *testing.T) { otherSettings(t, g) })
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
