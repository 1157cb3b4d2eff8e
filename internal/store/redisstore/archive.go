package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/redis/go-redis/v9"

	"erratum/internal/alert"
	"erratum/internal/mute"
	"erratum/internal/store/archive"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

var _ archive.Target = (*Store)(nil)

// Names implements archive.Source. Moves that were cut short are finished first.
func (s *Store) Names(ctx context.Context) (out []archive.Name, err error) {
	for shard := range shardCount {
		unfinished, err := s.db.SMembers(ctx, s.key(shard, "moving")).Result()
		if err != nil {
			return nil, s.explain("list all", err)
		}
		for _, id := range unfinished {
			a, err := s.load(ctx, shard, id)
			if err == nil {
				err = s.finished(ctx, a)
			}
			if err != nil && !errors.Is(err, errMoving) {
				return nil, s.explain("list all", err)
			}
		}
	}
	for _, kind := range []struct{ key, name string }{{"a", "article"}, {"f", "feed"}} {
		if out, err = s.namesOf(ctx, out, kind.key, kind.name); err != nil {
			return nil, s.explain("list all", err)
		}
	}
	guilds, err := s.guildNames(ctx)
	if err != nil {
		return nil, s.explain("list all", err)
	}
	for _, g := range guilds {
		out = append(out, archive.Name{Kind: "guild", ID: g})
	}
	out, err = s.storyNames(ctx, out)
	return out, s.explain("list all", err)
}

