package redistest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Join adds a master without slots. It has no replica.
func (r *Cluster) Join(args ...string) *Server {
	r.t.Helper()
	n := New(r.t, r.args(args)...)
	must(r.t, r.Nodes[0], "CLUSTER", "MEET", "127.0.0.1", n.Port, n.bus)
	r.Nodes = append(r.Nodes, n)
	Await(r.t, "the servers know the new one", func() bool {
		for _, o := range r.Nodes {
			if !strings.Contains(o.Ask("CLUSTER", "NODES"), fmt.Sprint(n.Port, "@")) || !strings.Contains(o.Ask("CLUSTER", "INFO"), "cluster_state:ok") {
				return false
			}
		}
		return true
	})
	return n
}

// Rebalance shares the slots out anew among all masters, as an operator does.
func (r *Cluster) Rebalance() {
	r.t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		out, err := exec.CommandContext(r.t.Context(), "redis-cli", "--cluster", "rebalance", r.Nodes[0].Addr(), "--cluster-use-empty-masters").CombinedOutput()
		if err == nil {
			return
		}
		if time.Now().After(end) { // right after a change not all agree
			r.t.Fatalf("rebalance: %v\n%s", err, out)
		}
		<-time.After(time.Second)
	}
}

// Move hands a slot that has keys from its master to another while both work, key by key,
// with a pause between, and returns how many keys that were; 0: it has none.
func (r *Cluster) Move(slot int, pause time.Duration) (moved int) {
	r.t.Helper()
	var from, to *Server
	masters := r.Masters()
	rand.Shuffle(len(masters), func(i, j int) { masters[i], masters[j] = masters[j], masters[i] })
	for _, m := range masters {
		if has := must(r.t, m, "CLUSTER", "COUNTKEYSINSLOT", slot).(int64); has > 0 && from == nil {
			from = m
		} else {
			to = m
		}
	}
	if from == nil {
		return 0
	}
	fromID, toID := must(r.t, from, "CLUSTER", "MYID"), must(r.t, to, "CLUSTER", "MYID")
	must(r.t, to, "CLUSTER", "SETSLOT", slot, "IMPORTING", fromID)
	must(r.t, from, "CLUSTER", "SETSLOT", slot, "MIGRATING", toID)
	c := redis.NewClient(&redis.Options{Addr: from.Addr(), DisableIdentity: true})
	defer func() { _ = c.Close() }()
	for {
		keys, err := c.ClusterGetKeysInSlot(context.Background(), slot, 1).Result()
		if err != nil {
			r.t.Fatal(err)
		}
		if len(keys) == 0 {
			break
		}
		must(r.t, from, "MIGRATE", "127.0.0.1", to.Port, keys[0], 0, 5000)
		moved++
		<-time.After(pause)
	}
	for _, m := range append([]*Server{to, from}, masters...) {
		must(r.t, m, "CLUSTER", "SETSLOT", slot, "NODE", toID)
	}
	return moved
}

// Slot is that of a key.
func (r *Cluster) Slot(key string) int {
	r.t.Helper()
	return int(must(r.t, r.Nodes[0], "CLUSTER", "KEYSLOT", key).(int64))
}
