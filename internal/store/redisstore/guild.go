package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

// listed bounds the lists in a guild's health.
const listed = 20

// Settings implements command.Guilds.
func (s *Store) Settings(ctx context.Context, guild string) (out alert.Settings, err error) {
	out, err = s.settings(s.db.Get(ctx, s.guildKey(guild, "set")))
	return out, s.explain("read settings", err)
}

// EditSettings implements command.Guilds. The guild is listed first: a list that names
// one without settings does no harm.
func (s *Store) EditSettings(ctx context.Context, guild string, edit func(*alert.Settings) error) (out alert.Settings, err error) {
	key := s.guildKey(guild, "set")
	work := func(tx *redis.Tx) error {
		if out, err = s.settings(tx.Get(ctx, key)); err != nil {
			return err
		}
		if err := edit(&out); err != nil {
			return err
		}
		doc, err := s.pack.JSON(out)
		if err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, key, doc, 0).Err() })
		return err
	}
	if err := s.db.SAdd(ctx, s.o.Prefix+"guilds", guild).Err(); err != nil {
		return out, s.explain("edit settings", err)
	}
	err = s.transact(ctx, key, work)
	return out, s.explain("edit settings", err)
}

// settings reads a guild's settings; a guild without any has the defaults.
func (s *Store) settings(c *redis.StringCmd) (out alert.Settings, err error) {
	doc, err := c.Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return out, nil
	case err == nil:
		err = s.pack.Read(doc, &out)
	}
	return out, err
}

// Joined implements command.Presence.
func (s *Store) Joined(ctx context.Context, guild string) error {
	err := s.db.SAdd(ctx, s.o.Prefix+"guilds", guild).Err()
	if err == nil {
		err = s.db.ZRem(ctx, s.o.Prefix+"left", guild).Err()
	}
	return s.explain("write presence", err)
}

// Guilds implements command.Presence.
func (s *Store) Guilds(ctx context.Context) ([]string, error) {
	all, err := s.db.SMembers(ctx, s.o.Prefix+"guilds").Result()
	if err != nil {
		return nil, s.explain("list guilds", err)
	}
	left, err := s.db.ZRange(ctx, s.o.Prefix+"left", 0, -1).Result()
	if err != nil {
		return nil, s.explain("list guilds", err)
	}
	all = slices.DeleteFunc(all, func(g string) bool { return slices.Contains(left, g) })
	slices.Sort(all)
	return all, nil
}

// Left implements command.Presence.
func (s *Store) Left(ctx context.Context, guild string) error {
	now, err := s.now(ctx)
	if err == nil {
		err = s.db.ZAddNX(ctx, s.o.Prefix+"left", redis.Z{Score: float64(now), Member: guild}).Err()
	}
	return s.explain("write presence", err)
}

// Health implements command.Guilds. It reads what is now, piece by piece.
func (s *Store) Health(ctx context.Context, guild string) (h watch.Health, err error) {
	now, err := s.now(ctx)
	if err != nil {
		return h, s.explain("health", err)
	}
	list, err := s.list(ctx, guild)
	if err != nil {
		return h, s.explain("health", err)
	}
	articles := map[string]int{}
	for _, l := range list {
		h.Watches++
		if l.doc.Paused {
			h.Paused++
		}
		if ms(l.doc.MutedUntil) > now {
			h.Muted++
		}
		articles[l.Article] = l.Shard
	}
	h.Articles = len(articles)
	if err := s.healthOfArticles(ctx, &h, articles, now); err != nil {
		return h, s.explain("health", err)
	}
	if err := s.healthOfQueues(ctx, &h, guild, list); err != nil {
		return h, s.explain("health", err)
	}
	if h.SlowedUntil, err = s.lastTurn(ctx, guild, now); err != nil {
		return h, s.explain("health", err)
	}
	h.Routes, err = s.routes(ctx, guild, now)
	return h, s.explain("health", err)
}

