package sqlitestore

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// schemaVersion is what this program reads and writes.
const schemaVersion = 10

// applicationID marks our files: "Erra" in ASCII.
const applicationID = 0x45727261

//go:embed schema.sql
var schema string

// migrations brings a file from version i+1 to i+2.
func migrations() []string {
	return []string{
		`CREATE TABLE stories (
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  edit    TEXT NOT NULL,
  at      INTEGER NOT NULL,
  doc     BLOB NOT NULL,
  PRIMARY KEY (guild, channel, edit)
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_at ON stories (at);`,
		`ALTER TABLE changes RENAME TO former;
CREATE TABLE changes (
  article TEXT NOT NULL,
  from_n  INTEGER NOT NULL,
  to_n    INTEGER NOT NULL,
  choices TEXT NOT NULL DEFAULT '',
  doc     BLOB NOT NULL,
  PRIMARY KEY (article, from_n, to_n, choices)
) STRICT;
INSERT INTO changes (article, from_n, to_n, doc) SELECT article, from_n, to_n, doc FROM former;
DROP TABLE former;`,
		`CREATE TABLE shown (
  host    TEXT NOT NULL,
  article TEXT NOT NULL,
  seen    INTEGER NOT NULL,
  doc     BLOB NOT NULL,
  PRIMARY KEY (host, article)
) STRICT, WITHOUT ROWID;`,
		`CREATE TABLE flats (article TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT;`,
		`CREATE TABLE sessions (
  name   TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;`,
		`CREATE TABLE turns (
  guild    TEXT NOT NULL,
  delivery TEXT NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (guild, delivery)
) STRICT, WITHOUT ROWID;
CREATE INDEX turns_at ON turns (guild, at);`,
		`CREATE TABLE lanes (
  guild   TEXT NOT NULL,
  channel TEXT NOT NULL,
  until   INTEGER NOT NULL,
  token   TEXT NOT NULL,
  PRIMARY KEY (guild, channel)
) STRICT, WITHOUT ROWID;`,
		`ALTER TABLE hosts RENAME TO former_hosts;
CREATE TABLE hosts (
  host    TEXT PRIMARY KEY,
  allowed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO hosts (host, allowed) SELECT host, allowed FROM former_hosts WHERE allowed > 0;
DROP TABLE former_hosts;
ALTER TABLE articles RENAME TO former;
CREATE TABLE articles (
  id        TEXT PRIMARY KEY,
  host      TEXT NOT NULL,
  guild     TEXT NOT NULL DEFAULT '',
  url       TEXT NOT NULL,
  title     TEXT NOT NULL DEFAULT '',
  due       INTEGER NOT NULL,
  lease     INTEGER NOT NULL DEFAULT 0,
  token     TEXT NOT NULL DEFAULT '',
  fence     INTEGER NOT NULL DEFAULT 0,
  version   INTEGER NOT NULL DEFAULT 0,
  active    INTEGER NOT NULL DEFAULT 0,
  last      INTEGER NOT NULL DEFAULT 0,
  trouble   INTEGER NOT NULL DEFAULT 0,
  unwatched INTEGER NOT NULL DEFAULT 0,
  queue     INTEGER GENERATED ALWAYS AS
            (CASE WHEN active = 0 THEN NULL WHEN lease > 0 THEN lease ELSE due END) VIRTUAL
) STRICT, WITHOUT ROWID;
INSERT INTO articles (id, host, guild, url, title, due, lease, token, fence, version, active, last, trouble, unwatched)
  SELECT id, host, coalesce((SELECT min(guild) FROM watches w WHERE w.article = former.id AND w.removed = 0 AND w.paused = 0), ''),
    url, title, due, lease, token, fence, version, active, last, trouble, unwatched FROM former;
DROP TABLE former;
CREATE INDEX articles_queue ON articles (guild, host, queue) WHERE queue IS NOT NULL;
CREATE INDEX articles_unwatched ON articles (unwatched) WHERE unwatched > 0;
DROP INDEX feeds_queue;
CREATE INDEX feeds_queue ON feeds (guild, host, queue);
CREATE TABLE lines (
  kind  TEXT NOT NULL,
  guild TEXT NOT NULL,
  host  TEXT NOT NULL,
  turn  INTEGER NOT NULL,
  PRIMARY KEY (kind, guild, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_turn ON lines (kind, guild, turn);
CREATE INDEX lines_host ON lines (host);
CREATE TABLE fronts (
  kind  TEXT NOT NULL,
  guild TEXT NOT NULL,
  turn  INTEGER NOT NULL,
  PRIMARY KEY (kind, guild)
) STRICT, WITHOUT ROWID;
CREATE INDEX fronts_turn ON fronts (kind, turn);
INSERT INTO lines (kind, guild, host, turn) SELECT 'a', a.guild, a.host, max(min(a.queue), coalesce(h.allowed, 0))
  FROM articles a LEFT JOIN hosts h ON h.host = a.host WHERE a.queue IS NOT NULL GROUP BY a.guild, a.host;
INSERT INTO lines (kind, guild, host, turn) SELECT 'f', f.guild, f.host, max(min(f.queue), coalesce(h.allowed, 0))
  FROM feeds f LEFT JOIN hosts h ON h.host = f.host GROUP BY f.guild, f.host;
INSERT INTO fronts (kind, guild, turn) SELECT kind, guild, min(turn) FROM lines GROUP BY kind, guild;`,
		`CREATE INDEX outbox_guild ON outbox (guild, at);`,
	}
}

