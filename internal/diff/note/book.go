package note

import (
	"maps"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// book is a lexicon made ready for matching.
type book struct {
	lang     string
	cyrillic bool // its words are written in Cyrillic
	labels   []readyLabel
	cues     []readyCue
	clock    map[string]bool
	before   map[string]bool
	days     map[string]bool
	marks    map[string]bool // the weekdays among them
	from     map[string]bool
	to       map[string]bool

	not, instead      []pattern
	wrongly, said, is []pattern
	update, correct   pattern // words of change
	changes           slotSet // the slots of both

	letters int            // from so many letters on a word may be mistyped; 0 never
	slots   map[string]int // of the words of patterns, as written
	exact   map[string]slotSet
	stems   map[rune][]stem // by first letter
	typos   map[rune][]stem // by first letter: what may be mistyped
}

type readyLabel struct {
	label
	pattern pattern
}

type readyCue struct {
	cue
	pattern pattern
	needs   slotSet // every word of the pattern: absent from a passage, the cue cannot match
}

// stem is the start of a word, or a whole word where typos are sought.
type stem struct {
	letters string
	runes   []rune
	part    bool // the word may go on
	slots   slotSet
}

// slotSet is a set of pattern words; a lexicon has fewer than 256 different ones.
type slotSet [4]uint64

func (s *slotSet) add(i int)      { s[i>>6&3] |= 1 << (i & 63) }
func (s *slotSet) has(i int) bool { return s[i>>6&3]&(1<<(i&63)) != 0 }
func (s *slotSet) join(t slotSet) { s[0] |= t[0]; s[1] |= t[1]; s[2] |= t[2]; s[3] |= t[3] }
func (s *slotSet) holds(t slotSet) bool {
	return t[0]&^s[0] == 0 && t[1]&^s[1] == 0 && t[2]&^s[2] == 0 && t[3]&^s[3] == 0
}

// meets reports whether the sets have a member in common.
func (s *slotSet) meets(t slotSet) bool {
	return s[0]&t[0]|s[1]&t[1]|s[2]&t[2]|s[3]&t[3] != 0
}

// shelf is every lexicon made ready, and the month names of all of them.
type shelf struct {
	books  []*book
	months map[string]int
}

// shelved makes the lexicons ready once; they never change. The files are part of the
// program; a test reads the error.
var shelved = sync.OnceValue(func() *shelf {
	s := &shelf{months: map[string]int{}}
	all, _ := readLexicons()
	for _, l := range all {
		s.books = append(s.books, l.ready())
		maps.Copy(s.months, l.months)
	}
	return s
})

// maxSlots is how many different words the patterns of a lexicon may have.
const maxSlots = 256

func (l *lexicon) ready() *book {
	b := &book{
		lang: l.lang, clock: l.clock, before: l.before, days: l.days, marks: l.marks,
		from: l.says.from, to: l.says.to, letters: l.typos,
		slots: map[string]int{}, exact: map[string]slotSet{}, stems: map[rune][]stem{}, typos: map[rune][]stem{},
	}
	b.not, b.instead = l.compileAll(b, l.says.not), l.compileAll(b, l.says.instead)
	b.wrongly, b.said, b.is = l.compileAll(b, l.says.wrongly), l.compileAll(b, l.says.said), l.compileAll(b, l.says.is)
	b.update, b.correct = l.compile(b, "<update>"), l.compile(b, "<correct>")
	for _, lb := range l.labels {
		b.labels = append(b.labels, readyLabel{lb, l.compile(b, lb.words)})
	}
	for _, c := range l.cues {
		ready := readyCue{cue: c, pattern: l.compile(b, c.pattern)}
		for _, e := range ready.pattern {
			if e.gap == 0 {
				ready.needs.add(e.slot)
			}
		}
		b.cues = append(b.cues, ready)
	}
	for _, p := range []pattern{b.update, b.correct} {
		for _, e := range p {
			b.changes.add(e.slot)
		}
	}
	for r := range b.stems {
		b.cyrillic = b.cyrillic || unicode.Is(unicode.Cyrillic, r)
	}
	return b
}

func (l *lexicon) compileAll(b *book, patterns []string) []pattern {
	var out []pattern
	for _, p := range patterns {
		out = append(out, l.compile(b, p))
	}
	return out
}

// compile reads a pattern.
func (l *lexicon) compile(b *book, s string) pattern {
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
			e.slot = l.slot(b, word)
		}
		out = append(out, e)
		start = false
	}
	return out
}

// slot returns the number of a pattern word, which it enters when it is new.
func (l *lexicon) slot(b *book, word string) int {
	n, ok := b.slots[word]
	if !ok {
		n = len(b.slots)
		b.slots[word] = n
		l.enter(b, word, n)
	}
	return n
}

// enter puts the alternatives of a word, with its classes opened, under a slot.
func (l *lexicon) enter(b *book, word string, slot int) {
	for alt := range strings.SplitSeq(word, "|") {
		class, isClass := strings.CutPrefix(alt, "<")
		letters, part := strings.CutSuffix(alt, "*")
		letters, exactly := strings.CutSuffix(letters, "!")
		switch {
		case alt == "" || letters == "":
			continue
		case isClass && strings.HasSuffix(class, ">"):
			l.enter(b, l.classes[strings.TrimSuffix(class, ">")], slot)
			continue
		}
		e := stem{letters: letters, runes: []rune(letters), part: part}
		e.slots.add(slot)
		first := e.runes[0]
		if part {
			b.stems[first] = append(b.stems[first], e)
		} else {
			s := b.exact[letters]
			s.add(slot)
			b.exact[letters] = s
		}
		if l.typos > 0 && !exactly && len(e.runes) >= l.typos-1 {
			b.typos[first] = append(b.typos[first], e)
		}
	}
}

// slotsOf returns the pattern words that a word is, and those that it is when one
// letter may be mistyped.
func (b *book) slotsOf(key string) (strict, loose slotSet) {
	strict = b.exact[key]
	first, _ := utf8.DecodeRuneInString(key)
	for i := range b.stems[first] {
		if s := &b.stems[first][i]; strings.HasPrefix(key, s.letters) {
			strict.join(s.slots)
		}
	}
	loose = strict
	if strict != (slotSet{}) || b.letters == 0 || len(key) < b.letters {
		return strict, loose // a word of the lexicon is not a mistyped other one
	}
	k := []rune(key)
	if len(k) < b.letters {
		return strict, loose
	}
	for i := range b.typos[first] {
		if s := &b.typos[first][i]; s.mistyped(k) {
			loose.join(s.slots)
		}
	}
	return strict, loose
}

// mistyped reports whether k is the word, or starts with the stem, but for a letter.
func (s *stem) mistyped(k []rune) bool {
	if !s.part {
		return oneEdit(k, s.runes)
	}
	for n := len(s.runes) - 1; n <= len(s.runes)+1 && n <= len(k); n++ {
		if oneEdit(k[:n], s.runes) {
			return true
		}
	}
	return false
}

// oneEdit reports whether a and b differ by one letter changed, added, dropped or
// swapped with its neighbour. The first letter must agree.
func oneEdit(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 || len(b)-len(a) > 1 || a[0] != b[0] {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return equal(a[i:], b[i+1:])
	}
	if i == len(a) {
		return false
	}
	return equal(a[i+1:], b[i+1:]) ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && equal(a[i+2:], b[i+2:])
}

func equal(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return len(a) == len(b)
}
