package summarize

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"erratum/internal/report"
)

// Compose writes the summary of a report. It is deterministic and takes any report.
func Compose(r *report.Report) Summary {
	if r == nil {
		return Summary{}
	}
	if r.Outcome != report.Changed {
		s := Summary{Lead: plain(outcome(r))}
		s.short = s.Lead
		return s
	}
	facts, rest := choose(r)
	for _, n := range budgets {
		s := write(r, facts, rest, n)
		if length(s.String()) <= MaxLength {
			return s
		}
	}
	s := write(r, facts, rest, budgets[len(budgets)-1])
	for len(s.Bullets) > 0 && length(s.String()) > MaxLength {
		s.Bullets = s.Bullets[:len(s.Bullets)-1]
	}
	return s
}

// budget is how many runes the parts of a summary may take.
type budget struct{ value, context, bullet, bulletContext, note int }

// budgets are tried from wide to narrow until the whole fits.
var budgets = [...]budget{
	{110, 70, 90, 50, 200},
	{90, 50, 80, 0, 160},
	{90, 0, 70, 0, 120},
	{70, 0, 50, 0, 80},
	{50, 0, 36, 0, 60},
}

func outcome(r *report.Report) string {
	switch r.Outcome {
	case report.NotComparable:
		return cut("Not comparable: "+r.Reason, MaxLength)
	case report.Same:
		return "No difference."
	}
	return "Only form changed: typography, typos, function words or order."
}

func plain(s string) Line { return Line{{Text: s}} }

// choose groups the changes worth a line, the most significant first, and counts the
// others.
func choose(r *report.Report) (facts [][]int, rest int) {
	at := map[string]int{}
	n := 0
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Severity == report.Style && len(r.Changes) > 1 && n > 0 {
			continue
		}
		n++
		if k, ok := at[mergeKey(c)]; ok && mergeKey(c) != "" && len(facts[k]) < 3 {
			facts[k] = append(facts[k], i)
			continue
		}
		if len(facts) == MaxFacts {
			continue
		}
		at[mergeKey(c)] = len(facts)
		facts = append(facts, []int{i})
	}
	told := 0
	for _, f := range facts {
		told += len(f)
	}
	return facts, len(r.Changes) - told
}

// mergeKey names what a change can share a line with: short values of a kind that
// only came or only went.
func mergeKey(c *report.Change) string {
	v := c.BeforeValue + c.AfterValue
	if c.BeforeValue != "" && c.AfterValue != "" || v == "" || length(v) > 40 || c.Where == "headline" {
		return ""
	}
	if strings.HasPrefix(string(c.Kind), "content") || strings.HasPrefix(string(c.Kind), "quote") {
		return ""
	}
	return string(c.Kind)
}

func write(r *report.Report, facts [][]int, rest int, b budget) Summary {
	var s Summary
	for k, f := range facts {
		if k == 0 {
			s.short = fact(r, f, budget{value: 40})
			s.Lead = fact(r, f, b)
			continue
		}
		s.Bullets = append(s.Bullets, fact(r, f, budget{value: b.bullet, context: b.bulletContext}))
	}
	s.Note = noteLine(r, b.note)
	if len(facts) == 0 {
		s.short = append(Line{}, s.Note...)
	}
	s.Announced = announced(r)
	s.More = more(r, rest)
	return s
}

// fact writes one change, or several of a kind that share a line.
func fact(r *report.Report, which []int, b budget) Line {
	c := &r.Changes[which[0]]
	line := Line{{Text: leadWord(c) + ": "}}
	switch {
	case len(which) > 1:
		for k, i := range which {
			if k > 0 {
				line = append(line, Span{Text: ", "})
			}
			line = append(line, value(&r.Changes[i], b.value/len(which)))
		}
		return line
	case c.Before != "" && c.After != "" && !lone(c):
		line = append(line, replaced(c, b)...)
	default:
		line = append(line, oneSided(c, b)...)
	}
	return append(line, Span{Text: " (" + where(c) + ")"})
}

