package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/watch"
)

// AddWatch implements watch.Registry.
func (s *Store) AddWatch(ctx context.Context, in watch.Watch) (stored watch.Watch, created bool, err error) {
	err = again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		a, err := s.open(ctx, articleAt(in.URL))
		if err != nil {
			return err
		}
		if id := a.at(in.Destination); id != "" && in.Feed != "" {
			stored, created = a.watch(id), false
			return nil
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		if !a.there {
			a.state, a.due = watch.State{ID: a.id, URL: in.URL}, now
			if err := w.create(in.URL, now); err != nil {
				return err
			}
		}
		id := a.at(in.Destination)
		if created = id == ""; created {
			if id, err = s.newWatch(ctx, w, a, in, now); err != nil {
				return err
			}
		} else {
			d := a.watches[id]
			d.Alerts, d.Schedule, d.Mention, d.Thread, d.Feed = in.Alerts, in.Schedule, in.Mention, in.Thread, ""
		}
		if err := w.putDoc(id, a.watches[id]); err != nil {
			return err
		}
		w.do("HSET", w.own("a"), "due", min(a.due, now))
		w.count(a, now)
		if err := w.run(ctx); err != nil {
			return err
		}
		stored = a.watch(id)
		return s.index(ctx, a, id)
	})
	return stored, created, s.explain("add watch", err)
}

// open reads the article that an address leads to, there or not, to be changed. A
// move that was cut short is finished first.
func (s *Store) open(ctx context.Context, r record) (*snapshot, error) {
	r, err := s.follow(ctx, r)
	if err != nil {
		return nil, err
	}
	a, err := s.load(ctx, r.shard, r.id)
	if err != nil {
		return nil, err
	}
	if a.moving != "" {
		return nil, s.finished(ctx, a)
	}
	a.host = r.host
	return a, nil
}

// at names the watch of a channel that was not removed; empty: none.
func (a *snapshot) at(to alert.Destination) string {
	for _, id := range a.live() {
		if a.watches[id].Destination == to {
			return id
		}
	}
	return ""
}

// newWatch makes a watch of an article that the channel does not watch. A removed
// one of the same place can't come back any more.
func (s *Store) newWatch(ctx context.Context, w *writes, a *snapshot, in watch.Watch, now int64) (string, error) {
	id := watch.NewWatchID(in.Destination, a.id, func(id string) bool {
		d := a.watches[id]
		return d != nil && d.Destination != in.Destination
	})
	if err := s.purgeAt(ctx, w, a, in.Destination, id); err != nil {
		return "", err
	}
	d := &watchDoc{Watch: in, Title: in.Title}
	if d.Created.IsZero() {
		d.Created = at(now)
	}
	d.First, d.Told, d.Judged = a.last, a.last, a.last
	a.watches[id] = d
	return id, nil
}

