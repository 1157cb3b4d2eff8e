package month

import "slices"

// Edit is a page right before and right after something happened to it that a reader of
// facts must be told, with nothing else between the two.
type Edit struct {
	URL, What     string
	Before, After []byte
	marks         marks
}

// Edits gives all edits of facts of the month, so that what comparing texts misses is
// found in a minute, and the month is for what watching them does.
func (m *Month) Edits() []Edit {
	var out []Edit
	for _, a := range m.articles {
		for i := 1; i < len(a.states); i++ {
			was, is := a.states[i-1], a.states[i]
			k := slices.IndexFunc(a.truths, func(t truth) bool { return t.must && !t.marks.empty() && t.from.Equal(is.from) })
			if was.story == is.story || was.removed || is.removed || k < 0 {
				continue
			}
			out = append(out, Edit{
				URL: a.URL(), What: is.what, marks: a.truths[k].marks,
				Before: a.render(m.o.Seed, i-1, is.from, ""), After: a.render(m.o.Seed, i, is.from, ""),
			})
		}
	}
	return out
}

// Words are those that came or went.
func (e *Edit) Words() string { return e.marks.String() }

// Told reports whether changes tell an edit.
func (e *Edit) Told(changes []Change) bool { return e.marks.told(changes) }
