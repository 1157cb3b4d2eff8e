// Package archive carries what a store holds into another, of the same kind or not: as
// records that every store reads and writes, in one file whose every part is verified.
//
// It knows no store, and it holds what both keep alike as the JSON that they keep. It
// does not carry what ends by itself: leases, claims, sessions, turns, when a host may be
// asked. Start reading at [Export] and [Import]; the file is described in file.go.
package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/watch"
)

// Name names a record.
type Name struct {
	Kind string `json:"kind"` // article, feed, guild, story
	ID   string `json:"id"`

	Place string `json:"-"` // where the store has it, for the store itself
	Stamp string `json:"-"` // another whenever somebody worked on it
}

func compare(a, b Name) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) }

// Record is one thing with all that belongs to it. Times are milliseconds since 1970
// UTC, 0 is never.
type Record struct {
	Name
	Article *Article `json:"article,omitempty"`
	Feed    *Feed    `json:"feed,omitempty"`
	Guild   *Guild   `json:"guild,omitempty"`
	Story   *Story   `json:"story,omitempty"`
}

// Article is an article, or merely where it lives now.
type Article struct {
	Host      string          `json:"host,omitempty"`
	State     json.RawMessage `json:"state,omitempty"` // watch.State; none: only the alias is left
	Due       int64           `json:"due,omitempty"`
	Unwatched int64           `json:"unwatched,omitempty"`
	Alias     *Alias          `json:"alias,omitempty"`
	Log       string          `json:"log,omitempty"`   // watch.Visit, JSON lines
	Shows     json.RawMessage `json:"shows,omitempty"` // mute.Page
	Revisions []Revision      `json:"revisions,omitempty"`
	Changes   []Change        `json:"changes,omitempty"`
	Pages     []Page          `json:"pages,omitempty"`
	Watches   []Watch         `json:"watches,omitempty"`
	Queues    []Queue         `json:"queues,omitempty"`
}

// Alias is the article that another became.
type Alias struct {
	ID   string `json:"id"`
	Host string `json:"host"`
}

// Revision is a revision's article.Revision without its text, and its article.Article.
type Revision struct {
	N    int             `json:"n"`
	Meta json.RawMessage `json:"meta"`
	Text json.RawMessage `json:"text"`
}

// Change is a report.Report between two revisions.
type Change struct {
	From    int             `json:"from"`
	To      int             `json:"to"`
	Choices string          `json:"choices,omitempty"`
	Report  json.RawMessage `json:"report"`
}

// Page is a kept page.
type Page struct {
	N    int    `json:"n"`
	Body []byte `json:"body"`
}

// Watch is a watch; a removed one can be restored for a while.
type Watch struct {
	watch.Watch
	Removed int64 `json:"removed,omitempty"`
}

// Queue is what waits for a watch or feed, the head first, and what was given up.
type Queue struct {
	ID      string   `json:"id"`
	At      int64    `json:"at,omitempty"` // when its head may be sent
	Waiting []Parcel `json:"waiting,omitempty"`
	Dead    []Parcel `json:"dead,omitempty"`
}

// Parcel is an alert.Delivery and what came of sending it.
type Parcel struct {
	ID        string          `json:"id"`
	Delivery  json.RawMessage `json:"delivery"`
	Attempts  int             `json:"attempts,omitempty"`
	Attempted int64           `json:"attempted,omitempty"`
	Reason    string          `json:"reason,omitempty"`
	At        int64           `json:"at,omitempty"` // dead: when it was given up
}

// Feed is a watch.Feed with its watch.FeedState.
type Feed struct {
	Doc   json.RawMessage `json:"doc"`
	State json.RawMessage `json:"state"`
	Due   int64           `json:"due,omitempty"`
	Seen  []string        `json:"seen,omitempty"` // oldest first
	Log   string          `json:"log,omitempty"`
	Queue *Queue          `json:"queue,omitempty"`
}

// Guild is what a server chose, and whether the bot is there.
type Guild struct {
	Settings alert.Settings `json:"settings"`
	Listed   bool           `json:"listed,omitempty"`
	Left     int64          `json:"left,omitempty"`
	Routes   []Route        `json:"routes,omitempty"`
}

// Route is a paused channel.
type Route struct {
	Channel string `json:"channel"`
	Until   int64  `json:"until"`
	Reason  string `json:"reason"`
}

// Story is an alert.Story of a channel.
type Story struct {
	Guild   string          `json:"guild"`
	Channel string          `json:"channel"`
	Edit    string          `json:"edit"`
	At      int64           `json:"at"`
	Doc     json.RawMessage `json:"doc"`
}

// Source is a store that is read. Nobody else may work on it meanwhile.
type Source interface {
	// Names lists all records, in any order.
	Names(ctx context.Context) ([]Name, error)
	// Record reads one; watch.ErrNotFound.
	Record(ctx context.Context, n Name) (Record, error)
}

// Target is a store that is written, empty at first.
type Target interface {
	Source
	// Begin prepares for the archive of a digest and returns how many of its records
	// are written already. It refuses a store that holds anything else. Until Finish
	// nobody else can open the store.
	Begin(ctx context.Context, digest string) (done int, err error)
	// Put writes a record; repeating it changes nothing.
	Put(ctx context.Context, r Record) error
	// Done writes down how many records are written.
	Done(ctx context.Context, n int) error
	Finish(ctx context.Context) error
}

