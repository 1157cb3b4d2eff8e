package discord_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/command"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

const bridgeURL = "https://harbour.example/news/bridge"

// newsroom is a page that changes when a test says so, and the clock of everything.
type newsroom struct {
	mu   sync.Mutex
	now  time.Time
	page *article.Article
}

func (n *newsroom) clock() time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.now
}

func (n *newsroom) publish(a *article.Article) {
	n.mu.Lock()
	defer n.mu.Unlock()
	a.Extractor = "test/1"
	n.page = a
}

// Read implements watch.Reader.
func (n *newsroom) Read(_ context.Context, r article.Request) (*article.Reading, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if r.URL != bridgeURL {
		return nil, &article.ReadError{Problem: article.Gone, Reason: "there is no such page", Status: 404}
	}
	return &article.Reading{Article: n.page, Verdict: article.OK, URL: bridgeURL, Status: 200, PageDigest: n.page.Digest()}, nil
}

// believed checks the article until its change is confirmed.
func (n *newsroom) believed(t testing.TB, store *sqlitestore.Store, checker *watch.Checker) {
	t.Helper()
	id, err := store.Resolve(t.Context(), bridgeURL)
	if err != nil {
		t.Fatal(err)
	}
	for range 6 {
		n.mu.Lock()
		n.now = n.now.Add(11 * time.Minute)
		n.mu.Unlock()
		res, err := checker.CheckNow(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if res.Revision > 0 {
			return
		}
	}
	t.Fatal("the change was never believed")
}

// TestFromCommandToAlert: a slash command adds an article, its page changes, both
// channels that watch it hear of it once, and the rest is asked by commands and
// buttons. Commands, checker, store and courier are the real ones.
func TestFromCommandToAlert(t *testing.T) {
	t.Parallel()
	s := local(t, discordtest.Options{})
	old, corrected := bridge()
	news := &newsroom{now: time.Now()}
	news.publish(old)
	store, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: filepath.Join(t.TempDir(), "e.db"), Now: news.clock})
	if err != nil {
		t.Fatal(err)
	}
	timings := watch.DefaultTimings()
	timings.HostSpacing = 0
	checker := watch.NewChecker(store, news, watch.Options{Timings: timings})
	router := command.NewRouter(command.Options{
		Checks: checker, Watches: store, History: store, Stories: store, Guilds: store,
		Logger: slog.New(slog.DiscardHandler), MinInterval: 5 * time.Minute, Now: news.clock,
	})
	sink := client(t, s, discord.Options{}).Sink()
	courier := deliver.NewCourier(store, sink, deliver.Options{Poll: 20 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- courier.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	run(t, s, discord.Options{Router: router})
	connected(t, s)

	says := func(channel, name string, options ...discordtest.Option) string {
		t.Helper()
		return interact(t, s, discordtest.Interaction{ChannelID: channel, Command: name, Options: options}).Text()
	}
	wants := func(what, got string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(got, p) {
				t.Errorf("%s: %q is not in %q", what, p, got)
			}
		}
	}
	address := discordtest.Option{Name: "url", Value: bridgeURL}
	first := discordtest.Option{Name: "article", Value: "1"}
	wants("add", says(channelID, "watch add", address), "Harbour bridge to close for 12 weeks")
	wants("add elsewhere", says(foreign, "watch add", address), "Harbour bridge to close for 12 weeks")
	wants("list", says(channelID, "watch list"), "1 watch", "harbour")

	news.publish(corrected)
	news.believed(t, store, checker)
	for _, channel := range []string{channelID, foreign} {
		eventually(t, "the alert is shown", func() bool { return len(s.Messages(channel)) > 0 })
	}
	for _, channel := range []string{channelID, foreign} {
		if n := len(s.Messages(channel)); n != 1 {
			t.Fatalf("%d alerts in %s", n, channel)
		}
	}
	alerted := s.Messages(channelID)[0]
	wants("alert", alerted.Text(), "4 million euros → **6 million euros**", "> Correction: An earlier version", "Announced: ")

	press := func(label string) string {
		t.Helper()
		b, ok := alerted.Button(label)
		if !ok {
			t.Fatalf("no button %q", label)
		}
		return interact(t, s, discordtest.Interaction{MessageID: alerted.ID, CustomID: b.CustomID}).Text()
	}
	wants("Full diff", press("Full diff"), "6", "16")
	wants("History", press("History"), "r1", "r2")
	wants("diff", says(channelID, "diff", first), "4 million euros → **6 million euros**")
	wants("mute", says(channelID, "watch mute", first, discordtest.Option{Name: "for", Value: "8h"}), "Muted")
	got := interact(t, s, discordtest.Interaction{Command: "watch remove", Options: []discordtest.Option{first}, User: reader, Permissions: sendMessages, Forge: true})
	wants("remove by a reader", got.Text(), "manage")
	wants("remove", says(channelID, "watch remove", first), "No longer watching")
	wants("list of the other guild", says(foreign, "watch list"), "1 watch")
	if n := s.InvalidRequests(); n != 0 {
		t.Errorf("%d invalid requests", n)
	}
}
