package note

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The lexicons, one file a language. They were written for this program from how
// outlets of each language word their notes; methods.md §10 gives the scale of the
// weights.
//
//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// lexicon is what recognises notes in one language, as its file has it.
//
// A file has sections, one entry a line; lines that start with "# " are comments.
//
//	[language]            typos = letters a word must have to be known with one mistyped
//	[label.KIND]          word groups that open a note: PATTERN, or PATTERN = FORM…
//	[class.NAME]          words apart by spaces, that patterns name as <NAME>
//	[cue.NAME]            what speaks for a note, or against it when the weight is
//	                      negative: PATTERN = WEIGHT, or PATTERN = WEIGHT KIND
//	[month]               names of a month = its number
//	[before]              words that may stand between a label and its date
//	[clock]               words that belong to a clock time
//	[weekday] [stamp]     weekdays, and other words of a time stamp that are no message
//	[fact.KIND]           words for a kind of fact, as patterns: "surname"
//	[says.not] …          phrases and words of statements; see statements
//
// Patterns are written as words apart by spaces. A word may be alternatives
// ("post|piece"), a stem ("correct*"), a word never read into a mistyped one
// ("changed!"), a class ("<object>"), any number ("<number>"), a mark (":"), a gap of at most N words ("...4"),
// or, first, "^" for the start of a sentence. Long words and stems also match with one
// letter mistyped, for notes are written in haste.
type lexicon struct {
	lang    string
	typos   int
	labels  []label
	classes map[string]string // alternatives apart by |
	cues    []cue
	months  map[string]int
	before  map[string]bool
	clock   map[string]bool
	days    map[string]bool
	marks   map[string]bool // the weekdays among them
	facts   map[Fact][]string
	says    statements
}

// label is a word group that opens a note.
type label struct {
	words string
	kind  Kind
	form  form
}

// form says how a label is used.
type form uint8

const (
	stamp   form = 1 << iota // also opens a plain time stamp: with nothing but a date after it, it is none
	editors                  // an editor's note: the label says nothing about what kind of note
	whole                    // needs nothing after it
	weak                     // also opens what is no note: counts only beside other cues
)

// formNames are the forms as files name them.
var formNames = map[string]form{"stamp": stamp, "editors": editors, "whole": whole, "weak": weak}

// removal is evidence for a retraction, unless a correction is evident: a note that
// a sentence was removed corrects, a note that the article was removed withdraws.
const removal Kind = "removal"

// labelKinds are the kinds that a label may have.
var labelKinds = []Kind{Correction, Clarification, Update, Retraction, EditorsNote, Disclosure}

// cue is a pattern that speaks for a note, or against it when weight is negative.
type cue struct {
	name    string
	weight  float64
	kind    Kind // what it says of the kind; empty when nothing
	pattern string
}

// statements are the words by which a note says what was wrong and what is right.
type statements struct {
	not     []string        // after a comma, between right and wrong: "X, not Y"
	instead []string        // the same without a comma: "X instead of Y"
	from    map[string]bool // before wrong ...
	to      map[string]bool // ... and between wrong and right: "from Y to X"
	deny    []string        // before wrong ...
	but     []string        // ... and between wrong and right: "not Y, but X"
	wrongly []string        // before wrong: "incorrectly said Y"
	said    []string        // before wrong: "an earlier version said Y"
	named   []string        // before somebody who was called wrong: "misidentified Z ...
	as      map[string]bool // ... as Y"; also ends what was wrong: "not Y as we said"
	error   []string        // of a sentence that says that something was wrong, but not what
	it      map[string]bool // pronouns that take up what was wrong: "it weighs X"
	is      []string        // before right, after a sentence that says what was wrong: "it is X"
}

// Fact is a kind of fact that a note may name without its value: "the wrong date".
type Fact string

// The kinds of facts.
const (
	FactName     Fact = "name"
	FactNumber   Fact = "number"
	FactDate     Fact = "date"
	FactQuote    Fact = "quote"
	FactSource   Fact = "source" // who said it
	FactRole     Fact = "role"
	FactHeadline Fact = "headline"
)

