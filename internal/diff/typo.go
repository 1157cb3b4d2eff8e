package diff

import (
	"strings"
	"unicode/utf8"

	"erratum/internal/text"
)

// maxTypoTokens is how many tokens a side of a typo may have.
const maxTypoTokens = 4

// isTypo reports whether an edit mends a slip, or changes the form of a word. Names
// are never typos: a name that is one letter off is another person or place until
// something says otherwise.
func (j *judge) isTypo(was, is []text.Token) bool {
	if len(was) == 0 || len(is) == 0 || len(was) > maxTypoTokens || len(is) > maxTypoTokens {
		return false
	}
	a, b := wordsOf(was), wordsOf(is)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Key == b[i].Key {
			continue
		}
		if !j.isTypoOf(a[i], b[i]) {
			return false
		}
	}
	return len(a) > 0
}

// wordsOf leaves out punctuation.
func wordsOf(toks []text.Token) []text.Token {
	var out []text.Token
	for _, t := range toks {
		if t.Kind != text.Punct {
			out = append(out, t)
		}
	}
	return out
}

func (j *judge) isTypoOf(a, b text.Token) bool {
	if a.Kind != text.Word || b.Kind != text.Word {
		return false
	}
	if text.SpellingKey(a.Key) == text.SpellingKey(b.Key) {
		return true
	}
	if j.mayBeName(a, b) || j.guards.real[a.Key] && j.guards.real[b.Key] {
		return false
	}
	return sameWordForm(a.Key, b.Key) || isSlip(a.Key, b.Key)
}

// mayBeName reports whether either word is written with a capital. At the start of a
// sentence that says little, so a function word there is none.
func (j *judge) mayBeName(a, b text.Token) bool {
	if !text.IsUpperStart(a.Text) && !text.IsUpperStart(b.Text) {
		return false
	}
	starts := a.From == 0 && b.From == 0
	return !starts || !text.IsFunction(j.lang, a.Key) && !text.IsFunction(j.lang, b.Key)
}

// sameWordForm reports whether two words are forms of one: equal stems, or a common
// start of at least five letters that is 60 % of the longer.
func sameWordForm(a, b string) bool {
	if text.Stem(a) == text.Stem(b) {
		return true
	}
	x, y := []rune(a), []rune(b)
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n >= 5 && n*10 >= 6*max(len(x), len(y))
}

// isSlip reports whether two words are a slip apart: one letter missing, doubled,
// wrong or changed with its neighbour, two from seven letters on. Slips seldom spare
// the word but take its first letter, and real words often differ by just that
// (hired, fired), so a first letter may only change places with the second.
func isSlip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	least, most := min(len(x), len(y)), max(len(x), len(y))
	if least < 3 || most > 40 {
		return false
	}
	if x[0] != y[0] && (x[0] != y[1] || x[1] != y[0]) {
		return false
	}
	allowed := 1
	if least >= 7 {
		allowed = 2
	}
	return most-least <= allowed && swapDistance(x, y) <= allowed
}

// swapDistance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours.
func swapDistance(x, y []rune) int {
	above, row, next := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for k := range row {
		row[k] = k
	}
	for i := range x {
		next[0] = i + 1
		for k := range y {
			cost := 1
			if x[i] == y[k] {
				cost = 0
			}
			next[k+1] = min(row[k]+cost, row[k+1]+1, next[k]+1)
			if i > 0 && k > 0 && x[i] == y[k-1] && x[i-1] == y[k] {
				next[k+1] = min(next[k+1], above[k-1]+1)
			}
		}
		above, row, next = row, next, above
	}
	return row[len(y)]
}

// onlyWord returns the key of the one token that is no punctuation, empty when there
// are none or more.
func onlyWord(toks []text.Token) string {
	key := ""
	for i := range toks {
		if toks[i].Kind == text.Punct {
			continue
		}
		if key != "" {
			return ""
		}
		key = toks[i].Key
	}
	return key
}

// negatedForm reports whether a single word was replaced by its opposite made with a
// prefix, or the other way round: legal, illegal.
func negatedForm(was, is []text.Token) bool {
	long, short := onlyWord(was), onlyWord(is)
	if long == "" || short == "" {
		return false
	}
	if len(long) < len(short) {
		long, short = short, long
	}
	prefix, ok := strings.CutSuffix(long, short)
	if !ok || utf8.RuneCountInString(short) < 4 {
		return false
	}
	switch prefix {
	case "un", "in", "il", "im", "ir", "dis", "non", "anti", "de", "re", "mis", "over", "under", "pre", "post", "ex", "sub", "pro",
		"des", "dés", "mé", "s", "не", "без", "бес", "анти", "контр":
		return true
	}
	return false
}
