package quality

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// grouped are numbers whose thousands are set apart, by language.
var grouped = map[string]struct {
	form *regexp.Regexp
	sign string
}{
	"en": {regexp.MustCompile(`\d{1,3}(?:,\d{3})+`), ","},
	"de": {regexp.MustCompile(`\d{1,3}(?:\.\d{3})+`), "."},
	"es": {regexp.MustCompile(`\d{1,3}(?:\.\d{3})+`), "."},
	"pt": {regexp.MustCompile(`\d{1,3}(?:\.\d{3})+`), "."},
	"it": {regexp.MustCompile(`\d{1,3}(?:\.\d{3})+`), "."},
	"fr": {regexp.MustCompile(`\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+`), "\u202f"},
	"uk": {regexp.MustCompile(`\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+`), "\u00a0"},
	"ru": {regexp.MustCompile(`\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+`), "\u00a0"},
}

var (
	digits      = regexp.MustCompile(`\d+`)
	plainNumber = regexp.MustCompile(`\d{4,7}`)
	smallNumber = regexp.MustCompile(`\d{1,2}`)
	// goesOn is what makes a number of more than the digits before it.
	goesOn = regexp.MustCompile(`^[.,:/'’–\-\x{a0}\x{202f}# ]\d|^[–%°]`)
	// noNoun is what follows a number that counts nothing.
	noNoun = regexp.MustCompile(`^ (?:a\.m|p\.m|am|pm|o'clock|o’clock|of|or|and|to|per|in|at|on|for|million|billion|trillion|hundred|thousand|dozen|bn|m)\b`)
)

// smallNumbers are English number words by their value. "One" is a pronoun as well.
var smallNumbers = [...]string{2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}

// numberForms writes 1,300 as 1300 and the other way about, as the language does, and
// in English "twelve" as 12 and the other way about.
func numberForms(_ *corpus, lang, block string, _ *rand.Rand) []swap {
	var out []swap
	if g := grouped[lang]; g.form != nil {
		for _, m := range g.form.FindAllStringIndex(block, -1) {
			if isFigure(block, m) {
				out = append(out, swap{from: m[0], to: m[1], with: strings.Join(digits.FindAllString(block[m[0]:m[1]], -1), "")})
			}
		}
		for _, m := range plainNumber.FindAllStringIndex(block, -1) {
			n, err := strconv.Atoi(block[m[0]:m[1]])
			isYear := n >= 1000 && n < 2200
			if err == nil && !isYear && n >= 1000 && isFigure(block, m) && opensLower(block[m[1]:]) {
				out = append(out, swap{from: m[0], to: m[1], with: group(block[m[0]:m[1]], g.sign)})
			}
		}
	}
	if lang == "en" {
		out = append(out, numberWords(block)...)
	}
	return out
}

// group sets the thousands of a number apart.
func group(number, sign string) string {
	for i := len(number) - 3; i > 0; i -= 3 {
		number = number[:i] + sign + number[i:]
	}
	return number
}

// isFigure reports whether a run of digits is a number of its own and no part of a
// word, date, clock, decimal or larger number.
func isFigure(s string, m []int) bool {
	if !isWhole(s, m[0], m[1]) {
		return false
	}
	before, after := s[:m[0]], s[m[1]:]
	if last, _ := utf8.DecodeLastRuneInString(before); strings.ContainsRune(".,:/'’–-\u00a0\u202f#", last) {
		return false
	}
	return !goesOn.MatchString(after)
}

// numberWords swaps small English numbers that count something: a lower-case word
// before them and one that could be a noun after.
func numberWords(block string) []swap {
	var out []swap
	counts := func(from, to int) bool {
		before := strings.Fields(block[:from])
		return isWhole(block, from, to) && opensLower(block[to:]) && len(before) > 0 && isLower(before[len(before)-1]) &&
			!noNoun.MatchString(block[to:])
	}
	for n, w := range smallNumbers {
		for _, at := range wholes(block, w) {
			if w != "" && counts(at[0], at[1]) {
				out = append(out, swap{from: at[0], to: at[1], with: strconv.Itoa(n)})
			}
		}
	}
	for _, m := range smallNumber.FindAllStringIndex(block, -1) {
		n, err := strconv.Atoi(block[m[0]:m[1]])
		if err == nil && n >= 2 && n < len(smallNumbers) && isFigure(block, m) && counts(m[0], m[1]) {
			out = append(out, swap{from: m[0], to: m[1], with: smallNumbers[n]})
		}
	}
	return out
}

