package claim

import (
	"slices"

	"erratum/internal/diff"
	"erratum/internal/text"
)

// merge joins equal changes of several places into one that stands at the most
// prominent of them. It makes its result in place of them.
func (w *work) merge(cs []Change) []Change {
	type key struct {
		kind          Kind
		before, after string
	}
	if len(cs) == 0 {
		return nil
	}
	at := make(map[key]int, len(cs))
	out := cs[:0]
	for _, c := range cs {
		k := key{kind: c.Kind, before: mergeForm(c.Before), after: mergeForm(c.After)}
		i, ok := at[k]
		if !ok || k.before == "" && k.after == "" {
			at[k] = len(out)
			out = append(out, c)
			continue
		}
		out[i] = join(out[i], c)
	}
	for i := range out {
		slices.Sort(out[i].Groups)
		out[i].Groups = slices.Compact(out[i].Groups)
		w.stillSays(&out[i])
	}
	return out
}

// mergeForm is what must be equal for two changes to be one: "at least 12" in the text
// is the "12" of the headline.
func mergeForm(v *Value) string {
	switch {
	case v == nil:
		return ""
	case v.Canon == "":
		return v.Text
	default:
		return v.Canon
	}
}

// join adds a place to a change. Both own their slices; the groups are left unsorted.
func join(a, b Change) Change {
	if prominence(b.Where) < prominence(a.Where) {
		a, b = b, a
	}
	a.Places += b.Places
	a.Spans = append(a.Spans, b.Spans...)
	a.Groups = append(a.Groups, b.Groups...)
	return a
}

// stillSays looks for the old value of a replaced number or respelt name in the new
// version: somebody forgot a place.
func (w *work) stillSays(c *Change) {
	if !c.InPlace || c.Before == nil {
		return
	}
	switch c.Kind {
	case Number:
		w.stillNumber(c)
	case NameSpelling:
		w.stillName(c)
	}
}

func (w *work) stillNumber(c *Change) {
	p, f := w.valueOf(c, numberValue)
	if f == nil || f.version || len(f.heads) == 0 {
		return
	}
	for _, stem := range numberStems(p, f) {
		w.new.where(stem, func(id int) bool {
			in := w.new.sentence(id)
			if w.replacedHere(c, in) || !p.sameTime(in) {
				return true
			}
			vs := in.of(numberValue)
			if slices.ContainsFunc(vs, func(o found) bool { return o.Canon == c.After.Canon }) {
				return true // it tells of both
			}
			if k := slices.IndexFunc(vs, func(o found) bool { return o.Canon == f.Canon && sharesHead(&o, f) }); k >= 0 {
				c.still(in, &vs[k])
			}
			return c.StillSays == ""
		})
		if c.StillSays != "" {
			return
		}
	}
}

// sameTime reports whether another sentence gives no day, month or year that this one
// does not: "In 2019, a fire killed 12 people" speaks of another fire.
func (p *passage) sameTime(o *passage) bool {
	return !slices.ContainsFunc(o.of(dateValue), func(f found) bool {
		return f.at.year+f.at.month+f.at.day > 0 && !slices.ContainsFunc(p.of(dateValue), func(own found) bool { return own.at.covers(f.at) })
	})
}

func (w *work) stillName(c *Change) {
	_, f := w.valueOf(c, nameValue)
	if f == nil {
		return
	}
	in, hit := w.new.find(nameValue, stemsOf(f.words), func(o *found) bool { return o.Canon == f.Canon })
	if hit != nil {
		c.still(in, hit)
	}
}

// still records where the old value of a change stands in the new version.
func (c *Change) still(in *passage, v *found) {
	c.StillSays, c.StillValue = in.show(v.from, v.to), v.Text
	c.StillWhere = in.doc.Sentences[in.sent[v.from]].Role
}

// valueOf finds the value of a change's old side again, in its sentence.
func (w *work) valueOf(c *Change, k valueKind) (*passage, *found) {
	for _, sp := range c.Spans {
		if sp.Side != diff.OldSide {
			continue
		}
		p := w.old.sentence(sp.Sentence)
		vs := p.of(k)
		for i := range vs {
			if vs[i].Canon == c.Before.Canon {
				return p, &vs[i]
			}
		}
	}
	return nil, nil
}

// replacedHere reports whether a sentence of the new version is one of the change's
// own places.
func (w *work) replacedHere(c *Change, in *passage) bool {
	return slices.ContainsFunc(c.Spans, func(sp diff.Span) bool {
		return sp.Side == diff.NewSide && slices.Contains(in.ids, sp.Sentence)
	})
}

// stemsOf returns the stems of words.
func stemsOf(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = text.Stem(w)
	}
	return out
}
