package app_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"erratum/internal/discordtest"
	"erratum/internal/redistest"
)

// gazette is a city whose pages are watched because a feed lists them.
type gazette struct{ *city }

func (g *gazette) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/feed.xml":
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = w.Write([]byte(g.feed("http://" + r.Host)))
	case strings.HasPrefix(r.URL.Path, "/old/"):
		flood(w, "Altmoor "+r.URL.Path[len("/old/"):], 7)
	default:
		g.page(w, r)
	}
}

// feed lists two pages that were there before and all that were published since.
func (g *gazette) feed(base string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var items strings.Builder
	for i := len(g.shown) - 1; i >= 0; i-- {
		// Feeds link with marks of their own: the page is one all the same.
		fmt.Fprintf(&items, "<item><title>Ward %d</title><link>%s/news/%d?utm_source=rss&amp;utm_campaign=%d</link></item>", i, base, i, len(g.shown))
	}
	for i := range 2 {
		fmt.Fprintf(&items, "<item><title>Old %d</title><link>%s/old/%d</link></item>", i, base, i)
	}
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>The Brennmoor Gazette</title><link>` + base + `</link>` + items.String() + `</channel></rss>`
}

// publish lists new pages.
func (g *gazette) publish(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for range n {
		at := 1000 * (len(g.shown) + 1)
		g.first, g.shown = append(g.first, at), append(g.shown, at)
	}
}

func (g *gazette) ask(command string, options ...discordtest.Option) string {
	r, err := g.does(command, options...)
	if err != nil || r.Message == nil {
		return "" // the bot is not there yet, or it is the dead one's session
	}
	return read(*r.Message)
}

// TestFeedKilledOnDiscordAndRedis follows a feed by slash command, lists new pages, and
// kills the bot at each point that a new item passes, and Redis besides: every page that
// was listed since is watched once, none that was there before is, and what changes on
// them is told once.
func TestFeedKilledOnDiscordAndRedis(t *testing.T) {
	t.Parallel()
	rounds := 1
	if os.Getenv("ERRATUM_LONG") != "" {
		rounds = 8
	}
	redis := redistest.New(t)
	g := &gazette{&city{t: t, data: redis.URL(), patience: 3 * time.Second}}
	address := g.open(g.serve) + "/feed.xml"
	g.runUntil(func() bool {
		return strings.Contains(g.ask("watch feed", option("url", address)), "ollow")
	})
	g.runUntil(func() bool {
		return strings.Contains(g.ask("watch show", option("article", "feed 1")), "2 items listed then")
	})
	kills := 0
	for round := range rounds {
		for n, point := range []string{beforeWatch, afterWatch, beforeFeed, afterFeed} {
			g.publish(2)
			g.runAndDie(point, 1+(round+n)%2*btoi(point == beforeWatch || point == afterWatch))
			kills++
		}
		if err := errors.Join(redis.Kill(), redis.Run()); err != nil {
			t.Fatal(err)
		}
	}
	g.publish(1)
	want := fmt.Sprintf("%d watches, 1 feed", len(g.shown))
	var list string
	g.runUntil(func() bool {
		list = g.ask("watch list")
		return strings.Contains(list, want) && !strings.Contains(g.all(), "not read yet")
	})
	if !strings.Contains(list, want) {
		t.Fatalf("after %d kills, want %s:\n%s", kills, want, list)
	}
	if all := g.all(); strings.Contains(all, "Altmoor") {
		t.Errorf("what was listed before is watched:\n%s", all)
	}
	g.change()
	g.finish()
	alerts, problems := g.compare()
	t.Logf("%d pages of a feed, %d kills of the bot, %d of Redis: %d alerts", len(g.shown), kills, rounds, alerts)
	if alerts != len(g.shown) || len(problems) > 0 {
		t.Errorf("%d alerts of %d changes; %s", alerts, len(g.shown), strings.Join(problems, "\n"))
	}
	for _, v := range g.discord.Violations() {
		t.Errorf("Discord would have refused: %s", v)
	}
}

// all is every page of the list.
func (g *gazette) all() string {
	var out strings.Builder
	for page := 1; page < 20; page++ {
		text := g.ask("watch list", option("page", fmt.Sprint(page)))
		if text == "" || strings.Contains(text, "There is no page") {
			break
		}
		out.WriteString(text)
	}
	return out.String()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
