package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/store/archive"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// storySep joins what names a story; it is in no ID.
const storySep = "\x1f"

// Names implements archive.Source.
func (s *Store) Names(ctx context.Context) (out []archive.Name, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var n archive.Name
		err := scan(&n.Kind, &n.ID, &n.Stamp)
		out = append(out, n)
		return err
	}, `SELECT 'article', id, fence || '.' || version || '.' || due FROM articles
		UNION ALL SELECT 'feed', id, fence || '.' || due FROM feeds
		UNION ALL SELECT 'guild', id, '' FROM guilds
		UNION ALL SELECT 'guild', guild, '' FROM routes WHERE guild NOT IN (SELECT id FROM guilds) GROUP BY guild
		UNION ALL SELECT 'story', guild || char(31) || channel || char(31) || edit, '' FROM stories`)
	return out, s.explain("list all", err)
}

// Record implements archive.Source.
func (s *Store) Record(ctx context.Context, n archive.Name) (r archive.Record, err error) {
	r.Name = archive.Name{Kind: n.Kind, ID: n.ID}
	switch n.Kind {
	case "article":
		r.Article, err = s.articleRecord(ctx, n.ID)
	case "feed":
		r.Feed, err = s.feedRecord(ctx, n.ID)
	case "guild":
		r.Guild, err = s.guildRecord(ctx, n.ID)
	case "story":
		r.Story, err = s.storyRecord(ctx, n.ID)
	default:
		err = fmt.Errorf("there is no kind %q", n.Kind)
	}
	return r, s.explain("read "+n.Kind+" "+n.ID, err)
}

func (s *Store) articleRecord(ctx context.Context, id string) (*archive.Article, error) {
	a := new(archive.Article)
	var alias archive.Alias
	err := s.read.QueryRowContext(ctx, `SELECT l.target, a.host FROM aliases l JOIN articles a ON a.id = l.target WHERE l.id = ?`, id).Scan(&alias.ID, &alias.Host)
	switch {
	case err == nil:
		a.Alias = &alias
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	var state []byte
	err = s.read.QueryRowContext(ctx, `SELECT a.host, a.due, a.unwatched, s.doc FROM articles a JOIN states s ON s.article = a.id WHERE a.id = ?`, id).
		Scan(&a.Host, &a.Due, &a.Unwatched, &state)
	if errors.Is(err, sql.ErrNoRows) && a.Alias != nil {
		return a, nil
	} else if err != nil {
		return nil, found(err)
	}
	if a.State, err = s.pack.Unpack(state); err != nil {
		return nil, err
	}
	log, err := s.log(ctx, s.read, id)
	if err != nil {
		return nil, err
	}
	a.Log = string(log)
	return a, errors.Join(s.recordTexts(ctx, id, a), s.recordWatches(ctx, id, a))
}

// recordTexts adds revisions, reports, pages and what the article shows.
func (s *Store) recordTexts(ctx context.Context, id string, a *archive.Article) error {
	err := each(ctx, s.read, func(scan func(...any) error) error {
		var r archive.Revision
		var meta []byte
		if err := scan(&r.N, &meta); err != nil {
			return err
		}
		var err error
		if r.Meta, err = s.pack.Unpack(meta); err != nil {
			return err
		}
		a.Revisions = append(a.Revisions, r)
		return nil
	}, `SELECT n, meta FROM revisions WHERE article = ? ORDER BY n`, id)
	if err != nil {
		return err
	}
	for i := range a.Revisions {
		if a.Revisions[i].Text, err = s.text(ctx, s.read, id, a.Revisions[i].N); err != nil {
			return err
		}
	}
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var c archive.Change
		var doc []byte
		if err := scan(&c.From, &c.To, &c.Choices, &doc); err != nil {
			return err
		}
		var err error
		c.Report, err = s.pack.Unpack(doc)
		a.Changes = append(a.Changes, c)
		return err
	}, `SELECT from_n, to_n, choices, doc FROM changes WHERE article = ?`, id)
	if err != nil {
		return err
	}
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var p archive.Page
		var body []byte
		if err := scan(&p.N, &body); err != nil {
			return err
		}
		var err error
		p.Body, err = s.pack.Unpack(body)
		a.Pages = append(a.Pages, p)
		return err
	}, `SELECT n, body FROM pages WHERE article = ?`, id)
	if err != nil {
		return err
	}
	return each(ctx, s.read, func(scan func(...any) error) error {
		var doc []byte
		if err := scan(&doc); err != nil {
			return err
		}
		var err error
		a.Shows, err = s.pack.Unpack(doc)
		return err
	}, `SELECT doc FROM shown WHERE host = ? AND article = ?`, a.Host, id)
}

