package note

import (
	"iter"
	"strings"
	"sync"

	"erratum/internal/text"
)

// Scanner looks for the notes of one article. It keeps its buffers between blocks,
// for most of them hold no note and are passed over on the words they are made of. It
// may not be used concurrently.
type Scanner struct {
	lang string
	seen []slotSet // by book: the pattern words that stand in a block
	toks []text.Token
	// What words are or may be in any book: by their numbers in one article, nil when not
	// asked, and by their keys where they have none, since articles say mostly the same
	// words.
	hits  [][]hit
	byKey map[string][]hit
	word  []slotSet // by book, of one word; empty between words
	slab  []hit     // a full one stays with those who point into it
}

// maxKnownWords is how many words a scanner knows before it forgets them all: some
// 2 MB.
const maxKnownWords = 20_000

// Scanners lends scanners, which know the words of the articles they read before: to
// find out what a new word may be costs more than all else. The zero value is ready,
// and may be used concurrently.
type Scanners struct{ pool sync.Pool }

// Borrow returns a scanner as [NewScanner] does.
func (l *Scanners) Borrow(lang string) *Scanner {
	s, ok := l.pool.Get().(*Scanner)
	if !ok {
		return NewScanner(lang)
	}
	s.lang = lang
	clear(s.hits)
	if len(s.byKey) > maxKnownWords {
		clear(s.byKey)
	}
	return s
}

// Return takes a scanner back.
func (l *Scanners) Return(s *Scanner) { l.pool.Put(s) }

// NewScanner returns a scanner for articles in a language: a BCP 47 primary subtag,
// empty when unknown.
func NewScanner(lang string) *Scanner {
	n := len(shelved().books)
	return &Scanner{lang: lang, seen: make([]slotSet, n), word: make([]slotSet, n), byKey: map[string][]hit{}}
}

// Find is [Find] in the scanner's language.
func (s *Scanner) Find(block string, edge bool) (Note, bool) {
	all := s.FindAll(block, edge)
	if len(all) == 0 {
		return Note{}, false
	}
	return all[0], true
}

// FindAll is [FindAll] in the scanner's language.
func (s *Scanner) FindAll(block string, edge bool) []Note {
	f := text.Fold(block)
	if f.Text == "" || len(f.Text) > maxNote {
		return nil
	}
	set := s.candidates(f.Text, edge)
	if set == 0 {
		return nil
	}
	return search{f, s.lang, edge, books(set, s.lang)}.all()
}

// Sentence is the tokens of a sentence. Words of the article that are equal have equal
// numbers, from 0 on: an article says most of its words many times.
type Sentence struct {
	Tokens  []text.Token
	Numbers []int32
}

// May reports whether a block, or a part of it that starts with one of its sentences,
// can be a note at all. It never says no to what the other methods would find.
func (s *Scanner) May(sentences iter.Seq[Sentence], edge bool) bool {
	size := 0
	for sentence := range sentences {
		if n := len(sentence.Tokens); n > 0 {
			size += sentence.Tokens[n-1].To
		}
	}
	if size > maxNote {
		return false
	}
	set := bookSet(s.lang, edge)
	clear(s.seen)
	quoted := false
	for sentence := range sentences {
		for i := range sentence.Tokens {
			if t := &sentence.Tokens[i]; t.Text == `"` {
				quoted = !quoted
			} else if !quoted {
				join(s.numbered(t, sentence.Numbers[i]), set, s.seen)
			}
		}
	}
	return s.enough(set, edge) != 0
}

// candidates returns the lexicons by which a block or a part of it could be a note.
func (s *Scanner) candidates(folded string, edge bool) uint64 {
	set := bookSet(s.lang, edge)
	clear(s.seen)
	quoted := false
	s.toks = text.AppendTokens(s.toks[:0], folded)
	for i := range s.toks {
		if t := &s.toks[i]; t.Text == `"` {
			quoted = !quoted
		} else if !quoted {
			join(s.keyed(t), set, s.seen)
		}
	}
	return s.enough(set, edge)
}

// enough returns those of a set of lexicons of which so many pattern words were seen
// that they may make a note.
func (s *Scanner) enough(set uint64, edge bool) uint64 {
	out, need := uint64(0), needs(edge)
	for i, b := range shelved().books {
		if set&(1<<i) != 0 && !s.seen[i].empty() && b.atMost(&s.seen[i]) >= need {
			out |= 1 << i
		}
	}
	return out
}

// numbered returns the pattern words that a word with a number is or may be.
func (s *Scanner) numbered(t *text.Token, number int32) []hit {
	if n := int(number) + 1 - len(s.hits); n > 0 {
		s.hits = append(s.hits, make([][]hit, n+len(s.hits))...)
	}
	if s.hits[number] == nil {
		s.hits[number] = s.read(t)
	}
	return s.hits[number]
}

// keyed is numbered for a word without a number.
func (s *Scanner) keyed(t *text.Token) []hit {
	found, ok := s.byKey[t.Key]
	if !ok {
		found = s.read(t)
		s.byKey[strings.Clone(t.Key)] = found // without the article it stands in
	}
	return found
}

// read returns the pattern words that one word is or may be.
func (s *Scanner) read(t *text.Token) []hit {
	shelf := shelved()
	found := shelf.is(t.Key, allBooks, s.word)
	if t.Kind == text.Word && len(t.Key) >= shelf.letters {
		found = shelf.mayBe(t.Key, allBooks, s.word) || found
	}
	if !found {
		return []hit{}
	}
	if cap(s.slab)-len(s.slab) < len(s.word) {
		s.slab = make([]hit, 0, 4*len(s.word))
	}
	from := len(s.slab)
	for i := range s.word {
		if !s.word[i].empty() {
			s.slab = append(s.slab, hit{i, s.word[i]})
		}
	}
	clear(s.word)
	return s.slab[from:len(s.slab):len(s.slab)]
}

// atMost bounds the score of a passage whose words are among those seen: that of every
// cue and label all of whose words are there.
func (b *book) atMost(seen *slotSet) float64 {
	if !seen.meets(&b.telling) {
		return 0
	}
	score := 0.
	for i := range b.labels {
		if l := &b.labels[i]; seen.has(l.last) && seen.holds(&l.needs) {
			score = max(score, l.form.score())
		}
	}
	if seen.meets(&b.changes) {
		score += datedScore
	}
	name := 0.
	for i := range b.positive {
		c := &b.positive[i]
		if i == 0 || c.name != b.positive[i-1].name {
			score += name
			name = 0
		}
		if seen.has(c.last) && c.weight > name && seen.holds(&c.needs) {
			name = c.weight
		}
	}
	return score + name
}

// bookSet returns the lexicons that are tried: all of them, but in the middle of a
// text of known language, where most paragraphs are looked at and next to none is a
// note, only that language and English.
func bookSet(lang string, edge bool) uint64 {
	all := shelved()
	set := uint64(0)
	for i, b := range all.books {
		if edge || lang == "" || b.lang == lang || b.lang == firstLanguage {
			set |= 1 << i
		}
	}
	return set
}
