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
	secOf
	secNumberAnd
	secHour
	secClockLead
	secSourceLead
	secInverter
	secCommon
	secPlace
	secPlaceLead
	secNounArticle
	secAgeLead
	secDaypart
	secLabel
	secNounLead
	secPrompt
	secCounter
	secClockPast
	secRatio
	secHalfMore
	secMinus
	secProxy
	secGiven
	secSymmetric
	secListJoin
	secAgent
	secPassive
	secSort
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
	"onetail": secOneTail, "sourcestop": secSourceStop, "of": secOf,
	"numberand": secNumberAnd, "hour": secHour, "clocklead": secClockLead,
	"sourcelead": secSourceLead, "inverter": secInverter, "common": secCommon,
	"place": secPlace, "placelead": secPlaceLead, "nounarticle": secNounArticle,
	"agelead": secAgeLead, "daypart": secDaypart, "label": secLabel, "nounlead": secNounLead, "prompt": secPrompt, "counter": secCounter, "clockpast": secClockPast,
	"ratio": secRatio, "halfmore": secHalfMore, "minus": secMinus, "proxy": secProxy, "given": secGiven,
	"symmetric": secSymmetric, "listjoin": secListJoin, "agent": secAgent, "passive": secPassive, "sort": secSort,
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
	has     [2]uint64 // a bit for each section
}

func (e *entry) in(s section) bool { return e != nil && e.has[s>>6]&(1<<(s&63)) != 0 }

// add appends a phrase.
func (e *entry) add(p phrase) {
	e.phrases = append(e.phrases, p)
	e.has[p.section>>6] |= 1 << (p.section & 63)
}

// numberFormat says how a language writes numbers and dates.
type numberFormat struct {
	group    string // separators of thousands, "," or ". space"
	decimal  byte
	dayFirst bool // 3/4 is 3 April
	nouns    bool // every noun has a capital: one by itself is no name
	inflects bool // names change their endings with their case
	capital  bool // month and weekday names are written with a capital
	compound bool // number words are written together ("zweiundzwanzig")
	bare     bool // capitals may be printed without their accents
	concord  bool // several negators of a clause deny once ("no dijo nada")
}

// lexicon is the word list of a language. It is read-only after loading.
type lexicon struct {
	lang     string
	words    map[string]*entry
	stems    wildcards
	format   numberFormat
	antonyms map[string][]string
	synonyms map[string][]string
	leads    []string // long first words of several that a source follows
	endings  map[string]bool
	declined map[string]uint64   // ending → the declensions it is of, a bit for each
	patterns int                 // declensions read
	cases    uint64              // the declensions that names have too
	made     []string            // endings that make common nouns
	tenses   map[string][]string // endings of verbs by tense; "whole": beginnings of verbs whose present is a future
	denying  map[string][]string // prefixes that turn any word around, or an "adjective" with an "ending"
	forms    map[string]string   // irregular form → the word it is of
	counting map[float64]string  // value → stem of the word
	months   map[int][]string    // month → stems of its names
}

// languages are those that have a file.
var languages = [...]string{"en", "de", "fr", "es", "pt", "it", "uk", "ru"}

// lexicons loads a language when it is first asked for, "all" for none of them.
var lexicons = func() map[string]func() (*lexicon, error) {
	out := map[string]func() (*lexicon, error){"all": sync.OnceValues(func() (*lexicon, error) { return loadLexicon("") })}
	for _, lang := range languages {
		out[lang] = sync.OnceValues(func() (*lexicon, error) { return loadLexicon(lang) })
	}
	return out
}()

// lexiconFor returns the lexicon of a language: English when the language is not
// stated, signs alone when it is one without a file.
func lexiconFor(lang string) *lexicon {
	if lang == "" {
		lang = "en"
	}
	load := lexicons[lang]
	if load == nil {
		load = lexicons["all"]
	}
	l, _ := load() // the files are part of the program; a test reads the error
	return l
}

// emptyLexicon stands in when no list can be read.
func emptyLexicon() *lexicon {
	return &lexicon{
		words: map[string]*entry{}, stems: wildcards{entries: map[string]*entry{}},
		format: numberFormat{group: ",", decimal: '.'},
		tenses: map[string][]string{}, denying: map[string][]string{}, antonyms: map[string][]string{}, synonyms: map[string][]string{}, endings: map[string]bool{},
		declined: map[string]uint64{}, forms: map[string]string{}, counting: map[float64]string{}, months: map[int][]string{},
	}
}

