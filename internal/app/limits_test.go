package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/deliver"
	"erratum/internal/discordtest"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// The alerts that wait when the programs of a rush start: busyAlerts for each of
// busyChannels, two for each watch, and one for each of calmChannels.
const (
	busyChannels, busyAlerts = 3, 100
	calmChannels             = 100
)

// rush is a Discord with its limits and a store full of alerts, on which several
// programs are let loose.
type rush struct {
	t       *testing.T
	config  app.Config
	discord *discordtest.Server
	alone   bool // each program heeds only what it learned itself
	poll    time.Duration
}

// TestLimitsAreShared: three programs on one store tell 400 alerts at once. Discord takes
// five in five seconds in a channel and 50 in a second over all, and is hardly ever asked
// for more; programs that know nothing of each other are refused again and again.
func TestLimitsAreShared(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("the goroutines of three programs in a rush outgrow the race detector's tables; TestReplicas races the same code")
	}
	t.Run("file", func(t *testing.T) {
		for _, alone := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := &rush{t: t, alone: alone, config: app.Config{Data: filepath.Join(t.TempDir(), "erratum.db")}}
				r.run(discordtest.Rate{Limit: 5, Window: 5 * time.Second})
			})
		}
	})
	t.Run("Redis", func(t *testing.T) {
		for _, alone := range []bool{false, true} {
			t.Run(fmt.Sprint("alone=", alone), func(t *testing.T) {
				t.Parallel()
				r := &rush{t: t, alone: alone, poll: 50 * time.Millisecond, config: app.Config{RedisURL: redistest.New(t, "--appendfsync", "everysec").URL()}}
				r.run(discordtest.Rate{Limit: 5, Window: 500 * time.Millisecond}) // real time
			})
		}
	})
}

func (r *rush) run(channel discordtest.Rate) {
	t := r.t
	guild := discordtest.Guild{ID: guildA, Name: "Newsroom", OwnerID: "400000000000000001", Channels: []discordtest.Channel{{ID: channelA, Name: "desk"}}}
	for i := range busyChannels + calmChannels {
		guild.Channels = append(guild.Channels, discordtest.Channel{ID: place(i), Name: fmt.Sprint("c", i)})
	}
	var err error
	if r.discord, err = discordtest.New(discordtest.Options{Token: testToken, Guilds: []discordtest.Guild{guild}, ChannelRate: channel}); err != nil {
		t.Fatal(err)
	}
	want := r.fill()
	began := time.Now()
	var stops []func()
	for range 3 {
		stops = append(stops, r.start())
	}
	if err := r.discord.WaitConnected(t.Context()); err != nil {
		t.Fatal(err)
	}
	var slowest, calm time.Duration
	for shown := 0; shown < busyChannels*busyAlerts+calmChannels; shown = r.shown() {
		if time.Since(began) > 5*time.Minute {
			t.Fatalf("after %v only %d alerts were shown", time.Since(began), shown)
		}
		if calm == 0 && r.shownIn(busyChannels, calmChannels) == calmChannels {
			calm = time.Since(began)
		}
		asked := time.Now()
		if said, err := r.discord.Interact(discordtest.Interaction{
			GuildID: guildA, ChannelID: channelA, Command: "help", Permissions: discordtest.AllPermissions,
			User: discordtest.User{ID: editorID, Name: "editor"},
		}); err != nil || said.Message == nil {
			t.Fatalf("help: %v, %+v", err, said)
		}
		slowest = max(slowest, time.Since(asked))
		time.Sleep(200 * time.Millisecond)
	}
	took := time.Since(began)
	for _, stop := range stops {
		stop()
	}
	r.compare(want)
	refused := r.discord.InvalidRequests()
	t.Logf("alone: %v. %d alerts in %v, those of channels with one in %v, %d times refused, the slowest answer to a person took %v",
		r.alone, r.shown(), took.Round(time.Millisecond), calm.Round(time.Millisecond), refused, slowest.Round(time.Millisecond))
	switch {
	case r.alone && refused < 20:
		t.Errorf("programs that know nothing of each other were refused %d times: the test proves nothing", refused)
	case !r.alone && refused > 2:
		t.Errorf("refused %d times", refused)
	}
	if !r.alone && calm > took/2 {
		t.Errorf("channels with one alert waited %v for those with many", calm)
	}
	if virtual := r.config.RedisURL == ""; virtual && slowest > time.Second {
		t.Errorf("a person waited %v for an answer", slowest)
	}
	_ = r.discord.Close()
}

