package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// Resolve implements watch.Registry.
func (s *Store) Resolve(ctx context.Context, normalizedURL string) (string, error) {
	id, err := resolve(ctx, s.read, article.ID(normalizedURL))
	return id, s.explain("resolve", err)
}

// resolve follows an alias. Aliases always name the last of a chain.
func resolve(ctx context.Context, q querier, id string) (string, error) {
	var target string
	err := q.QueryRowContext(ctx, `SELECT target FROM aliases WHERE id = ?`, id).Scan(&target)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return id, nil
	case err != nil:
		return "", err
	default:
		return target, nil
	}
}

// Move implements watch.Store.
func (s *Store) Move(ctx context.Context, l watch.Lease, toURL string) (target string, err error) {
	err = s.update(ctx, "move", func(t tx) error {
		named := article.ID(toURL)
		if named == l.Article {
			return fmt.Errorf("article %s can't move to itself", l.Article)
		}
		if target, err = resolve(ctx, t, named); err != nil {
			return err
		}
		now := s.now()
		if is, err := resolve(ctx, t, l.Article); err != nil {
			return err
		} else if is != l.Article && is == target {
			return nil // done before
		}
		if _, _, err := held(ctx, t, l, now); err != nil {
			return err
		}
		if target == l.Article { // back to where it once was: what is left there is older
			target = named
			if err := s.purgeArticle(ctx, t, target); err != nil {
				return err
			}
		}
		return s.move(ctx, t, l.Article, target, toURL, now)
	})
	return target, err
}

func (s *Store) move(ctx context.Context, t tx, from, to, toURL string, now int64) error {
	if err := s.ensureArticle(ctx, t, to, toURL, now); err != nil {
		return err
	}
	var url string
	var last int
	if err := t.QueryRowContext(ctx, `SELECT url, last FROM articles WHERE id = ?`, to).Scan(&url, &last); err != nil {
		return err
	}
	var err error
	if last == 0 {
		err = s.takeOver(ctx, t, from, to, url)
	} else {
		err = s.join(ctx, t, from, to, last)
	}
	if err != nil {
		return err
	}
	if err := s.moveWatches(ctx, t, from, to, now); err != nil {
		return err
	}
	if err := t.run(ctx,
		do(`UPDATE aliases SET target = ? WHERE target = ?`, to, from),
		do(`DELETE FROM aliases WHERE id = ?`, to),
		do(`INSERT OR REPLACE INTO aliases (id, target) VALUES (?, ?)`, from, to),
		do(`UPDATE articles SET lease = 0, token = '' WHERE id = ?`, from),
		do(`UPDATE articles SET due = ? WHERE id = ?`, now, to),
	); err != nil {
		return err
	}
	if err := watchesChanged(ctx, t, from, now); err != nil {
		return err
	}
	return watchesChanged(ctx, t, to, now)
}

