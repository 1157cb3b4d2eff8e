package claim

import (
	"strings"

	"erratum/internal/text"
)

// longestSource bounds the words that are read as the name of a source.
const longestSource = 9

// readSources finds who is cited: "according to S", "S said", "said S".
func (p *passage) readSources() []found {
	var out []found
	for i := 0; i < p.size(); i++ {
		lead := p.leadsSource(i)
		ph := lead
		if ph == nil {
			ph = p.match(i, secVerb)
		}
		if ph == nil {
			continue
		}
		to := i + 1 + len(ph.rest)
		if p.inQuote(i) {
			if f, ok := p.incise(i, to); ok {
				f.verb, f.verbAt, f.verbTo = ph.saying(), i, to
				out = append(out, f)
			}
			continue
		}
		var f found
		var ok bool
		switch {
		case lead != nil:
			f, ok = p.sourceAfter(to)
		case p.passive(i):
			continue
		default:
			if f, ok = p.sourceBefore(i); !ok {
				f, ok = p.sourceBeyond(i)
			}
			if !ok && p.inverted(i) {
				f, ok = p.sourceAfter(to)
			}
		}
		if !ok || !f.speaks && (!p.cites(ph, i, to) && !p.closes(f, to) || !p.subject(&f) && !(lead != nil && p.is(i, secVerb))) {
			continue
		}
		f.verb, f.verbAt, f.verbTo = ph.saying(), i, to
		if other, ok := p.besides(f); ok {
			other.verb, other.verbAt, other.verbTo = ph.saying(), i, to
			out = append(out, other)
		}
		out = append(out, f)
	}
	return out
}

// cites reports whether a verb makes a noun phrase a source, whoever that is: a plain
// verb of saying, or one with what was said behind it. "The fire claimed two
// lives" cites nobody.
func (p *passage) cites(verb *phrase, at, to int) bool {
	return p.is(at, secSourceLead) || verb.class == "neutral" || p.key(to) == "that" || p.is(to, secPronoun)
}

// closes reports whether a source and its verb stand behind a comma at the end of a
// sentence, as they do after what was said (", forecasters warned.").
func (p *passage) closes(f found, to int) bool {
	return p.key(f.from-1) == "," && (to >= p.size() || p.sent[to] != p.sent[f.from] || p.sentenceEnd(to)-to == 1 && p.words(to, to+1) == 0)
}

// subject reports whether a noun phrase can be the subject of a sentence: "in an
// interview" and "on the phone she" are none. A language that leaves pronouns out has
// anything before its verbs ("después dijo"), so an article must tell.
func (p *passage) subject(f *found) bool {
	small := text.IsFunction(p.lex.lang, p.key(f.from))
	if p.lex.lang != "en" {
		return small
	}
	last := f.to - 1
	return !p.is(last, secPronoun) && !p.is(last, secQuantifier) && !p.is(last, secNegator) && !p.is(f.from, secNegator) && (!small || p.is(f.from, secArticle) || p.is(f.from, secOneLead) || p.is(f.from, secPronoun))
}

// besides reads another source that stands before one and an "and".
func (p *passage) besides(f found) (found, bool) {
	if !p.is(f.from-1, secRangeAnd) || p.sent[f.from-1] != p.sent[f.from] {
		return found{}, false
	}
	o, ok := p.sourceBefore(f.from - 1)
	return o, ok && o.speaks
}

// leadsSource returns the words at token i that a source follows ("laut", "selon"), or
// nil. "Segundo" is an ordinal as well: it cites only where no noun may follow it.
func (p *passage) leadsSource(i int) *phrase {
	ph := p.match(i, secSourceLead)
	if ph == nil {
		ph = p.misspeltLead(i)
	}
	if ph != nil && ph.class == asideLead && (!p.inverted(i) || !p.word(i+1) || !text.IsUpperStart(p.tokens[i+1].Text) && !p.is(i+1, secNounArticle)) {
		return nil // "so" cites after a quotation only
	}
	if ph == nil || !p.is(i, secOrdinal) {
		return ph
	}
	next := p.word(i+1) && (text.IsFunction(p.lex.lang, p.key(i+1)) || p.nameWord(i+1) || p.is(i+1, secSpeechNoun))
	if !next || !p.starts(i) && p.word(i-1) && text.IsFunction(p.lex.lang, p.key(i-1)) {
		return nil
	}
	return ph
}

// leastLead is the length from which the first of several words that a source follows is
// known misspelt: "accodring to".
const leastLead = 8

