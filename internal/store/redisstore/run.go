package redisstore

import (
	"context"
	"strconv"
	"sync"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
)

// serverRun remembers which run of the server, in which role, the store talks to. A
// server that was restarted or took over from another may have forgotten what it
// acknowledged: deliveries made before that are looked up before they are sent.
type serverRun struct {
	mu    sync.Mutex
	seen  string // run id and role, as the newest connection found them
	noted string // the same, as it stands in meta
	since int64  // when that run was first seen, 0 for the first run ever
}

// connected is called for each new connection.
func (r *serverRun) connected(ctx context.Context, cn *redis.Conn) error {
	text, err := cn.Info(ctx, "server", "replication").Result()
	if err != nil {
		return err
	}
	info := parseInfo(text)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = info["run_id"] + " " + info["role"]
	return nil
}

// runSince returns when the server began to be the one that it is now; 0 when it
// always was. The first to see a change notes it in meta for all. No lock is held
// while the server is asked: asking may open a connection, which takes it.
func (s *Store) runSince(ctx context.Context, now int64) (int64, error) {
	seen, since, current := s.run.read()
	if current {
		return since, nil
	}
	key := s.o.Prefix + "meta"
	meta, err := s.db.HMGet(ctx, key, "run", "since").Result()
	if err != nil {
		return 0, err
	}
	known, _ := meta[0].(string)
	text, _ := meta[1].(string)
	since, _ = strconv.ParseInt(text, 10, 64)
	if known != seen {
		if known != "" {
			since = now
		}
		if err := s.db.HSet(ctx, key, "run", seen, "since", since).Err(); err != nil {
			return 0, err
		}
	}
	s.run.note(seen, since)
	return since, nil
}

func (r *serverRun) read() (seen string, since int64, current bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen, r.since, r.seen == r.noted
}

func (r *serverRun) note(run string, since int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noted, r.since = run, since
}

// doubt marks the deliveries that were made before the server became another.
func doubt(ds []alert.Delivery, since int64) {
	for i := range ds {
		ds[i].Doubtful = since > 0 && ds[i].Created.UnixMilli() <= since
	}
}
