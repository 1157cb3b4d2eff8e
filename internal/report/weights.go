package report

import (
	"erratum/internal/article"
	"erratum/internal/diff/claim"
	"erratum/internal/diff/note"
)

// Every number that ranks a change stands in this file. They are judgements
// (methods.md §9), made so that what a news agency calls a correction (numbers,
// facts, quotations) comes before what it would refile without a word (typos, one
// misspelt name among right ones).

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
// that stays.
const (
	numberStays = .70
	numberMoves = .30
	graveNumber = 1.15 // of what it counts: see grave
)

// grave are stems of nouns whose count is news in itself, by language: the dead and
// hurt, charges, money, votes.
var grave = []string{
	"dead", "death", "die", "kill", "injur", "wound", "hurt", "casualt", "victim", "missing", "charge", "vote", "prisoner", "hostage",
	"tote", "tödlich", "verletz", "opfer", "stimme", "mort", "bless", "victime", "voix", "muert", "herid", "víctima", "voto", "ferid", "vítima",
	"vittim", "ferit", "загибл", "поранен", "жертв", "голос", "погибш", "ранен",
}

// Bonuses for what a note says or leaves unsaid.
const (
	correctedBonus   = .10 // a correction speaks of it
	unannouncedBonus = .05 // a fact was replaced and no note speaks of it
)

// floor reports whether a fact of this kind, replaced in place, is at least major
// wherever it stands.
func floor(k claim.Kind) bool {
	switch k {
	case claim.Number, claim.Name, claim.Date, claim.Quote, claim.Attribution, claim.Negation, claim.Status:
		return true
	}
	return false
}

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