// takeOver makes the new article start where the old one stands: its state, log,
// and what the watches and their queues still need of its revisions.
func (s *Store) takeOver(ctx context.Context, t tx, from, to, url string) error {
	st, err := s.state(ctx, t, from)
	if err != nil {
		return err
	}
	deliveries, err := s.waiting(ctx, t, from)
	if err != nil {
		return err
	}
	oldest := st.Last
	for _, d := range deliveries {
		if d.Notice.From > 0 {
			oldest = min(oldest, d.Notice.From)
		}
	}
	var told sql.NullInt64
	if err := t.QueryRowContext(ctx, `SELECT min(told) FROM watches WHERE article = ? AND told > 0`, from).Scan(&told); err != nil {
		return err
	}
	if told.Valid {
		oldest = min(oldest, int(told.Int64))
	}
	shift := max(oldest-1, 0)
	if err := s.copyRevisions(ctx, t, from, to, shift, st.Last); err != nil {
		return err
	}
	for _, d := range deliveries {
		if err := s.renumber(ctx, t, d, to, url, shift); err != nil {
			return err
		}
	}
	if err := s.putState(ctx, t, moved(st, to, url, shift)); err != nil {
		return err
	}
	return t.run(ctx,
		do(`INSERT OR REPLACE INTO visits (article, doc) SELECT ?, doc FROM visits WHERE article = ?`, to, from),
		do(`UPDATE watches SET first = max(first - ?1, 1) WHERE article = ?2 AND first > 0`, shift, from),
		do(`UPDATE watches SET told = max(told - ?, 0), judged = max(judged - ?1, 0) WHERE article = ?`, shift, from),
		// Who watched the new address before its first check hears from now on, or
		// from where its channel was told under the old address.
		do(`UPDATE watches SET (first, told, judged) = (SELECT coalesce(max(o.first), ?1), coalesce(max(o.told), ?1), coalesce(max(o.judged), ?1) FROM watches o
			WHERE o.article = ?2 AND o.guild = watches.guild AND o.channel = watches.channel AND o.removed = 0) WHERE article = ?3`, st.Last-shift, from, to),
	)
}

// copyRevisions gives an article the revisions of another after the first shift
// ones, numbered from 1, with their reports and pages.
func (s *Store) copyRevisions(ctx context.Context, t tx, from, to string, shift, last int) error {
	if last <= shift {
		return nil
	}
	first, err := s.text(ctx, t, from, shift+1)
	if err != nil {
		return err
	}
	key, err := pack.Keyframe(first)
	if err != nil {
		return err
	}
	return t.run(ctx,
		do(`INSERT INTO revisions (article, n, keyframe, hash, meta, body) SELECT ?, 1, 1, hash, meta, ? FROM revisions WHERE article = ? AND n = ?`,
			to, key, from, shift+1),
		do(`INSERT INTO revisions (article, n, keyframe, hash, meta, body) SELECT ?1, n - ?2, keyframe, hash, meta, body FROM revisions WHERE article = ?3 AND n > ?2 + 1`,
			to, shift, from),
		do(`INSERT INTO changes (article, from_n, to_n, choices, doc) SELECT ?1, from_n - ?2, to_n - ?2, choices, doc FROM changes WHERE article = ?3 AND from_n > ?2`,
			to, shift, from),
		do(`INSERT INTO pages (article, n, body) SELECT ?1, n - ?2, body FROM pages WHERE article = ?3 AND n > ?2`, to, shift, from),
	)
}

// moved is the state of an article at its new address. The old server's validators
// say nothing of the new page.
func moved(st watch.State, to, url string, shift int) watch.State {
	from := st.ID
	st.ID, st.URL, st.Validators, st.MovedFrom, st.MoveTold = to, url, article.Validators{}, from, false
	st.Last -= shift
	var open []watch.OpenChange
	for _, o := range st.Open {
		if o.Revision -= shift; o.Revision > 0 {
			o.Noted = max(o.Noted-shift, 0)
			open = append(open, o)
		}
	}
	var past []watch.PastText
	for _, p := range st.Past {
		if p.Revision -= shift; p.Revision > 0 {
			past = append(past, p)
		}
	}
	var crossings []int
	for _, n := range st.Crossings {
		if n > shift+1 { // nothing is left before the first
			crossings = append(crossings, n-shift)
		}
	}
	st.Open, st.Past, st.Crossings = open, past, crossings
	return st
}

// join lets watches follow to an article with a history of its own.
func (s *Store) join(ctx context.Context, t tx, from, to string, last int) error {
	st, err := s.state(ctx, t, to)
	if err != nil {
		return err
	}
	st.MovedFrom, st.MoveTold = from, false
	if err := s.putState(ctx, t, st); err != nil {
		return err
	}
	return t.exec(ctx, `UPDATE watches SET first = ?1, told = ?1, judged = ?1, shown = '' WHERE article = ?2`, last, from)
}

