package claim

import (
	"slices"
	"strings"

	"erratum/internal/text"
)

// alone reports whether a capitalised word by itself is a name in a language that
// writes every noun with a capital: it is a place, it is part of a longer name
// elsewhere, or it stands where a common noun would have an article, and is not made
// like one.
func (p *passage) alone(i int) bool {
	k := p.key(i)
	if p.is(i, secPlace) && p.is(i, secCommon) {
		return !p.is(i-1, secNounArticle) // "in Halle", "in der Halle"
	}
	if p.is(i, secPlace) || p.names.paired(k) || p.isGranted(i) {
		return true
	}
	if p.is(i, secCommon) || p.is(i, secTitle) || p.is(i, secSpeechNoun) || p.names.articled(k) ||
		slices.ContainsFunc(p.lex.made, func(e string) bool { return strings.HasSuffix(k, e) }) {
		return false
	}
	if p.is(i-1, secRangeAnd) && p.word(i-2) && text.IsUpperStart(p.tokens[i-2].Text) && p.sent[i-2] == p.sent[i] {
		return p.alone(i - 2) // "Jena und Gera", "Lacke und Farben"
	}
	return p.is(i-1, secPlaceLead) || p.genitive(i-1) || p.is(i-1, secInverter) || p.is(i-1, secVerb) || p.is(i+1, secVerb)
}

// paired reports whether a word stands right after another word of a name somewhere
// ("Wolter", where there is a Jens Wolter).
func (b *nameBook) paired(key string) bool {
	b.read()
	return b.inRun[key]
}

// articled reports whether a word has an article somewhere.
func (b *nameBook) articled(key string) bool {
	b.read()
	return b.withArticle[key]
}

// adjectival reports whether a word that opens a sentence may be an adjective by its
// ending, so that no name need begin with it.
func adjectival(key string) bool {
	for _, e := range [...]string{"e", "en", "er", "es", "em"} {
		if strings.HasSuffix(key, e) {
			return true
		}
	}
	return false
}

// readNouns notes which words of a sentence have an article, and which follow another
// word of a name, an office or a form of address.
func (b *nameBook) readNouns(toks []text.Token) {
	for i := 1; i < len(toks); i++ {
		if toks[i].Kind != text.Word || !text.IsUpperStart(toks[i].Text) || toks[i-1].Kind != text.Word {
			continue
		}
		before := b.lex.entry(toks[i-1].Key)
		switch {
		case before.in(secNounArticle):
			b.withArticle[toks[i].Key] = true
		case !text.IsUpperStart(toks[i-1].Text):
		case before.in(secTitle) || before.in(secHonorific),
			before.in(secGiven), before == nil && (i > 1 || !adjectival(toks[0].Key)), before.in(secMonthWord) && i > 1: // "Jan"
			b.inRun[toks[i].Key] = true
		}
	}
}

// genitive reports whether a word is the genitive of a name that stands without the
// ending somewhere: what follows is no part of the name ("Bachmanns Anwalt").
func (p *passage) genitive(i int) bool {
	name, ok := strings.CutSuffix(p.key(i), "s")
	return ok && p.lex.format.nouns && len(name) >= leastGenitive && p.names.seen(name)
}

// leastGenitive is how long a name is at least for its s to be taken off.
const leastGenitive = 3

// officeOf reports whether a common noun stands before "von" and a name in a run of
// capitalised words ("der Anwalt von Jürgen Bachmann").
func (p *passage) officeOf(from, to int) bool {
	return p.lex.format.nouns && from+2 < to && p.is(from+1, secConnector) &&
		(p.is(from, secTitle) || p.is(from, secSpeechNoun) || p.is(from-1, secNounArticle))
}

// hyphened reports whether a run is one word with hyphens ("Corona-Regeln").
func (p *passage) hyphened(from, to int) bool {
	for i := from + 1; i < to; i++ {
		if !p.glued(i) {
			return false
		}
	}
	return true
}
