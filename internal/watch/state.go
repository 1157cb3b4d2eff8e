package watch

import (
	"slices"
	"time"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// Outcome is what a check found, the one table of product.md §4 as a type.
type Outcome string

// The outcomes.
const (
	OutBaseline    Outcome = "baseline"
	OutNotModified Outcome = "not_modified"
	OutUnchanged   Outcome = "unchanged" // same bytes or same text
	OutCosmetic    Outcome = "cosmetic"
	OutChanged     Outcome = "changed"
	OutHeld        Outcome = "held"
	OutVariant     Outcome = "variant"
	OutReverted    Outcome = "reverted"
	OutQuarantined Outcome = "quarantined"
	OutMoved       Outcome = "moved"
	OutGone        Outcome = "gone"
	OutReturned    Outcome = "returned"
	OutUnreachable Outcome = "unreachable"
	OutRebaselined Outcome = "rebaselined" // another extractor read it
	OutListed      Outcome = "listed"      // a feed lists something new
	OutReread      Outcome = "reread"      // another extractor read the page that was kept
)

// State is what is remembered of an article between checks. It is shared by all who
// watch it and holds nothing of any guild. The zero value with ID and URL is an
// article never looked at.
type State struct {
	ID         string             `json:"id"`
	URL        string             `json:"url"`
	Title      string             `json:"title,omitempty"`
	Site       string             `json:"site,omitempty"`
	Language   string             `json:"language,omitempty"`
	Published  time.Time          `json:"published,omitzero"`
	Modified   time.Time          `json:"modified,omitzero"`
	Extractor  string             `json:"extractor,omitempty"`
	Validators article.Validators `json:"validators,omitzero"`
	Claim      string             `json:"claim,omitempty"` // the address that the page called its own when that was looked into

	Last       int       `json:"last"`                  // newest revision, 0 before the baseline
	LastDigest string    `json:"last_digest,omitempty"` // its article digest
	PageDigest string    `json:"page_digest,omitempty"` // of the last good page's bytes
	Words      int       `json:"words,omitempty"`       // of the last good text
	Rendered   bool      `json:"rendered,omitempty"`    // the page shows its text once its scripts ran
	Flat       string    `json:"flat,omitempty"`        // why the page was last read without its layout; empty: with it
	FirstSeen  time.Time `json:"first_seen,omitzero"`
	LastChange time.Time `json:"last_change,omitzero"` // restarts the adaptive schedule
	LastGood   time.Time `json:"last_good,omitzero"`   // when the page was last read well

	Pending  *Pending  `json:"pending,omitempty"`
	Trouble  *Trouble  `json:"trouble,omitempty"`
	Gone     *Trouble  `json:"gone,omitempty"`
	Removed  bool      `json:"removed,omitempty"` // gone was confirmed and told
	Variants []Variant `json:"variants,omitempty"`
	// Headlines are those that were shown and taken back, by their keys; Trial is the one
	// that is shown now instead of the newest revision's.
	Headlines []Variant    `json:"headlines,omitempty"`
	Trial     *Trial       `json:"trial,omitempty"`
	TitleSeen time.Time    `json:"title_seen,omitzero"` // when the newest revision's was shown last
	Open      []OpenChange `json:"open,omitempty"`
	// Past holds the digests of earlier revisions, newest last, bounded: to label
	// reverts, never to suppress.
	Past      []PastText `json:"past,omitempty"`
	Failures  int        `json:"failures,omitempty"` // unreachable in a row, for back-off
	Event     int64      `json:"event,omitempty"`    // counts notices without revision
	MovedFrom string     `json:"moved_from,omitempty"`
	MoveTold  bool       `json:"move_told,omitempty"`

	Alternating []Alternation `json:"alternating,omitempty"`
	// Crossings are the revisions that another extractor read than the one before,
	// oldest first, bounded: no report goes from before one to after it.
	Crossings []int `json:"crossings,omitempty"`
	// Unrest is what was seen of blocks that changed: some are a machine's doing.
	Unrest mute.Unrest `json:"unrest,omitzero"`
	// Muted is when a revision was stored last in which nothing changed but what is muted.
	Muted time.Time `json:"muted,omitzero"`
	// Shown is when it was last remembered what the article shows.
	Shown time.Time `json:"shown,omitzero"`
}

// Alternation is a pair of texts of which one gave way to the other and came back.
type Alternation struct {
	A, B  string    // article digests, A < B
	Count int       // times told
	Since time.Time // when it was first told
	Told  time.Time // when it was last told
}

// PastText is the text of an earlier revision.
type PastText struct {
	Digest   string `json:"digest"`
	Revision int    `json:"revision"`
}

// Pending is a text seen but not yet believed.
type Pending struct {
	Digest       string           `json:"digest"`
	PageDigest   string           `json:"page_digest"`
	First        time.Time        `json:"first"` // when the hold began, whatever was seen since
	Since        time.Time        `json:"since"` // when this text was first seen
	Count        int              `json:"count"` // fetches that showed it
	Next         time.Time        `json:"next"`  // when to look again
	HeadlineOnly bool             `json:"headline_only,omitempty"`
	Varies       bool             `json:"varies,omitempty"`   // a look at it said that the site shows several texts: one look more
	Collapse     bool             `json:"collapse,omitempty"` // suspicious (halved, tripled, another page, older date): needs three looks over 30 minutes
	Article      *article.Article `json:"article"`
}

// Trouble is a run of bad looks.
type Trouble struct {
	Outcome Outcome   `json:"outcome"`
	Reason  string    `json:"reason"`
	Since   time.Time `json:"since"`
	Count   int       `json:"count"`
	Told    bool      `json:"told,omitempty"`
	ToldAt  time.Time `json:"told_at,omitzero"`
	Missed  []string  `json:"missed,omitempty"`  // IDs of watches that were quiet when it was told, bounded
	Offline int       `json:"offline,omitempty"` // looks of Count while no site answered
	Sample  string    `json:"sample,omitempty"`  // first words of what was seen, bounded
}

// Variant is a text that turned out to be one of several that the page shows.
type Variant struct {
	Digest string    `json:"digest"`
	Seen   time.Time `json:"seen"`            // last
	Times  int       `json:"times,omitempty"` // how often it was seen and taken back
}

// OpenChange is a change told as "no note found", so that a later note can
// acknowledge it.
type OpenChange struct {
	Revision int             `json:"revision"`
	Seen     time.Time       `json:"seen,omitzero"` // when the page first showed it
	Told     time.Time       `json:"told"`
	Changes  []report.Change `json:"changes"`
	// Noted is the revision whose note acknowledged it, 0 before; such an entry stays
	// only for watches that have yet to hear of the note.
	Noted int `json:"noted,omitempty"`
	// Missed are IDs of watches that went past it without being told, bounded.
	Missed []string `json:"missed,omitempty"`
}

// waits reports whether a change waits for a note already, told to another watch.
func (st *State) waits(c *report.Change) bool {
	return slices.ContainsFunc(st.Open, func(o OpenChange) bool {
		return o.Noted == 0 && slices.ContainsFunc(o.Changes, func(x report.Change) bool { return sameChange(&x, c) })
	})
}

// Visit is a line of an article's decision log: what a check saw and why it was or
// was not told.
type Visit struct {
	At       time.Time     `json:"at"`
	Outcome  Outcome       `json:"outcome"`
	Reason   string        `json:"reason"` // plain words
	Status   int           `json:"status,omitempty"`
	Digest   string        `json:"digest,omitempty"`
	Revision int           `json:"revision,omitempty"`
	Told     int           `json:"told,omitempty"` // deliveries made
	Took     time.Duration `json:"took,omitempty"`
}
