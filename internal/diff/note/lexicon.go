package note

// lexicon is what recognises notes in one language. It is data only: a language is
// added by a file with one of these and an entry in languages.
//
// Patterns are written as words apart by spaces. A word may be alternatives
// ("post|piece"), a stem ("correct*"), a class of the lexicon ("<object>"), a mark
// (":"), a gap of at most N words ("...4"), or, first, "^" for the start of a
// sentence. Long words and stems also match with one letter mistyped, for notes are
// written in haste.
type lexicon struct {
	lang    string
	typos   int // letters a word must have to be recognised with one mistyped; 0 never
	labels  []label
	classes map[string]string
	cues    []cue
	months  string // January first, apart by spaces, spellings apart by |
	before  string // words that may stand between a label and its date
	clock   string // words that belong to a clock time
	days    string // weekdays
	marks   string // other words of a time stamp that are no message
	says    statements
}

// label is a word group that opens a note.
type label struct {
	words string
	kind  Kind
	form  form
}

// form says how a label is used.
type form uint8

const (
	stamp   form = 1 << iota // also opens a plain time stamp: with nothing but a date after it, it is none
	editors                  // an editor's note: the label says nothing about what kind of note
	whole                    // needs nothing after it
	weak                     // also opens what is no note: counts only beside other cues
)

// removal is evidence for a retraction, unless a correction is evident: a note that
// a sentence was removed corrects, a note that the article was removed withdraws.
const removal Kind = "removal"

// cue is a pattern that speaks for a note, or against it when weight is negative.
type cue struct {
	name    string
	weight  float64
	kind    Kind // what it says of the kind; empty when nothing
	pattern string
}

// statements are the words by which a note says what was wrong and what is right.
type statements struct {
	not     string // after a comma, between right and wrong: "X, not Y"; phrases apart by |
	instead string // the same without a comma: "X instead of Y"; phrases apart by |
	from    string // before wrong ...
	to      string // ... and between wrong and right: "from Y to X"
	wrongly string // before wrong: "incorrectly said Y"
	said    string // before wrong: "an earlier version said Y"
	is      string // after a said or wrongly sentence, second word of the one with the right fact
}

// languages returns the lexicons in the order they are tried.
func languages() []*lexicon {
	return []*lexicon{&english, &german, &french, &spanish, &portuguese, &italian, &ukrainian, &russian, &eastern}
}
