package claim

import (
	"erratum/internal/text"
)

// Bounds of what is looked at as an exchange of places.
const (
	exchangeEdits  = 3  // edits next to each other that one exchange may make
	exchangeTokens = 30 // from the first of the two to the end of the second
	clauseTokens   = 4  // a side with more is a clause rather than a name
)

// rolesExchanged finds two that changed places around what was done: "Norway beat
// Denmark" and "Denmark beat Norway" have the same words, and another winner. Words that
// a sentence only tells in another order are none: see exchange.says.
func rolesExchanged(_ *work, s *site) []hit {
	if s.rewrote || len(s.old.ids) != 1 || len(s.new.ids) != 1 {
		return nil
	}
	for i := range s.edits {
		for j := i; j < len(s.edits) && j < i+exchangeEdits; j++ {
			if x, ok := s.exchange(s.edits[i], s.edits[j]); ok && x.says() {
				a, b := s.old.span(x.a0, x.a0+x.n, ""), s.new.span(x.b0, x.b0+x.n, "")
				return []hit{replaced(a, b)}
			}
		}
	}
	return nil
}

// exchange is a stretch that has first, middle and last on the old side, and last,
// middle and first on the new one.
type exchange struct {
	site                *site
	a0, b0, n           int // where it begins on either side, and its tokens
	first, middle, last int // tokens of the parts, as the old side has them
}

// exchange reads the tokens from one edit to another as an exchange of places.
func (s *site) exchange(from, to edit) (exchange, bool) {
	a0, a1, b0, b1 := from.a0, to.a1, from.b0, to.b1
	for a0 < a1 && b0 < b1 && s.old.key(a0) == s.new.key(b0) {
		a0, b0 = a0+1, b0+1
	}
	for a0 < a1 && b0 < b1 && s.old.key(a1-1) == s.new.key(b1-1) {
		a1, b1 = a1-1, b1-1
	}
	x := exchange{site: s, a0: a0, b0: b0, n: a1 - a0}
	if x.n != b1-b0 || x.n < 3 || x.n > exchangeTokens {
		return x, false
	}
	for x.first = 1; x.first <= x.n-2; x.first++ {
		if !s.sameRun(a0, b1-x.first, x.first) {
			continue
		}
		for x.last = 1; x.first+x.last < x.n; x.last++ {
			x.middle = x.n - x.first - x.last
			if s.sameRun(a1-x.last, b0, x.last) && s.sameRun(a0+x.first, b0+x.last, x.middle) {
				return x, true
			}
		}
	}
	return x, false
}

// sameRun reports whether n tokens of the old side are those of the new one, in whatever
// form.
func (s *site) sameRun(a, b, n int) bool {
	for i := range n {
		if s.old.stem(a+i) != s.new.stem(b+i) && (!s.old.content(a+i) || !s.old.lex.formOf(s.old.key(a+i), s.new.key(b+i))) {
			return false
		}
	}
	return true
}

// says reports whether it matters who stands where: something was done between two that
// are no list, and neither their forms nor their articles say that only the order of the
// words is another.
func (x *exchange) says() bool {
	p := x.site.old
	mid, end := x.a0+x.first, x.a0+x.first+x.middle
	if !x.named(x.a0, mid) || !x.named(end, x.a0+x.n) || p.joins(mid) || p.joins(end-1) {
		return false
	}
	acts := 0
	for i := mid; i < end; i++ {
		switch {
		case p.is(i, secVerb) && max(x.first, x.last) > clauseTokens:
			return false // "It is over, police said"
		case p.is(i, secSymmetric):
			return false
		case p.content(i) && !p.is(i, secBe):
			acts++
		}
	}
	return acts > 0 && !x.freeOrder()
}

// named reports whether a part has a word with a meaning and no mark that would make it
// more than one part.
func (x *exchange) named(from, to int) bool {
	p := x.site.old
	for i := from; i < to; i++ {
		if p.tokens[i].Kind == text.Punct && p.key(i) != "-" {
			return false
		}
	}
	return p.contentIn(from, to) > 0
}

