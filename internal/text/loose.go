package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Loose is a text as people type it who look for it: folded ([Fold]), in lower case and
// without accents.
func Loose(raw string) string { return Unaccented(strings.ToLower(Fold(raw).Text)) }

// letters are those that do not come apart into a base and an accent.
var letters = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "ı", "i", "ŀ", "l", "ħ", "h")

// Unaccented is a text in lower case without the accents of its letters; "ß" is "ss".
func Unaccented(lower string) string {
	if strings.IndexFunc(lower, func(r rune) bool { return r >= 0x80 }) < 0 {
		return lower
	}
	return letters.Replace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(lower)))
}