// recordWatches adds watches, removed ones too, and their queues.
func (s *Store) recordWatches(ctx context.Context, id string, a *archive.Article) error {
	ws, err := s.watches(ctx, s.read, `w.article = ?`, id)
	if err != nil {
		return err
	}
	for _, w := range ws {
		out := archive.Watch{Watch: w}
		if err := s.read.QueryRowContext(ctx, `SELECT removed FROM watches WHERE id = ?`, w.ID).Scan(&out.Removed); err != nil {
			return err
		}
		a.Watches = append(a.Watches, out)
		q, err := s.queueRecord(ctx, w.ID)
		if err != nil {
			return err
		}
		if q != nil {
			a.Queues = append(a.Queues, *q)
		}
	}
	return nil
}

// queueRecord reads what waits for a watch or feed; nil: nothing does.
func (s *Store) queueRecord(ctx context.Context, id string) (*archive.Queue, error) {
	q := &archive.Queue{ID: id}
	err := s.read.QueryRowContext(ctx, `SELECT due FROM outbox WHERE watch = ?`, id).Scan(&q.At)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	into := func(list *[]archive.Parcel) func(scan func(...any) error) error {
		return func(scan func(...any) error) error {
			var p archive.Parcel
			var doc []byte
			if err := scan(&p.ID, &p.Attempts, &p.Attempted, &p.Reason, &p.At, &doc); err != nil {
				return err
			}
			var err error
			p.Delivery, err = s.pack.Unpack(doc)
			*list = append(*list, p)
			return err
		}
	}
	err = each(ctx, s.read, into(&q.Waiting), `SELECT id, attempts, attempted, reason, 0, doc FROM deliveries WHERE watch = ? ORDER BY seq`, id)
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.read, into(&q.Dead), `SELECT id, attempts, attempted, reason, at, doc FROM dead WHERE watch = ? ORDER BY at, id`, id)
	if err != nil || len(q.Waiting)+len(q.Dead) == 0 {
		return nil, err
	}
	return q, nil
}

func (s *Store) feedRecord(ctx context.Context, id string) (*archive.Feed, error) {
	f := new(archive.Feed)
	var doc, state []byte
	err := s.read.QueryRowContext(ctx, `SELECT due, validators, doc FROM feeds WHERE id = ?`, id).Scan(&f.Due, &state, &doc)
	if err != nil {
		return nil, found(err)
	}
	if f.Doc, err = s.pack.Unpack(doc); err != nil {
		return nil, err
	}
	if f.State, err = s.pack.Unpack(state); err != nil {
		return nil, err
	}
	var is watch.Feed
	if err := json.Unmarshal(f.Doc, &is); err != nil {
		return nil, err
	}
	if !is.Removed.IsZero() {
		f.Due = 0 // it is not polled
	}
	log, err := s.log(ctx, s.read, id)
	if err != nil {
		return nil, err
	}
	f.Log = string(log)
	if f.Seen, err = column(ctx, s.read, `SELECT url FROM seen WHERE feed = ? ORDER BY n`, id); err != nil {
		return nil, err
	}
	f.Queue, err = s.queueRecord(ctx, id)
	return f, err
}

