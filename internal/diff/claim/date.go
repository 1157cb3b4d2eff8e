package claim

import (
	"fmt"
	"strconv"
	"strings"

	"erratum/internal/text"
)

// moment is a date or a time of day as far as a text gives it; zero fields are not
// given.
type moment struct {
	year, month, day int
	weekday          int // 1 Monday to 7 Sunday
	clock            int // minutes after midnight, plus one
	part             int // of the day: 1 morning to 4 night
	relative         string
}

// canon writes the moment so that equal ones are equal text.
func (m moment) canon() string {
	var b strings.Builder
	if m.year+m.month+m.day > 0 {
		fmt.Fprintf(&b, "%04d-%02d-%02d", m.year, m.month, m.day)
	}
	if m.weekday > 0 {
		fmt.Fprintf(&b, " w%d", m.weekday)
	}
	if m.clock > 0 {
		fmt.Fprintf(&b, " %02d:%02d", (m.clock-1)/60, (m.clock-1)%60)
	}
	if m.part > 0 {
		fmt.Fprintf(&b, " part%d", m.part)
	}
	if m.relative != "" {
		b.WriteString(" " + m.relative)
	}
	return strings.TrimSpace(b.String())
}

// fields lists what is given, for comparing field by field.
func (m moment) fields() [7]int {
	rel := 0
	if m.relative != "" {
		rel = 1
	}
	return [7]int{m.year, m.month, m.day, m.weekday, m.clock, m.part, rel}
}

// clashes reports whether both give a field and give it differently. Relative days
// are compared by [site.meet].
func (m moment) clashes(o moment) bool {
	a, b := m.fields(), o.fields()
	for i := range 6 {
		if a[i] != 0 && b[i] != 0 && a[i] != b[i] {
			return true
		}
	}
	if a[6] == 0 || b[6] == 0 || m.relative == o.relative {
		return false
	}
	return !strings.HasPrefix(m.relative, "day") || !strings.HasPrefix(o.relative, "day")
}

// shares reports whether both give a common field.
func (m moment) shares(o moment) bool {
	a, b := m.fields(), o.fields()
	for i := range a {
		if a[i] != 0 && b[i] != 0 {
			return true
		}
	}
	return false
}

// covers reports whether everything that o gives stands in m, the part of a day apart.
func (m moment) covers(o moment) bool {
	a, b := m.fields(), o.fields()
	for i := range 5 {
		if b[i] != 0 && a[i] != b[i] {
			return false
		}
	}
	return o.relative == "" || m.relative == o.relative
}

// join adds the fields of o where m has none; false when they speak of the same.
func (m moment) join(o moment) (moment, bool) {
	if o.part > 0 && o == (moment{part: o.part}) && m.part == 0 {
		m.part = o.part // "yesterday evening"
		return m, true
	}
	if m.shares(o) || m.relative != "" || o.relative != "" {
		return m, false
	}
	m.year += o.year
	m.month += o.month
	m.day += o.day
	m.weekday += o.weekday
	m.clock += o.clock
	m.part += o.part
	return m, true
}

// readDates finds dates, weekdays, times of day and relative days.
func (p *passage) readDates() []found {
	var out []found
	for i := 0; i < p.size(); {
		at, to := p.dateAt(i)
		if to <= i {
			i++
			continue
		}
		f := found{from: i, to: to, at: at, weak: at == moment{part: at.part}}
		if n := len(out); n > 0 && p.beside(out[n-1].to, i) {
			if both, ok := out[n-1].at.join(at); ok {
				out[n-1].at, out[n-1].to = both, to
				i = to
				continue
			}
		}
		out = append(out, f)
		i = to
	}
	for i := range out {
		out[i].Value = Value{Text: p.cut(out[i].from, out[i].to), Canon: out[i].at.canon()}
	}
	return out
}

// beside reports whether only a comma stands between two dates ("Tuesday, March 3").
func (p *passage) beside(to, from int) bool {
	if from >= p.size() || p.sent[to-1] != p.sent[from] {
		return false
	}
	return to == from || to+1 == from && (p.key(to) == "," || p.key(to) == "(")
}

