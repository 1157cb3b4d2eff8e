package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/store/pack"
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
		return "", errors.Join(s.finishMove(ctx, a), errMoving)
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
	w := s.change(a.record).on(a.version)
	w.token = token
	for id := range a.watches {
		if err := s.park(ctx, w, a, id); err != nil {
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
	var gone []string // watches that gave way
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
	for _, id := range gone {
		if err := s.unindex(ctx, a.watches[id].Destination.Guild, id); err != nil {
			return err
		}
	}
	return s.index(ctx, arrived, follow...)
}

// arrive writes what moves to the new article, unless that was done.
func (s *Store) arrive(ctx context.Context, a *snapshot, m move) (n *snapshot, gone []string, err error) {
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
		version := n.version
		n = &snapshot{record: n.record, version: version, due: now, watches: map[string]*watchDoc{}, message: map[string]string{}, state: watch.State{ID: n.id, URL: m.url}}
		for _, kind := range []string{"a", "s", "r", "c", "p", "log", "w"} {
			w.do("DEL", w.own(kind))
		}
		w.do("ZREM", w.key("idle"), n.id)
		w.do("HSET", w.own("a"), "version", version)
		if err := w.create(m.url, now); err != nil {
			return nil, nil, err
		}
	}
	c := &carrying{s: s, w: w, from: a, to: n, now: now}
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

// doubles lists the watches of the old article whose channel has one of the new.
func doubles(a, n *snapshot) (ids []string) {
	for id := range a.watches {
		if n.watches[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// untangle lets the other article finish its own move first. Of two that move to
// each other the one of the lower name stays.
func (s *Store) untangle(ctx context.Context, a, n *snapshot) error {
	m, err := parseMove(n.moving)
	if err != nil {
		return err
	}
	if m.to.id != a.id {
		return errors.Join(s.finishMove(ctx, n), errMoving)
	}
	stays := a
	if n.id < a.id {
		stays = n
	}
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	w := s.change(stays.record)
	w.moving = stays.moving
	for _, id := range stays.live() {
		if err := s.wake(ctx, w, stays, id, now); err != nil {
			return err
		}
	}
	w.do("HDEL", w.own("a"), "moving")
	w.do("SREM", w.key("moving"), stays.id)
	w.bump()
	if err := w.run(ctx); err != nil && !errors.Is(err, errMoving) {
		return err
	}
	if stays == a {
		return watch.ErrWatchesChanged // the other comes here instead
	}
	return errMoving
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

// carrying is what moves from one article to another.
type carrying struct {
	s        *Store
	w        *writes
	from, to *snapshot
	now      int64
	queues   map[string]*queue // by watch of either
	gone     []string
}

// queue is what waits for a watch.
type queue struct {
	waiting, dead []*parcel
}

// parcel is a delivery or dead letter as it is stored.
type parcel struct {
	id, tries, reason string
	at                float64 // dead: when
	doc               []byte
	delivery          *alert.Delivery // nil: can't be read
}

// read reads the queues of both articles.
func (c *carrying) read(ctx context.Context) (err error) {
	c.queues = map[string]*queue{}
	for _, a := range []*snapshot{c.to, c.from} {
		for id := range a.watches {
			q := new(queue)
			ids, err := c.s.db.LRange(ctx, c.s.key(a.shard, "q", id), 0, -1).Result()
			if err != nil {
				return err
			}
			if q.waiting, err = c.parcels(ctx, a.shard, ids, nil); err != nil {
				return err
			}
			dead, err := c.s.db.ZRangeWithScores(ctx, c.s.key(a.shard, "dead", id), 0, -1).Result()
			if err != nil {
				return err
			}
			ids = ids[:0]
			var when []float64
			for _, z := range dead {
				ids, when = append(ids, fmt.Sprint(z.Member)), append(when, z.Score)
			}
			if q.dead, err = c.parcels(ctx, a.shard, ids, when); err != nil {
				return err
			}
			c.queues[id] = q
		}
	}
	return nil
}

func (c *carrying) parcels(ctx context.Context, shard int, ids []string, when []float64) (out []*parcel, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	fields := map[string][]any{}
	for _, kind := range []string{"d", "tries", "reasons"} {
		if fields[kind], err = c.s.db.HMGet(ctx, c.s.key(shard, kind), ids...).Result(); err != nil {
			return nil, err
		}
	}
	for i, id := range ids {
		doc, ok := fields["d"][i].(string)
		if !ok {
			continue // acknowledged meanwhile
		}
		p := &parcel{id: id, doc: []byte(doc)}
		p.tries, _ = fields["tries"][i].(string)
		p.reason, _ = fields["reasons"][i].(string)
		if when != nil {
			p.at = when[i]
		}
		d := new(alert.Delivery)
		if c.s.pack.Read(p.doc, d) == nil {
			p.delivery = d
		}
		out = append(out, p)
	}
	return out, nil
}

// takeOver makes the new article start where the old one stands: its state, log, and
// what the watches and their queues still need of its revisions.
func (c *carrying) takeOver(ctx context.Context) error {
	st := c.from.state
	var told []*alert.Delivery
	oldest := st.Last
	for _, id := range slices.Sorted(maps.Keys(c.from.watches)) {
		if n := c.from.watches[id].Told; n > 0 {
			oldest = min(oldest, n)
		}
		for _, p := range append(slices.Clip(c.queues[id].waiting), c.queues[id].dead...) {
			if d := p.delivery; d != nil && d.Notice.Subject.Article == c.from.id {
				told = append(told, d)
				if d.Notice.From > 0 {
					oldest = min(oldest, d.Notice.From)
				}
			}
		}
	}
	shift := max(oldest-1, 0)
	if err := c.copyRevisions(ctx, shift); err != nil {
		return err
	}
	url := c.to.state.URL
	for _, d := range told {
		n := &d.Notice
		n.Subject.Article, n.Subject.URL = c.to.id, url
		n.From, n.To = max(n.From-shift, 0), max(n.To-shift, 0)
	}
	c.to.state, c.to.last = moved(st, c.to.id, url, shift), st.Last-shift
	if err := c.w.putState(c.to.state); err != nil {
		return err
	}
	for _, d := range c.from.watches {
		if d.First > 0 {
			d.First = max(d.First-shift, 1)
		}
		d.Told, d.Judged = max(d.Told-shift, 0), max(d.Judged-shift, 0)
	}
	// Who watched the new address before its first check hears from now on, or from
	// where its channel was told under the old address.
	for _, d := range c.to.watches {
		d.First, d.Told, d.Judged = c.to.last, c.to.last, c.to.last
		if id := c.from.at(d.Destination); id != "" {
			o := c.from.watches[id]
			d.First, d.Told, d.Judged = o.First, o.Told, o.Judged
		}
	}
	return nil
}

// copyRevisions gives the new article the revisions of the old after the first shift
// ones, numbered from 1, with their reports and pages, and its log.
func (c *carrying) copyRevisions(ctx context.Context, shift int) error {
	s, w, from := c.s, c.w, c.from
	list, err := s.revisions(ctx, from.record, shift+1, from.last)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		text, _, err := s.text(ctx, from.record, shift+1)
		if err != nil {
			return err
		}
		first, err := parseStored(list[0])
		if err != nil {
			return damaged(from.id, shift+1, err)
		}
		first.key = true
		if first.body, err = pack.Keyframe(text); err != nil {
			return err
		}
		list[0] = first.bytes()
	}
	for i, b := range list {
		if b != nil {
			w.do("HSET", w.own("r"), i+1, b)
		}
	}
	for _, kind := range []string{"c", "p"} {
		all, err := s.db.HGetAll(ctx, s.key(from.shard, kind, from.id)).Result()
		if err != nil {
			return err
		}
		for field, v := range all {
			if field, ok := shifted(field, shift); ok {
				w.do("HSET", w.own(kind), field, v)
			}
		}
	}
	log, err := s.db.Get(ctx, s.key(from.shard, "log", from.id)).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	} else if err != nil {
		return err
	}
	w.do("SET", w.own("log"), log)
	return nil
}

// shifted renumbers the field of a page or a report; false: it is left behind.
func shifted(field string, shift int) (string, bool) {
	parts := strings.Split(field, ".")
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n <= shift {
			return "", false
		}
		parts[i] = strconv.Itoa(n - shift)
	}
	return strings.Join(parts, "."), true
}

// moved is the state of an article at its new address. The old server's validators
// say nothing of the new page.
func moved(st watch.State, to, url string, shift int) watch.State {
	from := st.ID
	st.ID, st.URL, st.Validators, st.MovedFrom, st.MoveTold = to, url, article.Validators{}, from, false
	st.Last -= shift
	var open []watch.OpenChange
	for _, o := range st.Open {
		if o.Revision -= shift; o.Revision > 0 {
			open = append(open, o)
		}
	}
	var past []watch.PastText
	for _, p := range st.Past {
		if p.Revision -= shift; p.Revision > 0 {
			past = append(past, p)
		}
	}
	st.Open, st.Past = open, past
	return st
}

// join lets watches follow to an article with a history of its own.
func (c *carrying) join() error {
	c.to.state.MovedFrom, c.to.state.MoveTold = c.from.id, false
	for _, d := range c.from.watches {
		d.First, d.Told, d.Judged, d.Shown = c.to.last, c.to.last, c.to.last, ""
	}
	return c.w.putState(c.to.state)
}

// watches makes the watches of the old article those of the new one. Of two of one
// channel the other's stays and takes over the queue; a removed one gives way.
func (c *carrying) watches(ctx context.Context) error {
	byPlace := map[alert.Destination]string{}
	for _, id := range slices.Sorted(maps.Keys(c.to.watches)) {
		byPlace[c.to.watches[id].Destination] = id
	}
	for _, id := range slices.Sorted(maps.Keys(c.from.watches)) {
		d := c.from.watches[id]
		q := c.queues[id]
		other, both := byPlace[d.Destination]
		switch {
		case both && c.to.watches[other].Removed > 0:
			if err := c.s.purge(ctx, c.w, c.to, other); err != nil {
				return err
			}
			if other != id {
				c.gone = append(c.gone, other)
			}
			c.to.watches[id], c.to.message[id] = d, c.from.message[id]
		case both && d.Removed > 0:
			c.gone = append(c.gone, id)
			continue
		case both:
			c.gone = append(c.gone, id)
			stays := c.queues[other]
			q = &queue{waiting: append(slices.Clip(stays.waiting), q.waiting...), dead: append(slices.Clip(stays.dead), q.dead...)}
			slices.SortStableFunc(q.waiting, func(a, b *parcel) int { return cmp.Compare(a.created(), b.created()) })
			c.w.do("DEL", c.w.key("q", id))
			c.w.do("DEL", c.w.key("dead", id))
			id = other
		default:
			c.to.watches[id], c.to.message[id] = d, c.from.message[id]
		}
		if err := c.putQueue(id, q); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.to.watches)) {
		if err := c.putWatch(id); err != nil {
			return err
		}
	}
	return nil
}

// created orders what waited for both of two watches.
func (p *parcel) created() int64 {
	if p.delivery == nil {
		return 0
	}
	return ms(p.delivery.Created)
}

func (c *carrying) putWatch(id string) error {
	d := c.to.watches[id]
	if m := c.to.message[id]; m != "" {
		c.w.do("HSET", c.w.own("w"), id+":m", m)
	}
	if d.Removed > 0 {
		c.w.do("ZADD", c.w.key("removed"), d.Removed, c.to.id+" "+id)
	}
	return c.w.putDoc(id, d)
}

// putQueue writes all that waits for a watch.
func (c *carrying) putQueue(id string, q *queue) error {
	w := c.w
	put := func(p *parcel) error {
		if p.delivery != nil {
			doc, err := c.s.pack.JSON(p.delivery)
			if err != nil {
				return err
			}
			p.doc = doc
		}
		w.do("HSET", w.key("d"), p.id, p.doc)
		for kind, v := range map[string]string{"tries": p.tries, "reasons": p.reason} {
			if v != "" {
				w.do("HSET", w.key(kind), p.id, v)
			}
		}
		return nil
	}
	w.do("DEL", w.key("q", id))
	for _, p := range q.waiting {
		if err := put(p); err != nil {
			return err
		}
		w.do("RPUSH", w.key("q", id), p.id)
	}
	for _, p := range q.dead {
		if err := put(p); err != nil {
			return err
		}
		w.do("ZADD", w.key("dead", id), p.at, p.id)
	}
	if d := c.to.watches[id]; len(q.waiting) > 0 && d.Removed == 0 {
		w.do("ZADD", w.key("out"), "NX", c.now, member(id, c.to.id, d.Destination))
	}
	return nil
}