// misspeltLead returns the words at token i that a source follows, the first misspelt.
func (p *passage) misspeltLead(i int) *phrase {
	if i < 0 || i >= p.size() || p.terms[i].entry != nil || len(p.key(i)) < leastLead-1 {
		return nil
	}
	for _, w := range p.lex.leads {
		if !respelt(p.lex, w, p.key(i)) {
			continue
		}
		e := p.lex.entry(w)
		for k := range e.phrases {
			if ph := &e.phrases[k]; ph.section == secSourceLead && len(ph.rest) > 0 && p.follows(i+1, ph.rest) {
				return ph
			}
		}
	}
	return nil
}

// asideLead is the class of words that cite after a quotation only.
const asideLead = "aside"

// saying returns the class of verbs of saying that a phrase counts among.
func (ph *phrase) saying() string {
	if ph.class == asideLead {
		return "neutral"
	}
	return ph.class
}

// inverted reports whether a quotation, a comma or a dash stands right before the verb
// and its auxiliaries, or a word for "as", so that the source follows (", said Lee").
func (p *passage) inverted(i int) bool {
	for i > 0 && p.is(i-1, secAdverb) && p.sent[i-1] == p.sent[i] {
		i--
	}
	switch p.key(i - 1) {
	case "", ",", `"`, "'":
		return true
	case "-":
		return p.tokens[i].Space
	}
	return p.inQuote(i-1) || p.is(i-1, secInverter)
}

// passive reports whether a form of "be" stands before the verb: then it speaks of
// its subject ("was dismissed"). "Told" keeps a source as "by S" at best.
func (p *passage) passive(i int) bool {
	for j := i - 1; j >= 0 && j >= i-3 && p.sent[j] == p.sent[i]; j-- {
		if p.is(j, secBe) {
			return true
		}
		if !p.is(j, secAdverb) && !p.is(j, secNegator) {
			return false
		}
	}
	return false
}

// incise reads who speaks from within a quotation that is not closed for it, as French
// and Spanish print it ("« Nous irons, a dit la ministre, et vite. »").
func (p *passage) incise(i, to int) (found, bool) {
	if p.lex.lang == "en" || !p.inverted(i) {
		return found{}, false
	}
	end := to
	for end < p.size() && end-to < longestSource && p.word(end) && p.sent[end] == p.sent[i] {
		end++
	}
	if p.key(end) != "," {
		return found{}, false
	}
	f, ok := p.source(to, end)
	return f, ok && (f.speaks || p.subject(&f))
}

// sourceBefore reads the noun phrase that ends before the verb at token i.
func (p *passage) sourceBefore(i int) (found, bool) {
	end := i
	for end > 0 && (p.is(end-1, secAdverb) || p.is(end-1, secNegator) || strings.HasSuffix(p.key(end-1), "ly")) && p.sent[end-1] == p.sent[i] {
		end--
	}
	from := end
	for from > 0 && end-from < longestSource && p.sent[from-1] == p.sent[i] && p.sourceWord(from-1) {
		from--
	}
	return p.source(from, end)
}

// asideTokens bounds what may stand between a source and its verb.
const asideTokens = 30

// sourceBeyond reads the name that stands before an aside between commas and the verb
// at token i: "Ana Reyes, a spokeswoman for the port, said". The name opens its
// sentence or clause and the aside starts with a small word, so that the place in "In
// Lisbon, the port will close, said Reyes" is none.
func (p *passage) sourceBeyond(i int) (found, bool) {
	if i < 2 || p.key(i-1) != "," || p.sent[i-1] != p.sent[i] || p.inQuote(i-1) {
		return found{}, false
	}
	if f, ok := p.apposed(i - 1); ok {
		return f, true
	}
	for j := i - 2; j > 0 && i-j <= asideTokens && p.sent[j] == p.sent[i]; j-- {
		if p.key(j) != "," || p.inQuote(j) || !text.IsFunction(p.lex.lang, p.key(j+1)) {
			continue
		}
		f, ok := p.sourceBefore(j)
		if ok && f.last != "" && !text.IsFunction(p.lex.lang, p.key(f.from)) && (p.starts(f.from) || p.tokens[f.from-1].Kind == text.Punct) {
			return f, true
		}
	}
	return found{}, false
}