// lone reports whether a value came or went inside a passage that both versions
// have: only its side is worth showing.
func lone(c *report.Change) bool {
	if (c.BeforeValue == "") == (c.AfterValue == "") {
		return false
	}
	return strings.HasSuffix(string(c.Kind), "-added") && c.AfterValue != "" && !strings.HasPrefix(string(c.Kind), "hedge") ||
		strings.HasSuffix(string(c.Kind), "-removed") && c.BeforeValue != "" && !strings.HasPrefix(string(c.Kind), "hedge")
}

// value writes the one value of a change that came or went.
func value(c *report.Change, n int) Span {
	if c.AfterValue != "" {
		return Span{Text: cut(c.AfterValue, n), Bold: true, Verbatim: true}
	}
	return Span{Text: cut(c.BeforeValue, n), Verbatim: true}
}

// replaced writes before → after.
func replaced(c *report.Change, b budget) Line {
	if whole(c) {
		return quotedPair(c, b)
	}
	line := Line{
		{Text: cut(c.BeforeValue, b.value), Verbatim: true}, {Text: " → "},
		{Text: cut(c.AfterValue, b.value), Bold: true, Verbatim: true},
	}
	return append(line, context(c.After, c.AfterValue, b.context)...)
}

// whole reports whether the clauses must be shown since the values alone say too
// little.
func whole(c *report.Change) bool {
	if c.BeforeValue == "" || c.AfterValue == "" || c.BeforeValue == c.AfterValue {
		return true
	}
	return !strings.Contains(c.Before, c.BeforeValue) || !strings.Contains(c.After, c.AfterValue)
}

// quotedPair shows the clauses of both sides where they differ.
func quotedPair(c *report.Change, b budget) Line {
	from, oldTo, newFrom, newTo := focus(c)
	x, mid, y := window(c.Before, from, oldTo, b.value)
	line := quoted(Span{Text: x + mid + y, Verbatim: true})
	line = append(line, Span{Text: " → "})
	x, mid, y = window(c.After, newFrom, newTo, b.value)
	return append(line, quoted(Span{Text: x, Verbatim: true}, Span{Text: mid, Bold: true, Verbatim: true}, Span{Text: y, Verbatim: true})...)
}

// quoted puts spans between quotation marks, unless they bring their own.
func quoted(spans ...Span) Line {
	line := Line{{}}
	for _, s := range spans {
		if s.Text != "" {
			line = append(line, s)
		}
	}
	if first := line.String(); strings.HasPrefix(first, "“") || strings.HasPrefix(first, "\"") {
		return line[1:]
	}
	line[0].Text = "“"
	return append(line, Span{Text: "”"})
}

// focus returns the range of each clause to look at: around the value when one side
// has one and the words beside it stand in the other clause too, else where the
// clauses differ.
func focus(c *report.Change) (from, oldTo, newFrom, newTo int) {
	if i := strings.Index(c.Before, c.BeforeValue); c.BeforeValue != "" && i >= 0 {
		if a, b, ok := counterpart(c.Before, i, i+len(c.BeforeValue), c.After); ok {
			return i, i + len(c.BeforeValue), a, b
		}
	}
	if i := strings.Index(c.After, c.AfterValue); c.AfterValue != "" && i >= 0 {
		if a, b, ok := counterpart(c.After, i, i+len(c.AfterValue), c.Before); ok {
			return a, b, i, i + len(c.AfterValue)
		}
	}
	from, oldTo, newTo = differ(c.Before, c.After)
	return from, oldTo, from, newTo
}

// contextSide is how many words beside a value must stand alike in both clauses.
const contextSide = 2

// counterpart finds in other what stands where s[i:j] stands in s, by the words
// before and after it.
func counterpart(s string, i, j int, other string) (from, to int, ok bool) {
	left, right := lastWords(s[:i], contextSide), firstWords(s[j:], contextSide)
	if left != "" {
		k := strings.Index(other, left)
		if k < 0 {
			return 0, 0, false
		}
		from = k + len(left)
	}
	to = len(other)
	if right != "" {
		k := strings.Index(other[from:], right)
		if k < 0 {
			return 0, 0, false
		}
		to = from + k
	}
	for from < to && other[from] == ' ' {
		from++
	}
	for to > from && other[to-1] == ' ' {
		to--
	}
	return from, to, true
}

