package redisstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// schemaVersion is what this program reads and writes.
const schemaVersion = 3

// openWithin bounds how long a server that does not answer keeps a start waiting.
const openWithin = 15 * time.Second

// Open connects to the server. It refuses, naming the server and what to do, whatever
// can't keep the store's promises; what only weakens them Weaknesses tells. What may end by
// itself is a watch.ErrAway.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	a, err := parseAddress(o.URL)
	if err != nil {
		return nil, fmt.Errorf("redisstore: %w", err)
	}
	s := &Store{o: o, where: a.where()}
	if s.pack, err = pack.New(); err != nil {
		return nil, fmt.Errorf("redisstore: %w", err)
	}
	s.connect(a)
	checking, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if err := s.check(checking); err != nil {
		_ = s.Close() // the connection is of no use anyway
		return nil, err
	}
	if a.topology != single {
		s.patience = failoverWithin
		s.db.AddHook(steady{s: s})
	}
	if err := s.migrate(ctx); err != nil {
		_ = s.Close() // the connection is of no use anyway
		return nil, s.explain("migrate", err)
	}
	return s, nil
}

// server is one that is checked.
type server struct {
	*redis.Client
	where string
}

// check refuses what is not a sound server with a store of ours, or none yet.
func (s *Store) check(ctx context.Context) error {
	if s.cluster == nil {
		if err := s.checkServer(ctx, server{s.one, s.where}, single); err != nil {
			return err
		}
	} else if err := s.checkCluster(ctx); err != nil {
		return err
	}
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	return s.explain("open", s.noteRuns(ctx))
}

// checkCluster checks every server of a Cluster: any may be the master of our keys.
func (s *Store) checkCluster(ctx context.Context) error {
	var mu sync.Mutex
	checking := func(ctx context.Context, c *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		return s.checkServer(ctx, server{c, "the Redis server at " + c.Options().Addr}, cluster)
	}
	if err := s.cluster.ForEachMaster(ctx, checking); err != nil {
		return s.explain("open", err)
	}
	return s.explain("open", s.cluster.ForEachSlave(ctx, checking))
}

// noteRuns notes for each shard which server holds it.
func (s *Store) noteRuns(ctx context.Context) error {
	var calls []call
	for shard := range shardCount {
		calls = append(calls, call{keys: []string{s.key(shard, "run")}, args: []any{s.clock()}})
	}
	_, err := s.runAll(ctx, runScript, false, calls)
	return err
}

func (s *Store) checkServer(ctx context.Context, c server, within topology) error {
	text, err := c.Info(ctx, "server", "replication", "persistence").Result()
	if err != nil {
		return s.explain("open", err)
	}
	info := parseInfo(text)
	major, _, _ := strings.Cut(info["redis_version"], ".")
	if n, err := strconv.Atoi(major); info["valkey_version"] == "" && (err != nil || n < 7) {
		return c.refuse("runs Redis %s: version 7 or newer is needed", info["redis_version"])
	}
	switch mode := info["redis_mode"]; {
	case mode == "sentinel":
		return c.refuse("is a Sentinel: write redis-sentinel://host:port/master, with the name of the master that it watches")
	case mode == "cluster" && within != cluster:
		return c.refuse("is part of a Redis Cluster: write redis-cluster:// in place of redis://")
	case mode == "standalone" && within == cluster:
		return c.refuse("is not part of a Redis Cluster: write redis:// in place of redis-cluster://")
	case info["role"] == "slave" && within != cluster:
		return c.refuse("is a read-only replica: name its master %s:%s", info["master_host"], info["master_port"])
	case info["loading"] == "1":
		return watch.Away(c.refuse("is still loading its data: start again when it has finished"))
	}
	policy, err := s.policy(ctx, c)
	if err == nil && policy != "" && policy != noEviction {
		return c.refuse("drops keys when its memory is full (maxmemory-policy %s): set maxmemory-policy noeviction", policy)
	}
	return s.explain("open", err)
}

// refuse says what is wrong with the server.
func (c server) refuse(format string, args ...any) error {
	return refusal{fmt.Sprintf("redisstore: %s %s", c.where, fmt.Sprintf(format, args...))}
}

// refuse says what is wrong with what the servers hold.
func (s *Store) refuse(format string, args ...any) error {
	return server{where: s.where}.refuse(format, args...)
}

// refusal is an error that says all there is to say.
type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

// parseInfo reads the lines of INFO.
func parseInfo(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			out[k] = v
		}
	}
	return out
}

