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
	toks []text.Token
	seen []slotSet // by book: the pattern words that stand in a block
	// hits are what words are or may be in any book: an article says most of its words
	// many times, and articles say mostly the same words.
	hits map[string][]hit
	word []slotSet // by book, of one word
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
	if len(s.hits) > maxKnownWords {
		clear(s.hits)
	}
	return s
}

// Return takes a scanner back.
func (l *Scanners) Return(s *Scanner) { l.pool.Put(s) }

// NewScanner returns a scanner for articles in a language: a BCP 47 primary subtag,
// empty when unknown.
func NewScanner(lang string) *Scanner {
	n := len(shelved().books)
	return &Scanner{
		lang: lang, seen: make([]slotSet, n), word: make([]slotSet, n), hits: map[string][]hit{},
	}
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

// May reports whether a block, or a part of it that starts with one of its sentences,
// can be a note at all. It never says no to what the other methods would find. The
// block is given as the tokens of its sentences.
func (s *Scanner) May(sentences iter.Seq[[]text.Token], edge bool) bool {
	size := 0
	s.toks = s.toks[:0]
	for toks := range sentences {
		if len(toks) > 0 {
			size += toks[len(toks)-1].To
		}
		if size > maxNote {
			return false
		}
		s.toks = append(s.toks, toks...)
	}
	return s.known(edge) != 0
}

// candidates returns the lexicons by which a block or a part of it could be a note.
func (s *Scanner) candidates(folded string, edge bool) uint64 {
	s.toks = text.AppendTokens(s.toks[:0], folded)
	return s.known(edge)
}

// known returns the lexicons by which a block of the scanner's tokens could be a note.
func (s *Scanner) known(edge bool) uint64 {
	set := bookSet(s.lang, edge)
	s.see(set)
	out, need := uint64(0), needs(edge)
	for i, b := range shelved().books {
		if set&(1<<i) != 0 && !s.seen[i].empty() && b.atMost(&s.seen[i]) >= need {
			out |= 1 << i
		}
	}
	return out
}

// see collects the pattern words of a set of books that stand in the block, mistyped
// ones among them.
func (s *Scanner) see(set uint64) {
	clear(s.seen)
	quoted := false
	for i := range s.toks {
		switch t := &s.toks[i]; {
		case t.Text == `"`:
			quoted = !quoted
		case quoted:
		default:
			found, ok := s.hits[t.Key]
			if !ok {
				found = s.read(t)
				s.hits[strings.Clone(t.Key)] = found // without the article it stands in
			}
			join(found, set, s.seen)
		}
	}
}

// read returns the pattern words that one word is or may be.
func (s *Scanner) read(t *text.Token) []hit {
	clear(s.word)
	shelf := shelved()
	shelf.is(t.Key, everyBook, s.word)
	if t.Kind == text.Word && len(t.Key) >= shelf.letters {
		shelf.mayBe(t.Key, everyBook, s.word)
	}
	var out []hit
	for i := range s.word {
		if !s.word[i].empty() {
			out = append(out, hit{i, s.word[i]})
		}
	}
	return out
}

// atMost bounds the score of a passage whose words are among those seen: that of every
// cue and label all of whose words are there.
func (b *book) atMost(seen *slotSet) float64 {
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

// everyBook is the set of all lexicons.
const everyBook = ^uint64(0)

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
