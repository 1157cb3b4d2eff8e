// Package note recognises editor's notes, corrections, clarifications, updates and
// retractions in a block of text: what kind, how sure, dated when, and what they
// say was changed.
//
// It looks at one block at a time and knows neither articles nor diffs; which edits
// a note speaks of is decided in package report. Start reading at [Find].
package note

import "time"

// Kind says what a note does.
type Kind string

// The kinds, in the words of the JSON output.
const (
	Correction    Kind = "correction"    // a fact was wrong
	Clarification Kind = "clarification" // right, but unclear
	Update        Kind = "update"        // new information
	Retraction    Kind = "retraction"    // withdrawn or removed
	EditorsNote   Kind = "editors_note"  // another note of the editors: context, warning, apology
	Disclosure    Kind = "disclosure"    // interests, syndication
)

// Statement is what a note says was changed, as far as it can be read:
// "X, not Y", "misstated … It is X", "from Y to X". Empty sides are not said.
type Statement struct {
	Wrong string `json:"wrong,omitempty"` // verbatim from the note
	Right string `json:"right,omitempty"` // verbatim from the note
}

// Note is a recognised note.
type Note struct {
	Kind     Kind
	Labelled bool    // opens with a label such as "Correction:" or "Editor's note:"
	Lang     string  // of the lexicon that recognised it
	Score    float64 // 0 to 1; see Find
	Rule     string  // the strongest cue, for tests and /why
	Text     string  // verbatim, the whole note
	Body     string  // verbatim, without its label
	Date     time.Time
	Says     []Statement
	Meta     bool   // says that the article was brought up to date, and is not the news itself
	Facts    []Fact // kinds of facts it names: "the surname", "the date"
}
