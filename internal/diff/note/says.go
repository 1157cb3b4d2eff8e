package note

import (
	"slices"
	"strings"

	"erratum/internal/text"
)

// Bounds of a statement: what is longer than a clause is not a fact that can be
// looked up.
const (
	maxSays      = 4  // statements of a note
	maxSaysWords = 30 // words of a side
)

// says reads what a note states was wrong and is right:
//
//	X, not Y · X instead of Y · not Y, but X          right X, wrong Y
//	from Y to X · to X, from Y                        right X, wrong Y
//	incorrectly said Y. It is X. · gave Z as Y; it is X    right X, wrong Y
//	an earlier version said Y                         wrong Y
//	misstated the age. She is X.                      right X
//
// Only corrections and clarifications are read for contrasts: elsewhere "not" is
// ordinary speech.
func (p *passage) says(v *view, o opening, kind Kind, cut func(from, to int) string) []Statement {
	r := sayer{p: p, v: v, b: o.b}
	for i, s := range p.sentences {
		if s[1] <= o.body || len(r.out) >= maxSays {
			continue
		}
		r.from, r.to = max(s[0], o.body), s[1]
		for r.to > r.from && isFinal(p.ws[r.to-1].Text) {
			r.to--
		}
		if r.changedTo() || kind != Correction && kind != Clarification {
			continue
		}
		_ = r.denial() || r.contrast() || r.wasWrong(i) || r.wasError(i)
	}
	var out []Statement
	for _, s := range r.out {
		st := Statement{Wrong: p.cut(s.wrong, cut), Right: p.cut(s.right, cut)}
		if st != (Statement{}) {
			out = append(out, st)
		}
	}
	return out
}

// cut returns a range of words verbatim, without the quotation marks around it.
func (p *passage) cut(r [2]int, cut func(from, to int) string) string {
	from, to := r[0], r[1]
	for from < to && p.ws[from].Kind == text.Punct && p.ws[from].Text != "(" {
		from++
	}
	for to > from && p.ws[to-1].Kind == text.Punct && p.ws[to-1].Text != ")" {
		to--
	}
	if from >= to {
		return ""
	}
	return cut(p.ws[from].From, p.ws[to-1].To)
}

// sayer reads statements out of one sentence after the other.
type sayer struct {
	p        *passage
	v        *view
	b        *book
	from, to int // the sentence
	out      []struct{ wrong, right [2]int }
}

func (r *sayer) add(wrong, right [2]int) bool {
	if wrong[1]-wrong[0] > maxSaysWords {
		wrong[1] = wrong[0]
	}
	if right[1]-right[0] > maxSaysWords {
		right[1] = right[0]
	}
	if wrong[1] <= wrong[0] && right[1] <= right[0] {
		return false
	}
	r.out = append(r.out, struct{ wrong, right [2]int }{wrong, right})
	return true
}

// contrast reads "X, not Y" and "X instead of Y".
func (r *sayer) contrast() bool {
	for i := r.from + 1; i < r.to; i++ {
		end := -1
		if r.p.ws[i].Text == "," {
			end = r.phrase(r.b.not, i+1)
		}
		if end < 0 {
			end = r.phrase(r.b.instead, i)
		}
		if end < 0 || end >= r.to {
			continue
		}
		wrong := [2]int{end, r.clauseEnd(end)}
		return r.add(wrong, [2]int{r.likeBefore(i, wrong), i})
	}
	return false
}

// denial reads "not Y, but X".
func (r *sayer) denial() bool {
	for i := r.from; i < r.to; i++ {
		from := r.phrase(r.b.deny, i)
		if from < 0 {
			continue
		}
		for k := from + 1; k < r.to && k < from+maxDenied; k++ {
			if end := r.phrase(r.b.but, k); end >= 0 && end < r.to {
				return r.add([2]int{from, k}, [2]int{end, r.clauseEnd(end)})
			}
		}
	}
	return false
}

// maxDenied is how many words may stand between "not" and "but".
const maxDenied = 14

// phrase returns where one of the phrases ends that starts at i, or -1.
func (r *sayer) phrase(ps []pattern, i int) int {
	for _, p := range ps {
		if end := p.match(r.v, i, r.to, true); end >= 0 {
			return end
		}
	}
	return -1
}

// first returns where the first of the phrases ends that stands in the sentence, or -1.
func (r *sayer) first(ps []pattern) int {
	for _, p := range ps {
		if _, end := p.find(r.v, r.from, r.to); end >= 0 {
			return end
		}
	}
	return -1
}

// clauseEnd returns where the clause that starts at i ends.
func (r *sayer) clauseEnd(from int) int {
	i := from
	for ; i < r.to; i++ {
		switch r.p.ws[i].Text {
		case ",", ";", ":", "(", ".":
			return i
		}
		if i > from && r.b.as[r.p.ws[i].Key] {
			return i // "not Y as an earlier version said"
		}
	}
	return i
}

