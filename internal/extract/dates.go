package extract

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// layouts of machine-written dates, most precise first. A zone that is not stated
// is taken as UTC.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05-07", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700",
	"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 MST",
	"2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04 Z0700", "2006-01-02 15:04", "2006-01-02", "2006-01-02Z07:00",
	"2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02", "20060102T150405Z0700", "20060102T150405", "20060102", "20060102150405",
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05",
	"Mon Jan 2 15:04:05 MST 2006", "Mon Jan 2 15:04:05 -0700 2006", "Mon Jan 2 15:04:05 2006",
	"Mon Jan 02 2006 15:04:05 GMT-0700", "2 Jan 2006 15:04:05 -0700",
}

// parseDate reads a machine-written or plainly worded date. The zero time means that
// it could not, or that the date makes no sense for a news page. lang helps to read
// the order of day and month.
func parseDate(s, lang string) time.Time {
	s = collapse(s)
	if len(s) < 6 || len(s) > 120 {
		return time.Time{}
	}
	t, ok := parseLayouts(s)
	if !ok {
		t = parseWorded(s, lang)
	}
	if t.Year() < 1990 || t.Year() > 2100 {
		return time.Time{}
	}
	return t.UTC()
}

// parseLayouts tries the machine-written forms.
func parseLayouts(s string) (time.Time, bool) {
	if strings.HasSuffix(s, "]") { // Java: 2025-01-02T10:00+01:00[Europe/Berlin]
		if i := strings.IndexByte(s, '['); i > 0 {
			s = s[:i]
		}
	}
	if !opensDate(s) {
		return time.Time{}, false
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return atZone(t), true
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch {
		case n > 600_000_000 && n < 4_000_000_000:
			return time.Unix(n, 0), true
		case n > 600_000_000_000 && n < 4_000_000_000_000:
			return time.UnixMilli(n), true
		}
	}
	return time.Time{}, false
}

// opensDate reports whether a text begins as the layouts do: with a digit or a
// weekday. Most texts that are tried do not, and trying all layouts is dear.
func opensDate(s string) bool {
	if s[0] >= '0' && s[0] <= '9' {
		return true
	}
	return len(s) > 4 && strings.Contains("MonTueWedThuFriSatSun", s[:3]) && (s[3] == ',' || s[3] == ' ')
}

// zoneHours are the offsets of zone names that pages print. Go gives a name it does
// not know the offset 0.
var zoneHours = map[string]float64{
	"UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "IST": 5.5, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
	"MSK": 3, "TRT": 3, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "PT": -8,
	"JST": 9, "KST": 9, "SAST": 2, "AEST": 10, "AEDT": 11, "NZST": 12, "BRT": -3, "ART": -3, "HKT": 8, "SGT": 8,
}

// atZone gives a time with a zone name its offset.
func atZone(t time.Time) time.Time {
	name, offset := t.Zone()
	h, ok := zoneHours[name]
	if !ok || offset != 0 || h == 0 {
		return t
	}
	return t.Add(-time.Duration(h * float64(time.Hour)))
}

