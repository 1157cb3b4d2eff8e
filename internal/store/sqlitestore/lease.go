package sqlitestore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"erratum/internal/watch"
)

// secret is the random part of a fencing token: a counter alone could be repeated
// after a backup was restored.
func secret() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// Lease implements watch.Store.
func (s *Store) Lease(ctx context.Context, n int, d, spacing time.Duration) (out []watch.Lease, err error) {
	if n <= 0 {
		return nil, nil
	}
	if idle, err := s.idle(ctx, `SELECT 1 FROM hosts WHERE turn <= ? LIMIT 1`); idle || err != nil {
		return nil, s.explain("lease", err)
	}
	err = s.update(ctx, "lease", func(t tx) error {
		now := s.now()
		picks, err := pick(ctx, t, refreshHost, `SELECT h.host, (SELECT a.id FROM articles a WHERE a.host = h.host AND a.queue <= ?1 ORDER BY a.queue LIMIT 1)
			FROM hosts h WHERE h.turn <= ?1 ORDER BY h.turn, h.host LIMIT ?2`, now, n)
		if err != nil || len(picks) == 0 {
			out = nil
			return err
		}
		out, err = s.take(ctx, t, now, picks, d, spacing)
		return err
	})
	return out, err
}

// idle reports, without taking the write lock, that there is nothing to claim: most
// ticks find nothing, and other processes write meanwhile.
func (s *Store) idle(ctx context.Context, query string) (bool, error) {
	var one int
	err := s.read.QueryRowContext(ctx, query, s.now()).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return false, err
}

// pick reads pairs of host and what is due there. A host with nothing due at the
// head of the queue can't be, but would hold up everyone: it is put right.
func pick(ctx context.Context, t tx, refresh func(context.Context, tx, string) error, query string, args ...any) (ids []string, err error) {
	var idle []string
	err = each(ctx, t, func(scan func(...any) error) error {
		var host string
		var id sql.NullString
		err := scan(&host, &id)
		if id.Valid {
			ids = append(ids, id.String)
		} else {
			idle = append(idle, host)
		}
		return err
	}, query, args...)
	if err != nil {
		return nil, err
	}
	for _, host := range idle {
		if err := refresh(ctx, t, host); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// take leases articles and reads what is needed to check them, in the order of ids.
func (s *Store) take(ctx context.Context, t tx, now int64, ids []string, d, spacing time.Duration) ([]watch.Lease, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	until := now + d.Milliseconds()
	if err := t.exec(ctx, `UPDATE articles SET fence = fence + 1, token = (fence + 1) || '-' || ?, lease = ?
		WHERE id IN (SELECT value FROM json_each(?))`, secret(), until, list); err != nil {
		return nil, err
	}
	if err := t.exec(ctx, `UPDATE hosts SET allowed = ?, due = (SELECT min(queue) FROM articles WHERE host = hosts.host AND queue IS NOT NULL)
		WHERE host IN (SELECT host FROM articles WHERE id IN (SELECT value FROM json_each(?)))`, now+spacing.Milliseconds(), list); err != nil {
		return nil, err
	}
	return s.leases(ctx, t, now, ids)
}

// leases reads leased articles with state and watches.
func (s *Store) leases(ctx context.Context, t tx, now int64, ids []string) ([]watch.Lease, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*watch.Lease, len(ids))
	out := make([]watch.Lease, len(ids))
	for i, id := range ids {
		out[i] = watch.Lease{Article: id, Now: at(now)}
		byID[id] = &out[i]
	}
	err = each(ctx, t, func(scan func(...any) error) error {
		var id string
		var until, due, version int64
		var token string
		var doc []byte
		if err := scan(&id, &token, &until, &due, &version, &doc); err != nil {
			return err
		}
		l := byID[id]
		l.Token, l.Until, l.Due, l.Version = token, at(until), at(due), version
		return s.pack.Read(doc, &l.State)
	}, `SELECT a.id, a.token, a.lease, a.due, a.version, s.doc FROM articles a JOIN states s ON s.article = a.id
		WHERE a.id IN (SELECT value FROM json_each(?))`, list)
	if err != nil {
		return nil, err
	}
	watches, err := s.watches(ctx, t, `w.removed = 0 AND w.article IN (SELECT value FROM json_each(?)) ORDER BY w.id`, list)
	for _, w := range watches {
		l := byID[w.Article]
		l.Watches = append(l.Watches, w)
	}
	return out, err
}

// Answered implements watch.Store. Processes that share a file share the machine and
// its way to the web, so each may know for itself.
func (s *Store) Answered(context.Context) error {
	s.answered.Store(s.now())
	return nil
}

// LastAnswer implements watch.Store.
func (s *Store) LastAnswer(context.Context) (time.Time, error) { return at(s.answered.Load()), nil }

// LeaseNow implements watch.Store.
func (s *Store) LeaseNow(ctx context.Context, articleID string, d, spacing time.Duration) (out watch.Lease, err error) {
	err = s.update(ctx, "lease now", func(t tx) error {
		now := s.now()
		var host string
		var lease, allowed int64
		err := t.QueryRowContext(ctx, `SELECT a.host, a.lease, coalesce(h.allowed, 0) FROM articles a LEFT JOIN hosts h ON h.host = a.host
			WHERE a.id = ? AND EXISTS (SELECT 1 FROM watches w WHERE w.article = a.id AND w.removed = 0)`, articleID).Scan(&host, &lease, &allowed)
		switch {
		case err != nil:
			return found(err)
		case lease > now:
			return watch.ErrBusy
		case allowed > now:
			return &watch.TooSoonError{Wait: time.Duration(allowed-now) * time.Millisecond}
		}
		if err := refreshHost(ctx, t, host); err != nil { // a sweep may have dropped it
			return err
		}
		leases, err := s.take(ctx, t, now, []string{articleID}, d, spacing)
		if err == nil {
			out = leases[0]
		}
		return err
	})
	return out, err
}

// Extend implements watch.Store.
func (s *Store) Extend(ctx context.Context, l watch.Lease, d time.Duration) (out watch.Lease, err error) {
	err = s.update(ctx, "extend", func(t tx) error {
		now := s.now()
		host, err := held(ctx, t, l, now)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE articles SET lease = ? WHERE id = ?`, now+d.Milliseconds(), l.Article); err != nil {
			return err
		}
		if err := refreshHost(ctx, t, host); err != nil {
			return err
		}
		leases, err := s.leases(ctx, t, now, []string{l.Article})
		if err == nil {
			out = leases[0]
		}
		return err
	})
	return out, err
}

// held returns the host of an article whose lease is still l's.
func held(ctx context.Context, t tx, l watch.Lease, now int64) (host string, err error) {
	var token string
	var until int64
	err = t.QueryRowContext(ctx, `SELECT host, token, lease FROM articles WHERE id = ?`, l.Article).Scan(&host, &token, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", watch.ErrStale
	case err != nil:
		return "", err
	case l.Token == "" || token != l.Token || until <= now:
		return "", watch.ErrStale
	default:
		return host, nil
	}
}

// refreshHost brings a host's place in the queue up to date with its articles.
func refreshHost(ctx context.Context, t tx, host string) error {
	return t.exec(ctx, `INSERT INTO hosts (host, due) VALUES (?1, (SELECT min(queue) FROM articles WHERE host = ?1 AND queue IS NOT NULL))
		ON CONFLICT (host) DO UPDATE SET due = excluded.due`, host)
}
