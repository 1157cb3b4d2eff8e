package app_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/deliver"
	"erratum/internal/discordtest"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
	"erratum/internal/store/sqlitestore"
)

// The channels of the guild in which life happens.
const (
	alertsHere  = "300000000000000011"
	othersHere  = "300000000000000012"
	noticesHere = "300000000000000013"
	threadHere  = "300000000000000014"
)

// life is the whole program on virtual time, in a guild to which things happen.
type life struct {
	t       *testing.T
	discord *discordtest.Server
	pipe    *newstest.Pipe
	page    atomic.Pointer[http.HandlerFunc]
	data    string
	every   time.Duration // how often the program looks around
	most    int           // alerts in a minute; 0: no bound
	stop    func()
}

// live runs a story in a guild.
func live(t *testing.T, every time.Duration, story func(*life)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &life{t: t, pipe: newstest.NewPipe(), every: every, data: filepath.Join(t.TempDir(), "erratum.db")}
		o := discordtest.Options{Token: testToken, Guilds: []discordtest.Guild{{ID: guildA, Name: "Newsroom", OwnerID: "400000000000000001", Channels: []discordtest.Channel{
			{ID: alertsHere, Name: "corrections"}, {ID: othersHere, Name: "others"}, {ID: noticesHere, Name: "notices"},
			{ID: threadHere, Name: "bridge", Type: discordtest.PublicThread, Parent: alertsHere},
		}}}}
		if schema := filepath.Join("..", "..", "..", "shared", "data", "discord-openapi.json"); exists(schema) {
			o.Schema = schema
		}
		var err error
		if l.discord, err = discordtest.New(o); err != nil {
			t.Fatal(err)
		}
		l.shows(tale())
		site := newstest.Start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*l.page.Load())(w, r) }), l.pipe)
		l.start()
		if got := l.say(noticesHere, "setup", option("notices", "here")); !strings.Contains(got, "I say so here") {
			t.Fatalf("setup: %q", got)
		}
		story(l)
		l.stop()
		for _, v := range l.discord.Violations() {
			t.Errorf("Discord would have refused: %s", v)
		}
		_ = l.discord.Close()
		_ = site.Close()
	})
}

// alone is the store of the only program that runs: the gateway's session is its own, and
// is not written down each second of weeks.
type alone struct{ app.Store }

