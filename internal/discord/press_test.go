package discord_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"erratum/internal/command"
	"erratum/internal/discord"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

// FuzzPress: whatever a custom id or the line of a menu says, in a guild that watches
// nothing it shows nothing of another's, changes nothing there, and is no fault of the
// program. What names the other guild's watch is answered as what names nobody's.
func FuzzPress(f *testing.F) {
	old, corrected := bridge()
	news := &newsroom{now: time.Now()}
	news.publish(old)
	store, err := sqlitestore.Open(f.Context(), sqlitestore.Options{Path: filepath.Join(f.TempDir(), "e.db"), Now: news.clock})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = store.Close() })
	timings := watch.DefaultTimings()
	timings.HostSpacing = 0
	checker := watch.NewChecker(store, news, watch.Options{Timings: timings})
	log := &logs{}
	router := command.NewRouter(command.Options{
		Checks: checker, Watches: store, Feeds: store, History: store, Stories: store, Guilds: store, Dead: store,
		Logger: slog.New(slog.NewTextHandler(log, nil)), MinInterval: 5 * time.Minute, Now: news.clock,
	})
	theirs := func(name string, args map[string]string) command.Reply {
		return router.Do(context.Background(), command.Request{Guild: otherGuild, Channel: foreign, Manager: true, Admin: true, Name: name, Args: args})
	}
	theirs("watch add", map[string]string{"url": bridgeURL})
	news.publish(corrected)
	news.believed(f, store, checker)
	all, err := store.Watches(f.Context(), otherGuild)
	if err != nil || len(all) != 1 {
		f.Fatal(all, err)
	}
	id := all[0].ID
	before := theirs("watch show", map[string]string{"article": "1"}).Text
	number := func(ctx context.Context, guild, watchID string, stored int) (int, error) {
		w, err := store.Watch(ctx, guild, watchID)
		return w.Number(stored), err
	}
	for _, seed := range []string{
		discord.AlertButton("d", id, 1, 2, "", deliveryID), discord.AlertButton("h", id, 0, 0, "", deliveryID), discord.AlertButton("m", id, 0, 0, "", ""),
		discord.AlertButton("q", id, 0, 0, "8h", ""), discord.AlertButton("r", id, 0, 0, "", ""), discord.AlertButton("u", id, 0, 0, "abcde", ""),
		discord.AlertButton("p", id, 1, 2, "text", ""), discord.AlertButton("p", id, 0, 0, "", ""), discord.AlertButton("i", id, 0, 0, "headl", ""),
		discord.AlertButton("x", id, 0, 0, "show", ""), discord.AlertButton("x", id, 0, 0, "remove", ""), discord.AlertButton("x", id, 0, 0, "why", ""), discord.AlertButton("h", id, 0, 0, "all", ""),
		discord.AlertButton("g", "", 0, 0, "", ""), discord.AlertButton("f", "", 0, 0, "", ""), discord.AlertButton("l", "", 0, 0, "1", ""), discord.AlertButton("t", "", 0, 0, "", ""),
	} {
		f.Add(seed, "")
		f.Add("e1.c....0.", seed)
	}
	f.Fuzz(func(t *testing.T, custom, line string) {
		// What is shown where the other guild's watch is named, and where nobody's is.
		got := discord.Press(router, number, guildID, custom, line)
		want := discord.Press(router, number, guildID, strings.ReplaceAll(custom, id, "aaaaaaaaaaaaa"), strings.ReplaceAll(line, id, "aaaaaaaaaaaaa"))
		if strings.ReplaceAll(got, id, "aaaaaaaaaaaaa") != want {
			t.Errorf("%q %q:\n got %s\nwant %s", custom, line, got, want)
		}
		if strings.Contains(got, "arbour") || strings.Contains(got, "my side") {
			t.Errorf("%q %q: %s\n%s", custom, line, got, log)
		}
		if after := theirs("watch show", map[string]string{"article": "1"}).Text; after != before {
			t.Errorf("%q %q changed another guild:\n%s\nwas\n%s", custom, line, after, before)
		}
	})
}
