package month

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// editable gives the facts of a story that one edit can change: they stand in it once,
// or are names, which are changed everywhere.
func (s *story) editable() []fact {
	var out []fact
	for _, f := range s.facts {
		n := s.count(f.value)
		if n == 1 || n > 1 && f.kind == aName {
			out = append(out, f)
		}
	}
	return out
}

// change replaces one fact of a story and says which words came for which.
func change(s *story, r *rand.Rand) (next *story, f fact, to string) {
	list := s.editable()
	if len(list) == 0 {
		return nil, fact{}, ""
	}
	f = pick(r, list)
	others := slices.DeleteFunc(slices.Clone(f.other), func(v string) bool {
		return v == f.value || s.count(v) > 0
	})
	if len(others) == 0 {
		return nil, fact{}, ""
	}
	to = pick(r, others)
	next = s.clone()
	next.replace(f.value, to)
	return next, f, to
}

// marks are the words by which a reader can tell that one value gave way to another.
type marks struct{ came, went []string }

func swapped(from, to string) marks {
	was, is := strings.Fields(from), strings.Fields(to)
	return marks{came: lacking(is, was), went: lacking(was, is)}
}

// lacking gives the words that another list lacks.
func lacking(words, other []string) (out []string) {
	for _, w := range words {
		if !slices.Contains(other, w) {
			out = append(out, w)
		}
	}
	return out
}

// Change is one change as it is told: what stood there, and what stands there now.
type Change struct{ Before, After string }

// told reports whether changes show all words come, or all go. A word that stands on
// both sides of a change is none that it tells of.
func (m marks) told(changes []Change) bool {
	gained := func(w string) bool {
		return slices.ContainsFunc(changes, func(c Change) bool { return len(places(c.After, w)) > len(places(c.Before, w)) })
	}
	lost := func(w string) bool {
		return slices.ContainsFunc(changes, func(c Change) bool { return len(places(c.Before, w)) > len(places(c.After, w)) })
	}
	return m.empty() || all(m.came, gained) || all(m.went, lost)
}

// all reports whether there are words, and each is so.
func all(words []string, so func(string) bool) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !so(w) })
}

func (m marks) empty() bool { return len(m.came)+len(m.went) == 0 }

func (m marks) String() string { return strings.Join(slices.Concat(m.came, m.went), " ") }

// correction words a note about a change.
func correction(t *tongue, r *rand.Rand, f fact, to string, at time.Time) string {
	return strings.NewReplacer("<what>", t.name(f.kind), "<new>", quoted(f.kind, to), "<old>", quoted(f.kind, f.value), "<date>", at.Format("2 January 2006")).
		Replace(pick(r, t.sections["note correct"]))
}

func quoted(kind factKind, v string) string {
	switch kind {
	case aQuote, aNegation, aSource:
		return `"` + v + `"`
	}
	return v
}

// added puts a new paragraph near the end of a story.
func added(s *story, r *rand.Rand) *story {
	a := &author{tongue: s.tongue, dice: r, said: map[string]string{}, used: map[string]bool{}}
	for _, f := range s.facts {
		a.used[f.value] = true
	}
	next := s.clone()
	at := len(next.paras) - r.IntN(min(3, len(next.paras)))
	next.paras = slices.Insert(next.paras, at, a.write(pick(r, s.tongue.sections["addition"])))
	return next
}

// quiet gives the story in another form that means the same; nil when it has none.
func quiet(s *story, r *rand.Rand) (*story, string) {
	next := s.clone()
	switch r.IntN(4) {
	case 0:
		if s.typo[0] == "" || s.count(s.typo[0]) != 1 {
			return nil, ""
		}
		next.replace(s.typo[0], s.typo[1])
		next.typo = [2]string{}
		return next, "typo"
	case 1:
		next.curly = !next.curly
		return next, "quotation marks"
	case 2:
		if len(next.paras) < 6 {
			return nil, ""
		}
		i := 2 + r.IntN(len(next.paras)-4)
		next.paras[i] += " " + next.paras[i+1]
		next.paras = slices.Delete(next.paras, i+1, i+2)
		return next, "paragraphs joined"
	default:
		if len(next.paras) < 8 {
			return nil, ""
		}
		i := 3 + r.IntN(len(next.paras)-6)
		next.paras[i], next.paras[i+1] = next.paras[i+1], next.paras[i]
		return next, "paragraphs swapped"
	}
}

// retitled gives another headline under test: other words, or other facts in it.
func retitled(s *story, r *rand.Rand) string {
	t := s.tongue
	a := &author{tongue: t, dice: r, said: map[string]string{}, used: map[string]bool{}}
	for range 20 {
		if h := a.write(pick(r, t.headlines(pick(r, t.topics)))); h != s.headline {
			return h
		}
	}
	return s.headline + "?"
}
