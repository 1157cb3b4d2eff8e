package note

import (
	"maps"
	"math/bits"
	"sync"
)

// shelf is every lexicon made ready, and the words of all of them in one place, so
// that a word is looked up once for every language.
type shelf struct {
	books   []*book
	small   map[string]bool        // words of time stamps, months among them
	exact   map[string][]hit       // by word
	stems   map[string][]*stem     // by their first bytes, see stemHead
	typos   [2][typoShelves][]typo // what may be mistyped, by the first and second letter, and by the first and third
	numbers []hit                  // of those that any number is
	letters int                    // shorter words are never mistyped ones
}

// hit says which pattern words of a book a word is.
type hit struct {
	book  int
	slots slotSet
}

// allBooks is the set of every book.
const allBooks = ^uint64(0)

// stem is the start of a word, or a whole word where typos are sought.
type stem struct {
	letters string
	runes   []rune
	part    bool   // the word may go on
	books   uint64 // a bit for each book of hits
	hits    []hit
}

// typo is a word that may be mistyped, with what tells at a glance that another word is
// not it but for a letter.
type typo struct {
	mask   letterMask
	length int
	*stem
}

// typoShelves is how many lists the words that may be mistyped are parted into.
const typoShelves = 1 << 10

func typoShelf(a, b rune) int { return int(a*37+b) & (typoShelves - 1) }

// stemHead is how many bytes of a stem are looked up: four letters, or two of
// Cyrillic. No stem is shorter.
const stemHead = 4

// shelved makes the lexicons ready once; they never change. The files are part of the
// program; a test reads the error.
var shelved = sync.OnceValue(func() *shelf {
	all, _ := readLexicons()
	return shelve(all)
})

func shelve(all []*lexicon) *shelf {
	s := &shelf{
		small: map[string]bool{},
		exact: map[string][]hit{}, stems: map[string][]*stem{},
	}
	for i, l := range all {
		b := l.ready(s, i)
		s.books = append(s.books, b)
		if l.typos > 0 && (s.letters == 0 || l.typos < s.letters) {
			s.letters = l.typos
		}
		for name := range l.months {
			s.small[name] = true
		}
		maps.Copy(s.small, l.before)
		maps.Copy(s.small, l.marks)
	}
	return s
}

// enter puts a word, or the start of one, under a slot of a book.
func (s *shelf) enter(b *book, letters string, part, mistyped bool, slot int) {
	switch {
	case part:
		head := letters[:stemHead]
		s.stems[head] = enterStem(s.stems[head], b, letters, true, slot)
	default:
		s.exact[letters] = enterHit(s.exact[letters], b.index, slot)
	}
	if r := []rune(letters); mistyped && len(r) > 2 {
		for i := range s.typos {
			at := &s.typos[i][typoShelf(r[0], r[i+1])]
			*at = enterTypo(*at, b, letters, part, slot)
		}
	}
}

func enterHit(hits []hit, book, slot int) []hit {
	if n := len(hits); n == 0 || hits[n-1].book != book {
		hits = append(hits, hit{book: book})
	}
	hits[len(hits)-1].slots.add(slot)
	return hits
}

func enterStem(list []*stem, b *book, letters string, part bool, slot int) []*stem {
	for _, e := range list {
		if e.is(letters, part) {
			e.enter(b, slot)
			return list
		}
	}
	return append(list, newStem(b, letters, part, slot))
}

func enterTypo(list []typo, b *book, letters string, part bool, slot int) []typo {
	for i := range list {
		if list[i].is(letters, part) {
			list[i].enter(b, slot)
			return list
		}
	}
	e := newStem(b, letters, part, slot)
	return append(list, typo{maskOf(e.runes), len(e.runes), e})
}

func newStem(b *book, letters string, part bool, slot int) *stem {
	e := &stem{letters: letters, runes: []rune(letters), part: part}
	e.enter(b, slot)
	return e
}

func (e *stem) is(letters string, part bool) bool { return e.letters == letters && e.part == part }

func (e *stem) enter(b *book, slot int) {
	e.books |= 1 << b.index
	e.hits = enterHit(e.hits, b.index, slot)
}