// months are the names of months and their usual short forms in the eight languages
// and a few more that news pages came in.
var months = map[string]time.Month{
	"jan": 1, "january": 1, "januar": 1, "jänner": 1, "jän": 1, "janvier": 1, "janv": 1, "enero": 1, "ene": 1, "janeiro": 1, "gennaio": 1, "gen": 1, "січня": 1, "января": 1, "янв": 1, "січ": 1, "januari": 1, "stycznia": 1, "ledna": 1,
	"feb": 2, "february": 2, "februar": 2, "février": 2, "févr": 2, "fév": 2, "febrero": 2, "fevereiro": 2, "fev": 2, "febbraio": 2, "лютого": 2, "февраля": 2, "фев": 2, "лют": 2, "februari": 2, "lutego": 2, "února": 2,
	"mar": 3, "march": 3, "märz": 3, "mär": 3, "mars": 3, "marzo": 3, "março": 3, "березня": 3, "марта": 3, "мар": 3, "бер": 3, "marca": 3, "března": 3, "maart": 3,
	"apr": 4, "april": 4, "avril": 4, "avr": 4, "abril": 4, "abr": 4, "aprile": 4, "квітня": 4, "апреля": 4, "апр": 4, "квіт": 4, "kwietnia": 4, "dubna": 4,
	"may": 5, "mai": 5, "mayo": 5, "maio": 5, "maggio": 5, "mag": 5, "травня": 5, "мая": 5, "трав": 5, "maj": 5, "maja": 5, "května": 5, "mei": 5,
	"jun": 6, "june": 6, "juni": 6, "juin": 6, "junio": 6, "junho": 6, "giugno": 6, "giu": 6, "червня": 6, "июня": 6, "июн": 6, "черв": 6, "czerwca": 6, "června": 6,
	"jul": 7, "july": 7, "juli": 7, "juillet": 7, "juil": 7, "julio": 7, "julho": 7, "luglio": 7, "lug": 7, "липня": 7, "июля": 7, "июл": 7, "лип": 7, "lipca": 7, "července": 7,
	"aug": 8, "august": 8, "août": 8, "aout": 8, "agosto": 8, "ago": 8, "серпня": 8, "августа": 8, "авг": 8, "серп": 8, "augusti": 8, "sierpnia": 8, "srpna": 8, "augustus": 8,
	"sep": 9, "sept": 9, "september": 9, "septembre": 9, "septiembre": 9, "setembro": 9, "set": 9, "settembre": 9, "вересня": 9, "сентября": 9, "сен": 9, "сент": 9, "вер": 9, "września": 9, "září": 9,
	"oct": 10, "october": 10, "okt": 10, "oktober": 10, "octobre": 10, "octubre": 10, "outubro": 10, "out": 10, "ottobre": 10, "ott": 10, "жовтня": 10, "октября": 10, "окт": 10, "жовт": 10, "października": 10, "října": 10,
	"nov": 11, "november": 11, "novembre": 11, "noviembre": 11, "novembro": 11, "листопада": 11, "ноября": 11, "ноя": 11, "нояб": 11, "лист": 11, "listopada": 11, "listopadu": 11,
	"dec": 12, "december": 12, "dez": 12, "dezember": 12, "décembre": 12, "déc": 12, "diciembre": 12, "dic": 12, "dezembro": 12, "dicembre": 12, "грудня": 12, "декабря": 12, "дек": 12, "груд": 12, "grudnia": 12, "prosince": 12,
}

// dateScan reads a date from words: day, month, year, clock and zone in any order.
type dateScan struct {
	month        time.Month
	year, day    int
	hour, minute int
	clock        bool
	zone         string
}

// parseWorded reads dates as people print them: "29 January 2025 05:53 GMT",
// "27. Januar 2025, 14:05 Uhr", "Jan. 27, 2025 3:04 p.m. ET", "2025年1月27日". Year,
// month and day must all be there.
func parseWorded(s, lang string) time.Time {
	ws := dateWords(s)
	d := dateScan{}
	for i, w := range ws {
		d.read(w, ws, i, lang)
	}
	if d.month == 0 || d.year == 0 || d.day == 0 || d.day > 31 {
		return time.Time{}
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.minute, 0, 0, time.UTC)
	if t.Day() != d.day {
		return time.Time{}
	}
	return t.Add(-time.Duration(zoneHours[d.zone] * float64(time.Hour)))
}

