// Package quality measures what the program finds against what it should: figures
// anyone can print. It decides nothing about articles.
package quality

import (
	"regexp"
	"strings"
)

// Fact is a change of meaning in words of both versions; a side is empty when
// something was only added or removed.
type Fact struct{ Before, After string }

// factWords are the words by which facts are compared, with the signs that make
// another number of a number.
var factWords = regexp.MustCompile(`[\p{L}\p{N}_.%$€£#-]*[\p{L}\p{N}_]%?`)

// coveredShare is how many of a wanted fact's words a found one must hold.
const coveredShare = .6

// Covers reports whether a change that was found tells a wanted fact: on every side
// that the wanted one fills, at least 60 % of the words in which its sides differ (of
// all its words when the other side is empty) stand on the same side of the found one.
func Covers(wanted, found Fact) bool {
	return coversSide(wanted.Before, wanted.After, found.Before) &&
		coversSide(wanted.After, wanted.Before, found.After)
}

func coversSide(side, other, found string) bool {
	need := countWords(side)
	for w, n := range countWords(other) {
		need[w] -= n
	}
	have := countWords(found)
	total, hit := 0, 0
	for w, n := range need {
		if n > 0 {
			total += n
			hit += min(n, have[w])
		}
	}
	return float64(hit) >= coveredShare*float64(total)
}

func countWords(s string) map[string]int {
	count := map[string]int{}
	for _, w := range factWords.FindAllString(strings.ToLower(s), -1) {
		count[w]++
	}
	return count
}
