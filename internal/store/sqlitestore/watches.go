package sqlitestore

import (
	"context"
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/watch"
)

// watches reads watches with title and address of their articles; where is a
// condition on w.
func (s *Store) watches(ctx context.Context, q querier, where string, args ...any) (out []watch.Watch, err error) {
	err = each(ctx, q, func(scan func(...any) error) error {
		var w watch.Watch
		var doc []byte
		var id, art, guild, channel, title, url, shown, message string
		var paused bool
		var muted int64
		var first, told, judged int
		if err := scan(&id, &art, &guild, &channel, &title, &url, &paused, &muted, &first, &told, &judged, &shown, &message, &doc); err != nil {
			return err
		}
		if err := s.pack.Read(doc, &w); err != nil {
			return fmt.Errorf("watch %s: %w", id, err)
		}
		w.ID, w.Article, w.URL, w.Destination.Guild, w.Destination.Channel = id, art, url, guild, channel
		if title != "" {
			w.Title = title
		}
		w.Paused, w.MutedUntil, w.First, w.Told, w.Judged, w.Shown, w.LastMessage = paused, at(muted), first, told, judged, shown, message
		out = append(out, w)
		return nil
	}, `SELECT w.id, w.article, w.guild, w.channel, a.title, a.url, w.paused, w.muted, w.first, w.told, w.judged, w.shown, w.last_message, w.doc
		FROM watches w JOIN articles a ON a.id = w.article WHERE `+where, args...)
	return out, err
}

// one reads the watch that a guild may name.
func (s *Store) one(ctx context.Context, q querier, guild, id string) (watch.Watch, error) {
	ws, err := s.watches(ctx, q, `w.removed = 0 AND w.guild = ? AND w.id = ?`, guild, id)
	switch {
	case err != nil:
		return watch.Watch{}, err
	case len(ws) == 0:
		return watch.Watch{}, watch.ErrNotFound
	default:
		return ws[0], nil
	}
}

// putWatch writes a watch. What has a column is not repeated in the document.
func (s *Store) putWatch(ctx context.Context, t tx, w watch.Watch) error {
	rest := w
	rest.ID, rest.Article, rest.URL, rest.Destination.Guild, rest.Destination.Channel = "", "", "", "", ""
	rest.Paused, rest.MutedUntil, rest.First, rest.Told, rest.Judged, rest.Shown, rest.LastMessage = false, time.Time{}, 0, 0, 0, "", ""
	doc, err := s.pack.JSON(rest)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO watches (id, guild, channel, article, created, paused, muted, first, told, judged, shown, last_message, doc)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, paused = excluded.paused, muted = excluded.muted, first = excluded.first, told = excluded.told,
		judged = excluded.judged, shown = excluded.shown, last_message = excluded.last_message, doc = excluded.doc`, w.ID, w.Destination.Guild, w.Destination.Channel, w.Article, ms(w.Created),
		w.Paused, ms(w.MutedUntil), w.First, w.Told, w.Judged, w.Shown, w.LastMessage, doc)
}

// watchesChanged brings an article up to date after one of its watches changed: the
// version of the set, whether anyone wants checks, since when nobody watches.
func watchesChanged(ctx context.Context, t tx, articleID string, now int64) error {
	if err := t.one(ctx, `UPDATE articles SET version = version + 1,
		active = (SELECT count(*) FROM watches WHERE article = ?1 AND removed = 0 AND paused = 0),
		unwatched = CASE WHEN EXISTS (SELECT 1 FROM watches WHERE article = ?1 AND removed = 0) THEN 0 WHEN unwatched > 0 THEN unwatched ELSE ?2 END
		WHERE id = ?1`, articleID, now); err != nil {
		return err
	}
	return place(ctx, t, articleID, now)
}

// AddWatch implements watch.Registry.
func (s *Store) AddWatch(ctx context.Context, w watch.Watch) (stored watch.Watch, created bool, err error) {
	err = s.update(ctx, "add watch", func(t tx) error {
		now := s.now()
		id, err := resolve(ctx, t, article.ID(w.URL))
		if err != nil {
			return err
		}
		there, err := s.watches(ctx, t, `w.article = ? AND w.guild = ? AND w.channel = ? AND w.removed = 0`, id, w.Destination.Guild, w.Destination.Channel)
		if err != nil {
			return err
		}
		switch created = len(there) == 0; {
		case created:
			stored, err = s.newWatch(ctx, t, w, id, now)
		case w.Feed != "":
			stored = there[0]
			return nil
		default:
			stored = there[0]
			stored.Alerts, stored.Schedule, stored.Mention, stored.Thread, stored.Feed = w.Alerts, w.Schedule, w.Mention, w.Thread, ""
			err = s.putWatch(ctx, t, stored)
		}
		if err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE articles SET due = min(due, ?) WHERE id = ?`, now, id); err != nil {
			return err
		}
		return watchesChanged(ctx, t, id, now)
	})
	return stored, created, err
}

