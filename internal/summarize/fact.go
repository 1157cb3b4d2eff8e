package summarize

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// line writes the fact, in its clause unless that was shown already.
func (f *fact) line(r *report.Report, b budget, known bool) Line {
	c := &r.Changes[f.lead]
	line := Line{{Text: leadWord(c) + ": "}}
	switch {
	case len(f.with) > 0:
		line = append(line, f.values(r, b.value)...)
	case pair(c):
		line = append(line, bothSides(c, b.value)...)
	case c.Before != "" && c.After != "" && !lone(c):
		line = append(line, replaced(c, b, known || noteTells(r, c))...)
	default:
		line = append(line, oneSided(c, b.passage, known)...)
	}
	if w := f.where(r); w != "" {
		line = append(line, Span{Text: " (" + w + ")"})
	}
	return line
}

// values writes what came, or went, one value after another.
func (f *fact) values(r *report.Report, n int) Line {
	var line Line
	for k, i := range append([]int{f.lead}, f.with...) {
		if k > 0 {
			line = append(line, Span{Text: ", "})
		}
		c := &r.Changes[i]
		v := Span{Text: cut(c.AfterValue, n/(1+len(f.with))), Bold: true, Verbatim: true}
		if c.AfterValue == "" {
			v = Span{Text: cut(c.BeforeValue, n/(1+len(f.with))), Verbatim: true}
		}
		line = append(line, closed(Line{v})...)
	}
	return line
}

// lone reports whether a value came or went inside a passage that both versions
// have: only its side is worth showing.
func lone(c *report.Change) bool {
	if strings.HasPrefix(string(c.Kind), "hedge") {
		return false
	}
	return strings.HasSuffix(string(c.Kind), "-added") && c.AfterValue != "" && c.BeforeValue == "" ||
		strings.HasSuffix(string(c.Kind), "-removed") && c.BeforeValue != "" && c.AfterValue == ""
}

// pair reports whether a line shows the words of both versions where they differ, since
// the values alone say too little (a hedge, a negation) or are long and much alike (a
// quotation).
func pair(c *report.Change) bool {
	if c.Before == "" || c.After == "" || lone(c) {
		return false
	}
	if c.BeforeValue == "" || c.AfterValue == "" || c.BeforeValue == c.AfterValue {
		return true
	}
	return alikeWhole(c.Kind) || c.Kind == claim.Content || moreWent(c) || !strings.Contains(c.Before, c.BeforeValue) || !strings.Contains(c.After, c.AfterValue)
}

// moreWent reports whether words that stood right beside a value went, or came, with
// it ("3.0.1 or earlier" became "3.0.0"): the values alone would keep that back.
func moreWent(c *report.Change) bool {
	a, b := words(c.Before), words(c.After)
	i, j := at(a, c.Before, c.BeforeValue), at(b, c.After, c.AfterValue)
	if i < 0 || j < 0 {
		return false
	}
	m, n := len(strings.Fields(c.BeforeValue)), len(strings.Fields(c.AfterValue))
	for _, s := range swaps(a, b) {
		if s.a0 <= i && i < s.a1 && s.b0 <= j && j < s.b1 {
			more := max(s.a1-s.a0-m, s.b1-s.b0-n)
			return more > 0 && more <= nearSwaps
		}
	}
	return false
}

// alikeWhole reports whether the values of a kind are passages, to be compared with
// each other.
func alikeWhole(k claim.Kind) bool {
	switch k {
	case claim.Quote, claim.Headline, claim.HeadlineWording:
		return true
	}
	return false
}

// Words of context beside the words that differ, where both sides are shown.
const (
	pairLeft  = 4
	pairRight = 8
)

