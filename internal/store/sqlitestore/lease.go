package sqlitestore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"erratum/internal/fair"
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
func (s *Store) Lease(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []watch.Lease, err error) {
	if room.Free <= 0 {
		return nil, nil
	}
	if idle, err := articles.idle(ctx, s); idle || err != nil {
		return nil, s.explain("lease", err)
	}
	err = s.update(ctx, "lease", func(t tx) error {
		now := s.now()
		var ids []string
		if err := articles.share(ctx, t, now, room, func(guild string, ds []due) error {
			for _, d := range ds {
				ids = append(ids, d.id)
			}
			return take(ctx, t, now, guild, ds, d, spacing)
		}); err != nil {
			return err
		}
		out, err = s.leases(ctx, t, now, ids)
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

// take leases articles of a guild, each of another host.
func take(ctx context.Context, t tx, now int64, guild string, ds []due, d, spacing time.Duration) error {
	var ids, hosts []string
	for _, d := range ds {
		ids, hosts = append(ids, d.id), append(hosts, d.host)
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `UPDATE articles SET fence = fence + 1, token = (fence + 1) || '-' || ?, lease = ?
		WHERE id IN (SELECT value FROM json_each(?))`, secret(), now+d.Milliseconds(), list); err != nil {
		return err
	}
	return articles.asked(ctx, t, guild, now+spacing.Milliseconds(), hosts...)
}

// leases reads leased articles with state and watches.
func (s *Store) leases(ctx context.Context, t tx, now int64, ids []string) ([]watch.Lease, error) {
	if len(ids) == 0 {
		return nil, nil
	}
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
		var token, guild string
		var doc []byte
		if err := scan(&id, &guild, &token, &until, &due, &version, &doc); err != nil {
			return err
		}
		l := byID[id]
		l.Guild, l.Token, l.Until, l.Due, l.Version = guild, token, at(until), at(due), version
		return s.pack.Read(doc, &l.State)
	}, `SELECT a.id, a.guild, a.token, a.lease, a.due, a.version, s.doc FROM articles a JOIN states s ON s.article = a.id
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
		var host, guild string
		var lease, allowed int64
		err := t.QueryRowContext(ctx, `SELECT a.host, a.guild, a.lease, coalesce(h.allowed, 0) FROM articles a LEFT JOIN hosts h ON h.host = a.host
			WHERE a.id = ? AND EXISTS (SELECT 1 FROM watches w WHERE w.article = a.id AND w.removed = 0)`, articleID).Scan(&host, &guild, &lease, &allowed)
		switch {
		case err != nil:
			return found(err)
		case lease > now:
			return watch.ErrBusy
		case allowed > now:
			return &watch.TooSoonError{Wait: time.Duration(allowed-now) * time.Millisecond}
		}
		if err := take(ctx, t, now, guild, []due{{host, articleID}}, d, spacing); err != nil {
			return err
		}
		leases, err := s.leases(ctx, t, now, []string{articleID})
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
		host, guild, err := held(ctx, t, l, now)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE articles SET lease = ? WHERE id = ?`, now+d.Milliseconds(), l.Article); err != nil {
			return err
		}
		if err := articles.refresh(ctx, t, guild, host); err != nil {
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

// held returns the host of an article whose lease is still l's, and in whose line it is.
func held(ctx context.Context, t tx, l watch.Lease, now int64) (host, guild string, err error) {
	var token string
	var until int64
	err = t.QueryRowContext(ctx, `SELECT host, guild, token, lease FROM articles WHERE id = ?`, l.Article).Scan(&host, &guild, &token, &until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", "", watch.ErrStale
	case err != nil:
		return "", "", err
	case l.Token == "" || token != l.Token || until <= now:
		return "", "", watch.ErrStale
	default:
		return host, guild, nil
	}
}
