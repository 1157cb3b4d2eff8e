package app_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"erratum/internal/store/pack"
)

// past makes everything that a store on Redis remembers older. For the programs over it that
// is time that passed, and all clocks agree, theirs and the server's.
type past struct {
	t    *testing.T
	db   *redis.Client
	pack *pack.Packer
}

func newPast(t *testing.T, addr string) *past {
	t.Helper()
	p := &past{t: t, db: redis.NewClient(&redis.Options{Addr: addr, DisableIdentity: true})}
	t.Cleanup(func() { _ = p.db.Close() })
	var err error
	if p.pack, err = pack.New(); err != nil {
		t.Fatal(err)
	}
	return p
}

// recede makes everything older by d, in whole milliseconds, at one stroke. Nobody may be
// about to write.
func (p *past) recede(d time.Duration) {
	p.t.Helper()
	d = d.Truncate(time.Millisecond)
	ctx := p.t.Context()
	keys, err := p.db.Keys(ctx, "er:*").Result()
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = p.db.TxPipelined(ctx, func(w redis.Pipeliner) error {
		for _, k := range keys {
			if err := p.older(ctx, w, k, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// older writes what makes a key older. Whose a gateway session is stays: its holder keeps
// it by the seconds. Texts are sealed by their hashes, and nothing is decided by their time.
func (p *past) older(ctx context.Context, w redis.Pipeliner, key string, d time.Duration) error {
	if strings.Contains(key, ":session:") || strings.Contains(key, "}:r:") {
		return nil
	}
	switch kind := p.db.Type(ctx, key).Val(); kind {
	case "string":
		was, err := p.db.Get(ctx, key).Result()
		if is := p.before(was, d); err == nil && is != was {
			w.Set(ctx, key, is, redis.KeepTTL)
		}
		return err
	case "hash":
		all, err := p.db.HGetAll(ctx, key).Result()
		for field, was := range all {
			if is := p.before(was, d); is != was {
				w.HSet(ctx, key, field, is)
			}
		}
		return err
	case "zset":
		all, err := p.db.ZRangeWithScores(ctx, key, 0, -1).Result()
		for _, z := range all {
			if z.Score > 1e12 {
				w.ZAdd(ctx, key, redis.Z{Score: z.Score - float64(d.Milliseconds()), Member: z.Member})
			}
		}
		return err
	}
	return nil
}

// The forms in which the store writes moments: in documents, and in milliseconds.
var (
	moment = regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	millis = regexp.MustCompile(`\b1\d{12}\b`)
)

// before is a value with each moment in it d earlier.
func (p *past) before(value string, d time.Duration) string {
	plain, err := p.pack.Unpack([]byte(value))
	if err != nil || !utf8.Valid(plain) {
		return value
	}
	was := string(plain)
	is := moment.ReplaceAllStringFunc(was, func(s string) string {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return s
		}
		return at.Add(-d).Format(time.RFC3339Nano)
	})
	is = millis.ReplaceAllStringFunc(is, func(s string) string {
		at, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return s
		}
		return strconv.FormatInt(at-d.Milliseconds(), 10)
	})
	if is == was {
		return value
	}
	return is
}
