// Package alert holds what is sent and to whom: notices, destinations, deliveries,
// the thresholds by which a watch hears of a change, and a guild's settings.
//
// It sends nothing and decides nothing but [Threshold.Passes]. Watch makes
// deliveries, deliver drains them, sinks (console, discord) render them.
package alert

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strconv"
	"strings"
	"time"

	"erratum/internal/report"
)

// ErrStale is returned by stores when exclusive work (a lease on an article or feed,
// a claim on a delivery) ended or went to another worker. Nothing was written: drop
// the work, whoever holds it now will redo it.
var ErrStale = errors.New("the lease is no longer ours")

// Kind says what a notice tells.
type Kind string

// The kinds of notices.
const (
	Change       Kind = "change"
	Reverted     Kind = "reverted"     // a told text gave way to an earlier one
	Gone         Kind = "gone"         // the page was removed
	Returned     Kind = "returned"     // a removed page came back
	Moved        Kind = "moved"        // the page lives at another address
	Blind        Kind = "blind"        // the page can't be read for a while
	Recovered    Kind = "recovered"    // it can be read again
	Acknowledged Kind = "acknowledged" // a note appeared for a change told as "no note found"
	Digest       Kind = "digest"
	Test         Kind = "test"
	Full         Kind = "full"    // a feed makes no more watches: the guild's quota is used up
	Route        Kind = "route"   // alerts can't be posted in a channel of the guild
	Offline      Kind = "offline" // no site can be reached: told to a guild once, instead of Blind for each watch
	Online       Kind = "online"  // sites can be reached again
	Slowed       Kind = "slowed"  // the guild is told as many alerts in a minute as it may be; the others wait
)

// Destination is where a watch speaks. Guild is the isolation boundary; the
// terminal is the guild "local".
type Destination struct {
	Guild   string `json:"guild"`
	Channel string `json:"channel"`
}

// Subject names the article or feed of a notice for people.
type Subject struct {
	Article  string `json:"article"` // article ID
	URL      string `json:"url"`
	Headline string `json:"headline"`
	Site     string `json:"site,omitempty"`
	Feed     string `json:"feed,omitempty"` // feed ID, when the notice is of a feed and not of an article
}

// Notice is what is told, without knowing any channel.
type Notice struct {
	Kind    Kind      `json:"kind"`
	Subject Subject   `json:"subject"`
	From    int       `json:"from,omitempty"` // revision numbers as stored; Change, Reverted and Acknowledged only
	To      int       `json:"to,omitempty"`
	FromAt  time.Time `json:"from_at,omitzero"` // when the earlier revision was first seen
	ToAt    time.Time `json:"to_at,omitzero"`
	Fetches int       `json:"fetches,omitempty"` // how many fetches showed the new text
	Summary string    `json:"summary,omitempty"` // the composed summary, Markdown without any channel's escapes
	Text    string    `json:"text,omitempty"`    // one or two plain sentences, for kinds whose report does not say it
	Channel string    `json:"channel,omitempty"` // Route: the channel in question
	Since   time.Time `json:"since,omitzero"`    // Blind, Recovered, Gone, Offline, Online: since when; Acknowledged: when the change was first seen
	Choices string    `json:"choices,omitempty"` // names those of the watch about what is muted; empty: none
	// Report is what changed. It is stored once for a pair of revisions and choices, not
	// in the delivery: the outbox fills it in when a delivery is claimed.
	Report *report.Report `json:"-"`
}

// Delivery is a notice on its way to one watch's channel.
type Delivery struct {
	ID          string      `json:"id"` // see DeliveryID: nonce, idempotency key and custom id in one
	Watch       string      `json:"watch"`
	Destination Destination `json:"destination"`
	Notice      Notice      `json:"notice"`
	Mention     string      `json:"mention,omitempty"` // role to mention, as configured
	Thread      bool        `json:"thread,omitempty"`
	Created     time.Time   `json:"created"`

	// Set by the outbox when it hands the delivery out.
	Token       string        `json:"-"` // fences Ack, Retry and Bury
	Attempt     int           `json:"-"` // 1 for the first
	Last        Shown         `json:"-"` // what its watch's channel was shown last; zero when that is not known
	LastAttempt time.Time     `json:"-"` // when the attempt before this one began; zero for the first
	Doubtful    bool          `json:"-"` // the store may have forgotten that this was shown: look before sending
	Lane        string        `json:"-"` // proves that its channel is its own until the claim ends; empty: channels are nobody's
	Wait        time.Duration `json:"-"` // before it is sent, for the sake of what is sent to other channels

	// Set by whoever attempted it, before the claim is ended.
	Pace Pace `json:"-"`
}

// Pace is what an attempt has taught of the limits that all who send share.
type Pace struct {
	Rest time.Duration // how long the channel takes nothing more
	Stop time.Duration // how long no channel does
	More time.Duration // what it took of what all may send, beside its own part; negative: less
}

// DeliveryID names a delivery so that making it again gives the same name: the same
// event told to the same watch is one message. from and to are article digests
// (either may be empty), event is a number that tells apart equal transitions at
// different times (the new revision's number, or the article's event counter).
// It is 24 characters of lower-case base32, fit for Discord's 25-character nonce.
func DeliveryID(watch string, kind Kind, from, to string, event int64) string {
	h := sha256.Sum256([]byte(strings.Join([]string{watch, string(kind), from, to, strconv.FormatInt(event, 10)}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(h[:15]))
}
