package watch_test

import (
	"strings"
	"testing"
	"time"

	"erratum/internal/watch"

	"pgregory.net/rapid"
)

func TestParseSchedule(t *testing.T) {
	const min = 5 * time.Minute
	for _, s := range []string{"", "adaptive", "Adaptive", "5m", "90m", "2h", "1d", "7d", "1d12h", "0 9 * * *", "*/5 * * * *", "@hourly", "CRON_TZ=Europe/Kyiv 30 7 * * 1-5", "CRON_TZ=America/New_York  0 9 * * MON", "0 0 29 2 *"} {
		parsed, err := watch.ParseSchedule(s, min)
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if again, err := watch.ParseSchedule(parsed.String(), min); err != nil || again.String() != parsed.String() {
			t.Errorf("%q reads back as %q, %v", s, again, err)
		}
	}
	for s, says := range map[string]string{
		"4m":                             "use 5 minutes or more",
		"30s":                            "use 5 minutes or more",
		"8d":                             "use 7 days or less",
		"999999d":                        "use 7 days or less",
		"often":                          "is not a schedule: use adaptive",
		"* * * * *":                      "leave 5 minutes or more",
		"0,1 9 * * 1":                    "every 1 minute at times",
		"59 23 * * 1,2 ":                 "",
		"0 0 31 2 *":                     "never comes due",
		"@every 10s":                     "leave 5 minutes or more",
		"CRON_TZ=Europe/Kyiv":            "names a time zone but no times",
		"TZ=":                            "names a time zone but no times",
		"CRON_TZ=Nowhere/Land 0 9 * * *": "is not a schedule",
		"-5m":                            "is not a schedule",
		"5":                              "is not a schedule",
		strings.Repeat("0,", 200) + "0":  "too long",
	} {
		_, err := watch.ParseSchedule(s, min)
		switch {
		case says == "" && err != nil:
			t.Errorf("%q: %v", s, err)
		case says != "" && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%q: %v, want %q", s, err, says)
		}
	}
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"adaptive", "5m", "1d12h", "*/15 * * * *", "CRON_TZ=Europe/Kyiv 0 9 * * 1-5", "@every 1h", "TZ= "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parsed, err := watch.ParseSchedule(s, 5*time.Minute)
		if err != nil {
			return
		}
		at := watch.NextCheck(watch.State{ID: "a"}, []watch.Watch{{Schedule: parsed.String()}}, epoch, watch.DefaultTimings())
		if at.Before(epoch.Add(5 * time.Minute)) {
			t.Errorf("%q fires after %v", s, at.Sub(epoch))
		}
	})
}

func TestAdaptiveByAge(t *testing.T) {
	const day = 24 * time.Hour
	for age, every := range map[time.Duration]time.Duration{
		0: 5 * time.Minute, 2 * time.Hour: 5 * time.Minute, 4 * time.Hour: 15 * time.Minute, 2 * day: time.Hour,
		5 * day: 6 * time.Hour, 30 * day: day, 200 * day: 7 * day,
	} {
		check := func(what string, st watch.State) {
			t.Helper()
			got := watch.NextCheck(st, []watch.Watch{{}}, epoch, watch.DefaultTimings()).Sub(epoch)
			if got < every || got > every+every/10 {
				t.Errorf("%s %v ago: next in %v, want %v", what, age, got, every)
			}
		}
		check("published", watch.State{ID: "a", Published: epoch.Add(-age), FirstSeen: epoch})
		check("first seen", watch.State{ID: "a", FirstSeen: epoch.Add(-age)})
		check("changed", watch.State{ID: "a", Published: epoch.Add(-300 * day), FirstSeen: epoch.Add(-299 * day), LastChange: epoch.Add(-age)})
	}
}

func TestNextCheck(t *testing.T) {
	st := watch.State{ID: "a", Published: epoch.Add(-100 * 24 * time.Hour), FirstSeen: epoch}
	next := func(watches ...watch.Watch) time.Duration {
		at := watch.NextCheck(st, watches, epoch, watch.DefaultTimings())
		if at.IsZero() {
			return -1
		}
		return at.Sub(epoch)
	}
	hourly, weekly := watch.Watch{Schedule: "1h"}, watch.Watch{Schedule: "adaptive"}
	paused := hourly
	paused.Paused = true
	noon := watch.Watch{Schedule: "CRON_TZ=Europe/Berlin 0 12 * * *"} // 11:00 UTC in winter
	for _, tt := range []struct {
		name    string
		watches []watch.Watch
		want    time.Duration
	}{
		{"the earliest wish counts", []watch.Watch{weekly, hourly}, time.Hour},
		{"paused watches wish nothing", []watch.Watch{noon, paused}, 11 * time.Hour},
		{"all paused", []watch.Watch{paused}, -1},
		{"none", nil, -1},
		{"what can't be read is adaptive", []watch.Watch{{Schedule: "nonsense"}}, 7 * 24 * time.Hour},
	} {
		if got := next(tt.watches...); got < tt.want || got > tt.want+tt.want.Abs()/10 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestJitterSpreads: articles added in one moment do not come due in one moment.
func TestJitterSpreads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(50, 200).Draw(t, "articles")
		seconds := map[int64]int{}
		for range n {
			st := watch.State{ID: rapid.StringMatching(`[a-z2-7]{13}`).Draw(t, "id"), FirstSeen: epoch}
			at := watch.NextCheck(st, []watch.Watch{{Schedule: "1h"}}, epoch, watch.DefaultTimings())
			if again := watch.NextCheck(st, []watch.Watch{{Schedule: "1h"}}, epoch, watch.DefaultTimings()); !again.Equal(at) {
				t.Fatalf("another answer the second time")
			}
			seconds[at.Unix()]++
		}
		for s, k := range seconds {
			if k > n/4 {
				t.Fatalf("%d of %d articles come due in second %d", k, n, s)
			}
		}
	})
}

