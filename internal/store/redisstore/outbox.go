package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// Claim implements deliver.Outbox. Once it has claimed something it waits for nobody:
// a claim that is handed out late may have ended, and be another's.
func (s *Store) Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []alert.Delivery, err error) {
	room, rest, lanes := room.Clone(), ctx, newLanes(d, spacing)
	for range 4 * rounds {
		got, more, err := s.claimSome(rest, room, d, lanes)
		out = append(out, got...)
		if err != nil && len(out) == 0 {
			return nil, s.explain("claim", err)
		}
		if err != nil || !more {
			break
		}
		for _, d := range got {
			room.Enter(d.Destination.Guild)
		}
		// Queues that are paused, or were taken by others, are out of the way now.
		if len(out) > 0 && rest == ctx {
			var cancel context.CancelFunc
			rest, cancel = context.WithTimeout(ctx, d/4)
			defer cancel()
		}
	}
	return out, nil
}

// claimSome claims what heads of queues it can, as guilds share the room, and reports
// whether there may be more.
func (s *Store) claimSome(ctx context.Context, room fair.Room, d time.Duration, lanes *lanes) (out []alert.Delivery, more bool, err error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, false, err
	}
	fronts, err := s.peek(ctx, "outfronts", now, room.Width()+len(lanes.spent)+len(lanes.vain))
	if err != nil {
		return nil, false, err
	}
	asked := shares(room, slices.DeleteFunc(fronts, func(f due) bool { return lanes.spent[f.name] }), lanes.vain)
	if len(asked) == 0 {
		return nil, false, nil
	}
	heads, early, err := s.heads(ctx, asked, now, lanes.depth)
	if err != nil {
		return nil, false, err
	}
	begun := time.Now()
	picks := s.picks(ctx, lanes, heads, room.Free)
	if len(picks) == 0 && !early {
		return nil, !lanes.full, nil
	}
	out, err = s.send(ctx, asked, picks, d)
	for _, a := range asked {
		if !slices.ContainsFunc(out, func(d alert.Delivery) bool { return d.Destination.Guild == a.name }) {
			lanes.vain[a.name]++
		}
	}
	s.endLanes(ctx, picks, out)
	if took := time.Since(begun); err == nil && took > d/2 {
		return nil, false, fmt.Errorf("it took %s, and claims hold for %s: they are left to end", took.Round(time.Millisecond), d)
	}
	return out, !lanes.full, err
}

// guildHeads are the heads of a guild's queues that may be sent, and how many of them it
// is asked for.
type guildHeads struct {
	guild string
	heads []due
	n     int
	cut   bool // there may be more behind them
}

// heads reads the queues of those who are asked that may be sent, of each the first in a
// shard, in the order in which they were asked. At a depth of 0 as many as they are asked
// for. It reports whether a front said that something may be sent where nothing may.
func (s *Store) heads(ctx context.Context, asked []asking, now int64, depth int) (out []guildHeads, early bool, err error) {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, a := range asked {
			p.ZRangeArgsWithScores(ctx, redis.ZRangeArgs{Key: s.key(a.shard, "out", a.name), ByScore: true, Start: "-inf", Stop: now, Count: int64(max(depth, a.n))})
		}
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	for i, a := range asked {
		if i == 0 || asked[i-1].name != a.name {
			out = append(out, guildHeads{guild: a.name, n: a.n})
		}
		g := &out[len(out)-1]
		found := cmds[i].(*redis.ZSliceCmd).Val()
		for _, z := range found {
			g.heads = append(g.heads, due{a.shard, fmt.Sprint(z.Member), z.Score})
		}
		g.cut, early = g.cut || len(found) == max(depth, a.n), early || len(found) == 0
	}
	for _, g := range out {
		slices.SortFunc(g.heads, due.compare)
	}
	return out, early, nil
}

// claimed is the answer to a claim.
type claimed struct {
	member, id, payload string
	attempts            int
	attempted           int64
	since               int64 // when the server began to be the one that it is; 0: it always was
}

// send claims the heads of queues, in the order given. One that can't be read must
// not hold up its queue: it becomes a dead letter.
func (s *Store) send(ctx context.Context, asked []asking, picks []pick, d time.Duration) (out []alert.Delivery, err error) {
	secret := secret()
	said, err := s.runAll(ctx, sendScript, true, s.sendCalls(asked, picks, d, secret))
	if err != nil {
		return nil, err
	}
	got := map[string]claimed{}
	for _, c := range said {
		list, err := c.StringSlice()
		if err != nil {
			return nil, err
		}
		readClaims(list, got)
	}
	var bad []error
	for _, h := range picks {
		c, ok := got[h.name]
		if !ok {
			continue
		}
		watchID, articleID, _ := splitMember(h.name)
		del := alert.Delivery{}
		bad = append(bad, s.pack.Read([]byte(c.payload), &del))
		del.ID, del.Watch, del.Token = c.id, watchID, claimToken(h.shard, articleID, secret)
		del.Attempt, del.LastAttempt = c.attempts+1, at(c.attempted)
		del.Destination, del.Lane, del.Wait = destination(h.name), h.lane, h.wait
		// A server that was restarted or took over from another may have forgotten what
		// it acknowledged: what was made before that is looked up before it is sent.
		del.Doubtful = c.since > 0 && del.Created.UnixMilli() <= c.since
		out = append(out, del)
	}
	return s.readable(ctx, out, bad)
}

