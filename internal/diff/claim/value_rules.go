package claim

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"erratum/internal/text"
)

// numberPairs pairs the numbers of a site (methods.md §7).
func (s *site) numberPairs() *pairing {
	return s.pairUp(numberValue,
		func(a, b *found) bool {
			return a.Canon == b.Canon || sameAge(a, b) || sameSpan(a, b) || sameShare(a, b) || sameShare(b, a)
		},
		func(a, b *found) int {
			if !s.old.anyTouched(a.from, a.to) && !s.new.anyTouched(b.from, b.to) {
				return 0
			}
			n := 0
			if s.facing(a, b) {
				n += 3
			} else if _, ok := s.together(a, b); ok {
				n++
			}
			if sharesHead(a, b) {
				n += 3
			}
			if a.Lo == b.Lo && a.Hi == b.Hi {
				n += 3
			}
			switch {
			case a.Unit == b.Unit:
				if a.Unit != "" {
					n += 2
				}
			case a.age && b.age, bothSpans(a, b):
				n += 2
			case a.Lo != b.Lo:
				n -= 3
			}
			return n
		}, 2)
}

// sameShare reports whether a fraction and a percentage are one: "half", "50 percent".
func sameShare(part, percent *found) bool {
	return part.Unit == "" && percent.Unit == "%" && part.Lo == part.Hi && part.Lo < 1 && math.Round(part.Lo*100) == math.Round(percent.Lo) && percent.Lo == percent.Hi
}

// sameAge reports whether two numbers are one age: "62-year-old", "aged 62", a 62
// between commas, and "is 62" beside one of them.
func sameAge(a, b *found) bool {
	return (a.age || a.Unit == "") && (b.age || b.Unit == "") && (a.age || b.age) && a.Lo == b.Lo && a.Hi == b.Hi
}

func numbersReplaced(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.numberPairs().replaced {
		if s.bothTold(p) {
			continue
		}
		out = append(out, replaced(p[0], p[1]))
	}
	return append(out, s.articlesCounted()...)
}

// bothTold reports whether an earlier rule has told of the edit of both values.
func (s *site) bothTold(p [2]*found) bool {
	return s.old.editTold(p[0].from, p[0].to) && s.new.editTold(p[1].from, p[1].to)
}

// numberPrecision finds numbers that stayed while "about" or "at least" came or went.
func numberPrecision(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.numberPairs().same {
		a, b := p[0], p[1]
		if a.Approx == b.Approx || !s.old.anyTouched(a.from, a.to) && !s.new.anyTouched(b.from, b.to) {
			continue
		}
		h := replaced(a, b)
		switch {
		case a.Approx == Exact:
			h.certainty = -1
		case b.Approx == Exact:
			h.certainty = 1
		}
		if !turnedBound(a, b) {
			out = append(out, h)
		}
	}
	return out
}

// turnedBound reports whether a number is at least what another is at most.
func turnedBound(a, b *found) bool {
	return a.Approx == AtLeast && b.Approx == AtMost || a.Approx == AtMost && b.Approx == AtLeast
}

// boundsTurned finds numbers that stayed while the bound that they are became the
// opposite one: "more than half", "less than half".
func boundsTurned(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.numberPairs().same {
		if turnedBound(p[0], p[1]) {
			out = append(out, replaced(p[0], p[1]))
		}
	}
	return out
}

func numbersAdded(w *work, s *site) []hit {
	return s.addedOf(s.numberPairs(), func(b *found) bool { return w.old.hasNumber(s.new, b) })
}

func numbersRemoved(w *work, s *site) []hit {
	return s.removedOf(s.numberPairs(), func(a *found) bool { return w.new.hasNumber(s.old, a) })
}

// hasNumber reports whether an equal number stands anywhere in the version.
func (v *version) hasNumber(p *passage, f *found) bool {
	stems := numberStems(p, f)
	if _, hit := v.find(numberValue, stems, func(o *found) bool { return o.Canon == f.Canon }); hit != nil {
		return true
	}
	if f.Lo >= 1000 && f.Unit == "" { // written as a year elsewhere
		_, hit := v.find(dateValue, stems, func(o *found) bool { return float64(o.at.year) == f.Lo })
		return hit != nil
	}
	return false
}

// addedOf makes hits of the values that came, unless they are slight, told of
// already, or stand elsewhere in the old version.
func (s *site) addedOf(p *pairing, known func(*found) bool) []hit {
	var out []hit
	for _, b := range p.added {
		if b.weak || s.new.anyTold(b.from, b.to) || known(b) {
			continue
		}
		out = append(out, s.added(b))
	}
	return out
}

