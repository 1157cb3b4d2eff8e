package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/deliver"
)

// digests sends guilds what they chose to be sent at a time of the day or week.
//
// What a digest tells is in the store by itself, and up to when digests told stands in
// the guild's settings. That is written after one was sent, under an ID that all
// processes give it: a crash between the two, or two processes at once, repeat it under
// that ID, which a sink shows once or finds again. What was missed while nothing ran is
// told in one digest.
type digests struct {
	store interface {
		command.Guilds
		command.Presence
	}
	router *command.Router
	sink   deliver.Sink
	log    *slog.Logger
	now    func() time.Time

	mu    sync.Mutex
	tried map[string]time.Time // by guild: when its digest could not be sent
}

const (
	// digestLag is how long after its time a digest is made: what was decided before it
	// is written by then.
	digestLag = time.Minute
	// digestAgain is how long a digest that could not be sent waits.
	digestAgain = 15 * time.Minute
	// digestNonce is how long a sink is trusted to know a digest that was sent before.
	digestNonce = 2 * time.Minute
)

// run sends what is due.
func (g *digests) run(ctx context.Context) error {
	guilds, err := g.store.Guilds(ctx)
	if err != nil {
		return fmt.Errorf("digests: %w", err)
	}
	for _, guild := range guilds {
		if err := g.tell(ctx, guild); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			g.log.Warn("a digest could not be sent; it is tried again", "guild", guild, "error", err)
			g.rest(guild)
		}
	}
	return nil
}

func (g *digests) rest(guild string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tried[guild] = g.now()
}

// rests reports whether a guild's digest failed a moment ago.
func (g *digests) rests(guild string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now().Sub(g.tried[guild]) < digestAgain
}

// tell sends a guild's digest if it is due.
func (g *digests) tell(ctx context.Context, guild string) error {
	s, err := g.store.Settings(ctx, guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	until := lastDue(s, g.now().Add(-digestLag))
	if until.IsZero() || !s.QuietUntil(g.now()).IsZero() || g.rests(guild) {
		return nil
	}
	n, any, err := g.router.Digest(ctx, guild, s.Digested, until)
	if err != nil {
		return err
	}
	if any {
		if err := g.send(ctx, guild, s.DigestTo, n); err != nil {
			return err
		}
	}
	_, err = g.store.EditSettings(ctx, guild, func(now *alert.Settings) error {
		if now.Digested.Before(until) {
			now.Digested = until.UTC()
		}
		return nil
	})
	return err
}

// lastDue is the newest time up to now at which a digest was due and that was not told
// yet; zero: there is none.
func lastDue(s alert.Settings, now time.Time) (due time.Time) {
	for next := s.NextDigest(s.Digested); !next.IsZero() && !next.After(now); next = s.NextDigest(next) {
		due = next
	}
	return due
}

// send posts a digest, unless it was posted before.
func (g *digests) send(ctx context.Context, guild, channel string, n alert.Notice) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), routeTimeout)
	defer cancel()
	d := alert.Delivery{
		ID:          alert.DeliveryID(guild, n.Kind, channel, "", n.ToAt.UnixMilli()),
		Destination: alert.Destination{Guild: guild, Channel: channel}, Notice: n, Created: n.ToAt,
	}
	if finder, ok := g.sink.(deliver.Finder); ok && g.now().Sub(n.ToAt) > digestLag+digestNonce {
		switch _, found, err := finder.Find(ctx, d); {
		case err != nil:
			return fmt.Errorf("look for the digest: %w", err)
		case found:
			return nil
		}
	}
	_, err := g.sink.Send(ctx, d)
	var bad *deliver.SendError
	if errors.As(err, &bad) && bad.Hopeless {
		g.log.Warn("a digest is given up", "guild", guild, "reason", bad.Reason, "error", bad.Err)
		return nil
	}
	return err
}
