package note

import (
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
//	X, not Y · X instead of Y             right X, wrong Y
//	from Y to X                           right X, wrong Y
//	incorrectly said Y. It is X.          right X, wrong Y
//	an earlier version said Y             wrong Y
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
		_ = r.contrast() || r.wasWrong(i)
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
func (r *sayer) clauseEnd(i int) int {
	for ; i < r.to; i++ {
		switch r.p.ws[i].Text {
		case ",", ";", ":", "(", ".":
			return i
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

// wasWrong reads "incorrectly said Y" and "an earlier version said Y", and the right
// fact of the sentence after it.
func (r *sayer) wasWrong(sentence int) bool {
	end := r.first(r.b.wrongly)
	if end < 0 {
		end = r.first(r.b.said)
	}
	if end < 0 || end >= r.to {
		return false
	}
	if isThat(r.p.ws[end].Key) {
		end++
	}
	wrong, right := r.untilRight(end)
	if right == ([2]int{}) {
		right = r.rightAfter(sentence)
	}
	return r.add(wrong, right)
}

// untilRight returns the wrong fact that starts at word i, and the right one when it
// follows in the same sentence: "said Y, it was X".
func (r *sayer) untilRight(from int) (wrong, right [2]int) {
	for i := from; i < r.to; i++ {
		switch r.p.ws[i].Text {
		case ",":
			if at := r.phrase(r.b.is, i+1); at >= 0 {
				return [2]int{from, i}, [2]int{at, r.to}
			}
		case ";", ".":
			return [2]int{from, i}, right
		}
	}
	return [2]int{from, r.to}, right
}

// rightAfter returns the right fact of the next sentence: "It is X", "In fact X".
func (r *sayer) rightAfter(sentence int) [2]int {
	if sentence+1 >= len(r.p.sentences) {
		return [2]int{}
	}
	s := r.p.sentences[sentence+1]
	at := s[0]
	for n := 0; n < 3 && at+n < s[1]; n++ {
		for _, p := range r.b.is {
			if end := p.match(r.v, at+n, s[1], true); end >= 0 {
				return [2]int{end, s[1]}
			}
		}
	}
	return [2]int{}
}

// changedTo reads "from Y to X" beside a word of change.
func (r *sayer) changedTo() bool {
	change, _ := r.b.correct.find(r.v, r.from, r.to)
	if change < 0 {
		return false
	}
	for i := change + 1; i < r.to; i++ {
		if !r.b.from[r.p.ws[i].Key] || r.p.ws[i].quoted {
			continue
		}
		for k := i + 2; k < r.to && k < i+14; k++ {
			if r.b.to[r.p.ws[k].Key] && !r.p.ws[k].quoted {
				return r.add([2]int{i + 1, k}, [2]int{k + 1, r.clauseEnd(k + 1)})
			}
		}
	}
	return false
}

// isThat recognises the conjunction before a clause, in any of the languages.
func isThat(key string) bool {
	return strings.Contains(" that dass que qu' che що что ", " "+key+" ")
}
