package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"erratum/internal/discord"
	"erratum/internal/store/redisstore"
)

// Config is everything a person can set, by environment (ERRATUM_…) or by flags of
// the same names. cmd/bot fills it; Check says everything that is wrong at once.
// The tags are read by the command line's parser.
type Config struct {
	Data          string `default:"erratum.db" env:"ERRATUM_DATA" placeholder:"FILE" help:"Where everything is kept when no Redis is named. Default: erratum.db, here."`
	RedisURL      string `name:"redis-url" env:"ERRATUM_REDIS_URL,REDIS_URL" placeholder:"URL" help:"Keep everything on Redis instead: redis://user:password@host:6379 (7 or later, appendfsync always, noeviction). Sentinels: redis-sentinel://host1,host2/master. A Cluster: redis-cluster://host1,host2. TLS: rediss."`
	RedisReplicas string `default:"auto" env:"ERRATUM_REDIS_REPLICAS" placeholder:"N" help:"How many of Redis's replicas must hold a write before it counts: a number, or auto: all that are connected."`

	DiscordToken string `env:"ERRATUM_DISCORD_TOKEN,DISCORD_TOKEN" placeholder:"TOKEN" help:"The bot's token; better in a file named by ERRATUM_DISCORD_TOKEN_FILE."`

	UserAgent     string        `env:"ERRATUM_USER_AGENT" placeholder:"TEXT" help:"How pages are asked for; name a way to reach you. Default: Erratum and its version."`
	HostSpacing   time.Duration `default:"1s" env:"ERRATUM_HOST_SPACING" help:"At least this long between two requests to one host."`
	Robots        string        `default:"respect" enum:"respect,ignore" env:"ERRATUM_ROBOTS" help:"What sites' robots.txt asks of bots: respect or ignore."`
	Browser       string        `env:"ERRATUM_BROWSER" placeholder:"PROGRAM" help:"An installed Chromium for pages whose text is written by scripts: its program, or auto. Default: none."`
	NoSandbox     bool          `name:"browser-no-sandbox" env:"ERRATUM_BROWSER_NO_SANDBOX" help:"Run Chromium without its sandbox, where a container takes its place."`
	MinInterval   time.Duration `default:"5m" env:"ERRATUM_MIN_INTERVAL" help:"The shortest schedule a user may ask for."`
	MaxWatches    int           `default:"2000" env:"ERRATUM_MAX_WATCHES" help:"Watches that one server may have, those of its feeds among them."`
	MaxFeeds      int           `default:"100" env:"ERRATUM_MAX_FEEDS" help:"Feeds that one server may follow."`
	MaxFeedItems  int           `default:"300" env:"ERRATUM_MAX_FEED_ITEMS" help:"Articles of one feed that become watches in a day."`
	MaxChecks     int           `default:"60" env:"ERRATUM_MAX_CHECKS" help:"Pages that the people of one server may have looked at in a minute."`
	MaxAlerts     int           `default:"30" env:"ERRATUM_MAX_ALERTS" help:"Alerts that one server is told in a minute; the others wait."`
	Workers       int           `default:"8" env:"ERRATUM_WORKERS" help:"Checks of one server that run at the same time; of all servers together at most four times as many."`
	ExtraPorts    []int         `env:"ERRATUM_EXTRA_PORTS" placeholder:"PORT" help:"Ports that may be fetched besides 80 and 443, with commas between them."`
	AllowLoopback bool          `env:"ERRATUM_ALLOW_LOOPBACK" help:"Let pages on this machine be fetched. For trials only."`

	KeepPages string `default:"auto" enum:"auto,none,last,all" env:"ERRATUM_KEEP_PAGES" help:"Which fetched pages are kept: none, last, all; auto is last in a file and none on Redis."`

	Journal   string `env:"ERRATUM_JOURNAL" placeholder:"FILE" help:"Where the terminal keeps the alerts it showed. Default: beside the data."`
	Health    string `default:"127.0.0.1:8086" env:"ERRATUM_HEALTH" placeholder:"ADDRESS" help:"Where bot run says that it runs (/healthz) and that its store answers (/readyz); off: nowhere."`
	LogLevel  string `default:"info" enum:"debug,info,warn,error" env:"ERRATUM_LOG_LEVEL" help:"How much is logged (debug, info, warn, error)."`
	LogFormat string `default:"text" enum:"text,json" env:"ERRATUM_LOG_FORMAT" help:"Log lines as text or json."`
}

