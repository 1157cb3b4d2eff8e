package claim

import "math"

// spanScale gives units of time that are whole multiples of a smaller one, with the
// smaller one. Months have no whole number of days.
var spanScale = map[string]struct {
	base string
	n    float64
}{
	"second": {"second", 1}, "minute": {"second", 60}, "hour": {"second", 3600},
	"day": {"day", 1}, "week": {"day", 7}, "fortnight": {"day", 14},
	"month": {"month", 1}, "year": {"month", 12}, "decade": {"month", 120}, "century": {"month", 1200},
}

// sameSpan reports whether two numbers are one length of time in other units: "a year
// and a half", "18 months".
func sameSpan(a, b *found) bool {
	if !bothSpans(a, b) || a.Lo != a.Hi || b.Lo != b.Hi || a.age || b.age {
		return false
	}
	x, y := a.Lo*spanScale[a.Unit].n, b.Lo*spanScale[b.Unit].n
	return math.Abs(x-y) < 1e-6*math.Abs(x)
}

// bothSpans reports whether two numbers are lengths of time whose units have a whole
// scale between them.
func bothSpans(a, b *found) bool {
	base := spanScale[a.Unit].base
	return base != "" && base == spanScale[b.Unit].base
}

// halfMore takes in the half behind a unit of time: "a year and a half".
func (p *passage) halfMore(f *found) {
	if ph := p.match(f.to, secHalfMore); ph != nil && p.sent[f.to] == p.sent[f.from] && spanScale[f.Unit].n > 0 && f.Lo == f.Hi {
		f.Lo, f.Hi = f.Lo+.5, f.Hi+.5
		f.to += 1 + len(ph.rest)
	}
}
