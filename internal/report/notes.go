package report

import (
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/note"
	"erratum/internal/text"
)

// marked is a version whose notes are known: its note blocks have the role Note.
type marked struct {
	doc   *diff.Doc
	notes []note.Note
}

// markNotes finds the notes of both versions. Blocks that the extractor marked are
// notes; others are looked at closely where they changed or stand at an edge of
// either version, so that a text is read alike in both.
func markNotes(old, new *article.Article) (before, after marked) {
	r := noteReader{lang: new.Language, close: map[string]bool{}, seen: map[string]noted{}}
	if r.lang == "" {
		r.lang = old.Language
	}
	r.scan = note.NewScanner(r.lang)
	in := map[string]int{}
	for side, a := range []*article.Article{old, new} {
		for i, b := range a.Blocks {
			in[b.Text] |= 1 << side
			if i < edgeTop || i >= len(a.Blocks)-edgeEnd {
				r.close[b.Text] = true
			}
		}
	}
	for text, sides := range in {
		if sides != 3 {
			r.close[text] = true
		}
	}
	r.lede = r.sameLede(old, new)
	doc := diff.Parse(old)
	return r.mark(old, doc), r.mark(new, diff.ParseNext(doc, new))
}

// noteReader finds notes, in texts that both versions have once.
type noteReader struct {
	lang  string
	scan  *note.Scanner
	close map[string]bool // texts to look at closely
	seen  map[string]noted
	lede  [2]string // texts that are prose in spite of their label
}

// sameLede returns the first paragraphs of two versions when they are one lede, with
// "UPDATED:" before it in one or both: to take it for a note would hide what changed
// in it.
func (r *noteReader) sameLede(old, new *article.Article) [2]string {
	var texts, bodies [2]string
	labelled := false
	for side, a := range []*article.Article{old, new} {
		i := slices.IndexFunc(a.Blocks, func(b article.Block) bool { return inProse(b.Role) })
		if i < 0 {
			return [2]string{}
		}
		texts[side] = a.Blocks[i].Text
	}
	if texts[0] == texts[1] {
		return [2]string{}
	}
	for side := range texts {
		bodies[side] = texts[side]
		if n := r.scan.FindAll(texts[side], true); len(n) == 1 && n[0].Kind == note.Update && n[0].Labelled && !n[0].Meta && n[0].Date.IsZero() {
			bodies[side], labelled = n[0].Body, true
		}
	}
	if !labelled || likeness(keySet(bodies[0]), keySet(bodies[1])) < noteLikeness {
		return [2]string{}
	}
	return texts
}

// noted is what was found in a block that the extractor did not mark.
type noted struct {
	prose string // what stands before the notes; empty when the block is nothing else
	rest  string // the part that is notes
	notes []note.Note
}

// mark reads a version of which doc is what stands there whatever its notes.
func (r *noteReader) mark(a *article.Article, doc *diff.Doc) marked {
	m := marked{doc: doc}
	blocks := make([]article.Block, 0, len(a.Blocks)+1)
	changed := false
	rest, before := doc.Sentences, len(doc.Blocks)-len(a.Blocks)
	for i, b := range a.Blocks {
		var sentences []diff.Sentence
		sentences, rest = ofBlock(rest, before+i)
		if b.Role == article.Note {
			m.notes = append(m.notes, r.markedNotes(b.Text)...)
			blocks = append(blocks, b)
			continue
		}
		n := r.read(b, sentences)
		if n.prose != "" || len(n.notes) == 0 {
			p := b
			if n.prose != "" {
				p.Text = n.prose
			}
			blocks = append(blocks, p)
		}
		if len(n.notes) > 0 {
			m.notes = append(m.notes, n.notes...)
			blocks = append(blocks, article.Block{Role: article.Note, Text: n.rest})
			changed = true
		}
	}
	if changed {
		c := *a
		c.Blocks = blocks
		m.doc = diff.ParseNext(doc, &c)
	}
	return m
}

// ofBlock parts the sentences of a block from those of later ones.
func ofBlock(sentences []diff.Sentence, block int) (its, later []diff.Sentence) {
	from := 0
	for from < len(sentences) && sentences[from].Block < block {
		from++
	}
	to := from
	for to < len(sentences) && sentences[to].Block == block {
		to++
	}
	return sentences[from:to], sentences[to:]
}

