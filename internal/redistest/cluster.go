package redistest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Cluster is a Cluster of three masters, each with one replica, of the tests' own.
type Cluster struct {
	t     testing.TB
	Nodes []*Server
}

// NewCluster starts a Cluster. More arguments override those of each server.
func NewCluster(t testing.TB, args ...string) *Cluster {
	t.Helper()
	r := &Cluster{t: t}
	for range 6 {
		r.Nodes = append(r.Nodes, New(t, r.args(args)...))
	}
	for i, n := range r.Nodes[:3] {
		must(t, n, "CLUSTER", "ADDSLOTSRANGE", i*16384/3, (i+1)*16384/3-1)
		must(t, n, "CLUSTER", "SET-CONFIG-EPOCH", i+1)
	}
	for _, n := range r.Nodes[1:] {
		must(t, r.Nodes[0], "CLUSTER", "MEET", "127.0.0.1", n.Port, n.bus)
	}
	for i, n := range r.Nodes[3:] {
		master := fmt.Sprint(must(t, r.Nodes[i], "CLUSTER", "MYID"))
		Await(t, "the servers know each other", func() bool {
			return strings.Contains(fmt.Sprint(must(t, n, "CLUSTER", "NODES")), master+" 127.0.0.1")
		})
		must(t, n, "CLUSTER", "REPLICATE", master)
	}
	r.Settle()
	return r
}

// args are those of one of the Cluster's servers.
func (r *Cluster) args(more []string) []string {
	return append([]string{
		"--cluster-enabled", "yes", "--cluster-config-file", filepath.Join(r.t.TempDir(), "nodes.conf"),
		"--cluster-node-timeout", "2500", "--repl-diskless-sync-delay", "0", "--cluster-port", "0",
	}, more...)
}

// Settle waits until every slot has a master with a replica, and all agree.
func (r *Cluster) Settle() {
	r.t.Helper()
	Await(r.t, "the Cluster is whole", func() bool {
		masters := 0
		for _, n := range r.Nodes {
			if !n.Runs() {
				return false
			}
			if !strings.Contains(n.Ask("CLUSTER", "INFO"), "cluster_state:ok") || strings.Contains(n.Ask("CLUSTER", "NODES"), "fail") {
				return false
			}
			info := n.Ask("INFO", "replication")
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

// URL names three of the six.
func (r *Cluster) URL() string {
	return fmt.Sprintf("redis-cluster://%s,%s,%s", r.Nodes[0].Addr(), r.Nodes[1].Addr(), r.Nodes[5].Addr())
}

// Masters lists those that hold slots now.
func (r *Cluster) Masters() (out []*Server) {
	for _, n := range r.Nodes {
		if n.Runs() && strings.Contains(n.Ask("INFO", "replication"), "role:master") {
			out = append(out, n)
		}
	}
	return out
}

// must sends a command that must succeed.
func must(t testing.TB, s *Server, args ...any) any {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr(), DisableIdentity: true})
	defer func() { _ = c.Close() }()
	v, err := c.Do(context.Background(), args...).Result()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return v
}
