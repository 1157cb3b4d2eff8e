package claim

import "slices"

// Classes of negators in languages where several of a clause deny once.
const (
	leadNegator = "lead" // denies together with the word that follows ("ne", "n'")
	wordNegator = "word" // denies beside another or before the verb ("nunca", "aucun")
	halfNegator = "half" // denies only beside a lead ("plus", "personne")
	verbNegator = "verb" // a verb or word that denies without a negator
)

// concord leaves one negator a clause where several deny once ("no dijo nada",
// "n'a pas", "никто не"), and none where the clause denies all the same.
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

// oneNegator joins the negators of a clause that came or went; false when the clause
// denies with them as without.
func (p *passage) oneNegator(cs []cue, lo, hi int) (cue, bool) {
	kept, own := map[string]bool{}, map[string]bool{}
	moved := false
	for i := lo; i < hi; i++ {
		ph := p.match(i, secNegator)
		if ph == nil {
			continue
		}
		if slices.ContainsFunc(cs, func(c cue) bool { return c.from == i }) {
			own[ph.class] = true
			continue
		}
		kept[ph.class] = true
		moved = moved || p.touched[i]
	}
	c := cs[0]
	if last := cs[len(cs)-1]; last.from-c.to < nearNegators {
		c.to = last.to
	}
	switch {
	case own[""]:
		return c, !moved // "no firmó nunca" and "nunca firmó"
	case kept[""] || kept[wordNegator]:
		return c, false
	case own[wordNegator] || own[leadNegator] || own[verbNegator]:
		return c, true
	}
	return c, kept[leadNegator]
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
