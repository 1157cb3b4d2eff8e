package claim

import (
	"slices"
	"strconv"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// version is a whole version as far as rules ask what stands in it. Its index is of
// words; values are parsed only in the sentences that a question leads to.
type version struct {
	doc     *diff.Doc
	lex     *lexicon
	names   *nameBook
	size    int             // tokens
	single  []*passage      // by sentence, parsed when asked for
	nothing *passage        // without a sentence
	cited   map[string]bool // sources that were asked for

	terms    *terms // often those of the other version too
	read     [][]*term
	twin     *version // the other version, when its terms are the same
	twins    []int32  // sentence of it that is equal, −1 for none
	postings []posts  // by number of the stem
	chain    []posting
	inside   []bool  // by sentence: it starts within a quotation
	flat     []*term // all words in order, for questions about wording
	looks    int     // see maxLooks
	flatAt   []int32 // where the words of a sentence start among them
	runs     map[[2]rune][]spot
}

// posts says where a stem stands.
type posts struct {
	last  int32 // place in the chain, plus one
	count int32 // of sentences
}

// posting is a sentence in which a stem stands, and the place before it.
type posting struct {
	sentence int32
	previous int32 // index plus one, 0 at the end
}

// newVersions makes both versions of a comparison.
func newVersions(d *diff.Diff) (older, newer *version) {
	names := newNameBook(d.Old, d.New)
	older, newer = newVersion(d.Old, names), newVersion(d.New, names)
	older.terms = newTerms(older.lex, d.Old.Forms)
	if older.lex != newer.lex || d.Old.Forms != d.New.Forms {
		newer.terms = newTerms(newer.lex, d.New.Forms)
		return older, newer
	}
	newer.terms, newer.twin, newer.twins = older.terms, older, make([]int32, len(d.New.Sentences))
	for i := range newer.twins {
		newer.twins[i] = -1
	}
	for i := range d.Groups {
		if g := &d.Groups[i]; g.Shape == diff.Same && len(g.Old) == 1 && len(g.New) == 1 {
			newer.twins[g.New[0]] = int32(g.Old[0])
		}
	}
	return older, newer
}

func newVersion(doc *diff.Doc, names *nameBook) *version {
	v := &version{
		doc: doc, lex: lexiconFor(doc.Lang), names: names, cited: map[string]bool{},
		single: make([]*passage, len(doc.Sentences)), read: make([][]*term, len(doc.Sentences)),
	}
	for i := range doc.Sentences {
		v.size += len(doc.Sentences[i].Tokens)
	}
	return v
}

// silent reports whether a sentence takes no part: notes are told by package report.
func (v *version) silent(id int) bool { return v.doc.Sentences[id].Role == article.Note }

// termsOf returns the terms of a sentence, one for each token. They are not to be
// changed.
func (v *version) termsOf(id int) []*term {
	if v.read[id] != nil {
		return v.read[id]
	}
	if v.twin != nil && v.twins[id] >= 0 {
		v.read[id] = v.twin.termsOf(int(v.twins[id]))
		return v.read[id]
	}
	v.read[id] = v.terms.of(&v.doc.Sentences[id])
	return v.read[id]
}

// index reads every sentence once.
func (v *version) index() []posts {
	if v.postings != nil {
		return v.postings
	}
	v.postings = make([]posts, len(v.terms.stems)+v.size/4+8)
	v.chain = make([]posting, 0, v.size/2)
	for id := range v.doc.Sentences {
		if v.silent(id) {
			continue
		}
		toks := v.doc.Sentences[id].Tokens
		for i, t := range v.termsOf(id) {
			if toks[i].Kind != text.Punct && (!t.function || initialism(toks[i].Text)) {
				v.post(int32(id), t.number)
			}
		}
	}
	return v.postings
}

// post notes that a stem stands in a sentence.
func (v *version) post(id, stem int32) {
	for int(stem) >= len(v.postings) {
		v.postings = append(v.postings, make([]posts, len(v.postings))...)
	}
	p := &v.postings[stem]
	if p.last > 0 && v.chain[p.last-1].sentence == id {
		return
	}
	v.chain = append(v.chain, posting{id, p.last})
	p.last = int32(len(v.chain))
	p.count++
}

// posted returns where a stem stands.
func (v *version) posted(stem int32) posts {
	if all := v.index(); int(stem) < len(all) {
		return all[stem]
	}
	return posts{}
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
func (p *passage) stem(i int) string { return p.terms[i].stem }

// has reports whether a stem stands anywhere in the version.
func (v *version) has(stem string) bool {
	v.index()
	n, ok := v.terms.number[stem]
	return ok && v.posted(n).count > 0
}

// maxLooks is how many sentences, words and stems of a version are looked at for all
// questions together. The longest articles at hand take some thousand; what is asked
// beyond it is taken to stand nowhere, and the comparison is coarse.
const maxLooks = 2_000_000

// look counts a look and reports whether it may be taken.
func (v *version) look() bool {
	v.looks++
	return v.looks <= maxLooks
}

// maxPlaces is how many sentences are looked at for a question about a word. One that
// stands in more tells nothing apart, and a text made of it would take for ever.
const maxPlaces = 1000

// where calls yield for the sentences in which a stem stands, from the last, until
// it returns false, at most maxPlaces of them.
func (v *version) where(stem string, yield func(id int) bool) {
	v.index()
	n, ok := v.terms.number[stem]
	if !ok {
		return
	}
	places := 0
	for at := v.posted(n).last; at > 0 && places < maxPlaces && v.look(); at = v.chain[at-1].previous {
		if !yield(int(v.chain[at-1].sentence)) {
			return
		}
		places++
	}
}

// sentence returns one sentence as a passage.
func (v *version) sentence(id int) *passage {
	p := v.single[id]
	if p == nil {
		p = readPassage(v, []int{id})
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
	found, all := false, v.index()
	v.terms.alike(stem, func(n int32) bool {
		found = int(n) < len(all) && all[n].count > 0 && v.lex.related(v.terms.stems[n], stem)
		return !found && v.look()
	})
	return found
}

// find returns a value of a kind for which ok holds, looking only at the sentences
// where one of the stems stands, the last first; nil when there is none.
func (v *version) find(k valueKind, stems []string, ok func(*found) bool) (*passage, *found) {
	for i, s := range stems {
		if slices.Contains(stems[:i], s) {
			continue
		}
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