// namesOf adds the articles or feeds of all shards.
func (s *Store) namesOf(ctx context.Context, out []archive.Name, key, kind string) ([]archive.Name, error) {
	seen := map[string]bool{}
	err := s.scan(ctx, s.o.Prefix+"{s??}:"+key+":*", func(keys []string) error {
		cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
			for _, k := range keys {
				p.HMGet(ctx, k, "fence", "version", "due", "alias")
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i, c := range cmds {
			shard, id, ok := s.parseKey(keys[i], key)
			v := c.(*redis.SliceCmd).Val()
			if !ok || seen[id] || v[2] == nil && v[3] == nil {
				continue
			}
			seen[id] = true
			out = append(out, archive.Name{Kind: kind, ID: id, Place: strconv.Itoa(shard), Stamp: fmt.Sprint(v[0], ".", v[1], ".", v[2])})
		}
		return nil
	})
	return out, err
}

// guildNames lists all guilds of which anything is kept but watches and feeds.
func (s *Store) guildNames(ctx context.Context) ([]string, error) {
	all := map[string]bool{}
	listed, err := s.db.SMembers(ctx, s.o.Prefix+"guilds").Result()
	if err != nil {
		return nil, err
	}
	left, err := s.db.ZRange(ctx, s.o.Prefix+"left", 0, -1).Result()
	if err != nil {
		return nil, err
	}
	for _, g := range append(listed, left...) {
		all[g] = true
	}
	for _, kind := range []string{"set", "r"} {
		err := s.scan(ctx, s.o.Prefix+"g:{*}:"+kind, func(keys []string) error {
			for _, k := range keys {
				all[strings.TrimSuffix(strings.TrimPrefix(k, s.o.Prefix+"g:{"), "}:"+kind)] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(all)), nil
}

func (s *Store) storyNames(ctx context.Context, out []archive.Name) ([]archive.Name, error) {
	seen := map[string]bool{}
	err := s.scan(ctx, s.o.Prefix+"{c:*}:wire", func(keys []string) error {
		for _, k := range keys {
			place := strings.TrimSuffix(strings.TrimPrefix(k, s.o.Prefix+"{c:"), "}:wire")
			guild, ch, _ := strings.Cut(place, ".")
			edits, err := s.db.ZRange(ctx, k, 0, -1).Result()
			if err != nil {
				return err
			}
			for _, edit := range edits {
				_, key := s.storyKeys(alert.Destination{Guild: guild, Channel: ch}, edit)
				there, err := s.db.Exists(ctx, key).Result()
				if err != nil {
					return err
				}
				if id := guild + sep + ch + sep + edit; there > 0 && !seen[id] {
					seen[id] = true
					out = append(out, archive.Name{Kind: "story", ID: id})
				}
			}
		}
		return nil
	})
	return out, err
}

// Record implements archive.Source.
func (s *Store) Record(ctx context.Context, n archive.Name) (r archive.Record, err error) {
	r.Name = archive.Name{Kind: n.Kind, ID: n.ID}
	switch n.Kind {
	case "article":
		r.Article, err = s.articleRecord(ctx, n)
	case "feed":
		r.Feed, err = s.feedRecord(ctx, n)
	case "guild":
		r.Guild, err = s.guildRecord(ctx, n.ID)
	case "story":
		r.Story, err = s.storyRecord(ctx, n.ID)
	default:
		err = fmt.Errorf("there is no kind %q", n.Kind)
	}
	return r, s.explain("read "+n.Kind+" "+n.ID, err)
}

func (s *Store) articleRecord(ctx context.Context, n archive.Name) (*archive.Article, error) {
	shard, err := strconv.Atoi(n.Place)
	if err != nil {
		if shard, err = s.locate(ctx, n.ID); err != nil {
			return nil, err
		}
	}
	a, err := s.load(ctx, shard, n.ID)
	if err != nil {
		return nil, err
	}
	out := new(archive.Article)
	if a.alias != "" {
		r, err := s.follow(ctx, a.record)
		if err != nil {
			return nil, err
		}
		if r.id != a.id {
			out.Alias = &archive.Alias{ID: r.id, Host: r.host}
		}
	}
	if !a.there {
		if out.Alias == nil {
			return nil, watch.ErrNotFound
		}
		out.Host = a.host
		return out, nil
	}
	out.Host, out.Due, out.Unwatched = a.host, a.due, a.unwatched
	state, err := s.db.Get(ctx, s.key(shard, "s", a.id)).Bytes()
	if err != nil {
		return nil, err
	}
	if out.State, err = s.pack.Unpack(state); err != nil {
		return nil, err
	}
	log, err := s.log(ctx, s.key(shard, "log", a.id))
	if err != nil {
		return nil, err
	}
	out.Log = string(log)
	if err := s.recordTexts(ctx, a, out); err != nil {
		return nil, err
	}
	for id, d := range a.watches {
		out.Watches = append(out.Watches, archive.Watch{Watch: a.watch(id), Removed: d.Removed})
		q, err := s.queueRecord(ctx, shard, id, member(id, a.id, d.Destination))
		if err != nil {
			return nil, err
		}
		if q != nil {
			out.Queues = append(out.Queues, *q)
		}
	}
	return out, nil
}

// recordTexts adds revisions, reports, pages and what the article shows.
func (s *Store) recordTexts(ctx context.Context, a *snapshot, out *archive.Article) error {
	list, err := s.revisions(ctx, a.record, 1, a.last)
	if err != nil {
		return err
	}
	var text []byte
	for i, b := range list {
		if b == nil {
			continue
		}
		p, err := parseStored(b)
		if err != nil {
			return damaged(a.id, i+1, err)
		}
		if p.key {
			text = nil
		}
		if text, err = pack.Undelta(text, p.body); err == nil && xxhash.Sum64(text) != p.hash {
			err = errors.New("its hash does not match")
		}
		if err != nil {
			return damaged(a.id, i+1, err)
		}
		r := archive.Revision{N: i + 1, Text: text}
		if r.Meta, err = s.pack.Unpack(p.meta); err != nil {
			return damaged(a.id, i+1, err)
		}
		out.Revisions = append(out.Revisions, r)
	}
	changes, err := s.db.HGetAll(ctx, s.key(a.shard, "c", a.id)).Result()
	if err != nil {
		return err
	}
	for field, doc := range changes {
		c, err := parseReportField(field)
		if err != nil {
			return err
		}
		if c.Report, err = s.pack.Unpack([]byte(doc)); err != nil {
			return err
		}
		out.Changes = append(out.Changes, c)
	}
	pages, err := s.db.HGetAll(ctx, s.key(a.shard, "p", a.id)).Result()
	if err != nil {
		return err
	}
	for field, body := range pages {
		n, _ := strconv.Atoi(field)
		page, err := s.pack.Unpack([]byte(body))
		if err != nil {
			return err
		}
		out.Pages = append(out.Pages, archive.Page{N: n, Body: page})
	}
	shows, err := s.db.HGet(ctx, s.key(a.shard, "shown", a.host), a.id).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil
	} else if err != nil {
		return err
	}
	out.Shows, err = s.pack.Unpack(shows)
	return err
}

// parseReportField undoes reportField.
func parseReportField(field string) (c archive.Change, err error) {
	parts := strings.SplitN(field, ".", 3)
	if len(parts) < 2 {
		return c, fmt.Errorf("the report %q has no name", field)
	}
	var errs [2]error
	c.From, errs[0] = strconv.Atoi(parts[0])
	c.To, errs[1] = strconv.Atoi(parts[1])
	if len(parts) == 3 {
		c.Choices = parts[2]
	}
	return c, errors.Join(errs[:]...)
}

// queueRecord reads what waits for a watch or feed; nil: nothing does.
func (s *Store) queueRecord(ctx context.Context, shard int, id, m string) (*archive.Queue, error) {
	waiting, err := s.db.LRange(ctx, s.key(shard, "q", id), 0, -1).Result()
	if err != nil {
		return nil, err
	}
	dead, err := s.db.ZRangeWithScores(ctx, s.key(shard, "dead", id), 0, -1).Result()
	if err != nil || len(waiting)+len(dead) == 0 {
		return nil, err
	}
	q := &archive.Queue{ID: id}
	// Of a paused channel's queue the time without its pause is kept.
	for _, ask := range []func() (float64, error){
		s.db.HGet(ctx, s.key(shard, "held"), m).Float64,
		s.db.ZScore(ctx, s.key(shard, "out", guildOf(m)), m).Result,
	} {
		at, err := ask()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		if err == nil {
			q.At = int64(at)
			break
		}
	}
	for _, d := range waiting {
		p, err := s.parcelRecord(ctx, shard, d)
		if errors.Is(err, watch.ErrNotFound) {
			continue // sent while queues were joined
		} else if err != nil {
			return nil, err
		}
		q.Waiting = append(q.Waiting, p)
	}
	for _, z := range dead {
		p, err := s.parcelRecord(ctx, shard, fmt.Sprint(z.Member))
		if err != nil {
			return nil, err
		}
		p.At = int64(z.Score)
		q.Dead = append(q.Dead, p)
	}
	return q, nil
}

func (s *Store) parcelRecord(ctx context.Context, shard int, id string) (p archive.Parcel, err error) {
	p.ID = id
	var doc, tries, reason *redis.StringCmd
	if _, err := s.batch(ctx, func(pipe redis.Pipeliner) error {
		doc = pipe.HGet(ctx, s.key(shard, "d"), id)
		tries = pipe.HGet(ctx, s.key(shard, "tries"), id)
		reason = pipe.HGet(ctx, s.key(shard, "reasons"), id)
		return nil
	}); err != nil {
		return p, err
	}
	if doc.Err() != nil {
		return p, watch.ErrNotFound
	}
	_, _ = fmt.Sscanf(tries.Val(), "%d %d", &p.Attempts, &p.Attempted) // never tried: none
	p.Reason = reason.Val()
	p.Delivery, err = s.pack.Unpack([]byte(doc.Val()))
	return p, err
}

func (s *Store) feedRecord(ctx context.Context, n archive.Name) (*archive.Feed, error) {
	shard, err := strconv.Atoi(n.Place)
	if err != nil {
		if shard, err = s.shardOf(ctx, "f", n.ID); err != nil {
			return nil, err
		}
	}
	values, err := s.db.HMGet(ctx, s.key(shard, "f", n.ID), feedFields...).Result()
	if err != nil {
		return nil, err
	}
	f, err := s.readFeed(n.ID, values)
	if err != nil {
		return nil, err
	}
	out := &archive.Feed{Due: f.due, State: json.RawMessage("{}")}
	if !f.Removed.IsZero() {
		out.Due = 0 // it is not polled
	}
	if out.Doc, err = s.pack.Unpack([]byte(fmt.Sprint(values[0]))); err != nil {
		return nil, err
	}
	if state, ok := values[5].(string); ok && state != "" {
		if out.State, err = s.pack.Unpack([]byte(state)); err != nil {
			return nil, err
		}
	}
	log, err := s.log(ctx, s.key(shard, "log", n.ID))
	if err != nil {
		return nil, err
	}
	out.Log = string(log)
	if out.Seen, err = s.db.ZRange(ctx, s.key(shard, "fs", n.ID), 0, -1).Result(); err != nil {
		return nil, err
	}
	if len(out.Seen) == 0 {
		out.Seen = nil
	}
	out.Queue, err = s.queueRecord(ctx, shard, n.ID, member(n.ID, n.ID, f.Destination))
	return out, err
}

func (s *Store) guildRecord(ctx context.Context, id string) (*archive.Guild, error) {
	g := new(archive.Guild)
	listed, err := s.db.SIsMember(ctx, s.o.Prefix+"guilds", id).Result()
	if err != nil {
		return nil, err
	}
	left, err := s.db.ZScore(ctx, s.o.Prefix+"left", id).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	g.Listed, g.Left = listed, int64(left)
	if g.Settings, err = s.settings(s.db.Get(ctx, s.guildKey(id, "set"))); err != nil {
		return nil, err
	}
	routes, err := s.db.HGetAll(ctx, s.guildKey(id, "r")).Result()
	if err != nil {
		return nil, err
	}
	for ch, v := range routes {
		until, reason, _ := strings.Cut(v, " ")
		n, _ := strconv.ParseInt(until, 10, 64)
		g.Routes = append(g.Routes, archive.Route{Channel: ch, Until: n, Reason: reason})
	}
	return g, nil
}

func (s *Store) storyRecord(ctx context.Context, id string) (*archive.Story, error) {
	parts := strings.SplitN(id, sep, 3)
	if len(parts) != 3 {
		return nil, watch.ErrNotFound
	}
	out := &archive.Story{Guild: parts[0], Channel: parts[1], Edit: parts[2]}
	index, key := s.storyKeys(alert.Destination{Guild: out.Guild, Channel: out.Channel}, out.Edit)
	doc, err := s.db.Get(ctx, key).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, watch.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	at, err := s.db.ZScore(ctx, index, out.Edit).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	out.At = int64(at)
	out.Doc, err = s.pack.Unpack(doc)
	return out, err
}

// Begin implements archive.Target. While an import is under way meta says so, and Open
// refuses.
func (s *Store) Begin(ctx context.Context, digest string) (done int, err error) {
	key := s.o.Prefix + "meta"
	meta, err := s.db.HGetAll(ctx, key).Result()
	if err != nil {
		return 0, s.explain("begin an import", err)
	}
	switch of := meta["importing"]; of {
	case digest:
		done, _ = strconv.Atoi(meta["imported"])
		return done, nil
	case "":
	default:
		return 0, s.refuse("holds part of another import: finish that one, or delete the keys under %s", s.o.Prefix)
	}
	names, err := s.Names(ctx)
	if err != nil {
		return 0, err
	}
	if len(names) > 0 {
		return 0, s.refuse("holds data already: use another prefix or database, or delete the keys under %s", s.o.Prefix)
	}
	return 0, s.explain("begin an import", s.db.HSet(ctx, key, "importing", digest, "imported", 0).Err())
}

// Done implements archive.Target.
func (s *Store) Done(ctx context.Context, n int) error {
	return s.explain("note an import", s.db.HSet(ctx, s.o.Prefix+"meta", "imported", n).Err())
}

// Finish implements archive.Target.
func (s *Store) Finish(ctx context.Context) error {
	return s.explain("finish an import", s.db.HDel(ctx, s.o.Prefix+"meta", "importing", "imported").Err())
}

// Put implements archive.Target.
func (s *Store) Put(ctx context.Context, r archive.Record) (err error) {
	switch {
	case r.Article != nil:
		err = s.putArticleRecord(ctx, r.ID, r.Article)
	case r.Feed != nil:
		err = s.putFeedRecord(ctx, r.ID, r.Feed)
	case r.Guild != nil:
		err = s.putGuildRecord(ctx, r.ID, r.Guild)
	case r.Story != nil:
		err = s.putStoryRecord(ctx, r.Story)
	default:
		err = fmt.Errorf("there is no kind %q", r.Kind)
	}
	return s.explain("import", err)
}

func (s *Store) putArticleRecord(ctx context.Context, id string, in *archive.Article) error {
	if in.State == nil { // nothing is left but where it lives now
		r := record{shard: shardOf(in.Host), id: id}
		return s.db.HSet(ctx, s.key(r.shard, "a", id), "host", in.Host, "alias", aliasOf(record{shard: shardOf(in.Alias.Host), id: in.Alias.ID})).Err()
	}
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	a := &snapshot{
		record: record{shard: shardOf(in.Host), kind: "a", id: id, host: in.Host}, there: true,
		due: in.Due, unwatched: in.Unwatched, watches: map[string]*watchDoc{}, message: map[string]string{},
	}
	if err := json.Unmarshal(in.State, &a.state); err != nil {
		return err
	}
	a.last = a.state.Last
	if a.guild, err = s.lineOf(ctx, a.record); err != nil {
		return err
	}
	w := s.change(a.record)
	for _, kind := range []string{"a", "s", "r", "c", "p", "log", "w"} {
		w.do("DEL", w.own(kind))
	}
	if err := w.putState(a.state); err != nil {
		return err
	}
	w.do("SET", w.own("s"), s.pack.Bytes(in.State)) // as it was, with what this version may not know of it
	w.do("HSET", w.own("a"), "host", in.Host, "due", in.Due)
	if in.Alias != nil {
		w.do("HSET", w.own("a"), "alias", aliasOf(record{shard: shardOf(in.Alias.Host), id: in.Alias.ID}))
	}
	if err := s.putTexts(w, in); err != nil {
		return err
	}
	var ids []string
	for _, one := range in.Watches {
		d := &watchDoc{Watch: one.Watch, Title: one.Title, Removed: one.Removed}
		a.watches[one.ID] = d
		ids = append(ids, one.ID)
		if err := w.putDoc(one.ID, d); err != nil {
			return err
		}
		if one.LastMessage != "" {
			w.do("HSET", w.own("w"), one.ID+":m", one.LastMessage)
			a.message[one.ID] = one.LastMessage
		}
		if one.Removed > 0 {
			w.do("ZADD", w.key("removed"), one.Removed, id+" "+one.ID)
		}
	}
	for _, q := range in.Queues {
		if d := a.watches[q.ID]; d != nil {
			s.putQueueRecord(w, q, member(q.ID, id, d.Destination), d.Removed == 0)
		}
	}
	if in.Unwatched > 0 {
		w.do("HSET", w.own("a"), "unwatched", in.Unwatched)
		w.do("ZADD", w.key("idle"), in.Unwatched, id)
	}
	w.count(a, now)
	if err := w.run(ctx); err != nil {
		return err
	}
	return s.index(ctx, a, ids...)
}

// lineOf says in whose line a record stands that an interrupted import has left.
func (s *Store) lineOf(ctx context.Context, r record) (string, error) {
	guild, err := s.db.HGet(ctx, s.key(r.shard, r.kind, r.id), "guild").Result()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return guild, err
}

func (s *Store) putTexts(w *writes, in *archive.Article) error {
	if in.Log != "" {
		w.do("SET", w.own("log"), s.pack.Bytes([]byte(in.Log)))
	}
	var old []byte
	for i, r := range in.Revisions {
		out := stored{hash: xxhash.Sum64(r.Text), meta: s.pack.Bytes(r.Meta)}
		out.key = (r.N-1)%pack.KeyframeEvery == 0 || i == 0 || in.Revisions[i-1].N != r.N-1
		var err error
		if out.key {
			out.body, err = pack.Keyframe(r.Text)
		} else {
			out.body, err = pack.Delta(old, r.Text)
		}
		if err != nil {
			return err
		}
		w.do("HSET", w.own("r"), r.N, out.bytes())
		old = r.Text
	}
	for _, c := range in.Changes {
		w.do("HSET", w.own("c"), reportField(c.From, c.To, c.Choices), s.pack.Bytes(c.Report))
	}
	for _, p := range in.Pages {
		w.do("HSET", w.own("p"), p.N, s.pack.Bytes(p.Body))
	}
	if in.Shows != nil {
		if err := json.Unmarshal(in.Shows, new(mute.Page)); err != nil {
			return err
		}
		w.do("HSET", w.key("shown", w.r.host), w.r.id, s.pack.Bytes(in.Shows))
	}
	return nil
}

// putQueueRecord writes what waits for a watch or feed; m is its member of out.
func (s *Store) putQueueRecord(w *writes, q archive.Queue, m string, sends bool) {
	put := func(p archive.Parcel) {
		w.do("HSET", w.key("d"), p.ID, s.pack.Bytes(p.Delivery))
		if p.Attempts > 0 {
			w.do("HSET", w.key("tries"), p.ID, fmt.Sprintf("%d %d", p.Attempts, p.Attempted))
		}
		if p.Reason != "" {
			w.do("HSET", w.key("reasons"), p.ID, p.Reason)
		}
	}
	w.do("DEL", w.key("q", q.ID))
	w.do("DEL", w.key("dead", q.ID))
	for _, p := range q.Waiting {
		put(p)
		w.do("RPUSH", w.key("q", q.ID), p.ID)
	}
	for _, p := range q.Dead {
		put(p)
		w.do("ZADD", w.key("dead", q.ID), p.At, p.ID)
	}
	if sends && len(q.Waiting) > 0 {
		w.do("ZREM", w.out(m), m) // what an interrupted import has left
		w.queue(m, q.At)
	}
}

func (s *Store) putFeedRecord(ctx context.Context, id string, in *archive.Feed) error {
	var f watch.Feed
	if err := json.Unmarshal(in.Doc, &f); err != nil {
		return err
	}
	r := feedAt(id, f.URL)
	var err error
	if r.guild, err = s.lineOf(ctx, r); err != nil {
		return err
	}
	w := s.change(r, f.Destination.Guild)
	active := 1
	if !f.Removed.IsZero() {
		active = 0
	}
	for _, kind := range []string{"f", "fs", "log"} {
		w.do("DEL", w.own(kind))
	}
	w.do("HSET", w.own("f"), "doc", s.pack.Bytes(in.Doc), "due", in.Due, "active", active, "validators", s.pack.Bytes(in.State))
	if in.Log != "" {
		w.do("SET", w.own("log"), s.pack.Bytes([]byte(in.Log)))
	}
	for i, u := range in.Seen {
		w.do("ZADD", w.own("fs"), i+1, u)
	}
	if in.Queue != nil {
		s.putQueueRecord(w, *in.Queue, member(id, id, f.Destination), f.Removed.IsZero())
	}
	w.bump()
	if err := w.run(ctx); err != nil {
		return err
	}
	return s.db.HSet(ctx, s.guildKey(f.Destination.Guild, "f"), id, w.r.shard).Err()
}

func (s *Store) putGuildRecord(ctx context.Context, id string, g *archive.Guild) error {
	doc, err := s.pack.JSON(g.Settings)
	if err != nil {
		return err
	}
	if err := s.db.Set(ctx, s.guildKey(id, "set"), doc, 0).Err(); err != nil {
		return err
	}
	if g.Listed {
		if err := s.db.SAdd(ctx, s.o.Prefix+"guilds", id).Err(); err != nil {
			return err
		}
	}
	if g.Left > 0 {
		if err := s.db.ZAdd(ctx, s.o.Prefix+"left", redis.Z{Score: float64(g.Left), Member: id}).Err(); err != nil {
			return err
		}
	}
	for _, r := range g.Routes {
		if err := s.db.HSet(ctx, s.guildKey(id, "r"), r.Channel, fmt.Sprintf("%d %s", r.Until, r.Reason)).Err(); err != nil {
			return err
		}
		for shard := range shardCount {
			z := redis.Z{Score: float64(r.Until), Member: channel(alert.Destination{Guild: id, Channel: r.Channel})}
			if err := s.db.ZAdd(ctx, s.key(shard, "pauses"), z).Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) putStoryRecord(ctx context.Context, in *archive.Story) error {
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	left := alert.StoryKept - at(now).Sub(at(in.At))
	if left <= 0 {
		left = alert.StoryKept // read back first; the sweep's time comes
	}
	index, key := s.storyKeys(alert.Destination{Guild: in.Guild, Channel: in.Channel}, in.Edit)
	_, err = s.batch(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, key, s.pack.Bytes(in.Doc), left)
		p.ZAdd(ctx, index, redis.Z{Score: float64(in.At), Member: in.Edit})
		p.PExpire(ctx, index, alert.StoryKept)
		return nil
	})
	return err
}
