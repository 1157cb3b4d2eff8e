package watch

import (
	"strconv"
	"strings"
	"time"
)

// unit is a unit of time in words and in short.
type unit struct {
	size                time.Duration
	one, several, short string
}

var units = [...]unit{
	{24 * time.Hour, "day", "days", "d"},
	{time.Hour, "hour", "hours", "h"},
	{time.Minute, "minute", "minutes", "min"},
	{time.Second, "second", "seconds", "s"},
}

// words writes a duration for people, in at most two units: "5 minutes",
// "1 day 12 hours", "40 seconds".
func words(d time.Duration) string {
	return spelled(d, func(u unit, n time.Duration) string {
		if n == 1 {
			return u.one
		}
		return u.several
	})
}

// brief writes a duration in few letters: "9 h 40 min".
func brief(d time.Duration) string {
	return spelled(d, func(u unit, _ time.Duration) string { return u.short })
}

func spelled(d time.Duration, name func(unit, time.Duration) string) string {
	var parts []string
	for _, u := range units {
		if n := d / u.size; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+" "+name(u, n))
			d -= n * u.size
		}
		if len(parts) == 2 {
			break
		}
	}
	if len(parts) == 0 {
		return "less than a second"
	}
	return strings.Join(parts, " ")
}
