package redisstore_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/store/redisstore"
	"erratum/internal/store/storetest"
)

// ring is a Cluster of three masters, each with one replica, of the tests' own.
type ring struct {
	t     *testing.T
	nodes []*server
}

// newRing starts a Cluster. More arguments override those of each server.
func newRing(t *testing.T, args ...string) *ring {
	t.Helper()
	r := &ring{t: t}
	for range 6 {
		args := append([]string{
			"--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(t.TempDir(), "nodes.conf"),
			"--cluster-node-timeout", "2500", "--repl-diskless-sync-delay", "0", "--cluster-port", "0",
		}, args...)
		r.nodes = append(r.nodes, begin(t, args...))
	}
	for i, n := range r.nodes[:3] {
		tell(t, n, "CLUSTER", "ADDSLOTSRANGE", i*16384/3, (i+1)*16384/3-1)
		tell(t, n, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
	}
	for _, n := range r.nodes[1:] {
		tell(t, r.nodes[0], "CLUSTER", "MEET", "127.0.0.1", n.port, n.bus)
	}
	for i, n := range r.nodes[3:] {
		master := fmt.Sprint(tell(t, r.nodes[i], "CLUSTER", "MYID"))
		await(t, "the servers know each other", func() bool {
			return strings.Contains(fmt.Sprint(tell(t, n, "CLUSTER", "NODES")), master+" 127.0.0.1")
		})
		tell(t, n, "CLUSTER", "REPLICATE", master)
	}
	r.settle()
	return r
}

// await returns when something is so, however slow the machine is.
func await(t testing.TB, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); {
		if time.Now().After(end) {
			t.Fatalf("waited two minutes until %s", what)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// settle waits until every slot has a master with a replica, and all agree.
func (r *ring) settle() {
	r.t.Helper()
	await(r.t, "the Cluster is whole", func() bool {
		masters := 0
		for _, n := range r.nodes {
			if !n.runs() {
				return false
			}
			if !strings.Contains(n.ask("CLUSTER", "INFO"), "cluster_state:ok") || strings.Contains(n.ask("CLUSTER", "NODES"), "fail") {
				return false
			}
			info := n.ask("INFO", "replication")
			switch {
			case strings.Contains(info, "role:master"):
				masters++
				if !strings.Contains(info, "state=online") {
					return false
				}
			case !strings.Contains(info, "master_link_status:up"):
				return false
			}
		}
		return masters == 3
	})
}

// url names three of the six.
func (r *ring) url() string {
	return fmt.Sprintf("redis-cluster://%s,%s,%s", r.nodes[0].addr(), r.nodes[1].addr(), r.nodes[5].addr())
}

// masters lists those that hold slots now.
func (r *ring) masters() (out []*server) {
	for _, n := range r.nodes {
		if n.runs() && strings.Contains(n.ask("INFO", "replication"), "role:master") {
			out = append(out, n)
		}
	}
	return out
}

// ask is tell for a server that may not answer: nothing then.
func (s *server) ask(args ...any) string {
	c := redis.NewClient(&redis.Options{Addr: s.addr(), DisableIdentity: true, MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = c.Close() }()
	v, _ := c.Do(context.Background(), args...).Result()
	return fmt.Sprint(v)
}

// TestCluster runs the suite on three masters, which refuse commands and scripts
// whose keys are of different slots, and scripts that touch keys that they did not
// name. Then masters are killed amid commits, one after another: what was acknowledged
// is there on the replica that takes over, nothing is written or handed out twice, and
// the shards of the others are worked on meanwhile.
func TestCluster(t *testing.T) {
	r := newRing(t)
	opener := func(t *testing.T, o storetest.Options) storetest.Store {
		t.Helper()
		s, err := redisstore.Open(t.Context(), redisstore.Options{
			URL: r.url(), Prefix: prefixOf(o.Dir), Now: o.Now, KeepPages: redisstore.KeepPages(o.KeepPages), Undo: o.Undo,
		})
		if err != nil {
			t.Fatal(err)
		}
		if ws := s.Warnings(); len(ws) > 0 {
			t.Errorf("warnings %q", ws)
		}
		return s
	}
	t.Run("suite", func(t *testing.T) { storetest.Run(t, opener) })
	times := 1
	if long() {
		times = 40
	}
	var killed *server
	survive(t, r.url(), times, func() {
		masters := r.masters()
		killed = masters[rand.IntN(len(masters))]
		if err := killed.kill(); err != nil {
			t.Fatal(err)
		}
	}, func() {
		if err := killed.run(); err != nil {
			t.Fatal(err)
		}
		if long() {
			r.settle()
		}
	})
}

// long reports whether the tests that take longer than CI allows are wanted.
func long() bool { return os.Getenv("ERRATUM_LONG") != "" }
