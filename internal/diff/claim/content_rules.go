package claim

import (
	"strings"

	"erratum/internal/text"
)

// Bounds of what counts as content rather than wording.
const (
	// longPassage is the number of content words in one stretch from which an
	// addition is told as a whole and not value by value.
	longPassage = 4
	// minContent is the number of content words that nothing else has told of, new
	// to the whole version, from which they are told (methods.md §7).
	minContent = 3
	// rewrittenWords is the number of content words of both sides from which a
	// stretch is told as rewritten.
	rewrittenWords = 8
	// nearEdits is the number of kept tokens between two edits that belong together.
	nearEdits = 3
)

// stretches joins edits that stand close to each other.
func (s *site) stretches() []edit {
	var out []edit
	for _, e := range s.edits {
		if n := len(out); n > 0 && e.a0-out[n-1].a1 <= nearEdits && e.b0-out[n-1].b1 <= nearEdits {
			out[n-1].a1, out[n-1].b1 = e.a1, e.b1
			continue
		}
		out = append(out, e)
	}
	return out
}

// loss is what a stretch lost and won: content words of which nothing has told and
// that stand nowhere on the other side, and how many of them stand nowhere in the
// other version.
type loss struct {
	old, new           []int // tokens
	newsOld, newsNew   int   // of them, new to the whole other version
	oldStems, newStems []string
}

// weigh compares the words of a stretch, leaving out those that only changed their
// form: another ending, spelling, or a listed synonym.
func (w *work) weigh(s *site, e edit) loss {
	var l loss
	l.old, l.oldStems = leftWords(s.old, s.new, e.a0, e.a1)
	l.new, l.newStems = leftWords(s.new, s.old, e.b0, e.b1)
	l.dropForms(s)
	for _, k := range l.oldStems {
		if !w.new.kin(k) {
			l.newsOld++
		}
	}
	for _, k := range l.newStems {
		if !w.old.kin(k) {
			l.newsNew++
		}
	}
	return l
}

// leftWords returns the content words of a span that are edited, told of by nothing,
// and more frequent here than on the other side.
func leftWords(p, other *passage, from, to int) (at []int, stems []string) {
	for i := from; i < to; i++ {
		if !p.touched[i] || p.told[i] || p.formal != nil && p.formal[i] || !p.content(i) || p.is(i, secHonorific) || p.tokens[i].Kind == text.Word && len(p.key(i)) < 2 {
			continue
		}
		k := p.stem(i)
		if other.stems()[k] >= p.stems()[k] {
			continue
		}
		at, stems = append(at, i), append(stems, k)
	}
	return at, stems
}

// stems counts the stems of the passage.
func (p *passage) stems() map[string]int {
	if p.plain != nil {
		return p.plain.stems()
	}
	if p.bag == nil {
		p.bag = make(map[string]int, p.size())
		for i := range p.tokens {
			if p.tokens[i].Kind == text.Punct {
				continue
			}
			p.bag[p.stem(i)]++
			if verb, ok := strings.CutSuffix(p.key(i), "n't"); ok {
				p.bag[text.Stem(verb)]++
			}
		}
	}
	return p.bag
}

// maxForms bounds the pairs of words that are held against each other in a stretch. An
// honest one has far fewer.
const maxForms = 4 * maxValues * maxValues

// dropForms takes out pairs of words that say the same.
func (l *loss) dropForms(s *site) {
	lex, weighed := s.old.lex, 0
	for i := 0; i < len(l.old) && i < maxValues && weighed < maxForms; i++ {
		like := lex.wordsLike(s.old.key(l.old[i]), s.old.terms[l.old[i]].entry)
		for j := range min(len(l.new), maxValues) {
			weighed++
			if !like.has(s.new.key(l.new[j]), s.new.terms[l.new[j]].entry) && !lex.related(l.oldStems[i], l.newStems[j]) && !slipOfWord(s, l.old[i], l.new[j]) {
				continue
			}
			l.old, l.oldStems = cutAt(l.old, i), cutAt(l.oldStems, i)
			l.new, l.newStems = cutAt(l.new, j), cutAt(l.newStems, j)
			i--
			break
		}
	}
}

// cutAt takes out an element by moving those before it: of a long list only the first
// maxValues are ever taken out.
func cutAt[T any](s []T, i int) []T {
	copy(s[1:i+1], s[:i])
	return s[1:]
}

// slipOfWord reports whether two words are one misspelt. A number, or a word that a
// list knows, is never a slip for another ("now" and "not", "ally" and "rally").
func slipOfWord(s *site, i, j int) bool {
	a, b := s.old.tokens[i], s.new.tokens[j]
	if a.Kind == text.Number || b.Kind == text.Number || s.old.terms[i].entry != nil && s.new.terms[j].entry != nil {
		return false
	}
	return respelt(s.old.lex, a.Key, b.Key)
}

// stretch makes the hit of a stretch; a side without words is left empty.
func (s *site) stretch(e edit, l loss) hit {
	h := hit{a0: e.a0, a1: e.a1, b0: e.b0, b1: e.b1, facing: len(l.old) > 0 && len(l.new) > 0 || e.replaces()}
	if len(l.old) > 0 {
		h.a0, h.a1 = s.old.unbroken(l.old[0], l.old[len(l.old)-1]+1)
		h.before = s.old.span(h.a0, h.a1, joinWords(l.oldStems))
	}
	if len(l.new) > 0 {
		h.b0, h.b1 = s.new.unbroken(l.new[0], l.new[len(l.new)-1]+1)
		h.after = s.new.span(h.b0, h.b1, joinWords(l.newStems))
	}
	return h
}

