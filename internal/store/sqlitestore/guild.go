package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/watch"
)

// listed bounds the lists in a guild's health.
const listed = 20

// Settings implements command.Guilds.
func (s *Store) Settings(ctx context.Context, guild string) (out alert.Settings, err error) {
	out, err = s.settings(s.read.QueryRowContext(ctx, `SELECT settings FROM guilds WHERE id = ?`, guild))
	return out, s.explain("read settings", err)
}

// EditSettings implements command.Guilds.
func (s *Store) EditSettings(ctx context.Context, guild string, edit func(*alert.Settings) error) (out alert.Settings, err error) {
	err = s.update(ctx, "edit settings", func(t tx) error {
		if out, err = s.settings(t.QueryRowContext(ctx, `SELECT settings FROM guilds WHERE id = ?`, guild)); err != nil {
			return err
		}
		if err := edit(&out); err != nil {
			return err
		}
		doc, err := s.pack.JSON(out)
		if err != nil {
			return err
		}
		return t.exec(ctx, `INSERT INTO guilds (id, settings) VALUES (?, ?) ON CONFLICT DO UPDATE SET settings = excluded.settings`, guild, doc)
	})
	return out, err
}

// settings reads a guild's settings; a guild without a row has the defaults.
func (s *Store) settings(row *sql.Row) (out alert.Settings, err error) {
	var doc []byte
	err = row.Scan(&doc)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return out, nil
	case err == nil:
		err = s.pack.Read(doc, &out)
	}
	return out, err
}

// Guilds implements command.Presence.
func (s *Store) Guilds(ctx context.Context) ([]string, error) {
	out, err := column(ctx, s.read, `SELECT id FROM guilds WHERE gone = 0 ORDER BY id`)
	return out, s.explain("list guilds", err)
}

// Joined implements command.Presence.
func (s *Store) Joined(ctx context.Context, guild string) error { return s.setGone(ctx, guild, 0) }

// Left implements command.Presence.
func (s *Store) Left(ctx context.Context, guild string) error { return s.setGone(ctx, guild, s.now()) }

func (s *Store) setGone(ctx context.Context, guild string, gone int64) error {
	return s.update(ctx, "write presence", func(t tx) error {
		return t.exec(ctx, `INSERT INTO guilds (id, settings, gone) VALUES (?1, x'7b7d', ?2)
			ON CONFLICT DO UPDATE SET gone = CASE WHEN ?2 > 0 AND gone > 0 THEN gone ELSE ?2 END`, guild, gone)
	})
}

// Forget implements command.Guilds.
func (s *Store) Forget(ctx context.Context, guild string) error {
	return s.update(ctx, "forget", func(t tx) error { return s.forget(ctx, t, guild, s.now()) })
}

func (s *Store) forget(ctx context.Context, t tx, guild string, now int64) error {
	articles, err := column(ctx, t, `SELECT DISTINCT article FROM watches WHERE guild = ? ORDER BY article`, guild)
	if err != nil {
		return err
	}
	hosts, err := column(ctx, t, `SELECT DISTINCT host FROM feeds WHERE guild = ? ORDER BY host`, guild)
	if err != nil {
		return err
	}
	for _, q := range []string{
		`DELETE FROM deliveries WHERE watch IN (SELECT id FROM watches WHERE guild = ?1 UNION ALL SELECT id FROM feeds WHERE guild = ?1)`,
		`DELETE FROM outbox WHERE guild = ?`,
		`DELETE FROM dead WHERE guild = ?`,
		`DELETE FROM routes WHERE guild = ?`,
		`DELETE FROM lanes WHERE guild = ?`,
		`DELETE FROM stories WHERE guild = ?`,
		`DELETE FROM turns WHERE guild = ?`,
		`DELETE FROM watches WHERE guild = ?`,
		`DELETE FROM seen WHERE feed IN (SELECT id FROM feeds WHERE guild = ?)`,
		`DELETE FROM visits WHERE article IN (SELECT id FROM feeds WHERE guild = ?)`,
		`DELETE FROM feeds WHERE guild = ?`,
		`DELETE FROM guilds WHERE id = ?`,
	} {
		if err := t.exec(ctx, q, guild); err != nil {
			return err
		}
	}
	for _, id := range articles {
		if err := watchesChanged(ctx, t, id, now); err != nil {
			return err
		}
	}
	for _, host := range hosts {
		if err := feeds.refresh(ctx, t, guild, host); err != nil {
			return err
		}
	}
	return nil
}

