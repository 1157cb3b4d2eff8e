package claim

import "erratum/internal/text"

// datelineTokens bounds how far into a sentence the dash of a dateline may stand.
const datelineTokens = 12

// datelineEnd returns where the dateline at the start of a passage ends ("KYIV (AP) —
// "), or 0: its first word is in capitals, a dash with spaces closes it.
func (p *passage) datelineEnd() int {
	if p.size() < 3 || p.shouted || !p.word(0) || len(p.tokens[0].Text) < 3 || !upperOnly(p.tokens[0].Text) {
		return 0
	}
	for i := 1; i < p.size()-1 && i < datelineTokens && p.sent[i] == p.sent[0]; i++ {
		if p.key(i) == "-" && p.tokens[i].Space {
			to := i + 1
			for p.key(to) == "-" && p.glued(to) {
				to++
			}
			return to
		}
		if p.tokens[i].Kind == text.Word && !hasUpper(p.tokens[i].Text) {
			return 0
		}
	}
	return 0
}

func upperOnly(s string) bool {
	for _, r := range s {
		if r >= 'a' && r <= 'z' {
			return false
		}
	}
	return true
}

// datelines finds a dateline that names another place; one that came or went is
// style.
func datelines(_ *work, s *site) []hit {
	a, b := s.old.datelineEnd(), s.new.datelineEnd()
	if a == 0 && b == 0 {
		return nil
	}
	if a > 0 && b > 0 && s.old.key(0) == s.new.key(0) && s.old.key(1) == s.new.key(1) {
		return nil // the same place; a date in it is told as one
	}
	defer func() {
		s.old.tell(0, a)
		s.new.tell(0, b)
	}()
	if a == 0 || b == 0 {
		return nil
	}
	return []hit{replaced(s.old.span(0, a, s.old.key(0)), s.new.span(0, b, s.new.key(0)))}
}
