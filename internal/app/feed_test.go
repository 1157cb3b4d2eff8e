package app

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/newstest"
)

// silentSink shows nothing.
type silentSink struct{}

func (silentSink) Send(context.Context, alert.Delivery) (string, error) { return "m", nil }

// TestFeed follows an outlet by its feed through the whole program: the newest
// of what its feed lists becomes watches.
func TestFeed(t *testing.T) {
	site, err := newstest.New()
	if err != nil {
		t.Fatal(err)
	}
	pipe := newstest.NewPipe()
	server := site.Serve(pipe)
	defer func() { _ = server.Close() }()
	parts := Parts{Sink: silentSink{}}
	quicken(&parts, site, pipe)
	cfg := demoConfig(t.TempDir())
	cfg.Data = filepath.Join(t.TempDir(), "e.db")
	a, err := New(t.Context(), cfg, parts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	say := func(name string, args map[string]string) string {
		r := a.Router().Do(ctx, command.Request{Guild: "local", Channel: "terminal", Manager: true, Name: name, Args: args})
		return r.Title + "\n" + r.Text
	}
	if got := say("watch add", map[string]string{"url": site.Feeds()[0]}); !strings.Contains(got, "`watch feed ") {
		t.Errorf("a feed given to watch add: %s", got)
	}
	if got := say("watch feed", map[string]string{"url": site.Feeds()[0], "backlog": "2"}); !strings.Contains(got, "Following **The Harbour Courier**") {
		t.Fatalf("watch feed: %s", got)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		got := say("watch list", nil)
		if strings.HasPrefix(got, "2 watches, 1 feed") && strings.Contains(got, "2 articles watched") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("watch list: %s\n%s", got, say("status", nil))
		}
	}
}