// dateAt reads the date that starts at token i; to is i when there is none.
func (p *passage) dateAt(i int) (moment, int) {
	if p.tokens[i].Kind == text.Number {
		for _, read := range []func(int) (moment, int){p.isoDate, p.clockAt, p.dayMonth, p.yearAlone} {
			if m, to := read(i); to > i {
				return m, to
			}
		}
		return moment{}, i
	}
	if p.tokens[i].Kind != text.Word || p.terms[i].entry == nil {
		return moment{}, i
	}
	if m, to := p.monthDay(i); to > i {
		return m, to
	}
	if ph := p.match(i, secRelative); ph != nil {
		return moment{relative: ph.canon}, i + 1 + len(ph.rest)
	}
	if m, to := p.clockInWords(i); to > i {
		return m, to
	}
	if ph := p.match(i, secDaypart); ph != nil {
		return moment{part: int(ph.value)}, i + 1
	}
	if ph := p.match(i, secDaytime); ph != nil {
		return moment{clock: int(ph.value) + 1}, i + 1
	}
	if ph := p.match(i, secWeekday); ph != nil && (len(ph.rest) > 0 || p.properName(i, secWeekdayWord)) {
		return moment{weekday: int(ph.value)}, p.skipDot(i+1+len(ph.rest), i)
	}
	return moment{}, i
}

// properName reports whether a month or weekday is written as its language writes
// them, and, if the word has another meaning, whether it is no sentence's first.
func (p *passage) properName(i int, ambiguous section) bool {
	if !p.lex.format.capital {
		return !p.is(i, ambiguous) || p.is(i-1, secMonthLead)
	}
	if !text.IsUpperStart(p.tokens[i].Text) {
		return false
	}
	return !p.is(i, ambiguous) || !p.starts(i) && !p.capital
}

// skipDot steps over the dot of an abbreviation ("Jan.").
func (p *passage) skipDot(to, word int) int {
	if p.key(to) == "." && p.glued(to) && len(p.key(word)) <= 4 && to+1 < p.size() && p.sent[to+1] == p.sent[to] {
		return to + 1
	}
	return to
}

// monthAt reads a month name.
func (p *passage) monthAt(i int) (month, to int) {
	ph := p.match(i, secMonth)
	if ph == nil || p.lex.format.capital && !text.IsUpperStart(p.tokens[i].Text) {
		return 0, i
	}
	return int(ph.value), p.skipDot(i+1, i)
}

// dayOf reads a day of the month, with its ordinal ending.
func (p *passage) dayOf(i int) (day, to int) {
	if i >= p.size() || p.tokens[i].Kind != text.Number || len(p.key(i)) > 2 {
		return 0, i
	}
	n, err := strconv.Atoi(p.key(i))
	if err != nil || n < 1 || n > 31 {
		return 0, i
	}
	to = i + 1
	to = p.ordinalEnd(to)
	if p.glued(to) && (p.key(to) == ":" || p.key(to) == "%" || p.key(to) == "-" && p.glued(to+1)) {
		return 0, i
	}
	return n, to
}

// yearOf reads a year of four digits.
func (p *passage) yearOf(i int) (year, to int) {
	if i >= p.size() || p.tokens[i].Kind != text.Number || len(p.key(i)) != 4 {
		return 0, i
	}
	n, err := strconv.Atoi(p.key(i))
	if err != nil || n < 1000 || n > 2199 {
		return 0, i
	}
	return n, i + 1
}

// yearAfter reads ", 2025", "of 2025" or "2025" after a date.
func (p *passage) yearAfter(i int) (year, to int) {
	j := i
	if p.key(j) == "," || p.is(j, secDateJoin) {
		j++
	}
	if y, to := p.yearOf(j); to > j {
		if tail := p.match(to, secUnit); tail != nil && tail.canon == "year" && p.lex.lang != "en" {
			return y, p.skipDot(to+1, to) // "3 березня 2024 року"
		}
		if j == i || !p.countsAfter(to) {
			return y, to
		}
	}
	return 0, i
}

// dayMonth reads "3 March 2025", "3rd of March", "27. Januar".
func (p *passage) dayMonth(i int) (moment, int) {
	d, j := p.dayOf(i)
	if j == i {
		return moment{}, i
	}
	if k := p.key(j); k == "." || k == "-" || p.is(j, secDateJoin) {
		j++
	}
	m, to := p.monthAt(j)
	if to == j {
		return moment{}, i
	}
	if p.key(to) == "-" && p.glued(to) {
		if y, end := p.yearOf(to + 1); end > to+1 {
			return moment{day: d, month: m, year: y}, end
		}
	}
	y, end := p.yearAfter(to)
	return moment{day: d, month: m, year: y}, end
}

// monthDay reads "March 3, 2025", "March 2025" and a bare "March".
func (p *passage) monthDay(i int) (moment, int) {
	m, j := p.monthAt(i)
	if j == i {
		return moment{}, i
	}
	d, to := p.dayOf(j)
	if ph := p.match(j, secCardinal); ph != nil && ph.value >= 1 && !p.countsAfter(j+1) {
		d, to = int(ph.value), j+1 // "May two"
	}
	if to > j && !p.countsAfter(to) {
		y, end := p.yearAfter(to)
		return moment{month: m, day: d, year: y}, end
	}
	if y, to := p.yearAfter(j); to > j {
		return moment{month: m, year: y}, to
	}
	if p.is(i, secMonthWord) && (p.capital || p.starts(i) || !p.is(i-1, secMonthLead)) {
		return moment{}, i
	}
	return moment{month: m}, j
}

