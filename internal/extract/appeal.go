package extract

import (
	"slices"
	"strings"
	"unicode"
)

// maxAppealRun is how many blocks an appeal may have between the two prompts that
// enclose it.
const maxAppealRun = 5

// maxLabelWords is how long a line without a full stop is taken for a label.
const maxLabelWords = 12

// dropAppeals drops what stands between two blocks that ask the reader for something
// and speaks of the outlet rather than of the story: it shares no name with the
// headline, and is a label or speaks as "we" to "you". about is headline and dek.
func (x *Extractor) dropAppeals(blocks []block, keep []bool, about string) {
	names := namesIn(about)
	prev := -1
	for i := range blocks {
		b := &blocks[i]
		if b.words > maxPromptWords || !x.isAsking(b) {
			continue
		}
		if prev >= 0 && i-prev-1 <= maxAppealRun && allAside(blocks[prev+1:i], names) {
			for j := prev + 1; j < i; j++ {
				keep[j] = false
			}
		}
		prev = i
	}
}

// allAside reports whether all blocks of a run may be part of an appeal.
func allAside(run []block, names map[string]bool) bool {
	for i := range run {
		b := &run[i]
		if sharesName(b.text, names) {
			return false
		}
		label := b.words < maxLabelWords && !b.endsSentence() && !strings.ContainsAny(b.text, "0123456789\"“”„«»")
		if !label && !speaksAsOutlet(b.text, b.tokens()) {
			return false
		}
	}
	return true
}

// outletWords are first and second persons of the eight languages that mean nothing else in
// any of them.
var outletWords = wordSet(`we our your you
	wir unser unsere unserem unseren unserer dein deine deinen
	nous notre votre vos vous
	nosotros nuestro nuestra nuestros tu tus tú usted
	nosso nossa nossos nossas você
	noi nostro nostra nostri tuo tua tuoi vostro
	ми наш наша нашу наші нас нам вас вам ваш ваша ваші
	мы наши нами вы`)

// endWords are such persons where they end a clause: an article or a preposition, or the
// US, would not.
var endWords = wordSet("us uns nos du")

// politeWords are the polite second person of German, told from the third by its capital.
var politeWords = wordSet("Sie Ihr Ihre Ihrem Ihren Ihrer Ihnen")

// wordSet makes a set of words parted by white space.
func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// outletHints are all those words in lower case: a text without any has no such person.
var outletHints = lowerSet(outletWords, endWords, politeWords)

// lowerSet joins sets of words, in lower case.
func lowerSet(sets ...map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, set := range sets {
		for w := range set {
			out[strings.ToLower(w)] = true
		}
	}
	return out
}

// speaksAsOutlet reports whether a text, also cut into tokens, has a first or second
// person outside quotation marks.
func speaksAsOutlet(s string, ts []string) bool {
	if !slices.ContainsFunc(ts, func(t string) bool { return outletHints[t] }) {
		return false
	}
	quoted, started := false, false
	for part := range strings.FieldsFuncSeq(s, unicode.IsSpace) {
		if strings.ContainsAny(part, "“„«\"") {
			quoted = true
		}
		if !quoted {
			for _, t := range tokens(part) {
				if outletWords[t] {
					return true
				}
			}
			bare := strings.TrimRight(part, ".,;:!?")
			if started && politeWords[bare] || bare != part && endWords[bare] {
				return true
			}
		}
		started = !endsSentence(part)
		if strings.ContainsAny(part, "”»") {
			quoted = false
		}
	}
	return false
}

// namesIn are the capitalised words of a text but for the first of a sentence, and
// those that are all it has.
func namesIn(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		w = strings.TrimSuffix(strings.TrimSuffix(w, "’s"), "'s")
		if r := []rune(w); len(r) >= 3 && unicode.IsUpper(r[0]) {
			out[strings.ToLower(w)] = true
		}
	}
	return out
}

// sharesName reports whether a text has one of some names.
func sharesName(s string, names map[string]bool) bool {
	for n := range namesIn(s) {
		if names[n] && !commonCapitals[n] {
			return true
		}
	}
	return false
}

// commonCapitals are words that stand capitalised at a sentence's start.
var commonCapitals = map[string]bool{"the": true, "and": true, "that": true, "this": true, "from": true, "with": true, "for": true, "his": true, "her": true, "after": true, "der": true, "die": true, "das": true, "les": true, "des": true, "los": true, "las": true, "una": true, "gli": true}
