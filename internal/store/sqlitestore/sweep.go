package sqlitestore

import (
	"context"
	"time"

	"erratum/internal/alert"
)

// How long things are kept that nobody asks for any more (storage.md §1, §2).
const (
	keepUnwatched = 30 * 24 * time.Hour // articles
	keepLeft      = 7 * 24 * time.Hour  // what belongs to a guild that the bot was removed from
	keepTurns     = time.Hour           // longer than any stretch in which turns are counted
)

// sweepBatch bounds how long a sweep keeps other writers waiting.
const sweepBatch = 100

// Sweep does what is due of retention, in small transactions. Repeating it, also
// from several processes at once, is safe.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	err := s.update(ctx, "sweep", func(t tx) error {
		if err := s.purgeWatches(ctx, t, `removed <= ?`, now-s.o.Undo.Milliseconds()); err != nil {
			return err
		}
		if err := s.sweepFeeds(ctx, t, now); err != nil {
			return err
		}
		return t.run(ctx,
			do(`DELETE FROM routes WHERE until <= ?`, now),
			do(`DELETE FROM turns WHERE at <= ?`, now-keepTurns.Milliseconds()),
			do(`DELETE FROM lanes WHERE until <= ?`, now),
			do(`DELETE FROM stories WHERE at <= ?`, now-alert.StoryKept.Milliseconds()),
			do(`DELETE FROM hosts WHERE allowed <= ?`, now),
		)
	})
	if err != nil {
		return err
	}
	if err := s.sweepGuilds(ctx, now); err != nil {
		return err
	}
	return s.sweepArticles(ctx, now)
}

func (s *Store) sweepGuilds(ctx context.Context, now int64) error {
	const gone = `FROM guilds WHERE gone > 0 AND gone <= ?`
	guilds, err := column(ctx, s.read, `SELECT id `+gone+` ORDER BY gone`, now-keepLeft.Milliseconds())
	if err != nil {
		return s.explain("sweep", err)
	}
	for _, g := range guilds {
		err := s.update(ctx, "sweep", func(t tx) error {
			still, err := column(ctx, t, `SELECT id `+gone+` AND id = ?`, now-keepLeft.Milliseconds(), g)
			if err != nil || len(still) == 0 {
				return err
			}
			return s.forget(ctx, t, g, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) sweepArticles(ctx context.Context, now int64) error {
	for done := false; !done; {
		err := s.update(ctx, "sweep", func(t tx) error {
			ids, err := column(ctx, t, `SELECT id FROM articles WHERE unwatched > 0 AND unwatched <= ?
				AND NOT EXISTS (SELECT 1 FROM watches WHERE article = articles.id) ORDER BY unwatched LIMIT ?`, now-keepUnwatched.Milliseconds(), sweepBatch)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := s.purgeArticle(ctx, t, id); err != nil {
					return err
				}
			}
			done = len(ids) < sweepBatch
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// purgeArticle deletes an unwatched article with its history. Its own alias stays:
// the address it moved to still holds.
func (s *Store) purgeArticle(ctx context.Context, t tx, id string) error {
	return t.run(ctx,
		do(`DELETE FROM shown WHERE host = (SELECT host FROM articles WHERE id = ?1) AND article = ?1`, id),
		do(`DELETE FROM states WHERE article = ?`, id),
		do(`DELETE FROM visits WHERE article = ?`, id),
		do(`DELETE FROM flats WHERE article = ?`, id),
		do(`DELETE FROM revisions WHERE article = ?`, id),
		do(`DELETE FROM changes WHERE article = ?`, id),
		do(`DELETE FROM pages WHERE article = ?`, id),
		do(`DELETE FROM aliases WHERE target = ?`, id),
		do(`DELETE FROM articles WHERE id = ?`, id),
	)
}
