package command_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// patient is a guild in a given state of health.
type patient struct {
	command.Guilds
	health watch.Health
}

func (p patient) Health(context.Context, string) (watch.Health, error) { return p.health, nil }

func TestStatus(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	trouble := &watch.Trouble{Since: at, Reason: "the site asks to *log in*"}
	dead := watch.DeadLetter{At: at, Reason: "the channel is gone"}
	dead.Delivery.Notice.Subject.Headline = "Storm"
	for _, tt := range []struct {
		name   string
		health watch.Health
		want   string
	}{
		{"nothing", watch.Health{}, "Nothing is watched here yet. Add an article with `watch add URL`."},
		{"well", watch.Health{Watches: 1, Articles: 1}, "1 watch on 1 article.\nEvery article could be read at its last check."},
		{"quiet", watch.Health{Watches: 5, Articles: 4, Paused: 2, Muted: 1}, "5 watches on 4 articles, 2 paused, 1 muted.\nEvery article could be read at its last check."},
		{"flat", watch.Health{Watches: 9, Articles: 9, Flat: map[string]int{"the page is too large": 1, "the page is nested too deeply": 2}},
			"9 watches on 9 articles.\nEvery article could be read at its last check.\n" +
				"Read without layout: 2 articles, since the page is nested too deeply.\nRead without layout: 1 article, since the page is too large."},
		{"slowed", watch.Health{Watches: 9, Articles: 9, Queued: 40, SlowedUntil: at.Add(time.Minute)}, "9 watches on 9 articles.\nEvery article could be read at its last check.\n" +
			"Alerts are slowed: this server is told at most 30 in a minute. The others follow in order, and none is lost.\n40 alerts are waiting to be sent."},
		{"ill", watch.Health{Watches: 3, Articles: 3,
			Blind: []watch.State{
				{Title: "Bridge", Trouble: trouble},
				{URL: "https://x.example/a", Gone: &watch.Trouble{Since: at, Reason: "the page is missing"}},
				{Title: "Ferry", Removed: true, Gone: &watch.Trouble{Since: at}},
			},
			Routes:  []watch.PausedRoute{{To: alert.Destination{Channel: "news"}, Until: at.Add(time.Hour), Reason: "no permission to write"}},
			Dead:    []watch.DeadLetter{dead},
			Overdue: 2, Queued: 1,
		}, "3 watches on 3 articles.\n" +
			"- “Bridge”: blind since 2 Mar 09:00 UTC, the site asks to \\*log in\\*\n" +
			"- “https://x.example/a”: missing since 2 Mar 09:00 UTC, the page is missing\n" +
			"- “Ferry”: removed by the outlet, since 2 Mar 09:00 UTC\n" +
			"- <#news> is not spoken to until 2 Mar 10:00 UTC: no permission to write\n" +
			"- an alert for “Storm” was given up at 2 Mar 09:00 UTC: the channel is gone\n" +
			"Late: 2 articles are due for more than a minute.\n" +
			"1 alert is waiting to be sent.\n`watch retry` sends again what was given up."},
	} {
		router := command.NewRouter(command.Options{Guilds: patient{health: tt.health}, MaxAlerts: 30, Now: func() time.Time { return at }})
		if got := router.Do(t.Context(), request("g", "status")); got.Title != "Status" || got.Text != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got.Text, tt.want)
		}
	}
}

// places are channels in a given state.
type places map[string]string

func (p places) MayPost(_ context.Context, _, channel string) error {
	if p[channel] != "" {
		return &command.Error{Text: p[channel] + "."}
	}
	return nil
}

func (p places) MayThread(_ context.Context, _, channel string) error {
	if p["thread "+channel] != "" {
		return &command.Error{Text: p["thread "+channel] + "."}
	}
	return nil
}

func (p places) MayCall(_ context.Context, _, role string) error {
	if p["call "+role] != "" {
		return &command.Error{Text: p["call "+role] + "."}
	}
	return nil
}

func (p places) Problems(_ context.Context, _ string, channels []string) (map[string]string, error) {
	out := map[string]string{}
	for _, c := range channels {
		if p[c] != "" {
			out[c] = p[c]
		}
	}
	return out, nil
}

// TestStatusOfChannels: status says where alerts can't be posted as things are, and what
// names such a channel is refused before anything is saved.
func TestStatusOfChannels(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := places{}
	w.places = p
	w.router = w.over(w.store)
	w.do("g", "watch add | url="+bridge)
	wants(t, w.says("g", "watch add | url="+storm+" | channel=77"), "Watching", "Alerts in <#77>: facts")
	wants(t, w.says("g", "watch list"), "sillpost.example · no change yet\n2. ", "sillpost.example · no change yet · in <#77>")
	wants(t, w.says("g", "status"), "Alerts can be posted in all 2 channels.")
	wants(t, w.says("g", "watch feed | url=https://sillpost.example/feed | channel=88"), "Following", "Alerts in <#88>: facts")
	wants(t, w.says("g", "status"), "Alerts can be posted in all 3 channels.")
	p["88"] = "missing Embed Links"
	got := w.says("g", "status")
	wants(t, got, "- alerts can't be posted in <#88>: missing Embed Links")
	lacks(t, got, "in all", "<#77>")
	before := w.says("g", "watch list")
	for _, line := range []string{"watch add | url=" + ferry + " | channel=88", "settings set | channel=88", "digest | schedule=8 | channel=88", "watch import | list=" + ferry + " | channel=88"} {
		wants(t, w.says("g", line), "missing Embed Links.")
	}
	// A default channel that broke since is no place for a new watch either.
	w.do("g", "settings set | channel=77")
	p["77"] = "gone"
	wants(t, w.says("g", "watch add | url="+ferry), "gone.")
	if after := w.says("g", "watch list"); after != before {
		t.Errorf("something was saved:\n%s", after)
	}
}