// readable buries what can't be read, and fills in the reports of the others.
func (s *Store) readable(ctx context.Context, ds []alert.Delivery, bad []error) (out []alert.Delivery, err error) {
	reports, err := s.join(ctx, ds)
	if err != nil {
		return nil, err
	}
	for i, d := range ds {
		why := cmp.Or(bad[i], reports[i])
		if why == nil {
			out = append(out, d)
			continue
		}
		err := s.settle(ctx, d, "bury", "it can't be read any more: "+why.Error(), 0)
		if err != nil && !errors.Is(err, alert.ErrStale) {
			return nil, err
		}
	}
	return out, nil
}

// sendCalls are the runs of send.lua, one for each shard. Guilds that are asked in vain
// are named, too: the time of their front was too early.
func (s *Store) sendCalls(asked []asking, picks []pick, d time.Duration, secret string) (calls []call) {
	in := groupAsked(asked)
	for _, shard := range in.shards {
		c := call{args: []any{s.clock(), d.Milliseconds(), secret, len(in.guilds[shard])}}
		for _, k := range []string{"outfronts", "held", "pauses", "d", "tries", "claims", "run"} {
			c.keys = append(c.keys, s.key(shard, k))
		}
		for _, g := range in.guilds[shard] {
			c.keys, c.args = append(c.keys, s.key(shard, "out", g)), append(c.args, g)
		}
		calls = append(calls, c)
	}
	for _, h := range picks {
		c := &calls[in.call[h.shard]]
		id, _, _ := splitMember(h.name)
		c.keys = append(c.keys, s.key(h.shard, "q", id))
		c.args = append(c.args, in.number(h.shard, guildOf(h.name)), h.name, h.channel, h.rests)
	}
	return calls
}

// readClaims reads what send.lua answered, by member.
func readClaims(list []string, got map[string]claimed) {
	if len(list) == 0 {
		return
	}
	since, _ := strconv.ParseInt(list[0], 10, 64)
	for i := 1; i+4 < len(list); i += 5 {
		c := claimed{member: list[i], id: list[i+1], payload: list[i+2], since: since}
		c.attempts, _ = strconv.Atoi(list[i+3])
		c.attempted, _ = strconv.ParseInt(list[i+4], 10, 64)
		got[c.member] = c
	}
}

// destination is that of a member of out.
func destination(m string) alert.Destination {
	_, _, to := splitMember(m)
	guild, ch, _ := strings.Cut(to, sep)
	return alert.Destination{Guild: guild, Channel: ch}
}

// claimToken says where a claimed delivery is, and proves the claim.
func claimToken(shard int, articleID, secret string) string {
	return fmt.Sprintf("%d.%s.%s", shard, articleID, secret)
}

func parseToken(token string) (shard int, articleID, secret string, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return 0, "", "", false
	}
	shard, err := strconv.Atoi(parts[0])
	return shard, parts[1], parts[2], err == nil && shard >= 0 && shard < shardCount
}

