package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/fair"
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

func (d due) compare(o due) int { return cmp.Or(cmp.Compare(d.at, o.at), cmp.Compare(d.name, o.name)) }

// peek reads the first n of a queue in each shard that are due. A server that does
// not answer holds up no others: it is an error when there is nothing due on them.
func (s *Store) peek(ctx context.Context, queue string, now int64, n int) ([]due, error) {
	groups, err := s.byNode(ctx, shardCount, func(shard int) string { return s.key(shard, queue) })
	if err != nil {
		return nil, err
	}
	var out []due
	var down error
	for _, g := range groups {
		ask := func(p redis.Pipeliner) error {
			for _, shard := range g.calls {
				p.ZRangeArgsWithScores(ctx, redis.ZRangeArgs{Key: s.key(shard, queue), ByScore: true, Start: "-inf", Stop: now, Count: int64(n)})
			}
			return nil
		}
		cmds, err := g.node.Pipelined(ctx, ask)
		if err = failed(cmds, err); handedOn(err) { // the client follows, one by one
			s.reload(ctx)
			cmds, err = s.db.Pipelined(ctx, ask)
			err = failed(cmds, err)
		}
		if err != nil {
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
	slices.SortFunc(out, due.compare)
	return out, nil
}

// taken is a record that was leased.
type taken struct {
	record
	token string
	now   int64
}

// take leases articles or feeds, as guilds share the room, one per host.
func (s *Store) take(ctx context.Context, k kind, room fair.Room, d, spacing time.Duration) (out []taken, err error) {
	room, rest, vain := room.Clone(), ctx, map[string]int{}
	for range rounds {
		got, more, err := s.takeSome(rest, k, room, vain, d, spacing)
		out = append(out, got...)
		if err != nil && len(out) == 0 {
			return nil, err
		}
		if err != nil || !more {
			break
		}
		for _, t := range got {
			room.Enter(t.guild)
		}
		if len(out) > 0 && rest == ctx { // what is leased must not wait for servers that are down
			var cancel context.CancelFunc
			rest, cancel = context.WithTimeout(ctx, d/4)
			defer cancel()
		}
	}
	return out, nil
}

// takeSome leases what it can of what is due, and reports whether anything was. vain counts
// who was asked in vain.
func (s *Store) takeSome(ctx context.Context, k kind, room fair.Room, vain map[string]int, d, spacing time.Duration) (out []taken, more bool, err error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, false, err
	}
	fronts, err := s.peek(ctx, k.fronts, now, room.Width()+len(vain))
	if err != nil {
		return nil, false, err
	}
	asked := shares(room, fronts, vain)
	if len(asked) == 0 {
		return nil, false, nil
	}
	picks, err := s.firstLines(ctx, k, asked, now)
	if err != nil {
		return nil, false, err
	}
	out, err = s.lease(ctx, k, asked, picks, d, spacing)
	for _, a := range asked {
		if !slices.ContainsFunc(out, func(t taken) bool { return t.guild == a.name }) {
			vain[a.name]++
		}
	}
	return out, true, err
}

// asking is the front of a guild in a shard, and for how many pieces of work it is asked.
type asking struct {
	due
	n int
}

// shares chooses which fronts are asked, as guilds share the room: of each as many as it
// is offered places, since its first may stand in one shard or each in another.
func shares(room fair.Room, fronts []due, vain map[string]int) (out []asking) {
	of := map[string][]due{}
	var waiting []fair.Waiting
	for _, f := range fronts {
		if len(of[f.name]) == 0 {
			waiting = append(waiting, fair.Waiting{Guild: f.name, Since: int64(1000 * f.at), Vain: vain[f.name]})
		}
		of[f.name] = append(of[f.name], f)
	}
	for _, p := range room.Share(waiting) {
		for _, f := range of[p.Guild][:min(p.N, len(of[p.Guild]))] {
			out = append(out, asking{f, p.N})
		}
	}
	return out
}

// firstLines reads which lines have their turn first, of each guild as many as it is
// asked for, and what is due first in each.
func (s *Store) firstLines(ctx context.Context, k kind, asked []asking, now int64) (out []record, err error) {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, a := range asked {
			p.ZRangeArgsWithScores(ctx, redis.ZRangeArgs{Key: s.key(a.shard, k.lines, a.name), ByScore: true, Start: "-inf", Stop: now, Count: int64(a.n)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for first := 0; first < len(asked); {
		guild, n := asked[first].name, asked[first].n
		var hosts []due
		for ; first < len(asked) && asked[first].name == guild; first++ {
			for _, z := range cmds[first].(*redis.ZSliceCmd).Val() {
				hosts = append(hosts, due{asked[first].shard, fmt.Sprint(z.Member), z.Score})
			}
		}
		slices.SortFunc(hosts, due.compare)
		for _, h := range hosts[:min(n, len(hosts))] {
			out = append(out, record{shard: h.shard, kind: k.record, host: h.name, guild: guild})
		}
	}
	if cmds, err = s.batch(ctx, func(p redis.Pipeliner) error {
		for _, r := range out {
			p.ZRange(ctx, s.key(r.shard, k.line, r.guild, r.host), 0, 0)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for i := range out {
		if ids := cmds[i].(*redis.StringSliceCmd).Val(); len(ids) > 0 {
			out[i].id = ids[0]
		}
	}
	return out, nil
}

// lease leases records, a call for each shard, and returns them in the order asked.
func (s *Store) lease(ctx context.Context, k kind, asked []asking, picks []record, d, spacing time.Duration) (out []taken, err error) {
	said, err := s.runAll(ctx, leaseScript, false, s.leaseCalls(k, asked, picks, d, spacing))
	if err != nil {
		return nil, err
	}
	got, resting := map[string]taken{}, map[string]bool{}
	for _, c := range said {
		list, err := c.Slice()
		if err != nil {
			return nil, err
		}
		now, _ := list[0].(int64)
		leased, _ := list[1].([]any)
		for i := 0; i+1 < len(leased); i += 2 {
			got[fmt.Sprint(leased[i])] = taken{token: fmt.Sprint(leased[i+1]), now: now}
		}
		hosts, _ := list[2].([]any)
		for _, h := range hosts {
			resting[fmt.Sprint(h)] = true
		}
	}
	for _, r := range picks {
		if t, ok := got[r.id]; ok && r.id != "" {
			t.record = r
			out = append(out, t)
		}
	}
	if len(resting) > 0 {
		err = s.rest(ctx, slices.Sorted(maps.Keys(resting)))
	}
	return out, err
}

// leaseCalls are the runs of lease.lua, one for each shard.
func (s *Store) leaseCalls(k kind, asked []asking, picks []record, d, spacing time.Duration) (calls []call) {
	in, random := groupAsked(asked), secret()
	for _, shard := range in.shards {
		c := call{
			keys: []string{s.key(shard, k.fronts), s.key(shard, "allowed")},
			args: []any{s.clock(), d.Milliseconds(), spacing.Milliseconds(), random, len(in.guilds[shard])},
		}
		for _, g := range in.guilds[shard] {
			c.keys, c.args = append(c.keys, s.key(shard, k.lines, g)), append(c.args, g)
		}
		calls = append(calls, c)
	}
	for _, r := range picks {
		c := &calls[in.call[r.shard]]
		c.keys = append(c.keys, s.key(r.shard, k.line, r.guild, r.host), s.key(r.shard, k.at, r.host), s.key(r.shard, k.record, r.id))
		c.args = append(c.args, in.number(r.shard, r.guild), r.host, r.id)
	}
	return calls
}

// grouped is who is asked in which shard: a script's run for each.
type grouped struct {
	shards []int
	guilds map[int][]string
	call   map[int]int // of a shard in shards
}

func groupAsked(asked []asking) grouped {
	in := grouped{guilds: map[int][]string{}, call: map[int]int{}}
	for _, a := range asked {
		if _, ok := in.call[a.shard]; !ok {
			in.call[a.shard] = len(in.shards)
			in.shards = append(in.shards, a.shard)
		}
		in.guilds[a.shard] = append(in.guilds[a.shard], a.name)
	}
	return in
}

// number is that of a guild among those of its shard, from 1.
func (in grouped) number(shard int, guild string) int {
	return slices.Index(in.guilds[shard], guild) + 1
}

// rest puts the turns of all lines to hosts right that rest since somebody asked them:
// each would be looked at in vain.
func (s *Store) rest(ctx context.Context, hosts []string) error {
	kinds := []kind{kindOf("a"), kindOf("f")}
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, h := range hosts {
			for _, k := range kinds {
				p.SMembers(ctx, s.key(shardOf(h), k.at, h))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	calls := make([]call, len(hosts))
	for i, h := range hosts {
		shard := shardOf(h)
		calls[i] = call{keys: []string{s.key(shard, "allowed")}, args: []any{h}}
		for j, k := range kinds {
			for _, g := range cmds[i*len(kinds)+j].(*redis.StringSliceCmd).Val() {
				calls[i].keys = append(calls[i].keys, s.key(shard, k.fronts), s.key(shard, k.lines, g))
				calls[i].args = append(calls[i].args, g)
			}
		}
	}
	_, err = s.runAll(ctx, restScript, false, calls)
	return err
}

// Lease implements watch.Store.
func (s *Store) Lease(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []watch.Lease, err error) {
	if room.Free <= 0 {
		return nil, nil
	}
	got, err := s.take(ctx, kindOf("a"), room, d, spacing)
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
			l := a.leaseOf(t.now)
			l.Guild = t.guild
			out = append(out, l)
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
		Article: a.id, Guild: a.guild, Token: a.token, Until: at(a.lease), Now: at(now), Due: at(a.due), State: a.state, Version: a.version,
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
	k := kindOf(r.kind)
	said, err := s.runOne(ctx, leaseNowScript, false, []string{
		s.key(r.shard, "a", r.id), s.key(r.shard, "allowed"), s.key(r.shard, k.fronts), s.key(r.shard, k.at, r.host),
		s.key(r.shard, k.lines, r.guild), s.key(r.shard, k.line, r.guild, r.host),
	}, s.clock(), d.Milliseconds(), spacing.Milliseconds(), secret(), r.host, r.id, r.guild).Result()
	switch said := said.(type) {
	case string:
		switch said {
		case "busy":
			return watch.ErrBusy
		case "changed":
			return errChanged
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
	err = again(ctx, func() error {
		a, err := s.held(ctx, l)
		if err != nil {
			return err
		}
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		w := s.change(a.record, a.keeper()...)
		w.token = l.Token
		w.do("HSET", w.own("a"), "lease", now+d.Milliseconds())
		if err := stale(w.run(ctx)); err != nil {
			return err
		}
		if a, err = s.load(ctx, a.shard, a.id); err == nil {
			out = a.leaseOf(now)
		}
		return err
	})
	return out, s.explain("extend", err)
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
