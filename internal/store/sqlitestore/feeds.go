package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// never is how far away the next poll of a removed feed is.
const never = 10 * 365 * 24 * time.Hour

// AddFeed implements watch.FeedStore.
func (s *Store) AddFeed(ctx context.Context, f watch.Feed) (stored watch.Feed, created bool, err error) {
	err = s.update(ctx, "add feed", func(t tx) error {
		now := s.now()
		f.ID = watch.FeedID(f.Destination, f.URL)
		f.Removed, f.Took = time.Time{}, nil
		stored = f
		old, err := s.feeds(ctx, t, `id = ?`, f.ID)
		if err != nil {
			return err
		}
		created = len(old) == 0 || !old[0].Removed.IsZero()
		switch {
		case !created:
			stored.Title, stored.Creator, stored.Created = old[0].Title, old[0].Creator, old[0].Created
		case len(old) > 0: // the one that was removed can't come back any more
			if err := purgeFeed(ctx, t, f.ID); err != nil {
				return err
			}
		}
		if stored.Created.IsZero() {
			stored.Created = at(now)
		}
		return s.putFeed(ctx, t, stored, now)
	})
	return stored, created, err
}

// putFeed writes a feed and makes it due no later than a time.
func (s *Store) putFeed(ctx context.Context, t tx, f watch.Feed, due int64) error {
	doc, err := s.pack.JSON(f)
	if err != nil {
		return err
	}
	host := article.Host(f.URL)
	if err := t.exec(ctx, `INSERT INTO feeds (id, guild, host, created, due, validators, doc) VALUES (?, ?, ?, ?, ?, x'7b7d', ?)
		ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, due = min(due, excluded.due)`,
		f.ID, f.Destination.Guild, host, ms(f.Created), due, doc); err != nil {
		return err
	}
	return feeds.refresh(ctx, t, f.Destination.Guild, host)
}

// feeds reads feeds, removed ones too.
func (s *Store) feeds(ctx context.Context, q querier, where string, args ...any) (out []watch.FollowedFeed, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var doc, state []byte
		var id string
		var due int64
		if err := scan(&id, &due, &state, &doc); err != nil {
			return err
		}
		f := watch.FollowedFeed{Due: at(due)}
		if err := errors.Join(s.pack.Read(doc, &f.Feed), s.pack.Read(state, &f.State)); err != nil {
			return fmt.Errorf("feed %s: %w", id, err)
		}
		out = append(out, f)
		return nil
	}, `SELECT id, due, validators, doc FROM feeds WHERE `+where, args...)
	return out, err
}

// Feeds implements command.Feeds.
func (s *Store) Feeds(ctx context.Context, guild string) ([]watch.FollowedFeed, error) {
	fs, err := s.feeds(ctx, s.read, `guild = ? ORDER BY created, id`, guild)
	return slices.DeleteFunc(fs, func(f watch.FollowedFeed) bool { return !f.Removed.IsZero() }), s.explain("list feeds", err)
}

// oneFeed reads the feed that a guild may name, removed or not.
func (s *Store) oneFeed(ctx context.Context, t tx, guild, id string) (watch.Feed, error) {
	fs, err := s.feeds(ctx, t, `guild = ? AND id = ?`, guild, id)
	switch {
	case err != nil:
		return watch.Feed{}, err
	case len(fs) == 0:
		return watch.Feed{}, watch.ErrNotFound
	default:
		return fs[0].Feed, nil
	}
}

// EditFeed implements command.Feeds.
func (s *Store) EditFeed(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Feed) error) (out watch.Feed, err error) {
	err = s.update(ctx, "edit feed", func(t tx) error {
		old, err := s.oneFeed(ctx, t, guild, id)
		if err != nil {
			return err
		}
		if !old.Removed.IsZero() {
			return watch.ErrNotFound
		}
		out = old
		if err := edit(&out); err != nil {
			return err
		}
		out.ID, out.URL, out.Destination, out.Created, out.Removed = old.ID, old.URL, old.Destination, old.Created, old.Removed
		at := s.now() + never.Milliseconds()
		if !due.IsZero() {
			at = ms(due)
		}
		return s.putFeed(ctx, t, out, at)
	})
	return out, err
}

// RemoveFeed implements command.Feeds. What waits for it stays, out of reach of
// Claim, until it can't be restored any more.
func (s *Store) RemoveFeed(ctx context.Context, guild, id string) (out watch.Feed, err error) {
	err = s.update(ctx, "remove feed", func(t tx) error {
		now := s.now()
		if out, err = s.oneFeed(ctx, t, guild, id); err != nil {
			return err
		}
		if !out.Removed.IsZero() {
			return watch.ErrNotFound
		}
		out.Removed = at(now)
		if err := s.putFeed(ctx, t, out, now); err != nil {
			return err
		}
		if err := t.run(ctx,
			do(`UPDATE feeds SET lease = 0, token = '', due = ? WHERE id = ?`, now+never.Milliseconds(), id),
			do(`UPDATE deliveries SET token = '', claimed = 0 WHERE watch = ?`, id),
			do(`DELETE FROM outbox WHERE watch = ?`, id),
		); err != nil {
			return err
		}
		return feeds.refresh(ctx, t, guild, article.Host(out.URL))
	})
	return out, err
}