// newWatch stores a watch of an article that the channel does not watch, and the
// article when it is new.
func (s *Store) newWatch(ctx context.Context, t tx, w watch.Watch, articleID string, now int64) (watch.Watch, error) {
	w.Article = articleID
	if w.Created.IsZero() {
		w.Created = at(now)
	}
	if err := s.ensureArticle(ctx, t, articleID, w.URL, now); err != nil {
		return w, err
	}
	var title string
	err := t.QueryRowContext(ctx, `SELECT url, title, last FROM articles WHERE id = ?`, articleID).Scan(&w.URL, &title, &w.First)
	if err != nil {
		return w, err
	}
	if title != "" {
		w.Title = title
	}
	w.Told, w.Judged, w.LastMessage = w.First, w.First, ""
	// A removed watch of the same place can't come back any more.
	if err := s.purgeWatches(ctx, t, `article = ? AND guild = ? AND channel = ?`, articleID, w.Destination.Guild, w.Destination.Channel); err != nil {
		return w, err
	}
	w.ID = watch.NewWatchID(w.Destination, articleID, func(id string) (taken bool) {
		if err == nil {
			err = t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM watches WHERE id = ?)`, id).Scan(&taken)
		}
		return taken
	})
	if err != nil {
		return w, err
	}
	return w, s.putWatch(ctx, t, w)
}

// ensureArticle creates an article that is not there.
func (s *Store) ensureArticle(ctx context.Context, t tx, id, url string, now int64) error {
	res, err := t.ExecContext(ctx, `INSERT INTO articles (id, host, url, due) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, id, article.Host(url), url, now)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.putState(ctx, t, watch.State{ID: id, URL: url})
}

// Watches implements command.Watches.
func (s *Store) Watches(ctx context.Context, guild string) ([]watch.Watch, error) {
	ws, err := s.watches(ctx, s.read, `w.removed = 0 AND w.guild = ? ORDER BY w.created, w.id`, guild)
	return ws, s.explain("list watches", err)
}

// Titles implements command.Titles.
func (s *Store) Titles(ctx context.Context, guild string) (out []watch.Title, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var t watch.Title
		err := scan(&t.Watch, &t.Article, &t.Title, &t.URL)
		out = append(out, t)
		return err
	}, `SELECT w.id, a.id, a.title, a.url FROM watches w JOIN articles a ON a.id = w.article
		WHERE w.removed = 0 AND w.guild = ? ORDER BY w.created, w.id`, guild)
	return out, s.explain("list titles", err)
}

// Watch implements command.Watches.
func (s *Store) Watch(ctx context.Context, guild, id string) (watch.Watch, error) {
	w, err := s.one(ctx, s.read, guild, id)
	return w, s.explain("read watch", err)
}

