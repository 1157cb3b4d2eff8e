package redisstore

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

//go:embed lua/prelude.lua
var prelude string

//go:embed lua/lease.lua
var leaseLua string

//go:embed lua/lease_now.lua
var leaseNowLua string

//go:embed lua/rest.lua
var restLua string

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

//go:embed lua/turn.lua
var turnLua string

//go:embed lua/lane.lua
var laneLua string

//go:embed lua/lane_end.lua
var laneEndLua string

//go:embed lua/run.lua
var runLua string

// The scripts. The server keeps them by their hash; Run sends them again when it
// has forgotten them.
var (
	leaseScript      = script(leaseLua)
	leaseNowScript   = script(leaseNowLua)
	restScript       = script(restLua)
	writeScript      = script(writeLua)
	sendScript       = script(sendLua)
	settleScript     = script(settleLua)
	deadScript       = script(deadLua)
	pauseScript      = script(pauseLua)
	sessionScript    = script(sessionLua)
	sessionEndScript = script(sessionEndLua)
	turnScript       = script(turnLua)
	laneScript       = script(laneLua)
	laneEndScript    = script(laneEndLua)
	runScript        = script(runLua)
)

func script(body string) *redis.Script { return redis.NewScript(prelude + body) }

// call is one run of a script, on one shard.
type call struct {
	keys []string
	args []any
}

// runOne runs a script on one shard; see runAll.
func (s *Store) runOne(ctx context.Context, script *redis.Script, confirm bool, keys []string, args ...any) *redis.Cmd {
	out, err := s.runAll(ctx, script, confirm, []call{{keys: keys, args: args}})
	if err != nil {
		failed := redis.NewCmd(ctx)
		failed.SetErr(err)
		return failed
	}
	return out[0]
}

// runAll runs a script on several shards in one round trip to each server. Where a
// server fails its calls are sent again, to whoever takes over: a call that was run
// already finds its token or version used. What replicas are to confirm counts once
// they have.
func (s *Store) runAll(ctx context.Context, script *redis.Script, confirm bool, calls []call) ([]*redis.Cmd, error) {
	out := make([]*redis.Cmd, len(calls))
	err := s.patiently(ctx, func() error {
		var todo []int
		for i, c := range out {
			if c == nil {
				todo = append(todo, i)
			}
		}
		groups, err := s.byNode(ctx, len(todo), func(i int) string { return calls[todo[i]].keys[0] })
		if err != nil {
			return err
		}
		for _, g := range groups {
			for i, n := range g.calls {
				g.calls[i] = todo[n]
			}
			err = cmp.Or(s.runGroup(ctx, script, confirm, g, calls, out), err)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// runGroup runs the calls of one server and puts what was answered into out. A server
// that has forgotten the script has not run it, so it is sent again.
func (s *Store) runGroup(ctx context.Context, script *redis.Script, confirm bool, g group, calls []call, out []*redis.Cmd) (err error) {
	want := 0
	if confirm {
		if want, err = s.awaited(ctx, g.node); err != nil {
			return err
		}
	}
	todo := g.calls
	for _, run := range []func(context.Context, redis.Scripter, []string, ...any) *redis.Cmd{script.EvalSha, script.Eval} {
		said := make([]*redis.Cmd, len(todo))
		var wait *redis.Cmd
		_, err := g.node.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, n := range todo {
				said[i] = run(ctx, p, calls[n].keys, calls[n].args...)
			}
			if want > 0 {
				wait = p.Do(ctx, "WAIT", want, confirmWithin.Milliseconds())
			}
			return nil
		})
		var forgotten []int
		var bad error
		for i, n := range todo {
			switch e := said[i].Err(); {
			case redis.HasErrorPrefix(e, "NOSCRIPT"):
				forgotten = append(forgotten, n)
			case e != nil:
				bad = cmp.Or(bad, e)
			}
		}
		if bad == nil && wait != nil {
			var n int64
			if n, bad = wait.Int64(); bad == nil {
				bad = s.confirmed(ctx, g.node, want, n)
			}
		} else if bad == nil && len(forgotten) == 0 {
			bad = err
		}
		if bad != nil {
			return bad
		}
		for i, n := range todo {
			if said[i].Err() == nil {
				out[n] = said[i]
			}
		}
		if todo = forgotten; len(todo) == 0 {
			return nil
		}
	}
	return errors.New("the server keeps forgetting scripts")
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
	token   string   // lease that must hold; empty: not asked
	version string   // that the decision was made on; empty: not asked
	moving  string   // the move that the record must be in
	guilds  []string // that want it checked or polled, at most maxKeepers
	keys    []string
	number  map[string]int
	args    []any
}

// maxKeepers bounds how many guilds are weighed for who keeps an article in its line.
const maxKeepers = 8

// change begins to write a record that stands in the line of a guild, or in none, and
// that guilds want checked or polled.
func (s *Store) change(r record, guilds ...string) *writes {
	w := &writes{s: s, r: r, guilds: guilds, number: map[string]int{}}
	k := kindOf(r.kind)
	for _, key := range []string{
		s.key(r.shard, r.kind, r.id), s.key(r.shard, k.fronts), s.key(r.shard, "allowed"),
		s.key(r.shard, k.at, r.host), s.key(r.shard, "outfronts"), s.key(r.shard, "d"),
	} {
		w.keyNumber(key)
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

// out names the queues of a member's guild.
func (w *writes) out(m string) string { return w.key("out", guildOf(m)) }

// queue lets the head of a queue be sent from a time on, unless it is known when.
func (w *writes) queue(m string, at int64) {
	w.do("ZADD", w.out(m), "NX", at, m)
	w.do("FRONT", w.out(m), guildOf(m))
}

// unqueue takes a queue out of reach of Claim.
func (w *writes) unqueue(m string) {
	w.do("ZREM", w.out(m), m)
	w.do("HDEL", w.key("held"), m)
	w.do("FRONT", w.out(m), guildOf(m))
}

// bump makes what others decided on this record void.
func (w *writes) bump() { w.do("HINCRBY", w.keys[0], "version", 1) }

// run writes all or nothing: watch.ErrStale, errChanged, errMoving. Repeating it is
// safe where a token or version is asked for: the second finds it used.
func (w *writes) run(ctx context.Context) error {
	c := w.call()
	said, err := w.s.runOne(ctx, writeScript, true, c.keys, c.args...).Text()
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

// call is the run of write.lua.
func (w *writes) call() call {
	args := append([]any{w.s.clock(), w.r.id, w.r.host, w.token, w.version, w.moving, w.r.guild}, w.lines()...)
	return call{keys: w.keys, args: append(args, w.args...)}
}

// lines names the lines that the record may stand in.
func (w *writes) lines() []any {
	out := []any{0}
	add := func(guild string, wants int) {
		k := kindOf(w.r.kind)
		out[0] = len(out)/4 + 1
		out = append(out, guild, w.keyNumber(w.key(k.lines, guild)), w.keyNumber(w.key(k.line, guild, w.r.host)), wants)
	}
	for _, guild := range w.guilds {
		add(guild, 1)
	}
	if w.r.guild != "" && !slices.Contains(w.guilds, w.r.guild) {
		add(w.r.guild, 0)
	}
	return out
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