// healthOfArticles counts what is overdue or was read without its layout, and lists
// what is in trouble.
func (s *Store) healthOfArticles(ctx context.Context, h *watch.Health, articles map[string]int, now int64) error {
	type blind struct {
		since int64
		id    string
	}
	var all []blind
	ids := make([]string, 0, len(articles))
	for id := range articles {
		ids = append(ids, id)
	}
	for batch := range slices.Chunk(ids, pipelineMax) {
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, id := range batch {
				p.HMGet(ctx, s.key(articles[id], "a", id), "due", "lease", "active", "trouble", "flat")
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, c := range cmds {
			var n [4]int64
			values := c.(*redis.SliceCmd).Val()
			for j := range n {
				str, _ := values[j].(string)
				n[j], _ = strconv.ParseInt(str, 10, 64)
			}
			if why, _ := values[len(n)].(string); why != "" {
				if h.Flat == nil {
					h.Flat = map[string]int{}
				}
				h.Flat[why]++
			}
			queue := n[0]
			if n[1] > 0 {
				queue = n[1]
			}
			if n[2] > 0 && queue < now-time.Minute.Milliseconds() {
				h.Overdue++
			}
			if n[3] > 0 {
				all = append(all, blind{n[3], batch[i]})
			}
		}
	}
	slices.SortFunc(all, func(a, b blind) int { return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.id, b.id)) })
	for _, b := range all[:min(listed, len(all))] {
		a, err := s.load(ctx, articles[b.id], b.id)
		if err != nil {
			return err
		}
		h.Blind = append(h.Blind, a.state)
	}
	return nil
}

// letter is a dead letter that was found.
type letter struct {
	listedWatch
	delivery string
	at       int64
}