// factKinds are the facts that a lexicon has words for.
var factKinds = []Fact{FactName, FactNumber, FactDate, FactQuote, FactSource, FactRole, FactHeadline}

// anyNumber is the class of what starts with a digit.
const anyNumber = "<number>"

// firstLanguage is tried first, and alone beside that of the article where little is
// looked at.
const firstLanguage = "en"

// readLexicons reads every file, English first, then by name. Files that cannot be
// read are left out and named in the error.
func readLexicons() ([]*lexicon, error) {
	files, err := lexiconFiles.ReadDir("lexicon")
	if err != nil {
		return nil, fmt.Errorf("read lexicons: %w", err)
	}
	var out []*lexicon
	var errs []error
	for _, f := range files {
		data, err := lexiconFiles.ReadFile("lexicon/" + f.Name())
		if err != nil {
			errs = append(errs, fmt.Errorf("read lexicon: %w", err))
			continue
		}
		l, err := parseLexicon(strings.TrimSuffix(f.Name(), ".txt"), string(data))
		if err != nil {
			errs = append(errs, fmt.Errorf("lexicon %s: %w", f.Name(), err))
			continue
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b *lexicon) int {
		switch {
		case a.lang == firstLanguage:
			return -1
		case b.lang == firstLanguage:
			return 1
		}
		return 0
	})
	return out, errors.Join(errs...)
}

// parseLexicon reads the file of a language.
func parseLexicon(lang, file string) (*lexicon, error) {
	l := &lexicon{
		lang: lang, classes: map[string]string{}, months: map[string]int{},
		before: map[string]bool{}, clock: map[string]bool{}, days: map[string]bool{}, marks: map[string]bool{},
		facts: map[Fact][]string{},
		says:  statements{from: map[string]bool{}, to: map[string]bool{}, as: map[string]bool{}, it: map[string]bool{}},
	}
	section := ""
	for n, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line == "#" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			if err := l.add(section, line); err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	return l, l.check()
}

// add reads one line of a section.
func (l *lexicon) add(section, line string) error {
	left, right, _ := strings.Cut(line, " = ")
	left, right = strings.Join(strings.Fields(left), " "), strings.TrimSpace(right)
	base, name, _ := strings.Cut(section, ".")
	switch base {
	case "language":
		return l.setTypos(left, right)
	case "label":
		return l.addLabel(Kind(name), left, right)
	case "class":
		l.classes[name] = strings.Trim(l.classes[name]+"|"+strings.ReplaceAll(left, " ", "|"), "|")
	case "cue":
		return l.addCue(name, left, right)
	case "month":
		return l.addMonth(left, right)
	case "before":
		enter(l.before, left)
	case "clock":
		enter(l.clock, left)
	case "weekday":
		enter(l.days, left)
		enter(l.marks, left)
	case "stamp":
		enter(l.marks, left)
	case "fact":
		if !slices.Contains(factKinds, Fact(name)) {
			return fmt.Errorf("no fact %q", name)
		}
		l.facts[Fact(name)] = append(l.facts[Fact(name)], left)
	case "says":
		return l.says.add(name, left)
	default:
		return fmt.Errorf("no section %q", section)
	}
	return nil
}

func enter(set map[string]bool, words string) {
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
}

func (l *lexicon) setTypos(key, value string) error {
	n, err := strconv.Atoi(value)
	if key != "typos" || err != nil || n < 0 {
		return fmt.Errorf("%q = %q is no setting of a language", key, value)
	}
	l.typos = n
	return nil
}

func (l *lexicon) addLabel(kind Kind, words, forms string) error {
	if !slices.Contains(labelKinds, kind) {
		return fmt.Errorf("no kind %q", kind)
	}
	lb := label{words: words, kind: kind}
	for name := range strings.FieldsSeq(forms) {
		f, ok := formNames[name]
		if !ok {
			return fmt.Errorf("no form %q", name)
		}
		lb.form |= f
	}
	l.labels = append(l.labels, lb)
	return nil
}