// read finds the notes of a block that the extractor did not mark.
func (r *noteReader) read(b article.Block, sentences []diff.Sentence) noted {
	if n, ok := r.seen[b.Text]; ok {
		return n
	}
	n := noted{}
	if b.Text == r.lede[0] || b.Text == r.lede[1] {
		return n
	}
	if close := r.close[b.Text]; r.may(sentences, close) && mayHoldNote(b, r.lang) {
		n.notes, n.rest = r.scan.FindAll(b.Text, close), b.Text
		if len(n.notes) == 0 && close && inProse(b.Role) {
			if n.prose, n.rest = r.noteAtEnd(b.Text); n.rest != "" {
				n.notes = r.scan.FindAll(n.rest, true)
			}
		}
	}
	r.seen[b.Text] = n
	return n
}

// may reports whether a block of these sentences can hold a note at all.
func (r *noteReader) may(sentences []diff.Sentence, close bool) bool {
	return r.scan.May(func(yield func(note.Sentence) bool) {
		for i := range sentences {
			if !yield(note.Sentence{Tokens: sentences[i].Tokens, Numbers: sentences[i].Forms}) {
				return
			}
		}
	}, close)
}

// markedNotes returns the notes of a block that the page's own markup calls one.
func (r *noteReader) markedNotes(s string) []note.Note {
	if found := r.scan.FindAll(s, true); len(found) > 0 || s == "" {
		return found
	}
	// The words do not say what kind of note it is.
	return []note.Note{{Kind: note.EditorsNote, Lang: r.lang, Score: markupScore, Rule: "markup", Text: s, Body: s}}
}

// mayHoldNote reports whether a note may stand in a block. A list item or subheading
// of several sentences is left alone: it counts as one sentence, as a note it would
// be several, and the places of all later ones would shift.
func mayHoldNote(b article.Block, lang string) bool {
	switch b.Role {
	case article.Caption, article.Quote, article.Dateline, article.Byline:
		return false
	case article.Lede, article.Body:
		return true
	}
	return len(text.Sentences(text.Fold(b.Text).Text, lang)) <= 1
}

// inProse reports whether a block of this role is cut into sentences.
func inProse(r article.Role) bool { return r == article.Lede || r == article.Body }

// lastSentences is how far from its end a paragraph is searched for a note: outlets
// append notes to their last paragraph.
const lastSentences = 4

// noteAtEnd parts a paragraph where one of its last sentences is plainly a note, on
// its own account and not in somebody's words.
func (r *noteReader) noteAtEnd(paragraph string) (prose, rest string) {
	f := text.Fold(paragraph)
	sentences := text.Sentences(f.Text, r.lang)
	for k := max(1, len(sentences)-lastSentences); k < len(sentences); k++ {
		s := sentences[k]
		if strings.Count(f.Text[:s[0]], `"`)%2 != 0 {
			continue
		}
		if _, ok := r.scan.Find(f.Cut(s[0], s[1]), false); ok {
			return f.Cut(0, sentences[k-1][1]), f.Cut(s[0], len(f.Text))
		}
	}
	return "", ""
}

// markupScore is the score of a note that only the page's markup calls one.
const markupScore = .45

// matched is a note of the old version, of the new one, or of both.
type matched struct {
	old, new *note.Note
	state    NoteState
}

func (m matched) note() *note.Note {
	if m.new != nil {
		return m.new
	}
	return m.old
}

func (m matched) kind() note.Kind { return m.note().Kind }

// fresh reports whether the note came or changed with this version.
func (m matched) fresh() bool { return m.state == NoteNew || m.state == NoteEdited }

// matchNotes pairs the notes of both versions: equal ones first, then the likest.
// New ones come first, in reading order, since they are the news.
func matchNotes(old, new []note.Note) []matched {
	toOld := make([]int, len(new))
	taken := make([]bool, len(old))
	waiting := map[string][]int{} // old notes by their text
	for i := range old {
		folded := text.Fold(old[i].Text).Text
		waiting[folded] = append(waiting[folded], i)
	}
	for j := range new {
		toOld[j] = -1
		folded := text.Fold(new[j].Text).Text
		if same := waiting[folded]; len(same) > 0 {
			toOld[j], taken[same[0]] = same[0], true
			waiting[folded] = same[1:]
		}
	}
	matchLikely(old, new, toOld, taken)
	return listNotes(old, new, toOld, taken)
}

// maxUnmatched bounds the notes of a side that are compared pair by pair.
const maxUnmatched = 100