// purgeAt deletes the removed watches of a channel for good. The index keeps what it has
// of the one that takes the place of its namesake.
func (s *Store) purgeAt(ctx context.Context, w *writes, a *snapshot, to alert.Destination, heir string) error {
	for old, d := range a.watches {
		if d.Destination != to {
			continue
		}
		if err := s.purge(ctx, w, a, old); err != nil {
			return err
		}
		if old != heir {
			if err := s.unindex(ctx, d.Destination.Guild, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// purge deletes a watch for good, with all that waits for it. Nothing can be added
// to its queues meanwhile without a new version of the article.
func (s *Store) purge(ctx context.Context, w *writes, a *snapshot, id string) error {
	queue, dead := w.key("q", id), w.key("dead", id)
	ids, err := s.waitingFor(ctx, queue, dead)
	if err != nil {
		return err
	}
	d := a.watches[id]
	for _, delivery := range ids {
		for _, kind := range []string{"d", "tries", "claims", "reasons"} {
			w.do("HDEL", w.key(kind), delivery)
		}
	}
	w.do("DEL", queue)
	w.do("DEL", dead)
	w.unqueue(member(id, a.id, d.Destination))
	w.do("ZREM", w.key("removed"), a.id+" "+id)
	w.do("HDEL", w.own("w"), id, id+":m")
	delete(a.watches, id)
	delete(a.message, id)
	return nil
}

// waitingFor lists the deliveries and dead letters of a watch.
func (s *Store) waitingFor(ctx context.Context, queue, dead string) ([]string, error) {
	ids, err := s.db.LRange(ctx, queue, 0, -1).Result()
	if err != nil {
		return nil, err
	}
	more, err := s.db.ZRange(ctx, dead, 0, -1).Result()
	return append(ids, more...), err
}

// unindex takes a watch out of its guild's index.
func (s *Store) unindex(ctx context.Context, guild, id string) error {
	return s.db.HDel(ctx, s.guildKey(guild, "w"), id).Err()
}

// edit changes a watch that a guild may name.
func (s *Store) edit(ctx context.Context, guild, id string, change func(a *snapshot, d *watchDoc, w *writes, now int64) error) (out watch.Watch, err error) {
	err = again(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		a, err := s.articleOf(ctx, guild, id)
		if err != nil {
			return err
		}
		if a.moving != "" {
			return s.finished(ctx, a)
		}
		w := s.change(a.record, a.wanting()...).on(a.version)
		if err := change(a, a.watches[id], w, now); err != nil {
			return err
		}
		out = a.watch(id)
		if err := w.putDoc(id, a.watches[id]); err != nil {
			return err
		}
		w.count(a, now)
		if err := w.run(ctx); err != nil {
			return err
		}
		return s.index(ctx, a, id)
	})
	if err != nil {
		return watch.Watch{}, err
	}
	return out, nil
}

// Watch implements command.Watches.
func (s *Store) Watch(ctx context.Context, guild, id string) (watch.Watch, error) {
	a, err := s.articleOf(ctx, guild, id)
	if err == nil && a.watches[id].Removed > 0 {
		err = watch.ErrNotFound
	}
	if err != nil {
		return watch.Watch{}, s.explain("read watch", err)
	}
	return a.watch(id), nil
}

// EditWatch implements command.Watches.
func (s *Store) EditWatch(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Watch) error) (watch.Watch, error) {
	out, err := s.edit(ctx, guild, id, func(a *snapshot, d *watchDoc, w *writes, now int64) error {
		if d.Removed > 0 {
			return watch.ErrNotFound
		}
		changed := a.watch(id)
		if err := edit(&changed); err != nil {
			return err
		}
		if to := changed.Destination; to.Guild == guild && to.Channel != d.Destination.Channel {
			if err := s.depart(ctx, w, a, id, to, now); err != nil {
				return err
			}
			d.Destination, changed.LastMessage = to, ""
		}
		changed.Destination, changed.Created, changed.First = d.Destination, d.Created, d.First
		d.Watch = changed
		if !due.IsZero() {
			w.do("HSET", w.own("a"), "due", min(a.due, ms(due)))
		}
		if changed.LastMessage != a.message[id] {
			w.do("HSET", w.own("w"), id+":m", changed.LastMessage)
			a.message[id] = changed.LastMessage
		}
		return nil
	})
	return out, s.explain("edit watch", err)
}

// depart lets a watch go to another channel with its queue.
func (s *Store) depart(ctx context.Context, w *writes, a *snapshot, id string, to alert.Destination, now int64) error {
	if a.at(to) != "" {
		return watch.ErrThere
	}
	// What is being sent would be shown in both. A claim that comes between this look and
	// the write is ended by it; that alert may be.
	sending, err := s.sending(ctx, w, id, now)
	switch {
	case err != nil:
		return err
	case sending:
		return watch.ErrBusy
	}
	if err := s.purgeAt(ctx, w, a, to, ""); err != nil {
		return err
	}
	if err := s.park(ctx, w, id, member(id, a.id, a.watches[id].Destination)); err != nil {
		return err
	}
	return s.wake(ctx, w, id, member(id, a.id, to), now)
}

// sending reports whether the head of a queue is claimed.
func (s *Store) sending(ctx context.Context, w *writes, id string, now int64) (bool, error) {
	head, err := s.db.LIndex(ctx, w.key("q", id), 0).Result()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	claim, err := s.db.HGet(ctx, w.key("claims"), head).Result()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	ends, _, _ := strings.Cut(claim, " ")
	until, _ := strconv.ParseInt(ends, 10, 64)
	return until > now, err
}

// RemoveWatch implements command.Watches. The queue stays, out of reach of Claim,
// until the watch can't be restored any more.
func (s *Store) RemoveWatch(ctx context.Context, guild, id string) (watch.Watch, error) {
	out, err := s.edit(ctx, guild, id, func(a *snapshot, d *watchDoc, w *writes, now int64) error {
		if d.Removed > 0 {
			return watch.ErrNotFound
		}
		d.Removed = now
		w.do("ZADD", w.key("removed"), now, a.id+" "+id)
		return s.park(ctx, w, id, member(id, a.id, d.Destination))
	})
	return out, s.explain("remove watch", err)
}

// park takes the queue of a watch or feed out of reach of Claim and ends a claim on
// it; m is its member of out.
func (s *Store) park(ctx context.Context, w *writes, id, m string) error {
	ids, err := s.db.LRange(ctx, w.key("q", id), 0, -1).Result()
	if err != nil {
		return err
	}
	w.unqueue(m)
	for _, delivery := range ids {
		w.do("HDEL", w.key("claims"), delivery)
	}
	return nil
}

// wake puts a queue into the reach of Claim when it is not empty.
func (s *Store) wake(ctx context.Context, w *writes, id, m string, now int64) error {
	n, err := s.db.LLen(ctx, w.key("q", id)).Result()
	if err == nil && n > 0 {
		w.queue(m, now)
	}
	return err
}

// errThere ends a restoring that has nothing to do.
var errThere = errors.New("it is there")

// RestoreWatch implements command.Watches.
func (s *Store) RestoreWatch(ctx context.Context, guild, id string) (watch.Watch, error) {
	out, err := s.edit(ctx, guild, id, func(a *snapshot, d *watchDoc, w *writes, now int64) error {
		switch {
		case d.Removed == 0:
			return errThere
		case d.Removed <= now-s.o.Undo.Milliseconds():
			return watch.ErrNotFound
		}
		d.Removed = 0
		w.do("ZREM", w.key("removed"), a.id+" "+id)
		return s.wake(ctx, w, id, member(id, a.id, d.Destination), now)
	})
	if errors.Is(err, errThere) {
		return s.Watch(ctx, guild, id)
	}
	return out, s.explain("restore watch", err)
}

// listed is a watch with the entry that leads to it.
type listedWatch struct {
	entry
	id      string
	doc     *watchDoc
	message string
	feed    bool // it is a feed, which speaks, too
}

// list reads a guild's watches that were not removed, oldest first.
func (s *Store) list(ctx context.Context, guild string) (out []listedWatch, err error) {
	entries, err := s.entries(ctx, guild)
	if err != nil {
		return nil, err
	}
	for id, e := range entries {
		out = append(out, listedWatch{entry: e, id: id})
	}
	slices.SortFunc(out, func(a, b listedWatch) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.id, b.id))
	})
	for batch := range slices.Chunk(out, pipelineMax) {
		if err := s.readDocs(ctx, guild, batch); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(l listedWatch) bool { return l.doc == nil || l.doc.Removed > 0 }), nil
}