// Open opens the data file, creating it when there is none. It refuses, naming the
// file and what to do, whatever is not a sound data file that it can write.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("sqlitestore: open %s: %w", o.Path, err)
	}
	if err := ensure(ctx, path); err != nil {
		return nil, err
	}
	s := &Store{o: o, path: path}
	if s.pack, err = pack.New(); err != nil {
		return nil, fmt.Errorf("sqlitestore: %w", err)
	}
	if err := s.connect(ctx); err != nil {
		return nil, s.explain("open", err)
	}
	if err := s.check(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// connect opens the writer and the readers.
func (s *Store) connect(ctx context.Context) error {
	// SQLite's own waiting for a lock can't be interrupted: for the writer it is short
	// and patiently repeats it. Readers wait only while a dead writer's work is undone.
	db, err := sql.Open("sqlite", dsn(s.path, "busy_timeout(250)", "synchronous("+string(s.o.Sync)+")", "cache_size(-16000)", "journal_size_limit(67108864)"))
	if err != nil {
		return err
	}
	if s.write, err = newWriter(ctx, db); err != nil {
		return errors.Join(err, db.Close())
	}
	if db, err = sql.Open("sqlite", dsn(s.path, "query_only(1)", "busy_timeout(5000)")); err != nil {
		return errors.Join(err, s.write.close())
	}
	s.read = newReader(db)
	return nil
}

// dsn names a file to the driver.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"trusted_schema(0)"}, pragmas...)}
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// ensure creates the file when there is none. It is made elsewhere and linked into
// its place, so that an empty file is never ours: whoever finds one has lost data.
// The file itself is not opened here: closing it would drop SQLite's locks on it
// (https://www.sqlite.org/howtocorrupt.html, 2.2).
func ensure(ctx context.Context, path string) error {
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("sqlitestore: %s is a directory: name a file in it", path)
	case err == nil && info.Size() == 0:
		return fmt.Errorf("sqlitestore: the data file %s is empty: restore a backup, or delete it to begin anew", path)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("sqlitestore: open data file: %w", err)
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		if _, err := os.Stat(path); err != nil { // no other process has just created it
			return fmt.Errorf("sqlitestore: %s is missing but its newest part %s-wal is there: put the data file back beside it, or delete that too to begin anew", path, path)
		}
		return nil
	}
	if err := create(ctx, path); err != nil {
		return fmt.Errorf("sqlitestore: create data file: %w", err)
	}
	return nil
}

