package app_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/console"
	"erratum/internal/deliver"
	"erratum/internal/fetch"
	"erratum/internal/newstest"
	"erratum/internal/watch"
)

// ledger is a sink that remembers the kinds it was sent, and shows an ID once.
type ledger struct {
	mu    sync.Mutex
	ids   map[string]bool
	kinds map[alert.Kind]int
}

func (l *ledger) Send(_ context.Context, d alert.Delivery) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ids[d.ID] {
		l.ids[d.ID] = true
		l.kinds[d.Notice.Kind]++
	}
	return d.ID, nil
}

// says waits until the kinds were told so often.
func (l *ledger) says(t *testing.T, within time.Duration, want string) {
	t.Helper()
	got := ""
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		l.mu.Lock()
		got = fmt.Sprintf("offline %d, online %d, blind %d", l.kinds[alert.Offline], l.kinds[alert.Online], l.kinds[alert.Blind])
		l.mu.Unlock()
		if got == want {
			return
		}
	}
	t.Fatalf("told %s; want %s", got, want)
}

// cable is the way to all sites, and can be cut.
type cable struct {
	pipe *newstest.Pipe

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func (c *cable) dial(ctx context.Context) (net.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return nil, errors.New("network is unreachable")
	}
	conn, err := c.pipe.DialContext(ctx, "", "")
	if err == nil {
		c.conns = append(c.conns, conn)
	}
	return conn, err
}

func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut = cut
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

// TestCutOff cuts the whole program off from all sites, and lets it back: one notice
// each, whatever number of articles it watches.
func TestCutOff(t *testing.T) {
	t.Parallel()
	site, err := newstest.New()
	if err != nil {
		t.Fatal(err)
	}
	pipe := newstest.NewPipe()
	server := site.Serve(pipe)
	defer func() { _ = server.Close() }()
	way := &cable{pipe: pipe}
	timings := watch.DefaultTimings().Scaled(1.0 / 600) // five minutes are half a second
	timings.HostSpacing = 5 * time.Millisecond
	timings.Adaptive = []watch.Step{{Every: timings.MinEvery}}
	sink := &ledger{ids: map[string]bool{}, kinds: map[alert.Kind]int{}}
	a, err := app.New(t.Context(), app.Config{Data: filepath.Join(t.TempDir(), "e.db"), Workers: 4}, app.Parts{
		Sink: sink, Timings: timings, Tick: 20 * time.Millisecond, Courier: deliver.Options{Poll: 20 * time.Millisecond},
		Fetch: func(o *fetch.Options) {
			o.InMemory = map[string]fetch.Dialer{}
			for _, u := range site.URLs() {
				o.InMemory[article.Host(u)] = way.dial
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range site.URLs() {
		req, err := console.Parse("watch add " + u)
		if err != nil {
			t.Fatal(err)
		}
		a.Router().Do(t.Context(), req)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	sink.says(t, 10*time.Second, "offline 0, online 0, blind 0")
	way.set(true)
	sink.says(t, 30*time.Second, "offline 1, online 0, blind 0")
	way.set(false)
	sink.says(t, 30*time.Second, "offline 1, online 1, blind 0")
	way.set(true)
	sink.says(t, 30*time.Second, "offline 2, online 1, blind 0")
	stop()
	if err := errors.Join(<-done, a.Close()); err != nil {
		t.Error(err)
	}
}
