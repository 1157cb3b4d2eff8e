package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/watch"
)

// Discord runs the program as a bot: commands and alerts in channels.
type Discord struct {
	Config Config
	Logger *slog.Logger

	// Transport and Dial reach another Discord than the real one, for tests and the
	// demo; nil: the network.
	Transport http.RoundTripper
	Dial      func(ctx context.Context, network, address string) (net.Conn, error)
	Change    func(*Parts) // changes the program's parts; may be nil
}

// Run connects, checks, answers and tells until ctx ends, and stops in reverse order.
// It returns an error when going on would be of no use.
func (d *Discord) Run(ctx context.Context) (err error) {
	router := &laterRouter{}
	host, channels := &guilds{}, &laterChannels{}
	bot, err := discord.New(discord.Options{
		Token: d.Config.DiscordToken, Router: router, Log: d.Logger,
		Titles: host.titles, Settings: host.settings, SetNotices: host.setNotices, Number: host.number, Presence: host, Sessions: host,
		Channels:  channels,
		Transport: d.Transport, Dial: d.Dial,
	})
	if err != nil {
		return err
	}
	parts := Parts{Sink: bot.Sink(), Places: bot, Logger: d.Logger}
	if d.Change != nil {
		d.Change(&parts)
	}
	var opened atomic.Pointer[App]
	health, err := serveHealth(ctx, d.Config.Health, func(ctx context.Context) error {
		if a := opened.Load(); a != nil {
			return a.answers(ctx)
		}
		return watch.ErrAway
	})
	if err != nil {
		return err
	}
	app, err := d.open(ctx, parts)
	if err != nil {
		return errors.Join(err, health.Close())
	}
	opened.Store(app)
	router.Router, host.Store, channels.routes = app.Router(), app.store, app.routes
	return errors.Join(together(ctx, app.Run, bot.Run), health.Close(), app.Close())
}

const (
	storeAgain = 2 * time.Second // how often a store that is away is tried at the start
	storeSaid  = time.Minute     // how often the log says so
)

// open wires the program once its store is there: servers that start together do not
// start in order, and who runs this program would only start it again.
func (d *Discord) open(ctx context.Context, parts Parts) (*App, error) {
	var said time.Time
	for {
		app, err := New(ctx, d.Config, parts)
		if !errors.Is(err, watch.ErrAway) || ctx.Err() != nil {
			return app, err
		}
		if d.Logger != nil && time.Since(said) >= storeSaid {
			said = time.Now()
			d.Logger.Warn("waiting for the store", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(storeAgain):
		}
	}
}

// together runs parts of the program until ctx ends or one of them fails; then all
// end. It waits for every one of them.
func together(ctx context.Context, parts ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(parts))
	for _, run := range parts {
		go func() {
			defer cancel()
			ended <- run(ctx)
		}()
	}
	var all error
	for range parts {
		all = errors.Join(all, <-ended)
	}
	return all
}

// laterRouter closes the ring of bot, sink, program and router: it is filled before
// anything runs.
type laterRouter struct{ *command.Router }

// laterChannels does the same for what hears of channels.
type laterChannels struct{ *routes }

// guilds answers what the bot asks of the store about its guilds.
type guilds struct{ Store }

func (g *guilds) titles(ctx context.Context, guild string) ([]discord.Title, error) {
	all, err := g.Titles(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("titles of a guild: %w", err)
	}
	out := make([]discord.Title, 0, len(all))
	for _, t := range all {
		out = append(out, discord.Title{Watch: t.Watch, Title: t.Title, URL: t.URL})
	}
	feeds, err := g.Feeds(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("feeds of a guild: %w", err)
	}
	for _, f := range feeds {
		out = append(out, discord.Title{Watch: f.ID, Title: f.Title, URL: f.URL})
	}
	return out, nil
}

func (g *guilds) settings(ctx context.Context, guild string) (alert.Settings, error) {
	return g.Settings(ctx, guild)
}

func (g *guilds) setNotices(ctx context.Context, guild, channel string) error {
	_, err := g.EditSettings(ctx, guild, func(s *alert.Settings) error {
		s.Notices = channel
		return nil
	})
	return err
}

// number gives the number under which a guild knows a stored revision: it counts
// from the first that its watch may see.
func (g *guilds) number(ctx context.Context, guild, watchID string, stored int) (int, error) {
	w, err := g.Watch(ctx, guild, watchID)
	if err != nil {
		return 0, fmt.Errorf("number of a revision: %w", err)
	}
	return w.Number(stored), nil
}
