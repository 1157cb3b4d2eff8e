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

	"github.com/redis/go-redis/v9"

	"erratum/internal/watch"
)

// watchDoc is a watch as it is stored: names that stand elsewhere are left out.
type watchDoc struct {
	watch.Watch
	ID          string `json:"id,omitempty"`
	Article     string `json:"article,omitempty"`
	URL         string `json:"url,omitempty"`
	Title       string `json:"title,omitempty"` // as typed, until the article has one
	LastMessage string `json:"last_message,omitempty"`
	Removed     int64  `json:"removed,omitempty"`
}

// wants reports whether the article is checked on its account.
func (d *watchDoc) wants() bool { return d.Removed == 0 && !d.Paused }

// snapshot is an article as it was read.
type snapshot struct {
	record
	there               bool // not merely an alias
	version, due, lease int64
	token, moving       string
	alias               string // ID and shard of where it lives now
	last                int
	unwatched           int64
	state               watch.State
	watches             map[string]*watchDoc // removed ones, too
	message             map[string]string    // last message by watch
}

// live lists the watches that were not removed, by ID.
func (a *snapshot) live() (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(a.watches)) {
		if a.watches[id].Removed == 0 {
			ids = append(ids, id)
		}
	}
	return ids
}

// wanting lists guilds that want the article checked, at most maxKeepers: the one in whose
// line it stands first, and of many others those that follow it.
func (a *snapshot) wanting() (guilds []string) {
	all := map[string]bool{}
	for _, d := range a.watches {
		if d.wants() {
			all[d.Destination.Guild] = true
		}
	}
	guilds = slices.Sorted(maps.Keys(all))
	at, _ := slices.BinarySearch(guilds, a.guild)
	guilds = slices.Concat(guilds[at:], guilds[:at])
	return guilds[:min(maxKeepers, len(guilds))]
}

// keeper is the guild in whose line the article stands, if it is in any: for writes that
// leave it there, whatever its watches have become.
func (a *snapshot) keeper() []string {
	if a.guild == "" {
		return nil
	}
	return []string{a.guild}
}

// watch is a stored watch with all that stands beside it.
func (a *snapshot) watch(id string) watch.Watch {
	return filled(a.watches[id], id, a.id, a.state.URL, a.state.Title, a.message[id])
}

func filled(d *watchDoc, id, articleID, url, title, message string) watch.Watch {
	w := d.Watch
	w.ID, w.Article, w.URL, w.Title, w.LastMessage = id, articleID, url, d.Title, message
	if title != "" {
		w.Title = title
	}
	return w
}

// locate finds the shard of an article that is or was there.
func (s *Store) locate(ctx context.Context, articleID string) (int, error) {
	if shard, ok := s.shards.get(articleID); ok {
		return shard, nil
	}
	shard, err := s.shardOf(ctx, "a", articleID)
	if err == nil {
		s.shards.put(articleID, shard)
	}
	return shard, err
}

