package claim

import (
	"strings"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// minHedge is the change in the sum of hedge weights that is told (methods.md §7).
const minHedge = .3

func hedgesAdded(_ *work, s *site) []hit   { return s.hedges(true) }
func hedgesRemoved(_ *work, s *site) []hit { return s.hedges(false) }

// hedges compares the weights of the cues that differ. Boosters count against them.
func (s *site) hedges(weaker bool) []hit {
	olds, was := s.certainty(diff.OldSide)
	news, is := s.certainty(diff.NewSide)
	if max(is-was, was-is) < minHedge-1e-9 {
		if len(olds) > 0 && len(news) > 0 {
			s.tellCues(olds, news) // "reportedly" and "according to reports"
		}
		return nil
	}
	if weaker != (is > was) {
		return nil
	}
	defer s.tellCues(olds, news)
	var h hit
	switch {
	case len(olds) > 0 && len(news) > 0:
		a, b := olds[0], news[0]
		h = replaced(s.old.span(a.from, a.to, a.phrase.canon), s.new.span(b.from, b.to, b.phrase.canon))
	case len(news) > 0:
		h = s.added(s.new.span(news[0].from, news[0].to, news[0].phrase.canon))
	default:
		h = s.removed(s.old.span(olds[0].from, olds[0].to, olds[0].phrase.canon))
	}
	h.context, h.single, h.certainty = true, false, 1
	if weaker {
		h.certainty = -1
	}
	return []hit{h}
}

// hedgesKept reports whether an edited hedge of a span stands before a word that both
// versions have, small words and adverbs apart: then it is that statement which became
// weaker, or stronger, and not a new one that comes with its own hedge.
func (p *passage) hedgesKept(from, to int) bool {
	for i := from; i < to; i++ {
		ph := p.match(i, secHedge)
		if ph == nil || !p.touched[i] || ph.value < minHedge-1e-9 {
			continue
		}
		j := i + 1 + len(ph.rest)
		for last := j + maxBetween; j < last && j < p.size() && p.touched[j] && p.slightWord(j); j++ {
		}
		if j < p.size() && p.word(j) && !p.touched[j] && p.sent[j] == p.sent[i] {
			return true
		}
	}
	return false
}

// maxBetween bounds the small words between a hedge and what it weakens.
const maxBetween = 3

func (p *passage) slightWord(i int) bool {
	return p.word(i) && (text.IsFunction(p.lex.lang, p.key(i)) || p.is(i, secAdverb) || strings.HasSuffix(p.key(i), "ly"))
}

// certainty sums the weights of the hedges and boosters of a side that the other side
// has not.
func (s *site) certainty(side diff.Side) (cs []cue, sum float64) {
	p := s.new
	if side == diff.OldSide {
		p = s.old
	}
	for _, c := range s.only(side, secHedge) {
		if k := p.key(c.from); (k == "may" || k == "might") && hasUpper(p.tokens[c.from].Text) && !p.starts(c.from) {
			continue // a month, a name
		}
		cs = append(cs, c)
		sum += c.phrase.value
	}
	for _, c := range s.only(side, secBooster) {
		cs = append(cs, c)
		sum -= c.phrase.value
	}
	return cs, sum
}
