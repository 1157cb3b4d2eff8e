package command_test

import (
	"strings"
	"testing"

	"erratum/internal/watch"
)

func TestFeed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.says("g", "watch feed | url=https://sillpost.example/feed | match=bridge")
	wants(t, got, "Following **Sill feed**", "2 items now, 1 match; new ones become watches.", "Alerts here: facts · polls: 15m · articles kept 30 d")
	wants(t, w.says("g", "watch feed | url=https://sillpost.example/feed"), "Already followed here:", "1 match")
	wants(t, w.says("g", "watch feed | url="+bridge), "No feed could be found there: the page names no feed. `watch add` watches a single article.")
	wants(t, w.says("g", "watch feed | url=https://sillpost.example/feed | schedule=adaptive"), "which a feed has not")
	wants(t, w.says("g", "watch feed | url=https://sillpost.example/feed | keep=5m"), "is not a time from an hour")
	feeds, err := w.store.Feeds(t.Context(), "g")
	if err != nil || len(feeds) != 1 {
		t.Fatalf("%d feeds, %v", len(feeds), err)
	}
	if _, _, err := w.store.AddWatch(t.Context(), watch.Watch{URL: bridge, Destination: feeds[0].Destination, Feed: feeds[0].ID}); err != nil {
		t.Fatal(err)
	}
	w.do("g", "watch add | url="+storm)
	wants(t, w.says("g", "watch list"), "2 watches, 1 feed", "**feed 1** Sill feed", "1 article watched")
	wants(t, w.says("g", "watch show | article=feed 1"), "only with: bridge", "polls: 15m")
	wants(t, w.says("g", "watch pause | article=sill feed"), "makes no new watches")
	wants(t, w.says("g", "watch resume | article=feed 1"), "polled in a moment")
	wants(t, w.says("g", "status"), "1 feed.")
	got = w.says("g", "watch remove | article=feed 1")
	wants(t, got, "nor watching the 1 article it named")
	wants(t, w.says("g", "watch list"), "1 watch")
	_, id, _ := strings.Cut(got, "id:")
	wants(t, w.says("g", "watch restore | id="+id[:13]), "Following “Sill feed” again, with 1 article.")
	wants(t, w.says("g", "watch list"), "2 watches, 1 feed")
	lacks(t, w.says("other", "watch show | article=feed 1"), "Sill")
}
