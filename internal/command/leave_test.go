package command_test

import (
	"strings"
	"testing"

	"erratum/internal/command"
	"erratum/internal/fair"
)

// TestLeave: a watch goes to another channel that was checked, keeps what it knows, and
// takes along what waits; where the article is watched already it does not go.
func TestLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.places = places{"closed": "missing Send Messages"}
	w.router = w.over(w.store)
	w.do("g", "watch add | url="+bridge)
	w.do("g", "watch add | url="+storm)
	w.do("g", "watch add | url="+storm+" | channel=desk")
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	at := func() (channels []string) {
		ws, err := w.store.Watches(t.Context(), "g")
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range ws {
			channels = append(channels, x.Destination.Channel)
		}
		return channels
	}
	wants(t, w.says("g", "watch edit | article=1 | channel=closed"), "missing Send Messages")
	wants(t, w.says("g", "watch edit | article=2 | channel=desk"), "is watched in <#desk> already")
	if got := strings.Join(at(), " "); got != "news news desk" {
		t.Fatalf("refused, and yet: %s", got)
	}
	wants(t, w.says("g", "watch edit | article=1 | channel=desk | alerts=all"), "Alerts: all", "It is told in <#desk> from now on, and so is what waits.")
	if got := strings.Join(at(), " "); got != "desk news desk" {
		t.Errorf("now: %s", got)
	}
	ds, err := w.store.Claim(t.Context(), fair.Room{Free: 10}, 1e9, 0)
	if err != nil || len(ds) != 1 || ds[0].Destination.Channel != "desk" {
		t.Errorf("what waited: %+v, %v", ds, err)
	}
	wants(t, w.says("g", "history | article=1"), "r1", "r2")
	// It goes back, to the channel of the command, which needs no check.
	w.places = nil
	got := w.over(w.store).Do(t.Context(), command.Request{Guild: "g", Channel: "news", Manager: true, Name: "watch edit", Args: map[string]string{"article": "1", "channel": "news"}})
	wants(t, got.Text, "being checked right now") // its alert is on its way
	w.do("g", "watch feed | url=https://sillpost.example/feed")
	wants(t, w.says("g", "watch edit | article=feed 1 | channel=desk"), "A feed stays in its channel.")
	wants(t, w.says("other", "watch edit | article="+bridge+" | channel=desk"), "Nothing is watched here yet")
}
