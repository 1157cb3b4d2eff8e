package redisstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"erratum/internal/store/pack"
)

// schemaVersion is what this program reads and writes.
const schemaVersion = 1

// The client library writes to stderr what it also returns as errors.
type silent struct{}

var silence sync.Once

// Printf implements the library's logger.
func (silent) Printf(context.Context, string, ...any) {}

// openWithin bounds how long a server that does not answer keeps a start waiting.
const openWithin = 15 * time.Second

// Open connects to the server. It refuses, naming the server and what to do, whatever
// can't keep the store's promises; what only weakens them is in Warnings.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	opt, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, fmt.Errorf("redisstore: the address of the Redis server can't be read: use redis://user:password@host:port/db, or rediss:// for TLS (%w)", withoutSecrets(err))
	}
	silence.Do(func() { redis.SetLogger(silent{}) })
	configure(opt)
	s := &Store{o: o, where: opt.Addr}
	opt.OnConnect = s.run.connected
	s.db = redis.NewClient(opt)
	if s.pack, err = pack.New(); err != nil {
		return nil, fmt.Errorf("redisstore: %w", err)
	}
	checking, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	if err := s.check(checking); err != nil {
		_ = s.Close() // the connection is of no use anyway
		return nil, err
	}
	return s, nil
}

// withoutSecrets keeps the address, which holds the password, out of an error.
func withoutSecrets(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// configure sets what the defaults of the client leave open. Its own retries stay
// on: everything the store sends is safe to repeat, because a token or a version is
// used up by the first, or because it says the same again.
func configure(o *redis.Options) {
	// Neither Redis nor Valkey knows the subcommands that these send on each connection.
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	o.DisableIdentity = true
	o.ContextTimeoutEnabled = true
	if o.PoolSize == 0 {
		o.PoolSize = 16
	}
	o.DialerRetries = 1 // every command has retries of its own
	o.DialTimeout = orDefault(o.DialTimeout, 5*time.Second)
	o.ReadTimeout = orDefault(o.ReadTimeout, 5*time.Second) // appendfsync always on a slow disk
	o.WriteTimeout = orDefault(o.WriteTimeout, 5*time.Second)
}

func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}

// check refuses what is not a sound server with a store of ours, or none yet.
func (s *Store) check(ctx context.Context) error {
	text, err := s.db.Info(ctx, "server", "replication", "persistence").Result()
	if err != nil {
		return s.explain("open", err)
	}
	info := parseInfo(text)
	major, _, _ := strings.Cut(info["redis_version"], ".")
	if n, err := strconv.Atoi(major); info["valkey_version"] == "" && (err != nil || n < 7) {
		return s.refuse("runs Redis %s: version 7 or newer is needed", info["redis_version"])
	}
	switch {
	case info["redis_mode"] == "cluster" && !s.o.cluster:
		return s.refuse("is part of a Redis Cluster, which this version of Erratum can't use: name a standalone server")
	case info["role"] == "slave":
		return s.refuse("is a read-only replica: name its master %s:%s", info["master_host"], info["master_port"])
	case info["loading"] == "1":
		return s.refuse("is still loading its data: start again when it has finished")
	}
	if err := s.checkMemory(ctx); err != nil {
		return err
	}
	if err := s.checkDurability(ctx, info); err != nil {
		return err
	}
	return s.checkSchema(ctx)
}

// refuse says what is wrong with the server.
func (s *Store) refuse(format string, args ...any) error {
	return fmt.Errorf("redisstore: the Redis server at %s %s", s.where, fmt.Sprintf(format, args...))
}

// parseInfo reads the lines of INFO.
func parseInfo(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			out[k] = v
		}
	}
	return out
}

// setting reads one of the server's settings. Hosted servers may hide them.
func (s *Store) setting(ctx context.Context, name string) (value string, known bool, err error) {
	all, err := s.db.ConfigGet(ctx, name).Result()
	if err != nil {
		if isReply(err, "NOPERM") || isReply(err, "ERR unknown command") {
			return "", false, nil
		}
		return "", false, s.explain("open", err)
	}
	value, known = all[name]
	return value, known, nil
}

// checkMemory refuses a server that drops keys when its memory is full.
func (s *Store) checkMemory(ctx context.Context) error {
	policy, known, err := s.setting(ctx, "maxmemory-policy")
	switch {
	case err != nil:
		return err
	case !known:
		text, err := s.db.Info(ctx, "memory").Result()
		if err != nil {
			return s.explain("open", err)
		}
		if policy = parseInfo(text)["maxmemory_policy"]; policy == "" {
			s.warn("does not tell its maxmemory-policy: make sure it is noeviction, or watches vanish when its memory is full")
			return nil
		}
	}
	if policy != "noeviction" {
		return s.refuse("drops keys when its memory is full (maxmemory-policy %s): set maxmemory-policy noeviction", policy)
	}
	return nil
}

