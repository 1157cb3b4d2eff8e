package claim

import (
	"strconv"
	"strings"

	"erratum/internal/text"
)

// clockAt reads a time of day: "3pm", "3:30 p.m.", "15:00", "15.30 Uhr", "15h30",
// "15 h 30", and, after the words that lead to one, "alle 15.30", "a las 15".
func (p *passage) clockAt(i int) (moment, int) {
	hourText, minuteText, to := p.key(i), "", i+1
	if h, m, ok := strings.Cut(hourText, "."); ok {
		hourText, minuteText = h, m // "3.30pm"
	}
	colon := p.key(to) == ":" && p.glued(to) && p.glued(to+1) && p.tokens[to+1].Kind == text.Number
	if colon {
		minuteText = p.key(to + 1)
		to += 2
	}
	hour, minute, ok := readClock(hourText, minuteText)
	if !ok {
		return moment{}, i
	}
	if ph := p.match(to, secClock); ph != nil {
		if hour > 12 {
			return moment{}, i
		}
		hour %= 12
		if ph.canon == "pm" {
			hour += 12
		}
		to++
	} else if noon := p.match(to, secDaytime); noon != nil && hour == 12 && minuteText == "" {
		return moment{clock: int(noon.value) + 1}, to + 1 + len(noon.rest) // "12 noon"
	} else if m, end := p.hourAfter(i, to, minuteText); end > to {
		to, minute = end, minute+m
	} else if !colon && !p.leadsClock(i, to, minuteText) {
		return moment{}, i
	}
	if p.is(to, secZone) {
		to++
	}
	return moment{clock: hour*60 + minute + 1}, to
}

// readClock reads hour and minute, of which the latter may be empty.
func readClock(hourText, minuteText string) (hour, minute int, ok bool) {
	hour, err := strconv.Atoi(hourText)
	if err != nil || hour > 24 || len(hourText) > 2 || minuteText != "" && len(minuteText) != 2 {
		return 0, 0, false
	}
	if minuteText == "" {
		return hour, 0, true
	}
	minute, err = strconv.Atoi(minuteText)
	return hour, minute, err == nil && minute <= 59
}

// hourAfter steps over the word for the hour after the figure at token i, with the
// minutes behind it. Where the word counts hours as well ("15 heures"), a lead must
// stand before the figure.
func (p *passage) hourAfter(i, to int, minutes string) (minute, end int) {
	if k := strings.TrimSuffix(p.key(to), "m"); p.glued(to) && minutes == "" && len(k) == 3 && k[0] == 'h' { // "15h30", "15h30m"
		if m, err := strconv.Atoi(k[1:]); err == nil && m < 60 {
			return m, to + 1
		}
	}
	ph := p.match(to, secHour)
	if ph == nil || ph.class == "counted" && !p.led(i) {
		return 0, to
	}
	end = to + 1 + len(ph.rest)
	if minutes == "" && end < p.size() && p.tokens[end].Kind == text.Number && len(p.key(end)) == 2 && p.sent[end] == p.sent[i] {
		if m, err := strconv.Atoi(p.key(end)); err == nil && m < 60 {
			return m, end + 1
		}
	}
	return 0, end
}

// led reports whether the words before a figure lead to a time of day ("a las").
func (p *passage) led(i int) bool {
	ph, from := p.matchBefore(i-1, secClockLead)
	return ph != nil && p.sent[from] == p.sent[i]
}

// tellLead marks the words that lead to the time of day at token i as spoken of: "alle
// ore 20" and "alle 20".
func (p *passage) tellLead(i int) {
	if ph, from := p.matchBefore(i-1, secClockLead); ph != nil {
		p.tell(from, i)
	}
}

// leadsClock reports whether a figure without any word for the hour is a time of day:
// after words that lead to one, and nothing is counted by it.
func (p *passage) leadsClock(i, to int, minutes string) bool {
	ph, from := p.matchBefore(i-1, secClockLead)
	if ph == nil || p.sent[from] != p.sent[i] || ph.class == "minutes" && minutes == "" {
		return false
	}
	if to >= p.size() || p.sent[to] != p.sent[i] {
		return true
	}
	return p.tokens[to].Kind != text.Symbol && !p.content1(to) && !(p.key(to) == "-" && p.glued(to))
}

// clockInWords reads "half past seven", "a quarter to 8" without its article.
func (p *passage) clockInWords(i int) (moment, int) {
	part, side := p.match(i, secFraction), p.match(i+1, secClockPast)
	if part == nil || side == nil {
		return moment{}, i
	}
	hour := 0.
	if ph := p.match(i+2, secCardinal); ph != nil {
		hour = ph.value
	} else if d, to := p.dayOf(i + 2); to > i+2 {
		hour = float64(d)
	}
	if hour < 1 || hour > 12 || side.value < 0 && part.value == .5 {
		return moment{}, i
	}
	return moment{clock: int(hour*60+side.value*part.value*60) + 1}, i + 3
}
