package claim

import (
	"strings"

	"erratum/internal/text"
)

// thingReplaced finds a noun, or what describes one, that gave way to another: not what
// was done is told in other words, but who or what it was done to. Both words are new to
// the other version; one that is known there may be another word for the same.
func thingReplaced(w *work, s *site) []hit {
	if s.old.lex.lang != "en" {
		return nil // elsewhere word order does not tell nouns from verbs
	}
	var out []hit
	for _, e := range s.stretches() {
		if !e.replaces() || s.old.counts(e.a0, e.a1) || s.new.counts(e.b0, e.b1) || !s.nominal(e) {
			continue
		}
		l := w.weigh(s, e)
		if l.newsOld == 0 || l.newsNew == 0 {
			continue
		}
		h := s.stretch(e, l)
		h.inPlace = true
		out = append(out, h)
	}
	return out
}

// counts reports whether a span has a word for how many: those have rules of their own.
func (p *passage) counts(from, to int) bool {
	for i := from; i < to; i++ {
		if p.is(i, secQuantifier) || p.is(i, secNegator) {
			return true
		}
	}
	return false
}

// modifiersAdded finds words that came beside a kept noun and narrow it: "a rock band",
// "an alternative rock band"; "two children", "two children from a previous marriage".
func modifiersAdded(w *work, s *site) []hit { return w.modifiers(s, true) }

// modifiersRemoved is modifiersAdded for words that went.
func modifiersRemoved(w *work, s *site) []hit { return w.modifiers(s, false) }

func (w *work) modifiers(s *site, came bool) []hit {
	if s.old.lex.lang != "en" {
		return nil // elsewhere what describes a noun may stand behind it
	}
	p := s.new
	if !came {
		p = s.old
	}
	var out []hit
	for _, e := range s.stretches() {
		from, to := e.b0, e.b1
		if !came {
			from, to = e.a0, e.a1
		}
		if p.is(from, secArticle) || p.is(from, secOneLead) {
			from++ // "a" became "an"
		}
		if p.is(to-1, secRangeJoin) || p.is(to-1, secRangeAnd) {
			to-- // "mixed to positive"
		}
		l := w.weigh(s, e)
		at, other, news := l.new, l.old, l.newsNew
		if !came {
			at, other, news = l.old, l.new, l.newsOld
		}
		if len(at) == 0 || len(other) > 0 || news == 0 {
			continue
		}
		before := s.modifies(e, came) && p.allContent(from, to) && p.lex.forms[p.key(to-1)] == ""
		if !before && !s.narrows(e, l) {
			continue
		}
		out = append(out, s.stretch(e, l))
	}
	return out
}

// nominal reports whether an edit stands where a noun is due on both sides.
func (s *site) nominal(e edit) bool {
	if s.old.plainObject(e.a0, e.a1) && s.new.plainObject(e.b0, e.b1) {
		return true
	}
	near := 1
	if s.old.allContent(e.a0, e.a1) && s.new.allContent(e.b0, e.b1) && !s.old.lex.sameVerb(s.old.key(e.a1-1), s.new.key(e.b1-1)) {
		if s.old.beforeNoun(e.a1) && s.new.beforeNoun(e.b1) || e.a1-e.a0 > 1 && e.b1-e.b0 > 1 {
			return true // before a noun, or described and noun together
		}
		if s.old.afterNoun(e.a1) {
			near = nounWords
		}
	}
	return s.old.nounPlace(e.a0, near) && s.new.nounPlace(e.b0, near)
}

// plainObject reports whether a span is one plural without an article right behind a
// past that has it for its object: "threw stones at officers".
func (p *passage) plainObject(from, to int) bool {
	k := p.key(from)
	return to-from == 1 && strings.HasSuffix(k, "s") && !strings.HasSuffix(k, "ss") && p.content(from) && !p.touched[max(from-1, 0)] &&
		from > 0 && p.sent[from-1] == p.sent[from] && p.lex.past(p.key(from-1)) && (p.afterNoun(to) || p.is(to, secNounLead))
}

// nounWords is how far before a noun its article may stand, when what is behind tells
// that it is one.
const nounWords = 3

// afterNoun reports whether what stands at token i follows a noun rather than a verb: a
// mark, "of" and "and", or who the noun is.
func (p *passage) afterNoun(i int) bool {
	return i >= p.size() || p.sent[i] != p.sent[i-1] || p.tokens[i].Kind == text.Punct ||
		p.is(i, secOf) || p.is(i, secRangeAnd) || p.is(i, secSourceStop) || p.is(i, secBe) || p.key(i) == "for"
}

// allContent reports whether a span is a few words with a meaning and nothing else.
func (p *passage) allContent(from, to int) bool {
	for i := from; i < to; i++ {
		if !p.content(i) && p.key(i) != "-" || p.is(i, secNegator) || p.is(i, secVerb) || strings.HasSuffix(p.key(i), "ly") {
			return false
		}
	}
	return to > from
}

// beforeNoun reports whether a kept word with a meaning stands at token i, which a word
// before it would describe.
func (p *passage) beforeNoun(i int) bool {
	return i < p.size() && p.sent[i] == p.sent[i-1] && p.tokens[i].Kind == text.Word && p.content(i) && !p.touched[i] && !p.is(i, secVerb) && !strings.HasSuffix(p.key(i), "ly")
}

// sameVerb reports whether two words look like verbs of one form, put in each other's
// place.
func (l *lexicon) sameVerb(a, b string) bool {
	return l.past(a) && l.past(b) || strings.HasSuffix(a, "ing") && strings.HasSuffix(b, "ing") ||
		strings.HasSuffix(a, "s") && strings.HasSuffix(b, "s")
}

// past reports whether a word looks like a past: by its ending, or an irregular form.
func (l *lexicon) past(w string) bool { return strings.HasSuffix(w, "ed") || l.forms[w] != "" }

// nounPlace reports whether a noun is due at token i: it is an article or a preposition,
// or one stands before it, at most near words away, or it opens a sentence.
func (p *passage) nounPlace(i, near int) bool {
	if p.is(i, secNounLead) || p.starts(i) && hasUpper(p.tokens[i].Text) {
		return true
	}
	for j := i - 1; j >= 0 && j >= i-near && p.sent[j] == p.sent[i]; j-- {
		if p.is(j, secNounLead) || p.is(j, secCardinal) || p.tokens[j].Kind == text.Number {
			return true
		}
		if !p.word(j) || !p.content(j) || p.is(j, secVerb) {
			return false
		}
	}
	return false
}