// loadLexicon reads what all languages share, and the file of one unless lang is empty.
func loadLexicon(lang string) (*lexicon, error) {
	l := emptyLexicon()
	l.lang = lang
	for _, name := range []string{"all", lang} {
		if name == "" {
			continue
		}
		file, err := lexiconFiles.ReadFile("lexicon/" + name + ".txt")
		if err != nil {
			return l, fmt.Errorf("read lexicon %s: %w", name, err)
		}
		if err := l.parse(string(file)); err != nil {
			return l, fmt.Errorf("lexicon %s: %w", name, err)
		}
	}
	l.finish()
	return l, nil
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

// add reads one line of a section. Several words may share what they stand for:
// "dijo, dice = say".
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
	case "case":
		l.cases |= 1 << l.patterns
		return l.addDeclension(line)
	case "declension":
		return l.addDeclension(line)
	case "ending":
		for e := range strings.FieldsSeq(line) {
			l.endings[e] = true
		}
	case "tense.future", "tense.past", "tense.present", "tense.whole":
		_, tense, _ := strings.Cut(name, ".")
		l.tenses[tense] = append(l.tenses[tense], strings.Fields(line)...)
	case "denying.any", "denying.adjective", "denying.ending":
		_, what, _ := strings.Cut(name, ".")
		l.denying[what] = append(l.denying[what], strings.Fields(line)...)
	case "nounending":
		l.made = append(l.made, strings.Fields(line)...)
	case "antonym":
		both(l.antonyms, left, right)
	case "synonym":
		both(l.synonyms, left, right)
	default:
		for words := range strings.SplitSeq(left, ", ") {
			if err := l.addPhrase(name, words, right); err != nil {
				return err
			}
		}
	}
	return nil
}

// agrees reports whether both words stand for the same in a section: "circa" and "etwa",
// "lorry" and "truck".
func (e *entry) agrees(o *entry, s section) bool {
	if !e.in(s) || !o.in(s) {
		return false
	}
	for _, p := range e.phrases {
		for _, q := range o.phrases {
			if p.section == s && q.section == s && p.canon == q.canon {
				return true
			}
		}
	}
	return false
}

// both enters words and what they are paired with in either direction.
func both(m map[string][]string, left, right string) {
	for a := range strings.SplitSeq(left, ", ") {
		for b := range strings.SplitSeq(right, ", ") {
			m[a] = append(m[a], b)
			m[b] = append(m[b], a)
		}
	}
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
	if sec == secSourceLead && len(keys) > 1 && len(keys[0]) >= leastLead {
		l.leads = append(l.leads, keys[0])
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
	at, first := l.words, keys[0]
	if stem, ok := strings.CutSuffix(first, wildcard); ok {
		at, first = l.stems.entries, stem
	}
	e := at[first]
	if e == nil {
		e = &entry{}
		at[first] = e
	}
	e.add(p)
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
	case "numbers":
		l.format.compound = value == "compound"
	case "accents":
		l.format.bare = value == "small"
	case "negation":
		l.format.concord = value == "concord"
	default:
		return fmt.Errorf("no format %q", key)
	}
	return nil
}

func (l *lexicon) finish() {
	l.stems.finish(l.words)
	for _, e := range l.words {
		e.sort()
	}
}

// sort puts longer phrases first.
func (e *entry) sort() {
	slices.SortStableFunc(e.phrases, func(a, b phrase) int { return len(b.rest) - len(a.rest) })
}

// phraseKeys cuts an entry as the tokenizer cuts articles, so that both agree. A star
// that ends a word stays with it.
func phraseKeys(s string) []string {
	s = text.Fold(s).Text
	elided := strings.HasSuffix(s, "'")
	if elided {
		s += "a" // "d'" is a token of its own before a letter only
	}
	toks := text.Tokenize(s)
	if elided {
		toks = toks[:len(toks)-1]
	}
	keys := make([]string, 0, len(toks))
	for i, t := range toks {
		if t.Key == wildcard && i > 0 && !t.Space {
			keys[len(keys)-1] += wildcard
			continue
		}
		keys = append(keys, t.Key)
	}
	return keys
}

// opposite reports whether two words are antonyms in the list.
func (l *lexicon) opposite(a, b string) bool {
	return slices.ContainsFunc(l.opposites(a), func(o string) bool { return matches(o, b) })
}

// opposites returns the antonyms of a word, some of them with a star.
func (l *lexicon) opposites(word string) []string {
	if o := l.antonyms[word]; o != nil {
		return o
	}
	return starred(l.antonyms, word)
}

// alike reports whether two words are listed as saying the same, or as forms of one.
func (l *lexicon) alike(a, b string) bool {
	like := l.wordsLike(a, l.entry(a))
	return like.has(b, l.entry(b))
}

// wordsLike is what the lists have for a word that says the same.
type wordsLike struct {
	lex   *lexicon
	form  string // the word it is a form of
	entry *entry
	same  []string // synonyms, some of them with a star
}

func (l *lexicon) wordsLike(word string, e *entry) wordsLike {
	w := wordsLike{lex: l, form: l.forms[word], entry: e, same: l.synonyms[word]}
	if w.same == nil {
		w.same = starred(l.synonyms, word)
	}
	return w
}

// has reports whether a word is one of them.
func (w *wordsLike) has(word string, e *entry) bool {
	if w.form != "" && w.form == w.lex.forms[word] || w.entry.agrees(e, secApprox) || w.entry.agrees(e, secSort) {
		return true
	}
	return slices.ContainsFunc(w.same, func(o string) bool { return matches(o, word) })
}