// healthOfQueues counts what waits and lists the newest dead letters.
func (s *Store) healthOfQueues(ctx context.Context, h *watch.Health, guild string, list []listedWatch) error {
	watches := len(list)
	feeds, err := s.listFeeds(ctx, guild)
	if err != nil {
		return err
	}
	list = append(list, feeds...)
	var letters []letter
	counted := 0
	for batch := range slices.Chunk(list, pipelineMax/2) {
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, l := range batch {
				p.LLen(ctx, s.key(l.Shard, "q", l.id))
				p.ZRevRangeWithScores(ctx, s.key(l.Shard, "dead", l.id), 0, listed-1)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, l := range batch {
			if counted++; counted <= watches {
				h.Queued += int(cmds[2*i].(*redis.IntCmd).Val())
			}
			for _, z := range cmds[2*i+1].(*redis.ZSliceCmd).Val() {
				letters = append(letters, letter{l, fmt.Sprint(z.Member), int64(z.Score)})
			}
		}
	}
	slices.SortFunc(letters, func(a, b letter) int {
		return cmp.Or(cmp.Compare(b.at, a.at), cmp.Compare(a.delivery, b.delivery))
	})
	for _, l := range letters[:min(listed, len(letters))] {
		d, err := s.deadLetter(ctx, l)
		if err != nil {
			return err
		}
		h.Dead = append(h.Dead, d)
	}
	return nil
}

// listFeeds lists a guild's feeds as if they were watches, of an article of their name:
// their queues are kept so.
func (s *Store) listFeeds(ctx context.Context, guild string) (out []listedWatch, err error) {
	feeds, err := s.Feeds(ctx, guild)
	for _, f := range feeds {
		out = append(out, listedWatch{
			entry: entry{Shard: shardOf(article.Host(f.URL)), Article: f.ID}, id: f.ID, feed: true,
			doc: &watchDoc{Watch: watch.Watch{Destination: f.Destination}},
		})
	}
	return out, err
}

// deadLetter reads one. One that can't be read is listed without its content, so
// that it can be dropped.
func (s *Store) deadLetter(ctx context.Context, l letter) (watch.DeadLetter, error) {
	var doc, tries, reason *redis.StringCmd
	if _, err := s.batch(ctx, func(p redis.Pipeliner) error {
		doc = p.HGet(ctx, s.key(l.Shard, "d"), l.delivery)
		tries = p.HGet(ctx, s.key(l.Shard, "tries"), l.delivery)
		reason = p.HGet(ctx, s.key(l.Shard, "reasons"), l.delivery)
		return nil
	}); err != nil {
		return watch.DeadLetter{}, err
	}
	out := watch.DeadLetter{At: at(l.at), Reason: reason.Val()}
	ds := make([]alert.Delivery, 1)
	err := s.pack.Read([]byte(doc.Val()), &ds[0])
	if err == nil {
		bad, jerr := s.join(ctx, ds)
		if jerr != nil {
			return out, jerr
		}
		err = bad[0]
	}
	if err != nil {
		ds[0] = alert.Delivery{Destination: l.doc.Destination}
		out.Reason = fmt.Sprintf("%s (%v)", out.Reason, err)
	}
	out.Delivery = ds[0]
	var last int64
	_, _ = fmt.Sscanf(tries.Val(), "%d %d", &out.Delivery.Attempt, &last) // never tried: none
	out.Delivery.ID, out.Delivery.Watch, out.Delivery.LastAttempt = l.delivery, l.id, at(last)
	return out, nil
}

// routes lists a guild's paused channels.
func (s *Store) routes(ctx context.Context, guild string, now int64) (out []watch.PausedRoute, err error) {
	all, err := s.db.HGetAll(ctx, s.guildKey(guild, "r")).Result()
	if err != nil {
		return nil, err
	}
	for ch, v := range all {
		until, reason, _ := strings.Cut(v, " ")
		n, _ := strconv.ParseInt(until, 10, 64)
		if n > now {
			out = append(out, watch.PausedRoute{To: alert.Destination{Guild: guild, Channel: ch}, Until: at(n), Reason: reason})
		}
	}
	slices.SortFunc(out, func(a, b watch.PausedRoute) int { return cmp.Compare(a.To.Channel, b.To.Channel) })
	return out[:min(listed, len(out))], nil
}

// Forget implements command.Guilds. It looks at every watch, so that one which a
// crash left out of the index is forgotten, too.
func (s *Store) Forget(ctx context.Context, guild string) error {
	return s.explain("forget", s.forget(ctx, guild))
}

func (s *Store) forget(ctx context.Context, guild string) error {
	articles, places := map[string]int{}, map[alert.Destination]bool{}
	err := s.eachWatch(ctx, func(r record, _ string, d *watchDoc) {
		if d.Destination.Guild == guild {
			articles[r.id] = r.shard
			places[d.Destination] = true
		}
	})
	if err != nil {
		return err
	}
	// What a channel was told of is found by its watches: first it, then they.
	for to := range places {
		if err := s.forgetStories(ctx, to); err != nil {
			return err
		}
		if err := s.db.Del(ctx, s.laneKey(channel(to))).Err(); err != nil {
			return err
		}
	}
	for id, shard := range articles {
		if err := s.forgetWatches(ctx, guild, shard, id); err != nil {
			return err
		}
	}
	if err := s.forgetFeeds(ctx, guild); err != nil {
		return err
	}
	channels, err := s.db.HKeys(ctx, s.guildKey(guild, "r")).Result()
	if err != nil {
		return err
	}
	for shard := range shardCount {
		for _, ch := range channels {
			if err := s.db.ZRem(ctx, s.key(shard, "pauses"), guild+sep+ch).Err(); err != nil {
				return err
			}
		}
	}
	if err := s.db.ZRem(ctx, s.o.Prefix+"left", guild).Err(); err != nil {
		return err
	}
	if err := s.db.SRem(ctx, s.o.Prefix+"guilds", guild).Err(); err != nil {
		return err
	}
	return s.db.Del(ctx, s.guildKey(guild, "w"), s.guildKey(guild, "f"), s.guildKey(guild, "set"), s.guildKey(guild, "r"), s.guildKey(guild, "turns")).Err()
}

// forgetWatches purges a guild's watches of one article, wherever it moves meanwhile.
func (s *Store) forgetWatches(ctx context.Context, guild string, shard int, id string) error {
	return again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		a, err := s.load(ctx, shard, id)
		if err != nil {
			return err
		}
		if a.moving != "" {
			return s.finished(ctx, a)
		}
		if a.alias != "" {
			r, err := parseAlias(a.alias)
			if err != nil {
				return err
			}
			shard, id = r.shard, r.id
			return errMoving
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		none := true
		for watchID, d := range a.watches {
			if d.Destination.Guild == guild {
				none = false
				if err := s.purge(ctx, w, a, watchID); err != nil {
					return err
				}
			}
		}
		if none {
			return nil
		}
		w.count(a, now)
		return w.run(ctx)
	})
}
