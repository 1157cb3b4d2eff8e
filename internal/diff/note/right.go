package note

import "erratum/internal/text"

// untilRight returns the wrong fact that starts at word i, and the right one when it
// follows in the same sentence: "said Y, it was X".
func (r *sayer) untilRight(from int) (wrong, right [2]int) {
	for i := from; i < r.to; i++ {
		switch r.p.ws[i].Text {
		case ",", ";", "-":
			if at := r.phrase(r.b.is, i+1); at >= 0 {
				return [2]int{from, i}, [2]int{at, r.to}
			}
			if r.p.ws[i].Text == ";" {
				return [2]int{from, i}, right
			}
		case ".":
			return [2]int{from, i}, right
		}
	}
	return [2]int{from, r.to}, right
}

// rightAfter returns the right fact of the next sentence: "It is X", "In fact X", or
// what follows a pronoun and the verb of the wrong one: "said it weighs Y. It weighs X".
func (r *sayer) rightAfter(sentence int, wrong [2]int) [2]int {
	if sentence+1 >= len(r.p.sentences) {
		return [2]int{}
	}
	s := r.p.sentences[sentence+1]
	for _, p := range r.b.is {
		if end := p.match(r.v, s[0], s[1], true); end >= 0 {
			return r.clause(end, s[1])
		}
	}
	if r.b.it[r.p.ws[s[0]].Key] {
		for at := s[0] + 1; at < s[0]+3 && at < s[1]; at++ {
			if r.sameVerb(at, wrong) {
				return r.clause(at+1, s[1])
			}
		}
	}
	if s[1]-s[0] <= shortFact && r.statesValue(s) {
		return r.clause(s[0], s[1])
	}
	return [2]int{}
}

// shortFact is how many words, the full stop among them, a sentence has at most that
// states the right fact and nothing else ("Tiene 43 metros.").
const shortFact = 7

// statesValue reports whether a sentence holds a number or a name and is no apology.
func (r *sayer) statesValue(s [2]int) bool {
	for _, p := range r.b.error {
		if at, _ := p.find(r.v, s[0], s[1]); at >= 0 {
			return false
		}
	}
	for i := s[0]; i < s[1]; i++ {
		if w := &r.p.ws[i]; w.Kind == text.Number || i > s[0] && w.Kind == text.Word && text.IsUpperStart(w.Text) {
			return true
		}
	}
	return false
}

// clause returns the clause that starts at i in a sentence that ends at to, unless it
// only says that something was changed.
func (r *sayer) clause(i, to int) [2]int {
	for i < to && r.p.ws[i].Kind == text.Punct && r.p.ws[i].Text != `"` {
		i++
	}
	next := *r
	next.to = to
	end := next.clauseEnd(i)
	for k := i; k < end; k++ {
		if r.v.slots[k].meets(&r.b.changes) {
			return [2]int{} // "It has been corrected"
		}
	}
	return [2]int{i, end}
}

// verbRoot is how many letters two forms of a verb have in common: "mesure", "mesurait".
const verbRoot = 4

// sameVerb reports whether a word stands in a range, in some form.
func (r *sayer) sameVerb(at int, in [2]int) bool {
	word := []rune(r.p.ws[at].Key)
	for i := in[0]; i < in[1]; i++ {
		other := []rune(r.p.ws[i].Key)
		if string(word) == string(other) ||
			len(word) >= verbRoot && len(other) >= verbRoot && string(word[:verbRoot]) == string(other[:verbRoot]) {
			return true
		}
	}
	return false
}
