package note

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// book is a lexicon made ready for matching.
type book struct {
	lang   string
	labels []readyLabel
	cues   []readyCue
	months map[string]int
	clock  map[string]bool
	before map[string]bool
	days   map[string]bool
	from   map[string]bool
	to     map[string]bool
	as     map[string]bool
	it     map[string]bool
	facts  []readyFact

	not, instead, deny, but         []pattern
	wrongly, said, named, error, is []pattern
	update, correct                 pattern    // words of change
	changes                         slotSet    // the slots of both
	speech                          slotSet    // of labels and of what speaks for a note
	positive                        []readyCue // those that speak for a note, by name
	telling                         slotSet    // words of change, and the last ones of labels and positive cues: without any there is no score

	index   int            // on the shelf
	letters int            // from so many letters on a word may be mistyped; 0 never
	slots   map[string]int // of the words of patterns, as written
}

// readyFact is a word for a kind of fact.
type readyFact struct {
	fact    Fact
	pattern pattern
}

type readyLabel struct {
	label
	pattern pattern
	needs   slotSet // as of a cue
	last    int     // as of a cue
}

type readyCue struct {
	cue
	pattern pattern
	needs   slotSet // every word of the pattern: absent from a passage, the cue cannot match
	last    int     // the last of them, which is seldom a small word
}

// maxSlots is how many different words the patterns of a lexicon may have.
const maxSlots = 64 * len(slotSet{})

// slotSet is a set of pattern words.
type slotSet [6]uint64

func (s *slotSet) add(i int)      { s[i>>6] |= 1 << (i & 63) }
func (s *slotSet) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }
func (s *slotSet) join(t *slotSet) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *slotSet) holds(t *slotSet) bool {
	missing := uint64(0)
	for i := range s {
		missing |= t[i] &^ s[i]
	}
	return missing == 0
}

// meets reports whether the sets have a member in common.
func (s *slotSet) meets(t *slotSet) bool {
	common := uint64(0)
	for i := range s {
		common |= t[i] & s[i]
	}
	return common != 0
}

func (s *slotSet) empty() bool { return *s == slotSet{} }

// ready makes a lexicon ready and enters its words on a shelf.
func (l *lexicon) ready(s *shelf, index int) *book {
	b := &book{
		lang: l.lang, months: l.months, clock: l.clock, before: l.before, days: l.days,
		from: l.says.from, to: l.says.to, as: l.says.as, it: l.says.it, letters: l.typos, index: index, slots: map[string]int{},
	}
	c := compiler{l, b, s}
	b.not, b.instead = c.compileAll(l.says.not), c.compileAll(l.says.instead)
	b.deny, b.but = c.compileAll(l.says.deny), c.compileAll(l.says.but)
	b.wrongly, b.said, b.is = c.compileAll(l.says.wrongly), c.compileAll(l.says.said), c.compileAll(l.says.is)
	b.named, b.error = c.compileAll(l.says.named), c.compileAll(l.says.error)
	for _, f := range factKinds {
		for _, p := range c.compileAll(l.facts[f]) {
			b.facts = append(b.facts, readyFact{f, p})
		}
	}
	b.update, b.correct = c.compile("<update>"), c.compile("<correct>")
	for _, lb := range l.labels {
		p := c.compile(lb.words)
		b.labels = append(b.labels, readyLabel{lb, p, p.needs(), p[len(p)-1].slot})
		needs := p.needs()
		b.speech.join(&needs)
	}
	for _, cue := range l.cues {
		p := c.compile(cue.pattern)
		b.cues = append(b.cues, readyCue{cue, p, p.needs(), p[len(p)-1].slot})
	}
	for _, c := range b.cues {
		if c.weight > 0 {
			b.speech.join(&c.needs)
			b.positive = append(b.positive, c)
		}
	}
	slices.SortStableFunc(b.positive, func(x, y readyCue) int { return strings.Compare(x.name, y.name) })
	for _, p := range []pattern{b.update, b.correct} {
		for _, e := range p {
			b.changes.add(e.slot)
		}
	}
	b.telling = b.changes
	for i := range b.labels {
		b.telling.add(b.labels[i].last)
	}
	for i := range b.positive {
		b.telling.add(b.positive[i].last)
	}
	return b
}

// compiler reads the patterns of a lexicon into a book.
type compiler struct {
	lexicon *lexicon
	book    *book
	shelf   *shelf
}

func (c *compiler) compileAll(patterns []string) []pattern {
	var out []pattern
	for _, p := range patterns {
		out = append(out, c.compile(p))
	}
	return out
}

// compile reads a pattern.
func (c *compiler) compile(s string) pattern {
	var out pattern
	start := false
	for word := range strings.FieldsSeq(s) {
		if word == "^" {
			start = true
			continue
		}
		e := element{start: start}
		if rest, ok := strings.CutPrefix(word, "..."); ok && rest != "" {
			for _, r := range rest {
				e.gap = e.gap*10 + int(r-'0')
			}
		} else {
			e.slot = c.slot(word)
		}
		out = append(out, e)
		start = false
	}
	return out
}

// slot returns the number of a pattern word, which it enters when it is new.
func (c *compiler) slot(word string) int {
	n, ok := c.book.slots[word]
	if !ok {
		n = len(c.book.slots)
		c.book.slots[word] = n
		c.enter(word, n)
	}
	return n
}

// enter puts the alternatives of a word, with its classes opened, under a slot.
func (c *compiler) enter(word string, slot int) {
	for alt := range strings.SplitSeq(word, "|") {
		class, isClass := strings.CutPrefix(alt, "<")
		letters, part := strings.CutSuffix(alt, "*")
		letters, exactly := strings.CutSuffix(letters, "!")
		if len(alt) == 1 {
			letters, part = alt, false // the mark itself
		}
		switch {
		case letters == "":
		case alt == anyNumber:
			c.shelf.numbers = enterHit(c.shelf.numbers, c.book.index, slot)
		case isClass && strings.HasSuffix(class, ">"):
			c.enter(c.lexicon.classes[strings.TrimSuffix(class, ">")], slot)
		default:
			typos := c.lexicon.typos
			mistyped := typos > 0 && !exactly && utf8.RuneCountInString(letters) >= typos-1
			c.shelf.enter(c.book, letters, part, mistyped, slot)
		}
	}
}

// slotsOf returns the pattern words that a word is, and those that it is when one
// letter may be mistyped. It uses sets, of which there is one for each book.
func (s *shelf) slotsOf(key string, b *book, sets []slotSet) (strict, loose slotSet) {
	sets[b.index] = slotSet{}
	s.is(key, 1<<b.index, sets)
	strict = sets[b.index]
	if strict.empty() && b.letters > 0 && len(key) >= b.letters {
		s.mayBe(key, 1<<b.index, sets) // a word of the lexicon is not a mistyped other one
	}
	return strict, sets[b.index]
}
