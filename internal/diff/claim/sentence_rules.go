package claim

import (
	"erratum/internal/article"
	"erratum/internal/diff"
)

// Rules for whole sentences and blocks, which have no inside to compare.
var (
	sentenceAdded   = rule{name: "sentence-added", kind: ContentAdded}
	sentenceRemoved = rule{name: "sentence-removed", kind: ContentRemoved}
	quotedAdded     = rule{name: "quote-sentence-added", kind: QuoteAdded}
	quotedRemoved   = rule{name: "quote-sentence-removed", kind: QuoteRemoved}
	sourceInside    = rule{name: "source-in-sentence-added", kind: AttributionAdded}
	sourceGone      = rule{name: "source-in-sentence-removed", kind: AttributionGone}
	dateSet         = rule{name: "date-set", kind: DateAdded}
	dateUnset       = rule{name: "date-unset", kind: DateRemoved}
	numberInside    = rule{name: "number-in-sentence-added", kind: NumberAdded}
	numberGone      = rule{name: "number-in-sentence-removed", kind: NumberRemoved}
	nameInside      = rule{name: "name-in-sentence-added", kind: NameAdded}
	nameGone        = rule{name: "name-in-sentence-removed", kind: NameRemoved}
	headlineNew     = rule{name: "headline-rewritten", kind: Headline}
	headlineWords   = rule{name: "headline-wording", kind: HeadlineWording}
	bylineChanged   = rule{name: "byline", kind: Byline}
	datelineChanged = rule{name: "dateline", kind: Dateline}
)

// newsWorth is the number of content words, new to the other version, from which a
// sentence that came or went is told.
const newsWorth = 3

// lone appends what is told of a sentence that only one version has.
func (w *work) lone(out []Change, s *site) []Change {
	p, other, side := s.new, w.old, diff.NewSide
	plain, quoted, dated, sourced := &sentenceAdded, &quotedAdded, &dateSet, &sourceInside
	if s.new.size() == 0 {
		p, other, side = s.old, w.new, diff.OldSide
		plain, quoted, dated, sourced = &sentenceRemoved, &quotedRemoved, &dateUnset, &sourceGone
	}
	for from := 0; from < p.size(); {
		to := p.sentenceEnd(from)
		if w.tells(p, other, from, to) {
			r := plain
			switch q := p.mainQuote(from, to); {
			case q != nil && !other.says(q.words):
				r = quoted
			case w.sets(p, other, from, to):
				r = dated
			}
			var source *found
			if r == plain {
				source = p.newSource(other, from, to)
			}
			if source != nil {
				out = append(out, w.sourceChange(s, side, sourced, source, from, to))
			} else {
				out = append(out, w.loneChange(s, p, side, r, from, to))
			}
			out = append(out, w.beyond(s, p, other, side, from, to)...)
		}
		from = to
	}
	return out
}

// tells reports whether a sentence says something that the other version does not:
// enough new words, or a number, name or quotation that stands nowhere in it. A short
// question says nothing.
func (w *work) tells(p *passage, other *version, from, to int) bool {
	news, content := 0, 0
	for i := from; i < to; i++ {
		if !p.content(i) {
			continue
		}
		content++
		if !other.kin(p.stem(i)) {
			news++
		}
	}
	if news >= newsWorth || news > 0 && news*2 >= content && p.key(to-1) != "?" {
		return true
	}
	for _, k := range []valueKind{numberValue, nameValue, quoteValue} {
		for _, f := range p.of(k) {
			if f.from < from || f.to > to || f.weak {
				continue
			}
			if k == numberValue && !other.hasNumber(p, &f) || k == nameValue && !other.known(&f) ||
				k == quoteValue && len(f.words) > 3 && !other.says(f.words) && news > 0 {
				return true
			}
		}
	}
	return false
}

// quoteWords is the number of words from which a quotation is what a sentence that
// came or went is about.
const quoteWords = 4

