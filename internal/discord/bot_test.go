package discord_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
)

// asked keeps the requests that reached the router.
type asked struct {
	mu   sync.Mutex
	all  []command.Request
	work func(command.Request) command.Reply
}

func (a *asked) Do(_ context.Context, r command.Request) command.Reply {
	a.mu.Lock()
	a.all = append(a.all, r)
	work := a.work
	a.mu.Unlock()
	if work != nil {
		return work(r)
	}
	return command.Reply{Text: "did **" + r.Name + "**, see `watch list`"}
}

func (a *asked) last() command.Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.all) == 0 {
		return command.Request{}
	}
	return a.all[len(a.all)-1]
}

// logs is a log that several goroutines write to.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// run starts a bot and returns what its Run will return. Its log must never hold a
// token.
func run(t *testing.T, s *discordtest.Server, o discord.Options) (ended <-chan error) {
	t.Helper()
	log := &logs{}
	o.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if o.Backoff == 0 {
		o.Backoff = 20 * time.Millisecond
	}
	return runs(t, client(t, s, o), log)
}

// runs runs a bot until the test ends.
func runs(t *testing.T, b *discord.Bot, log *logs) (ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	over := make(chan struct{})
	go func() {
		defer close(over)
		done <- b.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		select {
		case <-over:
		case <-time.After(20 * time.Second):
			t.Error("Run does not end")
		}
		if strings.Contains(log.String(), "aW50ZXJhY3Rpb24") || strings.Contains(log.String(), "Bot token") {
			t.Error("a token is in the log")
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return done
}

func connected(t *testing.T, s *discordtest.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.WaitConnected(ctx); err != nil {
		t.Fatal(err)
	}
}

// eventually waits for what the other side does in its own time.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

const manageGuild, sendMessages = 1 << 5, 1 << 11

var (
	editor = discordtest.User{ID: "500000000000000001", Name: "ed"}
	reader = discordtest.User{ID: "500000000000000002", Name: "rea"}
)

func interact(t *testing.T, s *discordtest.Server, in discordtest.Interaction) *discordtest.Response {
	t.Helper()
	if in.ChannelID == "" {
		in.ChannelID = channelID
	}
	if in.User.ID == "" {
		in.User, in.Permissions = editor, manageGuild|sendMessages
	}
	r, err := s.Interact(in)
	if err != nil {
		t.Fatalf("%s%s: %v", in.Command, in.CustomID, err)
	}
	return r
}

func TestCommandsReachTheRouter(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	for _, c := range []struct {
		command string
		options []discordtest.Option
		args    string
	}{
		{"watch add", []discordtest.Option{{Name: "url", Value: "https://harbour.example/news/bridge"}, {Name: "alerts", Value: "all"}}, "map[alerts:all url:https://harbour.example/news/bridge]"},
		{"watch list", nil, "map[]"},
		{"watch remove", []discordtest.Option{{Name: "article", Value: "bridge"}}, "map[article:bridge]"},
		{"diff", []discordtest.Option{{Name: "article", Value: "1"}, {Name: "view", Value: "text"}}, "map[article:1 view:text]"},
		{"history", []discordtest.Option{{Name: "article", Value: "1"}}, "map[article:1]"},
		{"help", nil, "map[]"},
	} {
		got := interact(t, s, discordtest.Interaction{Command: c.command, Options: c.options})
		r := router.last()
		if r.Name != c.command || fmt.Sprint(r.Args) != c.args || r.Guild != guildID || r.Channel != channelID || r.User != editor.ID || !r.Manager {
			t.Errorf("/%s arrived as %+v", c.command, r)
		}
		if !got.Ephemeral || !strings.Contains(got.Text(), "did **"+c.command+"**, see `/watch list`") {
			t.Errorf("/%s: %q, ephemeral %v", c.command, got.Text(), got.Ephemeral)
		}
		if deferred := c.command == "watch add"; got.Deferred != deferred {
			t.Errorf("/%s: deferred %v", c.command, got.Deferred)
		}
	}
	if n := s.InvalidRequests(); n != 0 {
		t.Errorf("%d invalid requests", n)
	}
}

func TestGuildAndRightsComeFromDiscord(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router, Settings: func(_ context.Context, guild string) (alert.Settings, error) {
		if guild == otherGuild {
			return alert.Settings{}, fmt.Errorf("not read")
		}
		return alert.Settings{Managers: []string{roleID}}, nil
	}})
	connected(t, s)
	mute := []discordtest.Option{{Name: "article", Value: "1"}}
	interact(t, s, discordtest.Interaction{Command: "watch mute", Options: mute, User: reader, Permissions: sendMessages, Forge: true})
	if router.last().Manager {
		t.Error("somebody without rights is a manager")
	}
	interact(t, s, discordtest.Interaction{Command: "watch mute", Options: mute, User: reader, Permissions: sendMessages, ChannelID: foreign, Forge: true})
	if r := router.last(); r.Manager || r.Guild != otherGuild {
		t.Errorf("in another guild: %+v", r)
	}
	desk := discordtest.User{ID: "500000000000000003", Name: "desk"}
	interact(t, s, discordtest.Interaction{Command: "watch mute", Options: mute, User: desk, Permissions: sendMessages})
	if r := router.last(); !r.Manager || r.User != desk.ID {
		t.Errorf("who has a manager role is no manager: %+v", r)
	}
	interact(t, s, discordtest.Interaction{Command: "status", User: desk, Permissions: sendMessages})
	if r := router.last(); !r.Manager || r.Name != "status" {
		t.Errorf("who has a manager role is told no more than others: %+v", r)
	}
	text, err := s.Say(channelID, desk.ID, "https://a.example/1")
	if err != nil {
		t.Fatal(err)
	}
	interact(t, s, discordtest.Interaction{Command: "Watch links", Target: text.ID, User: desk, Permissions: sendMessages})
	if r := router.last(); !r.Manager || r.Name != "watch add" {
		t.Errorf("who has a manager role can't use the menu: %+v", r)
	}
	// The same button pressed in another guild asks about that guild.
	forged := discord.AlertButton("h", watchID, 0, 0, "", deliveryID)
	d := delivery(bridge())
	d.Destination = alert.Destination{Guild: otherGuild, Channel: foreign}
	id := insist(t, client(t, s, discord.Options{}).Sink(), d)
	interact(t, s, discordtest.Interaction{MessageID: id, CustomID: forged, ChannelID: foreign, Forge: true})
	if r := router.last(); r.Guild != otherGuild || r.Name != "history" || r.Args["article"] != watchID {
		t.Errorf("a forged button: %+v", r)
	}
	interact(t, s, discordtest.Interaction{MessageID: id, CustomID: "e1.d.../../x", ChannelID: foreign, Forge: true})
	if r := router.last(); r.Name != "history" {
		t.Errorf("a broken button reached the router: %+v", r)
	}
}

