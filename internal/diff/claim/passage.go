package claim

import (
	"sort"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// passage is a run of sentences of one version read as one text: the side of a
// group, or a single sentence. Values are parsed on first use and kept.
type passage struct {
	doc     *diff.Doc
	lex     *lexicon
	version *version
	tokens  []text.Token // may be the version's own: see spell
	terms   []*term      // of each token
	sent    []int        // sentence ID of each token
	ids     []int        // sentences, ascending
	plain   *passage     // the one sentence it is, as the version has it, where its values are read; nil when it is more, or spelt or read otherwise
	touched []bool       // the token stands in an edit; nil in a sentence of the version
	formal  []bool       // the token stands in an edit of form alone; nil when unknown
	told    []bool       // a change that was found already speaks of the token

	quoted  []bool
	granted []bool // the word is a name for what it replaced; nil when none is
	bag     map[string]int
	values  [kindsOfValue][]found
	parsed  [kindsOfValue]bool
	names   *nameBook
	capital bool // in title case: a capital tells nothing
	shouted bool // printed in capitals throughout
}

// valueKind is a kind of value that a passage is read for.
type valueKind int

const (
	dateValue valueKind = iota
	numberValue
	nameValue
	quoteValue
	sourceValue
	kindsOfValue
)

// found is a value with its tokens.
type found struct {
	Value
	from, to int      // tokens of the passage
	heads    []string // stems of the words it counts or belongs to
	at       moment   // of a date
	words    []string // of a name or quote: what is compared
	last     string   // of a source: the last word of its name
	speaks   bool     // of a source: it has a name, or a noun for those who speak
	proxy    bool     // of a source: who stands close to the one named ("Lee's lawyer")
	verb     string   // of a source: class of the reporting verb
	verbAt   int      // of a source: token of the verb
	verbTo   int      // of a source: where the verb ends
	version  bool     // of a number: a dotted chain ("6.6.3")
	age      bool     // of a number: years of somebody's life ("62-year-old", "aged 62")
	weak     bool     // too slight to be told when it only came or went
}

// newPassage reads sentences of a version as one text that rules can mark.
func newPassage(v *version, ids []int) *passage {
	var p *passage
	if len(ids) == 1 {
		plain := v.sentence(ids[0])
		p = &passage{
			doc: v.doc, lex: v.lex, version: v, names: v.names, ids: plain.ids, sent: plain.sent,
			tokens: plain.tokens, terms: plain.terms, capital: plain.capital, shouted: plain.shouted, plain: plain,
		}
	} else {
		p = readPassage(v, ids)
	}
	n := p.size()
	flags := make([]bool, 2*n)
	p.touched, p.told = flags[:n:n], flags[n:]
	return p
}

// plain returns the passage of one sentence as the version has it, or of none.
func (v *version) plain(ids []int) *passage {
	if len(ids) == 1 {
		return v.sentence(ids[0])
	}
	if v.nothing == nil {
		v.nothing = readPassage(v, nil)
	}
	return v.nothing
}

// readPassage reads sentences of a version as one text.
func readPassage(v *version, ids []int) *passage {
	p := &passage{doc: v.doc, lex: v.lex, version: v, ids: ids, names: v.names}
	n := 0
	for _, id := range ids {
		n += len(v.doc.Sentences[id].Tokens)
	}
	if len(ids) == 1 {
		p.tokens, p.terms = v.doc.Sentences[ids[0]].Tokens, v.termsOf(ids[0])
	} else {
		p.tokens, p.terms = make([]text.Token, 0, n), make([]*term, 0, n)
		for _, id := range ids {
			p.tokens = append(p.tokens, v.doc.Sentences[id].Tokens...)
			p.terms = append(p.terms, v.termsOf(id)...)
		}
	}
	p.sent = make([]int, 0, n)
	for _, id := range ids {
		for range v.doc.Sentences[id].Tokens {
			p.sent = append(p.sent, id)
		}
	}
	p.capital, p.shouted = p.titleCase(), p.allCapitals()
	return p
}

// size is the number of tokens.
func (p *passage) size() int { return len(p.tokens) }

// key returns the comparable form of a token, empty out of range.
func (p *passage) key(i int) string {
	if i < 0 || i >= len(p.tokens) {
		return ""
	}
	return p.tokens[i].Key
}

// is reports whether token i belongs to a section of the lexicon.
func (p *passage) is(i int, s section) bool {
	return p.match(i, s) != nil
}

// match returns the longest phrase of a section that starts at token i, or nil.
func (p *passage) match(i int, s section) *phrase {
	if i < 0 || i >= len(p.terms) || !p.terms[i].entry.in(s) {
		return nil
	}
	e := p.terms[i].entry
	for k := range e.phrases {
		if ph := &e.phrases[k]; ph.section == s && p.follows(i+1, ph.rest) {
			return ph
		}
	}
	return nil
}

// follows reports whether the keys stand at token i in the same sentence.
func (p *passage) follows(i int, keys []string) bool {
	if i+len(keys) > len(p.tokens) {
		return false
	}
	for k, w := range keys {
		if !matches(w, p.tokens[i+k].Key) || p.sent[i+k] != p.sent[i-1] {
			return false
		}
	}
	return true
}

// matchBefore returns the phrase of a section that ends at token i, and its start.
func (p *passage) matchBefore(i int, s section) (*phrase, int) {
	for from := max(0, i-4); from <= i; from++ {
		if ph := p.match(from, s); ph != nil && from+len(ph.rest) == i {
			return ph, from
		}
	}
	return nil, 0
}

// word reports whether token i is a word.
func (p *passage) word(i int) bool {
	return i >= 0 && i < len(p.tokens) && p.tokens[i].Kind == text.Word
}

// starts reports whether token i opens its sentence, quotation marks and brackets
// apart.
func (p *passage) starts(i int) bool {
	for i > 0 && p.sent[i-1] == p.sent[i] {
		if k := p.tokens[i-1].Kind; k == text.Word || k == text.Number || k == text.Symbol {
			return false
		}
		switch p.tokens[i-1].Key {
		case ":", ";", ",", "-":
			return false
		}
		i--
	}
	return true
}

// glued reports whether token i follows its neighbour without a space.
func (p *passage) glued(i int) bool {
	return i > 0 && i < len(p.tokens) && !p.tokens[i].Space && p.sent[i] == p.sent[i-1]
}

// content reports whether token i carries meaning: a number, or a word that is no
// function word.
func (p *passage) content(i int) bool {
	t := &p.tokens[i]
	switch t.Kind {
	case text.Number:
		return true
	case text.Word:
		return t.Key != "'s" && !p.terms[i].function
	default:
		return false
	}
}

// contentIn counts the content tokens of a span.
func (p *passage) contentIn(from, to int) int {
	n := 0
	for i := from; i < to; i++ {
		if p.content(i) {
			n++
		}
	}
	return n
}

// anyTouched reports whether an edit reaches into a span.
func (p *passage) anyTouched(from, to int) bool { return anyTrue(p.touched, from, to) }

// anyTold reports whether a change speaks of a token of the span.
func (p *passage) anyTold(from, to int) bool { return anyTrue(p.told, from, to) }

// editTold reports whether a change speaks of an edited token of the span.
func (p *passage) editTold(from, to int) bool {
	for i := max(0, from); i < to && i < len(p.told); i++ {
		if p.told[i] && p.touched[i] {
			return true
		}
	}
	return false
}

// tell marks tokens as spoken of.
func (p *passage) tell(from, to int) {
	for i := max(0, from); i < to && i < len(p.told); i++ {
		p.told[i] = true
	}
}

// tellTouched marks the tokens of a value as spoken of, if it was edited at all.
func (p *passage) tellTouched(from, to int) {
	if p.anyTouched(from, to) {
		p.tell(from, to)
	}
}

func anyTrue(flags []bool, from, to int) bool {
	for i := max(0, from); i < to && i < len(flags); i++ {
		if flags[i] {
			return true
		}
	}
	return false
}

// cut returns the raw text of the tokens from to to, as printed. Sentences are
// joined by a space; where others stand between two, it ends: what it returns must
// stand in the article.
func (p *passage) cut(from, to int) string {
	out := ""
	for from < to {
		end := from + 1
		for end < to && p.sent[end] == p.sent[from] {
			end++
		}
		s := &p.doc.Sentences[p.sent[from]]
		if out != "" {
			if p.sent[from] != p.sent[from-1]+1 {
				break
			}
			out += " "
		}
		out += s.Folded.Cut(p.tokens[from].From, p.tokens[end-1].To)
		from = end
	}
	return out
}

// appendSpans appends where the tokens from to to stand in the raw sentences.
func (p *passage) appendSpans(out []diff.Span, side diff.Side, from, to int) []diff.Span {
	for from < to {
		end := from + 1
		for end < to && p.sent[end] == p.sent[from] {
			end++
		}
		s := &p.doc.Sentences[p.sent[from]]
		a, b := s.Folded.Span(p.tokens[from].From, p.tokens[end-1].To)
		out = append(out, diff.Span{Side: side, Sentence: p.sent[from], From: a, To: b})
		from = end
	}
	return out
}

// maxValues bounds the values of a kind in a passage: they are compared pair by pair,
// and looked for in the other version one by one. An honest passage has far fewer.
const maxValues = 200

// of returns the values of a kind, in order, the first maxValues of them.
func (p *passage) of(k valueKind) []found {
	if p.plain != nil {
		return p.plain.of(k)
	}
	if p.parsed[k] {
		return p.values[k]
	}
	p.parsed[k] = true
	vs := p.readValues(k)
	p.values[k] = vs[:min(len(vs), maxValues)]
	return p.values[k]
}

func (p *passage) readValues(k valueKind) []found {
	switch k {
	case dateValue:
		return p.readDates()
	case numberValue:
		return p.readNumbers()
	case nameValue:
		return p.readNames()
	case quoteValue:
		return p.readQuotes()
	case sourceValue:
		return p.readSources()
	}
	return p.values[k]
}

// within returns the value of a kind that covers token i, or nil. Not for sources,
// which may overlap.
func (p *passage) within(k valueKind, i int) *found {
	vs := p.of(k)
	n := sort.Search(len(vs), func(n int) bool { return vs[n].to > i })
	if n < len(vs) && vs[n].from <= i {
		return &vs[n]
	}
	return nil
}
