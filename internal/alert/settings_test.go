package alert_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"erratum/internal/alert"
)

func TestQuietHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, zone, now, until string }{
		{"22-7", "", "2026-03-02T21:59:00Z", ""},
		{"22-7", "", "2026-03-02T22:00:00Z", "2026-03-03T07:00:00Z"},
		{"22:00–07:00", "", "2026-03-03T06:59:59Z", "2026-03-03T07:00:00Z"},
		{"22.00 to 07.00", "", "2026-03-03T07:00:00Z", ""},
		{"9-17:30", "", "2026-03-03T12:00:00Z", "2026-03-03T17:30:00Z"},
		{"9-17:30", "", "2026-03-03T18:00:00Z", ""},
		{"22-7", "Europe/Kyiv", "2026-03-02T20:30:00Z", "2026-03-03T05:00:00Z"},
		{"22-7", "Europe/Kyiv", "2026-03-02T19:30:00Z", ""},
		// Clocks go forward in the night of 29 March, and back in that of 25 October.
		{"22-7", "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"},
		{"22-7", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T06:00:00Z"},
		{"1-2:30", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		{"1-2:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"},
	} {
		quiet, err := alert.ParseQuiet(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		got := alert.Settings{Quiet: quiet, Zone: c.zone}.QuietUntil(instant(t, c.now))
		if want := instant(t, c.until); !got.Equal(want) {
			t.Errorf("%s in %q at %s: until %s, want %s", c.typed, c.zone, c.now, got.UTC(), want)
		}
	}
	for _, typed := range []string{"", "off", "22", "22-", "25-7", "22:7-7", "22:00-22:00", "-1-7", "22-7-8"} {
		if got, err := alert.ParseQuiet(typed); err == nil {
			t.Errorf("%q are quiet hours %q", typed, got)
		}
	}
}

func TestNextDigest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, zone, after, next string }{
		{"8", "", "2026-03-02T07:59:59Z", "2026-03-02T08:00:00Z"},
		{"daily 8:00", "", "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"},
		{"Monday 08:00", "", "2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z"}, // a Monday
		{"mon 8", "", "2026-03-02T08:00:00Z", "2026-03-09T08:00:00Z"},
		{"sun 8", "America/New_York", "2026-03-02T08:00:00Z", "2026-03-08T12:00:00Z"},
		{"daily 2:30", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
	} {
		digest, err := alert.ParseDigest(c.typed)
		if err != nil {
			t.Fatal(err)
		}
		got := alert.Settings{Digest: digest, Zone: c.zone}.NextDigest(instant(t, c.after))
		if want := instant(t, c.next); !got.Equal(want) {
			t.Errorf("%s in %q after %s: %s, want %s", c.typed, c.zone, c.after, got.UTC(), want)
		}
	}
	for _, typed := range []string{"", "off", "never 8:00", "daily", "mon", "daily 24:00", "mo 8", "8 daily"} {
		if got, err := alert.ParseDigest(typed); err == nil {
			t.Errorf("%q is %q", typed, got)
		}
	}
	if got := (alert.Settings{}).NextDigest(time.Now()); !got.IsZero() {
		t.Errorf("nothing chosen, due %s", got)
	}
}

// TestQuietHoursEnd: whatever the zone and the hours, quiet ends within a day and an
// hour, and what they say is stable: no time is quiet at its own end.
func TestQuietHoursEnd(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		hours := func(name string) string { return rapid.StringMatching(`([01][0-9]|2[0-3]):[0-5][0-9]`).Draw(r, name) }
		s := alert.Settings{Zone: rapid.SampledFrom([]string{"", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "No/Where"}).Draw(r, "zone")}
		s.Quiet = hours("from") + "-" + hours("to")
		now := time.Unix(rapid.Int64Range(1_760_000_000, 1_830_000_000).Draw(r, "now"), 0)
		until := s.QuietUntil(now)
		if until.IsZero() {
			return
		}
		if !until.After(now) || until.Sub(now) > 25*time.Hour {
			r.Fatalf("%s at %s: until %s", s.Quiet, now, until)
		}
	})
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
