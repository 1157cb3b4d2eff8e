package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

// secret is the random part of a token.
func secret() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// rounds bounds how often a claim looks again because others took what it found.
const rounds = 4

// due is a member of a queue in a shard, and when its turn is.
type due struct {
	shard int
	name  string
	at    float64
}

// peek reads the first n of a queue over all shards that are due. A server that does
// not answer holds up no others: it is an error when there is nothing due on them.
func (s *Store) peek(ctx context.Context, queue string, now int64, n int) ([]due, error) {
	groups, err := s.byNode(ctx, shardCount, func(shard int) string { return s.key(shard, queue) })
	if err != nil {
		return nil, err
	}
	var out []due
	var down error
	for _, g := range groups {
		cmds, err := g.node.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, shard := range g.calls {
				p.ZRangeArgsWithScores(ctx, redis.ZRangeArgs{Key: s.key(shard, queue), ByScore: true, Start: "-inf", Stop: now, Count: int64(n)})
			}
			return nil
		})
		if err = failed(cmds, err); err != nil {
			down = cmp.Or(down, err)
			continue
		}
		for i, c := range cmds {
			for _, z := range c.(*redis.ZSliceCmd).Val() {
				out = append(out, due{g.calls[i], fmt.Sprint(z.Member), z.Score})
			}
		}
	}
	if len(out) == 0 && down != nil {
		s.reload(ctx)
		return nil, down
	}
	slices.SortFunc(out, func(a, b due) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.name, b.name)) })
	return out[:min(n, len(out))], nil
}

// taken is a record that was leased.
type taken struct {
	record
	token string
	now   int64
}

// take leases up to n articles ("a") or feeds ("f"), one per host.
func (s *Store) take(ctx context.Context, kind string, n int, d, spacing time.Duration) (out []taken, err error) {
	turns, queue := "hosts", "due"
	if kind == "f" {
		turns, queue = "feedhosts", "feeddue"
	}
	rest := ctx
	for range rounds {
		got, more, err := s.takeSome(rest, kind, turns, queue, n-len(out), d, spacing)
		out = append(out, got...)
		if err != nil && len(out) == 0 {
			return nil, err
		}
		if err != nil || !more || len(out) >= n {
			break
		}
		if len(out) > 0 && rest == ctx { // what is leased must not wait for servers that are down
			var cancel context.CancelFunc
			rest, cancel = context.WithTimeout(ctx, d/4)
			defer cancel()
		}
	}
	return out, nil
}

// takeSome leases what it can of what is due, and reports whether anything was.
func (s *Store) takeSome(ctx context.Context, kind, turns, queue string, n int, d, spacing time.Duration) (out []taken, more bool, err error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, false, err
	}
	hosts, err := s.peek(ctx, turns, now, n)
	if err != nil || len(hosts) == 0 {
		return nil, false, err
	}
	picks, err := s.firsts(ctx, kind, queue, hosts)
	if err != nil {
		return nil, false, err
	}
	out, err = s.lease(ctx, kind, picks, d, spacing)
	return out, true, err
}

// firsts reads what is due first of each host.
func (s *Store) firsts(ctx context.Context, kind, queue string, hosts []due) ([]record, error) {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, h := range hosts {
			p.ZRange(ctx, s.key(h.shard, queue, h.name), 0, 0)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]record, len(hosts))
	for i, h := range hosts {
		out[i] = record{shard: h.shard, kind: kind, host: h.name}
		if ids := cmds[i].(*redis.StringSliceCmd).Val(); len(ids) > 0 {
			out[i].id = ids[0]
		}
	}
	return out, nil
}

// lease leases records, a call for each shard, and returns them in the order asked.
func (s *Store) lease(ctx context.Context, kind string, picks []record, d, spacing time.Duration) (out []taken, err error) {
	var calls []call
	place := map[int]int{} // of a shard in calls
	random := secret()
	for _, r := range picks {
		i, ok := place[r.shard]
		if !ok {
			i, place[r.shard] = len(calls), len(calls)
			calls = append(calls, call{
				keys: []string{s.key(r.shard, "hosts"), s.key(r.shard, "feedhosts"), s.key(r.shard, "allowed")},
				args: []any{s.clock(), kind, d.Milliseconds(), spacing.Milliseconds(), random},
			})
		}
		calls[i].keys = append(calls[i].keys, s.key(r.shard, "due", r.host), s.key(r.shard, "feeddue", r.host), s.key(r.shard, kind, r.id))
		calls[i].args = append(calls[i].args, r.host, r.id)
	}
	said, err := s.runAll(ctx, leaseScript, false, calls)
	if err != nil {
		return nil, err
	}
	got := map[string]taken{}
	for _, c := range said {
		list, err := c.Slice()
		if err != nil {
			return nil, err
		}
		now, _ := list[0].(int64)
		for i := 1; i+1 < len(list); i += 2 {
			id, _ := list[i].(string)
			token, _ := list[i+1].(string)
			got[id] = taken{token: token, now: now}
		}
	}
	for _, r := range picks {
		if t, ok := got[r.id]; ok && r.id != "" {
			t.record = r
			out = append(out, t)
		}
	}
	return out, nil
}