const months = `January|February|March|April|May|June|July|August|September|October|November|December`

var (
	monthFirst = regexp.MustCompile(`\b(` + months + `) (\d{1,2})\b(?:, (\d{4})\b)?`)
	dayFirst   = regexp.MustCompile(`\b(\d{1,2}) (` + months + `)\b(?: (\d{4})\b)?`)
	shortMonth = regexp.MustCompile(`\b(Jan|Feb|Aug|Sept|Oct|Nov|Dec)\. (\d{1,2})\b`)
)

// dateForms writes an English "March 3, 2025" as "3 March 2025" and the other way
// about, and "Jan. 3" as "January 3".
func dateForms(_ *corpus, lang, block string, _ *rand.Rand) []swap {
	if lang != "en" {
		return nil
	}
	var out []swap
	add := func(m []int, with string) {
		if isFigure(block, m[:2]) {
			out = append(out, swap{from: m[0], to: m[1], with: with})
		}
	}
	part := func(m []int, i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return block[m[2*i]:m[2*i+1]]
	}
	for _, m := range monthFirst.FindAllStringSubmatchIndex(block, -1) {
		add(m, strings.TrimSpace(part(m, 2)+" "+part(m, 1)+" "+part(m, 3)))
	}
	for _, m := range dayFirst.FindAllStringSubmatchIndex(block, -1) {
		with := part(m, 2) + " " + part(m, 1)
		if year := part(m, 3); year != "" {
			with += ", " + year
		}
		add(m, with)
	}
	for _, m := range shortMonth.FindAllStringSubmatchIndex(block, -1) {
		for _, full := range strings.Split(months, "|") {
			if strings.HasPrefix(full, part(m, 1)[:3]) {
				add(m, full+" "+part(m, 2))
			}
		}
	}
	return out
}

// spellingPairs are English words in British and American spelling, as any dictionary
// has them.
const spellingPairs = `colour color colours colors coloured colored favour favor favours favors favoured favored favourite favorite
honour honor honours honors honoured honored labour labor neighbour neighbor neighbours neighbors neighbouring neighboring
neighbourhood neighborhood behaviour behavior harbour harbor rumour rumor rumours rumors humour humor flavour flavor endeavour endeavor
centre center centres centers centred centered theatre theater theatres theaters metre meter metres meters kilometre kilometer
kilometres kilometers litre liter litres liters fibre fiber
organise organize organised organized organising organizing organisation organization organisations organizations
recognise recognize recognised recognized realise realize realised realized emphasise emphasize emphasised emphasized
criticise criticize criticised criticized apologise apologize apologised apologized authorise authorize authorised authorized
prioritise prioritize minimise minimize maximise maximize specialise specialize specialised specialized
defence defense offence offense travelled traveled travelling traveling traveller traveler cancelled canceled
labelled labeled modelling modeling fuelled fueled signalled signaled programme program programmes programs
catalogue catalog dialogue dialog grey gray jewellery jewelry ageing aging judgement judgment analyse analyze analysed analyzed
sceptical skeptical manoeuvre maneuver paediatric pediatric towards toward afterwards afterward learnt learned`

// spellings writes a word as the other side of the Atlantic does, and German ß as ss.
func spellings(_ *corpus, lang, block string, _ *rand.Rand) []swap {
	var out []swap
	other := map[string]string{}
	if lang == "en" {
		pairs := strings.Fields(spellingPairs)
		for i := 0; i+1 < len(pairs); i += 2 {
			other[pairs[i]], other[pairs[i+1]] = pairs[i+1], pairs[i]
		}
	}
	for _, m := range letterRun.FindAllStringIndex(block, -1) {
		word := block[m[0]:m[1]]
		switch with := other[word]; {
		case with != "":
			out = append(out, swap{from: m[0], to: m[1], with: with})
		case lang == "de" && isLower(word) && strings.Contains(word, "ß"):
			out = append(out, swap{from: m[0], to: m[1], with: strings.ReplaceAll(word, "ß", "ss")})
		}
	}
	return out
}