// RestoreFeed implements command.Feeds.
func (s *Store) RestoreFeed(ctx context.Context, guild, id string) (out watch.Feed, err error) {
	err = s.update(ctx, "restore feed", func(t tx) error {
		now := s.now()
		if out, err = s.oneFeed(ctx, t, guild, id); err != nil || out.Removed.IsZero() {
			return err
		}
		if ms(out.Removed) <= now-s.o.Undo.Milliseconds() {
			return watch.ErrNotFound
		}
		out.Removed = time.Time{}
		stored := out
		stored.Took = nil
		if err := s.putFeed(ctx, t, stored, now); err != nil {
			return err
		}
		return s.queueHead(ctx, t, id, now)
	})
	return out, err
}

// sweepFeeds deletes removed feeds that can't be restored any more.
func (s *Store) sweepFeeds(ctx context.Context, t tx, now int64) error {
	fs, err := s.feeds(ctx, t, `due > ?`, now+never.Milliseconds()/2)
	if err != nil {
		return err
	}
	for _, f := range fs {
		if f.Removed.IsZero() || ms(f.Removed) > now-s.o.Undo.Milliseconds() {
			continue
		}
		if err := purgeFeed(ctx, t, f.ID); err != nil {
			return err
		}
		if err := feeds.refresh(ctx, t, f.Destination.Guild, article.Host(f.URL)); err != nil {
			return err
		}
	}
	return nil
}

// purgeFeed deletes a feed for good, with all that belongs to it.
func purgeFeed(ctx context.Context, t tx, id string) error {
	return t.run(ctx,
		do(`DELETE FROM deliveries WHERE watch = ?`, id),
		do(`DELETE FROM outbox WHERE watch = ?`, id),
		do(`DELETE FROM dead WHERE watch = ?`, id),
		do(`DELETE FROM seen WHERE feed = ?`, id),
		do(`DELETE FROM visits WHERE article = ?`, id),
		do(`DELETE FROM feeds WHERE id = ?`, id),
	)
}

// LeaseFeeds implements watch.FeedStore.
func (s *Store) LeaseFeeds(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []watch.FeedLease, err error) {
	if room.Free <= 0 {
		return nil, nil
	}
	if idle, err := feeds.idle(ctx, s); idle || err != nil {
		return nil, s.explain("lease feeds", err)
	}
	err = s.update(ctx, "lease feeds", func(t tx) error {
		out = nil
		now, token := s.now(), secret()
		return feeds.share(ctx, t, now, room, func(guild string, ds []due) error {
			var hosts []string
			for _, one := range ds {
				l, err := s.takeFeed(ctx, t, one.id, token, now, d)
				if err != nil {
					return err
				}
				out, hosts = append(out, l), append(hosts, one.host)
			}
			return feeds.asked(ctx, t, guild, now+spacing.Milliseconds(), hosts...)
		})
	})
	return out, err
}

func (s *Store) takeFeed(ctx context.Context, t tx, id, token string, now int64, d time.Duration) (l watch.FeedLease, err error) {
	until := now + d.Milliseconds()
	var state, doc []byte
	err = t.QueryRowContext(ctx, `UPDATE feeds SET fence = fence + 1, token = (fence + 1) || '-' || ?, lease = ? WHERE id = ?
		RETURNING token, validators, doc`, token, until, id).Scan(&l.Token, &state, &doc)
	if err != nil {
		return l, err
	}
	l.Now, l.Until, l.Seen = at(now), at(until), map[string]bool{}
	if err := errors.Join(s.pack.Read(doc, &l.Feed), s.pack.Read(state, &l.State)); err != nil {
		return l, fmt.Errorf("feed %s: %w", id, err)
	}
	urls, err := column(ctx, t, `SELECT url FROM seen WHERE feed = ?`, id)
	for _, u := range urls {
		l.Seen[u] = true
	}
	return l, err
}

// CommitFeed implements watch.FeedStore.
func (s *Store) CommitFeed(ctx context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	return s.update(ctx, "commit feed", func(t tx) error {
		now := s.now()
		var host, token string
		var until int64
		err := t.QueryRowContext(ctx, `SELECT host, token, lease FROM feeds WHERE id = ?`, l.Feed.ID).Scan(&host, &token, &until)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return alert.ErrStale
		case err != nil:
			return err
		case l.Token == "" || token != l.Token || until <= now:
			return alert.ErrStale
		case c.Due.IsZero():
			return fmt.Errorf("the commit of feed %s does not say when to poll next", l.Feed.ID)
		}
		state, err := s.pack.JSON(c.State)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE feeds SET lease = 0, token = '', due = ?, validators = ? WHERE id = ?`, ms(c.Due), state, l.Feed.ID); err != nil {
			return err
		}
		if err := see(ctx, t, l.Feed.ID, c.Seen); err != nil {
			return err
		}
		if err := s.enqueue(ctx, t, now, c.Deliveries); err != nil {
			return err
		}
		if err := s.addVisit(ctx, t, l.Feed.ID, c.Visit); err != nil {
			return err
		}
		if err := feeds.refresh(ctx, t, l.Feed.Destination.Guild, host); err != nil || c.HostAfter.IsZero() {
			return err
		}
		return feeds.asked(ctx, t, l.Feed.Destination.Guild, ms(c.HostAfter), host)
	})
}

// see remembers items, newest last, and forgets the oldest beyond the bound.
func see(ctx context.Context, t tx, feed string, urls []string) error {
	for _, u := range urls {
		if err := t.exec(ctx, `INSERT OR REPLACE INTO seen (feed, url) VALUES (?, ?)`, feed, u); err != nil {
			return err
		}
	}
	if len(urls) == 0 {
		return nil
	}
	return t.exec(ctx, `DELETE FROM seen WHERE feed = ?1 AND n <= (SELECT n FROM seen WHERE feed = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)`, feed, watch.KeptItems)
}