// removedOf is addedOf for the values that went.
func (s *site) removedOf(p *pairing, known func(*found) bool) []hit {
	var out []hit
	for _, a := range p.removed {
		if a.weak || s.old.anyTold(a.from, a.to) || known(a) {
			continue
		}
		out = append(out, s.removed(a))
	}
	return out
}

// datePairs pairs the dates of a site: those that clash, in the same edit or with
// something in common.
func (s *site) datePairs() *pairing {
	return s.pairUp(dateValue,
		func(a, b *found) bool {
			_, same := s.meet(a, b)
			return same || a.Canon == b.Canon
		},
		func(a, b *found) int {
			if comparable, _ := s.meet(a, b); !comparable || !s.old.anyTouched(a.from, a.to) && !s.new.anyTouched(b.from, b.to) {
				return 0
			}
			n := 1
			if s.facing(a, b) {
				n += 3
			} else if s.aligned(a, b) {
				n += 2
			}
			return n
		}, 3)
}

// aligned reports whether the same content word stands right before both spans, or
// right after, a preposition between allowed, so that both fill the same place.
func (s *site) aligned(a, b *found) bool {
	before, after := s.old.contentBefore(a.from), s.old.contentAfter(a.to)
	return before != "" && before == s.new.contentBefore(b.from) || after != "" && after == s.new.contentAfter(b.to)
}

// contentBefore returns the content word before token i, or before the function word
// there.
func (p *passage) contentBefore(i int) string {
	for j := i - 1; j >= 0 && j >= i-2 && p.word(j) && p.sent[j] == p.sent[i]; j-- {
		if p.content(j) {
			return p.stem(j)
		}
	}
	return ""
}

// contentAfter returns the content word at token i, or after the function word there.
func (p *passage) contentAfter(i int) string {
	for j := i; j < p.size() && j < i+2 && p.word(j) && p.sent[j] == p.sent[i-1]; j++ {
		if p.content(j) {
			return p.stem(j)
		}
	}
	return ""
}

func datesReplaced(_ *work, s *site) []hit {
	var out []hit
	for _, p := range s.datePairs().replaced {
		if _, same := s.meet(p[0], p[1]); !same {
			out = append(out, replaced(p[0], p[1]))
		} else {
			s.old.tell(p[0].from, p[0].to)
			s.new.tell(p[1].from, p[1].to)
		}
	}
	return out
}

func datesAdded(w *work, s *site) []hit {
	return s.addedOf(s.datePairs(), func(b *found) bool { return s.vagueDay(b, s.old) || w.old.hasDate(s.new, b) })
}

func datesRemoved(w *work, s *site) []hit {
	return s.removedOf(s.datePairs(), func(a *found) bool { return s.vagueDay(a, s.new) || w.new.hasDate(s.old, a) })
}

// vagueDay reports whether a day is named by its relation to today or by its weekday
// while the other side names a day as well: without the dates of the versions nobody
// knows whether they differ.
func (s *site) vagueDay(f *found, other *passage) bool {
	if strings.HasPrefix(f.at.relative, "day") {
		return true
	}
	if f.at.weekday == 0 {
		return false
	}
	return slices.ContainsFunc(other.of(dateValue), func(o found) bool {
		return strings.HasPrefix(o.at.relative, "day")
	})
}

// hasDate reports whether a date that gives as much stands anywhere in the version.
func (v *version) hasDate(p *passage, f *found) bool {
	stems := dateStems(p, f)
	_, hit := v.find(dateValue, stems, func(o *found) bool { return o.at.covers(f.at) })
	return hit != nil
}

// respelt reports whether two words differ by a slip of the pen: at most two letters
// in words of five or more, one in shorter ones, and neither is a listed word.
func respelt(l *lexicon, a, b string) bool {
	if a == b || a == "" || b == "" || a[0] != b[0] {
		return false // a slip of the pen rarely hits the first letter
	}
	if l.opposite(a, b) || l.turns(a, b) {
		return false
	}
	if digitsOf(a) != digitsOf(b) {
		return false // a digit is never a matter of spelling
	}
	n := min(len([]rune(a)), len([]rune(b)))
	d := distance(a, b, 2)
	return d <= 1 && n >= 3 || d <= 2 && n >= 5 || squeeze(a) == squeeze(b) && n >= 4
}

// digitsOf gives the digits of a word, in order.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// squeeze drops accents' usual stand-ins: what is left tells spellings apart.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '\'', '.', ' ':
			return -1
		}
		return r
	}, text.SpellingKey(ligatures.Replace(s)))
}

// ligatures writes out letters that some type, or some countries, set as one.
var ligatures = strings.NewReplacer("ﬃ", "ffi", "ﬄ", "ffl", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ß", "ss")
