package claim

import (
	"strconv"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// version is a whole version as far as rules ask what stands in it. Its index is of
// words; values are parsed only in the sentences that a question leads to.
type version struct {
	doc    *diff.Doc
	lex    *lexicon
	names  *nameBook
	single map[int]*passage // of one sentence, parsed when asked for

	postings map[string]int32 // stem → last place in the chain
	chain    []posting
	prefixes map[string][]string // first four letters → stems
	inside   []bool              // by sentence: it starts within a quotation
	flat     string              // all words in order, for questions about wording
}

// posting is a sentence in which a stem stands, and the place before it.
type posting struct {
	sentence int32
	previous int32 // index plus one, 0 at the end
}

func newVersion(doc *diff.Doc, names *nameBook) *version {
	return &version{doc: doc, lex: lexiconFor(doc.Lang), names: names, single: map[int]*passage{}}
}

// silent reports whether a sentence takes no part: notes are told by package report.
func (v *version) silent(id int) bool { return v.doc.Sentences[id].Role == article.Note }

// index reads every sentence once.
func (v *version) index() map[string]int32 {
	if v.postings != nil {
		return v.postings
	}
	n := 0
	for i := range v.doc.Sentences {
		n += len(v.doc.Sentences[i].Tokens)
	}
	v.postings = make(map[string]int32, n/2+8)
	v.chain = make([]posting, 0, n)
	for id := range v.doc.Sentences {
		if v.silent(id) {
			continue
		}
		for _, t := range v.doc.Sentences[id].Tokens {
			if t.Kind == text.Punct || text.IsFunction(v.lex.lang, t.Key) && !initialism(t.Text) {
				continue
			}
			k := stemOf(t)
			last := v.postings[k]
			if last > 0 && v.chain[last-1].sentence == int32(id) {
				continue
			}
			v.chain = append(v.chain, posting{int32(id), last})
			v.postings[k] = int32(len(v.chain))
		}
	}
	return v.postings
}

// stemOf returns the form under which a token is compared: a figure without its
// separators, a word by its spelling and stem.
func stemOf(t text.Token) string {
	if t.Kind == text.Number {
		if !strings.ContainsAny(t.Key, ",.") {
			return t.Key
		}
		return strings.ReplaceAll(strings.ReplaceAll(t.Key, ",", ""), ".", "")
	}
	return text.Stem(text.SpellingKey(t.Key))
}

// stem returns the compared form of a token of the passage.
func (p *passage) stem(i int) string { return stemOf(p.tokens[i]) }

// has reports whether a stem stands anywhere in the version.
func (v *version) has(stem string) bool { return v.index()[stem] > 0 }

// where calls yield for the sentences in which a stem stands, from the last, until
// it returns false.
func (v *version) where(stem string, yield func(id int) bool) {
	for at := v.index()[stem]; at > 0; at = v.chain[at-1].previous {
		if !yield(int(v.chain[at-1].sentence)) {
			return
		}
	}
}

// sentence returns one sentence as a passage.
func (v *version) sentence(id int) *passage {
	p := v.single[id]
	if p == nil {
		p = newPassage(v, []int{id})
		v.single[id] = p
	}
	return p
}

// kin reports whether the version has the stem or a word related to it: the same
// first four letters or more and only endings apart ("Russia", "Russian").
func (v *version) kin(stem string) bool {
	if v.has(stem) {
		return true
	}
	if len(stem) < 4 {
		return false
	}
	if v.prefixes == nil {
		v.prefixes = map[string][]string{}
		for s := range v.index() {
			if len(s) >= 4 {
				v.prefixes[s[:4]] = append(v.prefixes[s[:4]], s)
			}
		}
	}
	for _, s := range v.prefixes[stem[:4]] { // any order: the answer is yes or no
		if v.lex.related(s, stem) {
			return true
		}
	}
	return false
}

// says reports whether the version has the words in this order.
func (v *version) says(words []string) bool {
	if len(words) == 0 {
		return false
	}
	if v.flat == "" {
		var b strings.Builder
		b.WriteByte(' ')
		for id := range v.doc.Sentences {
			if v.silent(id) {
				continue
			}
			for _, t := range v.doc.Sentences[id].Tokens {
				if t.Kind == text.Word || t.Kind == text.Number {
					b.WriteString(t.Key)
					b.WriteByte(' ')
				}
			}
		}
		v.flat = b.String()
	}
	return strings.Contains(v.flat, " "+strings.Join(words, " ")+" ")
}

// find returns a value of a kind for which ok holds, looking only at the sentences
// where one of the stems stands, the last first; nil when there is none.
func (v *version) find(k valueKind, stems []string, ok func(*found) bool) (*passage, *found) {
	for _, s := range stems {
		var in *passage
		var hit *found
		v.where(s, func(id int) bool {
			p := v.sentence(id)
			vs := p.of(k)
			for i := range vs {
				if ok(&vs[i]) {
					in, hit = p, &vs[i]
					return false
				}
			}
			return true
		})
		if hit != nil {
			return in, hit
		}
	}
	return nil, nil
}

// numberStems lists the forms under which a number may stand in a version: its
// figures, in full or before a magnitude, and its first word.
func numberStems(p *passage, f *found) []string {
	var out []string
	for i := f.from; i < f.to; i++ {
		if p.tokens[i].Kind != text.Punct && !p.is(i, secApprox) {
			out = append(out, p.stem(i))
		}
	}
	for _, v := range []float64{f.Lo, f.Lo / 1e3, f.Lo / 1e6, f.Lo / 1e9, f.Lo / 12, f.Lo / 100} {
		if v < 0 || v >= 1e6 || v == 0 && f.Lo != 0 {
			continue
		}
		if s := strconv.FormatFloat(v, 'f', -1, 64); len(s) <= 7 {
			out = append(out, strings.ReplaceAll(s, ".", ""))
		}
		if w := numberWord(p.lex, v); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// numberWord returns the stem of the first word of a small number ("twenty").
func numberWord(l *lexicon, v float64) string {
	if v >= 20 && v < 100 {
		v = float64(int(v) / 10 * 10)
	}
	return l.counting[v]
}

// dateStems lists the words by which a sentence with the same date is found.
func dateStems(p *passage, f *found) []string {
	var out []string
	for i := f.from; i < f.to; i++ {
		if p.tokens[i].Kind != text.Punct && p.content(i) {
			out = append(out, p.stem(i))
		}
	}
	if f.at.month > 0 {
		out = append(out, p.lex.months[f.at.month]...)
	}
	if f.at.year > 0 {
		out = append(out, strconv.Itoa(f.at.year))
	}
	return out
}
