// Package redisstore keeps everything in Redis (or Valkey) 7 and up: several bots on
// several machines share the work, and nothing acknowledged is lost when the server
// writes its log at each write.
//
// It keeps the promises of package storetest and adds none. Articles live in 64
// shards by their host; each script keeps to one shard, so what spans shards (a
// guild's index, a move to another host) is written in steps that may be repeated.
// It refuses servers that drop keys or can't be written, and it decides nothing
// about news. Start reading at [Open], then keys.go and lua/write.lua.
package redisstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/store/pack"
)

// Options say where and how to keep things.
type Options struct {
	// URL names the server: redis://user:password@host:port/db; Sentinels:
	// redis-sentinel://host1,host2/master; or a Cluster: redis-cluster://host1,host2.
	URL string
	// Prefix begins the name of every key, default "er:". Stores of different
	// prefixes on one server don't know of each other.
	Prefix    string
	KeepPages KeepPages     // which pages to keep beside the texts; default KeepNone: memory is dear
	Replicas  int           // how many must hold a write before it counts; 0: all that are connected; NoReplicas: none
	Import    bool          // opened to be imported into
	Undo      time.Duration // how long a removed watch can be restored; default 10 minutes
	// Now is the store's clock for tests. Default is the server's, so that bots whose
	// clocks differ agree.
	Now func() time.Time
}

// KeepPages says which of the pages read are kept, compressed.
type KeepPages string

// The choices.
const (
	KeepNone KeepPages = "none"
	KeepLast KeepPages = "last" // of each article the last good one
	KeepAll  KeepPages = "all"  // one for each revision
)

func (o Options) withDefaults() (Options, error) {
	if o.URL == "" {
		return o, errors.New("redisstore: no address of a Redis server was given: use redis://host:6379")
	}
	if o.Prefix == "" {
		o.Prefix = "er:"
	}
	if strings.ContainsAny(o.Prefix, "{}*?[]\\ ") {
		return o, fmt.Errorf("redisstore: the prefix %q can't be used: leave out spaces and the characters {}*?[]\\", o.Prefix)
	}
	switch o.KeepPages {
	case "":
		o.KeepPages = KeepNone
	case KeepNone, KeepLast, KeepAll:
	default:
		return o, fmt.Errorf("redisstore: %q is not a way to keep pages: use none, last or all", o.KeepPages)
	}
	if o.Undo <= 0 {
		o.Undo = 10 * time.Minute
	}
	return o, nil
}

// Store is a connection to a server. All methods may be called concurrently.
type Store struct {
	o        Options
	db       redis.UniversalClient
	one      *redis.Client        // db, unless it is a Cluster
	cluster  *redis.ClusterClient // db, when it is one
	where    string               // the servers, for errors
	patience time.Duration        // how long another server is waited for
	closed   atomic.Bool
	pack     *pack.Packer
	shards   shardCache
	counted  counted
}

// Close ends all connections. Leases and claims that are held come due again when
// they end.
func (s *Store) Close() error {
	s.closed.Store(true)
	if err := s.db.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
		return fmt.Errorf("redisstore: close: %w", err)
	}
	return nil
}

// now is the store's clock in milliseconds.
func (s *Store) now(ctx context.Context) (int64, error) {
	if s.o.Now != nil {
		return s.o.Now().UnixMilli(), nil
	}
	if s.cluster == nil {
		t, err := s.db.Time(ctx).Result()
		return t.UnixMilli(), err
	}
	return s.clusterTime(ctx)
}

// clusterTime asks the first server that answers, from any shard on: one that is down
// must not keep the others from work.
func (s *Store) clusterTime(ctx context.Context) (now int64, err error) {
	asked := map[*redis.Client]bool{}
	first := rand.IntN(shardCount)
	for i := range shardCount {
		var node *redis.Client
		if node, err = s.node(ctx, s.key((first+i)%shardCount, "fronts")); err != nil {
			break
		}
		if asked[node] {
			continue
		}
		asked[node] = true
		var t time.Time
		if t, err = node.Time(ctx).Result(); err == nil {
			return t.UnixMilli(), nil
		}
	}
	s.reload(ctx)
	return 0, err
}

// clock is what scripts are told of the time: empty means the server's.
func (s *Store) clock() string {
	if s.o.Now == nil {
		return ""
	}
	return fmt.Sprint(s.o.Now().UnixMilli())
}

// at turns stored milliseconds into a time; 0 is never.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// ms turns a time into stored milliseconds; never is 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Bytes is what the stored data takes in the server's memory. It looks at every key
// and is for measuring.
func (s *Store) Bytes(ctx context.Context) (total int64, err error) {
	err = s.scan(ctx, s.o.Prefix+"*", func(keys []string) error {
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, k := range keys {
				p.MemoryUsage(ctx, k, 0)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, c := range cmds {
			if c, ok := c.(*redis.IntCmd); ok {
				total += c.Val()
			}
		}
		return nil
	})
	return total, s.explain("measure", err)
}

// scan calls see with batches of the keys that match, each key at least once.
func (s *Store) scan(ctx context.Context, match string, see func(keys []string) error) error {
	nodes, err := s.masters(ctx)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		for cursor := uint64(0); ; {
			keys, next, err := node.Scan(ctx, cursor, match, 1000).Result()
			if err != nil {
				return err
			}
			if len(keys) > 0 {
				if err := see(keys); err != nil {
					return err
				}
			}
			if cursor = next; cursor == 0 {
				break
			}
		}
	}
	return nil
}
