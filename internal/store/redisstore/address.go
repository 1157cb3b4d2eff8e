package redisstore

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/redis/go-redis/v9"
)

// topology is how servers hang together.
type topology int

const (
	single   topology = iota // one server
	sentinel                 // a master that Sentinels name, and its replicas
	cluster                  // several masters that share the slots, and their replicas
)

// address is where everything is kept, as a URL says it:
//
//	redis://user:password@host:port/db
//	redis-sentinel://user:password@host1:26379,host2:26379/master/db
//	redis-cluster://user:password@host1:6379,host2:6379
//
// rediss://, rediss-sentinel:// and rediss-cluster:// speak TLS.
type address struct {
	topology topology
	hosts    []string
	master   string
	options  *redis.Options // user, password, database, TLS and what the query sets
	// Those of the Sentinels, which have users of their own.
	sentinelUser, sentinelPassword string
}

// CheckURL says what is wrong with an address, without asking anybody. The error
// never holds the password.
func CheckURL(raw string) error {
	_, err := parseAddress(raw)
	return err
}

// forms is what addresses may look like.
const forms = "use redis://user:password@host:port/db, redis-sentinel://user:password@host1:port,host2:port/master, or redis-cluster://user:password@host1:port,host2:port; with rediss for redis it speaks TLS"

func parseAddress(raw string) (a address, err error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	secure, kind, _ := strings.Cut(strings.ToLower(scheme), "-")
	switch kind {
	case "":
		a.options, err = redis.ParseURL(raw)
		if err == nil {
			a.hosts = []string{a.options.Addr}
		}
	case "sentinel":
		a.topology = sentinel
		err = a.parse(secure, rest, "26379")
	case "cluster":
		a.topology = cluster
		err = a.parse(secure, rest, "6379")
	default:
		err = errors.New("there is no such scheme")
	}
	if err != nil {
		return a, fmt.Errorf("the address of the Redis server can't be read: %s (%w)", forms, withoutSecrets(err))
	}
	return a, nil
}

// parse reads an address that names several servers, which no URL can. What is left
// of it with the first of them is one.
func (a *address) parse(scheme, rest, port string) error {
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	user := ""
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, authority = authority[:i+1], authority[i+1:]
	}
	for h := range strings.SplitSeq(authority, ",") {
		u, err := url.Parse("//" + h)
		if err != nil || u.Hostname() == "" {
			return errors.New("a server has no name")
		}
		if u.Port() == "" {
			h = strings.TrimSuffix(h, ":") + ":" + port
		}
		a.hosts = append(a.hosts, h)
	}
	path, query, _ := strings.Cut(tail, "?")
	db := strings.Trim(path, "/")
	if a.topology == sentinel {
		if a.master, db, _ = strings.Cut(db, "/"); a.master == "" {
			return errors.New("it does not name the master that the Sentinels watch, as in redis-sentinel://host:26379/mymaster")
		}
	} else if db != "" && db != "0" {
		return errors.New("a Cluster has no databases but 0")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows the question mark can't be read")
	}
	a.sentinelUser, a.sentinelPassword = values.Get("sentinel_user"), values.Get("sentinel_password")
	values.Del("sentinel_user")
	values.Del("sentinel_password")
	a.options, err = redis.ParseURL(scheme + "://" + user + a.hosts[0] + "/" + db + "?" + values.Encode())
	if err == nil && a.options.TLSConfig != nil {
		a.options.TLSConfig.ServerName = "" // each server has its own
	}
	return err
}

// withoutSecrets keeps the address, which holds the password, out of an error.
func withoutSecrets(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// where names the servers in errors.
func (a address) where() string {
	switch list := strings.Join(a.hosts, ", "); a.topology {
	case sentinel:
		return fmt.Sprintf("the Redis server %s of the Sentinels at %s", a.master, list)
	case cluster:
		return "the Redis Cluster at " + list
	default:
		return "the Redis server at " + list
	}
}