func TestSlowCommandsAreDeferred(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	long := strings.Repeat("a line that is long enough\n", 300)
	router := &asked{work: func(command.Request) command.Reply {
		time.Sleep(300 * time.Millisecond)
		return command.Reply{Title: "Slow", Pre: long}
	}}
	run(t, s, discord.Options{Router: router, Defer: 50 * time.Millisecond})
	connected(t, s)
	got := interact(t, s, discordtest.Interaction{Command: "diff", Options: []discordtest.Option{{Name: "article", Value: "1"}}})
	if !got.Deferred || !got.Ephemeral || len(got.Message.Attachments) != 1 || got.Message.Attachments[0].Size < len(long)-1 {
		t.Errorf("got %+v", got.Message)
	}
	router.mu.Lock()
	router.work = func(command.Request) command.Reply { panic("boom") }
	router.mu.Unlock()
	got = interact(t, s, discordtest.Interaction{Command: "status"})
	if !strings.Contains(got.Text(), "Something went wrong on my side") {
		t.Errorf("after a panic: %q", got.Text())
	}
}

// TestAnswersSurviveTrouble: the callback is sent again when its fate is not known,
// and an edit until it is there.
func TestAnswersSurviveTrouble(t *testing.T) {
	for name, f := range map[string]discordtest.Fault{
		"cut after":  {DropAfterProcessing: true},
		"cut before": {DropBefore: true},
		"500":        {Status: 500, Processed: true},
		"limit":      {Kind: discordtest.LimitUser, RetryAfter: 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := local(t, discordtest.Options{}, "40060") // whether a lost answer arrived can only be asked by repeating it
			run(t, s, discord.Options{Router: &asked{}})
			connected(t, s)
			callback := s.Fail("POST /interactions/*/*/callback", f)
			edit := s.Fail("PATCH /webhooks/*/*/messages/@original", f)
			got := interact(t, s, discordtest.Interaction{Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://a.example/b"}}})
			if !strings.Contains(got.Text(), "did **watch add**") || callback.Hits() == 0 || edit.Hits() == 0 {
				t.Errorf("%q, hits %d and %d", got.Text(), callback.Hits(), edit.Hits())
			}
		})
	}
}

// TestAnswersDoNotQueue: the library would send all edits of answers one after the
// other, whatever interaction they belong to.
func TestAnswersDoNotQueue(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	connected(t, s)
	const delay, people = 500 * time.Millisecond, 10
	s.Fail("PATCH /webhooks/*/*/messages/@original", discordtest.Fault{Delay: delay, Times: people})
	began := time.Now()
	var all sync.WaitGroup
	for range people {
		all.Go(func() {
			_, err := s.Interact(discordtest.Interaction{ChannelID: channelID, User: editor, Permissions: manageGuild | sendMessages,
				Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://a.example/b"}}})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took := time.Since(began); took > people*delay*2/3 {
		t.Errorf("%d answers took %v; one after the other they take %v", people, took, people*delay)
	}
}

// TestUnreadableEvents: an event that is not what it should be harms nobody, and who
// waits for an answer gets one.
func TestUnreadableEvents(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	log := &logs{}
	router := &asked{}
	b := client(t, s, discord.Options{Router: router, Presence: &present{in: map[string]bool{}}, Log: slog.New(slog.NewTextHandler(log, nil))})
	const who = `"guild_id":"` + guildID + `","channel_id":"` + channelID + `","member":{"user":{"id":"500000000000000001"}}`
	for _, e := range []struct{ name, data string }{
		{"", ""}, {"INTERACTION_CREATE", ""}, {"INTERACTION_CREATE", "null"}, {"INTERACTION_CREATE", "{}"}, {"INTERACTION_CREATE", `{"id":7}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t"}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":2,` + who + `}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":2,"data":{"custom_id":"x"},` + who + `}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":3,"data":{"name":"x"},` + who + `}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":2,"data":{"name":"status","options":[null]}}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":4,"data":"x",` + who + `}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":5,"data":{"custom_id":"e1.i..","components":[{"type":99}]},` + who + `}`},
		{"INTERACTION_CREATE", `{"id":"1","token":"t","type":99,"data":{},` + who + `}`},
		{"READY", "7"}, {"READY", "{}"}, {"READY", `{"guilds":[null]}`},
		{"GUILD_CREATE", "{}"}, {"GUILD_DELETE", "{}"}, {"GUILD_CREATE", "7"}, {"GUILD_DELETE", `{"id":"local"}`},
	} {
		b.Handle(t.Context(), e.name, e.data)
	}
	if strings.Contains(log.String(), "panic") {
		t.Error(log.String())
	}
	if len(router.all) > 1 { // type 2 with no name is a command of no name
		t.Errorf("the router was asked %+v", router.all)
	}
}

// TestRefusedAnswer: an answer that Discord will not show is said to be one.
func TestRefusedAnswer(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}})
	connected(t, s)
	s.Fail("POST /interactions/*/*/callback", discordtest.Fault{Status: 400, Code: 50035})
	if got := interact(t, s, discordtest.Interaction{Command: "status"}); !strings.Contains(got.Text(), "Discord refused to show this answer") {
		t.Errorf("got %q", got.Text())
	}
}

func TestAutocomplete(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	run(t, s, discord.Options{Router: &asked{}, Titles: func(_ context.Context, guild string) ([]discord.Title, error) {
		if guild != guildID {
			return nil, fmt.Errorf("asked about guild %s", guild)
		}
		return []discord.Title{{Watch: watchID, Title: "Harbour bridge to close", URL: "https://harbour.example/1"}}, nil
	}})
	connected(t, s)
	for typed, want := range map[string]int{"BRIDGE": 1, "nothing": 0} {
		got := interact(t, s, discordtest.Interaction{Command: "diff", Options: []discordtest.Option{{Name: "article", Value: typed, Focused: true}}})
		if len(got.Choices) != want || want == 1 && got.Choices[0].Value != watchID {
			t.Errorf("%q offers %+v", typed, got.Choices)
		}
	}
}

func TestAlertButtons(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router, Number: func(_ context.Context, guild, watch string, stored int) (int, error) {
		if guild != guildID || watch != watchID {
			return 0, fmt.Errorf("not here")
		}
		return stored - 4, nil
	}})
	connected(t, s)
	d := delivery(bridge())
	d.Notice.From, d.Notice.To = 5, 6
	id := insist(t, client(t, s, discord.Options{}).Sink(), d)
	message := s.Messages(channelID)[0]
	press := func(m discordtest.Message, label string) *discordtest.Response {
		t.Helper()
		b, ok := m.Button(label)
		if !ok {
			t.Fatalf("no button %q", label)
		}
		return interact(t, s, discordtest.Interaction{MessageID: m.ID, CustomID: b.CustomID})
	}
	press(message, "Full diff")
	if r := router.last(); r.Name != "diff" || fmt.Sprint(r.Args) != "map[article:"+watchID+" from:1 to:2 view:text]" {
		t.Errorf("Full diff asks %+v", r)
	}
	press(message, "History")
	if r := router.last(); r.Name != "history" || r.Args["article"] != watchID {
		t.Errorf("History asks %+v", r)
	}
	menu := press(message, "Mute")
	if menu.Message == nil || !menu.Ephemeral {
		t.Fatalf("Mute shows %+v", menu)
	}
	press(*menu.Message, "8 hours")
	if r := router.last(); r.Name != "watch mute" || r.Args["for"] != "8h" || r.Args["article"] != watchID || !r.Manager {
		t.Errorf("8 hours asks %+v", r)
	}
	if b, ok := message.Button("Open article"); !ok || b.URL != d.Notice.Subject.URL || id != message.ID {
		t.Errorf("Open article: %+v", b)
	}
}

