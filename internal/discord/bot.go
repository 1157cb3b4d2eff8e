// Package discord is the only code that knows Discord: it registers the commands,
// answers interactions through a router, and posts alerts. It refuses to let article
// text format, link or mention anything, and it trusts no custom id or option: what
// they name is looked up again within the guild that they came from.
//
// Start reading at [Bot] for what comes in and at [Sink] for what goes out. Every
// request goes through one [http.RoundTripper] (transport.go); the gateway is spoken
// here (gateway.go, line.go), of the library only its REST interface and types are used.
package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
)

// Router answers commands.
type Router interface {
	Do(ctx context.Context, r command.Request) command.Reply
}

// Presence hears of guilds that the bot is in, and of those it was taken out of. An
// outage of a guild is neither.
type Presence interface {
	Joined(ctx context.Context, guild string) error
	Left(ctx context.Context, guild string) error
	// Guilds lists those that were joined and not left.
	Guilds(ctx context.Context) ([]string, error)
}

// Channels hears what becomes of the channels that alerts go to.
type Channels interface {
	// Used lists the channels of a guild that alerts go to.
	Used(ctx context.Context, guild string) ([]string, error)
	// Gone hears of a channel or thread that was deleted; its name may not be known.
	Gone(ctx context.Context, guild, channel, name string) error
	// Locked hears of a thread that takes no messages any more, or takes them again.
	Locked(ctx context.Context, guild, thread string, locked bool) error
	// Barred hears what keeps alerts from being posted in a channel where they go, in
	// CommonMark; empty: nothing does. It may hear the same again.
	Barred(ctx context.Context, guild, channel, why string) error
}

// Options of a [Bot]. Token and Router are needed.
type Options struct {
	Token  string
	Router Router

	// Titles lists what a guild watches, for autocompletion; nil: nothing is offered.
	Titles func(ctx context.Context, guild string) ([]Title, error)
	// Settings gives a guild's settings, of which the manager roles count here; nil:
	// only Discord's Manage Server makes a manager.
	Settings func(ctx context.Context, guild string) (alert.Settings, error)
	// SetNotices makes a channel the one where a guild hears what can't be posted
	// elsewhere; empty: none. Nil: it can't be set.
	SetNotices func(ctx context.Context, guild, channel string) error
	// Number gives the number under which a watch's guild knows a stored revision;
	// nil: the same.
	Number func(ctx context.Context, guild, watch string, stored int) (int, error)
	// Presence hears of joining and leaving; nil: nobody does.
	Presence Presence
	// Channels hears of channels that were deleted or locked; nil: nobody does.
	Channels Channels
	// Sessions says which of the gateway's sessions are this program's; nil: all.
	Sessions Sessions

	Transport http.RoundTripper // to Discord's REST interface; nil: the network
	// Dial connects to the gateway; nil: the network, by the proxy of the environment.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	Open    time.Duration // how long connecting may take; 0: 30 s
	Backoff time.Duration // the first wait between attempts to connect, doubling to 5 min; 0: 2 s
	Defer   time.Duration // how long an answer may take before "thinking…" is shown; 0: 1.5 s of Discord's 3
	Work    time.Duration // how long a command may take; 0: 2 min
	Grace   time.Duration // how long commands under way may go on after the end; 0: 5 s

	Log *slog.Logger // nil: silent

	proxy func(*http.Request) (*url.URL, error) // to the gateway
}

// CheckToken says what is wrong with the form of a token; whether Discord takes it is
// known only there.
func CheckToken(token string) error {
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return errors.New("the bot's token is missing or has spaces in it: copy it from the application's page, Bot, Reset Token")
	}
	return nil
}