// is adds the pattern words that a word is to those of each book of a set. It reports
// whether there are any.
func (s *shelf) is(key string, books uint64, sets []slotSet) bool {
	if key == "" {
		return false
	}
	if key[0] >= '0' && key[0] <= '9' {
		return join(s.numbers, books, sets)
	}
	found := join(s.exact[key], books, sets)
	if len(key) < stemHead {
		return found
	}
	for _, e := range s.stems[key[:stemHead]] {
		if e.books&books != 0 && len(key) >= len(e.letters) && key[:len(e.letters)] == e.letters {
			found = join(e.hits, books, sets) || found
		}
	}
	return found
}

func join(hits []hit, books uint64, sets []slotSet) bool {
	found := false
	for i := range hits {
		if h := &hits[i]; books&(1<<h.book) != 0 {
			sets[h.book].join(&h.slots)
			found = true
		}
	}
	return found
}

// letterMask has a bit for each letter of a word; several letters share one.
type letterMask uint32

func maskOf(letters []rune) (mask letterMask) {
	for _, r := range letters {
		mask |= 1 << (r & 31)
	}
	return mask
}

// lacks counts the letters, at least, that o has and m does not.
func (m letterMask) lacks(o letterMask) int { return bits.OnesCount32(uint32(o &^ m)) }

// maxMistyped bounds the letters of a word that is read as a mistyped one.
const maxMistyped = 24

// mayBe adds the pattern words that a word would be with one letter mistyped. It reports
// whether there are any.
func (s *shelf) mayBe(key string, books uint64, sets []slotSet) bool {
	var buf [maxMistyped]rune
	k := buf[:0]
	for _, r := range key {
		if len(k) == cap(k) {
			return false
		}
		k = append(k, r)
	}
	if len(k) < 3 {
		return false
	}
	// One letter apart, but for the first: the second or third letter of one is the
	// second or third of the other.
	mask, found := maskOf(k), false
	for i := range s.typos {
		found = s.mistyped(s.typos[i][typoShelf(k[0], k[1])], k, mask, books, sets) || found
		if k[1] != k[2] {
			found = s.mistyped(s.typos[i][typoShelf(k[0], k[2])], k, mask, books, sets) || found
		}
	}
	return found
}

// mistyped adds the pattern words of those of a list that k is but for a letter: one of
// theirs it may lack.
func (s *shelf) mistyped(list []typo, k []rune, mask letterMask, books uint64, sets []slotSet) bool {
	found := false
	for i := range list {
		e := &list[i]
		if e.length > len(k)+1 || mask.lacks(e.mask) > 1 || e.books&books == 0 || !e.mistyped(k) {
			continue
		}
		for i := range e.hits {
			h := &e.hits[i]
			if books&(1<<h.book) != 0 && len(k) >= s.books[h.book].letters {
				sets[h.book].join(&h.slots)
				found = true
			}
		}
	}
	return found
}

// mistyped reports whether k is the word, or starts with the stem, but for one letter
// changed, added, dropped or swapped with its neighbour. The first letter must agree.
func (e *stem) mistyped(k []rune) bool {
	s := e.runes
	if n := len(k) - len(s); n < -1 || n > 1 && !e.part {
		return false
	}
	i := 0
	for i < len(s) && i < len(k) && s[i] == k[i] {
		i++
	}
	switch {
	case i == 0 || i == len(s):
		return i > 0 && !e.part && len(k) == len(s)+1
	case e.goesOn(k, i, s, i+1), i < len(k) && (e.goesOn(k, i+1, s, i+1) || e.goesOn(k, i+1, s, i)):
		return true
	}
	return i+1 < len(s) && i+1 < len(k) && k[i] == s[i+1] && k[i+1] == s[i] && e.goesOn(k, i+2, s, i+2)
}

// goesOn reports whether k from i on is s from j on, or starts with it when k may go on.
func (e *stem) goesOn(k []rune, i int, s []rune, j int) bool {
	k, s = k[i:], s[j:]
	if len(k) < len(s) || len(k) > len(s) && !e.part {
		return false
	}
	for n := range s {
		if k[n] != s[n] {
			return false
		}
	}
	return true
}
