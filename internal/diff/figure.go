package diff

import (
	"slices"
	"strings"
	"unicode"

	"erratum/internal/text"
)

// figuresDiffer reports whether an op changes a number, a word with digits (G7), a currency or percent sign,
// or the sign of a number.
func (j *judge) figuresDiffer(op Op) bool {
	return !slices.Equal(figures(j.before, op.A0, op.A1), figures(j.after, op.B0, op.B1))
}

// isTurned reports whether all that a group changes is the order of a date or the
// like: one number, weekday or month passes one or two words ("March 3", "3 March").
func (j *judge) isTurned() bool {
	var gone, came *text.Token
	between := 0
	for i, op := range j.ops {
		if op.Kind == Keep {
			if i > 0 && i < len(j.ops)-1 {
				between += op.A1 - op.A0
			}
			continue
		}
		if !takeOne(&gone, j.before[op.A0:op.A1]) || !takeOne(&came, j.after[op.B0:op.B1]) {
			return false
		}
	}
	if gone == nil || came == nil || gone.Key != came.Key || between > 2 {
		return false
	}
	return gone.Kind == text.Number || text.IsCalendar(j.lang, gone.Key)
}

// takeOne takes the token of a list; false when there are more, or was one before.
func takeOne(one **text.Token, toks []text.Token) bool {
	if len(toks) == 0 {
		return true
	}
	if *one != nil || len(toks) > 1 {
		return false
	}
	*one = &toks[0]
	return true
}

// figures returns the numbers and signs of toks[from:to], canonical and sorted.
func figures(toks []text.Token, from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		switch {
		case toks[i].Kind == text.Number:
			out = append(out, ungrouped(toks[i].Key))
		case toks[i].Kind == text.Word && strings.ContainsAny(toks[i].Key, "0123456789"):
			out = append(out, toks[i].Key)
		case isFigureSign(toks[i]) || isMinus(toks, i):
			out = append(out, toks[i].Key)
		}
	}
	slices.Sort(out)
	return out
}

// signed reports whether any figure or sign stands in toks.
func signed(toks []text.Token) bool { return len(figures(toks, 0, len(toks))) > 0 }

// isFigureSign reports whether a token is a currency, percent or degree sign.
func isFigureSign(t text.Token) bool {
	if t.Kind != text.Symbol {
		return false
	}
	for _, r := range t.Key {
		return r == '%' || r == '‰' || r == '°' || r == '+' || r == '<' || r == '>' || unicode.Is(unicode.Sc, r)
	}
	return false
}

// isMinus reports whether the token at i is a hyphen right before a number: a minus
// sign, or what stands between the numbers of a range or score. In "Covid-19" it is
// neither.
func isMinus(toks []text.Token, i int) bool {
	if toks[i].Key != "-" || i+1 >= len(toks) || toks[i+1].Kind != text.Number || toks[i+1].Space {
		return false
	}
	return i == 0 || toks[i].Space || toks[i-1].Kind != text.Word
}

// ungrouped takes the commas out of a number that groups thousands: "1,300" and
// "1300" are the same figure. Dots are left: they group in some languages only.
func ungrouped(number string) string {
	groups := strings.Split(number, ",")
	if len(groups) == 1 || len(groups[0]) > 3 || groups[0] == "0" {
		return number
	}
	for _, g := range groups[1:] {
		if len(g) != 3 {
			return number
		}
	}
	return strings.Join(groups, "")
}