func TestSetup(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	router := &asked{}
	run(t, s, discord.Options{Router: router})
	connected(t, s)
	got := interact(t, s, discordtest.Interaction{Command: "setup"})
	if !strings.Contains(got.Text(), "The test alert is sent") || len(s.Messages(channelID)) != 1 {
		t.Fatalf("%q, %d messages", got.Text(), len(s.Messages(channelID)))
	}
	m := s.Messages(channelID)[0]
	b, _ := m.Button("Try this button")
	if got := interact(t, s, discordtest.Interaction{MessageID: m.ID, CustomID: b.CustomID}); !strings.Contains(got.Text(), "Buttons work here") {
		t.Errorf("the test button says %q", got.Text())
	}
	s.SetPermissions(channelID, 1<<10|1<<11|1<<16)
	got = interact(t, s, discordtest.Interaction{Command: "setup"})
	for _, want := range []string{"❌ **Embed Links**", "❌ **Attach Files**", "✅ Send Messages"} {
		if !strings.Contains(got.Text(), want) {
			t.Errorf("%q is not in %q", want, got.Text())
		}
	}
	got = interact(t, s, discordtest.Interaction{Command: "watch add", Options: []discordtest.Option{{Name: "url", Value: "https://a.example/b"}}})
	if !strings.Contains(got.Text(), "missing **Embed Links**, **Attach Files**") || router.last().Name == "watch add" {
		t.Errorf("a watch is added where its alerts can't be shown: %q", got.Text())
	}
	got = interact(t, s, discordtest.Interaction{Command: "help"})
	if !strings.Contains(got.Text(), "- `/setup`: check what") {
		t.Errorf("help does not know setup: %q", got.Text())
	}
	got = interact(t, s, discordtest.Interaction{Command: "setup", User: reader, Permissions: sendMessages, Forge: true})
	if !strings.Contains(got.Text(), "You may not") || len(s.Messages(channelID)) != 1 {
		t.Errorf("setup by anybody: %q", got.Text())
	}
}