var (
	halfDay   = regexp.MustCompile(`\b(\d{1,2})(?:[:.](\d\d))? ?(a|p)(?:m\b|\.m\.)`)
	wholeDay  = regexp.MustCompile(`\b(?:at|by|until|from) ((?:1[3-9]|2[0-3]):\d\d)\b`)
	germanDay = regexp.MustCompile(`\b(\d{1,2})(?:[:.](\d\d))? Uhr`)
	frenchDay = regexp.MustCompile(`\b(\d{1,2}) ?h ?(\d\d)?\b`)
)

// clockForms writes a time of day in another form of the language: 3pm, 3 p.m., 15:00;
// 15 Uhr, 15:00 Uhr; 15h30, 15 h 30.
func clockForms(_ *corpus, lang, block string, r *rand.Rand) []swap {
	var out []swap
	add := func(from, to int, forms ...string) {
		forms = slices.DeleteFunc(forms, func(f string) bool { return f == block[from:to] })
		if isFigure(block, []int{from, to}) {
			out = append(out, swap{from: from, to: to, with: forms[r.IntN(len(forms))]})
		}
	}
	switch lang {
	case "en":
		for _, m := range halfDay.FindAllStringSubmatchIndex(block, -1) {
			if ends := strings.HasSuffix(block[:m[1]], "."); ends && !opensLower(block[m[1]:]) || !ends && strings.HasPrefix(block[m[1]:], ".") {
				continue // the full stop may be the sentence's
			}
			add(m[0], m[1], englishClocks(block, m)...)
		}
		for _, m := range wholeDay.FindAllStringSubmatchIndex(block, -1) {
			hour, _ := strconv.Atoi(block[m[2] : m[2]+2]) // two digits
			if opensLower(block[m[3]:]) {
				add(m[2], m[3], fmt.Sprintf("%d%s p.m.", hour-12, block[m[2]+2:m[3]]))
			}
		}
	case "de":
		for _, m := range germanDay.FindAllStringSubmatchIndex(block, -1) {
			hour := block[m[2]:m[3]]
			switch {
			case m[4] < 0:
				add(m[0], m[1], hour+":00 Uhr", hour+".00 Uhr")
			case block[m[4]:m[5]] == "00":
				add(m[0], m[1], hour+" Uhr")
			case block[m[3]] == ':':
				add(m[0], m[1], hour+"."+block[m[4]:m[5]]+" Uhr")
			default:
				add(m[0], m[1], hour+":"+block[m[4]:m[5]]+" Uhr")
			}
		}
	case "fr":
		for _, m := range frenchDay.FindAllStringSubmatchIndex(block, -1) {
			if m[4] >= 0 {
				hour, minute := block[m[2]:m[3]], block[m[4]:m[5]]
				add(m[0], m[1], hour+"h"+minute, hour+" h "+minute, hour+":"+minute)
			}
		}
	}
	return out
}

// englishClocks are the forms of a time with a.m. or p.m.
func englishClocks(s string, m []int) []string {
	hour, minute, half := s[m[2]:m[3]], "", s[m[6]:m[7]]
	if m[4] >= 0 {
		minute = s[m[4]:m[5]]
	}
	clock := hour
	if minute != "" {
		clock += ":" + minute
	}
	forms := []string{clock + half + "m", clock + " " + half + "m", clock + " " + half + ".m."}
	if n, err := strconv.Atoi(hour); err == nil && n < 12 {
		if half == "p" {
			n += 12
		}
		if minute == "" {
			minute = "00"
		}
		forms = append(forms, fmt.Sprintf("%02d:%s", n, minute))
	}
	return forms
}
