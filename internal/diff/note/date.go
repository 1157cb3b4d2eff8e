package note

import (
	"strconv"
	"strings"
	"time"

	"erratum/internal/text"
)

// stampReader reads the dates and clock times that notes carry.
type stampReader struct {
	ws     []word
	months map[string]int
	clock  map[string]bool // words of a clock time
	before map[string]bool // words that may stand before a date
	days   map[string]bool
	lang   string
}

// stamps returns a reader of the stamps of p in the language of b.
func (p *passage) stamps(b *book) stampReader {
	return stampReader{ws: p.ws, months: b.months, clock: b.clock, before: b.before, days: b.days, lang: b.lang}
}

// moment is what a date in a note says.
type moment struct {
	day   time.Time // zero when the year is not said or the order of day and month is open
	dated bool      // a day is named
	clock bool      // a time of day is named
	sure  bool      // could be nothing else: has a year, a month name or minutes
}

// read reads a date, a clock time or both at position i and returns where it ends,
// i when there is none.
func (r *stampReader) read(i int) (int, moment) {
	var m moment
	end := i
	for end < len(r.ws) {
		at := end
		for at > i && at < len(r.ws) && r.joins(at) && at-end < 2 {
			at++
		}
		if n := r.time(at); n > at && !m.clock {
			m.clock, m.sure, end = true, true, n
			continue
		}
		if m.dated {
			break
		}
		n := r.day(at, &m)
		if n == at {
			break
		}
		m.dated, end = true, n
	}
	return end, m
}

// joins reports whether a word may stand between a day and a time.
func (r *stampReader) joins(i int) bool {
	switch r.ws[i].Key {
	case ",", "at", "um", "à", "às", "a", "las", "alle", "ore", "o", "в", "о", "у", "-", "|", "gegen", "vers", "ás", "(":
		return true
	}
	return false
}

func (r *stampReader) key(i int) string {
	if i < 0 || i >= len(r.ws) {
		return ""
	}
	return r.ws[i].Key
}

func (r *stampReader) number(i int) (int, bool) {
	if i >= len(r.ws) || r.ws[i].Kind != text.Number || len(r.ws[i].Key) > 4 {
		return 0, false
	}
	n, err := strconv.Atoi(r.ws[i].Key)
	return n, err == nil
}

// day reads a calendar day.
func (r *stampReader) day(i int, m *moment) int {
	if r.days[r.key(i)] && r.key(i+1) == ":" {
		return i + 1
	}
	for _, form := range []func(int, *moment) int{r.dotted, r.parted, r.dayMonth, r.monthDay} {
		if end := form(i, m); end > i {
			return end
		}
	}
	return i
}

// dotted reads 16.04.2019 and 28.4.
func (r *stampReader) dotted(i int, m *moment) int {
	parts := strings.Split(r.key(i), ".")
	if len(parts) < 2 || len(parts) > 3 || r.ws[i].Kind != text.Number {
		return i
	}
	d, err1 := strconv.Atoi(parts[0])
	mon, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || !plausible(0, mon, d) || len(parts[1]) > 2 {
		return i
	}
	if len(parts) == 3 {
		y, err := strconv.Atoi(parts[2])
		if err != nil || !plausible(year(y), mon, d) {
			return i
		}
		m.day, m.sure = civil(year(y), mon, d), true
		return i + 1
	}
	if n, ok := r.number(i + 2); ok && r.key(i+1) == "." && n > 1900 {
		m.day, m.sure = civil(n, mon, d), true
		return i + 3
	}
	if r.key(i+1) == "." {
		return i + 2
	}
	return i + 1
}

// parted reads 2019-12-25, 25/12/2019 and 14/1.
func (r *stampReader) parted(i int, m *moment) int {
	a, ok1 := r.number(i)
	sep := r.key(i + 1)
	b, ok2 := r.number(i + 2)
	if !ok1 || !ok2 || sep != "-" && sep != "/" || r.ws[i+1].Space || r.ws[i+2].Space {
		return i
	}
	c, ok3 := r.number(i + 4)
	switch {
	case ok3 && r.key(i+3) == sep && plausible(a, b, c):
		m.day, m.sure = civil(a, b, c), true
		return i + 5
	case ok3 && r.key(i+3) == sep && a <= 31 && b <= 31 && c > 0:
		if r.lang != "en" || a > 12 {
			m.day = civil(year(c), b, a)
		}
		m.sure = true
		return i + 5
	case sep == "/" && plausible(0, b, a):
		return i + 3
	}
	return i
}

