// Package claim turns an alignment into typed claim changes: numbers, names, dates,
// quotes, who is cited, hedges, negation, headline, and sentences that came or went,
// each with its words and its place in both versions.
//
// It judges what changed, not how much it matters: ranking is the business of
// package report. It does no I/O. Every rule has a name that stands in
// [Change.Rule]. Start reading at [Find].
package claim

import (
	"erratum/internal/article"
	"erratum/internal/diff"
)

// Kind names a kind of change, in the words of the JSON output.
type Kind string

// The kinds. A suffix says how: added, removed, or changed in a lesser way.
const (
	Number           Kind = "number"
	NumberPrecision  Kind = "number-precision" // same value, "about" or "at least" came or went
	NumberAdded      Kind = "number-added"
	NumberRemoved    Kind = "number-removed"
	Quantifier       Kind = "quantifier"
	Direction        Kind = "direction"
	Date             Kind = "date"
	DateAdded        Kind = "date-added"
	DateRemoved      Kind = "date-removed"
	Name             Kind = "name"
	NameSpelling     Kind = "name-spelling"
	NameAdded        Kind = "name-added"
	NameRemoved      Kind = "name-removed"
	RoleChanged      Kind = "role"
	Quote            Kind = "quote"
	QuoteAdded       Kind = "quote-added"
	QuoteRemoved     Kind = "quote-removed"
	QuoteUnquoted    Kind = "quote-unquoted"
	QuoteQuoted      Kind = "quote-quoted"
	Attribution      Kind = "attribution"
	AttributionAdded Kind = "attribution-added"
	AttributionGone  Kind = "attribution-removed"
	AttributionVerb  Kind = "attribution-verb"
	HedgeAdded       Kind = "hedge-added"
	HedgeRemoved     Kind = "hedge-removed"
	Negation         Kind = "negation"
	Status           Kind = "status"
	Headline         Kind = "headline"
	HeadlineWording  Kind = "headline-wording"
	Byline           Kind = "byline"
	Dateline         Kind = "dateline"
	Content          Kind = "content" // words that carry meaning gave way to others
	ContentAdded     Kind = "content-added"
	ContentRemoved   Kind = "content-removed"
)

// Approx says how exactly a number is meant.
type Approx string

// The approximations.
const (
	Exact   Approx = ""
	About   Approx = "about"    // about, some, nearly
	AtLeast Approx = "at_least" // at least, more than, over
	AtMost  Approx = "at_most"  // up to, under, fewer than
)

// Value is one number, date, name, quotation, source or cue word of a version.
type Value struct {
	Text   string  // verbatim
	Canon  string  // canonical form: equal forms mean the same
	Head   string  // the noun a number counts ("soldiers")
	Unit   string  // canonical unit or currency
	Lo, Hi float64 // of a number or range
	Approx Approx
}

// Change is a changed claim. A change without a span is a bug.
type Change struct {
	Kind   Kind
	Before *Value // nil for what was added
	After  *Value // nil for what was removed
	// BeforeText and AfterText are the clauses around the values, verbatim, at most
	// about 30 words, to be understood alone.
	BeforeText, AfterText string
	Where                 article.Role // the most prominent place
	Position              float64      // 0 at the top of the article, 1 at its end
	Spans                 []diff.Span  // of the values, in both versions; all places
	Places                int          // how many places changed alike, at least 1
	Group                 int          // index into Diff.Groups of the most prominent place
	Groups                []int        // all groups, ascending
	InPlace               bool         // a fact was replaced by another, as against added or removed
	Certainty             int          // −1 the claim became weaker, 0 neither, +1 stronger
	// StillSays is where the old value still stands in the new version, if anywhere: the
	// clause and the value in it, verbatim, and the role of its block.
	StillSays, StillValue string
	StillWhere            article.Role
	Rule                  string // the rule that found it
}