func (s *Store) guildRecord(ctx context.Context, id string) (*archive.Guild, error) {
	g := new(archive.Guild)
	var doc []byte
	err := s.read.QueryRowContext(ctx, `SELECT settings, gone FROM guilds WHERE id = ?`, id).Scan(&doc, &g.Left)
	switch {
	case err == nil:
		g.Listed = true
		if err := s.pack.Read(doc, &g.Settings); err != nil {
			return nil, err
		}
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var r archive.Route
		err := scan(&r.Channel, &r.Until, &r.Reason)
		g.Routes = append(g.Routes, r)
		return err
	}, `SELECT channel, until, reason FROM routes WHERE guild = ? ORDER BY channel`, id)
	return g, err
}

func (s *Store) storyRecord(ctx context.Context, id string) (*archive.Story, error) {
	parts := strings.SplitN(id, storySep, 3)
	if len(parts) != 3 {
		return nil, watch.ErrNotFound
	}
	st := &archive.Story{Guild: parts[0], Channel: parts[1], Edit: parts[2]}
	var doc []byte
	err := s.read.QueryRowContext(ctx, `SELECT at, doc FROM stories WHERE guild = ? AND channel = ? AND edit = ?`, st.Guild, st.Channel, st.Edit).Scan(&st.At, &doc)
	if err != nil {
		return nil, found(err)
	}
	st.Doc, err = s.pack.Unpack(doc)
	return st, err
}

