package claim

import (
	"strings"
	"unicode"

	"erratum/internal/text"
)

// codeName returns the end of a name written with signs or digits inside, such as
// an address, a flag or a file, or of a small word right before a version number.
func (p *passage) codeName(i int) int {
	if p.tokens[i].Kind != text.Word || p.glued(i) && p.word(i-1) || p.is(i, secHonorific) && p.key(i+1) == "." {
		return i
	}
	to, signs := i+1, 0
	for p.glued(to) {
		switch k := p.key(to); {
		case k == "_" || k == "@" || k == "/" && p.glued(to+1) || (k == "." || k == "-") && p.glued(to+1) && p.tokens[to+1].Kind != text.Punct:
			if k == "_" || k == "@" || k == "." && p.word(to+1) {
				signs++
			}
			to++
			continue
		case p.word(to) && k != "'s" || p.tokens[to].Kind == text.Number:
			to++
			continue
		}
		break
	}
	for to > i+1 && p.tokens[to-1].Kind == text.Punct {
		to--
	}
	if signs > 0 {
		return to
	}
	if to == i+1 && mixed(p.tokens[i].Text) {
		return to
	}
	if n, ok := p.numeralAt(i + 1); ok && to == i+1 && n.version != "" && p.content(i) && p.sent[i+1] == p.sent[i] && !p.nameWord(i) && p.key(i) != "version" && p.match(i, secBe) == nil {
		return to
	}
	return i
}

// mixed reports whether a word mixes letters and digits but is no version ("v18").
func mixed(s string) bool {
	digits := strings.IndexFunc(s, unicode.IsDigit)
	return digits > 0 && !(digits == 1 && (s[0] == 'v' || s[0] == 'V'))
}

// chainEnd returns the end of a chain of words with hyphens that starts at token i
// and ends with a capital, or i.
func (p *passage) chainEnd(i int) int {
	to := i
	for p.key(to) == "-" && p.glued(to) && p.glued(to+1) && p.word(to+1) {
		to += 2
	}
	if to > i && p.nameWord(to-1) {
		return to
	}
	return i
}