// dayMonth reads 3 March 2025, 27. Januar, 10 de febrero de 2017, 1er mai.
func (r *stampReader) dayMonth(i int, m *moment) int {
	at := i
	if r.days[r.key(i)] && r.key(i+1) == "," {
		at = i + 2
	}
	d, ok := r.number(at)
	if !ok || d < 1 || d > 31 {
		return i
	}
	at++
	for n := 0; n < 2 && isOrdinal(r.key(at)); n++ {
		at++
	}
	mon, ok := r.months[r.key(at)]
	if !ok {
		return i
	}
	return r.year(at+1, mon, d, m)
}

// monthDay reads March 3, 2025 and Jan. 27th.
func (r *stampReader) monthDay(i int, m *moment) int {
	mon, ok := r.months[r.key(i)]
	if !ok {
		return i
	}
	at := i + 1
	if r.key(at) == "." {
		at++
	}
	d, ok := r.number(at)
	if !ok || d < 1 || d > 31 {
		return i
	}
	at++
	if isOrdinal(r.key(at)) && r.key(at) != "." {
		at++
	}
	return r.year(at, mon, d, m)
}

// year reads the year after a day and month, when there is one, and sets the day.
func (r *stampReader) year(at, mon, d int, m *moment) int {
	m.sure = true
	for _, skip := range []int{0, 1, 2} {
		y, ok := r.number(at + skip)
		if ok && y > 1900 && y < 2200 {
			m.day = civil(y, mon, d)
			at += skip + 1
			if k := r.key(at); k == "р" || k == "г" || k == "року" || k == "года" {
				at++
			}
			return at
		}
		if k := r.key(at + skip); k != "," && k != "." && k != "-" && k != "de" && k != "del" {
			break
		}
	}
	return at
}

func isOrdinal(k string) bool {
	switch k {
	case "st", "nd", "rd", "th", ".", "º", "°", "er", "de", "of", "-":
		return true
	}
	return false
}

// time reads 8:05AM, 12.45 Uhr, 17h42, 1h23, 3 p.m., 09:37:00 UTC.
func (r *stampReader) time(i int) int {
	h, ok := r.number(i)
	at := i + 1
	minutes := false
	switch {
	case ok && h <= 24 && r.key(at) == ":" && !r.spaced(at+1):
		for r.key(at) == ":" && !r.spaced(at+1) {
			if n, ok := r.number(at + 1); !ok || n > 59 {
				break
			}
			at, minutes = at+2, true
		}
	case ok && h <= 24 && isHourWord(r.key(at)):
		at, minutes = at+1, true
		if n, ok := r.number(at); ok && n <= 59 && !r.spaced(at) {
			at++
		}
	case ok && h <= 24 && r.clock[r.key(at)]:
		minutes = true
	case !ok && i < len(r.ws) && isDottedClock(r.key(i)) && (r.clock[r.key(at)] || r.leadsClock(i-1)):
		minutes = true
	}
	if !minutes {
		return i
	}
	return r.zone(at)
}

// leadsClock reports whether a clock time follows the word at i: "ore 18.30",
// "(18.30)".
func (r *stampReader) leadsClock(i int) bool {
	switch r.key(i) {
	case "at", "um", "gegen", "alle", "delle", "dalle", "às", "las", "ore", "kl", "klo", "om", "(":
		return true
	}
	return false
}

// zone skips the words after a clock time: p.m. ET, Uhr, (UTC).
func (r *stampReader) zone(at int) int {
	for {
		switch k := r.key(at); {
		case r.clock[k] && r.ws[at].Kind == text.Word:
			at++
			if r.key(at) == "." && !r.spaced(at) && len(k) == 1 {
				at++
			}
		case k == "(" && r.clock[r.key(at+1)] && r.key(at+2) == ")":
			at += 3
		default:
			return at
		}
	}
}

func (r *stampReader) spaced(i int) bool { return i >= len(r.ws) || r.ws[i].Space }

// isHourWord recognises the h of 17h and the h42 of 17h42.
func isHourWord(k string) bool {
	if k == "h" || k == "hs" {
		return true
	}
	if len(k) != 3 || k[0] != 'h' {
		return false
	}
	n, err := strconv.Atoi(k[1:])
	return err == nil && n <= 59
}

func isDottedClock(k string) bool {
	h, m, ok := strings.Cut(k, ".")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	return ok && err1 == nil && err2 == nil && hour <= 24 && minute <= 59 && len(m) == 2
}

func plausible(y, m, d int) bool {
	return (y == 0 || y > 1900 && y < 2200) && m >= 1 && m <= 12 && d >= 1 && d <= 31
}

func year(y int) int {
	if y < 100 {
		return 2000 + y
	}
	return y
}

// civil returns the day, or zero when there is no such day.
func civil(y, m, d int) time.Time {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if !plausible(y, m, d) || t.Day() != d {
		return time.Time{}
	}
	return t
}
