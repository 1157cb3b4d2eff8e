package claim

// compound reads a number word written together ("zweiundzwanzig", "ventitré",
// "dreihundertfünf"). A word that is no more than one piece, or has anything else in
// it, is none.
func (l *lexicon) compound(word string) (float64, bool) {
	if !l.format.compound || len(word) < leastCompound || len(word) > longestCompound {
		return 0, false
	}
	var c counter
	pieces := 0
	for word != "" {
		ph, size := l.piece(word)
		if ph == nil {
			return 0, false
		}
		switch {
		case ph.section == secNumberAnd:
		case ph.section == secMultiplier:
			if c.part == 0 {
				c.part = 1
			}
			c.multiply(ph.value)
		default:
			c.part += ph.value
		}
		word = word[size:]
		pieces++
	}
	return c.total + c.part, pieces > 1
}

// Bounds of a number word in bytes.
const (
	leastCompound   = 6
	longestCompound = 80
	longestPiece    = 14
)

// piece returns the longest number word that a compound starts with, and its length.
func (l *lexicon) piece(word string) (*phrase, int) {
	for n := min(len(word), longestPiece); n >= 2; n-- {
		e := l.words[word[:n]]
		if e == nil {
			continue
		}
		for k := range e.phrases {
			ph := &e.phrases[k]
			if len(ph.rest) > 0 {
				continue
			}
			switch ph.section {
			case secMultiplier, secNumberAnd:
				return ph, n
			case secCardinal:
				if !e.in(secMultiplier) {
					return ph, n
				}
			}
		}
	}
	return nil, 0
}