// moveWatches makes the watches of one article those of another. Of two watches of
// one channel the other's stays, a person's where one is, and takes over the queue; a
// removed one gives way.
func (s *Store) moveWatches(ctx context.Context, t tx, from, to string, now int64) error {
	const double = `FROM watches a JOIN watches b ON b.guild = a.guild AND b.channel = a.channel WHERE a.article = ? AND b.article = ?`
	if err := s.purgeWatches(ctx, t, `id IN (SELECT b.id `+double+`)`, from, to); err != nil {
		return err
	}
	if err := s.purgeWatches(ctx, t, `id IN (SELECT a.id `+double+`)`, from, to); err != nil {
		return err
	}
	var pairs [][2]string
	err := each(ctx, t, func(scan func(...any) error) error {
		var p [2]string
		err := scan(&p[0], &p[1])
		pairs = append(pairs, p)
		return err
	}, `SELECT a.id, b.id `+double+` ORDER BY a.id`, from, to)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if err := s.keepForPerson(ctx, t, p[0], p[1]); err != nil {
			return err
		}
		if err := t.run(ctx,
			do(`UPDATE deliveries SET watch = ? WHERE watch = ?`, p[1], p[0]),
			do(`UPDATE dead SET watch = ? WHERE watch = ?`, p[1], p[0]),
			do(`DELETE FROM outbox WHERE watch = ?`, p[0]),
			do(`DELETE FROM watches WHERE id = ?`, p[0]),
		); err != nil {
			return err
		}
		if err := s.queueHead(ctx, t, p[1], now); err != nil {
			return err
		}
	}
	return t.exec(ctx, `UPDATE watches SET article = ? WHERE article = ?`, to, from)
}

// keepForPerson keeps a watch that a feed made for the person whose own gives way to it.
func (s *Store) keepForPerson(ctx context.Context, t tx, gone, stays string) error {
	a, err := s.watches(ctx, t, `w.id = ?`, gone)
	if err != nil {
		return err
	}
	b, err := s.watches(ctx, t, `w.id = ?`, stays)
	if err != nil || len(a) == 0 || len(b) == 0 || a[0].Feed != "" || b[0].Feed == "" {
		return err
	}
	b[0].Feed = ""
	return s.putWatch(ctx, t, b[0])
}

// waiting reads the deliveries and dead letters of an article's watches that speak
// of it. One that can't be read is left as it is; Claim buries it.
func (s *Store) waiting(ctx context.Context, t tx, articleID string) (out []alert.Delivery, err error) {
	err = each(ctx, t, func(scan func(...any) error) error {
		var id string
		var doc []byte
		if err := scan(&id, &doc); err != nil {
			return err
		}
		var d alert.Delivery
		if s.pack.Read(doc, &d) == nil && d.Notice.Subject.Article == articleID {
			d.ID = id
			out = append(out, d)
		}
		return nil
	}, `SELECT id, doc FROM deliveries WHERE watch IN (SELECT id FROM watches WHERE article = ?1)
		UNION ALL SELECT id, doc FROM dead WHERE watch IN (SELECT id FROM watches WHERE article = ?1)`, articleID)
	return out, err
}

// renumber makes a waiting delivery speak of the article at its new address. Its ID
// stays: it may have been sent already.
func (s *Store) renumber(ctx context.Context, t tx, d alert.Delivery, to, url string, shift int) error {
	n := &d.Notice
	n.Subject.Article, n.Subject.URL = to, url
	if n.From > 0 {
		n.From -= shift
	}
	if n.To > 0 {
		n.To -= shift
	}
	doc, err := s.pack.JSON(d)
	if err != nil {
		return err
	}
	return t.run(ctx,
		do(`UPDATE deliveries SET doc = ? WHERE id = ?`, doc, d.ID),
		do(`UPDATE dead SET doc = ? WHERE id = ?`, doc, d.ID),
	)
}