// TestVoiceIsChecked: a thread that can't be made and a role that may not be called are
// refused before anything is saved, also where a watch with a thread is moved.
func TestVoiceIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := places{"thread 88": "no threads there", "call 5": "not that role"}
	w.places = p
	w.router = w.over(w.store)
	w.do("g", "watch add | url="+bridge+" | channel=77 | thread=on | mention=6")
	w.do("g", "watch feed | url=https://sillpost.example/feed | channel=88")
	before := w.says("g", "watch list")
	for line, want := range map[string]string{
		"watch add | url=" + storm + " | channel=88 | thread=on":         "no threads there.",
		"watch add | url=" + storm + " | mention=5":                      "not that role.",
		"watch feed | url=https://sillpost.example/other | mention=5":    "not that role.",
		"watch edit | article=1 | channel=88":                            "no threads there.",
		"watch edit | article=1 | mention=5":                             "not that role.",
		"watch edit | article=https://sillpost.example/feed | thread=on": "no threads there.",
	} {
		wants(t, w.says("g", line), want)
	}
	if after := w.says("g", "watch list"); after != before {
		t.Errorf("something was saved:\n%s", after)
	}
	wants(t, w.says("g", "watch edit | article=1 | channel=88 | thread=off"), "Changed", "<#88>")
}

// TestRetry: what was given up is sent again when somebody says so.
func TestRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do("g", "watch add | url="+bridge)
	w.change(bridge, story("Bridge over the Sill closes for repairs", "3.1 million"))
	wants(t, w.says("g", "watch retry"), "Nothing that was given up can be sent again.")
	ds, err := w.store.Claim(t.Context(), fair.Room{Free: 1}, time.Minute, 0)
	if err != nil || len(ds) != 1 {
		t.Fatalf("%v, %v", ds, err)
	}
	if err := w.store.Bury(t.Context(), ds[0], "the channel is gone"); err != nil {
		t.Fatal(err)
	}
	status := w.do("g", "status")
	wants(t, status.Text, "was given up at", "`watch retry` sends again what was given up.")
	if len(status.Next) != 1 || status.Next[0].Name != "watch retry" {
		t.Errorf("offered %+v", status.Next)
	}
	wants(t, w.says("other", "watch retry"), "Nothing that was given up")
	wants(t, w.says("g", "watch retry"), "1 alert is sent again")
	if again, err := w.store.Claim(t.Context(), fair.Room{Free: 1}, time.Minute, 0); err != nil || len(again) != 1 || again[0].ID != ds[0].ID {
		t.Errorf("claimed %v, %v", again, err)
	}
}

// TestStatusOfOneChannel: it is named.
func TestStatusOfOneChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.places = places{}
	w.router = w.over(w.store)
	w.do("g", "watch add | url="+bridge+" | channel=66")
	wants(t, w.says("g", "status"), "Alerts can be posted in <#66>.")
}

// weak is a store that keeps less than it promises.
type weak struct {
	texts []string
	err   error
}

func (w weak) Weaknesses(context.Context) (out []watch.Weakness, err error) {
	for _, t := range w.texts {
		out = append(out, watch.Weakness{Where: "the Redis server at 10.0.0.5:6379", Text: t})
	}
	return out, w.err
}

// TestStatusTellsManagersWhatMayBeLost: what of the store's settings may cost data is said
// to those who manage, once, to them alone, and without addresses.
func TestStatusTellsManagersWhatMayBeLost(t *testing.T) {
	t.Parallel()
	const sync = "Redis writes its file with appendfsync everysec: set appendfsync always."
	for _, health := range []watch.Health{{}, {Watches: 1, Articles: 1}} {
		ask := func(w weak, manager bool, args map[string]string) string {
			router := command.NewRouter(command.Options{Guilds: patient{health: health}, Keeping: w, Logger: slog.New(slog.DiscardHandler)})
			r := request("g", "status")
			r.Manager, r.Admin, r.Args = manager, manager, args
			return router.Do(t.Context(), r).Text
		}
		many := weak{texts: []string{sync, sync, "Redis has *no* replica: see that one runs."}}
		got := ask(many, true, nil)
		wants(t, got, "**Data may be lost.** "+sync+"\n**Data may be lost.** Redis has \\*no\\* replica: see that one runs.")
		lacks(t, got, "10.0.0.5", sync+"\n**Data may be lost.** "+sync)
		lacks(t, ask(many, false, nil), "lost")
		lacks(t, ask(many, true, map[string]string{"public": "true"}), "lost")
		lacks(t, ask(weak{}, true, nil), "lost")
		wants(t, ask(weak{err: errors.New("timeout")}, true, nil), "How safely data is kept can't be asked now.")
	}
}
