package robots

import "strings"

// pattern is the address of a rule: a prefix in which * stands for anything, and
// which a $ at its end ties to the end of the address.
type pattern struct {
	text  string   // normalised, without the $
	parts []string // text between its stars
	whole bool     // a $ stood at the end
	size  int      // octets as they weigh against those of other rules
}

// newPattern reads a pattern that is not empty. One that begins with neither / nor *
// lacks its slash: addresses begin with one.
func newPattern(s string) pattern {
	if s[0] != '/' && s[0] != '*' {
		s = "/" + s
	}
	p := pattern{}
	s, p.whole = strings.CutSuffix(s, "$")
	p.text = normalize(s, false)
	p.size = len(p.text)
	if p.whole {
		p.size++
	} else {
		// A star at the end changes nothing, nor may it make a rule outweigh another.
		p.text = strings.TrimRight(p.text, "*")
	}
	p.parts = strings.Split(p.text, "*")
	return p
}

// match reports whether a normalised address matches. Each part is looked for behind
// the one before it, at the first place where it stands: no later place could let
// more of the rest match.
func (p pattern) match(path string) bool {
	rest, ok := strings.CutPrefix(path, p.parts[0])
	if !ok {
		return false
	}
	last := len(p.parts) - 1
	if last == 0 {
		return !p.whole || rest == ""
	}
	for _, part := range p.parts[1:last] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	if p.whole {
		return strings.HasSuffix(rest, p.parts[last])
	}
	return strings.Contains(rest, p.parts[last])
}

// normalize spells an address or pattern in one way (RFC 9309 §2.2.2): octets beyond
// ASCII are escaped, letters and digits that need no escape have none, escapes are in
// upper case. What a pattern uses as a sign, an address holds escaped: its stars and
// dollars match a pattern's %2A and %24. A dollar inside of a pattern is no sign.
func normalize(s string, address bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if isUnreserved(c) {
				b.WriteByte(c)
			} else {
				escape(&b, c)
			}
		case c <= ' ' || c >= 0x7f, c == '$', c == '*' && address:
			escape(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}

// isUnreserved reports octets that mean the same escaped and plain (RFC 3986 §2.3).
func isUnreserved(c byte) bool {
	low := c | 0x20
	return low >= 'a' && low <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	low := c | 0x20
	return c >= '0' && c <= '9' || low >= 'a' && low <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