func (l *lexicon) addCue(name, pattern, value string) error {
	weight, kind, _ := strings.Cut(value, " ")
	w, err := strconv.ParseFloat(weight, 64)
	if err != nil || w < -1 || w > 1 || w == 0 {
		return fmt.Errorf("%q is no weight", weight)
	}
	if kind != "" && Kind(kind) != removal && !slices.Contains(labelKinds, Kind(kind)) {
		return fmt.Errorf("no kind %q", kind)
	}
	l.cues = append(l.cues, cue{name: name, weight: w, kind: Kind(kind), pattern: pattern})
	return nil
}

func (l *lexicon) addMonth(names, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 12 {
		return fmt.Errorf("%q is no month", number)
	}
	for name := range strings.FieldsSeq(names) {
		l.months[name] = n
	}
	return nil
}

func (s *statements) add(name, line string) error {
	switch name {
	case "not":
		s.not = append(s.not, line)
	case "instead":
		s.instead = append(s.instead, line)
	case "from":
		enter(s.from, line)
	case "to":
		enter(s.to, line)
	case "as":
		enter(s.as, line)
	case "it":
		enter(s.it, line)
	case "deny":
		s.deny = append(s.deny, line)
	case "but":
		s.but = append(s.but, line)
	case "named":
		s.named = append(s.named, line)
	case "error":
		s.error = append(s.error, line)
	case "wrongly":
		s.wrongly = append(s.wrongly, line)
	case "said":
		s.said = append(s.said, line)
	case "is":
		s.is = append(s.is, line)
	default:
		return fmt.Errorf("no statements %q", name)
	}
	return nil
}

// check reads every pattern of the lexicon, so that a mistake in one is told with
// the file and not found by chance.
func (l *lexicon) check() error {
	var patterns []string
	for _, lb := range l.labels {
		patterns = append(patterns, lb.words)
	}
	for _, c := range l.cues {
		patterns = append(patterns, c.pattern)
	}
	for _, words := range l.facts {
		patterns = append(patterns, words...)
	}
	patterns = slices.Concat(patterns, l.says.not, l.says.instead, l.says.deny, l.says.but,
		l.says.wrongly, l.says.said, l.says.named, l.says.error, l.says.is)
	different := map[string]bool{"<update>": true, "<correct>": true}
	for _, p := range patterns {
		if err := l.checkPattern(p); err != nil {
			return fmt.Errorf("pattern %q: %w", p, err)
		}
		enter(different, p)
	}
	if len(different) > maxSlots {
		return fmt.Errorf("%d different pattern words, at most %d", len(different), maxSlots)
	}
	for name, words := range l.classes {
		if strings.ContainsAny(words, "<>") {
			return fmt.Errorf("class %s: a class in a class", name)
		}
		if err := l.checkPattern(words); err != nil {
			return fmt.Errorf("class %s: %w", name, err)
		}
	}
	return nil
}

// maxGap bounds the words a gap may skip.
const maxGap = 60

func (l *lexicon) checkPattern(p string) error {
	words := strings.Fields(p)
	if len(words) > 0 && words[0] == "^" {
		words = words[1:]
	}
	if len(words) == 0 {
		return errors.New("no words")
	}
	for i, word := range words {
		if rest, ok := strings.CutPrefix(word, "..."); ok {
			if n, err := strconv.Atoi(rest); err != nil || n < 1 || n > maxGap || i == len(words)-1 {
				return fmt.Errorf("%q is no gap", word)
			}
			continue
		}
		for alt := range strings.SplitSeq(word, "|") {
			name, isClass := strings.CutPrefix(alt, "<")
			stem, part := strings.CutSuffix(alt, "*")
			switch {
			case alt == "", len(alt) > 1 && strings.Trim(alt, "*!") == "":
				return fmt.Errorf("an empty word in %q", word)
			case part && len(alt) > 1 && len(strings.TrimSuffix(stem, "!")) < stemHead:
				return fmt.Errorf("%q is shorter than a stem", alt)
			}
			if isClass && alt != anyNumber && l.classes[strings.TrimSuffix(name, ">")] == "" {
				return fmt.Errorf("no class %s", alt)
			}
		}
	}
	return nil
}
