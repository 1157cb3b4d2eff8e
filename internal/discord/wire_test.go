package discord_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/deliver"
	"erratum/internal/discord"
	"erratum/internal/discordtest"
	"erratum/internal/fair"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// agency is a text that several papers print, and the clock of everything.
type agency struct {
	mu   sync.Mutex
	now  time.Time
	page *article.Article
}

func (a *agency) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *agency) later(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

// Read implements watch.Reader.
func (a *agency) Read(_ context.Context, r article.Request) (*article.Reading, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	page := *a.page
	page.URL, page.Extractor, page.Site = r.URL, "test/1", article.Host(r.URL)
	return &article.Reading{Article: &page, Verdict: article.OK, URL: r.URL, Status: 200, PageDigest: page.Digest()}, nil
}

var errDied = errors.New("the program died")

// mortal is an outbox whose program dies around one of its steps: nothing works from
// then on.
type mortal struct {
	deliver.Outbox
	mu    sync.Mutex
	steps int // until it dies; negative: it lives on
	late  bool
	dead  bool
}

// step runs a step, or dies before or behind it.
func (m *mortal) step(work func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDied
	}
	m.steps--
	m.dead = m.steps == 0
	if m.dead && !m.late {
		return errDied
	}
	err := work()
	if m.dead {
		return errDied
	}
	return err
}

func (m *mortal) Claim(ctx context.Context, room fair.Room, d, spacing time.Duration) (out []alert.Delivery, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return nil, errDied
	}
	return m.Outbox.Claim(ctx, room, d, spacing)
}

func (m *mortal) Join(ctx context.Context, d alert.Delivery, edit string) (s alert.Story, err error) {
	err = m.step(func() error { s, err = m.Outbox.Join(ctx, d, edit); return err })
	return s, err
}

func (m *mortal) Lead(ctx context.Context, d alert.Delivery, edit, message string) error {
	return m.step(func() error { return m.Outbox.Lead(ctx, d, edit, message) })
}

func (m *mortal) Ack(ctx context.Context, d alert.Delivery, message string) error {
	return m.step(func() error { return m.Outbox.Ack(ctx, d, message) })
}

func (m *mortal) Retry(ctx context.Context, d alert.Delivery, _ time.Duration, reason string) error {
	return m.step(func() error { return m.Outbox.Retry(ctx, d, 0, reason) }) // the store's clock stands still
}

func (m *mortal) died() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

// TestWireStoryAcrossDeaths: three papers print an agency's text and its edit. Wherever
// the program dies on the way, the channel has one message in the end, which names all.
func TestWireStoryAcrossDeaths(t *testing.T) {
	t.Parallel()
	steps := 9
	if testing.Short() {
		steps = 3
	}
	for n := range steps + 1 {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("step %d, behind it %t", n, late), func(t *testing.T) {
				t.Parallel()
				wireStory(t, &mortal{steps: n, late: late})
			})
		}
	}
}

func wireStory(t *testing.T, outbox *mortal) {
	s := local(t, discordtest.Options{})
	old, _ := bridge()
	wire := &agency{now: time.Now(), page: old}
	store, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: filepath.Join(t.TempDir(), "e.db"), Now: wire.clock})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	timings := watch.DefaultTimings()
	timings.HostSpacing = 0
	checker := watch.NewChecker(store, wire, watch.Options{Timings: timings})
	papers := []string{"one.example", "two.example", "three.example"}
	var articles []string
	for _, paper := range papers {
		added, err := checker.Add(t.Context(), watch.Watch{URL: "https://" + paper + "/bridge", Destination: alert.Destination{Guild: guildID, Channel: channelID}, Alerts: alert.All})
		if err != nil {
			t.Fatal(err)
		}
		articles = append(articles, added.Watch.Article)
	}
	wire.page = version(old.Headline, strings.ReplaceAll(old.Blocks[0].Text, "Monday", "Thursday"), strings.ReplaceAll(old.Blocks[1].Text, "4 million", "6 million"), old.Blocks[2].Text)
	for range 2 {
		wire.later(3 * time.Minute)
		for _, id := range articles {
			if _, err := checker.CheckNow(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
	sink := client(t, s, discord.Options{}).Sink()
	outbox.Outbox = store
	work := func(o deliver.Outbox, until func() bool) {
		ctx, cancel := context.WithCancel(t.Context())
		over := make(chan error, 1)
		go func() {
			over <- deliver.NewCourier(o, sink, deliver.Options{Poll: 10 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
		}()
		eventually(t, "the outbox is worked off", until)
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	}
	empty := func() bool {
		h, err := store.Health(t.Context(), guildID)
		return err == nil && h.Queued == 0
	}
	work(outbox, func() bool { return outbox.died() || empty() })
	wire.later(3 * time.Minute) // claims of the dead end
	work(&mortal{Outbox: store, steps: -1}, empty)
	got := s.Messages(channelID)
	if len(got) != 1 || len(got[0].Embeds) != 1 || len(got[0].Embeds[0].Fields) != 1 {
		t.Fatalf("%d messages: %+v", len(got), got)
	}
	for _, paper := range papers {
		if !strings.Contains(got[0].Embeds[0].URL+got[0].Embeds[0].Fields[0].Value, "https://"+paper+"/bridge") {
			t.Errorf("%s is not named: %+v", paper, got[0].Embeds[0])
		}
	}
}