// isoDate reads 2025-03-03 and, by the order of the language, 3/4/2025.
func (p *passage) isoDate(i int) (moment, int) {
	if parts := strings.Split(p.key(i), "."); len(parts) == 3 {
		if m, ok := p.numericDate(parts); ok {
			return m, i + 1 // "03.06.2024"
		}
	}
	if i+4 >= p.size() || p.tokens[i+2].Kind != text.Number || p.tokens[i+4].Kind != text.Number {
		return moment{}, i
	}
	sep := p.key(i + 1)
	if sep != p.key(i+3) || sep != "-" && sep != "/" && sep != "." || !p.glued(i+2) || !p.glued(i+4) {
		return moment{}, i
	}
	m, ok := p.numericDate([]string{p.key(i), p.key(i + 2), p.key(i + 4)})
	if !ok {
		return moment{}, i
	}
	return m, i + 5
}

// numericDate reads the three figures of a date, by the order of the language.
func (p *passage) numericDate(parts []string) (moment, bool) {
	var n [3]int
	for k, s := range parts {
		v, err := strconv.Atoi(s)
		if err != nil {
			return moment{}, false
		}
		n[k] = v
	}
	m := moment{year: n[0], month: n[1], day: n[2]}
	if len(parts[0]) != 4 {
		m = moment{year: n[2], month: n[0], day: n[1]}
		if p.lex.format.dayFirst {
			m.month, m.day = m.day, m.month
		}
	}
	if m.year < 1000 || m.year > 2199 || m.month < 1 || m.month > 12 || m.day < 1 || m.day > 31 {
		return moment{}, false
	}
	return m, true
}

// yearAlone reads a bare year: after a word that leads to one, or between words of
// which none is counted by it.
func (p *passage) yearAlone(i int) (moment, int) {
	y, to := p.yearOf(i)
	if to == i || p.money(i) || p.glued(i) && p.key(i-1) != "(" && p.key(i-1) != "-" && p.key(i-1) != "/" && p.key(i-1) != `"` && p.key(i-1) != "'" {
		return moment{}, i
	}
	if p.key(to) == "s" && p.glued(to) {
		return moment{year: y, relative: "decade"}, to + 1
	}
	if tail := p.match(to, secUnit); tail != nil && tail.canon == "year" && p.lex.lang != "en" {
		return moment{year: y}, p.skipDot(to+1, to) // "2024 року"
	}
	if p.glued(to) && p.key(to) != "-" && p.tokens[to].Kind != text.Punct || p.is(to, secUnit) || p.is(to, secPercent) || p.is(to, secCurrency) || p.is(to, secMagnitude) {
		return moment{}, i
	}
	if p.glued(i) && p.key(i-1) == "-" && i >= 2 && p.word(i-2) && text.IsUpperStart(p.tokens[i-2].Text) && p.glued(i-1) && !p.is(i-2, secMonth) {
		return moment{}, i // CVE-2024
	}
	if y >= 1200 && p.is(i-1, secYearLead) && !p.countsAfter(to) {
		return moment{year: y}, to
	}
	if y < 1900 || y > 2099 || p.countsAfter(to) || p.lex.lang != "en" && to < p.size() && p.sent[to] == p.sent[i] && p.content1(to) {
		return moment{}, i
	}
	return moment{year: y}, to
}

// money reports whether a currency sign stands before token i.
func (p *passage) money(i int) bool {
	return i > 0 && p.is(i-1, secCurrency) && p.sent[i-1] == p.sent[i]
}

// countsAfter reports whether the word at token i is something counted: a plural in
// small letters, or a unit.
func (p *passage) countsAfter(i int) bool {
	if !p.word(i) {
		return i < p.size() && (p.is(i, secPercent) || p.is(i, secCurrency))
	}
	k := p.key(i)
	if p.is(i, secPlural) || p.is(i, secUnit) || p.is(i, secMagnitude) || p.is(i, secPercent) {
		return true
	}
	return p.lex.lang == "en" && len(k) > 3 && strings.HasSuffix(k, "s") && !strings.HasSuffix(k, "ss") &&
		!text.IsUpperStart(p.tokens[i].Text) && !p.terms[i].function && !p.is(i, secVerb) && p.key(i) != "'s"
}
