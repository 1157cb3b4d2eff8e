package watch

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// MaxEvery is the longest interval a schedule may ask for.
const MaxEvery = 7 * 24 * time.Hour

// maxDuration is longer than any duration that somebody may ask for.
const maxDuration = 10_000 * 24 * time.Hour

// maxSpec bounds what is parsed as a schedule; the longest useful cron expression
// with a time zone is far below.
const maxSpec = 120

// Schedule says when an article wants to be looked at. The zero value is the
// adaptive schedule.
type Schedule struct {
	spec  string
	every time.Duration // fixed interval, 0: none
	cron  cron.Schedule // nil: none
}

// ParseSchedule reads a user's schedule: "adaptive" or empty (by the article's age),
// an interval from min to 7 days ("5m", "2h", "1d", "1d12h"), or a cron expression of
// five fields, which may begin with CRON_TZ=Europe/Kyiv. What fires more often than
// min, or never, is refused. The errors are plain sentences for the person who
// typed it.
func ParseSchedule(s string, min time.Duration) (Schedule, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case s == "" || strings.EqualFold(s, "adaptive"):
		return Schedule{}, nil
	case len(s) > maxSpec:
		return Schedule{}, errors.New("this schedule is too long: use adaptive, an interval such as 15m, or a cron expression such as 0 9 * * *")
	}
	if every, ok := parseInterval(s); ok {
		switch {
		case every < min:
			return Schedule{}, fmt.Errorf("checking every %s is more often than this bot allows: use %s or more", words(every), words(min))
		case every > MaxEvery:
			return Schedule{}, fmt.Errorf("checking every %s is too seldom: use %s or less", words(every), words(MaxEvery))
		}
		return Schedule{spec: s, every: every}, nil
	}
	c, err := parseCron(s)
	if err != nil {
		return Schedule{}, err
	}
	if gap := shortestGap(c); gap < 0 {
		return Schedule{}, fmt.Errorf("%q never comes due: check its day and month", s)
	} else if gap < min {
		return Schedule{}, fmt.Errorf("%q comes due every %s at times, more often than this bot allows: leave %s or more between two checks", s, words(gap), words(min))
	}
	return Schedule{spec: s, cron: c}, nil
}

// String returns the schedule as it can be parsed again.
func (s Schedule) String() string {
	if s.spec == "" {
		return "adaptive"
	}
	return s.spec
}

// ParseDuration reads a duration as people type it: "90m", "8h", "1d12h". Days are
// 24 hours.
func ParseDuration(s string) (time.Duration, error) {
	if d, ok := parseInterval(strings.TrimSpace(s)); ok {
		return d, nil
	}
	return 0, fmt.Errorf("%q is not a duration: use a number with m, h or d, such as 8h", s)
}

// parseInterval reads "90m", "2h", "1d", "1d12h".
func parseInterval(s string) (time.Duration, bool) {
	var sum time.Duration
	rest := strings.ToLower(s)
	if rest == "" {
		return 0, false
	}
	for rest != "" {
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 6 || digits == len(rest) {
			return 0, false
		}
		n, err := strconv.Atoi(rest[:digits])
		if err != nil {
			return 0, false
		}
		var unit time.Duration
		switch rest[digits] {
		case 's':
			unit = time.Second
		case 'm':
			unit = time.Minute
		case 'h':
			unit = time.Hour
		case 'd':
			unit = 24 * time.Hour
		default:
			return 0, false
		}
		// What is longer than maxDuration is maxDuration: nothing overflows.
		sum = min(sum+min(time.Duration(n), maxDuration/unit)*unit, maxDuration)
		rest = rest[digits+1:]
	}
	return sum, true
}

func parseCron(s string) (cron.Schedule, error) {
	// cron.ParseStandard slices out of range on a time zone without fields.
	if zone, _, ok := strings.Cut(s, " "); !ok && strings.Contains(zone, "TZ=") {
		return nil, fmt.Errorf("%q names a time zone but no times: add five fields, such as %s 0 9 * * *", s, zone)
	}
	c, err := cron.ParseStandard(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a schedule: use adaptive, an interval such as 15m or 1d, or a cron expression such as CRON_TZ=Europe/London 0 9 * * 1-5", s)
	}
	return c, nil
}

// shortestGap returns the least time between two firings, or -1 when there are no
// two. Fields repeat by the hour and the day, so that some days of firing show it;
// they are counted from a fixed day, so that an expression is judged alike always.
func shortestGap(c cron.Schedule) time.Duration {
	at := c.Next(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC))
	first := at
	least := time.Duration(-1)
	for n := 0; n < 5000 && !at.IsZero(); n++ {
		next := c.Next(at)
		if next.IsZero() {
			break
		}
		if gap := next.Sub(at); least < 0 || gap < least {
			least = gap
		}
		if n >= 40 && next.Sub(first) > 72*time.Hour {
			break
		}
		at = next
	}
	return least
}

