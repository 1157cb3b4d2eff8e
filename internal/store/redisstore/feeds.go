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
	"erratum/internal/fair"
	"erratum/internal/watch"
)

func feedAt(id, url string) record {
	host := article.Host(url)
	return record{shard: shardOf(host), kind: "f", id: id, host: host}
}

// storedFeed is a feed as it was read.
type storedFeed struct {
	watch.FollowedFeed
	version, due int64
	token        string
	lease        int64
	line         string // the guild in whose line it stands: its own, or none
}

// changeOf begins to write a feed.
func (s *Store) changeOf(f storedFeed) *writes {
	r := feedAt(f.ID, f.URL)
	r.guild = f.line
	return s.change(r, f.Destination.Guild)
}

var feedFields = []string{"doc", "version", "due", "token", "lease", "validators", "guild"}

// readFeed reads the fields of a feed. Its state stands in validators, of which they
// were the first part.
func (s *Store) readFeed(id string, values []any) (f storedFeed, err error) {
	str := func(i int) string { v, _ := values[i].(string); return v }
	num := func(i int) int64 { n, _ := strconv.ParseInt(str(i), 10, 64); return n }
	if len(values) != len(feedFields) || values[0] == nil {
		return f, watch.ErrNotFound
	}
	f.version, f.due, f.token, f.lease, f.line = num(1), num(2), str(3), num(4), str(6)
	f.Due = at(f.due)
	if err = s.pack.Read([]byte(str(0)), &f.Feed); err == nil && str(5) != "" {
		err = s.pack.Read([]byte(str(5)), &f.State)
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
	f.Removed, f.Took = time.Time{}, nil
	r := feedAt(f.ID, f.URL)
	err = again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		old, err := s.loadFeed(ctx, r.shard, r.id)
		if created = errors.Is(err, watch.ErrNotFound) || !old.Removed.IsZero(); !created && err != nil {
			return err
		}
		r.guild = old.line
		w := s.change(r, f.Destination.Guild).on(old.version)
		if stored = f; !created {
			stored.Title, stored.Creator, stored.Created = old.Title, old.Creator, old.Created
		} else {
			if err := s.purgeFeed(ctx, w, f); err != nil { // one that was removed can't come back any more
				return err
			}
			old.due = now
		}
		if stored.Created.IsZero() {
			stored.Created = at(now)
		}
		return s.putFeed(ctx, w, stored, min(old.due, now))
	})
	if err == nil {
		err = s.db.HSet(ctx, s.guildKey(f.Destination.Guild, "f"), r.id, r.shard).Err()
	}
	return stored, created, s.explain("add feed", err)
}

// putFeed writes a feed, due at a time.
func (s *Store) putFeed(ctx context.Context, w *writes, f watch.Feed, due int64) error {
	doc, err := s.pack.JSON(f)
	if err != nil {
		return err
	}
	active := 1
	if !f.Removed.IsZero() {
		active = 0
	}
	w.do("HSET", w.own("f"), "doc", doc, "due", due, "active", active)
	w.bump()
	return w.run(ctx)
}

// purgeFeed deletes all that belongs to a feed.
func (s *Store) purgeFeed(ctx context.Context, w *writes, f watch.Feed) error {
	queue, dead := w.key("q", w.r.id), w.key("dead", w.r.id)
	ids, err := s.waitingFor(ctx, queue, dead)
	if err != nil {
		return err
	}
	for _, delivery := range ids {
		for _, kind := range []string{"d", "tries", "claims", "reasons"} {
			w.do("HDEL", w.key(kind), delivery)
		}
	}
	w.unqueue(member(w.r.id, w.r.id, f.Destination))
	for _, key := range []string{queue, dead, w.own("f"), w.own("fs"), w.own("log")} {
		w.do("DEL", key)
	}
	return nil
}

// feedShard finds a feed that a guild may name.
func (s *Store) feedShard(ctx context.Context, guild, id string) (int, error) {
	shard, err := s.db.HGet(ctx, s.guildKey(guild, "f"), id).Int()
	if errors.Is(err, redis.Nil) || err == nil && (shard < 0 || shard >= shardCount) {
		return 0, watch.ErrNotFound
	}
	return shard, err
}

// Feeds implements command.Feeds.
func (s *Store) Feeds(ctx context.Context, guild string) (out []watch.FollowedFeed, err error) {
	shards, err := s.db.HGetAll(ctx, s.guildKey(guild, "f")).Result()
	if err != nil {
		return nil, s.explain("list feeds", err)
	}
	for id, n := range shards {
		shard, _ := strconv.Atoi(n)
		f, err := s.loadFeed(ctx, shard, id)
		if errors.Is(err, watch.ErrNotFound) || err == nil && (f.Destination.Guild != guild || !f.Removed.IsZero()) {
			continue
		} else if err != nil {
			return nil, s.explain("list feeds", err)
		}
		out = append(out, f.FollowedFeed)
	}
	slices.SortFunc(out, func(a, b watch.FollowedFeed) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// changeFeed changes a feed that a guild may name, removed or not.
func (s *Store) changeFeed(ctx context.Context, guild, id string, change func(f *storedFeed, w *writes, now int64) error) (out watch.Feed, err error) {
	shard, err := s.feedShard(ctx, guild, id)
	if err != nil {
		return out, err
	}
	err = again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		f, err := s.loadFeed(ctx, shard, id)
		if err == nil && f.Destination.Guild != guild {
			err = watch.ErrNotFound
		}
		if err != nil {
			return err
		}
		w := s.changeOf(f).on(f.version)
		if err := change(&f, w, now); err != nil {
			return err
		}
		out = f.Feed
		return s.putFeed(ctx, w, f.Feed, f.due)
	})
	return out, err
}

