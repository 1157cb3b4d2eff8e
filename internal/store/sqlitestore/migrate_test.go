package sqlitestore_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

var update = flag.Bool("update", false, "write the fixture of the current schema")

// fixtureStart is the clock of the fixtures.
var fixtureStart = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)

// TestMigrate opens a file of every schema there was: all that it holds must read
// as it did. With -update it writes the fixture of the current schema; fixtures of
// released versions are never written again.
func TestMigrate(t *testing.T) {
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	s, _ := fill(t, fresh, 0)
	closeStore(t, s)
	current, err := strconv.Atoi(raw(t, fresh, "PRAGMA user_version"))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		path := filepath.Join(t.TempDir(), "x.db")
		fillFixture(t, path)
		if err := os.WriteFile(fixture(current), []byte(dump(t, path)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for version := 1; version <= current; version++ {
		statements, err := os.ReadFile(fixture(version))
		if err != nil {
			t.Fatalf("every schema needs a fixture (go test -run Migrate -update): %v", err)
		}
		path := filepath.Join(t.TempDir(), "x.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(statements)); err != nil {
			t.Fatalf("%s: %v", fixture(version), err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		checkFixture(t, path)
		if got, want := tables(t, path), tables(t, fresh); got != want {
			t.Errorf("schema %d becomes another schema than a new file has:\n%s\nwant\n%s", version, got, want)
		}
		if got := raw(t, path, "PRAGMA user_version"); got != strconv.Itoa(current) {
			t.Errorf("schema %d became version %s", version, got)
		}
	}
}

func fixture(version int) string { return fmt.Sprintf("testdata/schema%d.sql", version) }

// fixtureArticle is a short text, so that the fixture stays readable.
func fixtureArticle(n int) *article.Article {
	return &article.Article{
		URL: "https://b.example/1", Headline: fmt.Sprintf("Bridge closed for %d weeks", n), Language: "en", Extractor: "test/1",
		Blocks: []article.Block{{Role: article.Lede, Text: fmt.Sprintf("The old bridge stays closed for %d weeks, the harbour office said.", n)}},
	}
}

// fillFixture makes one of everything: a moved article with revisions past a
// keyframe, a waiting and a dead delivery, a removed watch, a feed, settings.
func fillFixture(t *testing.T, path string) {
	now := fixtureStart
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
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
		c.Page = []byte(fmt.Sprintf("<p>%d weeks</p>", n))
		c.Changes = []watch.Change{{From: n - 1, To: n, Report: &report.Report{Outcome: report.Changed, Reason: fmt.Sprint(n)}}}
		c.Shows = &mute.Page{Article: id, First: now, Seen: now, Sketch: []uint32{1, 2}, Blocks: []mute.Key{"furniture"}}
		if n < 17 {
			c.Deliveries = nil
		}
		must(s.Commit(ctx, l, c))
	}
	ds, err := s.Claim(ctx, fair.Room{Free: 1}, time.Minute, 0)
	must(err)
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
	now = now.Add(time.Minute)
	fl, err := s.LeaseFeeds(ctx, fair.Room{Free: 1}, time.Minute, time.Second)
	must(err)
	must(s.CommitFeed(ctx, fl[0], watch.FeedCommit{Seen: []string{"https://b.example/1"}, Due: now}))
}

func checkFixture(t *testing.T, path string) {
	t.Helper()
	now := fixtureStart.Add(21 * time.Minute)
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: path, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
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
	if p, err := s.Page(ctx, id, 0); err != nil || string(p) != "<p>18 weeks</p>" {
		t.Errorf("page: %q, %v", p, err)
	}
	if vs, err := s.Visits(ctx, id); err != nil || len(vs) != 18 || vs[0].Revision != 18 {
		t.Errorf("visits: %d, %v", len(vs), err)
	}
	h, err := s.Health(ctx, here.Guild)
	if err != nil || h.Queued != 1 || len(h.Dead) != 1 || h.Dead[0].Delivery.Notice.To != 17 || len(h.Routes) != 1 {
		t.Errorf("health: %+v, %v", h, err)
	}
	if ds, err := s.Claim(ctx, fair.Room{Free: 9}, time.Minute, 0); err != nil || len(ds) != 1 || ds[0].Notice.To != 18 || ds[0].Notice.Report.Reason != "18" {
		t.Errorf("claim: %+v, %v", ds, err)
	}
	removed := watch.WatchID(here, article.ID("https://c.example/1"))
	if w, err := s.RestoreWatch(ctx, here.Guild, removed); err != nil || w.URL != "https://c.example/1" {
		t.Errorf("restore: %+v, %v", w, err)
	}
	if set, err := s.Settings(ctx, here.Guild); err != nil || set.Zone != "Europe/Berlin" {
		t.Errorf("settings: %+v, %v", set, err)
	}
	fl, err := s.LeaseFeeds(ctx, fair.Room{Free: 1}, time.Minute, time.Second)
	if err != nil || len(fl) != 1 || !fl[0].Seen["https://b.example/1"] || fl[0].Feed.Match[0] != "bridge" {
		t.Errorf("feed: %+v, %v", fl, err)
	}
}

// tables is the schema of a file as it stands there.
func tables(t *testing.T, path string) string {
	t.Helper()
	return raw(t, path, `SELECT group_concat(sql, ';' || char(10)) FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)`)
}

// dump writes a file as statements.
func dump(t *testing.T, path string) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "PRAGMA application_id = %s;\nPRAGMA user_version = %s;\nBEGIN;\n", raw(t, path, "PRAGMA application_id"), raw(t, path, "PRAGMA user_version"))
	b.WriteString(raw(t, path, `SELECT group_concat(sql, ';' || char(10)) FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name)`) + ";\n")
	for _, table := range strings.Fields(raw(t, path, `SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)`)) {
		columns := raw(t, path, `SELECT group_concat(name, ', ') FROM pragma_table_info('`+table+`')`)
		quoted := "quote(" + strings.ReplaceAll(columns, ", ", ") || ', ' || quote(") + ")"
		b.WriteString(raw(t, path, fmt.Sprintf(`SELECT coalesce(group_concat('INSERT INTO %s (%s) VALUES (' || %s || ');' || char(10), ''), '') FROM %s`, table, columns, quoted, table)))
	}
	b.WriteString("COMMIT;\n")
	return b.String()
}
