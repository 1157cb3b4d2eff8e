package claim

import "erratum/internal/text"

// oldest bounds what is read as an age where nothing but its place says so.
const oldest = 120

// ageAround recognises an age by the words before it ("aged 17", "who is 17") or by
// standing alone between commas behind a word ("Ann Lee, 17,").
func (p *passage) ageAround(f *found) {
	if f.Unit != "" || f.from == 0 || p.sent[f.from-1] != p.sent[f.from] || f.Lo != f.Hi || f.Lo < 0 || f.Lo > oldest {
		return
	}
	if p.is(f.from-1, secAgeLead) {
		f.age = true
		f.from--
		return
	}
	if p.is(f.from-1, secBe) && (p.key(f.from-2) == "who" || p.is(f.from-2, secPronoun)) && (f.to >= p.size() || p.tokens[f.to].Kind == text.Punct) {
		f.age = true
		return
	}
	f.age = p.key(f.from-1) == "," && p.word(f.from-2) && (p.key(f.to) == "," || p.key(f.to) == ".")
}

// harmTokens is how far from a number the word may stand that says what befell those it
// counts.
const harmTokens = 4

// harmNear returns what befell those whom a number counts, as a head: "kills 12" and "12
// people died" count the same.
func (p *passage) harmNear(f *found) string {
	for d := range harmTokens {
		for _, i := range [...]int{f.to + d, f.from - 1 - d} {
			if i < 0 || i >= p.size() || p.sent[i] != p.sent[f.from] {
				continue
			}
			if ph := p.match(i, secLadder); ph != nil && ph.class == "harm" {
				return "harm " + figure(ph.value)
			}
		}
	}
	return ""
}
