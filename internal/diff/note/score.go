package note

import "slices"

// verdict is what a lexicon makes of a passage.
type verdict struct {
	opening
	score float64
	kind  Kind
	meta  bool   // see Note
	rule  string // the strongest cue
}

// score is what a label of this form counts, with a mark after it.
func (f form) score() float64 {
	switch {
	case f&weak != 0:
		return weakScore
	case f&editors != 0:
		return editorsScore
	}
	return labelScore
}

func (v verdict) labelled() bool { return v.label != nil && v.label.form&weak == 0 }

// judge scores a passage with one lexicon.
func (p *passage) judge(b *book) verdict {
	strict, loose := p.sees(b, p.start)
	v := verdict{opening: p.open(b, &strict, &loose)}
	dated := Kind("")
	if v.label == nil {
		if p.size > maxBlock {
			return v
		}
		dated = p.dated(b, &strict)
		if first := p.evidence(b, &loose, v, 1); dated == "" && !first.speaks() {
			return v // a note says what it is at once; what follows prose may be one of its own
		}
	}
	p.look(b, &strict, &loose, p.start, len(p.ws))
	ev := p.evidence(b, &loose, v, cueSentences)
	strongest := 0.0
	add := func(name string, weight float64) {
		v.score += weight
		if weight > strongest {
			strongest, v.rule = weight, name
		}
	}
	switch {
	case v.label == nil:
	case v.loose && v.label.form&weak == 0:
		add("label", looseScore)
	case v.label.form&editors != 0:
		add("editors-label", v.label.form.score())
	default:
		add("label", v.label.form.score())
	}
	if dated != "" {
		add("dated-change", datedScore)
		ev.kinds[dated] += datedScore
	}
	for _, h := range ev.hits {
		if h.weight < 0 && v.labelled() {
			continue // a labelled note may say what it likes
		}
		add(h.name, h.weight)
	}
	v.kind, v.meta = v.decide(ev), ev.kinds[Update] > 0
	return v
}

// evidence is what the cues of a passage say.
type evidence struct {
	hits  []cue // one for each name, the heaviest
	kinds map[Kind]float64
}

// evidence collects the cues of the first n sentences of the message.
func (p *passage) evidence(b *book, v *view, o verdict, n int) evidence {
	ev := evidence{kinds: map[Kind]float64{}}
	seen := 0
	for _, s := range p.sentences {
		if s[1] <= o.body {
			continue
		}
		if seen++; seen > n {
			break
		}
		start := max(s[0], o.body)
		for start < s[1] && isOpener(p.ws[start]) && p.ws[start].Text != "(" {
			start++
		}
		for i := range b.cues {
			c := &b.cues[i]
			if !v.all.holds(&c.needs) {
				continue
			}
			if at, _ := c.pattern.find(v, start, s[1]); at >= 0 {
				ev.add(c.cue)
			}
		}
	}
	return ev
}

// add counts a cue: each name once, with its heaviest pattern; each kind once for
// each name.
func (ev *evidence) add(c cue) {
	if c.weight > ev.kinds[c.kind] && c.kind != "" {
		ev.kinds[c.kind] = c.weight
	}
	for i := range ev.hits {
		if ev.hits[i].name == c.name {
			if abs(c.weight) > abs(ev.hits[i].weight) {
				ev.hits[i] = c
			}
			return
		}
	}
	ev.hits = append(ev.hits, c)
}

// speaks reports whether a cue speaks for a note.
func (ev *evidence) speaks() bool {
	return slices.ContainsFunc(ev.hits, func(c cue) bool { return c.weight > 0 })
}

func abs(x float64) float64 { return max(x, -x) }

// decide chooses the kind. A label that names a kind is believed, but for "Update",
// under which outlets also correct; an editor's note is what its sentences say.
func (v *verdict) decide(ev evidence) Kind {
	k := ev.kinds
	label := Kind("")
	if v.labelled() {
		label = v.label.kind
	}
	switch label {
	case Correction, Clarification, Retraction, Disclosure:
		return label
	}
	need := .15
	if label == EditorsNote {
		need = .30
	}
	if label == Update {
		need = .45
	}
	changed := max(k[Update], k[Correction], k[Clarification]) >= need
	switch {
	case k[EditorsNote] >= need:
		return EditorsNote
	case k[Retraction] >= max(.45, k[Correction]):
		return Retraction
	case k[Clarification] >= .15 && changed:
		return Clarification
	case k[Correction] >= need:
		return Correction
	case label == Update:
		return Update
	case k[removal] >= need:
		return Retraction
	case k[Update] >= need:
		return Update
	case label != "":
		return label
	case k[Correction] > 0:
		return Correction
	}
	return EditorsNote
}