// checkSchema looks for a store of ours under the prefix, and begins one when there
// is nothing.
func (s *Store) checkSchema(ctx context.Context) error {
	key := s.o.Prefix + "meta"
	meta, err := s.db.HGetAll(ctx, key).Result()
	if err != nil {
		if isReply(err, "WRONGTYPE") {
			return s.foreign()
		}
		return s.explain("open", err)
	}
	if len(meta) == 0 {
		empty, err := s.unused(ctx)
		if err != nil {
			return s.explain("open", err)
		}
		if !empty {
			// Two bots may start for the first time together: the other writes this first.
			if meta, err = s.db.HGetAll(ctx, key).Result(); err != nil {
				return s.explain("open", err)
			}
			if len(meta) == 0 {
				return s.foreign()
			}
			return s.sound(ctx, meta)
		}
		meta = map[string]string{"app": "erratum", "schema": strconv.Itoa(schemaVersion), "shards": strconv.Itoa(shardCount)}
		return s.explain("open", s.db.HSet(ctx, key, meta).Err())
	}
	return s.sound(ctx, meta)
}

// sound refuses what this program can't work on. It writes, so that a server that can't be
// written is found now.
func (s *Store) sound(ctx context.Context, meta map[string]string) error {
	version, err := strconv.Atoi(meta["schema"])
	switch {
	case meta["app"] != "erratum" || err != nil || version < 1:
		return s.foreign()
	case version > schemaVersion:
		return s.refuse("holds data of a newer Erratum (schema %d, this one knows up to %d): run that version, or use another prefix than %s", version, schemaVersion, s.o.Prefix)
	case meta["importing"] != "" && !s.o.Import:
		return s.refuse("holds part of an import: run bot import again with the same file, it goes on where it ended")
	case meta["shards"] != strconv.Itoa(shardCount):
		return s.refuse("holds data in %s shards, this Erratum uses %d: run the version that wrote it", meta["shards"], shardCount)
	}
	return s.explain("open", s.db.HSet(ctx, s.o.Prefix+"meta", "app", "erratum").Err())
}

// unused reports whether nothing is stored under the prefix.
func (s *Store) unused(ctx context.Context) (bool, error) {
	stop := errors.New("found")
	err := s.scan(ctx, s.o.Prefix+"*", func([]string) error { return stop })
	if errors.Is(err, stop) {
		return false, nil
	}
	return err == nil, err
}

func (s *Store) foreign() error {
	return s.refuse("has keys of another program under the prefix %s: use another prefix or database", s.o.Prefix)
}

// isReply reports whether the server answered with an error of this kind.
func isReply(err error, kind string) bool {
	var e redis.Error
	return errors.As(err, &e) && strings.HasPrefix(e.Error(), kind)
}

// explain wraps an error once with the operation, and says of the server's troubles
// what a person can do.
func (s *Store) explain(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.As(err, new(refusal)) {
		return err
	}
	var reply redis.Error
	away := passing(err) || takesNothing(err)
	switch {
	case errors.As(err, &reply):
		if what := s.advice(reply.Error()); what != "" {
			err = fmt.Errorf("%s %s (%w)", s.where, what, err)
		}
	case isNetwork(err) || op == "open" && !errors.Is(err, context.Canceled):
		err = fmt.Errorf("%s can't be reached: see that it runs and that the address is right (%w)", s.where, err)
		away = true
	}
	if away {
		err = watch.Away(err)
	}
	return fmt.Errorf("redisstore: %s: %w", op, err)
}

// takesNothing reports whether a server refuses all writes, because of its disk or its
// memory.
func takesNothing(err error) bool {
	return redis.HasErrorPrefix(err, "MISCONF") || redis.HasErrorPrefix(err, "OOM")
}

// isNetwork reports whether an error is of the connection, not of what was asked.
func isNetwork(err error) bool {
	var e interface{ Timeout() bool } // every net.Error
	return errors.Is(err, io.EOF) || errors.As(err, &e) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// advice says what to do about an error of the server; empty: nothing special.
func (s *Store) advice(reply string) string {
	kind, _, _ := strings.Cut(reply, " ")
	switch kind {
	case "WRONGPASS":
		return "does not accept the user or password: set the right ones in the address"
	case "NOAUTH":
		return "asks for a password: put it into the address, as in redis://user:password@host:port"
	case "NOPERM":
		return "does not allow this user what is needed: ACL SETUSER NAME ~" + s.o.Prefix + "* +@all -@dangerous +info +config|get"
	case "LOADING":
		return "is still loading its data: start again when it has finished"
	case "READONLY":
		return "is a read-only replica: name its master"
	case "OOM":
		return "has no memory left: raise its maxmemory"
	case "CLUSTERDOWN":
		return "is down: a master has failed and no replica has taken over; see CLUSTER INFO"
	case "NOREPLICAS":
		return "takes no writes: too few replicas are connected (min-replicas-to-write)"
	case "MISCONF":
		return "can't write to its disk: make room, see its log"
	case "WRONGTYPE":
		return "holds something else under a name of ours: use another prefix or database"
	}
	return ""
}
