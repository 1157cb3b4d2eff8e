package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Stem takes the commonest English endings off a lower-case word so that forms of a
// word compare alike: "states", "stated" and "stating" give "stat". Words in Cyrillic
// lose their case endings instead. It is meant for measuring how much two sentences
// share, never for deciding that two words mean the same. Other words that are not
// ASCII, or shorter than four letters, are returned as they are; so are words of other
// languages unless they happen to end alike, which does no harm since both versions are
// stemmed alike.
func Stem(lower string) string {
	if len(lower) < 4 {
		return lower
	}
	if !isASCII(lower) {
		if r, _ := utf8.DecodeRuneInString(lower); unicode.Is(unicode.Cyrillic, r) {
			return stemCyrillic(lower)
		}
		return lower
	}
	switch {
	case strings.HasSuffix(lower, "ies") && len(lower) > 4:
		return lower[:len(lower)-2] // parties → parti, as party below
	case strings.HasSuffix(lower, "ing") && stands(lower[:len(lower)-3]):
		return undouble(lower[:len(lower)-3])
	case strings.HasSuffix(lower, "ied") && len(lower) > 4:
		return lower[:len(lower)-2]
	case strings.HasSuffix(lower, "ed") && stands(lower[:len(lower)-2]):
		return undouble(lower[:len(lower)-2])
	case endsInAny(lower, "sses", "shes", "ches", "xes", "zes"):
		return lower[:len(lower)-2]
	case strings.HasSuffix(lower, "s") && !endsInAny(lower, "ss", "us", "is"):
		return dropE(lower[:len(lower)-1])
	case strings.HasSuffix(lower, "y") && !isVowel(lower[len(lower)-2]):
		return lower[:len(lower)-1] + "i"
	}
	return dropE(lower)
}

// stands reports whether what an ending leaves could be a word's stem: at least
// three letters, one a vowel ("bring" and "need" stay).
func stands(s string) bool {
	return len(s) >= 3 && strings.ContainsAny(s, "aeiouy")
}

// undouble takes off the consonant that English doubles before an ending.
func undouble(s string) string {
	n := len(s)
	if n > 3 && s[n-1] == s[n-2] && !isVowel(s[n-1]) && s[n-1] != 'l' && s[n-1] != 's' {
		return s[:n-1]
	}
	return dropE(s)
}

func dropE(s string) string {
	if len(s) > 3 && s[len(s)-1] == 'e' {
		return s[:len(s)-1]
	}
	return s
}

func isVowel(c byte) bool {
	return strings.IndexByte("aeiou", c) >= 0
}

func endsInAny(s string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// caseEndings are those of nouns and adjectives in Ukrainian and Russian, longest
// first.
var caseEndings = strings.Fields(`ього ьому ями ами ого его ому ему ими ыми ією
	ою ею єю ах ях ам ям ом ем єм им ым ім их ых іх ів їв ов ев ей ій ий ой ый ая яя ое ее ые ие ую юю
	а я о е є у ю и і ы ї ь й`)

// leastCyrillicStem is how many letters a Cyrillic word keeps.
const leastCyrillicStem = 3

// stemCyrillic takes off the longest case ending that leaves a stem.
func stemCyrillic(lower string) string {
	for _, e := range caseEndings {
		if stem, ok := strings.CutSuffix(lower, e); ok && utf8.RuneCountInString(stem) >= leastCyrillicStem {
			return stem
		}
	}
	return lower
}