// Begin implements archive.Target. The file is one beside the bot's, which nobody opens.
func (s *Store) Begin(ctx context.Context, digest string) (done int, err error) {
	err = s.update(ctx, "begin an import", func(t tx) error {
		var articles int
		if err := t.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM feeds) + (SELECT count(*) FROM guilds)`).Scan(&articles); err != nil {
			return err
		}
		begun, err := column(ctx, t, `SELECT name FROM sqlite_schema WHERE name = 'importing'`)
		if err != nil {
			return err
		}
		if len(begun) == 0 {
			if articles > 0 {
				return fmt.Errorf("%s holds data already: name a file that is not there", s.path)
			}
			if _, err := s.write.conn.ExecContext(ctx, `CREATE TABLE importing (digest TEXT NOT NULL, done INTEGER NOT NULL) STRICT`); err != nil {
				return err
			}
			return t.exec(ctx, `INSERT INTO importing (digest, done) VALUES (?, 0)`, digest)
		}
		var of string
		if err := t.QueryRowContext(ctx, `SELECT digest, done FROM importing`).Scan(&of, &done); err != nil {
			return err
		}
		if of != digest {
			return fmt.Errorf("%s holds part of another import: finish that one, or delete the file", s.path)
		}
		return nil
	})
	return done, err
}

// Done implements archive.Target.
func (s *Store) Done(ctx context.Context, n int) error {
	return s.update(ctx, "note an import", func(t tx) error { return t.exec(ctx, `UPDATE importing SET done = ?`, n) })
}

// Finish implements archive.Target.
func (s *Store) Finish(ctx context.Context) error {
	return s.update(ctx, "finish an import", func(t tx) error {
		_, err := s.write.conn.ExecContext(ctx, `DROP TABLE importing`)
		return err
	})
}

// Put implements archive.Target.
func (s *Store) Put(ctx context.Context, r archive.Record) error {
	return s.update(ctx, "import", func(t tx) error {
		switch {
		case r.Article != nil:
			return s.putArticleRecord(ctx, t, r.ID, r.Article)
		case r.Feed != nil:
			return s.putFeedRecord(ctx, t, r.ID, r.Feed)
		case r.Guild != nil:
			return s.putGuildRecord(ctx, t, r.ID, r.Guild)
		case r.Story != nil:
			return t.exec(ctx, `INSERT OR REPLACE INTO stories (guild, channel, edit, at, doc) VALUES (?, ?, ?, ?, ?)`,
				r.Story.Guild, r.Story.Channel, r.Story.Edit, r.Story.At, s.pack.Bytes(r.Story.Doc))
		default:
			return fmt.Errorf("there is no kind %q", r.Kind)
		}
	})
}

func (s *Store) putArticleRecord(ctx context.Context, t tx, id string, a *archive.Article) error {
	for _, table := range []string{"deliveries", "dead", "outbox"} {
		if err := t.exec(ctx, `DELETE FROM `+table+` WHERE watch IN (SELECT id FROM watches WHERE article = ?)`, id); err != nil {
			return err
		}
	}
	for _, table := range []string{"states", "visits", "flats", "revisions", "changes", "pages", "shown", "watches"} {
		if err := t.exec(ctx, `DELETE FROM `+table+` WHERE article = ?`, id); err != nil {
			return err
		}
	}
	if err := t.run(ctx, do(`DELETE FROM articles WHERE id = ?`, id), do(`DELETE FROM aliases WHERE id = ?`, id)); err != nil {
		return err
	}
	if a.Alias != nil {
		if err := t.exec(ctx, `INSERT INTO aliases (id, target) VALUES (?, ?)`, id, a.Alias.ID); err != nil {
			return err
		}
	}
	if a.State == nil {
		return nil
	}
	var st watch.State
	if err := json.Unmarshal(a.State, &st); err != nil {
		return err
	}
	if err := t.exec(ctx, `INSERT INTO articles (id, host, url, due, unwatched) VALUES (?, ?, ?, ?, ?)`, id, a.Host, st.URL, a.Due, a.Unwatched); err != nil {
		return err
	}
	if err := s.putState(ctx, t, st); err != nil {
		return err
	}
	// As it was, with what this version may not know of it.
	if err := t.exec(ctx, `UPDATE states SET doc = ? WHERE article = ?`, s.pack.Bytes(a.State), id); err != nil {
		return err
	}
	if err := s.putTexts(ctx, t, id, a); err != nil {
		return err
	}
	for _, w := range a.Watches {
		if err := s.putWatch(ctx, t, w.Watch); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE watches SET removed = ? WHERE id = ?`, w.Removed, w.ID); err != nil {
			return err
		}
	}
	for _, q := range a.Queues {
		for _, w := range a.Watches {
			if w.ID == q.ID {
				if err := s.putQueueRecord(ctx, t, q, w.Destination.Guild); err != nil {
					return err
				}
			}
		}
	}
	return watchesChanged(ctx, t, id, a.Unwatched)
}

func (s *Store) putTexts(ctx context.Context, t tx, id string, a *archive.Article) error {
	if a.Log != "" {
		if err := t.exec(ctx, `INSERT INTO visits (article, doc) VALUES (?, ?)`, id, s.pack.Bytes([]byte(a.Log))); err != nil {
			return err
		}
	}
	var old []byte
	for i, r := range a.Revisions {
		isKey := (r.N-1)%pack.KeyframeEvery == 0 || i == 0 || a.Revisions[i-1].N != r.N-1
		var body []byte
		var err error
		if isKey {
			body, err = pack.Keyframe(r.Text)
		} else {
			body, err = pack.Delta(old, r.Text)
		}
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO revisions (article, n, keyframe, hash, meta, body) VALUES (?, ?, ?, ?, ?, ?)`,
			id, r.N, isKey, int64(xxhash.Sum64(r.Text)), s.pack.Bytes(r.Meta), body); err != nil {
			return err
		}
		old = r.Text
	}
	for _, c := range a.Changes {
		if err := t.exec(ctx, `INSERT INTO changes (article, from_n, to_n, choices, doc) VALUES (?, ?, ?, ?, ?)`, id, c.From, c.To, c.Choices, s.pack.Bytes(c.Report)); err != nil {
			return err
		}
	}
	for _, p := range a.Pages {
		if err := t.exec(ctx, `INSERT INTO pages (article, n, body) VALUES (?, ?, ?)`, id, p.N, s.pack.Bytes(p.Body)); err != nil {
			return err
		}
	}
	if a.Shows == nil {
		return nil
	}
	var page mute.Page
	if err := json.Unmarshal(a.Shows, &page); err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO shown (host, article, seen, doc) VALUES (?, ?, ?, ?)`, a.Host, id, ms(page.Seen), s.pack.Bytes(a.Shows))
}

