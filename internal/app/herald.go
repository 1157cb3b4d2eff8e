package app

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/deliver"
)

// herald tells a guild once that no site can be reached, and once that they can be
// again; each of its watches would say the same. It is a [watch.Herald].
//
// A notice is written down after it was sent, under an ID that all processes give it: a
// crash between the two, or two processes at once, repeat it under that ID, which a
// sink shows once.
type herald struct {
	guilds command.Guilds
	sink   deliver.Sink

	mu    sync.Mutex
	tried map[string]time.Time // by guild: when it was last tried to tell it
}

const (
	heraldEvery = time.Minute // a guild that can't be told is not tried more often
	// An outage whose end could not be told is not told again within this time.
	heraldAgain = 24 * time.Hour
)

// Offline implements watch.Herald.
func (h *herald) Offline(ctx context.Context, to alert.Destination, since time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if now.Sub(h.tried[to.Guild]) < heraldEvery {
		return nil
	}
	h.tried[to.Guild] = now
	return h.tell(ctx, to, func(s *alert.Settings) *alert.Notice {
		if !s.Offline.IsZero() && since.Sub(s.Offline) < heraldAgain || !s.QuietUntil(now).IsZero() {
			return nil // told already, or told after quiet hours if it lasts
		}
		s.Offline = since.UTC()
		return &alert.Notice{Kind: alert.Offline, Since: since,
			Text: "I can't reach any site from here. Checking goes on, and what changed is told once sites answer again. If this lasts, the network of the machine I run on needs a look."}
	})
}

// Online implements watch.Herald.
func (h *herald) Online(ctx context.Context, to alert.Destination) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tried, to.Guild)
	return h.tell(ctx, to, func(s *alert.Settings) *alert.Notice {
		since := s.Offline
		if since.IsZero() {
			return nil
		}
		s.Offline = time.Time{}
		return &alert.Notice{Kind: alert.Online, Since: since, Text: "Sites answer again. All watches are checked one after the other."}
	})
}

// tell sends what a guild's settings ask for, in its notices channel, else in its
// default channel, else where the watch speaks, and writes it down.
func (h *herald) tell(ctx context.Context, to alert.Destination, what func(*alert.Settings) *alert.Notice) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), routeTimeout)
	defer cancel()
	s, err := h.guilds.Settings(ctx, to.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	n := what(&s)
	if n == nil {
		return nil
	}
	to.Channel = cmp.Or(s.Notices, s.Channel, to.Channel)
	_, err = h.sink.Send(ctx, alert.Delivery{
		ID:          alert.DeliveryID(to.Guild, n.Kind, "", "", n.Since.UnixMilli()),
		Destination: to, Notice: *n, Created: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("post in channel %s: %w", to.Channel, err)
	}
	_, err = h.guilds.EditSettings(ctx, to.Guild, func(now *alert.Settings) error {
		now.Offline = s.Offline
		return nil
	})
	return err
}
