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

// keptSeen bounds the items that a feed remembers: more than any feed lists at once.
const keptSeen = 2000

func feedAt(id, url string) record {
	host := article.Host(url)
	return record{shard: shardOf(host), kind: "f", id: id, host: host}
}

// storedFeed is a feed as it was read.
type storedFeed struct {
	feed         watch.Feed
	version, due int64
	token        string
	lease        int64
	failures     int
	validators   article.Validators
}

var feedFields = []string{"doc", "version", "due", "token", "lease", "failures", "validators"}

func (s *Store) readFeed(id string, values []any) (f storedFeed, err error) {
	str := func(i int) string { v, _ := values[i].(string); return v }
	num := func(i int) int64 { n, _ := strconv.ParseInt(str(i), 10, 64); return n }
	if len(values) != len(feedFields) || values[0] == nil {
		return f, watch.ErrNotFound
	}
	f.version, f.due, f.token, f.lease, f.failures = num(1), num(2), str(3), num(4), int(num(5))
	if err = s.pack.Read([]byte(str(0)), &f.feed); err == nil && str(6) != "" {
		err = s.pack.Read([]byte(str(6)), &f.validators)
	}
	if err != nil {
		err = fmt.Errorf("feed %s: %w", id, err)
	}
	return f, err
}

func (s *Store) loadFeed(ctx context.Context, shard int, id string) (f storedFeed, err error) {
	values, err := s.db.HMGet(ctx, s.key(shard, "f", id), feedFields...).Result()
	if err != nil {
		return f, err
	}
	return s.readFeed(id, values)
}

// AddFeed implements watch.FeedStore.
func (s *Store) AddFeed(ctx context.Context, f watch.Feed) (stored watch.Feed, created bool, err error) {
	f.ID = watch.FeedID(f.Destination, f.URL)
	r := feedAt(f.ID, f.URL)
	err = again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		old, err := s.loadFeed(ctx, r.shard, r.id)
		if created = errors.Is(err, watch.ErrNotFound); created {
			old.due = now
		} else if err != nil {
			return err
		}
		if stored = f; !created {
			stored.Title, stored.Creator, stored.Created = old.feed.Title, old.feed.Creator, old.feed.Created
		} else if stored.Created.IsZero() {
			stored.Created = at(now)
		}
		doc, err := s.pack.JSON(stored)
		if err != nil {
			return err
		}
		w := s.change(r).on(old.version)
		w.do("HSET", w.own("f"), "doc", doc, "due", min(old.due, now), "active", 1)
		w.bump()
		return w.run(ctx)
	})
	if err == nil {
		err = s.db.HSet(ctx, s.guildKey(f.Destination.Guild, "f"), r.id, r.shard).Err()
	}
	return stored, created, s.explain("add feed", err)
}

// feedShard finds a feed that a guild may name.
func (s *Store) feedShard(ctx context.Context, guild, id string) (int, error) {
	shard, err := s.db.HGet(ctx, s.guildKey(guild, "f"), id).Int()
	if errors.Is(err, redis.Nil) || err == nil && (shard < 0 || shard >= shardCount) {
		return 0, watch.ErrNotFound
	}
	return shard, err
}