// column reads a column.
func column(ctx context.Context, q querier, query string, args ...any) (out []string, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var v string
		err := scan(&v)
		out = append(out, v)
		return err
	}, query, args...)
	return out, err
}

// Health implements command.Guilds.
func (s *Store) Health(ctx context.Context, guild string) (h watch.Health, err error) {
	now := s.now()
	err = s.read.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(paused), 0), coalesce(sum(muted > ?1), 0), count(DISTINCT article)
		FROM watches WHERE guild = ?2 AND removed = 0`, now, guild).Scan(&h.Watches, &h.Paused, &h.Muted, &h.Articles)
	if err != nil {
		return h, s.explain("health", err)
	}
	err = s.read.QueryRowContext(ctx, `SELECT
		(SELECT count(*) FROM deliveries d JOIN watches w ON w.id = d.watch WHERE w.guild = ?1 AND w.removed = 0),
		(SELECT count(*) FROM articles WHERE queue < ?2 AND id IN (SELECT article FROM watches WHERE guild = ?1 AND removed = 0))`,
		guild, now-time.Minute.Milliseconds()).Scan(&h.Queued, &h.Overdue)
	if err != nil {
		return h, s.explain("health", err)
	}
	if h.Blind, err = s.blind(ctx, guild); err != nil {
		return h, s.explain("health", err)
	}
	if h.Flat, err = s.flat(ctx, guild); err != nil {
		return h, s.explain("health", err)
	}
	if h.Dead, err = s.dead(ctx, guild); err != nil {
		return h, s.explain("health", err)
	}
	if h.SlowedUntil, err = s.lastTurn(ctx, guild, now); err != nil {
		return h, s.explain("health", err)
	}
	h.Routes, err = s.routes(ctx, guild, now)
	return h, s.explain("health", err)
}

// blind lists a guild's articles in trouble.
func (s *Store) blind(ctx context.Context, guild string) (out []watch.State, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var st watch.State
		err := s.pack.Read(doc, &st)
		out = append(out, st)
		return err
	}, `SELECT s.doc FROM articles a JOIN states s ON s.article = a.id
		WHERE a.trouble > 0 AND a.id IN (SELECT article FROM watches WHERE guild = ? AND removed = 0)
		ORDER BY a.trouble, a.id LIMIT ?`, guild, listed)
	return out, err
}

// flat counts a guild's articles that were read without their layout, by reason.
func (s *Store) flat(ctx context.Context, guild string) (out map[string]int, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var reason string
		var n int
		if err := scan(&reason, &n); err != nil {
			return err
		}
		if out == nil {
			out = map[string]int{}
		}
		out[reason] = n
		return nil
	}, `SELECT reason, count(*) FROM flats
		WHERE article IN (SELECT article FROM watches WHERE guild = ? AND removed = 0) GROUP BY reason`, guild)
	return out, err
}

// dead lists a guild's dead letters. One that can't be read is listed without its
// content, so that it can be dropped.
func (s *Store) dead(ctx context.Context, guild string) (out []watch.DeadLetter, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var id, watchID, reason string
		var when, attempted int64
		var attempts int
		var doc []byte
		if err := scan(&id, &watchID, &when, &reason, &attempts, &attempted, &doc); err != nil {
			return err
		}
		d, err := s.readDelivery(ctx, s.read, doc)
		if err != nil {
			d, reason = new(alert.Delivery), fmt.Sprintf("%s (%v)", reason, err)
			d.Destination.Guild = guild
		}
		d.ID, d.Watch, d.Attempt, d.LastAttempt = id, watchID, attempts, at(attempted)
		out = append(out, watch.DeadLetter{Delivery: *d, At: at(when), Reason: reason})
		return nil
	}, `SELECT d.id, d.watch, d.at, d.reason, d.attempts, d.attempted, d.doc FROM dead d LEFT JOIN watches w ON w.id = d.watch
		WHERE d.guild = ? AND coalesce(w.removed, 0) = 0 ORDER BY d.at DESC, d.id LIMIT ?`, guild, listed)
	return out, err
}

// routes lists a guild's paused channels.
func (s *Store) routes(ctx context.Context, guild string, now int64) (out []watch.PausedRoute, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var until int64
		r := watch.PausedRoute{To: alert.Destination{Guild: guild}}
		err := scan(&r.To.Channel, &until, &r.Reason)
		r.Until = at(until)
		out = append(out, r)
		return err
	}, `SELECT channel, until, reason FROM routes WHERE guild = ? AND until > ? ORDER BY channel LIMIT ?`, guild, now, listed)
	return out, err
}
