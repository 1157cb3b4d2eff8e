package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"erratum/internal/alert"
)

// Turn implements deliver.Turns.
func (s *Store) Turn(ctx context.Context, d alert.Delivery, most int, per time.Duration) (wait time.Duration, err error) {
	err = s.update(ctx, "give a turn", func(t tx) error {
		now, guild := s.now(), d.Destination.Guild
		if err := t.exec(ctx, `DELETE FROM turns WHERE guild = ? AND at <= ?`, guild, now-per.Milliseconds()); err != nil {
			return err
		}
		var turn int64
		err := t.QueryRowContext(ctx, `SELECT at FROM turns WHERE guild = ? AND delivery = ?`, guild, d.ID).Scan(&turn)
		if errors.Is(err, sql.ErrNoRows) {
			if turn, err = nextTurn(ctx, t, guild, now, most, per); err != nil {
				return err
			}
			err = t.exec(ctx, `INSERT INTO turns (guild, delivery, at) VALUES (?, ?, ?)`, guild, d.ID, turn)
		}
		wait = time.Duration(max(turn-now, 0)) * time.Millisecond
		return err
	})
	return wait, err
}

// nextTurn is a stretch after the turn that is so many before it.
func nextTurn(ctx context.Context, t tx, guild string, now int64, most int, per time.Duration) (int64, error) {
	var before int64
	err := t.QueryRowContext(ctx, `SELECT at FROM turns WHERE guild = ? ORDER BY at DESC LIMIT 1 OFFSET ?`, guild, most-1).Scan(&before)
	if errors.Is(err, sql.ErrNoRows) {
		return now, nil
	}
	return max(now, before+per.Milliseconds()), err
}

// LastTurn implements deliver.Turns.
func (s *Store) LastTurn(ctx context.Context, guild string) (time.Duration, error) {
	now := s.now()
	last, err := s.lastTurn(ctx, guild, now)
	if err != nil || last.IsZero() {
		return 0, s.explain("read turns", err)
	}
	return time.Duration(ms(last)-now) * time.Millisecond, nil
}

// lastTurn is when the last of those that wait for their turn has it; zero: none waits.
func (s *Store) lastTurn(ctx context.Context, guild string, now int64) (time.Time, error) {
	var last int64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(at), 0) FROM turns WHERE guild = ? AND at > ?`, guild, now).Scan(&last)
	return at(last), err
}