// bothSides shows the words of both versions around where they differ.
func bothSides(c *report.Change, n int) Line {
	old, new := c.Before, c.After
	if alikeWhole(c.Kind) && c.BeforeValue != "" && c.AfterValue != "" {
		old, new = c.BeforeValue, c.AfterValue
	}
	was, is := differing(c, old, new)
	if i := strings.Index(c.After, new); c.Kind == claim.Quote && i >= 0 {
		// Who said it stands beside it.
		new, is = c.After, [2]int{is[0] + i, is[1] + i}
	}
	x, mid, y := window(old, was[0], was[1], pairLeft, pairRight, n)
	line := quoted(Span{Text: x + mid + y, Verbatim: true})
	line = append(line, Span{Text: " → "})
	is[0], is[1] = unmarked(new, is[0], is[1])
	x, mid, y = window(new, is[0], is[1], pairLeft, pairRight, n)
	return append(line, quoted(Span{Text: x, Verbatim: true}, Span{Text: mid, Bold: true, Verbatim: true}, Span{Text: y, Verbatim: true})...)
}

// unmarked leaves out the marks around words, unless there is nothing else.
func unmarked(s string, from, to int) (int, int) {
	marks := func(r rune) bool { return strings.ContainsRune(`,;:.!?"“”„«»`, r) }
	word := strings.TrimLeftFunc(s[from:to], marks)
	a := to - len(word)
	if word = strings.TrimRightFunc(word, marks); word == "" {
		return from, to
	}
	return a, a + len(word)
}

// differing returns the bytes of both texts to look at: the values of a passage that was
// reworded, else the words that differ around the value.
func differing(c *report.Change, old, new string) (was, is [2]int) {
	i, j := strings.Index(old, c.BeforeValue), strings.Index(new, c.AfterValue)
	if c.Kind == claim.Content && c.BeforeValue != "" && c.AfterValue != "" && i >= 0 && j >= 0 {
		return [2]int{i, i + len(c.BeforeValue)}, [2]int{j, j + len(c.AfterValue)}
	}
	a, b := words(old), words(new)
	s := swap{0, len(a), 0, len(b)}
	if ss := swaps(a, b); len(ss) > 0 {
		s = around(ss, at(b, new, c.AfterValue), false)
		if c.AfterValue == "" && c.BeforeValue != "" {
			s = around(ss, at(a, old, c.BeforeValue), true)
		}
	}
	return bytesOf(a, len(old), s.a0, s.a1), bytesOf(b, len(new), s.b0, s.b1)
}

// at returns the index of the word in which a value starts, or -1.
func at(ws []word, s, value string) int {
	i := strings.Index(s, value)
	if value == "" || i < 0 {
		return -1
	}
	for k := range ws {
		if i < ws[k].to {
			return k
		}
	}
	return -1
}

// bytesOf returns the bytes of words from:to; size is where the text ends.
func bytesOf(ws []word, size, from, to int) [2]int {
	switch {
	case from < to:
		return [2]int{ws[from].from, ws[to-1].to}
	case from < len(ws):
		return [2]int{ws[from].from, ws[from].from}
	default:
		return [2]int{size, size}
	}
}

// replaced writes before → after, and where it stands unless a note quoted below says
// both.
func replaced(c *report.Change, b budget, told bool) Line {
	line := append(closed(Line{{Text: cut(trimDash(c.BeforeValue), b.value), Verbatim: true}}), Span{Text: " → "})
	line = append(line, closed(Line{{Text: cut(trimDash(c.AfterValue), b.value), Bold: true, Verbatim: true}})...)
	if told || len(strings.Fields(c.AfterValue)) > longValue {
		return line
	}
	return append(line, context(" in ", c.After, c.AfterValue, b.context)...)
}

// trimDash takes off the dash that sets a dateline apart.
func trimDash(s string) string { return strings.TrimRight(s, " —–") }

// longValue is how many words a value has that needs no context.
const longValue = 6

// noteTells reports whether the note that speaks of a change names both of its values.
func noteTells(r *report.Report, c *report.Change) bool {
	if c.Note == nil || *c.Note < 0 || *c.Note >= len(r.Notes) || *c.Note != shownNote(r) {
		return false
	}
	said := wordSet(r.Notes[*c.Note].Text)
	return within(wordSet(c.BeforeValue), said) && within(wordSet(c.AfterValue), said)
}

