package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"
)

// In schema 1 all guilds shared one queue of hosts, in schema 2 still one of alerts.
// migrate gives each guild its own. It may be repeated, also by several bots at once and
// while they work: each record is placed as any write places it, by its due time or its
// lease's end.
func (s *Store) migrate(ctx context.Context) error {
	meta := s.o.Prefix + "meta"
	text, err := s.db.HGet(ctx, meta, "schema").Result()
	if err != nil {
		return err
	}
	if version, err := strconv.Atoi(text); err != nil || version >= schemaVersion {
		return err
	}
	if err := s.placeAll(ctx); err != nil {
		return err
	}
	return s.db.HSet(ctx, meta, "schema", schemaVersion).Err()
}

// placeAll puts all articles, feeds and alerts where they belong to their guilds, and
// deletes the former queues.
func (s *Store) placeAll(ctx context.Context) error {
	if err := s.scan(ctx, s.o.Prefix+"{s??}:a:*", func(keys []string) error { return s.placeArticles(ctx, keys) }); err != nil {
		return err
	}
	if err := s.scan(ctx, s.o.Prefix+"{s??}:f:*", func(keys []string) error { return s.placeFeeds(ctx, keys) }); err != nil {
		return err
	}
	for shard := range shardCount {
		if err := s.placeQueues(ctx, shard); err != nil {
			return err
		}
	}
	for _, former := range []string{"due:*", "feeddue:*", "hosts", "feedhosts"} { // those last that say that there are any
		if err := s.scan(ctx, s.o.Prefix+"{s??}:"+former, func(keys []string) error {
			_, err := s.batch(ctx, func(p redis.Pipeliner) error {
				for _, k := range keys {
					p.Unlink(ctx, k)
				}
				return nil
			})
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) placeArticles(ctx context.Context, keys []string) error {
	var asked []pending
	if _, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, k := range keys {
			if shard, id, ok := s.parseKey(k, "a"); ok {
				asked = append(asked, s.ask(ctx, p, shard, id))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	var calls []call
	for _, p := range asked {
		a, err := s.answer(p)
		if err != nil || !a.there {
			continue // what can't be read is not checked either
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		w.moving = a.moving
		calls = append(calls, w.call())
	}
	_, err := s.runAll(ctx, writeScript, true, calls) // what was written meanwhile is in its place
	return err
}

func (s *Store) placeFeeds(ctx context.Context, keys []string) error {
	var calls []call
	for _, k := range keys {
		shard, id, ok := s.parseKey(k, "f")
		if !ok {
			continue
		}
		f, err := s.loadFeed(ctx, shard, id)
		if err != nil {
			continue
		}
		calls = append(calls, s.changeOf(f).on(f.version).call())
	}
	_, err := s.runAll(ctx, writeScript, true, calls)
	return err
}

// placeQueues makes what waits in a shard the guilds' own. What was claimed or sent
// meanwhile is known by its queue when it is claimed.
func (s *Store) placeQueues(ctx context.Context, shard int) error {
	former := s.key(shard, "out")
	all, err := s.db.ZRangeWithScores(ctx, former, 0, -1).Result()
	if err != nil {
		return err
	}
	for part := range slices.Chunk(all, pipelineMax) {
		if _, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, z := range part {
				guild := guildOf(fmt.Sprint(z.Member))
				p.ZAddNX(ctx, s.key(shard, "out", guild), z)
				p.ZAddLT(ctx, s.key(shard, "outfronts"), redis.Z{Score: z.Score, Member: guild})
				p.ZRem(ctx, former, z.Member)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// former reports whether a bot of an older version has queued anything since.
func (s *Store) former(ctx context.Context) (bool, error) {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for shard := range shardCount {
			p.Exists(ctx, s.key(shard, "hosts"))
			p.Exists(ctx, s.key(shard, "feedhosts"))
			p.Exists(ctx, s.key(shard, "out"))
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	for _, c := range cmds {
		if c.(*redis.IntCmd).Val() > 0 {
			return true, nil
		}
	}
	return false, nil
}