// matchLikely pairs the notes that have no equal one with the likest.
func matchLikely(old, new []note.Note, toOld []int, taken []bool) {
	type rest struct {
		at   int
		keys map[string]bool
	}
	var left []rest
	for i := range old {
		if !taken[i] && len(left) < maxUnmatched {
			left = append(left, rest{i, keySet(old[i].Text)})
		}
	}
	tried := 0
	for j := range new {
		if toOld[j] >= 0 || len(left) == 0 {
			continue
		}
		if tried++; tried > maxUnmatched {
			return
		}
		keys := keySet(new[j].Text)
		best, at := noteLikeness, -1
		for _, o := range left {
			if s := likeness(o.keys, keys); !taken[o.at] && s > best {
				best, at = s, o.at
			}
		}
		if at >= 0 {
			toOld[j], taken[at] = at, true
		}
	}
}

func listNotes(old, new []note.Note, toOld []int, taken []bool) []matched {
	var out []matched
	for j := range new {
		m := matched{new: &new[j], state: NoteNew}
		if i := toOld[j]; i >= 0 {
			m.old, m.state = &old[i], NoteEdited
			if sameNote(m.old, m.new) {
				m.state = NoteKept
			}
		}
		out = append(out, m)
	}
	for i := range old {
		if !taken[i] {
			out = append(out, matched{old: &old[i], state: NoteVanished})
		}
	}
	order := map[NoteState]int{NoteNew: 0, NoteEdited: 1, NoteVanished: 2, NoteKept: 3}
	slices.SortStableFunc(out, func(a, b matched) int { return order[a.state] - order[b.state] })
	if len(out) > maxNotes {
		out = out[:maxNotes]
	}
	return out
}

// likeness is the share of words two notes have in common (Dice).
func likeness(x, y map[string]bool) float64 {
	if len(x)+len(y) == 0 {
		return 0
	}
	common := 0
	for k := range x {
		if y[k] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

func keySet(s string) map[string]bool {
	out := map[string]bool{}
	for _, t := range text.Tokenize(text.Fold(s).Text) {
		if t.Kind == text.Word || t.Kind == text.Number {
			out[t.Key] = true
		}
	}
	return out
}

// sameNote reports whether two notes say the same: equal but for typography, a typo
// that was fixed, function words, or the stamp beside the label.
func sameNote(a, b *note.Note) bool {
	if a.Kind != b.Kind {
		return false
	}
	x, y := wordsOf(a.Body), wordsOf(b.Body)
	i, j := 0, 0
	for i < len(x) && j < len(y) {
		switch {
		case x[i].Key == y[j].Key || misspelt(x[i], y[j]):
			i, j = i+1, j+1
		case idle(x[i], a.Lang):
			i++
		case idle(y[j], b.Lang):
			j++
		default:
			return false
		}
	}
	rest := func(ws []text.Token, lang string) bool {
		return slices.ContainsFunc(ws, func(t text.Token) bool { return !idle(t, lang) })
	}
	return !rest(x[i:], a.Lang) && !rest(y[j:], b.Lang)
}

// idle reports whether a word can come or go without changing what is said.
func idle(t text.Token, lang string) bool {
	return text.IsFunction(lang, t.Key) && !negates(t.Key)
}

// negates recognises the function words that no style edit may touch.
func negates(w string) bool {
	switch w {
	case "not", "no", "never", "nicht", "kein", "keine", "ne", "pas", "non", "não", "не", "ні", "нет", "sin", "ohne":
		return true
	}
	return false
}

// wordsOf returns the words, numbers and signs of a text, without punctuation.
func wordsOf(s string) []text.Token {
	return slices.DeleteFunc(text.Tokenize(text.Fold(s).Text), func(t text.Token) bool { return t.Kind == text.Punct })
}

// misspelt reports whether two words are one with a letter mistyped or another
// ending. Short words, capitalised ones and those with digits are never: there a
// letter may be the fact.
func misspelt(a, b text.Token) bool {
	if a.Kind != text.Word || b.Kind != text.Word || text.IsUpperStart(a.Text) || text.IsUpperStart(b.Text) {
		return false
	}
	x, y := []rune(a.Key), []rune(b.Key)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 4 || len(y)-len(x) > 2 {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	k := 0
	for k < len(x)-i && x[len(x)-1-k] == y[len(y)-1-k] {
		k++
	}
	return len(y)-i-k <= 1 || i >= 4 && len(y)-i <= 2
}
