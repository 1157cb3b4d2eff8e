package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

// How long things are kept that nobody asks for any more (storage.md §1, §2), and how
// often the guilds' indexes are compared with the shards.
const (
	keepUnwatched = 30 * 24 * time.Hour // articles
	keepLeft      = 7 * 24 * time.Hour  // what belongs to a guild that the bot was removed from
	repairEvery   = time.Hour
)

// Sweep does what is due of retention, finishes moves that were cut short, and puts
// the guilds' indexes right. Repeating it, also by several bots at once, is safe.
func (s *Store) Sweep(ctx context.Context) error {
	now, err := s.now(ctx)
	if err != nil {
		return s.explain("sweep", err)
	}
	var failed first
	switch former, err := s.former(ctx); {
	case failed.stops(err):
		return s.explain("sweep", failed.err)
	case former && failed.stops(s.placeAll(ctx)):
		return s.explain("sweep", failed.err)
	}
	for shard := range shardCount {
		if failed.stops(s.sweepShard(ctx, shard, now)) {
			return s.explain("sweep", failed.err)
		}
	}
	left, err := s.due(ctx, s.o.Prefix+"left", now-keepLeft.Milliseconds())
	if failed.stops(err) {
		return s.explain("sweep", failed.err)
	}
	for _, guild := range left {
		if failed.stops(s.forget(ctx, guild)) {
			return s.explain("sweep", failed.err)
		}
	}
	failed.stops(s.repair(ctx, now))
	return s.explain("sweep", failed.err)
}

// first keeps the first error: what is damaged in one place must not keep the sweep
// from the others.
type first struct{ err error }

// stops reports whether going on makes no sense.
func (f *first) stops(err error) bool {
	f.err = cmp.Or(f.err, err)
	return isNetwork(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, redis.ErrClosed)
}

// due lists the members of a queue up to a time.
func (s *Store) due(ctx context.Context, key string, until int64) ([]string, error) {
	return s.db.ZRangeArgs(ctx, redis.ZRangeArgs{Key: key, ByScore: true, Start: "-inf", Stop: until}).Result()
}

func (s *Store) sweepShard(ctx context.Context, shard int, now int64) error {
	unfinished, err := s.db.SMembers(ctx, s.key(shard, "moving")).Result()
	if err != nil {
		return err
	}
	var failed first
	for _, id := range unfinished {
		a, err := s.load(ctx, shard, id)
		if err == nil {
			err = s.finished(ctx, a)
		}
		if errors.Is(err, errMoving) {
			continue
		}
		if failed.stops(err) {
			return failed.err
		}
	}
	removed, err := s.due(ctx, s.key(shard, "removed"), now-s.o.Undo.Milliseconds())
	if err != nil {
		return err
	}
	for _, m := range removed {
		articleID, watchID, _ := strings.Cut(m, " ")
		if failed.stops(s.purgeRemoved(ctx, shard, articleID, watchID)) {
			return failed.err
		}
	}
	idle, err := s.due(ctx, s.key(shard, "idle"), now-keepUnwatched.Milliseconds())
	if err != nil {
		return err
	}
	for _, id := range idle {
		if failed.stops(s.purgeArticle(ctx, shard, id, now)) {
			return failed.err
		}
	}
	for _, key := range []string{"pauses", "allowed"} {
		if failed.stops(s.db.ZRemRangeByScore(ctx, s.key(shard, key), "-inf", strconv.FormatInt(now, 10)).Err()) {
			break
		}
	}
	return failed.err
}

// purgeRemoved purges a removed watch that can't be restored any more.
func (s *Store) purgeRemoved(ctx context.Context, shard int, articleID, watchID string) error {
	return again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		a, err := s.load(ctx, shard, articleID)
		if err != nil {
			return err
		}
		d := a.watches[watchID]
		if d == nil || d.Removed == 0 || d.Removed > now-s.o.Undo.Milliseconds() {
			return s.db.ZRem(ctx, s.key(shard, "removed"), articleID+" "+watchID).Err()
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		if err := s.purge(ctx, w, a, watchID); err != nil {
			return err
		}
		w.count(a, now)
		if err := w.run(ctx); err != nil {
			return err
		}
		return s.unindex(ctx, d.Destination.Guild, watchID)
	})
}

