package redisstore_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/redistest"
	"erratum/internal/report"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

var update = flag.Bool("update", false, "write the fixture of the current schema")

// fixtureStart is the clock of the fixtures.
var fixtureStart = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)

// TestMigrate opens the keys of every schema there was: all that they hold must read as
// it did. With -update it writes the fixture of the current schema; fixtures of released
// versions are never written again.
func TestMigrate(t *testing.T) {
	fresh := redistest.New(t, "--appendonly", "no")
	fillFixture(t, fresh)
	current, err := strconv.Atoi(tell(t, fresh, "HGET", "er:meta", "schema").(string))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(fixture(current), []byte(dump(t, fresh)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for version := 1; version <= current; version++ {
		srv := redistest.New(t, "--appendonly", "no")
		restore(t, srv, version)
		closeStore(t, openAt(t, srv, func() time.Time { return fixtureStart }))
		if got := tell(t, srv, "HGET", "er:meta", "schema"); got != strconv.Itoa(current) {
			t.Errorf("schema %d became version %s", version, got)
		}
		if got, want := kinds(t, srv), kinds(t, fresh); !slices.Equal(got, want) {
			t.Errorf("schema %d becomes other keys than a new store has:\n%q\nwant\n%q", version, got, want)
		}
		checkFixture(t, srv)
	}
}

func fixture(version int) string { return fmt.Sprintf("testdata/schema%d.txt", version) }

// fixtureArticle is a short text, so that the fixture stays readable.
func fixtureArticle(n int) *article.Article {
	return &article.Article{
		URL: "https://b.example/1", Headline: fmt.Sprintf("Bridge closed for %d weeks", n), Language: "en", Extractor: "test/1",
		Blocks: []article.Block{{Role: article.Lede, Text: fmt.Sprintf("The old bridge stays closed for %d weeks, the harbour office said.", n)}},
	}
}

// fillFixture makes one of everything: a moved article with revisions past a keyframe, a
// waiting and a dead delivery, a removed watch, a feed, settings, and articles that are
// due one after another.
func fillFixture(t *testing.T, srv *redistest.Server) {
	t.Helper()
	now := fixtureStart
	s := openAt(t, srv, func() time.Time { return now })
	defer closeStore(t, s)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	lease := func(id string) watch.Lease {
		now = now.Add(time.Minute)
		l, err := s.LeaseNow(ctx, id, time.Minute, time.Second)
		must(err)
		return l
	}
	w, _, err := s.AddWatch(ctx, watch.Watch{URL: "https://a.example/1", Destination: here, Alerts: alert.Notes, Schedule: "1h", Ignore: []mute.Rule{{ID: "ticker"}}})
	must(err)
	id, err := s.Move(ctx, lease(w.Article), "https://b.example/1")
	must(err)
	for n := 1; n <= 18; n++ {
		l := lease(id)
		c := revision(l, n)
		c.Revision.Article = fixtureArticle(n)
		c.Changes = []watch.Change{{From: n - 1, To: n, Report: &report.Report{Outcome: report.Changed, Reason: fmt.Sprint(n)}}}
		c.Shows = &mute.Page{Article: id, First: now, Seen: now, Sketch: []uint32{1, 2}, Blocks: []mute.Key{"furniture"}}
		if n < 17 {
			c.Deliveries = nil
		}
		must(s.Commit(ctx, l, c))
	}
	ds := claim(t, s)
	must(s.Bury(ctx, ds[0], "too long"))
	gone, _, err := s.AddWatch(ctx, watch.Watch{URL: "https://c.example/1", Destination: here})
	must(err)
	_, err = s.RemoveWatch(ctx, here.Guild, gone.ID)
	must(err)
	_, err = s.EditSettings(ctx, here.Guild, func(set *alert.Settings) error { set.Zone = "Europe/Berlin"; return nil })
	must(err)
	must(s.Pause(ctx, alert.Destination{Guild: here.Guild, Channel: "x"}, time.Hour, "no permission"))
	_, _, err = s.AddFeed(ctx, watch.Feed{URL: "https://b.example/feed", Destination: here, Match: []string{"bridge"}})
	must(err)
	for _, u := range dueInTurn {
		now = now.Add(time.Second)
		_, _, err = s.AddWatch(ctx, watch.Watch{URL: u, Destination: alert.Destination{Guild: "another", Channel: "7"}})
		must(err)
	}
	lease(article.ID(dueInTurn[0])) // by a bot that died
}

// dueInTurn are articles of other guilds that are due in this order.
var dueInTurn = []string{"https://d.example/1", "https://e.example/1", "https://d.example/2", "https://a.example/9"}

func openAt(t *testing.T, srv *redistest.Server, now func() time.Time) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: srv.URL(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkFixture(t *testing.T, srv *redistest.Server) {
	t.Helper()
	now := fixtureStart.Add(21 * time.Minute)
	s := openAt(t, srv, func() time.Time { return now })
	defer closeStore(t, s)
	ctx := t.Context()
	ws, err := s.Watches(ctx, here.Guild)
	if err != nil || len(ws) != 1 || ws[0].Told != 18 || ws[0].First != 1 || ws[0].Alerts != alert.Notes || ws[0].URL != "https://b.example/1" {
		t.Fatalf("watches %+v, %v", ws, err)
	}
	id := ws[0].Article
	if old, err := s.Resolve(ctx, "https://a.example/1"); err != nil || old != id {
		t.Errorf("alias: %s, %v", old, err)
	}
	for n := 1; n <= 18; n++ {
		if r, err := s.Revision(ctx, id, n); err != nil || r.Number != n || r.Article.Digest() != fixtureArticle(n).Digest() {
			t.Errorf("revision %d: %+v, %v", n, r, err)
		}
	}
	if r, err := s.Change(ctx, id, 16, 17, ""); err != nil || r.Reason != "17" {
		t.Errorf("change: %+v, %v", r, err)
	}
	if vs, err := s.Visits(ctx, id); err != nil || len(vs) != 18 || vs[0].Revision != 18 {
		t.Errorf("visits: %d, %v", len(vs), err)
	}
	h, err := s.Health(ctx, here.Guild)
	if err != nil || h.Queued != 1 || len(h.Dead) != 1 || h.Dead[0].Delivery.Notice.To != 17 || len(h.Routes) != 1 {
		t.Errorf("health: %+v, %v", h, err)
	}
	if ds := claim(t, s); len(ds) != 1 || ds[0].Notice.To != 18 || ds[0].Notice.Report.Reason != "18" {
		t.Errorf("claim: %+v", ds)
	}
	if w, err := s.RestoreWatch(ctx, here.Guild, watch.WatchID(here, article.ID("https://c.example/1"))); err != nil || w.URL != "https://c.example/1" {
		t.Errorf("restore: %+v, %v", w, err)
	}
	if set, err := s.Settings(ctx, here.Guild); err != nil || set.Zone != "Europe/Berlin" {
		t.Errorf("settings: %+v, %v", set, err)
	}
	fl, err := s.LeaseFeeds(ctx, fair.Room{Free: 9}, time.Minute, 0)
	if err != nil || len(fl) != 1 || fl[0].Feed.Match[0] != "bridge" {
		t.Errorf("feed: %+v, %v", fl, err)
	}
	// All that is due is leased, in its order: what was leased comes due when that ends.
	want := []string{"https://c.example/1", dueInTurn[1], dueInTurn[3], dueInTurn[2], dueInTurn[0]}
	var got []string
	for range 7 {
		ls, err := s.Lease(ctx, fair.Room{Free: 1}, time.Hour, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range ls {
			got = append(got, l.State.URL)
		}
		now = now.Add(200 * time.Millisecond)
		if len(got) == 4 {
			now = fixtureStart.Add(22 * time.Minute)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("leased %q, want %q", got, want)
	}
}

// kinds are the kinds of keys that there are.
func kinds(t *testing.T, srv *redistest.Server) (out []string) {
	t.Helper()
	for _, k := range tell(t, srv, "KEYS", "*").([]any) {
		name, rest, _ := strings.Cut(strings.TrimPrefix(k.(string), "er:"), ":")
		if strings.HasPrefix(name, "{s") {
			name, _, _ = strings.Cut(rest, ":")
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dump writes all keys as commands.
func dump(t *testing.T, srv *redistest.Server) string {
	t.Helper()
	var lines []string
	for _, k := range tell(t, srv, "KEYS", "*").([]any) {
		key := k.(string)
		if strings.HasSuffix(key, ":run") {
			continue // another server holds what is restored
		}
		kind := tell(t, srv, "TYPE", key).(string)
		read, write := map[string][]any{
			"string": {"GET", key}, "hash": {"HGETALL", key}, "list": {"LRANGE", key, 0, -1},
			"zset": {"ZRANGE", key, 0, -1, "WITHSCORES"}, "set": {"SMEMBERS", key},
		}[kind], map[string]string{"string": "SET", "hash": "HSET", "list": "RPUSH", "zset": "ZADD", "set": "SADD"}[kind]
		line := write + " " + strconv.QuoteToASCII(key)
		for _, v := range values(tell(t, srv, read...), kind == "zset") {
			line += " " + quoted(v)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// quoted keeps bytes that are no text.
func quoted(v string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\x%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// values are the words of a reply; of a sorted set the score comes first.
func values(v any, scored bool) (out []string) {
	switch v := v.(type) {
	case []any:
		if pair := v; scored && len(pair) == 2 {
			if score, ok := pair[1].(float64); ok {
				return []string{strconv.FormatFloat(score, 'f', -1, 64), fmt.Sprint(pair[0])}
			}
		}
		for _, e := range v {
			out = append(out, values(e, scored)...)
		}
	case map[any]any:
		for k, e := range v {
			out = append(out, fmt.Sprint(k), fmt.Sprint(e))
		}
	default:
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// restore runs the commands of a fixture.
func restore(t *testing.T, srv *redistest.Server, version int) {
	t.Helper()
	f, err := os.Open(fixture(version))
	if err != nil {
		t.Fatalf("every schema needs a fixture (go test -run Migrate -update): %v", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		write, rest, _ := strings.Cut(lines.Text(), " ")
		words := []any{write}
		for rest != "" {
			word, err := strconv.QuotedPrefix(rest)
			if err != nil {
				t.Fatalf("%s: %v in %q", fixture(version), err, rest)
			}
			plain, err := strconv.Unquote(word)
			if err != nil {
				t.Fatal(err)
			}
			words, rest = append(words, plain), strings.TrimPrefix(rest[len(word):], " ")
		}
		tell(t, srv, words...)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestOlderBotBeside: what a bot of schema 1 queues beside newer ones the sweep puts into
// its place.
func TestOlderBotBeside(t *testing.T) {
	srv := redistest.New(t, "--appendonly", "no")
	now := fixtureStart.Add(time.Hour)
	s := openAt(t, srv, func() time.Time { return now })
	defer closeStore(t, s)
	restore(t, srv, 1)
	if ls, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Hour, time.Second); err != nil || len(ls) != 0 {
		t.Fatalf("leased %+v, %v: the test shows nothing", ls, err)
	}
	for range 2 {
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if ls, err := s.Lease(t.Context(), fair.Room{Free: 9}, time.Hour, time.Second); err != nil || len(ls) != 3 { // a host each
		t.Errorf("leased %d, %v", len(ls), err)
	}
	if found := tell(t, srv, "EXISTS", "er:{s09}:hosts", "er:{s54}:hosts"); found != int64(0) {
		t.Errorf("%v of the former queues are left", found)
	}
}
