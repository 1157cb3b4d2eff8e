package command

import (
	"slices"
	"strings"

	"erratum/internal/text"
)

// Sought is what somebody typed to name an article by part of its title or address, in
// whatever case, accents and typography.
type Sought struct {
	typed string
	words []string
}

// Seek reads what was typed.
func Seek(typed string) Sought {
	s := text.Loose(typed)
	return Sought{typed: s, words: strings.Fields(s)}
}

// Fit is how well an article fits what is sought; the greater, the better.
type Fit int

// The ways to fit.
const (
	None       Fit = iota
	Scattered      // all the words stand in the title
	Within         // it stands in the title or the address
	WordBegins     // a word of the title begins with it
	Begins         // the title does
	Whole          // it is the title
)

// Fit says how well an article fits. Whatever is there begins with nothing.
func (s Sought) Fit(title, url string) Fit {
	t := text.Loose(title)
	switch {
	case t == s.typed && t != "":
		return Whole
	case strings.HasPrefix(t, s.typed):
		return Begins
	case strings.Contains(t, " "+s.typed):
		return WordBegins
	case strings.Contains(t, s.typed), strings.Contains(text.Loose(url), s.typed):
		return Within
	case !slices.ContainsFunc(s.words, func(w string) bool { return !strings.Contains(t, w) }):
		return Scattered
	default:
		return None
	}
}