func TestCommandsAreRegisteredOnce(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	for range 2 {
		b := client(t, s, discord.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		connected(t, s)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		eventually(t, "the session ends", func() bool { return s.Connected() == 0 })
	}
	if n := s.Count("PUT /applications/*/commands"); n != 1 {
		t.Errorf("the commands were written %d times by two starts", n)
	}
	var names []string
	for _, c := range s.Commands("") {
		names = append(names, c.Name)
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "Watch links What changed? diff digest help history settings setup status watch why" {
		t.Errorf("registered: %s", got)
	}
}

// present remembers where the bot is.
type present struct {
	mu sync.Mutex
	in map[string]bool
}

func (p *present) set(guild string, in bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.in[guild] = in
	return nil
}

func (p *present) Joined(_ context.Context, guild string) error { return p.set(guild, true) }
func (p *present) Left(_ context.Context, guild string) error   { return p.set(guild, false) }

func (p *present) Guilds(context.Context) (out []string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for guild, in := range p.in {
		if in {
			out = append(out, guild)
		}
	}
	return out, nil
}

// TestTakenOutWhileAway: a guild that took the bot out while it was not connected is
// missed at the next session; one that is only out of reach is not, nor is what is no
// guild of Discord's.
func TestTakenOutWhileAway(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	const taken = "200000000000000077"
	p := &present{in: map[string]bool{taken: true, guildID: true, "local": true}}
	run(t, s, discord.Options{Presence: p})
	connected(t, s)
	eventually(t, "the guild that took it out is missed", func() bool { return !p.is(taken) })
	eventually(t, "the others are joined", func() bool { return p.is(otherGuild) })
	if !p.is(guildID) || !p.is("local") {
		t.Errorf("of those that kept it: %v", p.in)
	}
	s.Outage(guildID)
	s.Op9(false) // a new session, in the outage
	eventually(t, "a new session", func() bool { return s.Identifies() >= 2 && s.Connected() == 1 })
	if !p.is(guildID) {
		t.Error("an outage was taken for a removal")
	}
}

func (p *present) is(guild string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.in[guild]
}

func TestPresence(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	p := &present{in: map[string]bool{}}
	run(t, s, discord.Options{Presence: p})
	connected(t, s)
	eventually(t, "both guilds are joined", func() bool { return p.is(guildID) && p.is(otherGuild) })
	s.Outage(guildID)
	s.RemoveGuild(otherGuild)
	eventually(t, "the second guild is left", func() bool { return !p.is(otherGuild) })
	if !p.is(guildID) {
		t.Error("an outage is taken for leaving")
	}
}
