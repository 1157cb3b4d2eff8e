package claim

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"erratum/internal/text"
)

// The word lists, one file a language and all.txt for what every language shares.
// They were written for this program; the classes follow the literature (hedges:
// Hyland; reporting verbs: VerbNet say-37.7), the entries copy no list.
//
//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// section is a class of words in a lexicon file.
type section uint8

const (
	secNone section = iota
	secCardinal
	secMultiplier
	secVague
	secArticle
	secFraction
	secOrdinal
	secOrdinalSuffix
	secMultiple
	secMagnitude
	secPercent
	secCurrency
	secUnit
	secApprox
	secApproxAfter
	secRangeJoin
	secRangeOpen
	secFromOpen
	secMonth
	secMonthWord
	secWeekday
	secWeekdayWord
	secRelative
	secDaytime
	secYearLead
	secMonthLead
	secClock
	secZone
	secHonorific
	secTitle
	secModifier
	secConnector
	secGeneric
	secVerb
	secBe
	secAdverb
	secHedge
	secBooster
	secNegator
	secNegatorFree
	secLadder
	secQuantifier
	secSpeechNoun
	secPlural
	secFuture
	secPast
	secPronoun
	secRangeAnd
	secDateJoin
	secOneLead
	secOneTail
	secSourceStop
)

var sectionNames = map[string]section{
	"cardinal": secCardinal, "multiplier": secMultiplier, "vague": secVague,
	"article": secArticle, "fraction": secFraction, "ordinal": secOrdinal,
	"ordinalsuffix": secOrdinalSuffix, "multiple": secMultiple,
	"magnitude": secMagnitude, "percent": secPercent, "currency": secCurrency,
	"unit": secUnit, "approx": secApprox, "approxafter": secApproxAfter,
	"rangejoin": secRangeJoin, "rangeopen": secRangeOpen, "fromopen": secFromOpen,
	"month": secMonth, "monthword": secMonthWord, "weekday": secWeekday,
	"weekdayword": secWeekdayWord, "relative": secRelative, "daytime": secDaytime,
	"yearlead": secYearLead, "monthlead": secMonthLead, "clock": secClock,
	"zone": secZone, "honorific": secHonorific, "title": secTitle,
	"modifier": secModifier, "connector": secConnector, "generic": secGeneric,
	"verb": secVerb, "be": secBe, "adverb": secAdverb, "hedge": secHedge,
	"booster": secBooster, "negator": secNegator, "negatorfree": secNegatorFree,
	"ladder": secLadder, "quantifier": secQuantifier, "speechnoun": secSpeechNoun,
	"plural": secPlural, "future": secFuture, "past": secPast, "pronoun": secPronoun,
	"rangeand": secRangeAnd, "datejoin": secDateJoin, "onelead": secOneLead,
	"onetail": secOneTail, "sourcestop": secSourceStop,
}

// phrase is an entry of a lexicon: one word or several, and what they stand for.
type phrase struct {
	rest    []string // the words after the first, as token keys
	section section
	class   string  // the part of a section's name after the dot ("justice")
	canon   string  // what it stands for
	value   float64 // the same as a number, 0 when it is none
}

// entry holds the phrases that start with one word, longest first.
type entry struct {
	phrases []phrase
	has     uint64 // a bit for each section
}

func (e *entry) in(s section) bool { return e != nil && e.has&(1<<s) != 0 }

// numberFormat says how a language writes numbers and dates.
type numberFormat struct {
	group    string // separators of thousands, "," or ". space"
	decimal  byte
	dayFirst bool // 3/4 is 3 April
	nouns    bool // every noun has a capital: one by itself is no name
	inflects bool // names change their endings with their case
	capital  bool // month and weekday names are written with a capital
}

// lexicon is the word list of a language. It is read-only after loading.
type lexicon struct {
	lang     string
	words    map[string]*entry
	format   numberFormat
	antonyms map[string][]string
	synonyms map[string][]string
	endings  map[string]bool
	forms    map[string]string  // irregular form → the word it is of
	counting map[float64]string // value → stem of the word
	months   map[int][]string   // month → stems of its names
}

// lexicons loads every language once.
var lexicons = sync.OnceValues(loadLexicons)

// lexiconFor returns the lexicon of a language: English when the language is not
// stated, signs alone when it is one without a file.
func lexiconFor(lang string) *lexicon {
	all, _ := lexicons() // the files are part of the program; a test reads the error
	if lang == "" {
		lang = "en"
	}
	if l := all[lang]; l != nil {
		return l
	}
	return all["all"]
}