// join fills in what was shown last, and the reports, which are stored once for a pair
// of revisions; it says of each delivery why its report can't be read.
func (s *Store) join(ctx context.Context, ds []alert.Delivery) (bad []error, err error) {
	bad = make([]error, len(ds))
	asked, last := make([]*redis.StringCmd, len(ds)), make([]*redis.StringCmd, len(ds))
	_, err = s.batch(ctx, func(p redis.Pipeliner) error {
		for i, d := range ds {
			n := d.Notice
			if shard, articleID, _, ok := parseToken(d.Token); ok {
				last[i] = p.HGet(ctx, s.key(shard, "w", articleID), d.Watch+":m")
			}
			if n.From == 0 && n.To == 0 {
				continue
			}
			shard, ok := s.shards.get(n.Subject.Article)
			if !ok {
				shard = shardOf(article.Host(n.Subject.URL))
			}
			asked[i] = p.HGet(ctx, s.key(shard, "c", n.Subject.Article), reportField(n.From, n.To, n.Choices))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, c := range asked {
		if last[i] != nil { // a watch that was told nothing yet has none, nor has a feed
			ds[i].Last = alert.ParseShown(last[i].Val())
		}
		if c == nil {
			continue
		}
		n := &ds[i].Notice
		doc, err := c.Bytes()
		if errors.Is(err, redis.Nil) { // it moved, or there is none
			doc, err = s.reportDoc(ctx, n.Subject.Article, reportField(n.From, n.To, n.Choices))
		}
		switch {
		case errors.Is(err, watch.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			n.Report = new(report.Report)
			if bad[i] = s.pack.Read(doc, n.Report); bad[i] != nil {
				n.Report = nil
			}
		}
	}
	return bad, nil
}

// settle ends a claim, and gives its lane back at the same time; alert.ErrStale.
func (s *Store) settle(ctx context.Context, d alert.Delivery, how, word string, wait time.Duration) error {
	var lane sync.WaitGroup
	defer lane.Wait()
	lane.Go(func() { s.endLane(ctx, channel(d.Destination), d.Lane, d.Pace) })
	shard, articleID, secret, ok := parseToken(d.Token)
	if !ok {
		return alert.ErrStale
	}
	said, err := s.runOne(ctx, settleScript, true, []string{
		s.key(shard, "claims"), s.key(shard, "out", d.Destination.Guild), s.key(shard, "q", d.Watch), s.key(shard, "tries"),
		s.key(shard, "d"), s.key(shard, "dead", d.Watch), s.key(shard, "reasons"), s.key(shard, "w", articleID), s.key(shard, "outfronts"),
	}, s.clock(), secret, d.ID, d.Watch, member(d.Watch, articleID, d.Destination), how, word, max(wait, 0).Milliseconds(),
		fmt.Sprintf("%d %d", d.Attempt-1, ms(d.LastAttempt)), d.Destination.Guild).Text()
	if err == nil && said == "stale" {
		err = alert.ErrStale
	}
	return err
}

// Ack implements deliver.Outbox.
func (s *Store) Ack(ctx context.Context, d alert.Delivery, message string) error {
	return s.explain("ack", s.settle(ctx, d, "ack", message, 0))
}

// Retry implements deliver.Outbox.
func (s *Store) Retry(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	return s.explain("retry", s.settle(ctx, d, "retry", reason, wait))
}

// Hold implements deliver.Outbox.
func (s *Store) Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	return s.explain("hold", s.settle(ctx, d, "hold", reason, wait))
}

// Bury implements deliver.Outbox.
func (s *Store) Bury(ctx context.Context, d alert.Delivery, reason string) error {
	return s.explain("bury", s.settle(ctx, d, "bury", reason, 0))
}

// Pause implements deliver.Outbox. It is told to the guild first, then to each shard.
func (s *Store) Pause(ctx context.Context, to alert.Destination, wait time.Duration, reason string) error {
	now, err := s.now(ctx)
	if err != nil {
		return s.explain("pause", err)
	}
	wait = max(wait, 0)
	routes := s.guildKey(to.Guild, "r")
	if wait > 0 {
		err = s.db.HSet(ctx, routes, to.Channel, fmt.Sprintf("%d %s", now+wait.Milliseconds(), reason)).Err()
	}
	var calls []call
	for shard := range shardCount {
		calls = append(calls, call{
			keys: []string{s.key(shard, "pauses"), s.key(shard, "out", to.Guild), s.key(shard, "held"), s.key(shard, "outfronts")},
			args: []any{s.clock(), channel(to), wait.Milliseconds(), to.Guild},
		})
	}
	if err == nil {
		_, err = s.runAll(ctx, pauseScript, false, calls)
	}
	if err == nil && wait == 0 {
		err = s.db.HDel(ctx, routes, to.Channel).Err()
	}
	return s.explain("pause", err)
}

// Replay implements command.DeadLetters.
func (s *Store) Replay(ctx context.Context, guild, deliveryID string) error {
	return s.explain("replay dead letter", s.endDead(ctx, guild, deliveryID, "replay"))
}

// Drop implements command.DeadLetters.
func (s *Store) Drop(ctx context.Context, guild, deliveryID string) error {
	return s.explain("drop dead letter", s.endDead(ctx, guild, deliveryID, "drop"))
}

func (s *Store) endDead(ctx context.Context, guild, deliveryID, how string) error {
	return again(ctx, func() error {
		list, err := s.list(ctx, guild)
		if err != nil {
			return err
		}
		feeds, err := s.listFeeds(ctx, guild)
		if err != nil {
			return err
		}
		if list = append(list, feeds...); len(list) == 0 {
			return watch.ErrNotFound
		}
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, l := range list {
				p.ZScore(ctx, s.key(l.Shard, "dead", l.id), deliveryID)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, c := range cmds {
			if c.Err() == nil {
				return s.endDeadOf(ctx, list[i], deliveryID, how)
			}
		}
		return watch.ErrNotFound
	})
}

func (s *Store) endDeadOf(ctx context.Context, l listedWatch, deliveryID, how string) error {
	of := "a"
	if l.feed {
		of = "f"
	}
	said, err := s.runOne(ctx, deadScript, true, []string{
		s.key(l.Shard, "dead", l.id), s.key(l.Shard, "q", l.id), s.key(l.Shard, "out", l.doc.Destination.Guild), s.key(l.Shard, "reasons"),
		s.key(l.Shard, "d"), s.key(l.Shard, "tries"), s.key(l.Shard, of, l.Article), s.key(l.Shard, "outfronts"),
	}, s.clock(), deliveryID, member(l.id, l.Article, l.doc.Destination), how, l.doc.Destination.Guild).Text()
	switch {
	case err != nil:
		return err
	case said == "missing":
		return watch.ErrNotFound
	case said == "moving":
		a, err := s.load(ctx, l.Shard, l.Article)
		if err != nil {
			return err
		}
		return s.finished(ctx, a)
	default:
		return nil
	}
}