// Feeds implements watch.FeedStore.
func (s *Store) Feeds(ctx context.Context, guild string) (out []watch.Feed, err error) {
	shards, err := s.db.HGetAll(ctx, s.guildKey(guild, "f")).Result()
	if err != nil {
		return nil, s.explain("list feeds", err)
	}
	for id, n := range shards {
		shard, _ := strconv.Atoi(n)
		f, err := s.loadFeed(ctx, shard, id)
		if errors.Is(err, watch.ErrNotFound) || err == nil && f.feed.Destination.Guild != guild {
			continue
		} else if err != nil {
			return nil, s.explain("list feeds", err)
		}
		out = append(out, f.feed)
	}
	slices.SortFunc(out, func(a, b watch.Feed) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// RemoveFeed implements watch.FeedStore.
func (s *Store) RemoveFeed(ctx context.Context, guild, id string) error {
	shard, err := s.feedShard(ctx, guild, id)
	if err == nil {
		err = s.removeFeed(ctx, guild, shard, id)
	}
	if err == nil {
		err = s.db.HDel(ctx, s.guildKey(guild, "f"), id).Err()
	}
	return s.explain("remove feed", err)
}

func (s *Store) removeFeed(ctx context.Context, guild string, shard int, id string) error {
	f, err := s.loadFeed(ctx, shard, id)
	if err == nil && f.feed.Destination.Guild != guild {
		err = watch.ErrNotFound
	}
	if err != nil {
		return err
	}
	w := s.change(feedAt(id, f.feed.URL))
	w.do("DEL", w.own("f"))
	w.do("DEL", w.own("fs"))
	w.do("DEL", w.own("log"))
	return w.run(ctx)
}

// forgetFeeds removes a guild's feeds, those that a crash left out of its index, too.
func (s *Store) forgetFeeds(ctx context.Context, guild string) error {
	return s.scan(ctx, s.o.Prefix+"{s??}:f:*", func(keys []string) error {
		for _, key := range keys {
			shard, id, ok := s.parseKey(key, "f")
			if !ok {
				continue
			}
			if err := s.removeFeed(ctx, guild, shard, id); err != nil && !errors.Is(err, watch.ErrNotFound) {
				return err
			}
		}
		return nil
	})
}

// parseKey undoes key for a record of a kind.
func (s *Store) parseKey(key, kind string) (shard int, id string, ok bool) {
	rest, ok := strings.CutPrefix(key, s.o.Prefix+"{s")
	if !ok || len(rest) < 4 {
		return 0, "", false
	}
	shard, err := strconv.Atoi(rest[:2])
	id, ok = strings.CutPrefix(rest[2:], "}:"+kind+":")
	return shard, id, ok && err == nil && shard < shardCount
}

// LeaseFeeds implements watch.FeedStore.
func (s *Store) LeaseFeeds(ctx context.Context, n int, d, spacing time.Duration) (out []watch.FeedLease, err error) {
	if n <= 0 {
		return nil, nil
	}
	got, err := s.take(ctx, "f", n, d, spacing)
	if err != nil || len(got) == 0 {
		return nil, s.explain("lease feeds", err)
	}
	cmds, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, t := range got {
			p.HMGet(ctx, s.key(t.shard, "f", t.id), feedFields...)
			p.ZRange(ctx, s.key(t.shard, "fs", t.id), 0, -1)
		}
		return nil
	})
	if err != nil {
		return nil, s.explain("lease feeds", err)
	}
	for i, t := range got {
		f, err := s.readFeed(t.id, cmds[2*i].(*redis.SliceCmd).Val())
		if errors.Is(err, watch.ErrNotFound) || err == nil && f.token != t.token {
			continue // removed meanwhile
		} else if err != nil {
			return nil, s.explain("lease feeds", err)
		}
		l := watch.FeedLease{Feed: f.feed, Token: f.token, Until: at(f.lease), Now: at(t.now), Validators: f.validators, Failures: f.failures, Seen: map[string]bool{}}
		for _, u := range cmds[2*i+1].(*redis.StringSliceCmd).Val() {
			l.Seen[u] = true
		}
		out = append(out, l)
	}
	return out, nil
}

// CommitFeed implements watch.FeedStore.
func (s *Store) CommitFeed(ctx context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	if l.Token == "" {
		return s.explain("commit feed", alert.ErrStale)
	}
	validators, err := s.pack.JSON(c.Validators)
	if err != nil {
		return s.explain("commit feed", err)
	}
	w := s.change(feedAt(l.Feed.ID, l.Feed.URL))
	w.token = l.Token
	w.do("HSET", w.own("f"), "due", ms(c.Due), "failures", c.Failures, "validators", validators)
	w.do("HDEL", w.own("f"), "lease", "token")
	w.bump()
	if err := s.see(ctx, w, c.Seen); err != nil {
		return s.explain("commit feed", err)
	}
	log, err := s.log(ctx, w.own("log"))
	if err == nil {
		err = w.addVisit(log, c.Visit)
	}
	if err != nil {
		return s.explain("commit feed", err)
	}
	return s.explain("commit feed", w.run(ctx))
}

// see remembers items, newest last, and forgets the oldest beyond the bound. Only
// who holds the lease does.
func (s *Store) see(ctx context.Context, w *writes, urls []string) error {
	if len(urls) == 0 {
		return nil
	}
	newest, err := s.db.ZRangeWithScores(ctx, w.own("fs"), -1, -1).Result()
	if err != nil {
		return err
	}
	n := 0.0
	if len(newest) > 0 {
		n = newest[0].Score
	}
	for _, u := range urls {
		n++
		w.do("ZADD", w.own("fs"), n, u)
	}
	w.do("ZREMRANGEBYRANK", w.own("fs"), 0, -keptSeen-1)
	return nil
}