// context shows the clause around a value, where it adds to it.
func context(before, clause, value string, n int) Line {
	i := strings.Index(clause, value)
	if i < 0 || length(value) >= n || len(strings.Fields(clause)) < len(strings.Fields(value))+contextWords {
		return nil
	}
	x, mid, y := window(clause, i, i+len(value), sideWords, sideWords, n)
	return append(Line{{Text: before}}, quoted(Span{Text: x + mid + y, Verbatim: true})...)
}

// contextWords is how many words a clause must add to its value to be worth showing.
const contextWords = 2

// shortValue is how many words a value that went has at most to be shown with its
// clause: of a longer one, the clause would seem to have gone too.
const shortValue = 3

// oneSided writes what came, marked in its clause unless that was shown already, or
// what went.
func oneSided(c *report.Change, n int, known bool) Line {
	clause, v, came := c.After, c.AfterValue, true
	if clause == "" || v == "" && c.BeforeValue != "" {
		clause, v, came = c.Before, c.BeforeValue, false
	}
	i := strings.Index(clause, v)
	switch {
	case v == "" || i < 0 || v == clause:
		if whole := length(clause); whole <= n+runeSlack {
			n = max(n, whole)
		}
		return quoted(Span{Text: cut(clause, n), Verbatim: true})
	case came && known && len(strings.Fields(v)) <= longValue:
		return closed(Line{{Text: cut(v, n), Bold: true, Verbatim: true}})
	case came && length(v) < n:
		x, mid, y := window(clause, i, i+len(v), sideWords, sideWords, n)
		return quoted(Span{Text: x, Verbatim: true}, Span{Text: mid, Bold: true, Verbatim: true}, Span{Text: y, Verbatim: true})
	case came || len(strings.Fields(v)) > shortValue:
		return quoted(Span{Text: cut(v, n), Bold: came, Verbatim: true})
	}
	return append(closed(Line{{Text: cut(v, n), Verbatim: true}}), context(", from ", clause, v, n)...)
}

// quoted puts spans between quotation marks: single ones around text that has double
// ones, none around text that is a quotation itself.
func quoted(spans ...Span) Line {
	var line Line
	for _, s := range spans {
		if s.Text != "" {
			line = append(line, s)
		}
	}
	text := line.String()
	line = closed(line)
	switch {
	case strings.ContainsRune(`“„«"`, first(text)):
		return line
	case strings.ContainsAny(text, `“”„«»"`):
		return append(append(Line{{Text: "‘"}}, line...), Span{Text: "’"})
	}
	return append(append(Line{{Text: "“"}}, line...), Span{Text: "”"})
}

// closed ends a quotation that goes on beyond a line.
func closed(line Line) Line {
	text := line.String()
	open := openQuote(text)
	if open < 0 {
		return line
	}
	return append(line, Span{Text: closer(first(text[open:]))})
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// where says where it stands, at how many places, and where the old value survives.
func (f *fact) where(r *report.Report) string {
	c := &r.Changes[f.first]
	s := roleWord(c.Where)
	n := f.places(r)
	if n == 1 && strings.HasPrefix(string(c.Kind), string(claim.Headline)) {
		s = "" // the lead word says it
	}
	switch {
	case n == 2:
		s += " + 1 place"
	case n > 2:
		s += fmt.Sprintf(" + %d places", n-1)
	}
	if still := stillSays(&r.Changes[f.lead]); still != "" {
		if s != "" {
			s += "; "
		}
		s += still
	}
	return s
}

// stillSays says where the old value of a change stands still, and in which form.
func stillSays(c *report.Change) string {
	if c.StillSays == "" {
		return ""
	}
	place := roleWord(c.StillWhere)
	if place == "" || c.StillWhere == "body" {
		place = "text"
	}
	value := c.StillValue
	if value == "" {
		value = c.BeforeValue
	}
	return "the " + place + " still says " + cut(value, 40)
}

func roleWord(role string) string { return strings.ReplaceAll(role, "_", " ") }
