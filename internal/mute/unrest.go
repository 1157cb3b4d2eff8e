package mute

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"erratum/internal/article"
)

// What makes a block volatile (methods.md §11: changed in 3 of the last 5 fetches that
// showed another text), and what is remembered of it. That alone is also what editors
// do to a live story: the changes must be a machine's, too.
const (
	lookBack  = 5 // looks that showed another text
	passingOf = 3 // of which so many brought a form that was gone at the next look: it races
	returnsOf = 3 // or so many brought back a form that it had before: it takes turns
	// A sentence in which only figures change is what editors write in a live story.
	// One that never stood still for so many looks in a row is a machine's.
	proseTurns = 12

	// A form of a block that takes turns has come to stay when it was seen for this long
	// in at least so many looks: caches show an old copy and a new one by turns, too,
	// until the new one is everywhere.
	restFor   = 30 * time.Minute
	restLooks = 3
	// A form that came so often, for that long, while the one before it never did, took
	// its place among those that take turns: it was edited.
	replacedBy = 4
	// Where other texts altogether take turns, as adverts do, each may stand for hours.
	restOther = 12 * time.Hour

	// Two forms with a smaller share of common words are different texts.
	unlike = 1.0 / 3

	maxBlocks = 16
	maxForms  = 8
	maxTurns  = proseTurns
	maxSample = 120 // bytes
	forget    = 30 * 24 * time.Hour
	// What changed once and is not volatile is an edit.
	forgetEdit = 7 * 24 * time.Hour
)

// Unrest is what was seen of an article's blocks that changed. Its zero value has seen
// nothing. It is a value: [Unrest.Seen] returns another.
type Unrest struct {
	Text   string  `json:"text,omitempty"`  // digest of the text of the last look
	Looks  int     `json:"looks,omitempty"` // that showed another text than the one before
	Blocks []Block `json:"blocks,omitempty"`
}

// Block is a block that changed, known by the forms it had.
type Block struct {
	ID     Key       `json:"id"`    // of its first form
	Text   string    `json:"text"`  // the newest form, cut
	Since  time.Time `json:"since"` // when it was first seen to change
	Last   time.Time `json:"last"`  // when it was last seen to change
	Forms  []Form    `json:"forms"` // the one it has now is last
	Turns  []Turn    `json:"turns,omitempty"`
	Rotate time.Time `json:"rotate,omitzero"`  // since when it is known to take turns between forms
	Racing time.Time `json:"racing,omitzero"`  // since when it is known to never show the same twice
	Counts Key       `json:"counts,omitempty"` // the counter that it is; empty: none
}

// Form is a text that a block had; the empty key is that it was not there.
type Form struct {
	Key    Key       `json:"key,omitempty"`
	Since  time.Time `json:"since,omitzero"` // since when it stood, when it stood last
	Seen   time.Time `json:"seen,omitzero"`  // when it was last seen
	Looks  int       `json:"looks,omitempty"`
	Again  bool      `json:"again,omitempty"`  // it was there before, and gone meanwhile
	Lasted bool      `json:"lasted,omitempty"` // two looks apart from each other showed it
	First  time.Time `json:"first,omitzero"`   // when it was first seen to come
	Times  int       `json:"times,omitempty"`  // how often it came
}

// Turn is a change of a block.
type Turn struct {
	Look   int    `json:"look"`
	Back   bool   `json:"back,omitempty"`   // to a form it had before
	Lasted bool   `json:"lasted,omitempty"` // what it brought was still there later
	Nature nature `json:"nature,omitempty"`
}

// nature says what a change did to a block.
type nature string

const (
	wording nature = ""        // as editors do
	figures nature = "figures" // figures alone, in what is no sentence
	prose   nature = "prose"   // figures alone, in a sentence
	another nature = "another" // another text altogether
)