// Lease implements watch.Store.
func (s *Store) Lease(ctx context.Context, n int, d, spacing time.Duration) (out []watch.Lease, err error) {
	if n <= 0 {
		return nil, nil
	}
	got, err := s.take(ctx, "a", n, d, spacing)
	if err != nil {
		return nil, s.explain("lease", err)
	}
	if out, err = s.leases(ctx, got); err != nil {
		return nil, s.explain("lease", err)
	}
	return out, nil
}

// leases reads leased articles with state and watches. One whose move was cut short
// is not handed out: its move is finished. One that can't be read keeps its lease and
// holds up nobody else; it is an error when nothing else is due.
func (s *Store) leases(ctx context.Context, got []taken) (out []watch.Lease, err error) {
	if len(got) == 0 {
		return nil, nil
	}
	asked := make([]pending, len(got))
	if _, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for i, t := range got {
			asked[i] = s.ask(ctx, p, t.shard, t.id)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var failed error
	for i, t := range got {
		a, err := s.answer(asked[i])
		if err == nil && a.moving != "" {
			if err = s.finished(ctx, a); errors.Is(err, errMoving) {
				err = nil
			}
		} else if err == nil && a.token == t.token {
			out = append(out, a.leaseOf(t.now))
		}
		s.shards.put(t.id, t.shard)
		failed = cmp.Or(failed, err)
	}
	if len(out) > 0 {
		failed = nil
	}
	return out, failed
}

// leaseOf is a lease as it is handed out.
func (a *snapshot) leaseOf(now int64) watch.Lease {
	l := watch.Lease{
		Article: a.id, Token: a.token, Until: at(a.lease), Now: at(now), Due: at(a.due), State: a.state, Version: a.version,
	}
	for _, id := range a.live() {
		l.Watches = append(l.Watches, a.watch(id))
	}
	return l
}

// Answered implements watch.Store.
func (s *Store) Answered(ctx context.Context) error {
	now, err := s.now(ctx)
	if err == nil {
		err = s.db.Set(ctx, s.o.Prefix+"answered", now, 0).Err()
	}
	return s.explain("write the last answer", err)
}

// LastAnswer implements watch.Store.
func (s *Store) LastAnswer(ctx context.Context) (time.Time, error) {
	answered, err := s.db.Get(ctx, s.o.Prefix+"answered").Int64()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return at(answered), s.explain("read the last answer", err)
}

// LeaseNow implements watch.Store.
func (s *Store) LeaseNow(ctx context.Context, articleID string, d, spacing time.Duration) (out watch.Lease, err error) {
	err = again(ctx, func() error {
		a, err := s.find(ctx, articleID)
		switch {
		case err != nil:
			return err
		case a.moving != "":
			return s.finished(ctx, a)
		case len(a.live()) == 0:
			return watch.ErrNotFound
		}
		if err := s.leaseNow(ctx, a.record, d, spacing); err != nil {
			return err
		}
		if a, err = s.load(ctx, a.shard, a.id); err != nil {
			return err
		}
		out = a.leaseOf(a.lease - d.Milliseconds())
		return nil
	})
	return out, s.explain("lease now", err)
}

func (s *Store) leaseNow(ctx context.Context, r record, d, spacing time.Duration) error {
	said, err := s.runOne(ctx, leaseNowScript, false, []string{
		s.key(r.shard, "hosts"), s.key(r.shard, "feedhosts"), s.key(r.shard, "allowed"),
		s.key(r.shard, "due", r.host), s.key(r.shard, "feeddue", r.host), s.key(r.shard, "a", r.id),
	}, s.clock(), d.Milliseconds(), spacing.Milliseconds(), secret(), r.host, r.id).Result()
	switch said := said.(type) {
	case string:
		if said == "busy" {
			return watch.ErrBusy
		}
		return watch.ErrNotFound
	case []any:
		if wait, _ := said[0].(int64); wait > 0 {
			return &watch.TooSoonError{Wait: time.Duration(wait) * time.Millisecond}
		}
	}
	return err
}

// Extend implements watch.Store.
func (s *Store) Extend(ctx context.Context, l watch.Lease, d time.Duration) (out watch.Lease, err error) {
	a, err := s.held(ctx, l)
	if err != nil {
		return out, s.explain("extend", err)
	}
	now, err := s.now(ctx)
	if err != nil {
		return out, s.explain("extend", err)
	}
	w := s.change(a.record)
	w.token = l.Token
	w.do("HSET", w.own("a"), "lease", now+d.Milliseconds())
	if err := stale(w.run(ctx)); err != nil {
		return out, s.explain("extend", err)
	}
	if a, err = s.load(ctx, a.shard, a.id); err != nil {
		return out, s.explain("extend", err)
	}
	return a.leaseOf(now), nil
}

// held reads an article whose lease seems to be l's; the script decides.
func (s *Store) held(ctx context.Context, l watch.Lease) (*snapshot, error) {
	a, err := s.find(ctx, l.Article)
	if errors.Is(err, watch.ErrNotFound) || err == nil && (l.Token == "" || a.token != l.Token) {
		err = watch.ErrStale
	}
	return a, err
}

// stale is what a move means to whoever held the lease.
func stale(err error) error {
	if errors.Is(err, errMoving) {
		return watch.ErrStale
	}
	return err
}
