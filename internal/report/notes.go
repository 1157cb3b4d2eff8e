package report

import (
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/diff/note"
	"erratum/internal/text"
)

// marked is a version whose notes are known: its note blocks have the role Note.
type marked struct {
	article *article.Article
	notes   []note.Note
}

// markNotes finds the notes of both versions. Blocks that the extractor marked are
// notes; others are looked at closely at the edges and where they changed.
func markNotes(old, new *article.Article) (before, after marked) {
	lang := new.Language
	if lang == "" {
		lang = old.Language
	}
	return mark(old, blockSet(new), lang), mark(new, blockSet(old), lang)
}

func blockSet(a *article.Article) map[string]bool {
	out := make(map[string]bool, len(a.Blocks))
	for _, b := range a.Blocks {
		out[b.Text] = true
	}
	return out
}

func mark(a *article.Article, other map[string]bool, lang string) marked {
	m := marked{article: a}
	blocks := make([]article.Block, 0, len(a.Blocks)+1)
	changed := false
	for i, b := range a.Blocks {
		edge := i < edgeTop || i >= len(a.Blocks)-edgeEnd || !other[b.Text]
		found := notesOf(b, lang, edge)
		if len(found) == 0 && edge && inProse(b.Role) {
			if prose, rest := noteAtEnd(b.Text, lang); rest != "" {
				blocks = append(blocks, article.Block{Role: b.Role, Text: prose})
				b, changed = article.Block{Role: article.Note, Text: rest}, true
				found = notesOf(b, lang, edge)
			}
		}
		if len(found) > 0 && b.Role != article.Note {
			b.Role, changed = article.Note, true
		}
		m.notes = append(m.notes, found...)
		blocks = append(blocks, b)
	}
	if changed {
		c := *a
		c.Blocks = blocks
		m.article = &c
	}
	return m
}

// readable reports whether a note may stand in a block of this role.
func readable(r article.Role) bool {
	switch r {
	case article.Caption, article.Quote, article.Dateline, article.Byline:
		return false
	}
	return true
}

// inProse reports whether a block of this role is cut into sentences.
func inProse(r article.Role) bool { return r == article.Lede || r == article.Body }

// lastSentences is how far from its end a paragraph is searched for a note: outlets
// append notes to their last paragraph.
const lastSentences = 4

// noteAtEnd parts a paragraph where one of its last sentences is plainly a note, on
// its own account and not in somebody's words.
func noteAtEnd(paragraph, lang string) (prose, rest string) {
	f := text.Fold(paragraph)
	sentences := text.Sentences(f.Text, lang)
	for k := max(1, len(sentences)-lastSentences); k < len(sentences); k++ {
		s := sentences[k]
		if strings.Count(f.Text[:s[0]], `"`)%2 != 0 {
			continue
		}
		if _, ok := note.Find(f.Cut(s[0], s[1]), lang, false); ok {
			return f.Cut(0, sentences[k-1][1]), f.Cut(s[0], len(f.Text))
		}
	}
	return "", ""
}

// notesOf returns the notes of a block.
func notesOf(b article.Block, lang string, edge bool) []note.Note {
	if b.Role == article.Note {
		if found := note.FindAll(b.Text, lang, true); len(found) > 0 {
			return found
		}
		if b.Text == "" {
			return nil
		}
		// The page's own markup says that it is a note, its words do not say which.
		return []note.Note{{Kind: note.EditorsNote, Lang: lang, Score: markupScore, Rule: "markup", Text: b.Text, Body: b.Text}}
	}
	if !readable(b.Role) {
		return nil
	}
	if !inProse(b.Role) && len(text.Sentences(text.Fold(b.Text).Text, lang)) > 1 {
		return nil // a list item counts as one sentence, as a note it would be several: places would shift
	}
	return note.FindAll(b.Text, lang, edge)
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
	for j := range new {
		toOld[j] = -1
		for i := range old {
			if !taken[i] && text.Fold(old[i].Text).Text == text.Fold(new[j].Text).Text {
				toOld[j], taken[i] = i, true
				break
			}
		}
	}
	for j := range new {
		if toOld[j] >= 0 {
			continue
		}
		best, at := noteLikeness, -1
		for i := range old {
			if s := likeness(&old[i], &new[j]); !taken[i] && s > best {
				best, at = s, i
			}
		}
		if at >= 0 {
			toOld[j], taken[at] = at, true
		}
	}
	return listNotes(old, new, toOld, taken)
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
func likeness(a, b *note.Note) float64 {
	x, y := keySet(a.Text), keySet(b.Text)
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
