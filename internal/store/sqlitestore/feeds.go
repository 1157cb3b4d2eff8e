package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

// keptSeen bounds the items that a feed remembers: more than any feed lists at once.
const keptSeen = 2000

// AddFeed implements watch.FeedStore.
func (s *Store) AddFeed(ctx context.Context, f watch.Feed) (stored watch.Feed, created bool, err error) {
	err = s.update(ctx, "add feed", func(t tx) error {
		now := s.now()
		f.ID = watch.FeedID(f.Destination, f.URL)
		stored = f
		old, err := s.feeds(ctx, t, `id = ?`, f.ID)
		if err != nil {
			return err
		}
		if created = len(old) == 0; !created {
			stored.Title, stored.Creator, stored.Created = old[0].Title, old[0].Creator, old[0].Created
		} else if stored.Created.IsZero() {
			stored.Created = at(now)
		}
		doc, err := s.pack.JSON(stored)
		if err != nil {
			return err
		}
		host := article.Host(f.URL)
		if err := t.exec(ctx, `INSERT INTO feeds (id, guild, host, created, due, validators, doc) VALUES (?, ?, ?, ?, ?, x'7b7d', ?)
			ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, due = min(due, excluded.due)`,
			f.ID, f.Destination.Guild, host, ms(stored.Created), now, doc); err != nil {
			return err
		}
		return refreshFeedHost(ctx, t, host)
	})
	return stored, created, err
}

func (s *Store) feeds(ctx context.Context, q querier, where string, args ...any) (out []watch.Feed, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var doc []byte
		var id string
		if err := scan(&id, &doc); err != nil {
			return err
		}
		var f watch.Feed
		if err := s.pack.Read(doc, &f); err != nil {
			return fmt.Errorf("feed %s: %w", id, err)
		}
		out = append(out, f)
		return nil
	}, `SELECT id, doc FROM feeds WHERE `+where, args...)
	return out, err
}

// Feeds implements watch.FeedStore.
func (s *Store) Feeds(ctx context.Context, guild string) ([]watch.Feed, error) {
	fs, err := s.feeds(ctx, s.read, `guild = ? ORDER BY created, id`, guild)
	return fs, s.explain("list feeds", err)
}

// RemoveFeed implements watch.FeedStore.
func (s *Store) RemoveFeed(ctx context.Context, guild, id string) error {
	return s.update(ctx, "remove feed", func(t tx) error {
		var host string
		if err := t.QueryRowContext(ctx, `DELETE FROM feeds WHERE guild = ? AND id = ? RETURNING host`, guild, id).Scan(&host); err != nil {
			return found(err)
		}
		if err := t.exec(ctx, `DELETE FROM seen WHERE feed = ?`, id); err != nil {
			return err
		}
		if err := t.exec(ctx, `DELETE FROM visits WHERE article = ?`, id); err != nil {
			return err
		}
		return refreshFeedHost(ctx, t, host)
	})
}

// refreshFeedHost is refreshHost for feeds.
func refreshFeedHost(ctx context.Context, t tx, host string) error {
	return t.exec(ctx, `INSERT INTO hosts (host, feed_due) VALUES (?1, (SELECT min(queue) FROM feeds WHERE host = ?1))
		ON CONFLICT (host) DO UPDATE SET feed_due = excluded.feed_due`, host)
}

// LeaseFeeds implements watch.FeedStore.
func (s *Store) LeaseFeeds(ctx context.Context, n int, d, spacing time.Duration) (out []watch.FeedLease, err error) {
	if n <= 0 {
		return nil, nil
	}
	if idle, err := s.idle(ctx, `SELECT 1 FROM hosts WHERE feed_turn <= ? LIMIT 1`); idle || err != nil {
		return nil, s.explain("lease feeds", err)
	}
	err = s.update(ctx, "lease feeds", func(t tx) error {
		out = nil
		now := s.now()
		ids, err := pick(ctx, t, refreshFeedHost, `SELECT h.host, (SELECT f.id FROM feeds f WHERE f.host = h.host AND f.queue <= ?1 ORDER BY f.queue, f.id LIMIT 1)
			FROM hosts h WHERE h.feed_turn <= ?1 ORDER BY h.feed_turn, h.host LIMIT ?2`, now, n)
		if err != nil {
			return err
		}
		token := secret()
		for _, id := range ids {
			l, err := s.takeFeed(ctx, t, id, token, now, d, spacing)
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

func (s *Store) takeFeed(ctx context.Context, t tx, id, token string, now int64, d, spacing time.Duration) (l watch.FeedLease, err error) {
	until := now + d.Milliseconds()
	var host string
	var validators, doc []byte
	err = t.QueryRowContext(ctx, `UPDATE feeds SET fence = fence + 1, token = (fence + 1) || '-' || ?, lease = ? WHERE id = ?
		RETURNING host, token, failures, validators, doc`, token, until, id).Scan(&host, &l.Token, &l.Failures, &validators, &doc)
	if err != nil {
		return l, err
	}
	l.Now, l.Until, l.Seen = at(now), at(until), map[string]bool{}
	if err := errors.Join(s.pack.Read(doc, &l.Feed), s.pack.Read(validators, &l.Validators)); err != nil {
		return l, fmt.Errorf("feed %s: %w", id, err)
	}
	urls, err := column(ctx, t, `SELECT url FROM seen WHERE feed = ?`, id)
	if err != nil {
		return l, err
	}
	for _, u := range urls {
		l.Seen[u] = true
	}
	if err := refreshFeedHost(ctx, t, host); err != nil {
		return l, err
	}
	return l, t.exec(ctx, `UPDATE hosts SET allowed = ? WHERE host = ?`, now+spacing.Milliseconds(), host)
}

// CommitFeed implements watch.FeedStore.
func (s *Store) CommitFeed(ctx context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	return s.update(ctx, "commit feed", func(t tx) error {
		var host, token string
		var until int64
		err := t.QueryRowContext(ctx, `SELECT host, token, lease FROM feeds WHERE id = ?`, l.Feed.ID).Scan(&host, &token, &until)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return alert.ErrStale
		case err != nil:
			return err
		case l.Token == "" || token != l.Token || until <= s.now():
			return alert.ErrStale
		}
		validators, err := s.pack.JSON(c.Validators)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE feeds SET lease = 0, token = '', due = ?, failures = ?, validators = ? WHERE id = ?`,
			ms(c.Due), c.Failures, validators, l.Feed.ID); err != nil {
			return err
		}
		if err := see(ctx, t, l.Feed.ID, c.Seen); err != nil {
			return err
		}
		if err := s.addVisit(ctx, t, l.Feed.ID, c.Visit); err != nil {
			return err
		}
		return refreshFeedHost(ctx, t, host)
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
	return t.exec(ctx, `DELETE FROM seen WHERE feed = ?1 AND n <= (SELECT n FROM seen WHERE feed = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)`, feed, keptSeen)
}