// Seen returns what is known after a look that showed now, when last is the newest
// revision's text. apart is how far two looks must be from each other to show that a
// form lasts. Blocks that choices name are not forgotten.
func (u Unrest) Seen(last, now *article.Article, at time.Time, apart time.Duration, choices []Key) Unrest {
	digest := now.Digest()
	if digest == u.Text && len(u.Blocks) == 0 {
		return u
	}
	if digest != u.Text {
		u.Text = digest
		u.Looks++
	}
	w := watching{unrest: u, at: at, apart: apart, edits: Edits(last, now), stands: keys(now)}
	blocks := make([]Block, 0, len(u.Blocks)+1)
	for _, b := range u.Blocks {
		if b = w.follow(b); b.named(choices) || at.Sub(b.Last) <= b.keep() {
			blocks = append(blocks, b)
		}
	}
	for _, e := range w.edits {
		if !e.note && !slices.ContainsFunc(blocks, func(b Block) bool { return b.is(e) }) {
			blocks = append(blocks, w.begin(e))
		}
	}
	u.Blocks = bound(blocks, choices)
	return u
}

// named reports whether choices name a block, by its ID or a form.
func (b *Block) named(choices []Key) bool {
	return slices.ContainsFunc(choices, func(k Key) bool { return b.ID == k || b.has(k) })
}

// keep is how long a block is remembered after its last change.
func (b *Block) keep() time.Duration {
	if b.Rotate.IsZero() && b.Racing.IsZero() {
		return forgetEdit
	}
	return forget
}

// bound drops the blocks of least interest beyond the bound: edits before what is
// volatile, that before what choices name, the oldest first.
func bound(blocks []Block, choices []Key) []Block {
	keep := func(b *Block) time.Duration {
		if b.named(choices) {
			return 2 * forget
		}
		return b.keep()
	}
	for len(blocks) > maxBlocks {
		drop := 0
		for i := range blocks {
			a, b := &blocks[i], &blocks[drop]
			if keep(a) < keep(b) || keep(a) == keep(b) && a.Last.Before(b.Last) {
				drop = i
			}
		}
		blocks = slices.Delete(blocks, drop, drop+1)
	}
	return blocks
}

func keys(a *article.Article) map[Key]bool {
	set := make(map[Key]bool, len(a.Blocks))
	for _, b := range a.Blocks {
		set[KeyOf(b.Text)] = true
	}
	return set
}

// watching is the work of one Seen.
type watching struct {
	unrest Unrest
	at     time.Time
	apart  time.Duration
	edits  []Edit
	stands map[Key]bool
}

// begin makes a block of an edit that touches none that is known.
func (w *watching) begin(e Edit) Block {
	b := Block{ID: e.Old, Since: w.at, Forms: []Form{{Key: e.Old, Lasted: true}}}
	if b.ID == "" {
		b.ID = e.New
	}
	w.turn(&b, e.New, e)
	return b
}

// follow brings a block up to the look: the form it has now, and whether that lasts.
func (w *watching) follow(b Block) Block {
	b.Forms, b.Turns = slices.Clone(b.Forms), slices.Clone(b.Turns)
	now, e := w.form(&b)
	if now != b.form().Key {
		w.turn(&b, now, e)
		return b
	}
	f := b.form()
	f.Seen = w.at
	f.Looks++
	if w.at.Sub(f.Since) >= w.apart && !f.Lasted {
		f.Lasted = true
		if n := len(b.Turns); n > 0 {
			b.Turns[n-1].Lasted = true
		}
	}
	return b
}

// form finds the form that a block has now.
func (w *watching) form(b *Block) (Key, Edit) {
	for _, e := range w.edits {
		if b.is(e) {
			return e.New, e
		}
	}
	for _, f := range slices.Backward(b.Forms) {
		if f.Key != "" && w.stands[f.Key] {
			return f.Key, Edit{}
		}
	}
	return "", Edit{}
}

