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

// carrying is what moves from one article to another.
type carrying struct {
	s        *Store
	w        *writes
	from, to *snapshot
	now      int64
	queues   map[string]*queue // by watch of either
	gone     map[string]string // guilds of watches that give way
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
	for i, p := range parts[:min(len(parts), 2)] { // what choices a report is for stays
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
			o.Noted = max(o.Noted-shift, 0)
			open = append(open, o)
		}
	}
	var past []watch.PastText
	for _, p := range st.Past {
		if p.Revision -= shift; p.Revision > 0 {
			past = append(past, p)
		}
	}
	var crossings []int
	for _, n := range st.Crossings {
		if n > shift+1 { // nothing is left before the first
			crossings = append(crossings, n-shift)
		}
	}
	st.Open, st.Past, st.Crossings = open, past, crossings
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
// channel the other's stays, a person's where one is, and takes over the queue; a
// removed one gives way.
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
				c.gone[other] = d.Destination.Guild
			}
			c.to.watches[id], c.to.message[id] = d, c.from.message[id]
		case both && d.Removed > 0:
			c.gone[id] = d.Destination.Guild
			if c.from.shard == c.to.shard { // else the old shard's part goes with its queues
				if err := c.s.purge(ctx, c.w, c.from, id); err != nil {
					return err
				}
			}
			continue
		case both:
			c.gone[id] = d.Destination.Guild
			if d.Feed == "" {
				c.to.watches[other].Feed = "" // a person's watch does not become a feed's
			}
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
		w.queue(member(id, c.to.id, d.Destination), c.now)
	}
	return nil
}
