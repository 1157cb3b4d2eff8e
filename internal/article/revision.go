package article

import "time"

// Label says why a revision was stored and whether it may be told.
type Label string

// The labels of a revision.
const (
	Baseline    Label = "baseline" // first sight, or first after the extractor changed
	Changed     Label = "changed"
	Cosmetic    Label = "cosmetic"    // format, typo, function words only: kept, never told
	Reverted    Label = "reverted"    // the text of an earlier revision came back
	Rebaselined Label = "rebaselined" // read by another extractor than the revision before, from a new page
	Reread      Label = "reread"      // the page of the revision before, read by another extractor
)

// Revision is a numbered, stored state of an article.
type Revision struct {
	Number     int        `json:"n"` // 1 for the baseline, without gaps
	Label      Label      `json:"label"`
	Reason     string     `json:"reason,omitempty"` // why it is silent, or which revision came back
	Seen       time.Time  `json:"seen"`             // when it was first fetched
	Confirmed  time.Time  `json:"confirmed,omitzero"`
	Fetches    int        `json:"fetches"` // how many fetches showed it before it was stored
	Status     int        `json:"status,omitempty"`
	Digest     string     `json:"digest"`      // Article.Digest
	PageDigest string     `json:"page_digest"` // SHA-256 of the page's bytes
	Validators Validators `json:"validators,omitzero"`
	Article    *Article   `json:"article"`
}

// Silent reports whether the revision was stored without being told.
func (r Revision) Silent() bool {
	return r.Label == Cosmetic || r.Label == Rebaselined || r.Label == Reread
}