// turn records that a block took another form.
func (w *watching) turn(b *Block, now Key, e Edit) {
	t := Turn{Look: w.unrest.Looks, Back: b.has(now), Nature: natureOf(e, b.Text)}
	b.Last = w.at
	if e.After != "" || b.Text == "" {
		b.Text = sample(firstOf(e.After, e.Before))
	}
	if id, ok := counted(e); ok {
		b.Counts = id
	}
	f := Form{Key: now, Since: w.at, Seen: w.at, Looks: 1, Again: t.Back, First: w.at, Times: 1}
	if was := b.seen(now); was != nil && !was.First.IsZero() {
		f.First, f.Times = was.First, was.Times+1
	}
	b.Forms = slices.DeleteFunc(b.Forms, func(x Form) bool { return x.Key == now })
	b.Forms = append(b.Forms, f)
	if len(b.Forms) > maxForms {
		// By the newest revision's form the block is known again.
		drop := slices.IndexFunc(b.Forms, func(x Form) bool { return x.Key != e.Old })
		b.Forms = slices.Delete(b.Forms, drop, drop+1)
	}
	b.Turns = newest(append(b.Turns, t), maxTurns)
	b.judge(w.unrest.Looks, w.at)
}

func newest[T any](s []T, n int) []T { return s[max(0, len(s)-n):] }

// judge finds whether a block is volatile.
func (b *Block) judge(look int, at time.Time) {
	back, passing := 0, 0
	for i, t := range b.Turns {
		if t.Look <= look-lookBack {
			continue
		}
		if t.Back {
			back++
		}
		// Of the newest it is not known yet whether it lasts.
		if !t.Lasted && i < len(b.Turns)-1 && (t.Nature == figures || t.Nature == another) {
			passing++
		}
	}
	if back >= returnsOf && b.Rotate.IsZero() {
		b.Rotate = at
	}
	racing := passing >= passingOf || len(b.Turns) == proseTurns &&
		!slices.ContainsFunc(b.Turns, func(t Turn) bool { return t.Lasted || t.Nature == wording })
	if racing && b.Racing.IsZero() {
		b.Racing = at
	}
}

// seen returns what is known of a form, or nil.
func (b *Block) seen(k Key) *Form {
	i := slices.IndexFunc(b.Forms, func(f Form) bool { return f.Key == k })
	if i < 0 {
		return nil
	}
	return &b.Forms[i]
}

// form returns the form that a block has now.
func (b *Block) form() *Form { return &b.Forms[len(b.Forms)-1] }

// is reports whether an edit is of this block: it had one of the two forms.
func (b *Block) is(e Edit) bool {
	return e.Old != "" && b.has(e.Old) || e.New != "" && b.has(e.New)
}

func (b *Block) has(k Key) bool {
	return slices.ContainsFunc(b.Forms, func(f Form) bool { return f.Key == k })
}

// natureOf says what an edit did. was is the beginning of the form before, as far as
// it is known: the edit may be from an older one.
func natureOf(e Edit, was string) nature {
	if e.Before == "" || e.After == "" {
		return wording // it came or went: only coming again tells
	}
	p := prepare([]article.Block{{Text: e.Before}, {Text: e.After}, {Text: was}, {Text: sample(e.After)}})
	switch {
	case p[0].frame == p[1].frame && isSentence(e.After):
		return prose
	case p[0].frame == p[1].frame:
		return figures
	case dice(&p[0], &p[1]) < unlike && (was == "" || dice(&p[2], &p[3]) < unlike):
		return another
	default:
		return wording
	}
}

// isSentence reports whether a text ends as sentences do, closing marks apart.
func isSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Pe, unicode.Pf) || r == '"' || r == '\'' || unicode.IsSpace(r)
	})
	last, _ := utf8.DecodeLastRuneInString(s)
	return unicode.Is(unicode.Sentence_Terminal, last) || last == '…'
}

// sample returns the beginning of a block, for people.
func sample(s string) string {
	if len(s) <= maxSample {
		return s
	}
	cut := maxSample
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
