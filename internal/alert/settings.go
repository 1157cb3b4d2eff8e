package alert

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Settings are a guild's choices. The zero value is the default of each.
type Settings struct {
	Channel  string   `json:"channel,omitempty"`  // default channel of new watches
	Notices  string   `json:"notices,omitempty"`  // where the bot says what it can't say elsewhere; empty: only /status does
	Managers []string `json:"managers,omitempty"` // roles that may write
	Zone     string   `json:"zone,omitempty"`     // IANA time zone; default UTC
	Quiet    string   `json:"quiet,omitempty"`    // "22:00-07:00" in Zone: alerts are held, not lost; see ParseQuiet
	Digest   string   `json:"digest,omitempty"`   // "daily 08:00" or "mon 08:00" in Zone; empty: none; see ParseDigest
	DigestTo string   `json:"digest_to,omitempty"`

	// Digested is up to when digests told. The bot writes it.
	Digested time.Time `json:"digested,omitzero"`
	// Broken holds the channels that can't be posted in and of which the guild was
	// told, since when. The bot writes it, nobody chooses it.
	Broken map[string]time.Time `json:"broken,omitempty"`
	// Offline is since when no site could be reached, when the guild was told so and
	// not yet that it is over; zero otherwise. The bot writes it.
	Offline time.Time `json:"offline,omitzero"`
	// Slowed is when the guild was told last that its alerts are slowed. The bot writes it.
	Slowed time.Time `json:"slowed,omitzero"`
}

// Location is the guild's time zone; UTC where it is not known to this machine.
func (s Settings) Location() *time.Location {
	if loc, err := time.LoadLocation(s.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// ParseQuiet reads quiet hours as people type them ("22-7", "22:00-07:00"), and writes
// them in one form.
func ParseQuiet(s string) (string, error) {
	first, last, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-", " to ", "-").Replace(s), "-")
	from, okFrom := parseClock(first)
	to, okTo := parseClock(last)
	switch {
	case !ok || !okFrom || !okTo:
		return "", fmt.Errorf("%q are no quiet hours: use two times, such as 22:00-07:00, or off", s)
	case from == to:
		return "", errors.New("quiet hours that begin when they end would never end: use two times, such as 22:00-07:00")
	}
	return from.String() + "-" + to.String(), nil
}

// QuietUntil says until when the guild wants to hear nothing, at a time; zero: it may be
// told.
func (s Settings) QuietUntil(now time.Time) time.Time {
	first, last, _ := strings.Cut(s.Quiet, "-")
	from, okFrom := parseClock(first)
	to, okTo := parseClock(last)
	if !okFrom || !okTo {
		return time.Time{}
	}
	local := now.In(s.Location())
	at := clock(local.Hour()*60 + local.Minute())
	switch {
	case from <= to && (at < from || at >= to), from > to && at < from && at >= to:
		return time.Time{}
	case from > to && at >= from:
		return to.after(now, local.AddDate(0, 0, 1))
	default:
		return to.after(now, local)
	}
}

// weekdays begin the names under which people know them.
var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseDigest reads when digests are sent ("daily 8:00", "8", "monday 08:00"), and writes
// it in one form.
func ParseDigest(s string) (string, error) {
	words := strings.Fields(strings.ToLower(s))
	if len(words) == 1 {
		words = []string{"daily", words[0]}
	}
	if len(words) == 2 {
		at, ok := parseClock(words[1])
		if ok && words[0] == "daily" {
			return "daily " + at.String(), nil
		}
		if day, known := parseWeekday(words[0]); ok && known {
			return weekdays[day] + " " + at.String(), nil
		}
	}
	return "", fmt.Errorf("%q is not a time for digests: use daily 08:00, mon 08:00 (any day of the week), or off", s)
}

func parseWeekday(s string) (time.Weekday, bool) {
	for day, name := range weekdays {
		if len(s) >= 3 && strings.HasPrefix(strings.ToLower(time.Weekday(day).String()), s) || s == name {
			return time.Weekday(day), true
		}
	}
	return 0, false
}

// NextDigest is the first time after one at which a digest is due; zero: none ever is.
func (s Settings) NextDigest(after time.Time) time.Time {
	day, hour, _ := strings.Cut(s.Digest, " ")
	at, ok := parseClock(hour)
	if !ok {
		return time.Time{}
	}
	weekday, weekly := parseWeekday(day)
	local := after.In(s.Location())
	for n := range 9 {
		d := local.AddDate(0, 0, n)
		if next := at.on(d); next.After(after) && (!weekly || d.Weekday() == weekday) {
			return next
		}
	}
	return time.Time{}
}

// clock is a time of day in minutes.
type clock int

// parseClock reads "7", "07:30" or "22.15".
func parseClock(s string) (clock, bool) {
	hour, minute, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), ".", ":"), ":")
	if minute == "" {
		minute = "00"
	}
	h, err := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	ok := err == nil && err2 == nil && len(hour) <= 2 && len(minute) == 2 && h >= 0 && h < 24 && m >= 0 && m < 60
	return clock(h*60 + m), ok
}

// String writes a time of day as "07:30".
func (c clock) String() string { return fmt.Sprintf("%02d:%02d", c/60, c%60) }

// on is the time of day on a day. One that clocks jump over is that much later.
func (c clock) on(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), int(c)/60, int(c)%60, 0, 0, day.Location())
}

// after is the time of day on a day, the second time where clocks show it twice and
// the first is over.
func (c clock) after(now, day time.Time) time.Time {
	t := c.on(day)
	if !t.After(now) {
		t = t.Add(time.Hour)
	}
	return t
}