func (alone) HoldSession(context.Context, string, string, time.Duration) (bool, error) {
	return true, nil
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func (l *life) start() {
	l.stop = l.run()
	if err := l.discord.WaitConnected(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	time.Sleep(10 * time.Second) // what it does at its start
}

// run starts a program.
func (l *life) run() (stop func()) {
	bot := app.Discord{
		Config:    app.Config{DiscordToken: testToken, Data: l.data, Workers: 1, HostSpacing: time.Second, MinInterval: 5 * time.Minute, MaxAlerts: l.most},
		Transport: l.discord.Transport(), Dial: l.discord.Dialer().NetDialContext,
		Change: func(p *app.Parts) {
			if l.most == 0 { // it has no other beside it
				p.Wrap = func(s app.Store) app.Store { return alone{s} }
			}
			p.Tick, p.Courier = l.every, deliver.Options{Workers: 1, Poll: l.every}
			p.Fetch = func(o *fetch.Options) { o.InMemory = map[string]fetch.Dialer{"sound.test": l.dial} }
		},
	}
	ctx, cancel := context.WithCancel(l.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- bot.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			l.t.Errorf("the bot did not end in peace: %v", err)
		}
	}
}

func (l *life) dial(ctx context.Context) (net.Conn, error) { return l.pipe.DialContext(ctx, "", "") }

func (l *life) shows(h http.HandlerFunc) { l.page.Store(&h) }

// say types a slash command as a manager and returns what the user reads.
func (l *life) say(channel, command string, options ...discordtest.Option) string {
	l.t.Helper()
	r, err := l.discord.Interact(discordtest.Interaction{
		GuildID: guildA, ChannelID: channel, Command: command, Options: options, Permissions: discordtest.AllPermissions,
		User: discordtest.User{ID: "500000000000000001", Name: "editor"},
	})
	if err != nil {
		l.t.Fatalf("/%s: %v", command, err)
	}
	return strings.ReplaceAll(r.Text(), `\`, "")
}

func (l *life) add(channel, schedule string) {
	l.t.Helper()
	if got := l.say(channel, "watch add", option("url", bridgeURL), option("schedule", schedule)); !strings.Contains(got, "Watching") {
		l.t.Fatalf("watch add: %q", got)
	}
}

// reads waits, then compares what stands in a channel, the test alert left out.
func (l *life) reads(wait time.Duration, channel string, want ...string) {
	l.t.Helper()
	time.Sleep(wait)
	var got []string
	for _, m := range l.discord.Messages(channel) {
		if text := read(m); !strings.Contains(text, "This is a test") {
			got = append(got, text)
		}
	}
	if len(got) != len(want) {
		l.t.Fatalf("%d messages in the channel, want %d: %q", len(got), len(want), got)
	}
	for i, w := range want {
		for part := range strings.SplitSeq(w, "|") {
			if !strings.Contains(got[i], part) {
				l.t.Errorf("message %d has no %q: %q", i+1, part, got[i])
			}
		}
	}
}

// TestDeletedChannel: told at once and once where the guild wants to hear it, and what
// was to be told in the channel is told in another.
func TestDeletedChannel(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "10m")
		l.discord.DeleteChannel(othersHere) // nothing is told there
		l.discord.DeleteChannel(alertsHere)
		const gone = "corrections|was deleted|“Swing bridge to close for nine weeks”"
		l.reads(time.Minute, noticesHere, gone)
		l.shows(tale("4,200 drivers", "5,900 drivers"))
		l.reads(3*time.Hour, noticesHere, gone) // not again with each alert that can't be posted
		l.stop()
		l.start()
		l.reads(time.Hour, noticesHere, gone)
		if got := l.say(noticesHere, "watch edit", option("article", "1"), option("channel", noticesHere)); !strings.Contains(got, "<#"+noticesHere+">") {
			t.Errorf("edit: %q", got)
		}
		l.reads(20*time.Minute, noticesHere, gone, "4,200|5,900")
	})
}

// TestBrokenIsForgotten: that a channel is gone is kept as long as something would speak
// there, and no longer.
func TestBrokenIsForgotten(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "6h")
		l.discord.DeleteChannel(alertsHere)
		time.Sleep(3 * time.Hour)
		if broken := l.settings().Broken; len(broken) != 1 || broken[alertsHere].IsZero() {
			t.Errorf("while it is watched: %v", broken)
		}
		l.say(noticesHere, "watch edit", option("article", "1"), option("channel", othersHere))
		time.Sleep(2 * time.Hour)
		if broken := l.settings().Broken; len(broken) != 0 {
			t.Errorf("when nothing speaks there: %v", broken)
		}
	})
}

// settings reads the guild's from the store.
func (l *life) settings() alert.Settings {
	l.t.Helper()
	store, err := sqlitestore.Open(l.t.Context(), sqlitestore.Options{Path: l.data})
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	s, err := store.Settings(l.t.Context(), guildA)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// TestDeletedWhileAway: the bot was not connected when the channel was deleted.
func TestDeletedWhileAway(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "10m")
		l.stop()
		l.discord.DeleteChannel(alertsHere)
		l.start()
		l.reads(time.Minute, noticesHere, "A channel was deleted|“Swing bridge to close for nine weeks”")
	})
}

// TestLockedThread: told at once; what waits is told when the thread is unlocked.
func TestLockedThread(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(threadHere, "10m")
		l.discord.SetThread(threadHere, true, false) // it wakes when it is posted in
		l.reads(time.Minute, noticesHere)
		l.discord.SetThread(threadHere, true, true)
		l.reads(time.Minute, noticesHere, "<#"+threadHere+">|locked")
		l.shows(tale("4,200 drivers", "5,900 drivers"))
		l.reads(time.Hour, threadHere)
		l.discord.SetThread(threadHere, false, false)
		l.reads(20*time.Minute, threadHere, "4,200|5,900")
		l.discord.SetThread(threadHere, false, true)
		l.reads(time.Minute, noticesHere, "locked", "locked") // another event
	})
}

// TestLostPermission: told at once, before an alert fails, and once; what waits is told
// when it is given back.
func TestLostPermission(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "10m")
		l.discord.SetPermissions(othersHere, discordtest.ViewChannel) // nothing is told there
		l.discord.SetPermissions(alertsHere, discordtest.ViewChannel)
		const lost = "<#" + alertsHere + ">|“Swing bridge to close for nine weeks”|missing Send Messages|`/setup` there"
		l.reads(time.Minute, noticesHere, lost)
		l.shows(tale("4,200 drivers", "5,900 drivers"))
		l.reads(3*time.Hour, noticesHere, lost)
		l.reads(0, alertsHere)
		if got := l.say(noticesHere, "status"); !strings.Contains(got, "Send Messages") || !strings.Contains(got, "<#"+alertsHere+">") {
			t.Errorf("status: %q", got)
		}
		l.discord.SetPermissions(alertsHere, discordtest.AllPermissions)
		l.reads(time.Minute, alertsHere, "4,200|5,900")
		l.reads(time.Hour, noticesHere, lost)
	})
}

// TestRoleTakenAway: what roles may do is looked at, too, and only when that changed.
func TestRoleTakenAway(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "10m")
		l.discord.SetPermissions(noticesHere, discordtest.AllPermissions) // whatever roles say
		everyone := discordtest.Role{ID: guildA, Name: "@everyone", Permissions: discordtest.DefaultPermissions}
		l.discord.SetRole(guildA, everyone)
		l.reads(time.Minute, noticesHere)
		before := l.discord.Count("GET /guilds/*/roles")
		for range 20 {
			everyone.Name += "!"
			l.discord.SetRole(guildA, everyone)
			time.Sleep(time.Minute)
		}
		if n := l.discord.Count("GET /guilds/*/roles"); n != before {
			t.Errorf("asked %d times what may be done, since a role got another name", n-before)
		}
		everyone.Permissions &^= discordtest.EmbedLinks
		l.discord.SetRole(guildA, everyone)
		l.reads(time.Minute, noticesHere, "<#"+alertsHere+">|missing Embed Links")
	})
}

// TestAutoModRefuses: the words of an alert are blocked; its link goes out instead.
func TestAutoModRefuses(t *testing.T) {
	live(t, 5*time.Second, func(l *life) {
		l.add(alertsHere, "10m")
		l.discord.Fail("POST /channels/"+alertsHere+"/messages", discordtest.Fault{Status: 400, Code: 200000})
		l.shows(tale("4,200 drivers", "5,900 drivers"))
		l.reads(time.Hour, alertsHere, "A watched article changed. Discord refused the text")
		if got := l.say(noticesHere, "diff", option("article", "1")); !strings.Contains(got, "5,900") {
			t.Errorf("diff: %q", got)
		}
	})
}

// TestKickedOut: invited again within a week nothing is lost; after a week everything
// of the guild is. An outage of the guild, however long, is no removal.
func TestKickedOut(t *testing.T) {
	if raced {
		t.Skip("three weeks of seconds take minutes under the race detector, which sees the same code in the others")
	}
	const day = 24 * time.Hour
	live(t, 5*time.Minute, func(l *life) {
		l.add(alertsHere, "6h")
		l.discord.Outage(guildA)
		time.Sleep(8 * day)
		l.shows(tale("4,200 drivers", "5,900 drivers"))
		l.reads(12*time.Hour, alertsHere, "4,200|5,900")
		l.discord.RemoveGuild(guildA)
		time.Sleep(6 * day)
		l.discord.InviteAgain(guildA)
		time.Sleep(2 * day)
		if got := l.say(alertsHere, "watch list"); !strings.Contains(got, "Swing bridge") {
			t.Errorf("after six days: %q", got)
		}
		l.shows(tale("4,200 drivers", "7,300 drivers"))
		l.reads(12*time.Hour, alertsHere, "4,200|5,900", "5,900|7,300")
		l.discord.RemoveGuild(guildA)
		l.stop() // which nobody hears
		l.start()
		time.Sleep(7*day + time.Hour)
		l.discord.InviteAgain(guildA)
		if got := l.say(alertsHere, "watch list"); !strings.Contains(got, "Nothing is watched") {
			t.Errorf("after a week: %q", got)
		}
		if got := l.say(alertsHere, "settings show"); strings.Contains(got, noticesHere) {
			t.Errorf("settings after a week: %q", got)
		}
		l.add(alertsHere, "6h")
	})
}
