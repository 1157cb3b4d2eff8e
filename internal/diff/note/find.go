package note

import (
	"slices"
	"time"

	"erratum/internal/text"
)

// Thresholds of the score, measured in methods.md §10: at .45 nearly every note is
// found, and a seventh of a percent of ordinary paragraphs taken for one; at .60
// fewer of both.
const (
	edgeScore  = .45
	innerScore = .60
)

const (
	labelScore   = .70 // "Correction:" at the start
	editorsScore = .90 // "Editor's note:" at the start
	looseScore   = .50 // "Update A spokesman said": a label without a mark after it
	weakScore    = .10 // "Note:", which also opens what is no note
	datedScore   = .50 // "Fixed the affected version at 2024-04-11 12:50 UTC"

	cueSentences = 5      // sentences of a note that are searched for cues
	maxBlock     = 1200   // bytes; a longer block without a label is no note
	maxNote      = 16_000 // bytes; what is longer is not looked at
	labelWords   = 24     // how far into a block its label may reach
	dateWords    = 14     // how far into a note its own date may stand
)

// Find recognises the note that block is, or starts with. lang is the BCP 47 primary
// subtag of the article, empty when unknown; notes in other languages are found too.
// edge says that the block stands at the top or the end of an article or that it
// changed between two versions: there fewer cues are asked for than in the middle of
// a text.
//
// The score is the sum of the cues found (a label at the start, "this article has
// been corrected", "an earlier version said" and so on), each name once, at most 1.
func Find(block, lang string, edge bool) (Note, bool) {
	return NewScanner(lang).Find(block, edge)
}

// FindAll recognises every note of a block that opens with one: outlets append
// corrections to one paragraph, parted by a bullet or a new label. The texts of the
// notes follow each other and cover the block.
func FindAll(block, lang string, edge bool) []Note {
	return NewScanner(lang).FindAll(block, edge)
}

// passage is a piece of a block cut into words.
type passage struct {
	ws        []word
	sentences [][2]int // as ranges of ws
	start     int      // words to look at first: the first sentence, and what a label may take
	size      int
	scratch   []slotSet // see shelf.slotsOf
}

func read(folded, lang string) *passage {
	p := &passage{size: len(folded), scratch: make([]slotSet, len(shelved().books))}
	p.ws = words(folded)
	at := 0
	for _, s := range text.Sentences(folded, lang) {
		from := at
		for at < len(p.ws) && p.ws[at].From < s[1] {
			at++
		}
		if at > from {
			p.sentences = append(p.sentences, [2]int{from, at})
		}
	}
	p.start = min(len(p.ws), labelWords)
	if len(p.sentences) > 0 {
		p.start = max(p.start, p.sentences[0][1])
	}
	return p
}

// opening is how a passage opens, as a lexicon reads it.
type opening struct {
	b     *book
	label *readyLabel
	loose bool   // no mark after the label
	end   int    // index of the word after the label
	body  int    // index of the first word of the message
	when  moment // the date beside the label
}

// search looks for the notes of a block with the lexicons that may know them.
type search struct {
	f     text.Folded
	lang  string
	edge  bool
	books []*book
}

// reads returns the opening of a passage by the first lexicon that knows its label.
func (s search) reads(p *passage) opening {
	for _, b := range s.books {
		strict, loose := p.sees(b, p.start)
		if o := p.open(b, &strict, &loose); o.label != nil && o.label.form&weak == 0 && !o.loose {
			return o
		}
	}
	return opening{}
}

// books returns a set of lexicons, that of lang first.
func books(set uint64, lang string) []*book {
	var out []*book
	for i, b := range shelved().books {
		switch {
		case set&(1<<i) == 0:
		case b.lang == lang:
			out = slices.Insert(out, 0, b)
		default:
			out = append(out, b)
		}
	}
	return out
}

// find reads one piece of the block as a note.
func (s search) find(from, to int) (Note, bool) {
	p := read(s.f.Text[from:to], s.lang)
	if len(p.ws) == 0 {
		return Note{}, false
	}
	var best verdict
	for _, b := range s.books {
		v := p.judge(b)
		if v.score > best.score+1e-9 || v.score > 0 && v.score > best.score-1e-9 && p.speaks(b.lang) > p.speaks(best.b.lang) {
			best = v
		}
	}
	if best.score < needs(s.edge) {
		return Note{}, false
	}
	n := Note{
		Kind: best.kind, Labelled: best.labelled(), Lang: best.b.lang, Score: min(best.score, 1),
		Meta: best.meta, Rule: best.rule, Text: s.f.Cut(from, to), Date: best.when.day,
	}
	bodyFrom := from
	if best.label != nil && best.body < len(p.ws) {
		bodyFrom = from + p.ws[best.body].From
	}
	n.Body = s.f.Cut(bodyFrom, to)
	if n.Date.IsZero() {
		n.Date = p.date(best.b)
	}
	strict, _ := p.sees(best.b, len(p.ws))
	n.Says = p.says(&strict, best.opening, best.kind, func(i, j int) string { return s.f.Cut(from+i, from+j) })
	n.Facts = p.facts(&strict, best.opening)
	return n, true
}

// needs returns the score a note must have, less what sums of weights may lack of it.
func needs(edge bool) float64 {
	if edge {
		return edgeScore - 1e-9
	}
	return innerScore - 1e-9
}

// speaks counts the function words of a language, to tell lexicons that share a
// label apart.
func (p *passage) speaks(lang string) int {
	n := 0
	for _, w := range p.ws {
		if w.Kind == text.Word && text.IsFunction(lang, w.Key) {
			n++
		}
	}
	return n
}

// date returns the first full date of the first sentence of the message.
func (p *passage) date(b *book) time.Time {
	r := p.stamps(b)
	for i := 0; i < len(p.ws) && i < dateWords; i++ {
		if _, m := r.read(i); !m.day.IsZero() {
			return m.day
		}
	}
	return time.Time{}
}

// Known reports whether a word, in lower case, belongs to the language of notes
// rather than to what a note is about: labels, "article", "corrected", "misstated".
// lang is that of [Note.Lang].
func Known(lang, key string) bool {
	shelf := shelved()
	for _, b := range shelf.books {
		if b.lang == lang {
			strict, _ := shelf.slotsOf(key, b, make([]slotSet, len(shelf.books)))
			return strict.meets(&b.speech)
		}
	}
	return false
}