func create(ctx context.Context, path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".erratum-new-*")
	if err != nil {
		return err
	}
	temp := f.Name()
	defer func() { _ = os.Remove(temp) }() // gone already when it was renamed
	if err := f.Close(); err != nil {
		return err
	}
	if err := build(ctx, temp); err != nil {
		return err
	}
	err = os.Link(temp, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		// No hard links here. Two first starts at the same moment would race.
		err = os.Rename(temp, path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// build writes an empty store and syncs it once, at the end.
func build(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(path, "synchronous(off)"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf("PRAGMA journal_mode = WAL; BEGIN; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
		schema, applicationID, schemaVersion))
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes a new name durable, where directories can be synced at all.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // Windows and some network file systems can't
	return d.Close()
}

// check refuses what is not a sound store of ours, and brings older ones up to date.
func (s *Store) check(ctx context.Context) error {
	var id, version int
	var mode string
	err := patiently(ctx, func() error {
		return s.write.conn.QueryRowContext(ctx, `SELECT application_id, user_version, journal_mode
			FROM pragma_application_id, pragma_user_version, pragma_journal_mode`).Scan(&id, &version, &mode)
	})
	switch {
	case err != nil:
		return s.explain("open", err)
	case id != applicationID || version < 1:
		return fmt.Errorf("sqlitestore: %s belongs to another program: name another data file", s.path)
	case version > schemaVersion:
		return fmt.Errorf("sqlitestore: %s was written by a newer Erratum (schema %d, this one knows up to %d): run that version, or restore an older backup", s.path, version, schemaVersion)
	}
	if mode != "wal" {
		if err := patiently(ctx, func() error { _, err := s.write.conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); return err }); err != nil {
			return s.explain("open", err)
		}
	}
	if err := s.update(ctx, "migrate", func(t tx) error { return s.migrate(ctx, t) }); err != nil {
		return err
	}
	return s.explain("open", s.quickCheck(ctx))
}

// migrate brings the schema up to date. It runs under the write lock, which is how a
// file that can't be written is found, so the version is read again: another process
// may have been quicker.
func (s *Store) migrate(ctx context.Context, t tx) error {
	var version int
	if err := t.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version >= schemaVersion {
		return nil
	}
	for _, step := range migrations()[version-1:] {
		if _, err := s.write.conn.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("from schema %d: %w", version, err)
		}
		version++
	}
	_, err := s.write.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version))
	return err
}

// quickCheck looks for damage, for a second at most: large files are not read whole
// at each start.
func (s *Store) quickCheck(ctx context.Context) error {
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var found string
	err := s.read.QueryRowContext(short, "PRAGMA quick_check(1)").Scan(&found)
	switch {
	case err != nil && short.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case found != "ok":
		return s.damaged(errors.New(found))
	default:
		return nil
	}
}

func (s *Store) damaged(err error) error {
	return fmt.Errorf("the data file %s is damaged (%w): restore a backup, or move it away to begin anew", s.path, err)
}

// explain wraps an error once with the operation, and says of the file's troubles
// what a person can do.
func (s *Store) explain(op string, err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			err = s.damaged(err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
			err = fmt.Errorf("the data file %s can't be written: let this user write it and its directory (%w)", s.path, err)
		case sqlite3.SQLITE_FULL:
			err = watch.Away(fmt.Errorf("the disk of the data file %s is full: make room (%w)", s.path, err))
		case sqlite3.SQLITE_IOERR:
			err = watch.Away(fmt.Errorf("the disk of the data file %s fails (%w)", s.path, err))
		}
	}
	if err == nil {
		return nil
	}
	return fmt.Errorf("sqlitestore: %s: %w", op, err)
}
