package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"erratum/internal/discordtest"
)

// towns are pages of their own, which all say another number.
func towns(number int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Flood in %[1]s</title></head><body><article>
<h1>River breaks its banks at %[1]s</h1>
<p>The river at %[1]s broke its banks in the night after two days of rain, and the lower town was cleared by boat before morning.</p>
<p>Fire crews in %[1]s brought %[2]d residents out of their homes, the county said, and put them up in the sports hall on the hill.</p>
<p>The bridge on the mill road is closed until engineers have looked at its piers. Buses go round by the upper town.</p>
</article></body></html>`, strings.TrimPrefix(r.URL.Path, "/"), number)
	}
}

// TestSlowedAlerts: two programs over one file tell a guild three alerts in a minute and
// no more, say so once, and lose none.
func TestSlowedAlerts(t *testing.T) {
	names := []string{"Asham", "Bellwick", "Corsley", "Dunmere", "Eastry", "Farley", "Goswick", "Harby", "Inkpen", "Kelsby"}
	live(t, time.Second, func(l *life) {
		l.stop()
		l.most = 3
		l.start()
		other := l.run()
		l.shows(towns(100))
		for _, n := range names {
			if got := l.say(alertsHere, "watch add", option("url", "http://sound.test/"+n), option("schedule", "10m")); !strings.Contains(got, "Watching") {
				t.Fatalf("watch add: %q", got)
			}
		}
		slowed := func() (out []string) {
			for _, m := range l.discord.Messages(noticesHere) {
				if text := read(m); strings.Contains(text, "Many alerts at once") {
					out = append(out, text)
				}
			}
			return out
		}
		for round, number := range []int{200, 300} {
			l.discord.SetPermissions(alertsHere, discordtest.ViewChannel) // what is told piles up
			l.shows(towns(number))
			time.Sleep(30 * time.Minute)
			if got := l.say(noticesHere, "status"); strings.Contains(got, "slowed") || !strings.Contains(got, "10 alerts are waiting") {
				t.Errorf("status before: %q", got)
			}
			l.discord.SetPermissions(alertsHere, discordtest.AllPermissions)
			before := len(names) * round
			for len(l.discord.Messages(alertsHere)) < before+4 {
				time.Sleep(time.Second)
			}
			got := l.say(noticesHere, "status")
			for _, want := range []string{"Alerts are slowed: this server is told at most 3 in a minute", " are waiting to be sent"} {
				if !strings.Contains(got, want) {
					t.Errorf("status: no %q in %q", want, got)
				}
			}
			time.Sleep(10 * time.Minute)
			told := l.discord.Messages(alertsHere)[before:]
			if len(told) != len(names) {
				t.Fatalf("%d alerts, want %d", len(told), len(names))
			}
			for i, m := range told {
				if !strings.Contains(read(m), fmt.Sprint(number)) {
					t.Errorf("alert %d: %q", i+1, read(m))
				}
				// The turns are a minute apart; from its turn on one may wait for other channels'.
				if i >= 3 && m.Sent.Sub(told[i-3].Sent) < time.Minute-time.Second {
					t.Errorf("alerts %d to %d are told within %v", i-2, i+1, m.Sent.Sub(told[i-3].Sent))
				}
			}
			if d := told[9].Sent.Sub(told[0].Sent); d > 4*time.Minute {
				t.Errorf("the last alert is told %v after the first", d)
			}
			if got := slowed(); len(got) != 1 || !strings.Contains(got[0], "at most 3 alerts in a minute") || !strings.Contains(got[0], "none is lost") {
				t.Errorf("told so: %q", got)
			}
		}
		other()
	})
}

// TestFarBehind: a guild whose alerts wait for a quarter of an hour hears of what changes
// meanwhile as one change, and not of each step of it.
func TestFarBehind(t *testing.T) {
	if raced {
		t.Skip("three hours of seconds take minutes under the race detector, which sees the same code in TestSlowedAlerts")
	}
	live(t, time.Second, func(l *life) {
		l.stop()
		l.most = 1
		l.start()
		l.shows(towns(100))
		const pages = 30
		for n := range pages {
			if got := l.say(alertsHere, "watch add", option("url", fmt.Sprintf("http://sound.test/Town%d", n)), option("schedule", "5m")); !strings.Contains(got, "Watching") {
				t.Fatalf("watch add: %q", got)
			}
		}
		for number := 200; number <= 700; number += 100 {
			l.shows(towns(number))
			time.Sleep(10 * time.Minute)
		}
		if got := l.say(noticesHere, "status"); !strings.Contains(got, "Alerts are slowed") {
			t.Errorf("status: %q", got)
		}
		time.Sleep(2 * time.Hour)
		all := l.discord.Messages(alertsHere)
		last := map[string]string{}
		for _, m := range all {
			for n := range pages {
				if name := fmt.Sprintf("Town%d ", n); strings.Contains(read(m)+" ", name) {
					last[name] = read(m)
				}
			}
		}
		for n := range pages {
			if name := fmt.Sprintf("Town%d ", n); !strings.Contains(last[name], "**700**") {
				t.Errorf("%s: told last %q", name, last[name])
			}
		}
		if len(all) > 4*pages {
			t.Errorf("%d alerts of %d pages that changed six times", len(all), pages)
		}
		t.Logf("%d alerts of %d pages that changed six times", len(all), pages)
	})
}