// Check reports everything that is wrong, a line each, in words that say what to
// set. It touches the disk only to see whether the data's folder can be written. It is
// for what keeps data: comparing two files needs no sound folder.
func (c Config) Check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch {
	case c.RedisURL != "":
		if err := redisstore.CheckURL(c.RedisURL); err != nil {
			wrong("ERRATUM_REDIS_URL: %v", err)
		}
		if _, err := c.redisReplicas(); err != nil {
			errs = append(errs, err)
		}
	case c.Data == "":
		wrong("ERRATUM_DATA: name the file to keep everything in")
	default:
		if err := writable(c.Data); err != nil {
			wrong("ERRATUM_DATA: %v", err)
		}
	}
	if c.DiscordToken != "" {
		if err := discord.CheckToken(c.DiscordToken); err != nil {
			wrong("ERRATUM_DISCORD_TOKEN: %v", err)
		}
	}
	if c.Journal != "" {
		if err := writable(c.Journal); err != nil {
			wrong("ERRATUM_JOURNAL: %v", err)
		}
	}
	if c.HostSpacing < 100*time.Millisecond || c.HostSpacing > time.Hour {
		wrong("ERRATUM_HOST_SPACING: %s is outside 100ms to 1h", c.HostSpacing)
	}
	if c.Robots != "" && c.Robots != "respect" && c.Robots != "ignore" {
		wrong("ERRATUM_ROBOTS: %q is neither respect nor ignore", c.Robots)
	}
	if _, err := newBrowser(c, nil); err != nil {
		errs = append(errs, err)
	}
	if c.MinInterval < 10*time.Second || c.MinInterval > 24*time.Hour {
		wrong("ERRATUM_MIN_INTERVAL: %s is outside 10s to 24h", c.MinInterval)
	}
	if c.Workers < 1 || c.Workers > 256 {
		wrong("ERRATUM_WORKERS: %d is outside 1 to 256", c.Workers)
	}
	for _, q := range []struct {
		name string
		n    int
	}{{"ERRATUM_MAX_WATCHES", c.MaxWatches}, {"ERRATUM_MAX_FEEDS", c.MaxFeeds}, {"ERRATUM_MAX_FEED_ITEMS", c.MaxFeedItems}, {"ERRATUM_MAX_CHECKS", c.MaxChecks}, {"ERRATUM_MAX_ALERTS", c.MaxAlerts}} {
		if q.n < 1 || q.n > 1_000_000 {
			wrong("%s: %d is outside 1 to 1000000", q.name, q.n)
		}
	}
	for _, p := range c.ExtraPorts {
		if p < 1 || p > 65535 {
			wrong("ERRATUM_EXTRA_PORTS: %d is no port", p)
		}
	}
	if strings.ContainsAny(c.UserAgent, "\r\n") {
		wrong("ERRATUM_USER_AGENT: must be one line")
	}
	return errors.Join(errs...)
}

// writable reports why a file can't be kept at path; nil when it can.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder; name a file in it", path)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".erratum-*")
	if err == nil {
		return errors.Join(f.Close(), os.Remove(f.Name()))
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s; make it first", dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("nothing may be written to the folder %s; check its permissions", dir)
	default:
		return fmt.Errorf("the folder %s can't be written to: %w", dir, errors.Unwrap(err))
	}
}

// journalPath is where the terminal's alerts are kept.
func (c Config) journalPath() string {
	if c.Journal != "" {
		return c.Journal
	}
	return strings.TrimSuffix(c.Data, filepath.Ext(c.Data)) + ".alerts.jsonl"
}

// keepPages is the choice of pages, empty for the store's own.
func (c Config) keepPages() string {
	if c.KeepPages == "auto" {
		return ""
	}
	return c.KeepPages
}

// redisReplicas is how many replicas are waited for, as the store takes it.
func (c Config) redisReplicas() (int, error) {
	if c.RedisReplicas == "" || c.RedisReplicas == "auto" {
		return 0, nil
	}
	n, err := strconv.Atoi(c.RedisReplicas)
	switch {
	case err != nil || n < 0 || n > 100:
		return 0, fmt.Errorf("ERRATUM_REDIS_REPLICAS: %q is neither auto nor a number from 0 to 100", c.RedisReplicas)
	case n == 0:
		return redisstore.NoReplicas, nil
	default:
		return n, nil
	}
}

// Level is the configured log level.
func (c Config) Level() slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelInfo
	}
	return l
}

// Unknown names the ERRATUM_ variables of an environment that mean nothing, each
// with the nearest name that does: a mistyped setting must not pass in silence. A
// known variable with _FILE behind it is known.
func Unknown(environ, known []string) []string {
	names := slices.Clone(known)
	for _, k := range known {
		names = append(names, k+"_FILE")
	}
	var out []string
	for _, kv := range environ {
		name, _, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "ERRATUM_") || slices.Contains(names, name) {
			continue
		}
		if near := nearest(name, names); near != "" {
			out = append(out, name+" is no setting; did you mean "+near+"?")
		} else {
			out = append(out, name+" is no setting; `bot --help` lists them")
		}
	}
	return out
}

// nearest is the known name with the fewest edits, if there are at most three.
func nearest(name string, known []string) string {
	best, at := "", 4
	for _, k := range known {
		if d := distance(name, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			prev, row[j+1] = row[j+1], min(prev+cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
