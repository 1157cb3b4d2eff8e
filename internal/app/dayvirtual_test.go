package app_test

import (
	"context"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/app"
	"erratum/internal/deliver"
	"erratum/internal/discordtest"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
)

// TestADayInAGuild lives the day on virtual time, so that its hours are true to the second.
func TestADayInAGuild(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("the goroutines of a day outgrow the race detector's memory; TestDayOnDiscord and the others race the same code")
	}
	synctest.Test(t, func(t *testing.T) {
		d := newWorkday(t)
		d.onDiscord(discordtest.Options{})
		here := &bubble{t: t, discord: d.discord, pipe: newstest.NewPipe(), data: filepath.Join(t.TempDir(), "erratum.db")}
		d.where = here
		site := newstest.Start(http.HandlerFunc(d.serve), here.pipe)
		d.live()
		_ = d.discord.Close()
		_ = site.Close()
	})
}

// bubble is where programs run in this process on virtual time, over one file.
type bubble struct {
	t       *testing.T
	discord *discordtest.Server
	pipe    *newstest.Pipe
	data    string
}

func (b *bubble) site() string { return soundSite }

func (b *bubble) pass(d time.Duration) { time.Sleep(d) }

func (b *bubble) start() program {
	bot := app.Discord{
		Config:    app.Config{DiscordToken: testToken, Data: b.data, Workers: 1, HostSpacing: time.Second, MinInterval: 5 * time.Minute},
		Transport: b.discord.Transport(), Dial: b.discord.Dialer().NetDialContext,
		Change: func(p *app.Parts) {
			p.Tick, p.Courier = 5*time.Second, deliver.Options{Workers: 1, Poll: 5 * time.Second}
			p.Fetch = func(o *fetch.Options) {
				o.InMemory = map[string]fetch.Dialer{"sound.test": func(ctx context.Context) (net.Conn, error) { return b.pipe.DialContext(ctx, "", "") }}
			}
		},
	}
	ctx, cancel := context.WithCancel(b.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bot.Run(ctx) }()
	time.Sleep(10 * time.Second)
	return inProcess(func() {
		cancel()
		if err := <-ended; err != nil {
			b.t.Errorf("the bot did not end in peace: %v", err)
		}
	})
}

// inProcess is a program in this process, by what ends it.
type inProcess func()

func (end inProcess) stop() { end() }

func (end inProcess) kill() { end() }
