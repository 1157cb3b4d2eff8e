package report

import (
	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

// Every number that ranks a change stands in this file. They are judgements
// (methods.md §7 and §9), made so that what a news agency calls a correction (numbers,
// facts, quotations) comes before what it would refile without a word (typos, one
// misspelt name among right ones).
//
// A change weighs what its kind does, times its place, times how far a number moved,
// plus what a note says of it or leaves unsaid; the severity follows from that.

// weight is a row of the table of kinds.
type weight struct {
	base float64 // 0 to 1, before place, size and notes
	rank standing
}

// standing says what it means that a change of a kind replaced what stood there. Each
// is also what the ones before it are.
type standing int

const (
	manner standing = iota // says how something was told: no fact was replaced
	fact                   // readers were told something else
	owed                   // and are owed a note when it is major
	firm                   // and it is at least major, wherever it stands
)

// kinds is the table: what a change weighs by its kind.
var kinds = map[claim.Kind]weight{
	claim.Negation: {.85, firm},

	claim.Number:          {.80, firm},
	claim.NumberAdded:     {.50, fact},
	claim.NumberRemoved:   {.50, fact},
	claim.NumberPrecision: {.35, manner},
	claim.Quantifier:      {.50, owed},
	claim.Direction:       {.75, owed},
	claim.Status:          {.80, firm},

	claim.Quote:         {.80, firm},
	claim.QuoteAdded:    {.50, fact},
	claim.QuoteRemoved:  {.60, fact},
	claim.QuoteUnquoted: {.40, fact},
	claim.QuoteQuoted:   {.40, fact},

	claim.Name:         {.75, firm},
	claim.NameAdded:    {.40, fact},
	claim.NameRemoved:  {.40, fact},
	claim.NameSpelling: {.40, manner},
	claim.RoleChanged:  {.50, owed},

	claim.Date:        {.60, firm},
	claim.DateAdded:   {.50, fact},
	claim.DateRemoved: {.50, fact},

	claim.Attribution:      {.60, firm},
	claim.AttributionAdded: {.50, fact},
	claim.AttributionGone:  {.60, fact},
	claim.AttributionVerb:  {.45, manner},
	claim.HedgeAdded:       {.60, fact},
	claim.HedgeRemoved:     {.65, fact},

	claim.Headline:        {.50, fact},
	claim.HeadlineWording: {.30, manner},
	claim.Byline:          {.30, fact},
	claim.Dateline:        {.30, fact},

	claim.Content:        {.40, manner},
	claim.ContentAdded:   {.40, fact},
	claim.ContentRemoved: {.40, fact},
}

// unlisted is what a kind weighs that has no row: enough to be told.
var unlisted = weight{.40, fact}

// byRule are the rows of rules that find more, or less, than their kind stands for.
var byRule = map[string]weight{
	"figure-replaced":   {.70, firm}, // digits that are no plain number: a version, an address
	"event-happened":    {.50, firm}, // "is expected to" became "did"
	"name-for-words":    {.50, firm}, // a name in the place of a description
	"bound-turned":      {.75, owed}, // "more than" became "less than"
	"roles-exchanged":   {.75, firm}, // who did it and to whom
	"sort-replaced":     {.60, owed}, // one word excludes the other
	"agent-added":       {.60, fact}, // who did it weighs what who said it does
	"agent-removed":     {.60, fact},
	"passage-rewritten": {.50, manner},
	"word-replaced":     {.25, manner},
}

// weightOf returns the row of a rule, or of its kind.
func weightOf(k claim.Kind, rule string) weight {
	if w, ok := byRule[rule]; ok {
		return w
	}
	if w, ok := kinds[k]; ok {
		return w
	}
	return unlisted
}

// The lowest significance of each severity.
const (
	criticalFrom = .80
	majorFrom    = .60
	minorFrom    = .35
)

// roleWeight is how much a place counts.
func roleWeight(where article.Role, position float64) float64 {
	switch where {
	case article.Headline:
		return 1.25
	case article.Dek, article.Lede:
		return 1.10
	case article.Caption:
		return .60
	}
	if position <= 1./3 {
		return 1
	}
	return .90
}

// A number that doubled or halved counts in full, one that hardly moved for the part
// that stays. What it counts may be grave: see there.
const (
	numberStays = .70
	numberMoves = .30
	graveNumber = 1.15
)

// Bonuses for what a note says or leaves unsaid.
const (
	correctedBonus   = .10 // a correction speaks of it
	unannouncedBonus = .05 // a fact was replaced and no note speaks of it
)

// topChanges is how many changes make the significance of the whole.
const topChanges = 5

// noteWeight is the significance of what became of a note.
func noteWeight(n *Note) float64 {
	if n.State == NoteVanished {
		return .70
	}
	if n.State == NoteKept {
		return 0
	}
	switch n.Kind {
	case note.Retraction:
		return .85
	case note.Correction:
		return .65
	case note.Clarification:
		return .50
	case note.Update:
		return .40
	case note.Disclosure:
		return .20
	}
	return .36
}

// Links between notes and edits (methods.md §10).
const (
	linkShare    = .35 // of a sentence's weight that an edit must hold
	capitalised  = 2.0 // how much more a capitalised word weighs
	saysShare    = .75 // of the words of a statement that a sentence must hold to say it
	noteLikeness = .50 // of two notes to be one edited
	nearBest     = .70 // of the best share, for an edit to be linked beside it
	minContent   = 3   // content words of a statement that is looked up by its share
)

// Bounds that keep a report readable and cheap to store.
const (
	maxChanges  = 200
	maxNotes    = 20
	maxHunks    = 120
	maxHunkText = 2_000  // bytes of a segment
	maxDiffText = 60_000 // bytes of all segments
)

// Two versions are of different pages when next to nothing of a text survives under
// another headline (product.md §4).
const (
	survivors    = .20
	fewSentences = 5 // fewer say nothing about survival
)

// Blocks at the top and the end, where notes stand and fewer cues are asked for.
const (
	edgeTop = 3
	edgeEnd = 4
)
