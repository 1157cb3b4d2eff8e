package month

import (
	"slices"
	"strings"
)

// factKind is a kind of fact that an edit can change.
type factKind string

const (
	aNumber   factKind = "number"
	aSum      factKind = "money"
	aShare    factKind = "percent"
	aName     factKind = "name"
	aWeekday  factKind = "weekday"
	aSource   factKind = "source"
	aNegation factKind = "negation"
	aQuote    factKind = "quote"
)

// fact is a fact that a story states, as it stands in the text, and what might stand
// there instead.
type fact struct {
	kind  factKind
	value string
	other []string
}

// note is a note of the editors on the page.
type note struct {
	text  string
	above bool // above the text, as against below
}

// story is what an article says at one time. It is a value: edits change copies.
type story struct {
	tongue   *tongue
	headline string
	dek      string
	byline   string
	caption  string
	paras    []string
	notes    []note
	facts    []fact
	curly    bool      // typographic quotation marks
	typo     [2]string // a misspelt word that stands in the text, and the right one; or empty
}

func (s *story) clone() *story {
	c := *s
	c.paras, c.notes, c.facts = slices.Clone(s.paras), slices.Clone(s.notes), slices.Clone(s.facts)
	return &c
}

// texts points at every running text of the story.
func (s *story) texts() []*string {
	out := []*string{&s.headline, &s.dek}
	for i := range s.paras {
		out = append(out, &s.paras[i])
	}
	return out
}

// count says how often a value stands in the story, as words of its own.
func (s *story) count(value string) int {
	n := 0
	for _, t := range s.texts() {
		n += len(places(*t, value))
	}
	return n
}

// replace puts one value in the place of another, everywhere.
func (s *story) replace(from, to string) {
	for _, t := range s.texts() {
		at := places(*t, from)
		for _, i := range slices.Backward(at) {
			*t = (*t)[:i] + to + (*t)[i+len(from):]
		}
	}
	for i := range s.facts {
		if s.facts[i].value == from {
			s.facts[i].value = to
		}
	}
}

// places gives where a value stands in a text as words of its own.
func places(text, value string) (at []int) {
	for from := 0; value != ""; {
		i := strings.Index(text[from:], value)
		if i < 0 {
			return at
		}
		i += from
		from = i + len(value)
		if !wordy(text[:i], true) && !wordy(text[from:], false) {
			at = append(at, i)
		}
	}
	return at
}

// wordy reports whether a text goes on into a word or figure at its end, or its start.
func wordy(text string, end bool) bool {
	if text == "" {
		return false
	}
	r := []rune(text)
	x := r[0]
	if end {
		x = r[len(r)-1]
	}
	if x == '.' || x == ',' || x == '\u00a0' { // of a figure, when another digit follows
		y := ' '
		switch {
		case end && len(r) > 1:
			y = r[len(r)-2]
		case !end && len(r) > 1:
			y = r[1]
		}
		return y >= '0' && y <= '9'
	}
	return x >= '0' && x <= '9' || strings.ToLower(string(x)) != strings.ToUpper(string(x))
}

// words counts the words of the running text.
func (s *story) words() int {
	n := 0
	for _, p := range s.paras {
		n += len(strings.Fields(p))
	}
	return n
}
