package redisstore

import (
	"fmt"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// shardCount is fixed when a store is created: it stands in meta.
const shardCount = 64

// The keys, after the prefix. A shard's stand together in one slot of a Cluster:
//
//	{sNN}:allowed            ZSET host → not before this
//	{sNN}:line:GUILD:HOST    ZSET article → due or end of its lease: what is checked of a
//	                         host as a guild's
//	{sNN}:lines:GUILD        ZSET host → turn: when its line has something due and it may be asked
//	{sNN}:at:HOST            SET of guilds that have a line to it
//	{sNN}:fronts             ZSET guild → when the first of its lines has its turn
//	{sNN}:feedline:…, feedlines, feedat, feedfronts  the same for feeds
//	{sNN}:a:ID               HASH host, guild (in whose line it stands), due, lease, token, fence, version (of the watch
//	                         set), active (watches that want checks), last, trouble,
//	                         flat (why it was read without its layout), unwatched (since), alias (where it lives now), moving
//	{sNN}:s:ID               state, JSON
//	{sNN}:log:ID             decision log of an article or feed, JSON lines
//	{sNN}:r:ID, p:ID         HASH n → revision, page
//	{sNN}:c:ID               HASH from.to, from.to.choices → report
//	{sNN}:w:ID               HASH watch → JSON, watch:m → last message
//	{sNN}:shown:HOST         HASH article → what it shows (mute.Page)
//	{sNN}:q:WATCH            LIST of delivery IDs, the head first
//	{sNN}:out:GUILD          ZSET member (see member) → when its head may be sent
//	{sNN}:outfronts          ZSET guild → when the first of its queues may be sent
//	{sNN}:held               HASH member → when it might be sent without its pause
//	{sNN}:pauses             ZSET channel (see channel) → until
//	{sNN}:d, tries, claims   HASH delivery → JSON; attempts and time of the last; end
//	                         and token of the claim
//	{sNN}:dead:WATCH         ZSET delivery → when it was given up
//	{sNN}:reasons            HASH delivery → why
//	{sNN}:removed            ZSET "article watch" → when the watch was removed
//	{sNN}:idle               ZSET article → since when nobody watches it
//	{sNN}:moving             SET of articles whose move is not finished
//	{sNN}:f:ID, fs:ID        HASH feed; ZSET item seen → its number
//	g:{GUILD}:w, :f          HASH watch → entry, feed → shard; written last
//	g:{GUILD}:set, :r        settings; HASH paused channel → until and reason
//	g:{GUILD}:turns          ZSET delivery → when it may be sent (deliver.Turns)
//	{c:GUILD.CHANNEL}:wire, :wire:EDIT  ZSET edit → when its story began; story, JSON
//	{lanes}                  when the next delivery may be sent, of whatever channel
//	{lanes}:GUILD.CHANNEL    HASH until when a channel waits, and the token of what is on
//	                         its way (empty: it rests); both expire
//	guilds                   SET of guilds that the bot joined or that chose settings
//	left                     ZSET guild → when the bot was removed from it
//	{sNN}:run                HASH replication ID of the server that held the shard, and
//	                         since when; it tells when another took over
//	meta                     HASH app, schema, shards, repaired
//
// Values over 40 bytes are zstd (package pack).

// shardOf is the shard of a host.
func shardOf(host string) int { return int(xxhash.Sum64String(host) % shardCount) }

// key names a key of a shard.
func (s *Store) key(shard int, parts ...string) string {
	return fmt.Sprintf("%s{s%02d}:%s", s.o.Prefix, shard, strings.Join(parts, ":"))
}

// guildKey names a key of a guild.
func (s *Store) guildKey(guild, name string) string {
	return s.o.Prefix + "g:{" + guild + "}:" + name
}

// sep parts what is joined in one member; it is in no ID.
const sep = "\x1f"

// channel names a destination.
func channel(to alert.Destination) string { return to.Guild + sep + to.Channel }

// member names a watch's queue with all that claiming its head needs.
func member(watchID, articleID string, to alert.Destination) string {
	return watchID + sep + articleID + sep + channel(to)
}

// guildOf is the guild of a member of out.
func guildOf(m string) string {
	_, _, to := splitMember(m)
	guild, _, _ := strings.Cut(to, sep)
	return guild
}

// splitMember undoes member.
func splitMember(m string) (watchID, articleID, channel string) {
	watchID, rest, _ := strings.Cut(m, sep)
	articleID, channel, _ = strings.Cut(rest, sep)
	return watchID, articleID, channel
}

// record names an article or feed with its place.
type record struct {
	shard int
	kind  string // "a" or "f"
	id    string
	host  string
	guild string // in whose line it stands; empty: in none
}

// kind names the keys that articles or feeds have of their own.
type kind struct{ record, fronts, lines, line, at string }

func kindOf(record string) kind {
	if record == "f" {
		return kind{"f", "feedfronts", "feedlines", "feedline", "feedat"}
	}
	return kind{"a", "fronts", "lines", "line", "at"}
}

func articleAt(url string) record {
	host := article.Host(url)
	return record{shard: shardOf(host), kind: "a", id: article.ID(url), host: host}
}

// shardCache remembers where articles are, which never changes: the ID stands for
// the address, and the address for the host.
type shardCache struct {
	mu    sync.Mutex
	known map[string]uint8
}

// cacheMax bounds the cache: some 4 MB.
const cacheMax = 50_000

func (c *shardCache) get(id string) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	shard, ok := c.known[id]
	return int(shard), ok
}

func (c *shardCache) put(id string, shard int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= cacheMax {
		c.known = map[string]uint8{}
	}
	c.known[id] = uint8(shard)
}
