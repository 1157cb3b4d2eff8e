package redisstore_test

import (
	"strings"
	"testing"

	"erratum/internal/store/redisstore"
)

func TestCheckURL(t *testing.T) {
	for _, c := range []struct{ url, wrong string }{
		{"redis://h", ""},
		{"redis://u:" + password + "@h:6380/2", ""},
		{"rediss://h:6380", ""},
		{"redis-cluster://u:" + password + "@h1,h2:7001,[::1]:7002", ""},
		{"rediss-cluster://h1?pool_size=4", ""},
		{"redis-sentinel://:" + password + "@h1,h2:26380/news", ""},
		{"rediss-sentinel://h1/news/3?sentinel_user=a&sentinel_password=" + password, ""},
		{"", "use redis://"},
		{"h:6379", "use redis://"},
		{"redis-swarm://h", "there is no such scheme"},
		{"http-cluster://h", "use redis://"},
		{"redis-cluster://u:" + password + "@/", "a server has no name"},
		{"redis-cluster://u:" + password + "@h1,,h2", "a server has no name"},
		{"redis-cluster://u:" + password + "@h1/2", "no databases"},
		{"redis-sentinel://u:" + password + "@h1,h2", "does not name the master"},
		{"redis-sentinel://u:" + password + "@h1/news/x", "use redis://"},
		{"redis-cluster://u:" + password + "@h1?sense=none", "use redis://"},
		{"redis-cluster://u:" + password + "@h1?%zz", "what follows the question mark"},
	} {
		err := redisstore.CheckURL(c.url)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.url, err)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%s: %v, want %q", c.url, err, c.wrong)
		case err != nil && (strings.Contains(err.Error(), password) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: the error %q tells the password, or is no sentence", c.url, err)
		}
	}
}
