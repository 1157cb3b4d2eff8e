// Package report says what a person is told about one change of an article:
// ranked claims, notes tied to the edits they speak of, whether the outlet
// announced it, and what was only moved or reworded.
//
// [Compare] is the one function that the watcher, the diff command and the command
// line share. Reports are plain data: they are stored as JSON and rendered as text,
// Markdown or JSON here, without knowing any channel. What people read in one glance
// (the summary) is composed in package summarize.
package report

import (
	"time"

	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

// Outcome says how two versions compare, in one word.
type Outcome string

// The outcomes.
const (
	Same          Outcome = "same"
	Cosmetic      Outcome = "cosmetic" // format, typos, function words, moves: nothing to tell
	Changed       Outcome = "changed"
	NotComparable Outcome = "not_comparable" // empty, another page, another language or another extractor
)

// Severity ranks how much a change matters to a reader.
type Severity string

// The severities, from least to most.
const (
	None     Severity = "none"
	Style    Severity = "style"
	Minor    Severity = "minor"
	Major    Severity = "major"
	Critical Severity = "critical"
)

// Rank orders severities: the graver, the higher.
func (s Severity) Rank() int {
	switch s {
	case Critical:
		return 4
	case Major:
		return 3
	case Minor:
		return 2
	case Style:
		return 1
	default:
		return 0
	}
}

// Announced says whether the page's notes speak of the facts that changed.
type Announced string

// The answers.
const (
	AnnouncedYes    Announced = "yes"
	AnnouncedPartly Announced = "partly"
	AnnouncedNo     Announced = "no"
	NotApplicable   Announced = "not_applicable" // nothing that calls for a note
)

// NoteState says how a note differs between the versions.
type NoteState string

// The states.
const (
	NoteNew      NoteState = "new"
	NoteEdited   NoteState = "edited"
	NoteKept     NoteState = "kept"
	NoteVanished NoteState = "vanished"
)

// Says tells whether what a note states stands in the text.
type Says string

// The answers.
const (
	SaysConfirmed    Says = "confirmed"
	SaysNotFound     Says = "not_found"
	SaysContradicted Says = "contradicted"
	SaysNothing      Says = "none" // the note states nothing that can be checked
)

// Place is a span in a version: sentence, first byte, byte after the last, of the
// raw text of that sentence. Sentences are counted as diff.Parse counts them in the
// article.
type Place [3]int

// Change is a changed claim with its rank.
type Change struct {
	Kind         claim.Kind `json:"kind"`
	Severity     Severity   `json:"severity"`
	Significance float64    `json:"significance"`
	Where        string     `json:"where"`                  // article.Role of the most prominent place
	Before       string     `json:"before"`                 // verbatim clause, empty for what was added
	After        string     `json:"after"`                  // verbatim clause, empty for what was removed
	BeforeValue  string     `json:"before_value,omitempty"` // the value alone, verbatim
	AfterValue   string     `json:"after_value,omitempty"`
	Head         string     `json:"head,omitempty"` // the noun a number counts
	BeforeSpan   *Place     `json:"before_span,omitempty"`
	AfterSpan    *Place     `json:"after_span,omitempty"`
	Places       int        `json:"places"`
	Certainty    int        `json:"certainty"`
	InPlace      bool       `json:"in_place,omitempty"`
	StillSays    string     `json:"still_says,omitempty"`  // clause of the new version that has the old value still
	StillValue   string     `json:"still_value,omitempty"` // that value, verbatim
	StillWhere   string     `json:"still_where,omitempty"` // article.Role of its place
	Note         *int       `json:"note"`                  // index into Notes of the note that speaks of it, or null
	Rule         string     `json:"rule"`
}

// Note is a note of either version and what became of it.
type Note struct {
	Kind     note.Kind `json:"kind"`
	State    NoteState `json:"state"`
	Text     string    `json:"text"`          // verbatim; of the new version unless vanished
	Was      string    `json:"was,omitempty"` // the old text of an edited note
	Lang     string    `json:"lang"`
	Score    float64   `json:"score"`
	Labelled bool      `json:"labelled,omitempty"`
	Date     time.Time `json:"date,omitzero"`
	Links    []int     `json:"links"` // indexes of Changes it speaks of
	Says     Says      `json:"says"`
	Rule     string    `json:"rule,omitempty"`
}

// Edits counts sentences by what happened to them.
type Edits struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Changed int `json:"changed"`
	Moved   int `json:"moved"`
	Split   int `json:"split"`
	Merged  int `json:"merged"`
	Silent  int `json:"silent"` // changed without a change of meaning that the rules know
}

// Segment is a run of words of a hunk.
type Segment struct {
	Op   string `json:"op"` // keep, delete, insert
	Text string `json:"text"`
}

// Hunk is an edited passage in reading order, for the full diff.
type Hunk struct {
	Where    string    `json:"where"`
	Moved    bool      `json:"moved,omitempty"`
	Segments []Segment `json:"segments"`
}

// Report is what changed between two versions.
type Report struct {
	Outcome          Outcome   `json:"outcome"`
	Reason           string    `json:"reason,omitempty"` // why not comparable, or what was only counted
	Severity         Severity  `json:"severity"`
	Significance     float64   `json:"significance"` // 0 to 1, of the whole
	Announced        Announced `json:"announced"`
	LabelledAsUpdate bool      `json:"labelled_as_update"` // a fact was replaced in place under a note that calls itself an update or clarification
	Changes          []Change  `json:"changes"`            // what has a meaning, most significant first
	Notes            []Note    `json:"notes"`
	Edits            Edits     `json:"edits"`
	Coarse           bool      `json:"coarse,omitempty"`  // so much differs that not all of it was looked at
	Entries          *Entries  `json:"entries,omitempty"` // of a live blog, in both versions
	Hunks            []Hunk    `json:"hunks,omitempty"`   // every edit in reading order, as far as it is worth storing
}
