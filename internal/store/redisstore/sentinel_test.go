package redisstore_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
)

// guarded is a master with two replicas that three Sentinels watch.
type guarded struct {
	t                *testing.T
	nodes, sentinels []*server
}

func newGuarded(t *testing.T) *guarded {
	t.Helper()
	g := &guarded{t: t, nodes: []*server{begin(t, "--repl-diskless-sync-delay", "0")}}
	for range 2 {
		g.nodes = append(g.nodes, begin(t, "--repl-diskless-sync-delay", "0", "--replicaof", fmt.Sprintf("127.0.0.1 %d", g.nodes[0].port)))
	}
	for range 3 {
		s, err := startAs(server{dir: t.TempDir(), watch: g.nodes[0].port})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.stop() })
		g.sentinels = append(g.sentinels, s)
	}
	g.settle()
	return g
}

// settle waits until the master has its replicas and all Sentinels know all.
func (g *guarded) settle() {
	g.t.Helper()
	await(g.t, "the master has its replicas and the Sentinels know all", func() bool {
		m := g.master()
		if m == nil || strings.Count(m.ask("INFO", "replication"), "state=online") != 2 {
			return false
		}
		for _, s := range g.sentinels {
			if !strings.Contains(s.ask("INFO", "sentinel"), "status=ok") ||
				!strings.Contains(s.ask("INFO", "sentinel"), fmt.Sprintf("address=%s,slaves=2,sentinels=3", m.addr())) ||
				strings.Contains(s.ask("SENTINEL", "REPLICAS", "news"), "s_down") {
				return false
			}
		}
		return true
	})
}

// master is the server that the Sentinels name, nil while it does not run.
func (g *guarded) master() *server {
	named := g.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "news")
	for _, n := range g.nodes {
		if n.runs() && strings.HasSuffix(named, fmt.Sprintf(" %d]", n.port)) {
			return n
		}
	}
	return nil
}

func (g *guarded) url() string {
	return fmt.Sprintf("redis-sentinel://%s,%s,%s/news", g.sentinels[0].addr(), g.sentinels[1].addr(), g.sentinels[2].addr())
}

// TestSentinel runs the suite on what Sentinels name, then kills masters amid commits.
func TestSentinel(t *testing.T) {
	g := newGuarded(t)
	if long() {
		t.Run("suite", func(t *testing.T) {
			storetest.Run(t, func(t *testing.T, o storetest.Options) storetest.Store {
				s, err := redisstore.Open(t.Context(), redisstore.Options{
					URL: g.url(), Prefix: prefixOf(o.Dir), Now: o.Now, KeepPages: redisstore.KeepPages(o.KeepPages), Undo: o.Undo,
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
	var killed *server
	survive(t, g.url(), times, func() {
		killed = g.master()
		if err := killed.kill(); err != nil {
			t.Fatal(err)
		}
	}, func() {
		if err := killed.run(); err != nil {
			t.Fatal(err)
		}
		if long() { // Sentinels make it a replica of the new master only after ten seconds
			g.settle()
		}
	})
}