// EditWatch implements command.Watches.
func (s *Store) EditWatch(ctx context.Context, guild, id string, due time.Time, edit func(*watch.Watch) error) (out watch.Watch, err error) {
	err = s.update(ctx, "edit watch", func(t tx) error {
		old, err := s.one(ctx, t, guild, id)
		if err != nil {
			return err
		}
		out = old
		if err := edit(&out); err != nil {
			return err
		}
		to := out.Destination
		out.ID, out.Article, out.URL, out.Title, out.Destination, out.Created, out.First =
			old.ID, old.Article, old.URL, old.Title, old.Destination, old.Created, old.First
		if to.Guild == guild && to.Channel != old.Destination.Channel {
			if err := s.depart(ctx, t, out, to); err != nil {
				return err
			}
			out.Destination, out.LastMessage = to, ""
		}
		if err := s.putWatch(ctx, t, out); err != nil {
			return err
		}
		if out.Destination != old.Destination {
			if err := s.requeue(ctx, t, id, s.now()); err != nil {
				return err
			}
		}
		if !due.IsZero() {
			if err := t.exec(ctx, `UPDATE articles SET due = min(due, ?) WHERE id = ?`, ms(due), out.Article); err != nil {
				return err
			}
		}
		return watchesChanged(ctx, t, out.Article, s.now())
	})
	if err != nil {
		return watch.Watch{}, err
	}
	return out, nil
}

// depart sees that a watch may go to another channel.
func (s *Store) depart(ctx context.Context, t tx, w watch.Watch, to alert.Destination) error {
	var there, sending bool
	if err := t.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM watches WHERE article = ?1 AND guild = ?2 AND channel = ?3 AND removed = 0),
		EXISTS (SELECT 1 FROM deliveries WHERE watch = ?4 AND token != '' AND claimed > ?5)`, w.Article, to.Guild, to.Channel, w.ID, s.now()).Scan(&there, &sending); err != nil {
		return err
	}
	switch {
	case there:
		return watch.ErrThere
	case sending:
		return watch.ErrBusy // it would be shown in both
	default: // a removed watch of the same place can't come back any more
		return s.purgeWatches(ctx, t, `article = ? AND guild = ? AND channel = ?`, w.Article, to.Guild, to.Channel)
	}
}

// RemoveWatch implements command.Watches. The queue stays, out of reach of Claim,
// until the watch can't be restored any more.
func (s *Store) RemoveWatch(ctx context.Context, guild, id string) (out watch.Watch, err error) {
	err = s.update(ctx, "remove watch", func(t tx) error {
		if out, err = s.one(ctx, t, guild, id); err != nil {
			return err
		}
		now := s.now()
		if err := t.run(ctx,
			do(`UPDATE watches SET removed = ? WHERE id = ?`, now, id),
			do(`UPDATE deliveries SET token = '', claimed = 0 WHERE watch = ?`, id),
			do(`DELETE FROM outbox WHERE watch = ?`, id),
		); err != nil {
			return err
		}
		return watchesChanged(ctx, t, out.Article, now)
	})
	return out, err
}

// RestoreWatch implements command.Watches.
func (s *Store) RestoreWatch(ctx context.Context, guild, id string) (out watch.Watch, err error) {
	err = s.update(ctx, "restore watch", func(t tx) error {
		now := s.now()
		res, err := t.ExecContext(ctx, `UPDATE watches SET removed = 0 WHERE guild = ? AND id = ? AND removed > ?`, guild, id, now-s.o.Undo.Milliseconds())
		if err != nil {
			return err
		}
		if out, err = s.one(ctx, t, guild, id); err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if err := s.queueHead(ctx, t, id, now); err != nil {
			return err
		}
		return watchesChanged(ctx, t, out.Article, now)
	})
	return out, err
}

// purgeWatches deletes removed watches for good, with all that waits for them.
func (s *Store) purgeWatches(ctx context.Context, t tx, where string, args ...any) error {
	for _, q := range []string{
		`DELETE FROM deliveries WHERE watch IN (SELECT id FROM watches WHERE removed > 0 AND (` + where + `))`,
		`DELETE FROM dead WHERE watch IN (SELECT id FROM watches WHERE removed > 0 AND (` + where + `))`,
		`DELETE FROM watches WHERE removed > 0 AND (` + where + `)`,
	} {
		if err := t.exec(ctx, q, args...); err != nil {
			return err
		}
	}
	return nil
}