// joins reports whether token i ties the parts of a list.
func (p *passage) joins(i int) bool {
	return p.tokens[i].Kind == text.Punct || p.is(i, secRangeAnd) || p.is(i, secListJoin)
}

// freeOrder reports whether the language tells by forms who did it, and those stayed
// with their words.
func (x *exchange) freeOrder() bool {
	s, p := x.site, x.site.old
	if !p.lex.format.inflects && !p.lex.format.nouns {
		return false
	}
	parts := [2][3]int{
		{x.a0, x.b0 + x.n - x.first, x.first},
		{x.a0 + x.n - x.last, x.b0, x.last},
	}
	marked := false
	for _, part := range parts {
		for i := range part[2] {
			if s.old.key(part[0]+i) != s.new.key(part[1]+i) {
				return false
			}
			marked = marked || !p.lex.format.nouns || p.is(part[0]+i, secNounArticle)
		}
	}
	return marked
}

// agentsAdded finds by whom something was done where it stood without ("was shot", "was
// shot by police").
func agentsAdded(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if from, to, ok := s.new.agent(e.b0, e.b1); ok && s.old.slight(e.a0, e.a1) && s.new.hasNews(s.old, from, to) {
			h := s.added(s.new.span(from, to, s.new.joined(from, to)))
			h.single = false
			out = append(out, h)
		}
	}
	return out
}

// agentsRemoved is agentsAdded for who is named no more.
func agentsRemoved(_ *work, s *site) []hit {
	var out []hit
	for _, e := range s.edits {
		if from, to, ok := s.old.agent(e.a0, e.a1); ok && s.new.slight(e.b0, e.b1) && s.old.hasNews(s.new, from, to) {
			h := s.removed(s.old.span(from, to, s.old.joined(from, to)))
			h.single = false
			out = append(out, h)
		}
	}
	return out
}

// agentTokens is how long the name of who did it may be.
const agentTokens = 8

// agent returns where who did something stands in an edited span that is nothing else:
// behind a passive, without a date, a number or what was told of.
func (p *passage) agent(from, to int) (int, int, bool) {
	for from < to && p.tokens[from].Kind == text.Punct {
		from++
	}
	for to > from && p.tokens[to-1].Kind == text.Punct {
		to--
	}
	ph := p.match(from, secAgent)
	if ph == nil || ph.class != "" || to-from > agentTokens || p.anyTold(from, to) || !p.undergone(from) || p.formalOnly(from, to) {
		return 0, 0, false
	}
	noun := from + 1 + len(ph.rest)
	for i := noun; i < to; i++ {
		if p.tokens[i].Kind != text.Word && p.key(i) != "-" || p.within(dateValue, i) != nil || p.within(numberValue, i) != nil || p.is(i, secUnit) {
			return 0, 0, false
		}
	}
	return from, to, p.contentIn(noun, to) > 0 && p.sent[from] == p.sent[to-1]
}

// passiveWords is how far before an agent its "was" stands.
const passiveWords = 6

// undergone reports whether what stands before token i was done to somebody.
func (p *passage) undergone(i int) bool {
	if i > 0 && p.lex.past(p.key(i-1)) {
		return true
	}
	for j := i - 1; j >= max(0, i-passiveWords) && p.sent[j] == p.sent[i]; j-- {
		if p.is(j, secPassive) {
			return true
		}
	}
	return false
}

// slight reports whether a span has no word with a meaning, and names no agent either
// ("by Professor Lee" may become "by Lee").
func (p *passage) slight(from, to int) bool {
	for i := from; i < to; i++ {
		if p.content(i) || p.is(i, secAgent) {
			return false
		}
	}
	return true
}

// hasNews reports whether a span has a word with a meaning that stands nowhere on the
// other side: "was offered by the council" is news, but not of "the council offered".
func (p *passage) hasNews(other *passage, from, to int) bool {
	for i := from; i < to; i++ {
		if p.content(i) && other.stems()[p.stem(i)] == 0 {
			return true
		}
	}
	return false
}

// joined is a span as a canonical value.
func (p *passage) joined(from, to int) string {
	words := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		words = append(words, p.stem(i))
	}
	return joinWords(words)
}