// emptyLexicon stands in when no list can be read.
func emptyLexicon() *lexicon {
	return &lexicon{
		words: map[string]*entry{}, format: numberFormat{group: ",", decimal: '.'},
		antonyms: map[string][]string{}, synonyms: map[string][]string{}, endings: map[string]bool{},
		forms: map[string]string{}, counting: map[float64]string{}, months: map[int][]string{},
	}
}

func loadLexicons() (map[string]*lexicon, error) {
	out := map[string]*lexicon{"all": emptyLexicon()}
	files, err := lexiconFiles.ReadDir("lexicon")
	if err != nil {
		return out, fmt.Errorf("read lexicons: %w", err)
	}
	shared, err := lexiconFiles.ReadFile("lexicon/all.txt")
	if err != nil {
		return out, fmt.Errorf("read lexicons: %w", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".txt")
		l := emptyLexicon()
		l.lang = name
		out[name] = l
		if err := l.parse(string(shared)); err != nil {
			return out, fmt.Errorf("lexicon all: %w", err)
		}
		if name != "all" {
			own, err := lexiconFiles.ReadFile("lexicon/" + f.Name())
			if err != nil {
				return out, fmt.Errorf("read lexicon %s: %w", name, err)
			}
			if err := l.parse(string(own)); err != nil {
				return out, fmt.Errorf("lexicon %s: %w", name, err)
			}
		}
		l.finish()
	}
	return out, nil
}

// parse adds the lines of a file.
func (l *lexicon) parse(file string) error {
	name := ""
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "["):
			name = strings.Trim(line, "[]")
		default:
			if err := l.add(name, line); err != nil {
				return fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	return nil
}

// add reads one line of a section.
func (l *lexicon) add(name, line string) error {
	left, right, _ := strings.Cut(line, " = ")
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	switch name {
	case "format":
		return l.setFormat(left, right)
	case "forms":
		base, _, _ := strings.Cut(line, " ")
		for form := range strings.FieldsSeq(line) {
			l.forms[form] = base
		}
	case "ending":
		l.endings[left] = true
	case "antonym":
		both(l.antonyms, left, right)
	case "synonym":
		both(l.synonyms, left, right)
	default:
		return l.addPhrase(name, left, right)
	}
	return nil
}

// both enters a pair of words in either direction.
func both(m map[string][]string, a, b string) {
	m[a] = append(m[a], b)
	m[b] = append(m[b], a)
}

// addPhrase enters words and what they stand for.
func (l *lexicon) addPhrase(name, left, right string) error {
	base, class, _ := strings.Cut(name, ".")
	sec := sectionNames[base]
	if sec == secNone {
		return fmt.Errorf("no section %q", name)
	}
	keys := phraseKeys(left)
	if len(keys) == 0 {
		return fmt.Errorf("no words in %q", left)
	}
	p := phrase{rest: keys[1:], section: sec, class: class, canon: right}
	if right == "" {
		p.canon = left
	}
	if v, err := strconv.ParseFloat(right, 64); err == nil {
		p.value = v
	}
	switch sec {
	case secCardinal:
		l.counting[p.value] = text.Stem(keys[0])
	case secMonth:
		l.months[int(p.value)] = append(l.months[int(p.value)], text.Stem(keys[0]))
	}
	e := l.words[keys[0]]
	if e == nil {
		e = &entry{}
		l.words[keys[0]] = e
	}
	e.phrases = append(e.phrases, p)
	e.has |= 1 << sec
	return nil
}

func (l *lexicon) setFormat(key, value string) error {
	switch key {
	case "group":
		l.format.group = value
	case "decimal":
		l.format.decimal = value[0]
	case "names":
		l.format.inflects = value == "inflected"
	case "nouns":
		l.format.nouns = value == "capital"
	case "months":
		l.format.capital = value == "capital"
	case "order":
		l.format.dayFirst = value == "dmy"
	default:
		return fmt.Errorf("no format %q", key)
	}
	return nil
}

func (l *lexicon) finish() {
	for _, e := range l.words {
		slices.SortStableFunc(e.phrases, func(a, b phrase) int { return len(b.rest) - len(a.rest) })
	}
}

// phraseKeys cuts an entry as the tokenizer cuts articles, so that both agree.
func phraseKeys(s string) []string {
	toks := text.Tokenize(text.Fold(s).Text)
	keys := make([]string, len(toks))
	for i, t := range toks {
		keys[i] = t.Key
	}
	return keys
}

// opposite reports whether two words are antonyms in the list.
func (l *lexicon) opposite(a, b string) bool { return slices.Contains(l.antonyms[a], b) }

// alike reports whether two words are listed as saying the same, or as forms of one.
func (l *lexicon) alike(a, b string) bool {
	return slices.Contains(l.synonyms[a], b) || l.forms[a] != "" && l.forms[a] == l.forms[b]
}