// place names a channel.
func place(i int) string { return fmt.Sprint(300000000000001000 + i) }

// start runs a program until stop is called.
func (r *rush) start() (stop func()) {
	cfg := r.config
	cfg.DiscordToken, cfg.Workers = testToken, 1
	bot := app.Discord{
		Config: cfg, Transport: r.discord.Transport(), Dial: r.discord.Dialer().NetDialContext,
		Change: func(p *app.Parts) {
			p.Courier = deliver.Options{Poll: r.poll}
			if r.alone {
				p.Wrap = func(s app.Store) app.Store { return aloneStore{s} }
			}
		},
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bot.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			r.t.Errorf("a program did not end in peace: %v", err)
		}
	}
}

// aloneStore hands out deliveries without lanes.
type aloneStore struct{ app.Store }

func (s aloneStore) Claim(ctx context.Context, room fair.Room, d, _ time.Duration) ([]alert.Delivery, error) {
	return s.Store.Claim(ctx, room, d, 0)
}

// fill queues the alerts, and gives the texts of each channel's, by watch and in order.
func (r *rush) fill() map[string][][]string {
	t, ctx := r.t, r.t.Context()
	t.Helper()
	s, err := r.open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	want := map[string][][]string{}
	queue := func(channel string, alerts int) {
		to := alert.Destination{Guild: guildA, Channel: channel}
		n := len(want[channel])
		w, _, err := s.AddWatch(ctx, watch.Watch{URL: fmt.Sprintf("https://h%d-%s.example/1", n, channel), Destination: to, Alerts: alert.All, Schedule: "24h"})
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.LeaseNow(ctx, w.Article, time.Minute, 0)
		if err != nil {
			t.Fatal(err)
		}
		c := watch.Commit{State: l.State, Visit: watch.Visit{At: l.Now, Outcome: watch.OutUnchanged}, Due: l.Now.Add(24 * time.Hour)}
		var texts []string
		for i := range alerts {
			text := fmt.Sprintf("alert %d of page %d", i, n)
			texts = append(texts, text)
			c.Deliveries = append(c.Deliveries, alert.Delivery{
				ID: alert.DeliveryID(w.ID, alert.Gone, "", "", int64(i)), Watch: w.ID, Destination: to, Created: l.Now,
				Notice: alert.Notice{Kind: alert.Gone, Text: text, Since: l.Now, Subject: alert.Subject{Article: w.Article, URL: w.URL, Headline: "Flood"}},
			})
		}
		if err := s.Commit(ctx, l, c); err != nil {
			t.Fatal(err)
		}
		want[channel] = append(want[channel], texts)
	}
	for range busyAlerts / 2 {
		for i := range busyChannels {
			queue(place(i), 2)
		}
	}
	for i := range calmChannels {
		queue(place(busyChannels+i), 1)
	}
	return want
}

func (r *rush) open() (app.Store, error) {
	if r.config.RedisURL != "" {
		return redisstore.Open(r.t.Context(), redisstore.Options{URL: r.config.RedisURL})
	}
	return sqlitestore.Open(r.t.Context(), sqlitestore.Options{Path: r.config.Data})
}

func (r *rush) shown() int { return r.shownIn(0, busyChannels+calmChannels) }

// shownIn counts what n channels show.
func (r *rush) shownIn(first, n int) (sum int) {
	for i := range n {
		sum += len(r.discord.Messages(place(first + i)))
	}
	return sum
}

// compare looks whether each alert was shown once, those of a watch in order.
func (r *rush) compare(want map[string][][]string) {
	r.t.Helper()
	for channel, watches := range want {
		var got []string
		for _, m := range r.discord.Messages(channel) {
			got = append(got, m.Text())
		}
		for _, texts := range watches {
			last := -1
			for _, text := range texts {
				at := slices.IndexFunc(got, func(s string) bool { return strings.Contains(s, text) })
				if at <= last {
					r.t.Errorf("channel %s: %q is message %d, after %d", channel, text, at, last)
				}
				last = at
			}
		}
		sum := 0
		for _, texts := range watches {
			sum += len(texts)
		}
		if len(got) != sum {
			r.t.Errorf("channel %s: %d messages, want %d", channel, len(got), sum)
		}
	}
}