// apposed reads a name of two words or more between commas, of which the latter is
// token end, behind who it is: "A nurse, Ana Reyes, said".
func (p *passage) apposed(end int) (found, bool) {
	j := end - 1
	for j > 0 && p.nameWord(j) && p.sent[j] == p.sent[end] {
		j--
	}
	if end-j < 3 || p.key(j) != "," || p.sent[j] != p.sent[end] {
		return found{}, false
	}
	if who, ok := p.sourceBefore(j); !ok || !p.describes(&who) {
		return found{}, false
	}
	return p.source(j+1, end)
}

// sourceAfter reads the noun phrase that starts after a verb.
func (p *passage) sourceAfter(i int) (found, bool) {
	i = p.pastDate(i)
	to, noun := i, false
	for to < p.size() && to-i < longestSource && p.sent[to] == p.sent[i-1] && p.sourceWord(to) {
		if noun && p.endsSource(to) {
			break
		}
		noun = noun || p.word(to) && text.IsUpperStart(p.tokens[to].Text)
		to++
	}
	return p.source(i, to)
}

// pastDate steps over a date between a verb and its source ("anunció el lunes su
// portavoz").
func (p *passage) pastDate(i int) int {
	for at := i; at < p.size() && at <= i+2 && p.sent[at] == p.sent[i-1]; at++ {
		if f := p.within(dateValue, at); f != nil {
			return f.to
		}
		if !p.word(at) || p.content(at) {
			break
		}
	}
	return i
}

// endsSource reports whether a word after a name goes on with the sentence: a verb, or
// in German any small word that does not tie nouns ("laut Polizei stand das Tor offen").
func (p *passage) endsSource(i int) bool {
	if p.lex.lang == "en" || !p.word(i) || text.IsUpperStart(p.tokens[i].Text) {
		return false
	}
	if p.content(i) {
		return true
	}
	return p.lex.format.nouns && !p.is(i, secOf) && !p.is(i, secConnector)
}

// sourceWord reports whether token i may stand inside the name of a source.
func (p *passage) sourceWord(i int) bool {
	t := p.tokens[i]
	if t.Kind == text.Punct {
		return (t.Key == "-" || t.Key == "'") && p.glued(i) || t.Key == "." && p.glued(i) && p.nameWord(i+1) && p.sent[i+1] == p.sent[i] && (p.is(i-1, secHonorific) || p.is(i-1, secTitle) || len(p.key(i-1)) == 1)
	}
	if t.Kind != text.Word || p.is(i, secVerb) || p.leadsSource(i) != nil || p.is(i, secSourceStop) || p.inQuote(i) {
		return false
	}
	return p.within(dateValue, i) == nil
}

// source makes a value of a noun phrase and says whether it has a name or a noun that
// speaks; false when there is no word in it.
func (p *passage) source(from, to int) (found, bool) {
	f := found{from: from, to: to}
	for i := from; i < to; i++ {
		f.proxy = f.proxy || p.proxy(i, to)
		switch {
		case p.nameWord(i) && !p.is(i, secTitle) || p.opensSource(i, to):
			f.words = append(f.words, p.stem(i))
			f.last = p.stem(i)
			f.speaks = true
		case p.is(i, secSpeechNoun) || p.is(i, secTitle) || p.is(i, secGeneric) || p.is(i, secPlural):
			f.words = append(f.words, p.stem(i))
			f.speaks = true
		case p.word(i) && p.content(i):
			f.words = append(f.words, p.stem(i))
		}
	}
	if len(f.words) == 0 {
		return found{}, false
	}
	f.Value = Value{Text: p.cut(from, to), Canon: joinWords(f.words)}
	return f, true
}

// proxy reports whether token i is what somebody is to another who is named beside it:
// "Lee's lawyer", "a friend of the family". In "his son, John Lee" it is not.
func (p *passage) proxy(i, to int) bool {
	return p.is(i, secProxy) && (p.key(i-1) == "'s" || i+1 < to && text.IsFunction(p.lex.lang, p.key(i+1)))
}

// opensSource reports whether the first word of a sentence is the name of a source or
// the start of it, though the version has it nowhere else: one with a name right behind
// it, or by itself, when it is no listed word and no plural ("Witnesses").
func (p *passage) opensSource(i, to int) bool {
	if !p.starts(i) || !hasUpper(p.tokens[i].Text) || text.IsFunction(p.lex.lang, p.key(i)) {
		return false
	}
	if i+1 < to {
		return p.nameWord(i + 1)
	}
	return !p.lex.format.nouns && p.terms[i].entry == nil && !plural(p.key(i)) && !p.capital
}

func joinWords(words []string) string { return strings.Join(words, " ") }
