package command_test

import (
	"context"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/command"
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
			"- channel news is not spoken to until 2 Mar 10:00 UTC: no permission to write\n" +
			"- an alert for “Storm” was given up at 2 Mar 09:00 UTC: the channel is gone\n" +
			"Late: 2 articles are due for more than a minute.\n" +
			"1 alert is waiting to be sent."},
	} {
		router := command.NewRouter(command.Options{Guilds: patient{health: tt.health}, Now: func() time.Time { return at }})
		if got := router.Do(t.Context(), request("g", "status")); got.Title != "Status" || got.Text != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got.Text, tt.want)
		}
	}
}
