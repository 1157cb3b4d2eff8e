package sqlitestore

import (
	"context"
	"errors"
	"time"

	"erratum/internal/watch"
)

// HoldSession implements command.Sessions.
func (s *Store) HoldSession(ctx context.Context, session, holder string, d time.Duration) (bool, error) {
	err := s.update(ctx, "hold a session", func(t tx) error {
		now := s.now()
		return t.one(ctx, `INSERT INTO sessions (name, holder, until) VALUES (?1, ?2, ?3)
			ON CONFLICT (name) DO UPDATE SET holder = ?2, until = ?3 WHERE holder = ?2 OR until <= ?4`,
			session, holder, now+d.Milliseconds(), now)
	})
	if errors.Is(err, watch.ErrNotFound) {
		return false, nil // another's row was left as it is
	}
	return err == nil, err
}

// EndSession implements command.Sessions.
func (s *Store) EndSession(ctx context.Context, session, holder string) error {
	return s.update(ctx, "end a session", func(t tx) error {
		return t.exec(ctx, `DELETE FROM sessions WHERE name = ? AND holder = ?`, session, holder)
	})
}
