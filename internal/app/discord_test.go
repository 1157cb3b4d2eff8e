package app_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"erratum/internal/app"
	"erratum/internal/deliver"
	"erratum/internal/discordtest"
	"erratum/internal/newstest"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// The test binary runs itself as the bot on a local Discord when it finds these.
const (
	envDiscord = "DISCORDTEST_URL"
	envData    = "DISCORDTEST_DATA" // a file, or a Redis URL
	testToken  = "a.test.token"
)

const (
	guildA, channelA = "200000000000000001", "300000000000000001"
	guildB, channelB = "200000000000000002", "300000000000000002"
	manageServer     = 1 << 5
)

// stage is a local Discord, a news site and a bot in a process of its own.
type stage struct {
	t       *testing.T
	discord *discordtest.Server
	site    *newstest.Site
	url     string // of the article with an unannounced number change
	data    string
	bot     *exec.Cmd
	ended   chan error
}

func newStage(t *testing.T, data string) *stage {
	t.Helper()
	s := &stage{t: t, data: data}
	schema := filepath.Join("..", "..", "..", "shared", "data", "discord-openapi.json")
	if _, err := os.Stat(schema); err != nil {
		schema = "" // a clone without the evaluation data checks by the table of limits alone
	}
	var err error
	s.discord, err = discordtest.New(discordtest.Options{
		Token: testToken, Schema: schema, Patience: 30 * time.Second,
		Guilds: []discordtest.Guild{
			{ID: guildA, Name: "Newsroom", OwnerID: "400000000000000001", Channels: []discordtest.Channel{{ID: channelA, Name: "corrections"}}},
			{ID: guildB, Name: "Researchers", OwnerID: "400000000000000002", Channels: []discordtest.Channel{{ID: channelB, Name: "changes"}}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.discord.Start(ln); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.discord.Close() })
	if s.site, err = newstest.New(); err != nil {
		t.Fatal(err)
	}
	pages, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := s.site.Serve(pages)
	t.Cleanup(func() { _ = server.Close() })
	for _, u := range s.site.URLsAt(server.URL()) {
		if strings.Contains(u, "storm") {
			s.url = u
		}
	}
	return s
}

// start runs the bot and waits until Discord sees it.
func (s *stage) start() {
	s.t.Helper()
	s.bot = exec.CommandContext(s.t.Context(), os.Args[0])
	s.bot.Env = append(os.Environ(), envDiscord+"="+s.discord.URL(), envData+"="+s.data)
	s.bot.Stderr = os.Stderr
	before := s.discord.Identifies() // a killed bot's session may still look alive
	if err := s.bot.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.bot.Wait() }()
	ctx, cancel := context.WithTimeout(s.t.Context(), 60*time.Second)
	defer cancel()
	if err := s.discord.Wait(ctx, func() bool { return s.discord.Identifies() > before && s.discord.Connected() > 0 }); err != nil {
		s.t.Fatalf("the bot did not connect: %v", err)
	}
}

// stop ends the bot in peace.
func (s *stage) stop() {
	s.t.Helper()
	_ = s.bot.Process.Signal(syscall.SIGTERM)
	if err := <-s.ended; err != nil {
		s.t.Errorf("the bot did not end in peace: %v", err)
	}
}

// say types a slash command as a manager and returns what the user reads.
func (s *stage) say(guild, channel, command string, options ...discordtest.Option) string {
	s.t.Helper()
	r, err := s.discord.Interact(discordtest.Interaction{
		GuildID: guild, ChannelID: channel, Command: command, Options: options, Permissions: manageServer | 1<<10 | 1<<11 | 1<<14 | 1<<31,
		User: discordtest.User{ID: "500000000000000001", Name: "editor"},
	})
	if err != nil {
		s.t.Fatalf("/%s: %v", command, err)
	}
	var b strings.Builder
	if r.Message != nil {
		b.WriteString(read(*r.Message))
	}
	for _, m := range r.Followups {
		b.WriteString(read(m))
	}
	if !r.Ephemeral {
		s.t.Errorf("/%s was answered for all to see", command)
	}
	return b.String()
}

// read is a message as a person reads it.
func read(m discordtest.Message) string {
	text := m.Content
	for _, e := range m.Embeds {
		text += "\n" + e.Title + "\n" + e.Description
		for _, f := range e.Fields {
			text += "\n" + f.Name + "\n" + f.Value
		}
	}
	return strings.ReplaceAll(text, `\`, "")
}

// waitFor waits until a channel has n messages, and a little longer for one too many.
func (s *stage) waitFor(channel string, n int) []discordtest.Message {
	s.t.Helper()
	deadline := time.Now().Add(45 * time.Second)
	for len(s.discord.Messages(channel)) < n && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	before := s.site.Fetches(s.url)
	for s.site.Fetches(s.url) < before+3 && time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
	}
	got := s.discord.Messages(channel)
	if len(got) != n {
		s.t.Fatalf("%d messages in the channel, want %d: %v", len(got), n, got)
	}
	return got
}

func option(name string, value any) discordtest.Option {
	return discordtest.Option{Name: name, Value: value}
}

// day is the main job on the real parts: add by slash command, change the page, one
// alert in each guild, look at it, mute, restart, remove.
func (s *stage) day() {
	t := s.t
	s.start()
	if got := s.say(guildA, channelA, "watch add", option("url", s.url)); !strings.Contains(got, "Watching") || !strings.Contains(got, "Nine people dead") {
		t.Fatalf("watch add: %q", got)
	}
	fetched := s.site.Fetches(s.url)
	if got := s.say(guildA, channelA, "watch add", option("url", s.url)); !strings.Contains(got, "lready") {
		t.Errorf("the same again: %q", got)
	}
	if got := s.say(guildB, channelB, "watch list"); !strings.Contains(got, "Nothing is watched") {
		t.Errorf("guild B sees what guild A watches: %q", got)
	}
	s.say(guildB, channelB, "watch add", option("url", s.url))
	if fetched == 0 {
		t.Error("the page was never fetched")
	}

	s.site.Advance("storm-coast")
	for guild, channel := range map[string]string{guildA: channelA, guildB: channelB} {
		m := s.waitFor(channel, 1)[0]
		for _, want := range []string{"Seven", "Nine", "no note found"} {
			if !strings.Contains(read(m), want) {
				t.Errorf("the alert in %s does not say %q:\n%s", guild, want, read(m))
			}
		}
		if len(m.Pings) > 0 || m.EmbedsDropped > 0 {
			t.Errorf("the alert in %s pings %v, lost %d embeds", guild, m.Pings, m.EmbedsDropped)
		}
	}
	if got := s.say(guildA, channelA, "diff", option("article", "1")); !strings.Contains(got, "Seven") {
		t.Errorf("diff: %q", got)
	}

	s.stop()
	s.start()
	if got := s.say(guildA, channelA, "watch mute", option("article", "1")); !strings.Contains(got, "Muted") {
		t.Errorf("mute: %q", got)
	}
	s.site.Advance("storm-coast") // a note appears
	s.waitFor(channelB, 2)
	s.waitFor(channelA, 1)
	if got := s.say(guildA, channelA, "watch remove", option("article", "1")); !strings.Contains(got, "No longer watching") {
		t.Errorf("remove: %q", got)
	}
	if got := s.say(guildA, channelA, "watch list"); !strings.Contains(got, "Nothing is watched") {
		t.Errorf("list after remove: %q", got)
	}
	s.stop()
	for _, v := range s.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
	if n := s.discord.InvalidRequests(); n > 0 {
		t.Errorf("%d invalid requests", n)
	}
}

func TestDayOnDiscord(t *testing.T) {
	t.Parallel()
	s := newStage(t, filepath.Join(t.TempDir(), "erratum.db"))
	s.day()
	s.onceForAll()
}

// onceForAll compares how often the page was fetched with how often the article was
// checked: one fetch serves every guild that watches it. Only the looks of those who
// add it may come on top.
func (s *stage) onceForAll() {
	s.t.Helper()
	store, err := sqlitestore.Open(s.t.Context(), sqlitestore.Options{Path: s.data})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	id, err := store.Resolve(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	visits, err := store.Visits(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	const looks, remembered = 3, 50
	if n := s.site.Fetches(s.url); len(visits) == 0 || len(visits) < remembered && n > len(visits)+looks {
		s.t.Errorf("%d fetches for %d checks: guilds do not share them", n, len(visits))
	} else {
		s.t.Logf("%d fetches, %d checks, 2 guilds", n, len(visits))
	}
}

// TestBrokenRouteIsToldOnce: a channel that can't be posted in is named once in the
// guild's notices channel, across a restart; its alerts come when it is mended.
func TestBrokenRouteIsToldOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, filepath.Join(t.TempDir(), "erratum.db"))
	const notices = "300000000000000009"
	if err := s.discord.AddGuild(discordtest.Guild{ID: "200000000000000009", Name: "Desk", OwnerID: "400000000000000009", Channels: []discordtest.Channel{
		{ID: "300000000000000008", Name: "alerts"}, {ID: notices, Name: "notices"},
	}}); err != nil {
		t.Fatal(err)
	}
	s.start()
	if got := s.say("200000000000000009", notices, "setup", option("notices", "here")); !strings.Contains(got, "I say so here") {
		t.Fatalf("setup: %q", got)
	}
	before := len(s.discord.Messages(notices)) // the test alert
	s.say("200000000000000009", "300000000000000008", "watch add", option("url", s.url))
	s.discord.SetPermissions("300000000000000008", 1<<10) // view only
	s.site.Advance("storm-coast")
	s.waitFor(notices, before+1)
	told := s.discord.Messages(notices)[before]
	if text := read(told); !strings.Contains(text, "can't post") || !strings.Contains(text, "<#300000000000000008>") {
		t.Errorf("the notice says %q", text)
	}
	s.stop()
	s.start()
	s.waitFor(notices, before+1)
	s.waitFor("300000000000000008", 0)
	s.discord.SetPermissions("300000000000000008", 1<<10|1<<11|1<<14|1<<15|1<<16)
	s.waitFor("300000000000000008", 1)
	s.waitFor(notices, before+1)
	s.stop()
}

// discordChild is the bot on the local Discord.
func discordChild() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	to, err := url.Parse(os.Getenv(envDiscord))
	if err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	cfg := app.Config{DiscordToken: testToken, KeepPages: "last", AllowLoopback: true, Workers: 2}
	if data := os.Getenv(envData); strings.Contains(data, "://") {
		cfg.RedisURL = data
	} else {
		cfg.Data = data
	}
	timings := watch.DefaultTimings().Scaled(1.0 / 1200)
	timings.HostSpacing, timings.Lease = time.Millisecond, 5*time.Second // what a killed one leaves claimed is soon free
	timings.Adaptive = []watch.Step{{Every: timings.MinEvery}}
	d := app.Discord{
		Config: cfg, Transport: elsewhere{to},
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Change: func(p *app.Parts) {
			p.Timings, p.Tick = timings, 50*time.Millisecond
			p.Courier = deliver.Options{Poll: 20 * time.Millisecond, PauseFor: 500 * time.Millisecond, Claim: 6 * time.Second, Send: 3 * time.Second, OldAttempt: time.Second}
			if os.Getenv(envPoint) != "" || os.Getenv(envMutant) != "" {
				mortal(p)
			}
		},
	}
	if err := d.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "child:", err)
		return 1
	}
	return 0
}

// mortal endangers the bot, and shortens what a dead one leaves claimed.
func mortal(p *app.Parts) {
	p.Timings.Lease = 800 * time.Millisecond
	p.Courier = deliver.Options{Poll: 10 * time.Millisecond, Claim: 1200 * time.Millisecond, Send: 500 * time.Millisecond, OldAttempt: 300 * time.Millisecond, RetryMin: 20 * time.Millisecond}
	endanger(p)
}

// elsewhere sends requests to another server, whatever they name.
type elsewhere struct{ to *url.URL }

func (e elsewhere) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = e.to.Scheme, e.to.Host
	return http.DefaultTransport.RoundTrip(r)
}