// sets reports whether a sentence gives a day, new to the other version, to something
// planned or put off.
func (w *work) sets(p *passage, other *version, from, to int) bool {
	planned := false
	for i := from; i < to && !planned; i++ {
		if ph := p.match(i, secLadder); ph != nil {
			planned = ph.class == "plan"
		}
	}
	if !planned {
		return false
	}
	for _, f := range p.of(dateValue) {
		if f.from >= from && f.to <= to && f.at.month > 0 && f.at.day > 0 && !other.hasDate(p, &f) {
			return true
		}
	}
	return false
}

// mainQuote returns the quotation that makes up much of a sentence or is what its verb
// of saying says at its end, or nil.
func (p *passage) mainQuote(from, to int) *found {
	qs := p.of(quoteValue)
	for i := range qs {
		q := &qs[i]
		if q.from < to && q.to > from && len(q.words) >= quoteWords && (3*p.words(max(from, q.from), min(to, q.to)) >= p.words(from, to) || q.to >= to-1 && p.is(q.from-1, secVerb)) {
			return q
		}
	}
	return nil
}

// newSource returns the first who is cited in a sentence by a name that stands nowhere
// in the other version, or nil.
func (p *passage) newSource(other *version, from, to int) *found {
	fs := p.of(sourceValue)
	for i := range fs {
		f := &fs[i]
		if f.verbAt >= from && f.verbAt < to && f.last != "" && !other.has(f.last) && !other.cites(f) {
			return f
		}
	}
	return nil
}

// sourceChange makes the change of a sentence that came or went with who is cited in
// it. Its place is the whole sentence.
func (w *work) sourceChange(s *site, side diff.Side, r *rule, f *found, from, to int) Change {
	if side == diff.NewSide {
		return w.change(s, r, hit{after: f, b0: from, b1: to})
	}
	return w.change(s, r, hit{before: f, a0: from, a1: to})
}

// loneChange makes the change of a sentence that came or went.
func (w *work) loneChange(s *site, p *passage, side diff.Side, r *rule, from, to int) Change {
	var f *found
	if r.kind != ContentAdded && r.kind != ContentRemoved {
		f = p.within(numberValue, from)
	}
	if f == nil {
		f = p.span(from, to, "")
	}
	h := hit{}
	if side == diff.NewSide {
		h.after, h.b0, h.b1 = f, from, to
	} else {
		h.before, h.a0, h.a1 = f, from, to
	}
	return w.change(s, r, h)
}

// beyond tells of one more value of a sentence that is too long to be shown whole: a
// number or name, new to the other version, that stands behind what is shown.
func (w *work) beyond(s *site, p *passage, other *version, side diff.Side, from, to int) []Change {
	_, shown := p.clause(from, to)
	if shown >= to {
		return nil
	}
	for _, k := range []valueKind{numberValue, nameValue} {
		for _, f := range p.of(k) {
			if f.from < shown || f.to > to || f.weak {
				continue
			}
			r := &numberInside
			switch {
			case k == numberValue && other.hasNumber(p, &f) || k == nameValue && other.known(&f):
				continue
			case k == nameValue && side == diff.NewSide:
				r = &nameInside
			case k == nameValue:
				r = &nameGone
			case side == diff.OldSide:
				r = &numberGone
			}
			return []Change{w.loneChange(s, p, side, r, f.from, f.to)}
		}
	}
	return nil
}

// block tells of a headline, byline or dateline as a whole.
func (w *work) block(s *site, r *rule) Change {
	h := hit{a1: s.old.size(), b1: s.new.size()}
	if h.a1 > 0 {
		h.before = s.old.span(0, h.a1, "")
	}
	if h.b1 > 0 {
		h.after = s.new.span(0, h.b1, "")
	}
	h.inPlace = h.a1 > 0 && h.b1 > 0 && r.kind != HeadlineWording
	return w.change(s, r, h)
}

// blockRule returns the rule for blocks of a role that are told as a whole, or nil.
func blockRule(r article.Role) *rule {
	switch r {
	case article.Byline:
		return &bylineChanged
	case article.Dateline:
		return &datelineChanged
	default:
		return nil
	}
}