// TestStricterInstance: what was accepted when the instance allowed it does not
// outrun one that became stricter.
func TestStricterInstance(t *testing.T) {
	strict := watch.DefaultTimings()
	strict.MinEvery = time.Hour
	for _, s := range []string{"5m", "*/5 * * * *", "adaptive"} {
		at := watch.NextCheck(watch.State{ID: "a", FirstSeen: epoch}, []watch.Watch{{Schedule: s}}, epoch, strict)
		if at.Sub(epoch) < time.Hour || at.Sub(epoch) > 2*time.Hour {
			t.Errorf("%s: next in %v", s, at.Sub(epoch))
		}
	}
}

func TestScaled(t *testing.T) {
	full, fast := watch.DefaultTimings(), watch.DefaultTimings().Scaled(0.01)
	if fast.ConfirmMin != 600*time.Millisecond || fast.Adaptive[0].Every != 3*time.Second || fast.Lease != full.Lease {
		t.Errorf("scaled: %+v", fast)
	}
	if full.Adaptive[0].Every != 5*time.Minute {
		t.Error("scaling changed the original")
	}
}

// TestClocksThatJump: on the days when clocks are changed, a cron expression comes due
// as often as people expect, and never twice in a short time.
func TestClocksThatJump(t *testing.T) {
	for _, tt := range []struct {
		spec, from string
		want       string // times in UTC, day and minute
	}{
		{"CRON_TZ=Europe/Berlin 0 9 * * *", "2026-03-28T12:00:00Z", "29 07:00 30 07:00"},
		{"CRON_TZ=Europe/Berlin 0 9 * * *", "2026-10-24T12:00:00Z", "25 08:00 26 08:00"},
		{"CRON_TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", "29 01:30 30 00:30 31 00:30"}, // 02:30 is not there: 03:30
		{"CRON_TZ=Europe/Berlin 0 1-3 * * *", "2026-03-28T12:00:00Z", "29 00:00 29 01:00 29 23:00"},
		{"CRON_TZ=Europe/Berlin 0,30 2 * * *", "2026-03-28T12:00:00Z", "29 01:00 30 00:00 30 00:30"},
		{"CRON_TZ=Europe/Berlin 30 * * * *", "2026-03-29T00:00:00Z", "29 00:30 29 01:30 29 02:30"},
		{"CRON_TZ=Europe/Berlin 30 * * * *", "2026-10-25T00:00:00Z", "25 00:30 25 01:30 25 02:30"},
		{"CRON_TZ=America/Sao_Paulo 0 0 * * *", "2017-10-14T12:00:00Z", "15 03:00 16 02:00"}, // midnight is not there
		{"30 2 * * *", "2026-03-28T12:00:00Z", "29 02:30 30 02:30"},
	} {
		at, err := time.Parse(time.RFC3339, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for range strings.Count(tt.want, ":") {
			at = watch.NextCheck(watch.State{ID: "a"}, []watch.Watch{{Schedule: tt.spec}}, at, watch.DefaultTimings())
			got = append(got, at.UTC().Format("02 15:04"))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s from %s: %v, want %s", tt.spec, tt.from, got, tt.want)
		}
	}
}

// TestEveryFiveMinutes: a check that begins seconds after its minute does not cost the
// next one.
func TestEveryFiveMinutes(t *testing.T) {
	at, n := epoch, 0
	for at.Before(epoch.Add(time.Hour)) {
		at = watch.NextCheck(watch.State{ID: "a"}, []watch.Watch{{Schedule: "*/5 * * * *"}}, at.Add(4*time.Second), watch.DefaultTimings())
		n++
	}
	if n != 12 {
		t.Errorf("%d checks an hour, want 12", n)
	}
}

// TestAdaptiveOverALife counts the checks of an article from its publication on, and
// again after a change.
func TestAdaptiveOverALife(t *testing.T) {
	const day = 24 * time.Hour
	bands := []struct {
		until time.Duration
		every time.Duration
	}{{3 * time.Hour, 5 * time.Minute}, {day, 15 * time.Minute}, {3 * day, time.Hour}, {14 * day, 6 * time.Hour}, {90 * day, day}, {365 * day, 7 * day}}
	live := func(what string, st watch.State) {
		t.Helper()
		at, from := epoch, time.Duration(0)
		for _, b := range bands {
			n := 0
			for at.Sub(epoch) < b.until {
				at = watch.NextCheck(st, []watch.Watch{{}}, at, watch.DefaultTimings())
				n++
			}
			most := int((b.until-from)/b.every) + 1
			if n > most || n < most*9/10-1 {
				t.Errorf("%s: %d checks until an age of %s, want about %d", what, n, b.until, most)
			}
			from = b.until
		}
	}
	live("published", watch.State{ID: "a", Published: epoch, FirstSeen: epoch})
	live("changed", watch.State{ID: "b", Published: epoch.Add(-100 * day), FirstSeen: epoch.Add(-99 * day), LastChange: epoch})
}
