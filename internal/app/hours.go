package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
)

// hours knows the quiet hours of guilds. They are asked for at every check and every
// delivery, so settings are read again only after a while.
type hours struct {
	guilds command.Guilds

	mu    sync.Mutex
	known map[string]reading
}

// reading is settings as they were read at a time.
type reading struct {
	settings alert.Settings
	at       time.Time
}

const (
	hoursFor = 10 * time.Second // a choice takes so long to be heeded at most
	hoursMax = 10_000           // guilds remembered
)

func newHours(guilds command.Guilds) *hours {
	return &hours{guilds: guilds, known: map[string]reading{}}
}

// until is the end of a guild's quiet hours at a time; zero: it may be told. It is a
// [watch.Hush].
func (h *hours) until(ctx context.Context, guild string, now time.Time) (time.Time, error) {
	s, err := h.settings(ctx, guild)
	if err != nil {
		return time.Time{}, err
	}
	return s.QuietUntil(now), nil
}

func (h *hours) settings(ctx context.Context, guild string) (alert.Settings, error) {
	h.mu.Lock()
	k, ok := h.known[guild]
	h.mu.Unlock()
	if ok && time.Since(k.at) < hoursFor {
		return k.settings, nil
	}
	s, err := h.guilds.Settings(ctx, guild)
	if err != nil {
		return s, fmt.Errorf("read settings: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.known) >= hoursMax {
		clear(h.known)
	}
	h.known[guild] = reading{s, time.Now()}
	return s, nil
}

// hold is how long a delivery waits for the end of its guild's quiet hours. A test is
// asked for by somebody who is awake.
func (h *hours) hold(ctx context.Context, d alert.Delivery) (wait time.Duration, why string, err error) {
	if d.Notice.Kind == alert.Test {
		return 0, "", nil
	}
	now := time.Now()
	until, err := h.until(ctx, d.Destination.Guild, now)
	if err != nil || until.IsZero() {
		return 0, "", err
	}
	return until.Sub(now), "quiet hours", nil
}
