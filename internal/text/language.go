package text

import (
	"strings"
	"sync"
)

// dotted says what the dot after an abbreviation may mean.
type dotted uint8

const (
	plain  dotted = iota // not an abbreviation
	leads                // a name or noun follows, never the end of a sentence: Mr, Gen, vs
	ends                 // ends a sentence only before a word that starts one: Inc, Jr, etc
	proper               // as ends, but only when written with a capital: Ill, Wash, St
	counts               // belongs to a number after it, else an ordinary word: No, Jan, Art
)

// lists is what is written down for a language: words separated by white space, in
// lower case, abbreviations without their last dot.
type lists struct {
	leads, ends, proper, counts string
	starters                    string // words that start a sentence after "U.S." or "Inc."
	calendar                    string // weekdays and months, as they stand in dates
	zones                       string // other words that go on with a time of day
	functions                   string // words without meaning of their own
}

// language is the same, to be looked up.
type language struct {
	abbreviations map[string]dotted
	starters      map[string]bool
	calendar      map[string]bool
	zones         map[string]bool
	functions     map[string]bool
}

// IsFunction reports whether a lower-case word carries no meaning of its own in a
// language: articles, pronouns, prepositions, conjunctions, auxiliaries. Negators
// ("not", "no", "never", "without") and quantifiers ("all", "some") are not among
// them. An unknown language is read as English.
func IsFunction(lang, lowerWord string) bool {
	return languageOf(lang).functions[lowerWord]
}

// IsCalendar reports whether a lower-case word names a weekday or month in a language,
// in the form that stands in dates. An unknown language is read as English.
func IsCalendar(lang, lowerWord string) bool {
	return languageOf(lang).calendar[lowerWord]
}

// isMonthAnywhere reports whether a word names a month or weekday in any language
// that has lists.
func isMonthAnywhere(word string) bool {
	lower := strings.ToLower(word)
	for _, l := range languages() {
		if l.calendar[lower] {
			return true
		}
	}
	return false
}

// languageOf returns the lists of a language, the English ones when it has none.
func languageOf(lang string) *language {
	all := languages()
	if l, ok := all[lang]; ok {
		return l
	}
	return all["en"]
}

// languages prepares all lists once; they do not change after that.
var languages = sync.OnceValue(func() map[string]*language {
	written := map[string]lists{
		"en": english, "de": german, "fr": french, "es": spanish,
		"it": italian, "pt": portuguese, "uk": ukrainian, "ru": russian,
	}
	out := make(map[string]*language, len(written))
	for lang, l := range written {
		out[lang] = &language{
			abbreviations: abbreviations(l),
			starters:      set(l.starters),
			calendar:      set(l.calendar),
			zones:         set(l.zones),
			functions:     set(l.functions),
		}
	}
	return out
})

func abbreviations(l lists) map[string]dotted {
	out := make(map[string]dotted)
	for _, class := range []struct {
		words string
		means dotted
	}{{l.leads, leads}, {l.ends, ends}, {l.proper, proper}, {l.counts, counts}} {
		for _, w := range strings.Fields(class.words) {
			out[w] = class.means
		}
	}
	return out
}

func set(words string) map[string]bool {
	fields := strings.Fields(words)
	out := make(map[string]bool, len(fields))
	for _, w := range fields {
		out[strings.ReplaceAll(w, "ё", "е")] = true // as in the key of a token
	}
	return out
}
