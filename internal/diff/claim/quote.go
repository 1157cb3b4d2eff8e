package claim

import (
	"strings"

	"erratum/internal/text"
)

// readQuotes finds what stands between quotation marks. A quotation that the passage
// opens and does not close runs to its end; one that it only closes runs from its
// start (a quotation over several sentences).
func (p *passage) readQuotes() []found {
	var out []found
	open, mark := -1, ""
	bare := 0 // no word stands between the last quotation and this token
	for i := 0; i < p.size(); i++ {
		if id := p.sent[i]; i == 0 || id != p.sent[i-1] && id != p.sent[i-1]+1 {
			if open >= 0 && mark == `"` {
				out = p.addQuote(out, open, i, open, i)
			}
			open = -1
			if p.version.spoken(id) {
				open, mark = i, `"`
			}
		}
		m, opens, closes := p.quoteMark(i)
		switch {
		case m == "":
			continue
		case open < 0 && opens:
			open, mark = i, m
		case open >= 0 && m == mark && closes:
			out = p.addQuote(out, open, i, open, i+1)
			open = -1
		case open < 0 && closes && m == `"`:
			from := 0
			if n := len(out); n > 0 {
				if p.sent[out[n-1].to-1] == p.sent[i] {
					continue // a stray mark
				}
				from = out[n-1].to
			}
			n := len(out)
			if out = p.addQuote(out, max(from, bare), i, from, i+1); len(out) == n {
				bare = i + 1
			}
		}
	}
	if open >= 0 && mark == `"` {
		out = p.addQuote(out, open, p.size(), open, p.size())
	}
	return out
}

// quoteMark says whether token i is a quotation mark and which way it can face. Wire
// and wiki text writes “ as two apostrophes.
func (p *passage) quoteMark(i int) (mark string, opens, closes bool) {
	k := p.key(i)
	switch {
	case k == `"`:
	case k == "'" && p.key(i-1) == "'" && p.glued(i):
		return "", false, false // second half of ''
	case k == "'" && p.key(i+1) == "'" && p.glued(i+1):
		k = `"`
	case k == "'":
	default:
		return "", false, false
	}
	after := i + 1
	if p.tokens[i].Key == "'" && k == `"` {
		after = i + 2
	}
	spaceBefore := i == 0 || p.tokens[i].Space || p.sent[i-1] != p.sent[i] || p.key(i-1) == "(" || p.key(i-1) == "-"
	spaceAfter := after >= p.size() || p.sent[after] != p.sent[i] || p.tokens[after].Space || p.tokens[after].Kind == text.Punct
	opens, closes = spaceBefore, spaceAfter
	if k == `"` && p.lex.lang == "en" && p.cut(i, i+1) == "”" {
		return k, false, true // English never opens with it
	}
	if spaceBefore && spaceAfter && k == `"` {
		return k, true, true
	}
	if k == "'" && opens == closes {
		return "", false, false // an apostrophe
	}
	if !opens && !closes {
		opens, closes = true, true
	}
	return k, opens, closes
}

// addQuote appends the quotation with the words from:to; the marks stand in
// outerFrom:outerTo.
func (p *passage) addQuote(out []found, from, to, outerFrom, outerTo int) []found {
	f := found{from: outerFrom, to: outerTo}
	for i := from; i < to; i++ {
		switch k := p.key(i); {
		case p.tokens[i].Kind == text.Punct:
		case len(k) > 3 && strings.HasSuffix(k, "n't"):
			f.words = append(f.words, k[:len(k)-3], "not")
		default:
			f.words = append(f.words, text.SpellingKey(k))
		}
	}
	if len(f.words) == 0 {
		return out
	}
	f.Value = Value{Text: p.cut(outerFrom, outerTo), Canon: joinWords(f.words)}
	return append(out, f)
}

// spoken reports whether a sentence starts inside a quotation that an earlier sentence
// of its paragraph opened.
func (v *version) spoken(id int) bool {
	if v.inside == nil {
		v.inside = make([]bool, len(v.doc.Sentences))
		odd := false
		for i := range v.doc.Sentences {
			s := &v.doc.Sentences[i]
			if i == 0 || v.doc.Sentences[i-1].Block != s.Block {
				odd = false
			}
			v.inside[i] = odd
			for k := range s.Tokens {
				if s.Tokens[k].Key == `"` {
					odd = !odd
				}
			}
		}
	}
	return v.inside[id]
}

// inQuote reports whether token i stands inside a quotation.
func (p *passage) inQuote(i int) bool {
	if p.plain != nil {
		return p.plain.inQuote(i)
	}
	if p.quoted == nil {
		p.quoted = make([]bool, p.size())
		for _, q := range p.of(quoteValue) {
			for j := q.from; j < q.to; j++ {
				p.quoted[j] = true
			}
		}
	}
	return i >= 0 && i < len(p.quoted) && p.quoted[i]
}
