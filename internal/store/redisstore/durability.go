package redisstore

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

// noEviction is the one policy under which a server drops nothing of ours.
const noEviction = "noeviction"

// weakWithin bounds how long servers are asked about their settings.
const weakWithin = 3 * time.Second

// Weaknesses implements command.Keeping: it asks the servers as they are now.
func (s *Store) Weaknesses(ctx context.Context) ([]watch.Weakness, error) {
	ctx, cancel := context.WithTimeout(ctx, weakWithin)
	defer cancel()
	if s.cluster == nil {
		out, err := s.weaknesses(ctx, server{s.one, s.where})
		return out, s.explain("ask about settings", err)
	}
	var mu sync.Mutex
	var out []watch.Weakness
	ask := func(ctx context.Context, c *redis.Client) error {
		at := server{c, "the Redis server at " + c.Options().Addr}
		found, err := s.weaknesses(ctx, at)
		if err != nil {
			found = []watch.Weakness{at.weak("does not answer: see that it runs")}
		}
		mu.Lock()
		defer mu.Unlock()
		out = append(out, found...)
		return nil
	}
	if err := s.cluster.ForEachMaster(ctx, ask); err != nil {
		return nil, s.explain("ask about settings", err)
	}
	err := s.cluster.ForEachSlave(ctx, ask)
	return out, s.explain("ask about settings", err)
}

// weak is a weakness of the server.
func (c server) weak(format string, args ...any) watch.Weakness {
	return watch.Weakness{Where: c.where, Text: "Redis " + fmt.Sprintf(format, args...) + "."}
}

// weaknesses judges one server.
func (s *Store) weaknesses(ctx context.Context, c server) (out []watch.Weakness, err error) {
	text, err := c.Info(ctx, "replication", "persistence").Result()
	if err != nil {
		return nil, err
	}
	policy, err := s.policy(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case policy == "":
		out = append(out, c.weak("does not tell its maxmemory-policy: make sure that it is noeviction, or watches vanish when its memory is full"))
	case policy != noEviction:
		out = append(out, c.weak("drops watches when its memory is full (maxmemory-policy %s): set maxmemory-policy noeviction", policy))
	}
	info := parseInfo(text)
	file, err := s.file(ctx, c, info)
	return append(append(out, file...), s.replication(c, info)...), err
}

// file judges whether what a server acknowledges is on its disk.
func (s *Store) file(ctx context.Context, c server, info map[string]string) ([]watch.Weakness, error) {
	if info["aof_enabled"] != "1" {
		return []watch.Weakness{c.weak("keeps no append-only file: a restart loses watches and alerts; set appendonly yes and appendfsync always")}, nil
	}
	sync, known, err := s.setting(ctx, c, "appendfsync")
	switch {
	case err != nil:
		return nil, err
	case !known:
		return []watch.Weakness{c.weak("does not tell its appendfsync: unless it is always, a crash may lose the last seconds")}, nil
	case sync != "always":
		return []watch.Weakness{c.weak("writes its append-only file to disk with appendfsync %s: a crash may lose the last seconds of watches and alerts; set appendfsync always", sync)}, nil
	}
	return nil, nil
}

// replication judges whether others hold what a server acknowledges, where others may take
// over from it or are asked for.
func (s *Store) replication(c server, info map[string]string) []watch.Weakness {
	n := replicas(info)
	switch {
	case info["role"] != "master":
	case s.o.Replicas > n:
		return []watch.Weakness{c.weak("has %d of the %d replicas that must hold a write: nothing is written until they are connected, or ERRATUM_REDIS_REPLICAS is less", n, s.o.Replicas)}
	case s.patience == 0:
	case s.o.Replicas < 0:
		return []watch.Weakness{c.weak("is not asked whether a replica holds a write: a failover may lose the last ones; set ERRATUM_REDIS_REPLICAS to auto")}
	case n == 0:
		return []watch.Weakness{c.weak("has no replica: nothing can take over from it, and what it keeps is lost with its machine; see that a replica runs")}
	}
	return nil
}

// policy is what a server does when its memory is full; empty: it does not tell.
func (s *Store) policy(ctx context.Context, c server) (string, error) {
	policy, known, err := s.setting(ctx, c, "maxmemory-policy")
	if err != nil || known {
		return policy, err
	}
	text, err := c.Info(ctx, "memory").Result()
	return parseInfo(text)["maxmemory_policy"], err
}

// setting reads one of the server's settings. Hosted servers may hide them.
func (s *Store) setting(ctx context.Context, c server, name string) (value string, known bool, err error) {
	all, err := c.ConfigGet(ctx, name).Result()
	if err != nil {
		if isReply(err, "NOPERM") || isReply(err, "ERR unknown command") {
			return "", false, nil
		}
		return "", false, err
	}
	value, known = all[name]
	return value, known, nil
}

// replicas counts those that follow a master.
func replicas(info map[string]string) (n int) {
	for key, value := range info {
		if strings.HasPrefix(key, "slave") && connected(value) {
			n++
		}
	}
	return n
}
