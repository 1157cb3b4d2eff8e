package claim

import (
	"slices"
	"strings"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// alikeQuotes is the share of words that two quotations must have in common to be
// one that was changed (methods.md §7).
const alikeQuotes = .5

// quotePairs pairs the quotations of a site.
func (s *site) quotePairs() *pairing {
	return s.pairUp(quoteValue,
		func(a, b *found) bool { return a.Canon == b.Canon || onlySpelling(s.new.lex, a.words, b.words) },
		func(a, b *found) int {
			if d := bagDice(a.words, b.words); d >= alikeQuotes {
				return int(d * 100)
			}
			if s.putInPlace(a, b) {
				return int(alikeQuotes * 100)
			}
			return 0
		}, int(alikeQuotes*100))
}

// putInPlace reports whether an edit put one quotation in the place of another, while
// the words around them stayed: he "shouted" something else now.
func (s *site) putInPlace(a, b *found) bool {
	e, ok := s.together(a, b)
	return ok && a.from <= e.a0 && e.a1 <= a.to && b.from <= e.b0 && e.b1 <= b.to
}

// bagDice is the share of words, with their number, that two lists have in common.
func bagDice(a, b []string) float64 {
	if len(a)+len(b) == 0 {
		return 0
	}
	return 2 * float64(common(a, b)) / float64(len(a)+len(b))
}

// common counts the words that two lists share, each as often as both have it.
func common(a, b []string) int {
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w]++
	}
	n := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			n++
		}
	}
	return n
}

// requoted reports whether all quotations of a side together say the same as those of
// the other: one was cut in two, or two were joined.
func (s *site) requoted() bool {
	return quotedWords(s.old) == quotedWords(s.new)
}

func quotedWords(p *passage) string {
	var b strings.Builder
	for _, q := range p.of(quoteValue) {
		b.WriteString(q.Canon)
		b.WriteByte(' ')
	}
	return b.String()
}

func quotesAdded(w *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	p := s.quotePairs()
	return s.addedOf(p, func(b *found) bool { return w.old.says(b.words) || partOf(b, s.old) })
}

func quotesRemoved(w *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	p := s.quotePairs()
	return s.removedOf(p, func(a *found) bool { return w.new.says(a.words) || partOf(a, s.new) })
}

// partOf reports whether a quotation is a piece of one that a passage has.
func partOf(f *found, p *passage) bool {
	return slices.ContainsFunc(p.of(quoteValue), func(o found) bool {
		return common(f.words, o.words)*5 >= len(f.words)*4
	})
}

// quotesUnquoted finds words that stayed while their quotation marks went.
func quotesUnquoted(_ *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	var out []hit
	for _, a := range s.quotePairs().removed {
		if s.old.anyTold(a.from, a.to) {
			continue
		}
		if from, to, ok := s.new.wordsAtPlace(a.words); ok && !s.new.inQuote(from) {
			b := s.new.span(from, to, a.Canon)
			h := replaced(a, b)
			h.inPlace = false
			out = append(out, h)
		}
	}
	return out
}

// quotesQuoted finds words that stayed and were put between quotation marks: what the
// page said itself, another says now.
func quotesQuoted(_ *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	var out []hit
	for _, b := range s.quotePairs().added {
		if s.new.anyTold(b.from, b.to) {
			continue
		}
		if from, to, ok := s.old.wordsAtPlace(b.words); ok && !s.old.inQuote(from) {
			h := replaced(s.old.span(from, to, b.Canon), b)
			h.inPlace = false
			out = append(out, h)
		}
	}
	return out
}

// wordsAtPlace finds words in a passage in their order and returns their tokens.
func (p *passage) wordsAtPlace(words []string) (from, to int, ok bool) {
	for i := range p.tokens {
		n := 0
		j := i
		for j < p.size() && n < len(words) {
			if p.words(j, j+1) == 0 && p.key(j) != "'s" {
				if n == 0 {
					break
				}
				j++
				continue
			}
			if p.key(j) != words[n] {
				break
			}
			n++
			j++
		}
		if n == len(words) && n > 0 {
			return i, j, true
		}
	}
	return 0, 0, false
}

// quotesChanged finds quotations whose words changed, where no rule has told of the
// words that did.
func quotesChanged(w *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	var out []hit
	for _, p := range s.quotePairs().replaced {
		a, b := p[0], p[1]
		if !s.leftIn(diff.OldSide, a, w.new) && !s.leftIn(diff.NewSide, b, w.old) {
			continue
		}
		out = append(out, replaced(a, b))
	}
	return out
}

// leftIn reports whether a quotation has an edited word that nothing has told of and
// that the other version does not say elsewhere: a quotation may be cut in two. Edits of
// form do not count, but for small words in the place of others.
func (s *site) leftIn(side diff.Side, f *found, other *version) bool {
	p := s.new
	if side == diff.OldSide {
		p = s.old
	}
	for i := f.from; i < f.to; i++ {
		if !p.touched[i] || p.told[i] || p.words(i, i+1) == 0 {
			continue
		}
		e, ok := s.editOf(side, i, i+1)
		if p.formal != nil && p.formal[i] && !p.is(i, secPronoun) && !(ok && s.swapsSmall(e)) {
			continue
		}
		if ok && e.onesided() && s.saysElsewhere(p, side, e, other) {
			continue
		}
		return true
	}
	return false
}

// onesided reports whether an edit only added or only removed.
func (e edit) onesided() bool { return e.a0 == e.a1 || e.b0 == e.b1 }

// saysElsewhere reports whether the other version has the words of an edit, two or
// more, in their order. A conjunction before them may have become a new sentence.
func (s *site) saysElsewhere(p *passage, side diff.Side, e edit, other *version) bool {
	from, to := e.b0, e.b1
	if side == diff.OldSide {
		from, to = e.a0, e.a1
	}
	var words []string
	for i := from; i < to; i++ {
		if p.words(i, i+1) > 0 && !(len(words) == 0 && p.is(i, secRangeAnd)) {
			words = append(words, p.key(i))
		}
	}
	return len(words) > 1 && other.says(words)
}

// swapsSmall reports whether an edit put one small word in the place of another that is
// no form of it.
func (s *site) swapsSmall(e edit) bool {
	if e.a1-e.a0 != 1 || e.b1-e.b0 != 1 {
		return false
	}
	a, b := s.old.key(e.a0), s.new.key(e.b0)
	lang := s.old.lex.lang
	return text.IsFunction(lang, a) && text.IsFunction(lang, b) && !strings.Contains(a+b, "'") && !s.old.lex.alike(a, b)
}

// onlySpelling reports whether two word lists differ by slips of the pen alone.
func onlySpelling(l *lexicon, a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !respelt(l, a[i], b[i]) {
			return false
		}
	}
	return true
}
