package claim

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"erratum/internal/text"
)

// openers are the classes of words that begin a sentence with a capital without being
// a name.
var openers = []section{
	secPrompt, secVerb, secBe, secAdverb, secHedge, secBooster, secModifier, secConnector,
	secPronoun, secArticle, secQuantifier, secFuture, secPast,
}

//go:embed sacred.txt
var sacredWords string

// sacredLists holds the words of sacred.txt, by language and what they do.
var sacredLists = sync.OnceValue(func() map[[2]string]map[string]bool {
	out := map[[2]string]map[string]bool{}
	for line := range strings.Lines(sacredWords) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		list := map[string]bool{}
		for _, w := range words[2:] {
			list[w] = true
		}
		out[[2]string{words[0], words[1]}] = list
	}
	return out
})

// counted are the classes of words that count or date.
var counted = []section{secCardinal, secMultiplier, secOrdinal, secFraction, secMultiple, secMonth, secWeekday}

// Sacred reports whether a text holds what is never noise: a digit or a word that
// counts or dates, a name or a word that stands for one ("she"), a negation, a quotation
// mark. It errs on that side: a word with a capital is a name unless it begins a sentence
// and the lists know it as another word, and in a language without lists everything is
// sacred.
func Sacred(raw, lang string) bool {
	if lexicons[lang] == nil || lang == "all" {
		return true
	}
	if strings.ContainsFunc(raw, func(r rune) bool {
		return r == '"' || unicode.In(r, unicode.Quotation_Mark, unicode.N) && r != '’' && r != '\''
	}) {
		return true // most are found without reading words
	}
	lex, folded := lexiconFor(lang), text.Fold(raw).Text
	sentences, first := text.Sentences(folded, lang), false
	for _, t := range text.Tokenize(folded) {
		for len(sentences) > 0 && t.From >= sentences[0][0] {
			sentences, first = sentences[1:], true
		}
		switch t.Kind {
		case text.Number:
			return true
		case text.Word:
			if lex.sacred(t, first) {
				return true
			}
			first = false
		default:
			if strings.ContainsFunc(t.Text, sacredMark) {
				return true
			}
		}
	}
	return false
}

// sacredMark reports whether a mark quotes or counts. An apostrophe within a word is
// part of the word.
func sacredMark(r rune) bool {
	return r == '"' || r == '\'' || unicode.In(r, unicode.Quotation_Mark, unicode.N)
}

// sacred reports whether a word names, counts, dates or denies. first says that it
// begins a sentence.
func (l *lexicon) sacred(t text.Token, first bool) bool {
	e := l.entry(t.Key)
	if e.in(secNegator) || strings.HasSuffix(t.Key, "n't") || strings.ContainsFunc(t.Text, unicode.IsNumber) || inAny(e, counted) || sacredLists()[[2]string{l.lang, "refers"}][t.Key] {
		return true
	}
	capital := strings.IndexFunc(t.Text, unicode.IsUpper)
	return capital > 0 || capital == 0 && !(first && l.opens(t.Key, e))
}

// opens reports whether a word may begin a sentence without being a name.
func (l *lexicon) opens(key string, e *entry) bool {
	return text.IsFunction(l.lang, key) || sacredLists()[[2]string{l.lang, "opens"}][key] || inAny(e, openers)
}

func inAny(e *entry, sections []section) bool {
	for _, s := range sections {
		if e.in(s) {
			return true
		}
	}
	return false
}