// next returns when a schedule wants the article looked at after now.
func (s Schedule) next(st *State, now time.Time, t *Timings) time.Time {
	least := now.Add(t.MinEvery)
	var at time.Time
	switch {
	case s.cron != nil:
		return s.nextTime(now, t.MinEvery)
	// Never earlier than asked, a little later, so that what was added at one moment
	// does not come due at one moment for ever.
	case s.every > 0:
		at = now.Add(s.every + jitter(st.ID, now, s.every/20))
	default:
		every := t.every(now.Sub(st.born(now)))
		at = now.Add(every + jitter(st.ID, now, every/10))
	}
	if at.Before(least) {
		return least
	}
	return at
}

// nextTime returns when a cron expression comes due after now. A check just before a
// cron time is not repeated at it, nor can an old expression outrun an instance that
// became stricter; but a check begins a little after its minute, which must not cost
// the next one.
func (s Schedule) nextTime(now time.Time, min time.Duration) time.Time {
	least := now.Add(min - late(min))
	at := s.fires(now)
	for i := 0; at.Before(least) && i < 100 && !at.IsZero(); i++ {
		at = s.fires(at)
	}
	if at.IsZero() {
		return now.Add(MaxEvery)
	}
	return at
}

// late is how much later than due a check that may be made every min can begin
// without losing its next time.
func late(min time.Duration) time.Duration {
	const most = time.Minute
	if min/10 < most {
		return min / 10
	}
	return most
}

// fires returns the first time of a cron expression after a time. Package cron drops
// the times that clocks jump over in spring; here the first of them comes an hour
// later by the clock, as if it had not jumped.
func (s Schedule) fires(after time.Time) time.Time {
	at := s.cron.Next(after)
	spec, ok := s.cron.(*cron.SpecSchedule)
	if !ok {
		return at
	}
	zone := spec.Location
	if zone == time.Local { // as cron has it: none was named
		zone = after.Location()
	}
	_, was := after.In(zone).Zone()
	if _, is := at.In(zone).Zone(); is > was {
		unmoved := *spec
		unmoved.Location = time.FixedZone("", was)
		if jumped := unmoved.Next(after); jumped.Before(at) {
			return jumped
		}
	}
	return at
}

// born returns the time from which an article's age counts: its publication, else
// the first sight of it, and again its last change.
func (st *State) born(now time.Time) time.Time {
	at := st.Published
	if at.IsZero() || at.After(now) {
		at = st.FirstSeen
	}
	if at.IsZero() {
		at = now
	}
	if st.LastChange.After(at) {
		at = st.LastChange
	}
	return at
}

// NextCheck returns the earliest time any of an article's watches wants it looked
// at. Paused watches want nothing; when all are paused it is the zero time.
func NextCheck(st State, watches []Watch, now time.Time, t Timings) time.Time {
	var first time.Time
	for _, w := range watches {
		if w.Paused {
			continue
		}
		s, err := ParseSchedule(w.Schedule, 0)
		if err != nil {
			s = Schedule{} // written by another version: better looked at than forgotten
		}
		if at := s.next(&st, now, &t); first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first
}

// jitter returns a duration below span that depends on the article and the minute
// only, so that every process gives the same answer.
func jitter(articleID string, now time.Time, span time.Duration) time.Duration {
	if span <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(articleID))
	h.Write([]byte(strconv.FormatInt(now.Unix()/60, 10)))
	// FNV's last byte touches the high bits little: mix before taking a remainder.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return time.Duration(x % uint64(span))
}

// FeedEvery is how often a feed is polled when nobody says otherwise.
const FeedEvery = 15 * time.Minute

// ParseFeedSchedule reads a user's schedule for a feed: as [ParseSchedule] does, but
// for the adaptive one, which goes by an article's age. Empty is an interval of
// [FeedEvery], or min when that is longer.
func ParseFeedSchedule(s string, min time.Duration) (Schedule, error) {
	parsed, err := ParseSchedule(s, min)
	switch {
	case err != nil || parsed.spec != "":
		return parsed, err
	case strings.TrimSpace(s) != "":
		return Schedule{}, errors.New("the adaptive schedule goes by an article's age, which a feed has not: use an interval such as 15m, or a cron expression such as 0 * * * *")
	default:
		every := max(FeedEvery, min)
		return Schedule{spec: strings.TrimSuffix(strings.TrimSuffix(every.String(), "0s"), "0m"), every: every}, nil
	}
}

// feedDue returns when a feed is polled next. What the feed asks for may only make
// that later.
func feedDue(spec, id string, now time.Time, t *Timings, asked time.Duration) time.Time {
	s, err := ParseSchedule(spec, 0)
	if err != nil || s.spec == "" { // none was chosen, or another version wrote it
		s = Schedule{every: max(t.Feeds, t.MinEvery)}
	}
	at := s.next(&State{ID: id}, now, t)
	if least := now.Add(asked); at.Before(least) {
		return least.Add(jitter(id, now, asked/20))
	}
	return at
}
