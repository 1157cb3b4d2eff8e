package redisstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"erratum/internal/article"
	"erratum/internal/watch"
)

// A move spans shards, so it takes three steps, each of which may be repeated:
//
//  1. leave it: the old article is marked as moving, its lease ends, its queues are
//     out of reach. From here on nothing of it changes, and whoever meets it (a
//     lease, an edit, the sweep) finishes the move.
//  2. arrive: the new article gets state, revisions, watches and queues, and a note
//     that this move was done, so that doing it again changes nothing.
//  3. forward: the old article becomes an alias.

// move is a move that was begun, as it stands in the old article's hash.
type move struct {
	name string // random, for the note in the new article
	back bool   // to an address it once had: what is left there is older
	to   record
	url  string
}

func (m move) String() string {
	return fmt.Sprintf("%s %t %d %s %s", m.name, m.back, m.to.shard, m.to.id, m.url)
}

func parseMove(v string) (m move, err error) {
	if _, err := fmt.Sscanf(v, "%s %t %d %s %s", &m.name, &m.back, &m.to.shard, &m.to.id, &m.url); err != nil {
		return m, fmt.Errorf("the move %q can't be read: %w", v, err)
	}
	m.to.kind = "a"
	return m, nil
}

// Move implements watch.Store.
func (s *Store) Move(ctx context.Context, l watch.Lease, toURL string) (target string, err error) {
	err = again(ctx, func() error {
		target, err = s.move(ctx, l, toURL)
		return err
	})
	return target, s.explain("move", err)
}

func (s *Store) move(ctx context.Context, l watch.Lease, toURL string) (string, error) {
	named := articleAt(toURL)
	if named.id == l.Article {
		return "", fmt.Errorf("article %s can't move to itself", l.Article)
	}
	target, err := s.follow(ctx, named)
	if err != nil {
		return "", err
	}
	a, err := s.find(ctx, l.Article)
	if errors.Is(err, watch.ErrNotFound) {
		return "", watch.ErrStale
	} else if err != nil {
		return "", err
	}
	if a.moving != "" {
		return "", s.finished(ctx, a)
	}
	if a.alias != "" {
		if is, err := s.follow(ctx, a.record); err != nil || is.id == target.id {
			return target.id, err // done before
		}
	}
	if l.Token == "" || a.token != l.Token {
		return "", watch.ErrStale
	}
	m := move{name: secret(), back: target.id == l.Article, to: target, url: toURL}
	if m.back {
		m.to = named
	}
	if err := s.leave(ctx, a, l.Token, m); err != nil {
		return "", err
	}
	if a, err = s.load(ctx, a.shard, a.id); err != nil {
		return "", err
	}
	return m.to.id, s.finishMove(ctx, a)
}

// leave marks an article as moving.
func (s *Store) leave(ctx context.Context, a *snapshot, token string, m move) error {
	w := s.change(a.record, a.keeper()...).on(a.version)
	w.token = token
	for id := range a.watches {
		if err := s.park(ctx, w, id, member(id, a.id, a.watches[id].Destination)); err != nil {
			return err
		}
	}
	w.do("HSET", w.own("a"), "moving", m.String())
	w.do("HDEL", w.own("a"), "token") // lease stays: it comes due again if we die here
	w.do("SADD", w.key("moving"), a.id)
	w.bump()
	return w.run(ctx)
}

