package claim

import (
	"strconv"
	"strings"
	"time"

	"erratum/internal/diff"
)

// How near the date of its version a day must lie to be what is called by a weekday,
// and to be the day of one that gives no year.
const (
	weekdayReach = 14 * 24 * time.Hour
	halfYear     = 183 * 24 * time.Hour
)

// meet says whether two dates speak of the same day, and whether they can be compared
// at all: by what both give, by how far "tomorrow" lies from "today", or on the
// calendar, by the dates that the versions bear.
func (s *site) meet(a, b *found) (comparable, same bool) {
	if x, ok := a.at.daysAway(); ok {
		if y, ok := b.at.daysAway(); ok {
			// Days go by, so that "today" becomes "yesterday"; nothing makes it "tomorrow".
			return true, y <= x
		}
	}
	if a.at.shares(b.at) {
		return true, !a.at.clashes(b.at)
	}
	return sameDay(a.at, s.old.version.doc, b.at, s.new.version.doc)
}

// daysAway returns how many days from today a relative day lies ("tomorrow": 1).
func (m moment) daysAway() (int, bool) {
	n, ok := strings.CutPrefix(m.relative, "day")
	if !ok {
		return 0, false
	}
	days, err := strconv.Atoi(n)
	return days, err == nil
}

// sameDay compares two dates given in different ways ("Tuesday", "4 March",
// "yesterday"). It is not comparable when one gives no day, or the date of its version
// is needed and not known.
func sameDay(a moment, old *diff.Doc, b moment, new *diff.Doc) (comparable, same bool) {
	day, ok := a.fixed(old)
	other, doc := b, new
	if !ok {
		if day, ok = b.fixed(new); !ok {
			return false, false
		}
		other, doc = a, old
	}
	if other.weekday > 0 && other.month+other.day == 0 {
		base := written(doc)
		if base.IsZero() {
			return false, false
		}
		return true, weekdayOf(day) == other.weekday && day.Sub(base).Abs() <= weekdayReach
	}
	exact, ok := other.fixed(doc)
	return ok, ok && exact.Equal(day)
}

// fixed returns the one day that a date means, as far as it can be told; weekdays mean
// several.
func (m moment) fixed(doc *diff.Doc) (time.Time, bool) {
	if n, ok := m.daysAway(); ok {
		// A page that was changed on another day than it says would mislead: only what
		// states its last change is believed.
		return midnight(doc.Modified).AddDate(0, 0, n), !doc.Modified.IsZero()
	}
	if m.month == 0 || m.day == 0 {
		return time.Time{}, false
	}
	if m.year > 0 {
		return time.Date(m.year, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC), true
	}
	base := written(doc)
	for _, year := range []int{base.Year(), base.Year() - 1, base.Year() + 1} {
		day := time.Date(year, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC)
		if day.Sub(base).Abs() <= halfYear {
			return day, !base.IsZero()
		}
	}
	return time.Time{}, false
}

// written is the day of a version's text: of its last change, else of its publication;
// zero when it states neither.
func written(doc *diff.Doc) time.Time {
	if !doc.Modified.IsZero() {
		return midnight(doc.Modified)
	}
	return midnight(doc.Published)
}

func midnight(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// weekdayOf counts weekdays from Monday, 1.
func weekdayOf(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }
