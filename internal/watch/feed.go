package watch

import (
	"context"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
)

// Feed is the wish of one channel to have each new item of a feed watched.
type Feed struct {
	ID          string            `json:"id"` // see FeedID
	URL         string            `json:"url"`
	Title       string            `json:"title"`
	Destination alert.Destination `json:"destination"`
	Alerts      alert.Threshold   `json:"alerts"` // of the watches that it makes, as are:
	Mention     string            `json:"mention,omitempty"`
	Thread      bool              `json:"thread,omitempty"`
	Schedule    string            `json:"schedule"`        // of the feed itself, see ParseFeedSchedule
	Match       []string          `json:"match,omitempty"` // see ParseMatch; none: every item
	Keep        time.Duration     `json:"keep"`            // how long a watch that it made stays
	Backlog     int               `json:"backlog,omitempty"`
	Paused      bool              `json:"paused,omitempty"` // not polled; its watches go on
	Creator     string            `json:"creator,omitempty"`
	Created     time.Time         `json:"created"`

	// Removed is when it was removed; for a while it can come back. Took are the IDs
	// of the watches that were removed with it.
	Removed time.Time `json:"removed,omitzero"`
	Took    []string  `json:"took,omitempty"`
}

// FeedState is what is remembered of a feed between polls. The zero value is a feed
// never polled.
type FeedState struct {
	article.Validators        // of the last good answer
	Digest             string `json:"digest,omitempty"` // of its bytes

	// Polled is when the feed was first read well: what it listed then was the
	// backlog.
	Polled   time.Time     `json:"polled,omitzero"`
	LastGood time.Time     `json:"last_good,omitzero"` // when it was last read well
	Items    int           `json:"items,omitempty"`    // it listed then
	Every    time.Duration `json:"every,omitempty"`    // it asks to be left alone for
	Trouble  *Trouble      `json:"trouble,omitempty"`
	Event    int64         `json:"event,omitempty"` // counts notices
	Full     bool          `json:"full,omitempty"`  // it was said that the guild's quota is used up

	// Day is the day, in UTC, of which Today counts the items that became watches. Over
	// is the last one of which it was said that they were too many.
	Day   string `json:"day,omitempty"`
	Today int    `json:"today,omitempty"`
	Over  string `json:"over,omitempty"`

	// Retire is when the first of the watches that it made may be old enough; zero:
	// not known.
	Retire time.Time `json:"retire,omitzero"`
	// Tries counts by address how often an item could not be read; it is given up
	// after itemTries.
	Tries map[string]int `json:"tries,omitempty"`
}

// FollowedFeed is a feed with its state.
type FollowedFeed struct {
	Feed
	State FeedState
	Due   time.Time // when it is polled next
}

// FeedLease is the exclusive right to poll one feed.
type FeedLease struct {
	Feed       Feed
	Token      string
	Until, Now time.Time // by the store's clock
	State      FeedState
	Seen       map[string]bool // items dealt with already, by address; bounded by KeptItems
}

// KeptItems is how many items a feed remembers: more than are read of any feed at
// once.
const KeptItems = 2000

// FeedCommit is what one poll of a feed writes, in one transaction or not at all.
type FeedCommit struct {
	State FeedState
	// Seen are addresses of items, the newest last, that count as seen from now on;
	// one that is there already becomes the newest. They are written after the watches
	// made of them exist.
	Seen      []string
	Due       time.Time
	HostAfter time.Time // not before this may the host be asked again; zero: as usual
	Visit     Visit
	// Deliveries are queued behind those of the same feed; their Watch is its ID.
	Deliveries []alert.Delivery
}

// FeedStore is what polling feeds needs of a store, with the promises of Store.
type FeedStore interface {
	// LeaseFeeds hands out due feeds, as Lease does articles; both share their hosts'
	// spacing.
	LeaseFeeds(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]FeedLease, error)
	// CommitFeed ends a lease. ErrStale: it is lost, or the feed was removed; nothing
	// was written.
	CommitFeed(ctx context.Context, l FeedLease, c FeedCommit) error
	// AddFeed stores a feed by (guild, channel, URL): a repeated one edits the first,
	// whose title, creator and items stay. It is due at once. ID and Created need not
	// be set.
	AddFeed(ctx context.Context, f Feed) (stored Feed, created bool, err error)
	// Watches lists a guild's watches, oldest first.
	Watches(ctx context.Context, guild string) ([]Watch, error)
	// RemoveWatch removes a watch and its queued deliveries. ErrNotFound.
	RemoveWatch(ctx context.Context, guild, id string) (Watch, error)
}
