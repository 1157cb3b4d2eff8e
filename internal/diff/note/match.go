package note

import "erratum/internal/text"

// element is one step of a pattern: a gap when gap is positive, else a word.
type element struct {
	gap   int
	start bool // only at the start of a sentence
	slot  int
}

type pattern []element

// needs returns every word of a pattern.
func (p pattern) needs() slotSet {
	var out slotSet
	for _, e := range p {
		if e.gap == 0 {
			out.add(e.slot)
		}
	}
	return out
}

// word is a token as patterns see it.
type word struct {
	text.Token
	quoted bool // inside quotation marks: the words of somebody else
}

// words cuts a folded text into words, without the possessive 's and the apostrophe,
// which notes write in every manner.
func words(folded string) []word {
	tokens := text.Tokenize(folded)
	return appendWords(make([]word, 0, len(tokens)), tokens)
}

func appendWords(dst []word, tokens []text.Token) []word {
	quoted := false
	for _, t := range tokens {
		switch t.Text {
		case `"`:
			quoted = !quoted
			dst = append(dst, word{t, true})
		case "'s", "'S", "'":
		default:
			dst = append(dst, word{t, quoted})
		}
	}
	return dst
}

// view is the words of a passage as one lexicon sees them.
type view struct {
	ws    []word
	slots []slotSet // of each word that is not quoted
	all   slotSet
}

// sees returns the views of the first words of a passage, without and with mistyped
// words.
func (p *passage) sees(b *book, words int) (strict, loose view) {
	slab := make([]slotSet, 2*len(p.ws))
	strict = view{ws: p.ws, slots: slab[:len(p.ws):len(p.ws)]}
	loose = view{ws: p.ws, slots: slab[len(p.ws):]}
	p.look(b, &strict, &loose, 0, words)
	return strict, loose
}

// look fills in what the words from:to are.
func (p *passage) look(b *book, strict, loose *view, from, to int) {
	shelf := shelved()
	for i := from; i < to; i++ {
		w := &strict.ws[i]
		if w.quoted {
			continue
		}
		strict.slots[i], loose.slots[i] = shelf.slotsOf(w.Key, b, p.scratch)
		strict.all.join(&strict.slots[i])
		loose.all.join(&loose.slots[i])
	}
}

// match returns where the pattern ends when it starts at word i, or -1. Words from
// limit on are not looked at.
func (p pattern) match(v *view, i, limit int, atStart bool) int {
	if len(p) == 0 {
		return i
	}
	e := &p[0]
	if e.start && !atStart {
		return -1
	}
	if e.gap > 0 {
		for n := 0; n <= e.gap && i+n <= limit; n++ {
			if end := p[1:].match(v, i+n, limit, true); end >= 0 {
				return end
			}
		}
		return -1
	}
	if i >= limit || !v.slots[i].has(e.slot) {
		return -1
	}
	return p[1:].match(v, i+1, limit, true)
}

// find returns the first place of the pattern between from and limit, or -1, -1. A
// sentence starts at from.
func (p pattern) find(v *view, from, limit int) (int, int) {
	if len(p) == 0 {
		return -1, -1
	}
	for i := from; i < limit; i++ {
		if end := p.match(v, i, limit, i == from); end >= 0 {
			return i, end
		}
		if p[0].start {
			break
		}
	}
	return -1, -1
}
