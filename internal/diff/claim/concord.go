package claim

import "slices"

// concord leaves one negator a clause where several deny once ("no dijo nada",
// "n'a pas", "никто не"): none when the clause keeps another, for then nothing is
// turned around. Words that deny only beside another negator ("plus", "personne") do
// not count without.
func (p *passage) concord(cs []cue) []cue {
	var out []cue
	for n := 0; n < len(cs); {
		lo, hi := p.markedOff(cs[n].from)
		end := n
		for end < len(cs) && cs[end].from < hi {
			end++
		}
		if c, ok := p.oneNegator(cs[n:end], lo, hi); ok {
			out = append(out, c)
		}
		n = end
	}
	return out
}

// nearNegators is how far apart the two words of one negation stand at most ("n'a pas",
// "ne lui a plus jamais").
const nearNegators = 4

// oneNegator joins the negators of a clause that came or went, if it keeps no other.
func (p *passage) oneNegator(cs []cue, lo, hi int) (cue, bool) {
	counts := false
	for i := lo; i < hi; i++ {
		ph := p.match(i, secNegator)
		if ph == nil || ph.class == "half" {
			continue
		}
		if !slices.ContainsFunc(cs, func(c cue) bool { return c.from == i }) {
			return cue{}, false
		}
		counts = true
	}
	c := cs[0]
	if last := cs[len(cs)-1]; last.from-c.to < nearNegators {
		c.to = last.to
	}
	return c, counts
}

// markedOff returns the clause of token i, between marks.
func (p *passage) markedOff(i int) (lo, hi int) {
	lo, hi = i, i+1
	for lo > 0 && p.sent[lo-1] == p.sent[i] && !p.mark(lo-1) {
		lo--
	}
	for hi < p.size() && p.sent[hi] == p.sent[i] && !p.mark(hi) {
		hi++
	}
	return lo, hi
}
