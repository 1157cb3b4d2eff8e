package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/deliver"
)

// routes tells a guild once, in its notices channel, that alerts can't be posted in
// another of its channels, and forgets that when they can be again. A guild that
// chose no notices channel reads it in /status.
type routes struct {
	guilds command.Guilds
	sink   deliver.Sink
	log    *slog.Logger
}

// routeTimeout bounds what telling may take of a courier's worker.
const routeTimeout = 20 * time.Second

// attempted hears what came of an attempt to deliver.
func (r *routes) attempted(d alert.Delivery, fate deliver.Fate) {
	ctx, cancel := context.WithTimeout(context.Background(), routeTimeout)
	defer cancel()
	var err error
	switch fate {
	case deliver.Paused:
		err = r.broken(ctx, d)
	case deliver.Shown, deliver.Found:
		err = r.mended(ctx, d.Destination)
	}
	if err != nil {
		r.log.Error("a guild could not be told of a channel", "guild", d.Destination.Guild, "error", err)
	}
}

// broken tells of a channel that can't be written to. It is written down after it was
// sent: a crash between the two repeats it under the same key.
func (r *routes) broken(ctx context.Context, d alert.Delivery) error {
	to := d.Destination
	s, err := r.guilds.Settings(ctx, to.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	if _, told := s.Broken[to.Channel]; told || s.Notices == "" || s.Notices == to.Channel {
		return nil
	}
	_, err = r.sink.Send(ctx, alert.Delivery{
		ID:          alert.DeliveryID(to.Channel, alert.Route, d.ID, "", 0),
		Destination: alert.Destination{Guild: to.Guild, Channel: s.Notices},
		Notice: alert.Notice{
			Kind: alert.Route, Channel: to.Channel, ToAt: time.Now(),
			Text: "I can't post alerts in another channel. They are kept and tried again every quarter of an hour; `setup` there shows what is missing.",
		},
		Created: time.Now(),
	})
	if err != nil {
		return fmt.Errorf("post in the notices channel: %w", err)
	}
	_, err = r.guilds.EditSettings(ctx, to.Guild, func(s *alert.Settings) error {
		if s.Broken == nil {
			s.Broken = map[string]time.Time{}
		}
		s.Broken[to.Channel] = time.Now().UTC()
		return nil
	})
	return err
}

// mended forgets that a channel was broken.
func (r *routes) mended(ctx context.Context, to alert.Destination) error {
	s, err := r.guilds.Settings(ctx, to.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	if _, told := s.Broken[to.Channel]; !told {
		return nil
	}
	_, err = r.guilds.EditSettings(ctx, to.Guild, func(s *alert.Settings) error {
		delete(s.Broken, to.Channel)
		return nil
	})
	return err
}
