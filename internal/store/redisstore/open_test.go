package redisstore_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
)

// password must never stand in an error.
const password = "hunter2"

// tell sends a command as an administrator.
func tell(t testing.TB, s *redistest.Server, args ...any) any {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr(), DisableIdentity: true})
	defer c.Close()
	v, err := c.Do(t.Context(), args...).Result()
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return v
}

// pretend is a server that answers INFO and refuses all else.
func pretend(t *testing.T, info string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	answer := func(c net.Conn) {
		defer c.Close()
		for in := bufio.NewScanner(c); in.Scan(); {
			switch word := strings.ToUpper(in.Text()); {
			case strings.HasPrefix(info, "-"):
				if strings.HasPrefix(word, "*") {
					fmt.Fprintf(c, "%s\r\n", info)
				}
			case word == "INFO":
				fmt.Fprintf(c, "$%d\r\n%s\r\n", len(info), info)
			case word == "HELLO", word == "CLIENT", word == "COMMAND":
				fmt.Fprint(c, "-ERR unknown command\r\n")
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go answer(c)
		}
	}()
	return "redis://" + l.Addr().String()
}

func TestOpenRefuses(t *testing.T) {
	closed := redistest.New(t)
	if err := closed.Stop(); err != nil {
		t.Fatal(err)
	}
	locked := redistest.New(t, "--requirepass", password)
	lru := redistest.New(t, "--maxmemory-policy", "allkeys-lru")
	replica := redistest.New(t, "--replicaof", "127.0.0.1 1")
	plain := redistest.New(t)
	tell(t, plain, "ACL", "SETUSER", "weak", "on", ">"+password, "~x:*", "+info")
	tell(t, plain, "HSET", "newer:meta", "app", "erratum", "schema", "99", "shards", "64")
	tell(t, plain, "HSET", "shards:meta", "app", "erratum", "schema", "1", "shards", "16")
	tell(t, plain, "HSET", "other:meta", "app", "something")
	tell(t, plain, "SET", "odd:meta", "x")
	tell(t, plain, "SET", "used:thing", "x")
	as := func(s *redistest.Server, user string) string { return "redis://" + user + "@" + s.Addr() }
	for _, c := range []struct {
		name string
		o    redisstore.Options
		want string
	}{
		{"no address", redisstore.Options{}, "use redis://host:6379"},
		{"an address of nothing", redisstore.Options{URL: "mysql://u:" + password + "@h"}, "use redis://user:password@host:port/db"},
		{"an address with a bad port", redisstore.Options{URL: "redis://u:" + password + "@h:x y/0"}, "use redis://user:password@host:port/db"},
		{"a prefix with braces", redisstore.Options{URL: closed.URL(), Prefix: "a{b}"}, "leave out spaces and the characters"},
		{"pages", redisstore.Options{URL: closed.URL(), KeepPages: "some"}, "use none, last or all"},
		{"nobody there", redisstore.Options{URL: closed.URL()}, "can't be reached: see that it runs"},
		{"no TLS there", redisstore.Options{URL: "rediss://" + plain.Addr() + "?dial_timeout=200ms"}, "can't be reached"},
		{"no password", redisstore.Options{URL: locked.URL()}, "asks for a password: put it into the address"},
		{"wrong password", redisstore.Options{URL: as(locked, ":wrong-"+password)}, "does not accept the user or password"},
		{"wrong user", redisstore.Options{URL: as(plain, "nobody:"+password)}, "does not accept the user or password"},
		{"a user who may not", redisstore.Options{URL: as(plain, "weak:"+password)}, "ACL SETUSER NAME ~er:* +@all"},
		{"a policy that drops keys", redisstore.Options{URL: lru.URL()}, "set maxmemory-policy noeviction"},
		{"a replica", redisstore.Options{URL: replica.URL()}, "is a read-only replica: name its master 127.0.0.1:1"},
		{"a newer schema", redisstore.Options{URL: plain.URL(), Prefix: "newer:"}, "holds data of a newer Erratum (schema 99, this one knows up to 3)"},
		{"other shards", redisstore.Options{URL: plain.URL(), Prefix: "shards:"}, "in 16 shards"},
		{"another program", redisstore.Options{URL: plain.URL(), Prefix: "other:"}, "keys of another program under the prefix other:"},
		{"another type", redisstore.Options{URL: plain.URL(), Prefix: "odd:"}, "keys of another program under the prefix odd:"},
		{"a prefix in use", redisstore.Options{URL: plain.URL(), Prefix: "used:"}, "keys of another program under the prefix used:"},
		{"an old version", redisstore.Options{URL: pretend(t, "redis_version:6.2.14")}, "runs Redis 6.2.14: version 7 or newer is needed"},
		{"a cluster", redisstore.Options{URL: pretend(t, "redis_version:7.0.0\r\nredis_mode:cluster")}, "write redis-cluster:// in place of redis://"},
		{"loading", redisstore.Options{URL: pretend(t, "-LOADING Redis is loading the dataset in memory")}, "still loading its data: start again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := redisstore.Open(t.Context(), c.o)
			if err == nil {
				t.Fatal("it was opened", s.Close())
			}
			if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %q, want one sentence with %q", err, c.want)
			}
		})
	}
	if n := tell(t, plain, "DBSIZE"); n != int64(5) {
		t.Errorf("%v keys after all refusals, want 5: something was written", n)
	}
}

