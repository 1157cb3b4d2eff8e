package redisstore

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// The client library writes to stderr what it also returns as errors.
type silent struct{}

var silence sync.Once

// Printf implements the library's logger.
func (silent) Printf(context.Context, string, ...any) {}

// configure sets what the defaults of the client leave open. Its own retries stay
// on: everything the store sends is safe to repeat, because a token or a version is
// used up by the first, or because it says the same again.
func configure(o *redis.Options) *redis.UniversalOptions {
	return &redis.UniversalOptions{
		Username: o.Username, Password: o.Password, DB: o.DB, TLSConfig: o.TLSConfig, Protocol: o.Protocol, ClientName: o.ClientName,
		// Neither Redis nor Valkey knows the subcommands that these send on each connection.
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
		DisableIdentity:          true,
		ContextTimeoutEnabled:    true,

		MaxRetries: o.MaxRetries, MinRetryBackoff: o.MinRetryBackoff, MaxRetryBackoff: o.MaxRetryBackoff,
		DialerRetries: 1, // every command has retries of its own
		DialTimeout:   orDefault(o.DialTimeout, 5*time.Second),
		ReadTimeout:   orDefault(o.ReadTimeout, 5*time.Second), // appendfsync always on a slow disk
		WriteTimeout:  orDefault(o.WriteTimeout, 5*time.Second),

		PoolFIFO: o.PoolFIFO, PoolSize: orDefault(o.PoolSize, 16), PoolTimeout: o.PoolTimeout,
		MinIdleConns: o.MinIdleConns, MaxIdleConns: o.MaxIdleConns, MaxActiveConns: o.MaxActiveConns,
		ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime,
	}
}

func orDefault[T int | time.Duration](d, def T) T {
	if d == 0 {
		return def
	}
	return d
}

// reloadEvery bounds how long a client believes an old map of a Cluster. With the
// library's minute a master's death cost 53 seconds.
const reloadEvery = 2 * time.Second

// connect makes the client. It does not ask the servers anything yet.
func (s *Store) connect(a address) {
	silence.Do(func() { redis.SetLogger(silent{}) })
	u := configure(a.options)
	u.Addrs = a.hosts
	switch a.topology {
	case cluster:
		o := u.Cluster()
		o.ClusterStateReloadInterval = reloadEvery
		o.DisableRoutingPolicies = true // what asks all nodes says so here
		o.FailingTimeoutSeconds = 1     // a master that was restarted is one again
		s.cluster = redis.NewClusterClient(o)
		s.db = s.cluster
	case sentinel:
		u.MasterName, u.SentinelUsername, u.SentinelPassword = a.master, a.sentinelUser, a.sentinelPassword
		s.one = redis.NewFailoverClient(u.Failover())
		s.db = s.one
	default:
		o := u.Simple()
		o.Network, o.Addr = a.options.Network, a.options.Addr
		s.one = redis.NewClient(o)
		s.db = s.one
	}
}

// node is the server that holds a key now.
func (s *Store) node(ctx context.Context, key string) (*redis.Client, error) {
	if s.cluster == nil {
		return s.one, nil
	}
	return s.cluster.MasterForKey(ctx, key)
}

// reload has the map of a Cluster read anew soon.
func (s *Store) reload(ctx context.Context) {
	if s.cluster != nil {
		s.cluster.ReloadState(ctx)
	}
}

// masters are the servers that hold keys.
func (s *Store) masters(ctx context.Context) (out []*redis.Client, err error) {
	if s.cluster == nil {
		return []*redis.Client{s.one}, nil
	}
	var mu sync.Mutex
	err = s.cluster.ForEachMaster(ctx, func(_ context.Context, c *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, c)
		return nil
	})
	return out, err
}

// group is what one server is asked at once: numbers of calls.
type group struct {
	node  *redis.Client
	calls []int
}

// byNode groups calls, each known by one of its keys, by the servers that hold them.
func (s *Store) byNode(ctx context.Context, n int, key func(i int) string) (out []group, err error) {
	place := map[*redis.Client]int{}
	for i := range n {
		node, err := s.node(ctx, key(i))
		if err != nil {
			return nil, err
		}
		at, ok := place[node]
		if !ok {
			at, place[node] = len(out), len(out)
			out = append(out, group{node: node})
		}
		out[at].calls = append(out[at].calls, i)
	}
	return out, nil
}
