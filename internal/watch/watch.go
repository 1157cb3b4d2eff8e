// Package watch decides: who follows which article, what is due, what one check of
// a page finds, whether that is noise, and who hears of it. A check runs from lease
// to commit; talking to people is the business of package deliver.
//
// It knows no network and no database: pages come through [Reader], and what must
// survive goes through [Store]. Start reading at [Checker].
package watch

import (
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/mute"
)

// Watch is the wish of one channel to hear of one article. It belongs to a guild
// and nothing outside the guild can name it.
type Watch struct {
	ID          string            `json:"id"`      // 13 base32 characters, see WatchID
	Article     string            `json:"article"` // article ID; changes when the article moves
	URL         string            `json:"url"`     // as it is fetched
	Title       string            `json:"title"`   // last headline, for lists
	Destination alert.Destination `json:"destination"`
	Alerts      alert.Threshold   `json:"alerts"`
	Schedule    string            `json:"schedule"` // see ParseSchedule
	Mention     string            `json:"mention,omitempty"`
	Thread      bool              `json:"thread,omitempty"`
	Paused      bool              `json:"paused,omitempty"` // not checked on its account, hears nothing, told stays
	MutedUntil  time.Time         `json:"muted_until,omitzero"`
	Ignore      []mute.Rule       `json:"ignored,omitempty"` // what it does not want to hear of
	Unmuted     []mute.Key        `json:"unmuted,omitempty"` // IDs of blocks that are muted for others (mute.Mute.ID)
	Feed        string            `json:"feed,omitempty"`    // ID of the feed that made it; empty: a person did, or took it over
	Creator     string            `json:"creator,omitempty"`
	Created     time.Time         `json:"created"`

	// First is the first revision this watch may see; numbers shown to its guild
	// count from it.
	First int `json:"first"`
	// Told is the revision its channel last heard of (the baseline counts as told);
	// what it hears next is the report from Told to the newest. 0 before a baseline.
	Told int `json:"told"`
	// Judged is the newest revision weighed against the threshold, ≥ Told. Between
	// the two lie changes that were too small so far.
	Judged int `json:"judged"`
	// Shown is the digest of a text that its channel was shown before it became a
	// revision (a watch added during a hold); empty otherwise.
	Shown string `json:"shown,omitempty"`
	// LastMessage is the last message told, as alert.ParseShown reads it.
	LastMessage string `json:"last_message,omitempty"`
}

// Quiet reports whether the watch may not be told anything at the time.
func (w Watch) Quiet(now time.Time) bool { return w.Paused || now.Before(w.MutedUntil) }

// Choices names what makes a watch hear something else than others do: blocks that it
// un-muted or ignores, patterns. Watches of the same choices share a report; empty: it
// made none, as nearly all.
func (w Watch) Choices() string {
	if len(w.Unmuted)+len(w.Ignore) == 0 {
		return ""
	}
	var parts []string
	for _, id := range w.Unmuted {
		parts = append(parts, "+"+string(id))
	}
	for _, r := range w.Ignore {
		parts = append(parts, "-"+string(r.ID))
	}
	slices.Sort(parts)
	return string(mute.KeyOf(strings.Join(slices.Compact(parts), " ")))
}

// Number is the number under which the watch's guild knows a stored revision: it
// counts from the first that the watch may see.
func (w Watch) Number(stored int) int { return stored - max(w.First, 1) + 1 }

// Stored is the reverse of Number.
func (w Watch) Stored(number int) int { return number + max(w.First, 1) - 1 }
