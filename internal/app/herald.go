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
type herald struct {
	crier

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
	return h.tell(ctx, to, func(s *alert.Settings) (*alert.Notice, int64) {
		if !s.Offline.IsZero() && since.Sub(s.Offline) < heraldAgain || !s.QuietUntil(now).IsZero() {
			return nil, 0 // told already, or told after quiet hours if it lasts
		}
		s.Offline = since.UTC()
		return &alert.Notice{Kind: alert.Offline, Since: since,
			Text: "I can't reach any site from here. Checking goes on, and what changed is told once sites answer again. If this lasts, the network of the machine I run on needs a look."}, since.UnixMilli()
	})
}

// Online implements watch.Herald.
func (h *herald) Online(ctx context.Context, to alert.Destination) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tried, to.Guild)
	return h.tell(ctx, to, func(s *alert.Settings) (*alert.Notice, int64) {
		since := s.Offline
		if since.IsZero() {
			return nil, 0
		}
		s.Offline = time.Time{}
		return &alert.Notice{Kind: alert.Online, Since: since, Text: "Sites answer again. All watches are checked one after the other."}, since.UnixMilli()
	})
}

// crier tells a guild once of what concerns it as a whole.
//
// A notice is written down after it was sent, under an ID that all processes give it: a
// crash between the two, or two processes at once, repeat it under that ID, which a
// sink shows once.
type crier struct {
	guilds command.Guilds
	sink   deliver.Sink
}

// tell sends what a guild's settings ask for, in its notices channel, else in its
// default channel, else where the watch speaks. what says that it was told in the
// settings, which are written down then; it gives the event a number, and may be called
// again. No notice: there is nothing to tell.
func (c *crier) tell(ctx context.Context, to alert.Destination, what func(*alert.Settings) (n *alert.Notice, event int64)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), routeTimeout)
	defer cancel()
	s, err := c.guilds.Settings(ctx, to.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	n, event := what(&s)
	if n == nil {
		return nil
	}
	to.Channel = cmp.Or(s.Notices, s.Channel, to.Channel)
	_, err = c.sink.Send(ctx, alert.Delivery{
		ID:          alert.DeliveryID(to.Guild, n.Kind, "", "", event),
		Destination: to, Notice: *n, Created: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("post in channel %s: %w", to.Channel, err)
	}
	_, err = c.guilds.EditSettings(ctx, to.Guild, func(s *alert.Settings) error {
		what(s)
		return nil
	})
	return err
}
