package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/mute"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// keptVisits bounds an article's decision log.
const keptVisits = 50

// Commit implements watch.Store.
func (s *Store) Commit(ctx context.Context, l watch.Lease, c watch.Commit) error {
	a, err := s.heldFor(ctx, l, c)
	if err != nil {
		return s.explain("commit", err)
	}
	w := s.change(a.record, a.wanting()...).on(l.Version)
	w.token = l.Token
	if a.version == l.Version { // else the script says why not
		err = s.decide(ctx, w, a, l, c)
	}
	if err == nil {
		err = stale(w.run(ctx))
	}
	if errors.Is(err, errChanged) {
		err = watch.ErrWatchesChanged
	}
	if err != nil || c.State.Title == l.State.Title {
		return s.explain("commit", err)
	}
	a.state = c.State
	_ = s.index(ctx, a.snapshot, a.live()...) // the commit holds; titles that were left out the sweep adds
	return nil
}

// heldFor reads what a commit needs, in one round trip: the article, its log, and the
// revisions that a new one is a delta of. ErrStale when the lease is not l's any more.
func (s *Store) heldFor(ctx context.Context, l watch.Lease, c watch.Commit) (*reading, error) {
	shard, err := s.locate(ctx, l.Article)
	if errors.Is(err, watch.ErrNotFound) {
		return nil, watch.ErrStale
	} else if err != nil {
		return nil, err
	}
	var asked pending
	var log *redis.StringCmd
	var chain *redis.SliceCmd
	_, err = s.batch(ctx, func(p redis.Pipeliner) error {
		asked = s.ask(ctx, p, shard, l.Article)
		log = p.Get(ctx, s.key(shard, "log", l.Article))
		if c.Revision != nil && c.Revision.Number > 1 {
			chain = p.HMGet(ctx, s.key(shard, "r", l.Article), numbers(c.Revision.Number-pack.KeyframeEvery, c.Revision.Number-1)...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	a, err := s.answer(asked)
	if err != nil {
		return nil, err
	}
	if !a.there || l.Token == "" || a.token != l.Token {
		return nil, watch.ErrStale
	}
	out := &reading{snapshot: a}
	if chain != nil {
		out.chain = blobs(chain.Val())
	}
	out.log, err = s.pack.Unpack([]byte(log.Val()))
	return out, err
}

// reading is an article with what a commit builds on.
type reading struct {
	*snapshot
	log   []byte
	chain [][]byte // the newest revisions as stored, at most sixteen
}

// decide turns a commit into writes. It refuses what can't follow from what is
// stored; whether the lease and the watches still hold is for the script to say.
func (s *Store) decide(ctx context.Context, w *writes, a *reading, l watch.Lease, c watch.Commit) error {
	if err := checkCommit(a.snapshot, c); err != nil {
		return err
	}
	if err := s.writeText(ctx, w, a, c); err != nil {
		return err
	}
	if err := w.told(a.snapshot, c); err != nil {
		return err
	}
	for _, d := range c.Deliveries {
		if err := w.enqueue(a.snapshot, d, l); err != nil {
			return err
		}
	}
	if err := w.addVisit(a.log, c.Visit); err != nil {
		return err
	}
	w.do("HSET", w.own("a"), "due", ms(c.Due))
	w.do("HDEL", w.own("a"), "lease", "token")
	if !c.HostAfter.IsZero() {
		w.do("ZADD", w.key("allowed"), "GT", ms(c.HostAfter), a.host)
	}
	w.bump() // who edits what they read before this reads again
	return nil
}

func checkCommit(a *snapshot, c watch.Commit) error {
	want := a.last
	if c.Revision != nil {
		want++
	}
	switch {
	case c.State.ID != a.id:
		return fmt.Errorf("the state of %s can't be that of %s", a.id, c.State.ID)
	case c.State.Last != want:
		return fmt.Errorf("article %s has %d revisions, the state says %d", a.id, want, c.State.Last)
	case c.Revision != nil && c.Revision.Number != want:
		return fmt.Errorf("revision %d of %s does not follow %d", c.Revision.Number, a.id, a.last)
	case c.Due.IsZero():
		return fmt.Errorf("the commit of %s does not say when to check next", a.id)
	case c.Revision != nil && c.Revision.Article == nil:
		return fmt.Errorf("revision %d of %s has no text", c.Revision.Number, a.id)
	}
	for _, d := range c.Deliveries {
		if doc := a.watches[d.Watch]; doc == nil || doc.Removed > 0 {
			return fmt.Errorf("watch %s of delivery %s does not watch %s", d.Watch, d.ID, a.id)
		}
	}
	for _, named := range []map[string]int{c.Told, c.Judged} {
		for id := range named {
			if doc := a.watches[id]; doc == nil || doc.Removed > 0 {
				return fmt.Errorf("told or judged for watch %s: %w", id, watch.ErrNotFound)
			}
		}
	}
	return nil
}

// writeText writes what everyone shares: revision, page, changes, state.
func (s *Store) writeText(ctx context.Context, w *writes, a *reading, c watch.Commit) error {
	if c.Revision != nil {
		body, err := s.packRevision(ctx, a, *c.Revision)
		if err != nil {
			return err
		}
		w.do("HSET", w.own("r"), c.Revision.Number, body)
	}
	switch {
	case c.Page == nil:
	case s.o.KeepPages == KeepLast:
		w.do("DEL", w.own("p"))
		w.do("HSET", w.own("p"), c.State.Last, s.pack.Bytes(c.Page))
	case s.o.KeepPages == KeepAll: // without a revision it says what the newest says
		w.do("HSETNX", w.own("p"), c.State.Last, s.pack.Bytes(c.Page))
	}
	for _, ch := range c.Changes {
		doc, err := s.pack.JSON(ch.Report)
		if err != nil {
			return err
		}
		w.do("HSETNX", w.own("c"), reportField(ch.From, ch.To, ch.Choices), doc)
	}
	if err := s.putShown(ctx, w, a, c.Shows); err != nil {
		return err
	}
	return w.putState(c.State)
}

// putShown remembers what an article shows, and of its host's articles those that were
// looked at last. Two articles of a host at the same moment may leave one too many
// behind, which the next commit takes away.
func (s *Store) putShown(ctx context.Context, w *writes, a *reading, p *mute.Page) error {
	if p == nil {
		return nil
	}
	doc, err := s.pack.JSON(p)
	if err != nil {
		return err
	}
	pages, err := s.shown(ctx, a.record)
	if err != nil {
		return err
	}
	w.do("HSET", w.key("shown", a.host), a.id, doc)
	kept := 1
	for _, old := range pages {
		switch {
		case old.Article == a.id:
		case kept == mute.MaxPages, p.Seen.Sub(old.Seen) > mute.ForgetFor:
			w.do("HDEL", w.key("shown", a.host), old.Article)
		default:
			kept++
		}
	}
	return nil
}

// reportField names a report: between two revisions, for who made these choices.
func reportField(from, to int, choices string) string {
	if choices == "" {
		return fmt.Sprintf("%d.%d", from, to)
	}
	return fmt.Sprintf("%d.%d.%s", from, to, choices)
}

// told writes how far each watch was told and judged, in a fixed order.
func (w *writes) told(a *snapshot, c watch.Commit) error {
	changed := map[string]bool{}
	for id, d := range a.watches {
		if c.Revision != nil && d.First == 0 {
			d.First, changed[id] = c.Revision.Number, true
		}
	}
	for id, n := range c.Told {
		d := a.watches[id]
		d.Told, d.Judged, d.Shown, changed[id] = n, max(d.Judged, n), "", true
	}
	for id, n := range c.Judged {
		a.watches[id].Judged, changed[id] = n, true
	}
	for _, id := range slices.Sorted(maps.Keys(changed)) {
		if err := w.putDoc(id, a.watches[id]); err != nil {
			return err
		}
	}
	return nil
}

// enqueue puts a delivery behind those of the same watch.
func (w *writes) enqueue(a *snapshot, d alert.Delivery, l watch.Lease) error {
	if d.Created.IsZero() {
		d.Created = l.Now
	}
	d.Destination = a.watches[d.Watch].Destination
	doc, err := w.s.pack.JSON(d)
	if err != nil {
		return err
	}
	w.enqueued(d.Watch, member(d.Watch, a.id, d.Destination), d.ID, doc)
	return nil
}

// enqueued queues a delivery unless one of that name is there.
func (w *writes) enqueued(watchID, m, id string, doc []byte) {
	w.do("ENQUEUE", w.key("q", watchID), w.keyNumber(w.out(m)), guildOf(m), m, id, doc)
}

// addVisit appends to the log of an article or feed as it was read. Only who holds
// the lease does.
func (w *writes) addVisit(log []byte, v watch.Visit) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	log = pack.Lines(append(append(slices.Clip(log), line...), '\n'), keptVisits)
	w.do("SET", w.own("log"), w.s.pack.Bytes(log))
	return nil
}

// log reads the JSON lines of a decision log; none is empty.
func (s *Store) log(ctx context.Context, key string) ([]byte, error) {
	doc, err := s.db.Get(ctx, key).Bytes()
	switch {
	case errors.Is(err, redis.Nil):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return s.pack.Unpack(doc)
}
