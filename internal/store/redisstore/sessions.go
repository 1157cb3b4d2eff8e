package redisstore

import (
	"context"
	"time"
)

// HoldSession implements command.Sessions.
func (s *Store) HoldSession(ctx context.Context, session, holder string, d time.Duration) (bool, error) {
	said, err := s.runOne(ctx, sessionScript, true, []string{s.sessionKey(session)}, s.clock(), holder, d.Milliseconds()).Text()
	return said == "held", s.explain("hold a session", err)
}

// EndSession implements command.Sessions.
func (s *Store) EndSession(ctx context.Context, session, holder string) error {
	err := s.runOne(ctx, sessionEndScript, false, []string{s.sessionKey(session)}, holder).Err()
	return s.explain("end a session", err)
}

func (s *Store) sessionKey(session string) string { return s.o.Prefix + "session:" + session }