// checkDurability warns when the server may lose what it acknowledged.
func (s *Store) checkDurability(ctx context.Context, info map[string]string) error {
	if info["aof_enabled"] != "1" {
		s.warn("keeps no append-only file: a restart loses watches and alerts; set appendonly yes and appendfsync always")
		return nil
	}
	sync, known, err := s.setting(ctx, "appendfsync")
	switch {
	case err != nil:
		return err
	case !known:
		s.warn("does not tell its appendfsync: unless it is always, a crash may lose the last seconds")
	case sync != "always":
		s.warn("writes its append-only file to disk with appendfsync %s: a crash may lose the last seconds of watches and alerts; set appendfsync always", sync)
	}
	return nil
}

func (s *Store) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf("the Redis server at %s %s", s.where, fmt.Sprintf(format, args...)))
}

// checkSchema looks for a store of ours under the prefix, and begins one when there
// is nothing. It writes, so that a server that can't be written is found now.
func (s *Store) checkSchema(ctx context.Context) error {
	key := s.o.Prefix + "meta"
	meta, err := s.db.HGetAll(ctx, key).Result()
	if err != nil {
		if isReply(err, "WRONGTYPE") {
			return s.foreign()
		}
		return s.explain("open", err)
	}
	if len(meta) == 0 {
		empty, err := s.unused(ctx)
		if err != nil {
			return s.explain("open", err)
		}
		if !empty {
			return s.foreign()
		}
		meta = map[string]string{"app": "erratum", "schema": strconv.Itoa(schemaVersion), "shards": strconv.Itoa(shardCount)}
		return s.explain("open", s.db.HSet(ctx, key, meta).Err())
	}
	version, err := strconv.Atoi(meta["schema"])
	switch {
	case meta["app"] != "erratum" || err != nil || version < 1:
		return s.foreign()
	case version > schemaVersion:
		return s.refuse("holds data of a newer Erratum (schema %d, this one knows up to %d): run that version, or use another prefix than %s", version, schemaVersion, s.o.Prefix)
	case meta["shards"] != strconv.Itoa(shardCount):
		return s.refuse("holds data in %s shards, this Erratum uses %d: run the version that wrote it", meta["shards"], shardCount)
	}
	return s.explain("open", s.db.HSet(ctx, key, "app", "erratum").Err())
}

// unused reports whether nothing is stored under the prefix.
func (s *Store) unused(ctx context.Context) (bool, error) {
	stop := errors.New("found")
	err := s.scan(ctx, s.o.Prefix+"*", func([]string) error { return stop })
	if errors.Is(err, stop) {
		return false, nil
	}
	return err == nil, err
}

func (s *Store) foreign() error {
	return s.refuse("has keys of another program under the prefix %s: use another prefix or database", s.o.Prefix)
}

// isReply reports whether the server answered with an error of this kind.
func isReply(err error, kind string) bool {
	var e redis.Error
	return errors.As(err, &e) && strings.HasPrefix(e.Error(), kind)
}

// explain wraps an error once with the operation, and says of the server's troubles
// what a person can do.
func (s *Store) explain(op string, err error) error {
	if err == nil {
		return nil
	}
	var reply redis.Error
	switch {
	case errors.As(err, &reply):
		if what := s.advice(reply.Error()); what != "" {
			err = fmt.Errorf("the Redis server at %s %s (%w)", s.where, what, err)
		}
	case isNetwork(err) || op == "open" && !errors.Is(err, context.Canceled):
		err = fmt.Errorf("the Redis server at %s can't be reached: see that it runs and that the address is right (%w)", s.where, err)
	}
	return fmt.Errorf("redisstore: %s: %w", op, err)
}

// isNetwork reports whether an error is of the connection, not of what was asked.
func isNetwork(err error) bool {
	var e interface{ Timeout() bool } // every net.Error
	return errors.Is(err, io.EOF) || errors.As(err, &e) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// advice says what to do about an error of the server; empty: nothing special.
func (s *Store) advice(reply string) string {
	kind, _, _ := strings.Cut(reply, " ")
	switch kind {
	case "WRONGPASS":
		return "does not accept the user or password: set the right ones in the address"
	case "NOAUTH":
		return "asks for a password: put it into the address, as in redis://user:password@host:port"
	case "NOPERM":
		return "does not allow this user what is needed: ACL SETUSER NAME ~" + s.o.Prefix + "* +@all -@dangerous +info +config|get"
	case "LOADING":
		return "is still loading its data: start again when it has finished"
	case "READONLY":
		return "is a read-only replica: name its master"
	case "OOM":
		return "has no memory left: raise its maxmemory"
	case "MISCONF":
		return "can't write to its disk: make room, see its log"
	case "WRONGTYPE":
		return "holds something else under a name of ours: use another prefix or database"
	}
	return ""
}
