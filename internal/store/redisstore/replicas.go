package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A server that dies takes with it what its replicas have not got yet. So a write
// counts, and a claimed delivery is handed out, only when replicas have confirmed that
// they hold it and all before it (WAIT).

// NoReplicas lets a write count once the server itself has it. By default all replicas
// that are connected are waited for, since Sentinels may choose any of them: with one of
// two, a failover lost acknowledged revisions (make long). While there is none nothing
// is waited for: the server's own log is what there is.
const NoReplicas = -1

const (
	confirmWithin = 3 * time.Second // how long replicas are waited for
	countEvery    = 2 * time.Second // how long it is believed that a server has replicas
	// How long it is believed that a lone server has none. Of others it never is: their
	// failed masters come back as replicas, and may have to take over at once.
	noneFor = 250 * time.Millisecond
	// A server whose last replica left may have been cut off, and that replica may be
	// the master now: until the servers agree, nothing counts.
	agreeWithin = 10 * time.Second
)

var (
	errUnconfirmed = errors.New("it was written, but the replicas did not confirm it")
	errLeft        = errors.New("its last replica has just left: it is not sure yet who is the master")
)

// counted remembers how many replicas servers have.
type counted struct {
	mu    sync.Mutex
	nodes map[*redis.Client]count
}

type count struct {
	replicas int
	at       time.Time
	id       string    // replication ID: another once another server is the master
	had      time.Time // when there was one
}

func (c *counted) get(node *redis.Client) count {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nodes[node]
}

func (c *counted) put(node *redis.Client, n int, id string) count {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.nodes == nil || len(c.nodes) > 1000 { // servers come and go
		c.nodes = map[*redis.Client]count{}
	}
	is := count{replicas: n, at: time.Now(), id: id}
	if old := c.nodes[node]; old.id == id {
		is.had = old.had
	}
	if n > 0 {
		is.had = is.at
	}
	c.nodes[node] = is
	return is
}

// awaited is how many replicas of a server must confirm what is written to it.
func (s *Store) awaited(ctx context.Context, node *redis.Client) (int, error) {
	if s.o.Replicas != 0 {
		return max(s.o.Replicas, 0), nil
	}
	is := s.counted.get(node)
	believed := countEvery
	if is.replicas == 0 {
		believed = noneFor
		if s.patience > 0 {
			believed = 0
		}
	}
	if time.Since(is.at) >= believed {
		var err error
		if is, err = s.countReplicas(ctx, node); err != nil {
			return 0, err
		}
	}
	if is.replicas == 0 && s.patience > 0 && time.Since(is.had) < agreeWithin {
		return 0, errLeft
	}
	return is.replicas, nil
}

func (s *Store) countReplicas(ctx context.Context, node *redis.Client) (count, error) {
	text, err := node.Info(ctx, "replication").Result()
	if err != nil {
		return count{}, err
	}
	info := parseInfo(text)
	return s.counted.put(node, replicas(info), info["master_replid"]), nil
}

// connected reports whether a line of INFO tells of a replica that follows its master.
func connected(line string) bool {
	_, lag, _ := strings.Cut(line, "lag=")
	seconds, err := strconv.Atoi(lag)
	return strings.Contains(line, "state=online") && err == nil && time.Duration(seconds)*time.Second <= agreeWithin
}

// confirmed judges how many replicas confirmed a write.
func (s *Store) confirmed(ctx context.Context, node *redis.Client, want int, got int64) error {
	if got >= int64(want) {
		return nil
	}
	if s.o.Replicas == 0 {
		is, err := s.countReplicas(ctx, node) // it may be alone from now on
		if err == nil && is.replicas == 0 && s.patience == 0 {
			return nil
		}
	}
	return fmt.Errorf("%w within %s (%d of %d)", errUnconfirmed, confirmWithin, got, want)
}
