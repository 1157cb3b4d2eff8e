package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/report"
)

// routes tells a guild once, in its notices channel, that alerts can't be posted in
// another of its channels, and forgets that when they can be again. A guild that
// chose no notices channel reads it in /status.
type routes struct {
	store Store
	sink  deliver.Sink
	log   *slog.Logger
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

// broken tells of a channel that can't be written to.
func (r *routes) broken(ctx context.Context, d alert.Delivery) error {
	return r.tell(ctx, d.Destination, d.ID, alert.Notice{
		Channel: d.Destination.Channel,
		Text:    "I can't post alerts in another channel. They are kept and tried again every quarter of an hour; `setup` there shows what is missing.",
	})
}

// tell tells of a channel, unless that was told. It is written down after it was sent: a
// crash between the two repeats it under the same key.
func (r *routes) tell(ctx context.Context, of alert.Destination, why string, n alert.Notice) error {
	s, err := r.store.Settings(ctx, of.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	to := s.Notices
	if to == of.Channel {
		to = s.Channel
	}
	if _, told := s.Broken[of.Channel]; told || s.Notices == "" || to == "" || to == of.Channel {
		return nil
	}
	n.Kind, n.ToAt = alert.Route, time.Now()
	_, err = r.sink.Send(ctx, alert.Delivery{
		ID:          alert.DeliveryID(of.Channel, alert.Route, why, "", 0),
		Destination: alert.Destination{Guild: of.Guild, Channel: to}, Notice: n, Created: n.ToAt,
	})
	if err != nil {
		return fmt.Errorf("post in the notices channel: %w", err)
	}
	_, err = r.store.EditSettings(ctx, of.Guild, func(s *alert.Settings) error {
		if s.Broken == nil {
			s.Broken = map[string]time.Time{}
		}
		s.Broken[of.Channel] = time.Now().UTC()
		return nil
	})
	return err
}

// tidy forgets of all guilds which of their channels were broken where nothing speaks any
// more: a channel that is gone is never mended.
func (r *routes) tidy(ctx context.Context) error {
	guilds, err := r.store.Guilds(ctx)
	if err != nil {
		return err
	}
	for _, guild := range guilds {
		if err := r.tidyGuild(ctx, guild); err != nil {
			return fmt.Errorf("channels of guild %s: %w", guild, err)
		}
	}
	return nil
}

func (r *routes) tidyGuild(ctx context.Context, guild string) error {
	s, err := r.store.Settings(ctx, guild)
	if err != nil || len(s.Broken) == 0 {
		return err
	}
	speak, err := r.speakers(ctx, guild)
	if err != nil {
		return err
	}
	silent := func(channel string, _ time.Time) bool { return len(speak[channel]) == 0 }
	before := len(s.Broken)
	if maps.DeleteFunc(s.Broken, silent); len(s.Broken) == before {
		return nil
	}
	_, err = r.store.EditSettings(ctx, guild, func(s *alert.Settings) error {
		maps.DeleteFunc(s.Broken, silent)
		return nil
	})
	return err
}

// Used implements discord.Channels.
func (r *routes) Used(ctx context.Context, guild string) ([]string, error) {
	speak, err := r.speakers(ctx, guild)
	return slices.Sorted(maps.Keys(speak)), err
}

// speakers lists by channel what speaks there: watches and feeds.
func (r *routes) speakers(ctx context.Context, guild string) (map[string][]string, error) {
	watches, err := r.store.Watches(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("watches of a guild: %w", err)
	}
	feeds, err := r.store.Feeds(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("feeds of a guild: %w", err)
	}
	out := map[string][]string{}
	for _, w := range watches {
		out[w.Destination.Channel] = append(out[w.Destination.Channel], cmp.Or(w.Title, w.URL))
	}
	for _, f := range feeds {
		out[f.Destination.Channel] = append(out[f.Destination.Channel], cmp.Or(f.Title, f.URL))
	}
	return out, nil
}

// Gone implements discord.Channels: it tells of a channel that was deleted where
// something was told.
func (r *routes) Gone(ctx context.Context, guild, channel, name string) error {
	speak, err := r.speakers(ctx, guild)
	if err != nil || len(speak[channel]) == 0 {
		return err
	}
	what := "A channel was deleted"
	if name != "" {
		what = "The channel **" + report.Escape(name) + "** was deleted"
	}
	return r.tell(ctx, alert.Destination{Guild: guild, Channel: channel}, "gone", alert.Notice{
		Text: what + " where alerts are posted of " + some(speak[channel]) + ". `watch edit` gives them another channel, `watch remove` ends them; what changes until then is kept for three days.",
	})
}

// Locked implements discord.Channels: it tells of a thread that was locked where
// something is told.
func (r *routes) Locked(ctx context.Context, guild, thread string, locked bool) error {
	at := alert.Destination{Guild: guild, Channel: thread}
	if !locked {
		return r.mended(ctx, at)
	}
	speak, err := r.speakers(ctx, guild)
	if err != nil || len(speak[thread]) == 0 {
		return err
	}
	return r.tell(ctx, at, "locked", alert.Notice{
		Channel: thread,
		Text:    "The thread is locked, so I can't post the alerts of " + some(speak[thread]) + ". Unlock it, or `watch edit` gives them another channel; alerts are kept for three days and tried again every quarter of an hour.",
	})
}

// Barred implements discord.Channels: it tells of a channel in which alerts can't be
// posted any more, before one fails, and lets those that wait go where they can be again.
func (r *routes) Barred(ctx context.Context, guild, channel, why string) error {
	at := alert.Destination{Guild: guild, Channel: channel}
	if why == "" {
		return r.mended(ctx, at)
	}
	speak, err := r.speakers(ctx, guild)
	if err != nil || len(speak[channel]) == 0 {
		return err
	}
	return r.tell(ctx, at, "barred", alert.Notice{
		Channel: channel,
		Text:    "I can't post the alerts of " + some(speak[channel]) + " there any more: " + why + ". They are kept for three days and tried again every quarter of an hour; `setup` there shows what to allow.",
	})
}

// some names the first of several.
func some(titles []string) string {
	first := "“" + report.Escape(titles[0]) + "”"
	if n := len(titles) - 1; n > 0 {
		return fmt.Sprintf("%s and %d more", first, n)
	}
	return first
}

// mended forgets that a channel was broken, and lets what waits for it go.
func (r *routes) mended(ctx context.Context, to alert.Destination) error {
	s, err := r.store.Settings(ctx, to.Guild)
	if err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	if _, told := s.Broken[to.Channel]; !told {
		return nil
	}
	_, err = r.store.EditSettings(ctx, to.Guild, func(s *alert.Settings) error {
		delete(s.Broken, to.Channel)
		return nil
	})
	if err != nil {
		return err
	}
	return r.store.Pause(ctx, to, 0, "") // what waits need not wait for the quarter of an hour
}