// EditFeed implements command.Feeds.
func (s *Store) EditFeed(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Feed) error) (watch.Feed, error) {
	out, err := s.changeFeed(ctx, guild, id, func(f *storedFeed, _ *writes, _ int64) error {
		if !f.Removed.IsZero() {
			return watch.ErrNotFound
		}
		old := f.Feed
		if err := edit(&f.Feed); err != nil {
			return err
		}
		f.ID, f.URL, f.Destination, f.Created, f.Removed = old.ID, old.URL, old.Destination, old.Created, old.Removed
		if !due.IsZero() {
			f.due = min(f.due, ms(due))
		}
		return nil
	})
	return out, s.explain("edit feed", err)
}

// RemoveFeed implements command.Feeds. What waits for it stays, out of reach of
// Claim, until it can't be restored any more.
func (s *Store) RemoveFeed(ctx context.Context, guild, id string) (watch.Feed, error) {
	out, err := s.changeFeed(ctx, guild, id, func(f *storedFeed, w *writes, now int64) error {
		if !f.Removed.IsZero() {
			return watch.ErrNotFound
		}
		f.Removed = at(now)
		w.do("HDEL", w.own("f"), "lease", "token")
		return s.park(ctx, w, id, member(id, id, f.Destination))
	})
	return out, s.explain("remove feed", err)
}

// RestoreFeed implements command.Feeds.
func (s *Store) RestoreFeed(ctx context.Context, guild, id string) (watch.Feed, error) {
	var took []string
	out, err := s.changeFeed(ctx, guild, id, func(f *storedFeed, w *writes, now int64) error {
		switch {
		case f.Removed.IsZero():
			return nil
		case ms(f.Removed) <= now-s.o.Undo.Milliseconds():
			return watch.ErrNotFound
		}
		took = f.Took
		f.Removed, f.Took, f.due = time.Time{}, nil, now
		return s.wake(ctx, w, id, member(id, id, f.Destination), now)
	})
	out.Took = took
	return out, s.explain("restore feed", err)
}

// dropFeed deletes a feed of a guild for good, when it is still as expected.
func (s *Store) dropFeed(ctx context.Context, shard int, id string, when func(storedFeed) bool) error {
	f, err := s.loadFeed(ctx, shard, id)
	if errors.Is(err, watch.ErrNotFound) || err == nil && !when(f) {
		return nil
	} else if err != nil {
		return err
	}
	w := s.changeOf(f).on(f.version)
	if err := s.purgeFeed(ctx, w, f.Feed); err != nil {
		return err
	}
	if err := w.run(ctx); err != nil {
		return err
	}
	return s.db.HDel(ctx, s.guildKey(f.Destination.Guild, "f"), id).Err()
}

// forgetFeeds removes a guild's feeds, those that a crash left out of its index, too.
func (s *Store) forgetFeeds(ctx context.Context, guild string) error {
	return s.scan(ctx, s.o.Prefix+"{s??}:f:*", func(keys []string) error {
		for _, key := range keys {
			shard, id, ok := s.parseKey(key, "f")
			if !ok {
				continue
			}
			err := again(ctx, func() error {
				return s.dropFeed(ctx, shard, id, func(f storedFeed) bool { return f.Destination.Guild == guild })
			})
			if err != nil {
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
func (s *Store) LeaseFeeds(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []watch.FeedLease, err error) {
	if room.Free <= 0 {
		return nil, nil
	}
	got, err := s.take(ctx, kindOf("f"), room, d, spacing)
	if err != nil || len(got) == 0 {
		return nil, s.explain("lease feeds", err)
	}
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
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
		l := watch.FeedLease{Feed: f.Feed, Token: f.token, Until: at(f.lease), Now: at(t.now), State: f.State, Seen: map[string]bool{}}
		for _, u := range cmds[2*i+1].(*redis.StringSliceCmd).Val() {
			l.Seen[u] = true
		}
		out = append(out, l)
	}
	return out, nil
}

// CommitFeed implements watch.FeedStore.
func (s *Store) CommitFeed(ctx context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	switch {
	case l.Token == "":
		return s.explain("commit feed", alert.ErrStale)
	case c.Due.IsZero():
		return s.explain("commit feed", fmt.Errorf("feed %s: it does not say when to poll next", l.Feed.ID))
	}
	state, err := s.pack.JSON(c.State)
	if err != nil {
		return s.explain("commit feed", err)
	}
	w := s.changeOf(storedFeed{FollowedFeed: watch.FollowedFeed{Feed: l.Feed}, line: l.Feed.Destination.Guild})
	w.token = l.Token
	w.do("HSET", w.own("f"), "due", ms(c.Due), "validators", state)
	w.do("HDEL", w.own("f"), "lease", "token")
	w.bump()
	if err := s.see(ctx, w, c.Seen); err != nil {
		return s.explain("commit feed", err)
	}
	if err := w.speak(l, c.Deliveries); err != nil {
		return s.explain("commit feed", err)
	}
	if !c.HostAfter.IsZero() {
		w.do("ZADD", w.key("allowed"), "GT", ms(c.HostAfter), w.r.host)
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

// speak queues what a feed has to say.
func (w *writes) speak(l watch.FeedLease, ds []alert.Delivery) error {
	for _, d := range ds {
		if d.Created.IsZero() {
			d.Created = l.Now
		}
		doc, err := w.s.pack.JSON(d)
		if err != nil {
			return err
		}
		w.enqueued(l.Feed.ID, member(l.Feed.ID, l.Feed.ID, l.Feed.Destination), d.ID, doc)
	}
	return nil
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
	w.do("ZREMRANGEBYRANK", w.own("fs"), 0, -watch.KeptItems-1)
	return nil
}
