package claim

import (
	"slices"
	"strings"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// sourcePairs pairs who is cited in a site.
func (s *site) sourcePairs() *pairing {
	return s.pairUp(sourceValue, s.old.lex.sameSource,
		func(a, b *found) int {
			if s.facing(a, b) || a.proxy != b.proxy && (s.old.lex.formsIn(a.words, b.words) || s.old.lex.formsIn(b.words, a.words)) {
				return 4
			}
			return 0
		}, 3)
}

// sameSource reports whether two sources are one, in whatever case: when one says no
// more than the other ("police", "police in Oldport"), or by the last word of the name
// where both have one, since what stands before it may be an office or a body ("Finance
// Minister Lee"). Who stands close to somebody is not that one ("Lee's lawyer").
func (l *lexicon) sameSource(a, b *found) bool {
	if a.proxy != b.proxy {
		return false
	}
	if l.formsIn(a.words, b.words) || l.formsIn(b.words, a.words) {
		return true
	}
	if l.format.nouns && (compoundOf(a.words, b.words) || compoundOf(b.words, a.words)) {
		return true
	}
	return a.last != "" && b.last != "" && (l.formOf(a.last, b.last) || slip(a.last, b.last))
}

// formsIn reports whether every word of a has a form among b, or another word for it
// ("spokeswoman", "spokesperson").
func (l *lexicon) formsIn(a, b []string) bool {
	return !slices.ContainsFunc(a, func(x string) bool {
		return !slices.ContainsFunc(b, func(y string) bool { return l.formOf(x, y) || l.alike(x, y) })
	})
}

// compoundOf reports whether one word is made of others ("Konzernsprecherin" of
// "Sprecherin des Konzerns").
func compoundOf(word, parts []string) bool {
	return len(word) == 1 && len(parts) > 1 && !slices.ContainsFunc(parts, func(part string) bool {
		return len(part) < leastShared || !strings.Contains(word[0], part)
	})
}

func sourcesReplaced(w *work, s *site) []hit {
	var out []hit
	for _, p := range s.sourcePairs().replaced {
		a, b := p[0], p[1]
		touched := s.old.anyTouched(a.from, a.to) && s.new.anyTouched(b.from, b.to) || a.proxy != b.proxy
		if s.bothTold(p) || !touched {
			continue
		}
		if w.old.cites(b) && w.new.cites(a) {
			continue // both are cited in both: sentences were put in another order
		}
		if s.new.describes(b) && s.old.named(a) && w.new.knows(a) || s.old.describes(a) && s.new.named(b) && w.old.knows(b) {
			s.old.tell(a.from, a.to) // "Lee" and "the mayor" may be one
			s.new.tell(b.from, b.to)
			continue
		}
		out = append(out, replaced(a, b))
	}
	return out
}

// describes reports whether a source is named by what it is ("the mayor").
func (p *passage) describes(f *found) bool {
	return f.last == "" && text.IsFunction(p.lex.lang, p.key(f.from))
}

// named reports whether a source is nothing but a name, with an office before it at most:
// "the mayor" may be Lee, but hardly "a spokesman for Lee".
func (p *passage) named(f *found) bool { return !text.IsFunction(p.lex.lang, p.key(f.from)) }

// knows reports whether a source has a name that stands in the version.
func (v *version) knows(f *found) bool { return f.last != "" && v.has(f.last) }

// cites reports whether the version cites a source of the same name.
func (v *version) cites(f *found) bool {
	key := joinWords(f.words) + "\n" + f.last
	cited, asked := v.cited[key]
	if !asked {
		_, hit := v.find(sourceValue, f.words, func(o *found) bool { return (f.last == "") == (o.last == "") && v.lex.sameSource(f, o) })
		cited = hit != nil
		v.cited[key] = cited
	}
	return cited
}

// onlyVerb reports whether a value is a source whose verb came or went in the place of
// nothing: "the army took the town" is now what "the army said".
func (s *site) onlyVerb(side diff.Side, f *found) bool {
	if f.verbTo == 0 {
		return false
	}
	e, ok := s.editOf(side, f.verbAt, f.verbTo)
	if side == diff.OldSide {
		return ok && s.old.hasForms(e.a0, e.a1, s.new, e.b0, e.b1)
	}
	return ok && s.new.hasForms(e.b0, e.b1, s.old, e.a0, e.a1)
}

// hasForms reports whether a span has a form of each content word of another passage's
// span: "said it had taken" of "took".
func (p *passage) hasForms(from, to int, other *passage, a, b int) bool {
	for i := a; i < b; i++ {
		if !other.content(i) {
			continue
		}
		held := false
		for j := from; j < to && !held; j++ {
			held = p.stem(j) == other.stem(i) || p.lex.forms[p.key(j)] != "" && p.lex.forms[p.key(j)] == p.lex.forms[other.key(i)]
		}
		if !held {
			return false
		}
	}
	return true
}

// cameWhole reports whether a source came or went with its verb, or beside another in
// full, and not within a longer passage that says more than who is cited.
func (s *site) cameWhole(side diff.Side, f *found) bool {
	p := s.new
	if side == diff.OldSide {
		p = s.old
	}
	if !p.touched[f.verbAt] && slices.Contains(p.touched[f.from:f.to], false) {
		return false
	}
	e, ok := s.editOf(side, f.from, f.to)
	if !ok {
		return true
	}
	from, to := e.b0, e.b1
	if side == diff.OldSide {
		from, to = e.a0, e.a1
	}
	return p.contentIn(from, to)-len(f.words) <= longPassage
}

func sourcesAdded(w *work, s *site) []hit {
	var out []hit
	for _, b := range s.sourcePairs().added {
		if s.cameWhole(diff.NewSide, b) && !s.new.editTold(b.from, b.to) && !w.old.cites(b) {
			h := s.added(b)
			h.b0, h.b1 = min(b.from, b.verbAt), max(b.to, b.verbAt+1)
			out = append(out, h)
		}
	}
	return out
}

func sourcesRemoved(w *work, s *site) []hit {
	var out []hit
	for _, a := range s.sourcePairs().removed {
		if s.cameWhole(diff.OldSide, a) && !s.old.editTold(a.from, a.to) && !w.new.cites(a) {
			h := s.removed(a)
			h.a0, h.a1 = min(a.from, a.verbAt), max(a.to, a.verbAt+1)
			out = append(out, h)
		}
	}
	return out
}

// reportingVerbs finds verbs of saying that gave way to one of another class.
func reportingVerbs(_ *work, s *site) []hit {
	var out []hit
	for i := range s.old.tokens {
		ph := s.old.match(i, secVerb)
		if ph == nil || !s.old.touched[i] || s.old.told[i] || s.old.formalOnly(i, i+1) || s.old.passive(i) {
			continue
		}
		e, ok := s.editOf(diff.OldSide, i, i+1)
		if !ok || !e.tight() {
			continue
		}
		for j := e.b0; j < e.b1; j++ {
			to := s.new.match(j, secVerb)
			if to == nil || s.new.told[j] || s.new.passive(j) {
				continue
			}
			if to.class != ph.class {
				h := replaced(s.old.span(i, i+1+len(ph.rest), ph.class), s.new.span(j, j+1+len(to.rest), to.class))
				if denied(ph.class, to.class) || denied(to.class, ph.class) {
					h.kind = Negation // from "confirmed" to "denied"
				}
				h.certainty = firmness(to.class) - firmness(ph.class)
				h.certainty = max(-1, min(1, h.certainty))
				out = append(out, h)
			}
			break
		}
	}
	return out
}

// denied reports whether one class of verbs denies what the other asserts.
func denied(asserts, denies string) bool {
	return denies == "deny" && (asserts == "strong" || asserts == "concede")
}

// firmness says how much a class of verbs commits the writer to what is said.
func firmness(class string) int {
	switch class {
	case "doubt":
		return -1
	case "concede", "strong":
		return 1
	default:
		return 0
	}
}
