package quality

import "strings"

// untokenised gives a sentence that was cut into tokens the spacing of print: no space
// before closing punctuation and inside brackets and quotation marks, which are “
// and ” there. It treats equal tokens alike, so that two versions differ afterwards
// where they differed before, but for spacing.
func untokenised(s string) string {
	var b strings.Builder
	open, glue := false, true // inside quotation marks; the next token follows without a space
	for _, t := range strings.Fields(s) {
		isQuote := t == "``" || t == "''" || t == `"`
		closes := isQuote && open
		if !glue && !closes && !sticks(t) {
			b.WriteByte(' ')
		}
		if isQuote {
			open, t = !open, `"`
		}
		b.WriteString(t)
		glue = isQuote && open || opensBracket(t)
	}
	return b.String()
}

// sticks reports whether a token follows the one before without a space.
func sticks(t string) bool {
	switch t {
	case ",", ".", ";", ":", "?", "!", ")", "]", "}", "%", "...", "'s", "’s", "n't", "'ve", "'ll", "'re", "'m", "'d":
		return true
	}
	return false
}

func opensBracket(t string) bool {
	switch t {
	case "(", "[", "{", "$", "£", "€", "#", "US$":
		return true
	}
	return false
}