// Clean puts what stores hold alike into the same form.
func (r *Record) Clean() {
	if g := r.Guild; g != nil {
		g.Listed = g.Listed || g.Left > 0
		slices.SortFunc(g.Routes, func(x, y Route) int { return cmp.Compare(x.Channel, y.Channel) })
	}
	a := r.Article
	if a == nil {
		return
	}
	slices.SortFunc(a.Revisions, func(x, y Revision) int { return cmp.Compare(x.N, y.N) })
	slices.SortFunc(a.Changes, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Choices, y.Choices))
	})
	slices.SortFunc(a.Pages, func(x, y Page) int { return cmp.Compare(x.N, y.N) })
	slices.SortFunc(a.Watches, func(x, y Watch) int { return cmp.Compare(x.ID, y.ID) })
	a.Queues = slices.DeleteFunc(a.Queues, func(q Queue) bool { return len(q.Waiting)+len(q.Dead) == 0 })
	slices.SortFunc(a.Queues, func(x, y Queue) int { return cmp.Compare(x.ID, y.ID) })
	for i := range a.Watches {
		w := &a.Watches[i]
		w.Created, w.MutedUntil = w.Created.UTC(), w.MutedUntil.UTC().Truncate(time.Millisecond)
	}
}

// ErrWorked says that somebody worked on the store meanwhile.
var ErrWorked = errors.New("a bot worked on the store meanwhile: stop all bots that use it, delete the file and export again")

// Totals is what was carried.
type Totals struct {
	Records, Articles, Watches, Revisions, Feeds, Deliveries int
	Digest                                                   string
}

func (t *Totals) add(r Record) {
	t.Records++
	if a := r.Article; a != nil {
		if a.State != nil {
			t.Articles++
		}
		t.Watches += len(a.Watches)
		t.Revisions += len(a.Revisions)
		for _, q := range a.Queues {
			t.Deliveries += len(q.Waiting) + len(q.Dead)
		}
	}
	if f := r.Feed; f != nil {
		t.Feeds++
		if f.Queue != nil {
			t.Deliveries += len(f.Queue.Waiting) + len(f.Queue.Dead)
		}
	}
}

// Export writes all that a store holds into a file, and goes on where one that was
// interrupted ended. tell hears how far it is.
func Export(ctx context.Context, path string, from Source, tell func(done, of int)) (t Totals, err error) {
	names, stamp, err := survey(ctx, from)
	if err != nil {
		return t, err
	}
	w, err := create(path, stamp)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	t = w.totals
	if w.ended {
		return t, nil // it was finished before
	}
	for i, n := range names {
		if t.Records > 0 && compare(n, w.last) <= 0 {
			continue
		}
		r, err := from.Record(ctx, n)
		if errors.Is(err, watch.ErrNotFound) {
			return t, ErrWorked
		} else if err != nil {
			return t, err
		}
		r.Clean()
		if err := w.record(r); err != nil {
			return t, err
		}
		t.add(r)
		tell(i+1, len(names))
	}
	if _, now, err := survey(ctx, from); err != nil {
		return t, err
	} else if now != stamp {
		return t, ErrWorked
	}
	t.Digest, err = w.end(t)
	return t, err
}

// survey lists the records in their order, with a digest that is another once somebody
// worked on the store.
func survey(ctx context.Context, s Source) (names []Name, stamp string, err error) {
	if names, err = s.Names(ctx); err != nil {
		return nil, "", err
	}
	slices.SortFunc(names, compare)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s %s %s\n", n.Kind, n.ID, n.Stamp)
	}
	return names, hex.EncodeToString(h.Sum(nil)), nil
}

// doneEvery is how many records are written between notes of how far it is.
const doneEvery = 50

// Import writes what a file holds into a store, goes on where one that was interrupted
// ended, and reads it all back.
func Import(ctx context.Context, path string, to Target, tell func(done, of int)) (t Totals, err error) {
	t, err = Verify(path)
	if err != nil {
		return t, err
	}
	done, err := to.Begin(ctx, t.Digest)
	if err != nil {
		return t, err
	}
	n := 0
	err = each(path, func(r Record, _ []byte) error {
		if n++; n <= done {
			return nil
		}
		if err := to.Put(ctx, r); err != nil {
			return fmt.Errorf("write %s %s: %w", r.Kind, r.ID, err)
		}
		if n%doneEvery == 0 {
			if err := to.Done(ctx, n); err != nil {
				return err
			}
		}
		tell(n, 2*t.Records)
		return ctx.Err()
	})
	if err != nil {
		return t, err
	}
	if err := to.Done(ctx, n); err != nil {
		return t, err
	}
	if err := readBack(ctx, path, to, func(i int) { tell(t.Records+i, 2*t.Records) }); err != nil {
		return t, err
	}
	return t, to.Finish(ctx)
}

// readBack compares what a store holds with the file.
func readBack(ctx context.Context, path string, s Source, tell func(done int)) error {
	n := 0
	return each(path, func(want Record, line []byte) error {
		got, err := s.Record(ctx, want.Name)
		if err != nil {
			return fmt.Errorf("read back %s %s: %w", want.Kind, want.ID, err)
		}
		got.Clean()
		if a := want.Article; a != nil && a.State == nil { // not every store knows its host
			got.Article.Host = a.Host
		}
		is, err := json.Marshal(got)
		if err != nil {
			return err
		}
		if sha256.Sum256(is) != sha256.Sum256(line) {
			return fmt.Errorf("%s %s is not what was written: begin again with an empty store", want.Kind, want.ID)
		}
		n++
		tell(n)
		return ctx.Err()
	})
}
