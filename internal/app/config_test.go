package app_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"erratum/internal/app"
)

// sound are settings that nothing is wrong with.
func sound(t *testing.T) app.Config {
	t.Helper()
	return app.Config{Data: filepath.Join(t.TempDir(), "erratum.db"), HostSpacing: time.Second, MinInterval: 5 * time.Minute, MaxWatches: 1, MaxFeeds: 1, MaxFeedItems: 1_000_000, MaxChecks: 60, MaxAlerts: 30, Workers: 8}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*app.Config)
		want   string // the start of the one line; empty: sound
	}{
		{"as it is", func(*app.Config) {}, ""},
		{"the edges", func(c *app.Config) {
			c.HostSpacing, c.MinInterval, c.Workers, c.ExtraPorts = 100*time.Millisecond, 10*time.Second, 256, []int{1, 65535}
		}, ""},
		{"a file that is there", func(c *app.Config) { c.Data = file }, ""},
		{"no data", func(c *app.Config) { c.Data = "" }, "ERRATUM_DATA: name the file"},
		{"a folder for a file", func(c *app.Config) { c.Data = filepath.Dir(file) }, "ERRATUM_DATA: " + filepath.Dir(file) + " is a folder; name a file in it"},
		{"no such folder", func(c *app.Config) { c.Data = filepath.Join(file+"s", "e.db") }, "ERRATUM_DATA: there is no folder " + file + "s; make it first"},
		{"a file for a folder", func(c *app.Config) { c.Data = filepath.Join(file, "e.db") }, "ERRATUM_DATA: the folder " + file + " can't be written to: "},
		{"a token", func(c *app.Config) { c.DiscordToken = "MTAw.x-y_z" }, ""},
		{"a token as headers have it", func(c *app.Config) { c.DiscordToken = "Bot MTAw.x-y_z" }, "ERRATUM_DISCORD_TOKEN: the bot's token is missing or has spaces in it"},
		{"journal", func(c *app.Config) { c.Journal = filepath.Dir(file) }, "ERRATUM_JOURNAL: "},
		{"redis without a scheme", func(c *app.Config) { c.RedisURL = "localhost:6379" }, "ERRATUM_REDIS_URL: "},
		{"redis of no master", func(c *app.Config) { c.RedisURL = "redis-sentinel://:hunter2@h1,h2" }, "ERRATUM_REDIS_URL: "},
		{"a count of replicas", func(c *app.Config) { c.RedisURL, c.RedisReplicas = "redis://h", "some" }, "ERRATUM_REDIS_REPLICAS: "},
		{"a cluster", func(c *app.Config) { c.RedisURL, c.RedisReplicas, c.Data = "rediss-cluster://u:p@h1,h2:6380", "2", "" }, ""},
		{"redis in place of a file", func(c *app.Config) { c.RedisURL, c.Data = "rediss://u:p@redis.example:6380/0", "" }, ""},
		{"too fast", func(c *app.Config) { c.HostSpacing = 99 * time.Millisecond }, "ERRATUM_HOST_SPACING: 99ms is outside 100ms to 1h"},
		{"too slow", func(c *app.Config) { c.HostSpacing = time.Hour + 1 }, "ERRATUM_HOST_SPACING: "},
		{"robots ignored", func(c *app.Config) { c.Robots = "ignore" }, ""},
		{"robots", func(c *app.Config) { c.Robots = "no" }, `ERRATUM_ROBOTS: "no" is neither respect nor ignore`},
		{"no such browser", func(c *app.Config) { c.Browser = "/no/such/chromium" }, "ERRATUM_BROWSER: there is no program /no/such/chromium"},
		{"too often", func(c *app.Config) { c.MinInterval = 9 * time.Second }, "ERRATUM_MIN_INTERVAL: 9s is outside 10s to 24h"},
		{"too seldom", func(c *app.Config) { c.MinInterval = 25 * time.Hour }, "ERRATUM_MIN_INTERVAL: "},
		{"nobody works", func(c *app.Config) { c.Workers = 0 }, "ERRATUM_WORKERS: 0 is outside 1 to 256"},
		{"no feed", func(c *app.Config) { c.MaxFeeds = 0 }, "ERRATUM_MAX_FEEDS: 0 is outside 1 to 1000000"},
		{"too many work", func(c *app.Config) { c.Workers = 257 }, "ERRATUM_WORKERS: "},
		{"port 0", func(c *app.Config) { c.ExtraPorts = []int{8080, 0} }, "ERRATUM_EXTRA_PORTS: 0 is no port"},
		{"port 65536", func(c *app.Config) { c.ExtraPorts = []int{65536} }, "ERRATUM_EXTRA_PORTS: 65536 is no port"},
		{"a header in the user agent", func(c *app.Config) { c.UserAgent = "me\r\nX-Forwarded-For: you" }, "ERRATUM_USER_AGENT: must be one line"},
	} {
		c := sound(t)
		tt.change(&c)
		err := c.Check()
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: %v, want %s…", tt.name, err, tt.want)
		}
	}
}

// TestCheckSaysAll: all that is wrong is said at once, and nothing is left behind.
func TestCheckSaysAll(t *testing.T) {
	t.Parallel()
	c := sound(t)
	c.Workers, c.HostSpacing, c.MinInterval, c.ExtraPorts = 0, 0, 0, []int{-1, 70000}
	err := c.Check()
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("want five lines: %v", err)
	}
	left, readErr := os.ReadDir(filepath.Dir(c.Data))
	if readErr != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, readErr)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	known := []string{"ERRATUM_DATA", "ERRATUM_WORKERS", "ERRATUM_DISCORD_TOKEN", "DISCORD_TOKEN"}
	environ := []string{
		"ERRATUM_DATA=x", "ERRATUM_DISCORD_TOKEN_FILE=/t", "PATH=/bin", "ERRATUM=1", "erratum_data=x",
		"ERRATUM_WORKRES=3", "ERRATUM_DISCORD_TOKEN_FIEL=/t", "ERRATUM_SOMETHING_ELSE=1", "ERRATUM_EMPTY",
	}
	want := []string{
		"ERRATUM_WORKRES is no setting; did you mean ERRATUM_WORKERS?",
		"ERRATUM_DISCORD_TOKEN_FIEL is no setting; did you mean ERRATUM_DISCORD_TOKEN_FILE?",
		"ERRATUM_SOMETHING_ELSE is no setting; `bot --help` lists them",
		"ERRATUM_EMPTY is no setting; `bot --help` lists them",
	}
	if got := app.Unknown(environ, known); !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
