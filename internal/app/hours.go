package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
)

// hours knows when guilds may be told: what their quiet hours are, and that they are told
// so many alerts in a minute at most. Settings and turns are asked for at every check and
// every delivery, so they are read again only after a while.
type hours struct {
	crier
	turns deliver.Turns
	most  int // alerts of a guild in a minute; 0: no bound
	log   *slog.Logger

	mu    sync.Mutex
	known map[string]reading
	tried map[string]time.Time // by guild: when it was last tried to tell it that it is slowed
}

// reading is what was read of a guild at a time.
type reading struct {
	settings alert.Settings
	last     time.Time // when the last of its deliveries has its turn
	at       time.Time
}

const (
	hoursFor = 10 * time.Second // a choice takes so long to be heeded at most
	hoursMax = 10_000           // guilds remembered
	// A guild with deliveries that wait for their turn this long hears of further changes
	// when they have had it, each article's as one: the outbox must not grow for ever.
	maxBehind = 10 * time.Minute
	// slowedAgain is how long after a guild was told that it is slowed it is not told again.
	slowedAgain = 24 * time.Hour
)

func newHours(c crier, turns deliver.Turns, most int, log *slog.Logger) *hours {
	return &hours{crier: c, turns: turns, most: most, log: log, known: map[string]reading{}, tried: map[string]time.Time{}}
}

// until is when a guild hears of changes again at a time; zero: it may be told. It is a
// [watch.Hush].
func (h *hours) until(ctx context.Context, guild string, now time.Time) (time.Time, error) {
	k, err := h.reading(ctx, guild)
	if err != nil {
		return time.Time{}, err
	}
	quiet := k.settings.QuietUntil(now)
	if k.last.Sub(now) > maxBehind && k.last.After(quiet) {
		return k.last, nil
	}
	return quiet, nil
}

// reading reads a guild's settings and turns, or remembers them.
func (h *hours) reading(ctx context.Context, guild string) (reading, error) {
	h.mu.Lock()
	k, ok := h.known[guild]
	h.mu.Unlock()
	now := time.Now()
	if ok && now.Sub(k.at) < hoursFor {
		return k, nil
	}
	s, err := h.guilds.Settings(ctx, guild)
	if err != nil {
		return k, fmt.Errorf("read settings: %w", err)
	}
	k = reading{settings: s, at: now}
	if h.most > 0 {
		wait, err := h.turns.LastTurn(ctx, guild)
		if err != nil {
			return k, fmt.Errorf("read turns: %w", err)
		}
		k.last = now.Add(wait)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= hoursMax {
		clear(h.known)
	}
	h.known[guild] = k
	return k, nil
}

// hold is how long a delivery waits for the end of its guild's quiet hours, then for its
// turn. A test is asked for by somebody who is awake and waits for it.
func (h *hours) hold(ctx context.Context, d alert.Delivery) (wait time.Duration, why string, err error) {
	if d.Notice.Kind == alert.Test {
		return 0, "", nil
	}
	now := time.Now()
	k, err := h.reading(ctx, d.Destination.Guild)
	if err != nil {
		return 0, "", err
	}
	if until := k.settings.QuietUntil(now); !until.IsZero() {
		return until.Sub(now), "quiet hours", nil
	}
	if h.most == 0 {
		return 0, "", nil
	}
	wait, err = h.turns.Turn(ctx, d, h.most, time.Minute)
	if err == nil && wait > 0 {
		h.slowed(ctx, d.Destination)
	}
	return wait, "its turn", err
}

// slowed tells a guild, once a day at most, that its alerts are slowed. That it can't be
// told holds up nothing: /status says it, too.
func (h *hours) slowed(ctx context.Context, to alert.Destination) {
	now := time.Now()
	h.mu.Lock()
	recent := now.Sub(h.tried[to.Guild]) < heraldEvery
	if !recent {
		h.tried[to.Guild] = now
	}
	h.mu.Unlock()
	if recent {
		return
	}
	err := h.tell(ctx, to, func(s *alert.Settings) (*alert.Notice, int64) {
		if now.Sub(s.Slowed) < slowedAgain {
			return nil, 0
		}
		s.Slowed = now.UTC()
		// All processes that find it out on a day give the notice the same ID.
		return &alert.Notice{Kind: alert.Slowed, ToAt: now, Text: fmt.Sprintf("I tell this server at most %s in a minute. The others follow in order, and none is lost; `status` says how many wait.", alerts(h.most))}, now.Unix() / int64(slowedAgain/time.Second)
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		h.log.Warn("a guild could not be told that its alerts are slowed", "guild", to.Guild, "error", err)
	}
}

func alerts(n int) string {
	if n == 1 {
		return "one alert"
	}
	return fmt.Sprintf("%d alerts", n)
}