// purgeArticle deletes an unwatched article with its history. Its own alias stays:
// the address it moved to still holds.
func (s *Store) purgeArticle(ctx context.Context, shard int, id string, now int64) error {
	return again(ctx, func() error {
		a, err := s.load(ctx, shard, id)
		if err != nil {
			return err
		}
		if !a.there || a.unwatched == 0 || a.unwatched > now-keepUnwatched.Milliseconds() {
			return s.db.ZRem(ctx, s.key(shard, "idle"), id).Err()
		}
		if len(a.watches) > 0 {
			return nil // removed ones that can be restored
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		for _, kind := range []string{"a", "s", "r", "c", "p", "log", "w"} {
			w.do("DEL", w.own(kind))
		}
		if a.alias != "" {
			w.do("HSET", w.own("a"), "alias", a.alias, "host", a.host)
		}
		w.do("HDEL", w.key("shown", a.host), id)
		w.do("ZREM", w.key("idle"), id)
		return w.run(ctx)
	})
}

// eachWatch calls see for every watch of every article that can be read.
func (s *Store) eachWatch(ctx context.Context, see func(r record, id string, d *watchDoc)) error {
	return s.scan(ctx, s.o.Prefix+"{s??}:w:*", func(keys []string) error {
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, k := range keys {
				p.HGetAll(ctx, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, c := range cmds {
			shard, articleID, ok := s.parseKey(keys[i], "w")
			if !ok {
				continue
			}
			for id, doc := range c.(*redis.MapStringStringCmd).Val() {
				if strings.HasSuffix(id, ":m") {
					continue
				}
				d := new(watchDoc)
				if s.pack.Read([]byte(doc), d) != nil {
					continue // damaged: nobody can say whose it is
				}
				see(record{shard: shard, kind: "a", id: articleID}, id, d)
			}
		}
		return nil
	})
}

// repair puts the guilds' indexes right, once in a while: a crash between a shard and
// an index leaves them apart.
func (s *Store) repair(ctx context.Context, now int64) error {
	meta := s.o.Prefix + "meta"
	last, err := s.db.HGet(ctx, meta, "repaired").Int64()
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	if err == nil && now-last < repairEvery.Milliseconds() {
		return nil
	}
	if err := s.repairWatches(ctx); err != nil {
		return err
	}
	if err := s.repairFeeds(ctx, now); err != nil {
		return err
	}
	return s.db.HSet(ctx, meta, "repaired", now).Err()
}

func (s *Store) repairWatches(ctx context.Context) error {
	type where struct {
		record
		removed bool
	}
	guilds := map[string]map[string]where{}
	err := s.eachWatch(ctx, func(r record, id string, d *watchDoc) {
		g := d.Destination.Guild
		if guilds[g] == nil {
			guilds[g] = map[string]where{}
		}
		guilds[g][id] = where{r, d.Removed > 0}
	})
	if err != nil {
		return err
	}
	for guild, watches := range guilds {
		docs, err := s.db.HGetAll(ctx, s.guildKey(guild, "w")).Result()
		if err != nil {
			return err
		}
		for id, is := range watches {
			var e entry
			if json.Unmarshal([]byte(docs[id]), &e) == nil && e.Article == is.id && e.Shard == is.shard && e.Removed == is.removed {
				continue
			}
			a, err := s.load(ctx, is.shard, is.id)
			if err != nil {
				return err
			}
			if a.watches[id] != nil {
				if err := s.index(ctx, a, id); err != nil {
					return err
				}
			}
		}
	}
	return s.dropDangling(ctx)
}

// dropDangling takes entries out of indexes whose watches are gone.
func (s *Store) dropDangling(ctx context.Context) error {
	return s.scan(ctx, s.o.Prefix+"g:{*}:w", func(keys []string) error {
		for _, key := range keys {
			guild := strings.TrimSuffix(strings.TrimPrefix(key, s.o.Prefix+"g:{"), "}:w")
			entries, err := s.entries(ctx, guild)
			if err != nil {
				return err
			}
			for id, e := range entries {
				there, err := s.db.HExists(ctx, s.key(e.Shard, "w", e.Article), id).Result()
				if err == nil && !there {
					if _, err = s.articleOf(ctx, guild, id); errors.Is(err, watch.ErrNotFound) {
						err = s.unindex(ctx, guild, id)
					}
				}
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// repairFeeds puts the guilds' indexes of feeds right and deletes removed feeds that
// can't be restored any more.
func (s *Store) repairFeeds(ctx context.Context, now int64) error {
	return s.scan(ctx, s.o.Prefix+"{s??}:f:*", func(keys []string) error {
		for _, key := range keys {
			shard, id, ok := s.parseKey(key, "f")
			if !ok {
				continue
			}
			over := func(f storedFeed) bool {
				return !f.Removed.IsZero() && ms(f.Removed) <= now-s.o.Undo.Milliseconds()
			}
			if err := again(ctx, func() error { return s.dropFeed(ctx, shard, id, over) }); err != nil {
				return err
			}
			f, err := s.loadFeed(ctx, shard, id)
			if errors.Is(err, watch.ErrNotFound) {
				continue
			} else if err != nil {
				return err
			}
			if err := s.db.HSetNX(ctx, s.guildKey(f.Destination.Guild, "f"), id, shard).Err(); err != nil {
				return err
			}
		}
		return nil
	})
}
