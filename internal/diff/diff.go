// Package diff aligns two versions of an article sentence by sentence and word by
// word, so that the edits can be applied back to the old version and give the new.
//
// It knows no meaning: what a changed word claims is the business of diff/claim,
// what a note says that of diff/note. It does no I/O, never panics on any input, and
// gives the same bytes on every run. Start reading at [Parse] and [Compare].
package diff

import (
	"time"

	"erratum/internal/article"
	"erratum/internal/text"
)

// Sentence is a sentence of one version. Headings, list items and captions are one
// sentence each.
type Sentence struct {
	ID     int          // index in Doc.Sentences
	Block  int          // index in Doc.Blocks
	Role   article.Role // of its block; the first body paragraph is always the lede
	Folded text.Folded  // the sentence as printed and folded
	Hash   uint64       // of the folded text
	Tokens []text.Token // offsets are into Folded.Text
	Forms  []int32      // number of each token's key in Doc.Forms
}

// Doc is a version prepared for comparison.
type Doc struct {
	Lang      string
	Published time.Time       // zero when the page does not say
	Modified  time.Time       // of its last change, zero when the page does not say
	Blocks    []article.Block // headline, dek, bylines, then the body, as Article.Paragraphs gives them
	Sentences []Sentence
	Forms     *Forms // shared with the version that it was parsed next to
}

// Shape says how the sentences of a group correspond.
type Shape string

// The shapes.
const (
	Same      Shape = "same"
	Edit      Shape = "edit"      // one sentence became another, or two became two
	Split     Shape = "split"     // one became several
	Merge     Shape = "merge"     // several became one
	Added     Shape = "added"     // only in the new version
	Removed   Shape = "removed"   // only in the old version
	Rewritten Shape = "rewritten" // too different or too long for a word diff: Ops is one Replace
)

// OpKind says what an Op does to its tokens.
type OpKind string

// The kinds of ops.
const (
	Keep    OpKind = "keep"
	Delete  OpKind = "delete"
	Insert  OpKind = "insert"
	Replace OpKind = "replace"
)

// Op is an edit between the tokens of the two sides of a group, as [Diff.Sides] gives
// them: A0:A1 indexes the old side, B0:B1 the new one. Ops are in order and cover both
// sides without gaps. Kept tokens have equal keys; their texts may differ in case and
// in the dots of initialisms.
type Op struct {
	Kind           OpKind
	A0, A1, B0, B1 int
}

// Group is a set of sentences that correspond.
type Group struct {
	Old, New []int   // sentence IDs, ascending; one side is empty for Added and Removed
	Sim      float64 // how much of their words the sides share, 0 to 1, rare words counting more
	Moved    bool    // stands elsewhere in the new version, relative to its neighbours
	Shape    Shape
	Ops      []Op // empty for Same, Added, Removed
}

// Diff is the alignment of two versions. Groups are ordered by their first new
// sentence, removed ones after the group of the old sentence before them.
type Diff struct {
	Old, New *Doc
	Groups   []Group
	Coarse   bool // there was so much to compare that some groups are Rewritten unseen
}

// Side tells the old version from the new.
type Side string

// The sides.
const (
	OldSide Side = "old"
	NewSide Side = "new"
)

// Span is a place in a version: bytes From to To of the raw text of a sentence.
type Span struct {
	Side     Side
	Sentence int
	From, To int
}