// likeBefore returns where the words before i start that are of the kind of the
// wrong ones: "spoke in Dodoma, not Dar es Salaam" → "Dodoma".
func (r *sayer) likeBefore(i int, wrong [2]int) int {
	first := r.p.ws[wrong[0]]
	n := wrong[1] - wrong[0]
	low := max(r.from, i-maxSaysWords)
	if first.Text == `"` {
		for k := i - 2; k >= low; k-- {
			if r.p.ws[k].Text == `"` {
				return k
			}
		}
	}
	for k := i - 1; k >= low; k-- { // the same first word: "in May, not in June"
		if r.p.ws[k].Key == first.Key && text.IsFunction(r.b.lang, first.Key) {
			return k
		}
	}
	if first.Kind == text.Number || first.Kind == text.Symbol {
		for k := i - 1; k >= low && k >= i-n-3; k-- {
			if r.p.ws[k].Kind == text.Number {
				for k > low && r.p.ws[k-1].Kind != text.Word && r.p.ws[k-1].Text != "," && !r.p.ws[k].Space {
					k--
				}
				return k
			}
		}
	}
	if text.IsUpperStart(first.Text) {
		return r.namesBefore(i, low)
	}
	return max(low, i-max(n, 2))
}

// namesBefore returns where the run of capitalised words that ends at i starts.
func (r *sayer) namesBefore(i, low int) int {
	at := i - 1
	for k := i - 1; k >= low; k-- {
		w := r.p.ws[k]
		switch {
		case w.Kind != text.Punct && text.IsUpperStart(w.Text):
			at = k
		case w.Kind == text.Punct && w.Text != "-" && w.Text != ".",
			!text.IsFunction(r.b.lang, w.Key) && w.Kind == text.Word, i-k > 8:
			return at
		}
	}
	return at
}

// wasWrong reads "incorrectly said Y", "an earlier version said Y" and "gave Z as Y",
// and the right fact of the same sentence or of the one after it.
func (r *sayer) wasWrong(sentence int) bool {
	end := r.calledAs()
	if end < 0 {
		end = r.first(r.b.wrongly)
	}
	if end < 0 {
		end = r.first(r.b.said)
	}
	for end >= 0 && end < r.to && (r.p.ws[end].Text == "," || isThat(r.p.ws[end].Key)) {
		end++
	}
	if end < 0 || end >= r.to {
		return false
	}
	if end = r.statement(end); end < 0 {
		return false
	}
	wrong, right := r.untilRight(end)
	if right == ([2]int{}) {
		right = r.rightAfter(sentence, wrong)
	}
	return r.add(wrong, right)
}

// statement returns where what was said starts: after a "that" near i, else at i; -1 for
// "gave the wrong date", which does not say which.
func (r *sayer) statement(i int) int {
	near := min(i+leadWords, r.to)
	for k := i; k < near; k++ {
		if isThat(r.p.ws[k].Key) && k+1 < r.to {
			return k + 1
		}
	}
	for _, p := range r.b.error {
		if at, _ := p.find(r.v, i, near); at >= 0 {
			return -1
		}
	}
	return i
}

// leadWords is how many words may lead to what was said: "by mistake that", "the wrong".
const leadWords = 3

// wasError reads the right fact after "misstated the age": "She is X".
func (r *sayer) wasError(sentence int) bool {
	if r.first(r.b.error) < 0 || sentence+1 >= len(r.p.sentences) {
		return false
	}
	s := r.p.sentences[sentence+1]
	if next := (sayer{p: r.p, v: r.v, b: r.b, from: s[0], to: s[1]}); next.denial() || next.contrast() {
		return false // it says both itself
	}
	return r.add([2]int{}, r.rightAfter(sentence, [2]int{}))
}

// calledAs returns where the wrong name or value starts in "misidentified Z as Y".
func (r *sayer) calledAs() int {
	end := r.first(r.b.named)
	if end < 0 {
		return -1
	}
	for i := end; i < r.to && i < end+maxDenied; i++ {
		if r.b.as[r.p.ws[i].Key] && !r.p.ws[i].quoted {
			return i + 1
		}
	}
	return -1
}

// changedTo reads "from Y to X" and "to X, from Y" beside a word of change.
func (r *sayer) changedTo() bool {
	change, _ := r.b.correct.find(r.v, r.from, r.to)
	if change < 0 {
		return false
	}
	to := -1
	for i := change + 1; i < r.to; i++ {
		w := &r.p.ws[i]
		if r.b.to[w.Key] && !w.quoted {
			to = i
		}
		if !r.b.from[w.Key] || w.quoted {
			continue
		}
		for k := i + 2; k < r.to && k < i+maxDenied; k++ {
			if r.b.to[r.p.ws[k].Key] && !r.p.ws[k].quoted {
				return r.add([2]int{i + 1, k}, [2]int{k + 1, r.clauseEnd(k + 1)})
			}
		}
		if to > change && i-to < maxDenied && r.p.ws[i-1].Text == "," {
			return r.add([2]int{i + 1, r.clauseEnd(i + 1)}, [2]int{to + 1, i})
		}
	}
	return false
}

// facts returns the kinds of facts that the message names.
func (p *passage) facts(v *view, o opening) []Fact {
	var out []Fact
	for _, f := range o.b.facts {
		for _, s := range p.sentences {
			if at, _ := f.pattern.find(v, max(s[0], o.body), s[1]); at >= 0 && !slices.Contains(out, f.fact) {
				out = append(out, f.fact)
			}
		}
	}
	return out
}

// isThat recognises the conjunction before a clause, in any of the languages.
func isThat(key string) bool {
	return strings.Contains(" that dass que qu' che що что ", " "+key+" ")
}
