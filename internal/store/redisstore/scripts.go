package redisstore

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

//go:embed lua/prelude.lua
var prelude string

//go:embed lua/lease.lua
var leaseLua string

//go:embed lua/lease_now.lua
var leaseNowLua string

//go:embed lua/write.lua
var writeLua string

//go:embed lua/send.lua
var sendLua string

//go:embed lua/settle.lua
var settleLua string

//go:embed lua/dead.lua
var deadLua string

//go:embed lua/pause.lua
var pauseLua string

//go:embed lua/session.lua
var sessionLua string

//go:embed lua/session_end.lua
var sessionEndLua string

// The scripts. The server keeps them by their hash; Run sends them again when it
// has forgotten them.
var (
	leaseScript      = script(leaseLua)
	leaseNowScript   = script(leaseNowLua)
	writeScript      = script(writeLua)
	sendScript       = script(sendLua)
	settleScript     = script(settleLua)
	deadScript       = script(deadLua)
	pauseScript      = script(pauseLua)
	sessionScript    = script(sessionLua)
	sessionEndScript = script(sessionEndLua)
)

func script(body string) *redis.Script { return redis.NewScript(prelude + body) }

// call is one run of a script, on one shard.
type call struct {
	keys []string
	args []any
}

// runAll runs a script on several shards in one round trip. A server that has
// forgotten it has not run it, so it is sent again.
func (s *Store) runAll(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	out := make([]*redis.Cmd, len(calls))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, c := range calls {
			out[i] = script.EvalSha(ctx, p, c.keys, c.args...)
		}
		return nil
	})
	if err != nil && !redis.HasErrorPrefix(err, "NOSCRIPT") {
		return nil, err
	}
	for i, c := range calls {
		if redis.HasErrorPrefix(out[i].Err(), "NOSCRIPT") {
			out[i] = script.Run(ctx, s.db, c.keys, c.args...)
		}
		if err := out[i].Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// What a write may be refused for, beside watch.ErrStale.
var (
	errChanged = errors.New("it changed meanwhile")
	errMoving  = errors.New("it is moving to another address")
)

// writes collects what write.lua is to do with one record.
type writes struct {
	s       *Store
	r       record
	token   string // lease that must hold; empty: not asked
	version string // that the decision was made on; empty: not asked
	moving  string // the move that the record must be in
	keys    []string
	number  map[string]int
	args    []any
}

func (s *Store) change(r record) *writes {
	w := &writes{s: s, r: r, number: map[string]int{}}
	for _, k := range []string{
		s.key(r.shard, r.kind, r.id), s.key(r.shard, "hosts"), s.key(r.shard, "feedhosts"), s.key(r.shard, "allowed"),
		s.key(r.shard, "due", r.host), s.key(r.shard, "feeddue", r.host), s.key(r.shard, "out"), s.key(r.shard, "d"),
	} {
		w.keyNumber(k)
	}
	return w
}

// on makes the writes depend on what was read.
func (w *writes) on(version int64) *writes { w.version = fmt.Sprint(version); return w }

func (w *writes) keyNumber(key string) int {
	n, ok := w.number[key]
	if !ok {
		w.keys = append(w.keys, key)
		n = len(w.keys)
		w.number[key] = n
	}
	return n
}

// key names a key of the record's shard.
func (w *writes) key(parts ...string) string { return w.s.key(w.r.shard, parts...) }

// own names the record's key of a kind.
func (w *writes) own(kind string) string { return w.key(kind, w.r.id) }

// do adds a command.
func (w *writes) do(command, key string, args ...any) {
	w.args = append(append(w.args, len(args), command, w.keyNumber(key)), args...)
}

// bump makes what others decided on this record void.
func (w *writes) bump() { w.do("HINCRBY", w.keys[0], "version", 1) }

// run writes all or nothing: watch.ErrStale, errChanged, errMoving. Repeating it is
// safe where a token or version is asked for: the second finds it used.
func (w *writes) run(ctx context.Context) error {
	args := append([]any{w.s.clock(), w.r.kind, w.r.id, w.r.host, w.token, w.version, w.moving}, w.args...)
	said, err := writeScript.Run(ctx, w.s.db, w.keys, args...).Text()
	switch {
	case err != nil:
		return err
	case said == "stale":
		return watch.ErrStale
	case said == "changed":
		return errChanged
	case said == "moving":
		return errMoving
	default:
		return nil
	}
}

// patience bounds how often a decision is made anew because others were quicker.
const patience = 100

// again repeats work until nobody else was quicker.
func again(ctx context.Context, work func() error) error {
	for range patience {
		err := work()
		if !errors.Is(err, errChanged) && !errors.Is(err, errMoving) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return errors.New("others change it all the time: try again")
}
