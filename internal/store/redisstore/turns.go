package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
)

// Turn implements deliver.Turns. No replica is waited for: turns that a failover forgets
// are given anew.
func (s *Store) Turn(ctx context.Context, d alert.Delivery, most int, per time.Duration) (time.Duration, error) {
	wait, err := s.runOne(ctx, turnScript, false, []string{s.guildKey(d.Destination.Guild, "turns")}, s.clock(), d.ID, most, per.Milliseconds()).Int64()
	return time.Duration(wait) * time.Millisecond, s.explain("give a turn", err)
}

// LastTurn implements deliver.Turns.
func (s *Store) LastTurn(ctx context.Context, guild string) (time.Duration, error) {
	now, err := s.now(ctx)
	if err != nil {
		return 0, s.explain("read turns", err)
	}
	last, err := s.lastTurn(ctx, guild, now)
	if err != nil || last.IsZero() {
		return 0, s.explain("read turns", err)
	}
	return time.Duration(ms(last)-now) * time.Millisecond, nil
}

// lastTurn is when the last of those that wait for their turn has it; zero: none waits.
func (s *Store) lastTurn(ctx context.Context, guild string, now int64) (time.Time, error) {
	last, err := s.db.ZRangeArgsWithScores(ctx, redis.ZRangeArgs{Key: s.guildKey(guild, "turns"), Start: 0, Stop: 0, Rev: true}).Result()
	if err != nil || len(last) == 0 || int64(last[0].Score) <= now {
		return time.Time{}, err
	}
	return at(int64(last[0].Score)), nil
}