// putQueueRecord writes what waits for a watch or feed. Nobody sends it before the
// claims have ended that were held when it was read.
func (s *Store) putQueueRecord(ctx context.Context, t tx, q archive.Queue, guild string) error {
	for _, p := range q.Waiting {
		if err := t.exec(ctx, `INSERT OR REPLACE INTO deliveries (id, watch, attempts, attempted, reason, doc) VALUES (?, ?, ?, ?, ?, ?)`,
			p.ID, q.ID, p.Attempts, p.Attempted, p.Reason, s.pack.Bytes(p.Delivery)); err != nil {
			return err
		}
	}
	for _, p := range q.Dead {
		if err := t.exec(ctx, `INSERT OR REPLACE INTO dead (id, watch, guild, at, reason, attempts, attempted, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			p.ID, q.ID, guild, p.At, p.Reason, p.Attempts, p.Attempted, s.pack.Bytes(p.Delivery)); err != nil {
			return err
		}
	}
	return s.queueHead(ctx, t, q.ID, q.At)
}

func (s *Store) putFeedRecord(ctx context.Context, t tx, id string, f *archive.Feed) error {
	if err := purgeFeed(ctx, t, id); err != nil {
		return err
	}
	var is watch.Feed
	if err := json.Unmarshal(f.Doc, &is); err != nil {
		return err
	}
	due, host := f.Due, article.Host(is.URL)
	if !is.Removed.IsZero() {
		due = s.now() + never.Milliseconds()
	}
	if err := t.exec(ctx, `INSERT INTO feeds (id, guild, host, created, due, validators, doc) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		id, is.Destination.Guild, host, ms(is.Created), due, s.pack.Bytes(f.State), s.pack.Bytes(f.Doc)); err != nil {
		return err
	}
	if f.Log != "" {
		if err := t.exec(ctx, `INSERT INTO visits (article, doc) VALUES (?, ?)`, id, s.pack.Bytes([]byte(f.Log))); err != nil {
			return err
		}
	}
	for _, u := range f.Seen {
		if err := t.exec(ctx, `INSERT INTO seen (feed, url) VALUES (?, ?)`, id, u); err != nil {
			return err
		}
	}
	if f.Queue != nil {
		if err := s.putQueueRecord(ctx, t, *f.Queue, is.Destination.Guild); err != nil {
			return err
		}
	}
	return feeds.refresh(ctx, t, is.Destination.Guild, host)
}

func (s *Store) putGuildRecord(ctx context.Context, t tx, id string, g *archive.Guild) error {
	doc, err := s.pack.JSON(g.Settings)
	if err != nil {
		return err
	}
	if g.Listed || g.Left > 0 {
		if err := t.exec(ctx, `INSERT OR REPLACE INTO guilds (id, settings, gone) VALUES (?, ?, ?)`, id, doc, g.Left); err != nil {
			return err
		}
	}
	for _, r := range g.Routes {
		if err := t.run(ctx,
			do(`INSERT OR REPLACE INTO routes (guild, channel, until, reason) VALUES (?, ?, ?, ?)`, id, r.Channel, r.Until, r.Reason),
			do(`UPDATE outbox SET at = max(due, ?) WHERE guild = ? AND channel = ?`, r.Until, id, r.Channel),
		); err != nil {
			return err
		}
	}
	return nil
}

var _ archive.Target = (*Store)(nil)