// TestWeaknesses: what a server's settings may cost is said, as they are at the time.
func TestWeaknesses(t *testing.T) {
	good := redistest.New(t)
	tell(t, good, "ACL", "SETUSER", "bot", "on", ">"+password, "~er:*", "+@all", "-@dangerous", "+info", "+config|get")
	tell(t, good, "ACL", "SETUSER", "hosted", "on", ">"+password, "~hosted:*", "+@all", "-@dangerous", "+info")
	for _, c := range []struct {
		name, url, prefix string
		want              string
	}{
		{"nothing to warn of", good.URL(), "a:", ""},
		{"a user with the rights we ask for", "redis://bot:" + password + "@" + good.Addr(), "er:", ""},
		{"settings that are hidden", "redis://hosted:" + password + "@" + good.Addr(), "hosted:", "does not tell its appendfsync: unless it is always"},
		{"no append-only file", redistest.New(t, "--appendonly", "no").URL(), "a:", "set appendonly yes and appendfsync always"},
		{"synced each second", redistest.New(t, "--appendfsync", "everysec").URL(), "a:", "with appendfsync everysec: a crash may lose the last seconds"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := redisstore.Open(t.Context(), redisstore.Options{URL: c.url, Prefix: c.prefix})
			if err != nil {
				t.Fatal(err)
			}
			defer closeStore(t, s)
			weak(t, s, c.want)
			addStory(t, s, "https://a.example/1")
			if ls, err := s.Lease(t.Context(), fair.Room{Free: 1}, killHold, 0); err != nil || len(ls) != 1 {
				t.Fatalf("leased %d: %v", len(ls), err)
			}
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// weak checks what is said of the server: one thing, or nothing when want is empty.
func weak(t *testing.T, s *redisstore.Store, want string) {
	t.Helper()
	got, err := s.Weaknesses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0].Text, want)) {
		t.Errorf("it is said %q, want %q", got, want)
	}
	for _, w := range got {
		if !strings.Contains(w.Where, "127.0.0.1:") || strings.Contains(w.Text, "127.0.0.1") {
			t.Errorf("where it is belongs into the log alone: %q", w)
		}
	}
}

// TestWeaknessesChange: what is set while the program runs is noticed, and what is mended
// is said no more.
func TestWeaknessesChange(t *testing.T) {
	srv, replica := redistest.New(t, "--repl-diskless-sync-delay", "0"), redistest.New(t)
	defer func() {
		for _, s := range []*redistest.Server{replica, srv} {
			// A server that is killed leaves behind whoever rewrites its files.
			redistest.Await(t, "no file is rewritten", func() bool {
				said := s.Ask("INFO", "persistence")
				return !strings.Contains(said, "aof_rewrite_in_progress:1") && !strings.Contains(said, "rdb_bgsave_in_progress:1")
			})
			_ = s.Kill() // in peace it would end when what is scheduled is rewritten
		}
	}()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: srv.URL(), Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, s)
	weak(t, s, "has 0 of the 1 replicas that must hold a write")
	tell(t, replica, "REPLICAOF", "127.0.0.1", srv.Port)
	redistest.Await(t, "the replica follows", func() bool {
		got, err := s.Weaknesses(t.Context())
		return err == nil && len(got) == 0
	})
	for _, c := range []struct{ setting, bad, good, want string }{
		{"maxmemory-policy", "allkeys-lru", "noeviction", "drops watches when its memory is full (maxmemory-policy allkeys-lru): set maxmemory-policy noeviction"},
		{"appendfsync", "everysec", "always", "set appendfsync always"},
		{"appendonly", "no", "yes", "set appendonly yes"},
	} {
		tell(t, srv, "CONFIG", "SET", c.setting, c.bad)
		weak(t, s, c.want)
		tell(t, srv, "CONFIG", "SET", c.setting, c.good)
		weak(t, s, "")
	}
}

// TestScriptsForgotten: a server that restarted or was flushed knows no script.
func TestScriptsForgotten(t *testing.T) {
	s := openReal(t, shared.URL(), prefixOf(t.TempDir()))
	w := addStory(t, s, "https://a.example/1")
	tell(t, shared, "SCRIPT", "FLUSH")
	revise(t, s, w, 1)
}

func TestCancelledAndClosed(t *testing.T) {
	s := openReal(t, shared.URL(), prefixOf(t.TempDir()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Lease(ctx, fair.Room{Free: 1}, killHold, 0); err == nil {
		t.Error("leased although cancelled")
	}
	closeStore(t, s)
	closeStore(t, s) // twice does no harm
	if _, err := s.Lease(t.Context(), fair.Room{Free: 1}, killHold, 0); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("after closing: %v", err)
	}
}

// TestFirstStartsTogether: of bots that start for the first time at once none takes the
// others' keys for another program's.
func TestFirstStartsTogether(t *testing.T) {
	for round := range 20 {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				s, err := redisstore.Open(t.Context(), redisstore.Options{URL: shared.URL(), Prefix: fmt.Sprintf("first%d:", round)})
				if err != nil {
					t.Error(err)
					return
				}
				closeStore(t, s)
			})
		}
		all.Wait()
	}
}