func (o Options) withDefaults() (Options, error) {
	if err := CheckToken(o.Token); err != nil {
		return o, fmt.Errorf("discord: %w", err)
	}
	if o.Router == nil {
		return o, errors.New("discord: no router")
	}
	for _, v := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&o.Open, 30 * time.Second}, {&o.Backoff, 2 * time.Second},
		{&o.Defer, 1500 * time.Millisecond}, {&o.Work, 2 * time.Minute}, {&o.Grace, 5 * time.Second},
	} {
		if *v.field <= 0 {
			*v.field = v.value
		}
	}
	if o.Dial == nil {
		o.proxy = http.ProxyFromEnvironment
		o.Dial = (&net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

// agent is how we present ourselves; Discord refuses requests without it.
const agent = "DiscordBot (https://github.com/bwmarrin/discordgo, 0.29.0) Erratum"

// Bot is the application in Discord: commands come in, answers go out. Alerts go out
// through its [Sink], with or without a gateway session.
type Bot struct {
	o         Options
	transport *transport
	rest      *rest
	sink      *Sink
	specs     []command.Spec
	starts    starts
	holder    *holder
	events    chan event // from the gateway
	touched   chan permissionsChanged
}

// New makes a bot that does nothing until Run is called; its sink works at once.
func New(o Options) (*Bot, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	t := newTransport(o.Transport, agent)
	r, err := newRest(o.Token, t)
	if err != nil {
		return nil, fmt.Errorf("discord: %w", err)
	}
	b := &Bot{o: o, transport: t, rest: r, events: make(chan event, maxWaiting), touched: make(chan permissionsChanged, rightsQueued), holder: newHolder(o.Sessions)}
	b.sink = &Sink{rest: r, note: func(text string, err error) { o.Log.Warn(text, "error", err) }}
	b.specs = command.Specs()
	if _, ok := command.Find(setupSpec.Name); !ok {
		b.specs = append(b.specs, setupSpec)
	}
	return b, nil
}

// Sink is where alerts go.
func (b *Bot) Sink() *Sink { return b.sink }

// Run connects, answers until ctx ends, and returns when every answer under way has
// ended too; those have Grace to finish. It reconnects by itself. It returns nil when
// ctx ended it, and an error when trying on would be of no use: the token is refused,
// or Discord asks for something that only its owner can change.
func (b *Bot) Run(ctx context.Context) error {
	running, cancel := context.WithCancel(ctx)
	var owned sync.WaitGroup
	owned.Go(func() { b.endWhenRefused(running, cancel) })
	app, err := b.introduce(running)
	if err == nil {
		owned.Go(func() { b.work(running, app) })
		owned.Go(func() { b.watchRights(running) })
		err = b.allConnected(running)
	}
	cancel()
	owned.Wait()
	if b.tokenRefused() {
		return fmt.Errorf("discord: %w: reset it on the application's page and set the new one", errToken)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// endWhenRefused ends with ctx.
func (b *Bot) endWhenRefused(ctx context.Context, cancel context.CancelFunc) {
	select {
	case <-b.transport.refused:
		cancel()
	case <-ctx.Done():
	}
}

func (b *Bot) tokenRefused() bool {
	select {
	case <-b.transport.refused:
		return true
	default:
		return false
	}
}

// introduce learns our application's ID and registers the commands. It tries until
// Discord answers: a bot that starts during an outage of Discord's goes on after it.
func (b *Bot) introduce(ctx context.Context) (app string, err error) {
	for attempt := 0; ; attempt++ {
		if app == "" {
			app, err = b.application(ctx)
		}
		if err == nil {
			if err = b.register(ctx, app); err == nil {
				b.o.Log.Info("invite the bot with this link", "url", InviteURL(app))
				return app, nil
			}
		}
		f := new(failure)
		if app != "" && errors.As(err, &f) && f.Status >= 400 && f.Status < 500 && f.Status != http.StatusTooManyRequests {
			// The commands of an earlier start may still be there: answer those.
			b.o.Log.Error("the commands could not be registered", "error", err)
			return app, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		b.o.Log.Warn("Discord can't be asked; trying again", "error", err)
		if !sleep(ctx, max(b.backoff(attempt), f.RetryAfter)) {
			return "", ctx.Err()
		}
		err = nil
	}
}

// backoff is the wait before another attempt: doubling to 5 minutes, jittered so that
// bots that were cut off together do not come back together.
func (b *Bot) backoff(attempt int) time.Duration {
	wait := min(b.o.Backoff<<min(attempt, 16), 5*time.Minute)
	return wait/2 + rand.N(wait/2+1)
}

// sleep waits and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
