package note

import "erratum/internal/text"

// Scanner looks for the notes of one article. It keeps its buffers between blocks,
// for most of them hold no note and are passed over on the words they are made of. It
// may not be used concurrently.
type Scanner struct {
	lang string
	toks []text.Token
	seen []slotSet // by book: the pattern words that stand in a block
	// plain are words, by the books that were asked, that are no pattern words, not
	// even mistyped: an article says most of its words many times.
	plain map[plainWord]bool
}

// plainWord is a word and the set of books that do not know it.
type plainWord struct {
	key   string
	books uint64
}

// NewScanner returns a scanner for articles in a language: a BCP 47 primary subtag,
// empty when unknown.
func NewScanner(lang string) *Scanner {
	return &Scanner{lang: lang, seen: make([]slotSet, len(shelved().books)), plain: map[plainWord]bool{}}
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
// can be a note at all. It never says no to what the other methods would find.
func (s *Scanner) May(block string, edge bool) bool {
	f := text.Fold(block)
	return len(f.Text) <= maxNote && s.candidates(f.Text, edge) != 0
}

// candidates returns the lexicons by which a block or a part of it could be a note.
func (s *Scanner) candidates(folded string, edge bool) uint64 {
	s.toks = text.AppendTokens(s.toks[:0], folded)
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
	shelf := shelved()
	quoted := false
	for i := range s.toks {
		switch t := &s.toks[i]; {
		case t.Text == `"`:
			quoted = !quoted
		case quoted:
		case t.Kind == text.Punct:
			shelf.is(t.Key, set, s.seen)
		default:
			s.seeWord(shelf, t, set)
		}
	}
}

// seeWord adds the pattern words that one word is or may be.
func (s *Scanner) seeWord(shelf *shelf, t *text.Token, set uint64) {
	w := plainWord{t.Key, set}
	if s.plain[w] {
		return
	}
	known := shelf.is(t.Key, set, s.seen)
	if t.Kind == text.Word && len(t.Key) >= shelf.letters {
		known = shelf.mayBe(t.Key, set, s.seen) || known
	}
	if !known {
		s.plain[w] = true
	}
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
