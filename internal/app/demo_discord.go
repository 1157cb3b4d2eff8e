package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"time"

	"erratum/internal/discordtest"
	"erratum/internal/newstest"
)

// DiscordDemo shows the bot in a channel: the bundled news site on one side, a Discord
// that lives in this program on the other, and a page that shows the channel as a
// person would see it.
type DiscordDemo struct {
	Out    io.Writer
	View   string // address of the page, such as 127.0.0.1:8087
	Stay   bool   // keep the page up after the script, until ctx ends
	Logger *slog.Logger
}

// The demo's one guild and channel.
const (
	demoToken   = "demo.token"
	demoGuild   = "200000000000000001"
	demoChannel = "300000000000000001"
	demoDesk    = "300000000000000002" // where the editor asks, so that alerts and answers stand apart
	demoEditor  = "500000000000000001"
)

// Run plays the script through and compares what the channel was told with what
// happened, as the scripted demo at a terminal does.
func (d *DiscordDemo) Run(ctx context.Context) (err error) {
	site, err := newstest.New()
	if err != nil {
		return err
	}
	pipe := newstest.NewPipe()
	news := site.Serve(pipe)
	defer func() { err = errors.Join(err, news.Close()) }()
	dir, err := os.MkdirTemp("", "erratum-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	local, err := localDiscord()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, local.Close()) }()
	page, err := d.serve(ctx, local)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, page.Close()) }()

	ear := &ear{}
	cfg := demoConfig(dir)
	cfg.DiscordToken = demoToken
	bot := Discord{Config: cfg, Logger: d.Logger, Transport: local.Transport(), Dial: local.Dialer().NetDialContext, Change: func(p *Parts) {
		quicken(p, site, pipe)
		ear.next = p.Sink
		p.Sink = ear
	}}
	ctx, cancel := context.WithCancel(ctx)
	running := make(chan error, 1)
	go func() { running <- bot.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-running)
	}()
	return d.drive(ctx, site, local, ear)
}

// drive does what people and outlets do.
func (d *DiscordDemo) drive(ctx context.Context, site *newstest.Site, local *discordtest.Server, ear *ear) error {
	if err := local.WaitConnected(ctx); err != nil {
		return err
	}
	for _, u := range site.URLs() {
		if err := ask(local, demoChannel, "watch add", discordtest.Option{Name: "url", Value: u}); err != nil {
			return err
		}
	}
	err := play(ctx, site, ear, func(text string) { fmt.Fprint(d.Out, text) })
	err = errors.Join(err, d.question(local))
	for _, v := range local.Violations() {
		err = errors.Join(err, errors.New("Discord would have refused: "+v))
	}
	if d.Stay && ctx.Err() == nil {
		fmt.Fprintf(d.Out, "\nThe channel: http://%s/\nPress Ctrl+C to end.\n", d.View)
		<-ctx.Done()
	}
	return err
}

// question asks what an editor would ask after such a day.
func (d *DiscordDemo) question(local *discordtest.Server) error {
	storm := discordtest.Option{Name: "article", Value: "storm coast"}
	var err error
	for _, q := range []struct {
		command string
		options []discordtest.Option
	}{
		{"watch list", nil}, {"watch show", []discordtest.Option{storm}}, {"diff", []discordtest.Option{storm}},
		{"history", []discordtest.Option{storm}}, {"why", []discordtest.Option{storm}}, {"digest", nil}, {"status", nil},
	} {
		err = errors.Join(err, ask(local, demoDesk, q.command, q.options...))
	}
	fmt.Fprintf(d.Out, "\nWhat an editor asked: http://%s/channels/%s?as=%s\n", d.View, demoDesk, demoEditor)
	return err
}

// ask lets the demo's editor use a command.
func ask(local *discordtest.Server, channel, name string, options ...discordtest.Option) error {
	_, err := local.Interact(discordtest.Interaction{
		GuildID: demoGuild, ChannelID: channel, Command: name, Options: options,
		User: discordtest.User{ID: demoEditor, Name: "editor"}, Permissions: -1 &^ (-1 << 50),
	})
	if err != nil {
		return fmt.Errorf("demo: /%s: %w", name, err)
	}
	return nil
}

// serve shows the channel at d.View.
func (d *DiscordDemo) serve(ctx context.Context, local *discordtest.Server) (*serving, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", d.View)
	if err != nil {
		return nil, fmt.Errorf("demo: %w; name another address with --view", err)
	}
	d.View = ln.Addr().String()
	fmt.Fprintf(d.Out, "The channel as a person sees it: http://%s/\n", d.View)
	return serve(ln, local.View()), nil
}

// localDiscord is a Discord with one guild and one channel.
func localDiscord() (*discordtest.Server, error) {
	return discordtest.New(discordtest.Options{
		Token: demoToken, Patience: 30 * time.Second,
		Guilds: []discordtest.Guild{{
			ID: demoGuild, Name: "Newsroom", OwnerID: demoEditor,
			Channels: []discordtest.Channel{{ID: demoChannel, Name: "corrections"}, {ID: demoDesk, Name: "desk"}},
		}},
	})
}