// finishMove finishes the move of an article that is marked.
func (s *Store) finishMove(ctx context.Context, a *snapshot) error {
	if a.moving == "" {
		return nil
	}
	m, err := parseMove(a.moving)
	if err != nil {
		return err
	}
	var arrived *snapshot
	var gone map[string]string // guilds of watches that gave way
	err = again(ctx, func() error {
		arrived, gone, err = s.arrive(ctx, a, m)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.forward(ctx, a, arrived.record); err != nil && !errors.Is(err, errMoving) { // another has done it
		return err
	}
	var follow []string
	for id := range a.watches {
		if arrived.watches[id] != nil {
			follow = append(follow, id)
		}
	}
	for id, guild := range gone {
		if err := s.unindex(ctx, guild, id); err != nil {
			return err
		}
	}
	return s.index(ctx, arrived, follow...)
}

// errStays ends a move: the articles it went to come here instead.
var errStays = fmt.Errorf("the other address moved here: %w", watch.ErrStale)

// finished finishes the move of an article, and returns errMoving when what was read
// of it must be read again.
func (s *Store) finished(ctx context.Context, a *snapshot) error {
	if err := s.finishMove(ctx, a); err != nil && !errors.Is(err, errStays) {
		return err
	}
	return errMoving
}

// arrive writes what moves to the new article, unless that was done.
func (s *Store) arrive(ctx context.Context, a *snapshot, m move) (n *snapshot, gone map[string]string, err error) {
	now, err := s.now(ctx)
	if err != nil {
		return nil, nil, err
	}
	to := m.to
	if !m.back { // it may have moved on since
		if to, err = s.follow(ctx, to); err != nil {
			return nil, nil, err
		}
	}
	if n, err = s.load(ctx, to.shard, to.id); err != nil {
		return nil, nil, err
	}
	if done, err := s.db.HExists(ctx, s.key(to.shard, "a", to.id), "in:"+m.name).Result(); err != nil || done {
		return n, doubles(a, n), err
	}
	if n.moving != "" {
		return nil, nil, s.untangle(ctx, a, n)
	}
	if n.host == "" || m.back || !n.there {
		n.host = article.Host(m.url)
	}
	w := s.change(n.record).on(n.version)
	if m.back || !n.there {
		if n, err = w.blank(n, m.url, now); err != nil {
			return nil, nil, err
		}
	}
	c := &carrying{s: s, w: w, from: a.copied(), to: n, now: now, gone: map[string]string{}}
	if err := c.read(ctx); err != nil {
		return nil, nil, err
	}
	if n.last == 0 {
		err = c.takeOver(ctx)
	} else {
		err = c.join()
	}
	if err != nil {
		return nil, nil, err
	}
	if err := c.watches(ctx); err != nil {
		return nil, nil, err
	}
	w.do("HSET", w.own("a"), "due", now, "in:"+m.name, 1)
	w.count(n, now)
	return n, c.gone, w.run(ctx)
}

// blank writes an article that was not there, or nothing but what it once was.
func (w *writes) blank(n *snapshot, url string, now int64) (*snapshot, error) {
	for _, kind := range []string{"a", "s", "r", "c", "p", "log", "w"} {
		w.do("DEL", w.own(kind))
	}
	w.do("ZREM", w.key("idle"), n.id)
	w.do("HSET", w.own("a"), "version", n.version) // goes on, for those who read it before
	return &snapshot{
		record: n.record, version: n.version, due: now, state: watch.State{ID: n.id, URL: url},
		watches: map[string]*watchDoc{}, message: map[string]string{},
	}, w.create(url, now)
}

// copied is an article whose watches may be changed without changing a's.
func (a *snapshot) copied() *snapshot {
	out := *a
	out.watches = maps.Clone(a.watches)
	out.message = maps.Clone(a.message)
	for id, d := range a.watches {
		d := *d
		out.watches[id] = &d
	}
	return &out
}

// doubles lists the watches of the old article whose channel has one of the new.
func doubles(a, n *snapshot) map[string]string {
	guilds := map[string]string{}
	for id, d := range a.watches {
		if n.watches[id] == nil {
			guilds[id] = d.Destination.Guild
		}
	}
	return guilds
}

// untangle is for an article that must arrive at one that is moving itself, n: that
// one's move is finished first. When they move in a circle, back to a, the one of the
// lowest name stays.
func (s *Store) untangle(ctx context.Context, a, n *snapshot) error {
	last, lowest := n, a
	for range maxHops {
		if last.id < lowest.id {
			lowest = last
		}
		m, err := parseMove(last.moving)
		if err != nil {
			return err
		}
		switch m.to.id {
		case a.id:
			if err := s.stay(ctx, lowest); err != nil {
				return err
			}
			if lowest == a {
				return errStays
			}
			return errMoving
		case n.id: // a circle further on
			return s.finished(ctx, n)
		}
		next, err := s.load(ctx, m.to.shard, m.to.id)
		if err != nil {
			return err
		}
		if next.moving == "" {
			return s.finished(ctx, last)
		}
		last = next
	}
	return fmt.Errorf("article %s moves along too many others", a.id)
}

// stay undoes leave.
func (s *Store) stay(ctx context.Context, a *snapshot) error {
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	w := s.change(a.record, a.keeper()...)
	w.moving = a.moving
	for _, id := range a.live() {
		if err := s.wake(ctx, w, id, member(id, a.id, a.watches[id].Destination), now); err != nil {
			return err
		}
	}
	w.do("HDEL", w.own("a"), "moving")
	w.do("SREM", w.key("moving"), a.id)
	w.bump()
	if err := w.run(ctx); !errors.Is(err, errMoving) {
		return err
	}
	return nil // another has done it
}

// forward makes the old article an alias of the new one. What its queues held is
// there now; of a watch that kept its name the queue is the same key when both
// articles are in one shard.
func (s *Store) forward(ctx context.Context, a *snapshot, n record) error {
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	w := s.change(a.record)
	w.moving = a.moving
	for _, id := range slices.Sorted(maps.Keys(a.watches)) {
		w.do("ZREM", w.key("removed"), a.id+" "+id)
		ids, err := s.waitingFor(ctx, w.key("q", id), w.key("dead", id))
		if err != nil {
			return err
		}
		if n.shard == a.shard {
			continue
		}
		for _, delivery := range ids {
			for _, kind := range []string{"d", "tries", "reasons"} {
				w.do("HDEL", w.key(kind), delivery)
			}
		}
		w.do("DEL", w.key("q", id))
		w.do("DEL", w.key("dead", id))
	}
	w.do("DEL", w.own("w"))
	w.do("HDEL", w.own("a"), "moving", "lease", "token")
	w.do("HSET", w.own("a"), "alias", aliasOf(n))
	w.do("SREM", w.key("moving"), a.id)
	old := *a
	old.watches = nil
	w.count(&old, now)
	return w.run(ctx)
}