// read takes one word into account; the first date of the text wins.
func (d *dateScan) read(w string, ws []string, i int, lang string) {
	if m, ok := monthOf(w); ok && d.month == 0 && besideNumber(ws, i) {
		d.month = m
		return
	}
	if _, ok := zoneHours[w]; ok && d.clock {
		if d.zone == "" {
			d.zone = w
		}
		return
	}
	if h, m, ok := clockOf(w); ok {
		if !d.clock {
			d.hour, d.minute, d.clock = h, m, true
			d.meridiem(ws, i)
		}
		return
	}
	if y, m, day, ok := numericDate(w, lang); ok {
		if d.month == 0 && d.year == 0 {
			d.year, d.month, d.day = y, time.Month(m), day
		}
		return
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimRight(w, ".stndrhoº"), "er"))
	switch {
	case err != nil:
	case n >= 1990 && n <= 2100 && d.year == 0 && d.month != 0:
		d.year = n
	case n >= 1 && n <= 31 && d.day == 0 && besideMonth(ws, i):
		d.day = n
	}
}

// monthOf reads the name of a month, or a usual short form of it.
func monthOf(w string) (time.Month, bool) {
	m, ok := months[strings.ToLower(strings.TrimRight(w, "."))]
	return m, ok
}

// meridiem adds 12 hours for "pm" beside the clock.
func (d *dateScan) meridiem(ws []string, i int) {
	w := strings.ToLower(strings.ReplaceAll(ws[i], ".", ""))
	if i+1 < len(ws) {
		w += " " + strings.ToLower(strings.ReplaceAll(ws[i+1], ".", ""))
	}
	switch {
	case strings.Contains(w, "pm") && d.hour < 12:
		d.hour += 12
	case strings.Contains(w, "am") && d.hour == 12:
		d.hour = 0
	}
}

// dateMarks follow the numbers of Chinese, Japanese and Korean dates.
var dateMarks = strings.NewReplacer("年", "-", "月", "-", "日", " ", "년 ", "-", "월 ", "-", "일", " ", "時", ":", "分", " ", "시 ", ":", "분", " ")

// dateWords cuts at spaces and commas and parts 2025年1月27日.
func dateWords(s string) []string {
	s = dateMarks.Replace(s)
	return strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|()·•–—", r) })
}

func besideNumber(ws []string, i int) bool {
	for _, j := range []int{i - 2, i - 1, i + 1, i + 2} {
		if j >= 0 && j < len(ws) && ws[j] != "" && ws[j][0] >= '0' && ws[j][0] <= '9' {
			return true
		}
	}
	return false
}

func besideMonth(ws []string, i int) bool {
	for _, j := range []int{i - 2, i - 1, i + 1, i + 2} {
		if j >= 0 && j < len(ws) {
			if _, ok := monthOf(ws[j]); ok {
				return true
			}
		}
	}
	return false
}

// clockOf reads 14:05, 14.05 is no clock, 14h05, 3:04pm.
func clockOf(w string) (h, m int, ok bool) {
	i := strings.IndexAny(w, ":h")
	if i < 1 || i > 2 || len(w) < i+3 {
		return 0, 0, false
	}
	h, err := strconv.Atoi(w[:i])
	m, err2 := strconv.Atoi(w[i+1 : i+3])
	return h, m, err == nil && err2 == nil && h < 24 && m < 60
}

// numericDate reads 27.01.2025, 27.01.25, 2025-01-27 and, where day and month can be told,
// 27/01/2025.
func numericDate(w, lang string) (y, m, d int, ok bool) {
	w = strings.TrimRight(w, ".-")
	var parts []string
	var sep byte
	for _, s := range []byte("./-") {
		if p := strings.Split(w, string(s)); len(p) == 3 {
			parts, sep = p, s
		}
	}
	if parts == nil {
		return
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return
		}
		n[i] = v
	}
	switch {
	case n[0] >= 1990:
		y, m, d = n[0], n[1], n[2]
	case sep == '.' && len(parts[2]) == 2: // 27.01.25
		y, m, d = 2000+n[2], n[1], n[0]
	case n[2] < 1990:
		return
	case sep == '.' || n[0] > 12 || (lang != "en" && lang != ""):
		y, m, d = n[2], n[1], n[0]
	case n[1] > 12:
		y, m, d = n[2], n[0], n[1]
	default:
		return // 03/04/2025: nobody can tell
	}
	return y, m, d, m >= 1 && m <= 12 && d >= 1 && d <= 31
}
