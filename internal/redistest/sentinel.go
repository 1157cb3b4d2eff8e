package redistest

import (
	"fmt"
	"strings"
	"testing"
)

// Sentinels are a master with two replicas that three Sentinels watch.
type Sentinels struct {
	t                testing.TB
	Nodes, sentinels []*Server
}

func NewSentinels(t testing.TB) *Sentinels {
	t.Helper()
	g := &Sentinels{t: t, Nodes: []*Server{New(t, "--repl-diskless-sync-delay", "0")}}
	for range 2 {
		g.Nodes = append(g.Nodes, New(t, "--repl-diskless-sync-delay", "0", "--replicaof", fmt.Sprintf("127.0.0.1 %d", g.Nodes[0].Port)))
	}
	for range 3 {
		s, err := startAs(Server{dir: t.TempDir(), watch: g.Nodes[0].Port})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Stop() })
		g.sentinels = append(g.sentinels, s)
	}
	g.Settle()
	return g
}

// Settle waits until the master has its replicas and all Sentinels know all.
func (g *Sentinels) Settle() {
	g.t.Helper()
	Await(g.t, "the master has its replicas and the Sentinels know all", func() bool {
		m := g.Master()
		if m == nil || strings.Count(m.Ask("INFO", "replication"), "state=online") != 2 {
			return false
		}
		for _, s := range g.sentinels {
			if !strings.Contains(s.Ask("INFO", "sentinel"), "status=ok") ||
				!strings.Contains(s.Ask("INFO", "sentinel"), fmt.Sprintf("address=%s,slaves=2,sentinels=3", m.Addr())) ||
				strings.Contains(s.Ask("SENTINEL", "REPLICAS", "news"), "s_down") {
				return false
			}
		}
		return true
	})
}

// FailOver has the Sentinels put a replica in the master's place.
func (g *Sentinels) FailOver() string { return g.sentinels[0].Ask("SENTINEL", "FAILOVER", "news") }

// Master is the server that the Sentinels name, nil while it does not run.
func (g *Sentinels) Master() *Server {
	named := g.sentinels[0].Ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "news")
	for _, n := range g.Nodes {
		if n.Runs() && strings.HasSuffix(named, fmt.Sprintf(" %d]", n.Port)) {
			return n
		}
	}
	return nil
}

func (g *Sentinels) URL() string {
	return fmt.Sprintf("redis-sentinel://%s,%s,%s/news", g.sentinels[0].Addr(), g.sentinels[1].Addr(), g.sentinels[2].Addr())
}
