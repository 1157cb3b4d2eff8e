package claim

import (
	"slices"
	"strings"
	"unicode/utf8"

	"erratum/internal/diff"
)

// negations finds stretches in which the number of negators changed by one, or by any
// odd number: two make none.
func negations(_ *work, s *site) []hit {
	olds, news := s.negators(diff.OldSide), s.negators(diff.NewSide)
	if len(olds)+len(news) == 0 {
		return nil
	}
	var out []hit
	for _, e := range s.stretches() {
		a, b := within(olds, e.a0, e.a1), within(news, e.b0, e.b1)
		if (len(a)+len(b))%2 == 1 {
			if s.prefixed(a, b, e) {
				continue
			}
			out = append(out, s.negation(a, b))
		} else if len(a) == len(b) && plain(a) && plain(b) {
			s.tellCues(a, b) // "did not" and "didn't"
		}
	}
	return out
}

// prefixed reports whether a word that one side negates has a negating prefix on the
// other ("not known", "unknown"), and marks both as spoken of. English only.
func (s *site) prefixed(olds, news []cue, e edit) bool {
	if s.old.lex.lang != "en" {
		return false
	}
	if len(olds) > 0 {
		return s.old.prefixedIn(s.new, olds[0], e.b0, e.b1)
	}
	return s.new.prefixedIn(s.old, news[0], e.a0, e.a1)
}

// negatedBehind is how many words a negator and the word that it negates span ("not
// yet known").
const negatedBehind = 3

func (p *passage) prefixedIn(other *passage, c cue, from, to int) bool {
	for i := c.to; i < min(c.to+negatedBehind, p.size()) && p.sent[i] == p.sent[c.from]; i++ {
		for j := from; j < to; j++ {
			if p.lex.denies(other.key(j), p.key(i)) {
				p.tell(c.from, i+1)
				other.tell(j, j+1)
				return true
			}
		}
	}
	return false
}

// negation makes the hit of the first negator of the side that has more.
func (s *site) negation(olds, news []cue) hit {
	var h hit
	if len(news) > len(olds) {
		h = s.added(s.new.span(news[0].from, news[0].to, "not"))
	} else {
		h = s.removed(s.old.span(olds[0].from, olds[0].to, "not"))
	}
	h.context, h.inPlace, h.single = true, true, false
	return h
}

// within returns the cues that start in a span.
func within(cs []cue, from, to int) []cue {
	var out []cue
	for _, c := range cs {
		if c.from >= from && c.from < to {
			out = append(out, c)
		}
	}
	return out
}

// plain reports whether all negators are such by form, none a verb that denies.
func plain(cs []cue) bool {
	return !slices.ContainsFunc(cs, func(c cue) bool { return c.phrase.class == verbNegator })
}

// tellCues marks cues of both sides as spoken of.
func (s *site) tellCues(olds, news []cue) {
	for _, c := range olds {
		s.old.tell(c.from, c.to)
	}
	for _, c := range news {
		s.new.tell(c.from, c.to)
	}
}

// negators returns the negators of a side that the other side has not.
func (s *site) negators(side diff.Side) []cue {
	p := s.new
	if side == diff.OldSide {
		p = s.old
	}
	var out []cue
	for _, c := range s.only(side, secNegator) {
		// "Not only" denies nothing, unless only its "not" came or went.
		if ph := p.match(c.from, secNegatorFree); ph == nil || !p.touched[c.from+len(ph.rest)] {
			out = append(out, c)
		}
	}
	if p.lex.format.concord {
		return p.concord(out)
	}
	return out
}

// denies reports whether one word is the other with a part that turns it around:
// "unlikely", "harmless" beside "harmful". A prefix that other words begin with, too,
// counts before the endings of adjectives only: "inform" and "impress" deny nothing.
func (l *lexicon) denies(long, short string) bool {
	if bare, ok := strings.CutSuffix(long, "less"); ok && l.lang == "en" && len(bare) >= 3 && short == bare+"ful" {
		return true
	}
	rest, ok := strings.CutSuffix(long, short)
	if !ok || utf8.RuneCountInString(short) < leastNegated {
		return false
	}
	return slices.Contains(l.denying["any"], rest) ||
		slices.Contains(l.denying["adjective"], rest) && slices.ContainsFunc(l.denying["ending"], func(e string) bool { return strings.HasSuffix(short, e) })
}

// leastNegated is how many letters a word has at least that a prefix turns around.
const leastNegated = 4

// hasPrefix reports whether a hyphen ties the word at token i to a part before it, so
// that they are the whole word ("un-safe").
func (p *passage) hasPrefix(i int, whole string) bool {
	return i >= 2 && p.key(i-1) == "-" && p.glued(i-1) && p.glued(i) && p.key(i-2)+p.key(i) == whole
}

// prefixes finds words that gained or lost a part that turns them around.
func prefixes(_ *work, s *site) []hit {
	var out []hit
	lex := s.old.lex
	for _, e := range s.edits {
		if !e.tight() {
			continue
		}
		for i := e.a0; i < e.a1; i++ {
			for j := e.b0; j < e.b1; j++ {
				a, b := s.old.key(i), s.new.key(j)
				if !s.old.told[i] && !s.new.told[j] && (lex.denies(a, b) && !s.new.hasPrefix(j, a) || lex.denies(b, a) && !s.old.hasPrefix(i, b)) {
					out = append(out, replaced(s.old.span(i, i+1, a), s.new.span(j, j+1, b)))
				}
			}
		}
	}
	return out
}