// shardOf asks every shard for a record of a kind. watch.ErrNotFound.
func (s *Store) shardOf(ctx context.Context, kind, id string) (int, error) {
	cmds, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for shard := range shardCount {
			p.Exists(ctx, s.key(shard, kind, id))
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for shard, c := range cmds {
		if c.(*redis.IntCmd).Val() > 0 {
			return shard, nil
		}
	}
	return 0, watch.ErrNotFound
}

var articleFields = []string{"host", "due", "lease", "token", "version", "moving", "alias", "last", "unwatched", "guild"}

// pending is an article being read in a pipeline.
type pending struct {
	record
	fields *redis.SliceCmd
	blob   *redis.StringCmd
	docs   *redis.MapStringStringCmd
}

// ask puts the reading of an article into a pipeline. The version is read first: a
// change that comes between only makes it too old, and the write is refused.
func (s *Store) ask(ctx context.Context, p redis.Pipeliner, shard int, id string) pending {
	return pending{
		record: record{shard: shard, kind: "a", id: id},
		fields: p.HMGet(ctx, s.key(shard, "a", id), articleFields...),
		blob:   p.Get(ctx, s.key(shard, "s", id)),
		docs:   p.HGetAll(ctx, s.key(shard, "w", id)),
	}
}

// answer decodes what was asked. What is not there is a snapshot that is not there.
func (s *Store) answer(p pending) (*snapshot, error) {
	a := &snapshot{record: p.record, watches: map[string]*watchDoc{}, message: map[string]string{}}
	f := p.fields.Val()
	str := func(i int) string { v, _ := f[i].(string); return v }
	num := func(i int) int64 { n, _ := strconv.ParseInt(str(i), 10, 64); return n }
	if len(f) != len(articleFields) {
		return nil, fmt.Errorf("article %s: the server answered nonsense", p.id)
	}
	a.host, a.due, a.lease, a.token, a.version = str(0), num(1), num(2), str(3), num(4)
	a.moving, a.alias, a.last, a.unwatched, a.guild = str(5), str(6), int(num(7)), num(8), str(9)
	if a.there = f[1] != nil; !a.there {
		return a, nil
	}
	if err := s.pack.Read([]byte(p.blob.Val()), &a.state); err != nil {
		return nil, fmt.Errorf("state of article %s: %w", p.id, err)
	}
	for id, doc := range p.docs.Val() {
		if watchID, ok := strings.CutSuffix(id, ":m"); ok {
			a.message[watchID] = doc
			continue
		}
		d := new(watchDoc)
		if err := s.pack.Read([]byte(doc), d); err != nil {
			return nil, fmt.Errorf("watch %s: %w", id, err)
		}
		a.watches[id] = d
	}
	return a, nil
}

// load reads an article in a known shard.
func (s *Store) load(ctx context.Context, shard int, id string) (*snapshot, error) {
	var p pending
	if _, err := s.batch(ctx, func(pipe redis.Pipeliner) error {
		p = s.ask(ctx, pipe, shard, id)
		return nil
	}); err != nil {
		return nil, err
	}
	return s.answer(p)
}

// find reads an article that must be there.
func (s *Store) find(ctx context.Context, articleID string) (*snapshot, error) {
	shard, err := s.locate(ctx, articleID)
	if err != nil {
		return nil, err
	}
	a, err := s.load(ctx, shard, articleID)
	if err == nil && !a.there {
		err = watch.ErrNotFound
	}
	return a, err
}

// maxHops bounds a chain of moves.
const maxHops = 64

// follow returns the article that an address leads to now: itself, when it never
// moved or when what it moved to is gone.
func (s *Store) follow(ctx context.Context, r record) (record, error) {
	is := r
	for range maxHops {
		f, err := s.db.HMGet(ctx, s.key(is.shard, "a", is.id), "alias", "due", "host").Result()
		if err != nil {
			return is, err
		}
		alias, _ := f[0].(string)
		if is.host == "" {
			is.host, _ = f[2].(string)
		}
		if alias == "" {
			if f[1] == nil {
				return r, nil
			}
			return is, nil
		}
		if is, err = parseAlias(alias); err != nil {
			return is, err
		}
	}
	return r, fmt.Errorf("article %s moved in a circle", r.id)
}

// aliasOf and parseAlias name an article with its shard.
func aliasOf(r record) string { return fmt.Sprintf("%d %s", r.shard, r.id) }

func parseAlias(alias string) (r record, err error) {
	r.kind = "a"
	if _, err := fmt.Sscanf(alias, "%d %s", &r.shard, &r.id); err != nil || r.shard < 0 || r.shard >= shardCount {
		return r, fmt.Errorf("the address %q of an article can't be read", alias)
	}
	return r, nil
}

// Resolve implements watch.Registry.
func (s *Store) Resolve(ctx context.Context, normalizedURL string) (string, error) {
	r, err := s.follow(ctx, articleAt(normalizedURL))
	return r.id, s.explain("resolve", err)
}

// putDoc writes a watch.
func (w *writes) putDoc(id string, d *watchDoc) error {
	doc, err := w.s.pack.JSON(d)
	if err != nil {
		return err
	}
	w.do("HSET", w.own("w"), id, doc)
	return nil
}

// putState writes the state and what queries need of it.
func (w *writes) putState(st watch.State) error {
	doc, err := w.s.pack.JSON(st)
	if err != nil {
		return err
	}
	var trouble int64
	switch {
	case st.Trouble != nil:
		trouble = max(ms(st.Trouble.Since), 1)
	case st.Gone != nil:
		trouble = max(ms(st.Gone.Since), 1)
	}
	w.do("SET", w.own("s"), doc)
	w.do("HSET", w.own("a"), "last", st.Last)
	if trouble > 0 {
		w.do("HSET", w.own("a"), "trouble", trouble)
	} else {
		w.do("HDEL", w.own("a"), "trouble")
	}
	if st.Flat != "" {
		w.do("HSET", w.own("a"), "flat", st.Flat)
	} else {
		w.do("HDEL", w.own("a"), "flat")
	}
	return nil
}

// create writes an article that is not there, due now.
func (w *writes) create(url string, now int64) error {
	w.do("HDEL", w.own("a"), "alias")
	w.do("HSET", w.own("a"), "host", w.r.host, "due", now)
	w.s.shards.put(w.r.id, w.r.shard)
	return w.putState(watch.State{ID: w.r.id, URL: url})
}

// count brings the article up to date with its watches as they will be.
func (w *writes) count(a *snapshot, now int64) {
	active, live := 0, 0
	for _, d := range a.watches {
		if d.wants() {
			active++
		}
		if d.Removed == 0 {
			live++
		}
	}
	w.guilds = a.wanting()
	w.do("HSET", w.own("a"), "active", active)
	switch {
	case live > 0:
		w.do("HDEL", w.own("a"), "unwatched")
		w.do("ZREM", w.key("idle"), w.r.id)
	case a.unwatched == 0:
		w.do("HSET", w.own("a"), "unwatched", now)
		w.do("ZADD", w.key("idle"), now, w.r.id)
	}
	w.bump()
}

// entry is what a guild's index says of a watch: where it is, and what lists show.
type entry struct {
	Shard   int    `json:"s"`
	Article string `json:"a"`
	Created int64  `json:"c"`
	Title   string `json:"t,omitempty"`
	URL     string `json:"u"`
	Removed bool   `json:"r,omitempty"`
}

// entryOf makes the entry of a watch.
func (a *snapshot) entryOf(id string) entry {
	w := a.watch(id)
	return entry{Shard: a.shard, Article: a.id, Created: ms(w.Created), Title: w.Title, URL: w.URL, Removed: a.watches[id].Removed > 0}
}

// index writes entries of watches into the indexes of their guilds, after the shard
// was written. What a crash leaves out the sweep adds.
func (s *Store) index(ctx context.Context, a *snapshot, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := s.batch(ctx, func(p redis.Pipeliner) error {
		for _, id := range ids {
			doc, err := json.Marshal(a.entryOf(id))
			if err != nil {
				return err
			}
			p.HSet(ctx, s.guildKey(a.watches[id].Destination.Guild, "w"), id, doc)
		}
		return nil
	})
	return err
}

// entries reads a guild's index.
func (s *Store) entries(ctx context.Context, guild string) (map[string]entry, error) {
	docs, err := s.db.HGetAll(ctx, s.guildKey(guild, "w")).Result()
	if err != nil {
		return nil, err
	}
	out := make(map[string]entry, len(docs))
	for id, doc := range docs {
		var e entry
		if err := json.Unmarshal([]byte(doc), &e); err != nil {
			return nil, fmt.Errorf("index of guild %s, watch %s: %w", guild, id, err)
		}
		out[id] = e
	}
	return out, nil
}

// articleOf reads the article of a watch that a guild may name, removed or not,
// wherever it moved.
func (s *Store) articleOf(ctx context.Context, guild, watchID string) (*snapshot, error) {
	doc, err := s.db.HGet(ctx, s.guildKey(guild, "w"), watchID).Result()
	if errors.Is(err, redis.Nil) {
		return nil, watch.ErrNotFound
	} else if err != nil {
		return nil, err
	}
	var e entry
	if err := json.Unmarshal([]byte(doc), &e); err != nil {
		return nil, fmt.Errorf("index of guild %s, watch %s: %w", guild, watchID, err)
	}
	r := record{shard: e.Shard, kind: "a", id: e.Article}
	for range maxHops {
		a, err := s.load(ctx, r.shard, r.id)
		if err != nil {
			return nil, err
		}
		if d := a.watches[watchID]; d != nil && d.Destination.Guild == guild {
			return a, nil
		}
		if a.alias == "" {
			return nil, watch.ErrNotFound
		}
		if r, err = parseAlias(a.alias); err != nil {
			return nil, err
		}
	}
	return nil, watch.ErrNotFound
}