func lastWords(s string, n int) string {
	f := strings.Fields(s)
	if len(f) == 0 {
		return ""
	}
	at := strings.LastIndex(s, f[len(f)-1])
	for k := len(f) - 2; k >= max(0, len(f)-n); k-- {
		at = strings.LastIndex(s[:at], f[k])
	}
	return s[at:]
}

func firstWords(s string, n int) string {
	end := 0
	for k, w := range strings.Fields(s) {
		if k == n {
			break
		}
		end += strings.Index(s[end:], w) + len(w)
	}
	return s[:end]
}

// differ returns where two texts stop being equal and where what differs ends in
// each, at words.
func differ(a, b string) (from, aTo, bTo int) {
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	for from > 0 && from < len(a) && !utf8.RuneStart(a[from]) {
		from--
	}
	k := 0
	for k < len(a)-from && k < len(b)-from && a[len(a)-1-k] == b[len(b)-1-k] {
		k++
	}
	from = wordStart(a, from)
	return from, wordEnd(a, max(len(a)-k, from)), wordEnd(b, max(len(b)-k, from))
}

func wordStart(s string, i int) int {
	for i > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		if unicode.IsSpace(r) || r == utf8.RuneError && size > 0 && !utf8.RuneStart(s[i-size]) {
			break
		}
		i -= size
	}
	return i
}

func wordEnd(s string, i int) int {
	for i < len(s) && !utf8.RuneStart(s[i]) {
		i++
	}
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			break
		}
		i += size
	}
	return i
}

// context shows the clause around a value.
func context(clause, value string, n int) Line {
	i := strings.Index(clause, value)
	if n == 0 || i < 0 || len(strings.Fields(clause)) < len(strings.Fields(value))+contextWords {
		return nil
	}
	x, mid, y := window(clause, i, i+len(value), max(n, length(value)+n/2))
	return append(Line{{Text: " in "}}, quoted(Span{Text: x + mid + y, Verbatim: true})...)
}

// contextWords is how many words a clause must add to its value to be worth showing.
const contextWords = 2

// oneSided writes what came or went, in its clause.
func oneSided(c *report.Change, b budget) Line {
	clause, v, bold := c.After, c.AfterValue, true
	if clause == "" || c.AfterValue == "" && c.BeforeValue != "" {
		clause, v, bold = c.Before, c.BeforeValue, false
	}
	n := max(b.value, b.context)
	i := strings.Index(clause, v)
	if v == "" || i < 0 || length(v) > n {
		return quoted(Span{Text: cut(clause, n), Bold: bold, Verbatim: true})
	}
	if v == clause || len(strings.Fields(clause)) < len(strings.Fields(v))+contextWords {
		return Line{{Text: v, Bold: bold, Verbatim: true}}
	}
	x, mid, y := window(clause, i, i+len(v), n)
	return quoted(Span{Text: x, Verbatim: true}, Span{Text: mid, Bold: bold, Verbatim: true}, Span{Text: y, Verbatim: true})
}

func where(c *report.Change) string {
	s := strings.ReplaceAll(c.Where, "_", " ")
	switch {
	case c.Places == 2:
		s += " + 1 place"
	case c.Places > 2:
		s += fmt.Sprintf(" + %d places", c.Places-1)
	}
	if c.StillSays != "" {
		s += ", the old value still stands elsewhere"
	}
	return s
}

// more counts what the facts above do not tell.
func more(r *report.Report, rest int) string {
	var out []string
	if rest > 0 {
		out = append(out, fmt.Sprintf("+ %d more", rest))
	}
	for _, c := range []struct {
		n         int
		one, many string
	}{{r.Edits.Silent, "wording edit", "wording edits"}, {r.Edits.Moved, "moved", "moved"}} {
		switch {
		case c.n == 1:
			out = append(out, "1 "+c.one)
		case c.n > 1:
			out = append(out, fmt.Sprintf("%d %s", c.n, c.many))
		}
	}
	if len(out) > 0 && rest == 0 {
		out[0] = "+ " + out[0]
	}
	return strings.Join(out, ", ")
}
