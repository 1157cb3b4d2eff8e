package diff

import "erratum/internal/text"

// Tok is a token together with the sentence it stands in.
type Tok struct {
	text.Token
	Sent int // ID of the sentence in its Doc
}

// Sides returns the tokens of both sides of a group, its sentences one after the
// other. Op indexes count into them: A0:A1 into old, B0:B1 into new.
func (d *Diff) Sides(g Group) (before, after []Tok) {
	return d.Old.Toks(g.Old), d.New.Toks(g.New)
}

// Toks returns the tokens of sentences, one after the other.
func (d *Doc) Toks(sentences []int) []Tok {
	out := make([]Tok, 0, countTokens(d, sentences))
	for _, s := range sentences {
		for _, t := range d.Sentences[s].Tokens {
			out = append(out, Tok{t, s})
		}
	}
	return out
}

// tokens is Toks where it does not matter which sentence a token stands in. Those of
// one sentence, which most groups have, are not copied.
func (d *Doc) tokens(sentences []int) []text.Token {
	if len(sentences) == 1 {
		return d.Sentences[sentences[0]].Tokens
	}
	out := make([]text.Token, 0, countTokens(d, sentences))
	for _, s := range sentences {
		out = append(out, d.Sentences[s].Tokens...)
	}
	return out
}

// Span returns where a run of tokens stands, from the first byte of the first token
// to the last of the last, as one span for every sentence that it touches. toks must
// be in order, as [Diff.Sides] gives them.
func (d *Doc) Span(side Side, toks []Tok) []Span {
	var out []Span
	for i := 0; i < len(toks); {
		last := i
		for last+1 < len(toks) && toks[last+1].Sent == toks[i].Sent {
			last++
		}
		s := toks[i].Sent
		from, to := d.Sentences[s].Folded.Span(toks[i].From, toks[last].To)
		out = append(out, Span{Side: side, Sentence: s, From: from, To: to})
		i = last + 1
	}
	return out
}

// Cut returns the raw text of a span, as printed. The span must be of this version.
func (d *Doc) Cut(s Span) string {
	return d.Sentences[s.Sentence].Folded.Raw[s.From:s.To]
}

// Words returns the folded text of a run of tokens: one space where the text had
// white space or a new sentence starts.
func Words(toks []Tok) string {
	var b []byte
	for i, t := range toks {
		if i > 0 && (t.Space || t.Sent != toks[i-1].Sent) {
			b = append(b, ' ')
		}
		b = append(b, t.Text...)
	}
	return string(b)
}
