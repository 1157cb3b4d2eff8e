package quality

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/article"
)

// swap puts one text in the place of another in one block of an article.
type swap struct {
	block    int
	from, to int
	with     string
}

// apply returns the article with the swaps made; a is not changed. Swaps of a block
// may not overlap.
func apply(a *article.Article, swaps ...swap) *article.Article {
	out := *a
	out.Blocks = slices.Clone(a.Blocks)
	slices.SortFunc(swaps, func(x, y swap) int { return y.from - x.from })
	for _, s := range swaps {
		t := &out.Blocks[s.block].Text
		*t = (*t)[:s.from] + s.with + (*t)[s.to:]
	}
	return &out
}

// passage shows the surroundings of what a swap puts in its place, before and after.
func passage(a *article.Article, s swap) Fact {
	t := a.Blocks[s.block].Text
	const around = 90
	from, to := max(0, s.from-around), min(len(t), s.to+around)
	for from > 0 && t[from] != ' ' {
		from--
	}
	for to < len(t) && t[to] != ' ' {
		to++
	}
	return Fact{Before: t[from:to], After: t[from:s.from] + s.with + t[s.to:to]}
}

// letterRun is a word as a reader sees it: letters, with hyphens and apostrophes
// inside.
var letterRun = regexp.MustCompile(`[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*`)

// isWhole reports whether s[from:to] is bounded by what is no part of a word.
func isWhole(s string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	after, _ := utf8.DecodeRuneInString(s[to:])
	return !isWordRune(before) && !isWordRune(after)
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '-')
}

// wholes returns where a phrase stands in a text, bounded by what is no part of a
// word.
func wholes(s, phrase string) [][2]int {
	var out [][2]int
	for at := 0; ; {
		i := strings.Index(s[at:], phrase)
		if i < 0 || phrase == "" {
			return out
		}
		from, to := at+i, at+i+len(phrase)
		if isWhole(s, from, to) {
			out = append(out, [2]int{from, to})
		}
		at = to
	}
}

// Pairs of quotation marks and what lies between them, the inward guillemets of
// German apart.
var (
	quotation = regexp.MustCompile(`“[^”“„]*”|„[^“”„]*[“”]|«[^»«]*»|(?:^|[\s(])"[^"\s][^"]*[^"\s]"`)
	inwards   = regexp.MustCompile(`“[^”“„]*”|„[^“”„]*[“”]|»[^»«]*«|(?:^|[\s(])"[^"\s][^"]*[^"\s]"`)
)

// quotations returns the ranges between quotation marks.
func quotations(s string) [][]int {
	if out, in := strings.Index(s, "«"), strings.Index(s, "»"); in >= 0 && (out < 0 || in < out) {
		return inwards.FindAllStringIndex(s, -1)
	}
	return quotation.FindAllStringIndex(s, -1)
}

func inside(ranges [][]int, at int) bool {
	return slices.ContainsFunc(ranges, func(r []int) bool { return r[0] <= at && at < r[1] })
}

// upperFirst writes the first letter large, lowerFirst small.
func upperFirst(s string) string { return mapFirst(s, unicode.ToUpper) }
func lowerFirst(s string) string { return mapFirst(s, unicode.ToLower) }

func mapFirst(s string, to func(rune) rune) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(to(r)) + s[size:]
}

func isLower(s string) bool {
	for _, r := range s {
		if !unicode.IsLower(r) {
			return false
		}
	}
	return s != ""
}

// opensLower reports whether a text goes on with a lower-case letter after one space.
func opensLower(s string) bool {
	rest, ok := strings.CutPrefix(s, " ")
	r, _ := utf8.DecodeRuneInString(rest)
	return ok && unicode.IsLower(r)
}

// closesLower reports whether a text ends in a lower-case letter and one space.
func closesLower(s string) bool {
	rest, ok := strings.CutSuffix(s, " ")
	r, _ := utf8.DecodeLastRuneInString(rest)
	return ok && unicode.IsLower(r)
}
