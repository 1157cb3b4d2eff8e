package watch

import (
	"context"
	"errors"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// Errors a [Store] returns; test with errors.Is.
var (
	// ErrStale: the lease ended or went to another worker. Nothing was written;
	// drop the work, whoever holds the article now will redo it.
	ErrStale = alert.ErrStale
	// ErrWatchesChanged: a watch was added, edited or removed since the lease was
	// read. Nothing was written; call Extend for fresh watches and decide again.
	ErrWatchesChanged = errors.New("the watches changed meanwhile")
	// ErrBusy: another worker holds the article now; try again in some seconds.
	ErrBusy = errors.New("the article is being checked right now")
	// ErrThere: a watch can't speak in a channel that has one of the same article.
	ErrThere = errors.New("the channel watches this article already")
	// ErrAway: the store can't be reached, or takes no writes, at the moment. What was
	// acknowledged is kept; trying again later is of use.
	ErrAway = errors.New("the store is away")
	// ErrNotFound: there is no such article, watch, revision, feed or delivery, or
	// it belongs to another guild: the two are not told apart.
	ErrNotFound = errors.New("not found")
)

// Away marks an error as [ErrAway] and leaves its text as it is.
func Away(err error) error { return away{err} }

type away struct{ error }

func (e away) Unwrap() []error { return []error{e.error, ErrAway} }

// TooSoonError says that the host may not be asked again yet.
type TooSoonError struct{ Wait time.Duration }

// Error implements error.
func (e *TooSoonError) Error() string { return "the host may be asked again in " + e.Wait.String() }

// Lease is the exclusive right to check one article until a time, with what is
// needed to decide. A lease that ended is worth nothing: Commit refuses it.
type Lease struct {
	Article string
	Guild   string    // whose place it takes: one of those that watch the article; empty: LeaseNow's
	Token   string    // fencing token
	Until   time.Time // by the store's clock
	Now     time.Time // the store's clock when the lease was handed out
	Due     time.Time // when the check was due, for lateness
	State   State
	Watches []Watch // in order of ID
	Version int64   // of the watch set
}

// Change is a report between two revisions of the article, for the watches of equal
// choices about what is muted ([Watch.Choices]).
type Change struct {
	From, To int
	Choices  string // empty: none
	Report   *report.Report
}

// Commit is everything one check writes, in one transaction or not at all.
// Repeating a commit that succeeded returns ErrStale and changes nothing.
type Commit struct {
	State     State
	Revision  *article.Revision // nil when only the visit is recorded
	Page      []byte            // the decoded page, kept as the store's options say; nil: none
	Changes   []Change
	Shows     *mute.Page // what the article shows, for the others of its host; nil: as it was
	Visit     Visit
	Due       time.Time // when to check next; the store's clock
	HostAfter time.Time // not before this may the host be asked again; zero: as usual
	// Deliveries are queued behind those of the same watch, in the order given.
	Deliveries []alert.Delivery
	// Told and Judged by watch ID. A watch not named keeps its values, but for First:
	// a watch without one starts at the revision committed. Told ends Watch.Shown.
	Told   map[string]int
	Judged map[string]int
}

// Store is what checking needs of a store. All methods may be called concurrently
// and from several processes; time is the store's clock. Within one shard (the
// articles of a host) each call is atomic; nothing spans shards.
type Store interface {
	// Lease hands out due articles for d, as many as there is room for, at most one
	// per host; each host's next turn is at least spacing away. Guilds share the room
	// (fair.Room): however much is due of one, another's comes as if it were alone, also
	// at a host that both have articles of. Of a guild, hosts that may be asked first
	// come first, of a host what was due first. An article that several guilds watch
	// takes the place of one that is not behind, if there is any. Only articles with a
	// watch that is not paused. The work of a lease that ended comes due again. An empty
	// answer is no error.
	Lease(ctx context.Context, room fair.Room, d, spacing time.Duration) ([]Lease, error)
	// LeaseNow hands out one watched article whatever its due time, also when all
	// its watches are paused. ErrBusy, ErrNotFound, *TooSoonError (the host's spacing
	// holds for it, too).
	LeaseNow(ctx context.Context, articleID string, d, spacing time.Duration) (Lease, error)
	// Extend prolongs a lease to d from now and reads state and watches afresh.
	// ErrStale.
	Extend(ctx context.Context, l Lease, d time.Duration) (Lease, error)
	// Revision reads one stored revision with its text, verified by its hash.
	// ErrNotFound.
	Revision(ctx context.Context, articleID string, n int) (article.Revision, error)
	// Commit ends a lease and writes what the check decided. ErrStale,
	// ErrWatchesChanged (the lease stays valid).
	Commit(ctx context.Context, l Lease, c Commit) error
	// Move ends a lease and makes the article live at another normalised URL: its
	// ID becomes an alias of the other's, its watches follow. When the other
	// article is new it starts with this state and its revisions from the oldest
	// that a watch was told (renumbered from 1, Told, Judged and First with them);
	// else the watches join it, Told and Judged being its newest revision; of two
	// watches of one channel the other article's stays, a feed's only when both are.
	// Queued deliveries follow
	// their watches. The other article's State.MovedFrom names this one; it is due
	// at once. Repeating it is safe; it returns the other article's ID. ErrStale.
	Move(ctx context.Context, l Lease, toURL string) (string, error)
	// Answered notes that a site answered just now, LastAnswer says when one did
	// last, to any process on any machine over this store; zero when that is not
	// known. A store that is shared within one machine only may forget it with the
	// process: there, all have the same way to the web.
	Answered(ctx context.Context) error
	LastAnswer(ctx context.Context) (time.Time, error)
}

// Neighbourhood is what learning from the articles of a host needs of a store.
type Neighbourhood interface {
	// Neighbours returns what is remembered of the articles of an article's host, of
	// itself, too: mute.MaxPages of them, those looked at last, for mute.ForgetFor.
	Neighbours(ctx context.Context, articleID string) ([]mute.Page, error)
}

// Pages is what reading an article anew, by another extractor, needs of a store.
type Pages interface {
	// Page returns the page kept with a revision, as bytes of UTF-8; n 0 is the last
	// page kept. ErrNotFound: none was kept.
	Page(ctx context.Context, articleID string, n int) ([]byte, error)
}

// Registry is what adding a watch needs of a store.
type Registry interface {
	// Resolve follows aliases: the article ID that a normalised URL belongs to now,
	// watched or not.
	Resolve(ctx context.Context, normalizedURL string) (string, error)
	// AddWatch stores a watch by (guild, channel, article): a repeated one edits
	// alerts, schedule, mention and thread of the first and never doubles; created
	// says which. It creates the article when it is new, follows aliases, makes the
	// article due at once and sets First, Told and Judged to the newest revision
	// there is. WatchID names it; ID, Article and Created need not be set. A watch that
	// a feed makes (Feed is set) leaves one that is there as it is; one that a person
	// adds belongs to no feed any more.
	AddWatch(ctx context.Context, w Watch) (stored Watch, created bool, err error)
}