// pipelineMax bounds how much is asked at once, so that others get their turn.
const pipelineMax = 1000

// readDocs reads the watches of entries. One that is not where its entry says is
// looked for.
func (s *Store) readDocs(ctx context.Context, guild string, batch []listedWatch) error {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, l := range batch {
			p.HMGet(ctx, s.key(l.Shard, "w", l.Article), l.id, l.id+":m")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, c := range cmds {
		l := &batch[i]
		v := c.(*redis.SliceCmd).Val()
		doc, ok := v[0].(string)
		if !ok {
			a, err := s.articleOf(ctx, guild, l.id)
			if errors.Is(err, watch.ErrNotFound) {
				continue
			} else if err != nil {
				return err
			}
			l.entry, l.doc, l.message = a.entryOf(l.id), a.watches[l.id], a.message[l.id]
			continue
		}
		l.message, _ = v[1].(string)
		l.doc = new(watchDoc)
		if err := s.pack.Read([]byte(doc), l.doc); err != nil {
			return err
		}
		if l.doc.Destination.Guild != guild {
			l.doc = nil
		}
	}
	return nil
}

// Watches implements command.Watches.
func (s *Store) Watches(ctx context.Context, guild string) (out []watch.Watch, err error) {
	list, err := s.list(ctx, guild)
	for _, l := range list {
		out = append(out, filled(l.doc, l.id, l.Article, l.URL, l.Title, l.message))
	}
	return out, s.explain("list watches", err)
}

// Titles implements command.Titles. It reads the index only.
func (s *Store) Titles(ctx context.Context, guild string) (out []watch.Title, err error) {
	docs, err := s.db.HGetAll(ctx, s.guildKey(guild, "w")).Result()
	if err != nil {
		return nil, s.explain("list titles", err)
	}
	created := map[string]int64{}
	for id, doc := range docs {
		var e entry
		if err := json.Unmarshal([]byte(doc), &e); err != nil {
			return nil, s.explain("list titles", err)
		}
		if !e.Removed {
			created[id] = e.Created
			out = append(out, watch.Title{Watch: id, Article: e.Article, Title: e.Title, URL: e.URL})
		}
	}
	slices.SortFunc(out, func(a, b watch.Title) int {
		return cmp.Or(cmp.Compare(created[a.Watch], created[b.Watch]), cmp.Compare(a.Watch, b.Watch))
	})
	return out, nil
}
