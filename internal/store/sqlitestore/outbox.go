package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// queueHead puts a watch or feed into the outbox when it has deliveries and is not
// there, to be sent from the time due on.
func (s *Store) queueHead(ctx context.Context, t tx, id string, due int64) error {
	var waits, watched bool
	err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE watch = ?1), EXISTS (SELECT 1 FROM watches WHERE id = ?1)`, id).Scan(&waits, &watched)
	switch {
	case err != nil || !waits:
		return err
	case watched:
		return t.exec(ctx, `INSERT INTO outbox (watch, guild, channel, due, at)
			SELECT w.id, w.guild, w.channel, ?2, max(?2, coalesce((SELECT until FROM routes r WHERE r.guild = w.guild AND r.channel = w.channel), 0))
			FROM watches w WHERE w.id = ?1 AND w.removed = 0
			ON CONFLICT DO NOTHING`, id, due)
	}
	fs, err := s.feeds(ctx, t, `id = ?`, id)
	if err != nil || len(fs) == 0 || !fs[0].Removed.IsZero() {
		return err
	}
	to := fs[0].Destination
	return t.exec(ctx, `INSERT INTO outbox (watch, guild, channel, due, at)
		VALUES (?1, ?2, ?3, ?4, max(?4, coalesce((SELECT until FROM routes r WHERE r.guild = ?2 AND r.channel = ?3), 0)))
		ON CONFLICT DO NOTHING`, id, to.Guild, to.Channel, due)
}

// requeue sets when the head of a watch's queue may be sent, or takes the watch out
// of the outbox when nothing is left.
func (s *Store) requeue(ctx context.Context, t tx, watchID string, due int64) error {
	if err := t.exec(ctx, `DELETE FROM outbox WHERE watch = ?`, watchID); err != nil {
		return err
	}
	return s.queueHead(ctx, t, watchID, due)
}

// Claim implements deliver.Outbox.
func (s *Store) Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []alert.Delivery, err error) {
	if room.Free <= 0 {
		return nil, nil
	}
	if idle, err := s.idle(ctx, `SELECT 1 FROM outbox WHERE at <= ? LIMIT 1`); idle || err != nil {
		return nil, s.explain("claim", err)
	}
	err = s.update(ctx, "claim", func(t tx) (err error) {
		out, err = s.claimHeads(ctx, t, room.Clone(), d, spacing)
		return err
	})
	return out, err
}

// claimHeads claims what is due as guilds share the room, one for each channel where there
// is a spacing.
func (s *Store) claimHeads(ctx context.Context, t tx, room fair.Room, d, spacing time.Duration) (out []alert.Delivery, err error) {
	now, token := s.now(), secret()
	lanes, err := s.lanes(ctx, t, now, d, spacing, token)
	if err != nil {
		return nil, err
	}
	waiting, err := waitingGuilds(ctx, t, now)
	for err == nil && len(waiting) > 0 && !lanes.full() {
		var spent []string
		for _, p := range room.Share(waiting) {
			heads, err := readHeads(ctx, t, now, p, lanes.apply())
			if err != nil {
				return nil, err
			}
			if len(heads) < p.N {
				spent = append(spent, p.Guild)
			}
			for _, h := range heads {
				if lanes.full() {
					break
				}
				d, err := s.claim(ctx, t, h, now, d, token)
				if err != nil {
					return nil, err
				}
				if d == nil {
					continue
				}
				if err := lanes.give(ctx, t, d); err != nil {
					return nil, err
				}
				room.Enter(p.Guild)
				out = append(out, *d)
			}
		}
		before := len(waiting)
		waiting = slices.DeleteFunc(waiting, func(w fair.Waiting) bool { return slices.Contains(spent, w.Guild) || !room.Open(w.Guild) })
		if len(waiting) == before {
			break
		}
	}
	return out, errors.Join(err, lanes.end(ctx, t))
}

// waitingGuilds lists the guilds that something may be sent to, and since when.
func waitingGuilds(ctx context.Context, t tx, now int64) (out []fair.Waiting, err error) {
	err = each(ctx, t, func(scan func(...any) error) error {
		var w fair.Waiting
		err := scan(&w.Guild, &w.Since)
		out = append(out, w)
		return err
	}, `WITH RECURSIVE guilds (guild) AS (
			SELECT min(guild) FROM outbox
			UNION ALL SELECT (SELECT min(o.guild) FROM outbox o WHERE o.guild > guilds.guild) FROM guilds WHERE guild IS NOT NULL)
		SELECT guild, at FROM (SELECT guild, (SELECT min(o.at) FROM outbox o WHERE o.guild = guilds.guild) AS at FROM guilds WHERE guild IS NOT NULL)
		WHERE at <= ?`, now)
	return out, err
}

// head is the first delivery of a watch's queue.
type head struct {
	seq       int64
	id, watch string
	attempts  int
	attempted int64
	doc       []byte
}

// readHeads reads what may be sent first of a guild: with lanes one of each channel, of
// those that don't wait.
func readHeads(ctx context.Context, t tx, now int64, p fair.Portion, lanes bool) (out []head, err error) {
	due := `SELECT watch, at FROM outbox WHERE guild = ?2 AND at <= ?1`
	if lanes {
		due = `SELECT watch, min(at) AS at FROM outbox o WHERE guild = ?2 AND at <= ?1
			AND NOT EXISTS (SELECT 1 FROM lanes t WHERE t.guild = o.guild AND t.channel = o.channel AND t.until > ?1)
			GROUP BY channel`
	}
	err = each(ctx, t, func(scan func(...any) error) error {
		var h head
		err := scan(&h.seq, &h.id, &h.watch, &h.attempts, &h.attempted, &h.doc)
		out = append(out, h)
		return err
	}, `SELECT d.seq, d.id, d.watch, d.attempts, d.attempted, d.doc
		FROM (SELECT watch FROM (`+due+`) ORDER BY at, watch LIMIT ?3) o
		JOIN deliveries d ON d.seq = (SELECT min(seq) FROM deliveries WHERE watch = o.watch)`, now, p.Guild, p.N)
	return out, err
}

// claim records an attempt and reads the delivery. One that can't be read must not
// hold up its queue: it becomes a dead letter, and nil is returned.
func (s *Store) claim(ctx context.Context, t tx, h head, now int64, d time.Duration, token string) (*alert.Delivery, error) {
	out, err := s.readDelivery(ctx, t, h.doc)
	if err != nil {
		return nil, s.bury(ctx, t, h, now, "it can't be read any more: "+err.Error())
	}
	until := now + d.Milliseconds()
	if err := t.exec(ctx, `UPDATE deliveries SET attempts = attempts + 1, attempted = ?, claimed = ?, token = ? WHERE seq = ?`, now, until, token, h.seq); err != nil {
		return nil, err
	}
	if err := t.exec(ctx, `UPDATE outbox SET due = ?1, at = ?1 WHERE watch = ?2`, until, h.watch); err != nil {
		return nil, err
	}
	out.ID, out.Watch, out.Token, out.Attempt, out.LastAttempt = h.id, h.watch, token, h.attempts+1, at(h.attempted)
	var last string
	// A watch may have gone to another channel since.
	err = t.QueryRowContext(ctx, `SELECT last_message, channel FROM watches WHERE id = ?`, h.watch).Scan(&last, &out.Destination.Channel)
	if err != nil && !errors.Is(err, sql.ErrNoRows) { // a feed has none
		return nil, err
	}
	out.Last = alert.ParseShown(last)
	return out, nil
}

// readDelivery decodes a delivery and joins its report, when it has one.
func (s *Store) readDelivery(ctx context.Context, q querier, doc []byte) (*alert.Delivery, error) {
	d := new(alert.Delivery)
	if err := s.pack.Read(doc, d); err != nil {
		return nil, err
	}
	n := &d.Notice
	if n.From == 0 && n.To == 0 {
		return d, nil
	}
	var err error
	n.Report, err = s.change(ctx, q, n.Subject.Article, n.From, n.To, n.Choices)
	if err != nil && !errors.Is(err, watch.ErrNotFound) {
		return nil, err
	}
	return d, nil
}

// claimed returns the head that a delivery was claimed as, or alert.ErrStale.
func claimed(ctx context.Context, t tx, d alert.Delivery, now int64) (h head, err error) {
	var until int64
	var token string
	err = t.QueryRowContext(ctx, `SELECT seq, id, watch, attempts, attempted, doc, claimed, token FROM deliveries WHERE id = ?`, d.ID).
		Scan(&h.seq, &h.id, &h.watch, &h.attempts, &h.attempted, &h.doc, &until, &token)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return h, alert.ErrStale
	case err == nil && (d.Token == "" || token != d.Token || until <= now):
		return h, alert.ErrStale
	default:
		return h, err
	}
}

// settle ends a claim and gives its lane back, whatever became of the claim;
// alert.ErrStale.
func (s *Store) settle(ctx context.Context, op string, d alert.Delivery, how func(t tx, h head, now int64) error) error {
	stale := false
	err := s.update(ctx, op, func(t tx) error {
		now := s.now()
		if err := endLane(ctx, t, d, now); err != nil {
			return err
		}
		h, err := claimed(ctx, t, d, now)
		switch stale = errors.Is(err, alert.ErrStale); {
		case stale:
			return nil // the lane is given back all the same
		case err != nil:
			return err
		}
		return how(t, h, now)
	})
	if err == nil && stale {
		err = s.explain(op, alert.ErrStale)
	}
	return err
}

// Ack implements deliver.Outbox.
func (s *Store) Ack(ctx context.Context, d alert.Delivery, message string) error {
	return s.settle(ctx, "ack", d, func(t tx, h head, now int64) error {
		if err := t.run(ctx,
			do(`DELETE FROM deliveries WHERE seq = ?`, h.seq),
			do(`UPDATE watches SET last_message = ? WHERE id = ?`, message, h.watch),
		); err != nil {
			return err
		}
		return s.requeue(ctx, t, h.watch, now)
	})
}

// Retry implements deliver.Outbox.
func (s *Store) Retry(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	return s.settle(ctx, "retry", d, func(t tx, h head, now int64) error {
		if err := t.exec(ctx, `UPDATE deliveries SET claimed = 0, token = '', reason = ? WHERE seq = ?`, reason, h.seq); err != nil {
			return err
		}
		return s.requeue(ctx, t, h.watch, now+max(wait, 0).Milliseconds())
	})
}

// Hold implements deliver.Outbox.
func (s *Store) Hold(ctx context.Context, d alert.Delivery, wait time.Duration, reason string) error {
	return s.settle(ctx, "hold", d, func(t tx, h head, now int64) error {
		if err := t.exec(ctx, `UPDATE deliveries SET claimed = 0, token = '', reason = ?, attempts = attempts - 1, attempted = ? WHERE seq = ?`,
			reason, ms(d.LastAttempt), h.seq); err != nil {
			return err
		}
		return s.requeue(ctx, t, h.watch, now+max(wait, 0).Milliseconds())
	})
}

// Bury implements deliver.Outbox.
func (s *Store) Bury(ctx context.Context, d alert.Delivery, reason string) error {
	return s.settle(ctx, "bury", d, func(t tx, h head, now int64) error { return s.bury(ctx, t, h, now, reason) })
}

func (s *Store) bury(ctx context.Context, t tx, h head, now int64, reason string) error {
	if err := t.run(ctx,
		do(`INSERT OR REPLACE INTO dead (id, watch, guild, at, reason, attempts, attempted, doc)
			SELECT d.id, d.watch, o.guild, ?, ?, d.attempts, d.attempted, d.doc FROM deliveries d JOIN outbox o ON o.watch = d.watch WHERE d.seq = ?`,
			now, reason, h.seq),
		do(`DELETE FROM deliveries WHERE seq = ?`, h.seq),
	); err != nil {
		return err
	}
	return s.requeue(ctx, t, h.watch, now)
}

// Replay implements command.DeadLetters. The attempts made before stay counted, so
// that the channel is searched before it is sent again.
func (s *Store) Replay(ctx context.Context, guild, deliveryID string) error {
	return s.update(ctx, "replay", func(t tx) error {
		watchID, err := s.speaker(ctx, t, guild, deliveryID)
		if err != nil {
			return err
		}
		if err := t.run(ctx,
			do(`INSERT INTO deliveries (id, watch, attempts, attempted, doc)
				SELECT id, watch, attempts, attempted, doc FROM dead WHERE id = ? ON CONFLICT DO NOTHING`, deliveryID),
			do(`DELETE FROM dead WHERE id = ?`, deliveryID),
		); err != nil {
			return err
		}
		return s.queueHead(ctx, t, watchID, s.now())
	})
}

// speaker is the watch or feed of a dead letter, unless it was removed.
func (s *Store) speaker(ctx context.Context, t tx, guild, deliveryID string) (id string, err error) {
	var watched bool
	err = t.QueryRowContext(ctx, `SELECT d.watch, EXISTS (SELECT 1 FROM watches w WHERE w.id = d.watch AND w.removed = 0)
		FROM dead d WHERE d.id = ? AND d.guild = ?`, deliveryID, guild).Scan(&id, &watched)
	if err != nil || watched {
		return id, found(err)
	}
	f, err := s.oneFeed(ctx, t, guild, id)
	if err == nil && !f.Removed.IsZero() {
		err = watch.ErrNotFound
	}
	return id, err
}

// Drop implements command.DeadLetters.
func (s *Store) Drop(ctx context.Context, guild, deliveryID string) error {
	return s.update(ctx, "drop dead letter", func(t tx) error {
		return t.one(ctx, `DELETE FROM dead WHERE id = ? AND guild = ?`, deliveryID, guild)
	})
}

// Pause implements deliver.Outbox.
func (s *Store) Pause(ctx context.Context, to alert.Destination, wait time.Duration, reason string) error {
	return s.update(ctx, "pause", func(t tx) error {
		until := s.now() + max(wait, 0).Milliseconds()
		return t.run(ctx,
			do(`INSERT INTO routes (guild, channel, until, reason) VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason`, to.Guild, to.Channel, until, reason),
			do(`UPDATE outbox SET at = max(due, ?) WHERE guild = ? AND channel = ?`, until, to.Guild, to.Channel),
		)
	})
}
