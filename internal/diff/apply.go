package diff

// Apply applies the edits to the old version and returns the token keys of every
// sentence of the new version, in its order. What is kept comes from the old version,
// so the result equals the new version's keys only when the alignment is sound and
// complete: that is the property the tests hold every diff to.
func (d *Diff) Apply() [][]string {
	out := make([][]string, len(d.New.Sentences))
	for _, g := range d.Groups {
		if len(g.New) == 0 {
			continue
		}
		keys := d.applyGroup(g)
		for _, s := range g.New {
			n := min(len(d.New.Sentences[s].Tokens), len(keys))
			out[s], keys = keys[:n:n], keys[n:]
		}
		if last := g.New[len(g.New)-1]; len(keys) > 0 {
			out[last] = append(out[last], keys...)
		}
	}
	return out
}

// applyGroup returns the keys of the new side of a group.
func (d *Diff) applyGroup(g Group) []string {
	before, after := d.Sides(g)
	var keys []string
	add := func(toks []Tok) {
		for _, t := range toks {
			keys = append(keys, t.Key)
		}
	}
	switch g.Shape {
	case Same:
		add(before)
		return keys
	case Added:
		add(after)
		return keys
	}
	for _, op := range g.Ops {
		if op.Kind == Keep {
			add(before[op.A0:op.A1])
		} else {
			add(after[op.B0:op.B1])
		}
	}
	return keys
}
