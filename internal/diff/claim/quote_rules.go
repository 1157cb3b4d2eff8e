package claim

import (
	"slices"
	"strings"
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
			return 0
		}, int(alikeQuotes*100))
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
	qs := p.of(quoteValue)
	return slices.ContainsFunc(qs[:min(len(qs), maxValues)], func(o found) bool {
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
func quotesChanged(_ *work, s *site) []hit {
	if s.requoted() {
		return nil
	}
	var out []hit
	for _, p := range s.quotePairs().replaced {
		a, b := p[0], p[1]
		if !s.leftIn(s.old, a) && !s.leftIn(s.new, b) {
			continue
		}
		out = append(out, replaced(a, b))
	}
	return out
}

// leftIn reports whether a quotation has an edited word that nothing has told of.
// Edits of form do not count, but for who is meant by a pronoun.
func (s *site) leftIn(p *passage, f *found) bool {
	for i := f.from; i < f.to; i++ {
		if p.touched[i] && !p.told[i] && p.words(i, i+1) > 0 && (p.formal == nil || !p.formal[i] || p.is(i, secPronoun)) {
			return true
		}
	}
	return false
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