// unbroken widens a span so that no word with hyphens is cut in two.
func (p *passage) unbroken(from, to int) (int, int) {
	for from >= 2 && p.key(from-1) == "-" && p.glued(from) && p.glued(from-1) {
		from -= 2
	}
	for to+1 < p.size() && p.key(to) == "-" && p.glued(to) && p.glued(to+1) {
		to += 2
	}
	return from, to
}

// passagesAdded finds long stretches that came without a counterpart.
func passagesAdded(w *work, s *site) []hit {
	var out []hit
	for _, e := range s.stretches() {
		l := w.weigh(s, e)
		if len(l.new) < longPassage || l.newsNew < minContent || len(l.old)*3 > len(l.new) || s.new.hedgesKept(e.b0, e.b1) {
			continue
		}
		h := s.stretch(e, l)
		h.before = nil
		out = append(out, h)
	}
	return out
}

// passagesRemoved finds long stretches that went without a counterpart.
func passagesRemoved(w *work, s *site) []hit {
	var out []hit
	for _, e := range s.stretches() {
		l := w.weigh(s, e)
		if len(l.old) < longPassage || l.newsOld < minContent || len(l.new)*3 > len(l.old) || s.old.hedgesKept(e.a0, e.a1) {
			continue
		}
		h := s.stretch(e, l)
		h.after = nil
		out = append(out, h)
	}
	return out
}

// passagesRewritten finds stretches in which so many words gave way to others that
// telling them one by one would say nothing.
func passagesRewritten(w *work, s *site) []hit {
	var out []hit
	for _, e := range s.stretches() {
		l := w.weigh(s, e)
		if len(l.old) < minContent || len(l.new) < minContent || len(l.old)+len(l.new) < rewrittenWords || l.newsOld+l.newsNew == 0 {
			continue
		}
		h := s.stretch(e, l)
		h.inPlace = true
		out = append(out, h)
	}
	return out
}

// rewritten tells of a whole site as one, unless all its words stand elsewhere.
func rewritten(w *work, s *site) []hit {
	all := edit{0, s.old.size(), 0, s.new.size()}
	l := w.weigh(s, all)
	if l.newsOld+l.newsNew == 0 || len(l.old)+len(l.new) < minContent {
		return nil
	}
	h := s.stretch(all, l)
	h.inPlace = h.before != nil && h.after != nil
	switch {
	case h.before == nil:
		h.kind = ContentAdded
	case h.after == nil:
		h.kind = ContentRemoved
	}
	return []hit{h}
}

// wordsReplaced finds what is left: content words that gave way to others, came or
// went, of which nothing has told.
func wordsReplaced(w *work, s *site) []hit { return w.leftOver(s, minContent) }

// wordReplaced is wordsReplaced for one or two words.
func wordReplaced(w *work, s *site) []hit { return w.leftOver(s, 1) }

// leftOver makes a hit of every stretch with at least so many words that differ, some
// of them new to the whole other version.
func (w *work) leftOver(s *site, least int) []hit {
	var out []hit
	for _, e := range s.stretches() {
		l := w.weigh(s, e)
		if l.newsOld+l.newsNew == 0 || max(len(l.old), len(l.new)) < least {
			continue
		}
		h := s.stretch(e, l)
		switch {
		case len(l.old) > 0 && len(l.new) > 0:
			h.kind, h.inPlace = Content, true
		case len(l.new) > 0:
			h.kind = ContentAdded
		default:
			h.kind = ContentRemoved
		}
		if len(l.old)+len(l.new) < minContent && !h.inPlace && !s.modifies(e, len(l.new) > 0) && !s.narrows(e, l) {
			continue
		}
		out = append(out, h)
	}
	return out
}

// narrows reports whether what came, or went, says more of a kept noun from behind: "two
// children", "two children from a previous marriage"; "the minister", "the minister's
// brother".
func (s *site) narrows(e edit, l loss) bool {
	p, from, words, news := s.new, e.b0, len(l.new), l.newsNew
	if words == 0 {
		p, from, words, news = s.old, e.a0, len(l.old), l.newsOld
	}
	if p.key(from) == "'s" { // but "an hour's ride" is a ride
		return from > 0 && !p.touched[from-1] && !p.is(from-1, secUnit)
	}
	return words > 1 && news == words && from > 0 && p.is(from, secNounLead) && p.content(from-1) && !p.touched[from-1]
}

// modifies reports whether what came, or went, stands right before a kept content
// word: a modifier narrows what is claimed ("a rock band", "an alternative rock
// band"); other small words mostly smooth the sentence.
func (s *site) modifies(e edit, came bool) bool {
	p, to := s.new, e.b1
	if !came {
		p, to = s.old, e.a1
	}
	if p.key(to) == "-" && p.glued(to) {
		to++
	}
	return to > 0 && to < p.size() && p.content(to) && !p.touched[to] && p.sent[to] == p.sent[to-1]
}
