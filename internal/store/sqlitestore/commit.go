package sqlitestore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"erratum/internal/alert"
	"erratum/internal/mute"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// keptVisits bounds an article's decision log.
const keptVisits = 50

// Commit implements watch.Store.
func (s *Store) Commit(ctx context.Context, l watch.Lease, c watch.Commit) error {
	return s.update(ctx, "commit", func(t tx) error {
		now := s.now()
		host, guild, err := held(ctx, t, l, now)
		if err != nil {
			return err
		}
		if err := s.checkCommit(ctx, t, l, c); err != nil {
			return err
		}
		if err := s.writeText(ctx, t, l.Article, c); err != nil {
			return err
		}
		if err := writeTold(ctx, t, l.Article, c); err != nil {
			return err
		}
		if err := s.enqueue(ctx, t, now, c.Deliveries); err != nil {
			return err
		}
		if err := s.addVisit(ctx, t, l.Article, c.Visit); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE articles SET due = ?, lease = 0, token = '' WHERE id = ?`, ms(c.Due), l.Article); err != nil {
			return err
		}
		if shared(l, guild) {
			err = place(ctx, t, l.Article, now)
		} else {
			err = articles.refresh(ctx, t, guild, host)
		}
		if err != nil || c.HostAfter.IsZero() {
			return err
		}
		return articles.asked(ctx, t, guild, ms(c.HostAfter), host)
	})
}

// shared reports whether others than a guild watch an article.
func shared(l watch.Lease, guild string) bool {
	return slices.ContainsFunc(l.Watches, func(w watch.Watch) bool { return w.Destination.Guild != guild })
}

// checkCommit refuses a commit that was decided on other watches, or that could not
// follow from what is stored.
func (s *Store) checkCommit(ctx context.Context, t tx, l watch.Lease, c watch.Commit) error {
	var version int64
	var last int
	if err := t.QueryRowContext(ctx, `SELECT version, last FROM articles WHERE id = ?`, l.Article).Scan(&version, &last); err != nil {
		return err
	}
	want := last
	if c.Revision != nil {
		want++
	}
	switch {
	case version != l.Version:
		return watch.ErrWatchesChanged
	case c.State.ID != l.Article:
		return fmt.Errorf("the state of %s can't be that of %s", l.Article, c.State.ID)
	case c.State.Last != want:
		return fmt.Errorf("article %s has %d revisions, the state says %d", l.Article, want, c.State.Last)
	case c.Revision != nil && c.Revision.Number != want:
		return fmt.Errorf("revision %d of %s does not follow %d", c.Revision.Number, l.Article, last)
	case c.Due.IsZero():
		return fmt.Errorf("the commit of %s does not say when to check next", l.Article)
	case c.Revision != nil && c.Revision.Article == nil:
		return fmt.Errorf("revision %d of %s has no text", c.Revision.Number, l.Article)
	}
	for _, d := range c.Deliveries {
		if !slices.ContainsFunc(l.Watches, func(w watch.Watch) bool { return w.ID == d.Watch }) {
			return fmt.Errorf("watch %s of delivery %s does not watch %s", d.Watch, d.ID, l.Article)
		}
	}
	return nil
}

// writeText writes what everyone shares: revision, page, changes, state.
func (s *Store) writeText(ctx context.Context, t tx, articleID string, c watch.Commit) error {
	if c.Revision != nil {
		if err := s.addRevision(ctx, t, articleID, *c.Revision); err != nil {
			return err
		}
	}
	if err := s.keepPage(ctx, t, articleID, c); err != nil {
		return err
	}
	for _, ch := range c.Changes {
		doc, err := s.pack.JSON(ch.Report)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO changes (article, from_n, to_n, choices, doc) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			articleID, ch.From, ch.To, ch.Choices, doc); err != nil {
			return err
		}
	}
	if err := s.putShown(ctx, t, articleID, c.Shows); err != nil {
		return err
	}
	return s.putState(ctx, t, c.State)
}

// putShown remembers what an article shows, and of its host's articles those that were
// looked at last.
func (s *Store) putShown(ctx context.Context, t tx, articleID string, p *mute.Page) error {
	if p == nil {
		return nil
	}
	doc, err := s.pack.JSON(p)
	if err != nil {
		return err
	}
	return t.run(ctx,
		do(`INSERT INTO shown (host, article, seen, doc) SELECT host, id, ?, ? FROM articles WHERE id = ?
			ON CONFLICT DO UPDATE SET seen = excluded.seen, doc = excluded.doc`, ms(p.Seen), doc, articleID),
		do(`DELETE FROM shown WHERE host = (SELECT host FROM articles WHERE id = ?1) AND (seen < ?2 OR article NOT IN
			(SELECT s.article FROM shown s WHERE s.host = shown.host ORDER BY s.seen DESC, s.article LIMIT ?3))`,
			articleID, ms(p.Seen.Add(-mute.ForgetFor)), mute.MaxPages),
	)
}

// keepPage keeps the page as the options say. A page without a revision says what
// the newest revision says.
func (s *Store) keepPage(ctx context.Context, t tx, articleID string, c watch.Commit) error {
	if c.Page == nil || s.o.KeepPages == KeepNone {
		return nil
	}
	if s.o.KeepPages == KeepLast {
		if err := t.exec(ctx, `DELETE FROM pages WHERE article = ?`, articleID); err != nil {
			return err
		}
	}
	return t.exec(ctx, `INSERT INTO pages (article, n, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		articleID, c.State.Last, s.pack.Bytes(c.Page))
}

// putState writes an article's state and what queries need of it.
func (s *Store) putState(ctx context.Context, t tx, st watch.State) error {
	doc, err := s.pack.JSON(st)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `INSERT INTO states (article, doc) VALUES (?, ?) ON CONFLICT (article) DO UPDATE SET doc = excluded.doc`, st.ID, doc); err != nil {
		return err
	}
	var trouble int64
	switch {
	case st.Trouble != nil:
		trouble = max(ms(st.Trouble.Since), 1)
	case st.Gone != nil:
		trouble = max(ms(st.Gone.Since), 1)
	}
	if err := putFlat(ctx, t, st); err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE articles SET title = ?, last = ?, trouble = ? WHERE id = ?`, st.Title, st.Last, trouble, st.ID)
}

// putFlat writes down whether an article was read without its layout, and why.
func putFlat(ctx context.Context, t tx, st watch.State) error {
	if st.Flat == "" {
		return t.exec(ctx, `DELETE FROM flats WHERE article = ?`, st.ID)
	}
	return t.exec(ctx, `INSERT INTO flats (article, reason) VALUES (?, ?) ON CONFLICT (article) DO UPDATE SET reason = excluded.reason`, st.ID, st.Flat)
}

// writeTold writes how far each watch was told and judged, in a fixed order.
func writeTold(ctx context.Context, t tx, articleID string, c watch.Commit) error {
	if c.Revision != nil {
		if err := t.exec(ctx, `UPDATE watches SET first = ? WHERE article = ? AND first = 0`, c.Revision.Number, articleID); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Told)) {
		if err := t.one(ctx, `UPDATE watches SET told = ?, judged = max(judged, ?1), shown = '' WHERE id = ? AND article = ? AND removed = 0`,
			c.Told[id], id, articleID); err != nil {
			return fmt.Errorf("told watch %s: %w", id, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.Judged)) {
		if err := t.one(ctx, `UPDATE watches SET judged = ? WHERE id = ? AND article = ? AND removed = 0`, c.Judged[id], id, articleID); err != nil {
			return fmt.Errorf("judged for watch %s: %w", id, err)
		}
	}
	return nil
}

// one runs a statement that must change exactly one row.
func (t tx) one(ctx context.Context, query string, args ...any) error {
	res, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil {
		return err
	} else if n != 1 {
		return watch.ErrNotFound
	}
	return nil
}

// addVisit appends to an article's or feed's log.
func (s *Store) addVisit(ctx context.Context, t tx, id string, v watch.Visit) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	log, err := s.log(ctx, t, id)
	if err != nil {
		return err
	}
	log = pack.Lines(append(append(slices.Clip(log), line...), '\n'), keptVisits)
	return t.exec(ctx, `INSERT INTO visits (article, doc) VALUES (?, ?) ON CONFLICT (article) DO UPDATE SET doc = excluded.doc`, id, s.pack.Bytes(log))
}

// enqueue puts deliveries behind those of the same watch.
func (s *Store) enqueue(ctx context.Context, t tx, now int64, ds []alert.Delivery) error {
	for _, d := range ds {
		if d.Created.IsZero() {
			d.Created = at(now)
		}
		doc, err := s.pack.JSON(d)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `INSERT INTO deliveries (id, watch, doc) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, d.ID, d.Watch, doc); err != nil {
			return err
		}
		if err := s.queueHead(ctx, t, d.Watch, now); err != nil {
			return err
		}
	}
	return nil
}
