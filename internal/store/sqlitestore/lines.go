package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"

	"erratum/internal/fair"
)

// kind is what lines lead to. A line is what one guild has at one host; the front of a
// guild is the first of its lines. So it costs no more to find what is due of a guild
// that has little beside one that has very much, and hosts that must wait are never
// passed over.
type kind struct {
	name  string
	table string
}

var (
	articles = kind{"a", "articles"}
	feeds    = kind{"f", "feeds"}
)

// refresh brings the line of a guild to a host up to date with what the guild has there.
func (k kind) refresh(ctx context.Context, t tx, guild, host string) error {
	if err := t.putOrDelete(ctx,
		do(`INSERT INTO lines (kind, guild, host, turn)
			SELECT ?1, ?2, ?3, max(min(queue), coalesce((SELECT allowed FROM hosts WHERE host = ?3), 0))
			FROM `+k.table+` WHERE guild = ?2 AND host = ?3 AND queue IS NOT NULL HAVING min(queue) IS NOT NULL
			ON CONFLICT DO UPDATE SET turn = excluded.turn`, k.name, guild, host),
		do(`DELETE FROM lines WHERE kind = ? AND guild = ? AND host = ?`, k.name, guild, host),
	); err != nil {
		return err
	}
	return refreshFront(ctx, t, k.name, guild)
}

// refreshFront says when the first of a guild's lines has its turn.
func refreshFront(ctx context.Context, t tx, kind, guild string) error {
	return t.putOrDelete(ctx,
		do(`INSERT INTO fronts (kind, guild, turn)
			SELECT ?1, ?2, min(turn) FROM lines WHERE kind = ?1 AND guild = ?2 HAVING min(turn) IS NOT NULL
			ON CONFLICT DO UPDATE SET turn = excluded.turn`, kind, guild),
		do(`DELETE FROM fronts WHERE kind = ? AND guild = ?`, kind, guild),
	)
}

// putOrDelete runs put, and drop when put had nothing to put.
func (t tx) putOrDelete(ctx context.Context, put, drop step) error {
	res, err := t.ExecContext(ctx, put.query, put.args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return t.exec(ctx, drop.query, drop.args...)
}

// asked is for hosts that are asked for a guild, after what it asks for was leased: all
// keep from them until a time. Then whoever waits longest comes first, those that have
// something due meanwhile behind who waits already, and this guild last.
func (k kind) asked(ctx context.Context, t tx, guild string, until int64, hosts ...string) error {
	list, err := json.Marshal(hosts)
	if err != nil {
		return err
	}
	if err := t.exec(ctx, `INSERT INTO hosts (host, allowed) SELECT value, ? FROM json_each(?) WHERE true
		ON CONFLICT DO UPDATE SET allowed = max(allowed, excluded.allowed)`, until, list); err != nil {
		return err
	}
	put := map[string][]string{} // guilds by kind
	if err := each(ctx, t, func(scan func(...any) error) error {
		var kind, guild string
		err := scan(&kind, &guild)
		put[kind] = append(put[kind], guild)
		return err
	}, `UPDATE lines SET turn = CASE WHEN r.own THEN max(r.turn, (SELECT min(queue) FROM `+k.table+` w
			WHERE w.guild = ?3 AND w.host = lines.host AND w.queue IS NOT NULL)) ELSE r.turn END
		FROM (SELECT kind, guild, host, kind = ?2 AND guild = ?3 AS own,
				?1 + row_number() OVER (PARTITION BY host ORDER BY kind = ?2 AND guild = ?3, turn) - 1 AS turn
			FROM lines WHERE host IN (SELECT value FROM json_each(?4)) AND (turn <= ?1 OR kind = ?2 AND guild = ?3)) r
		WHERE lines.kind = r.kind AND lines.guild = r.guild AND lines.host = r.host RETURNING lines.kind, lines.guild`, until, k.name, guild, list); err != nil {
		return err
	}
	for kind, guilds := range put {
		if list, err = json.Marshal(guilds); err != nil {
			return err
		}
		if err := t.exec(ctx, `UPDATE fronts SET turn = (SELECT min(turn) FROM lines l WHERE l.kind = fronts.kind AND l.guild = fronts.guild)
			WHERE kind = ? AND guild IN (SELECT value FROM json_each(?))`, kind, list); err != nil {
			return err
		}
	}
	return nil
}

// due is what a guild has at a host whose turn has come.
type due struct{ host, id string }

// idle reports, without taking the write lock, that nothing has its turn.
func (k kind) idle(ctx context.Context, s *Store) (bool, error) {
	return s.idle(ctx, `SELECT 1 FROM fronts WHERE kind = '`+k.name+`' AND turn <= ? LIMIT 1`)
}

// share finds what is due, as guilds share the room, and has it taken, guild by guild.
func (k kind) share(ctx context.Context, t tx, now int64, room fair.Room, take func(guild string, ds []due) error) error {
	room = room.Clone()
	for more := true; more; {
		more = false
		waiting, err := k.waiting(ctx, t, now, room.Width())
		if err != nil {
			return err
		}
		for _, p := range room.Share(waiting) {
			ds, err := k.first(ctx, t, now, p)
			if err != nil {
				return err
			}
			if len(ds) == 0 {
				continue
			}
			if err := take(p.Guild, ds); err != nil {
				return err
			}
			for range ds {
				room.Enter(p.Guild)
			}
			more = true
		}
	}
	return nil
}

// waiting lists the guilds that wait longest.
func (k kind) waiting(ctx context.Context, t tx, now int64, n int) (out []fair.Waiting, err error) {
	err = each(ctx, t, func(scan func(...any) error) error {
		var w fair.Waiting
		err := scan(&w.Guild, &w.Since)
		out = append(out, w)
		return err
	}, `SELECT guild, turn FROM fronts WHERE kind = ? AND turn <= ? ORDER BY turn, guild LIMIT ?`, k.name, now, n)
	return out, err
}

// first reads what is due first of a guild, one of each host. A line with nothing due
// at the front can't be, but would hold up everyone: it is put right.
func (k kind) first(ctx context.Context, t tx, now int64, p fair.Portion) (ds []due, err error) {
	var idle []string
	if err := each(ctx, t, func(scan func(...any) error) error {
		var host string
		var id sql.NullString
		err := scan(&host, &id)
		if id.Valid {
			ds = append(ds, due{host, id.String})
		} else {
			idle = append(idle, host)
		}
		return err
	}, `SELECT l.host, (SELECT w.id FROM `+k.table+` w WHERE w.guild = l.guild AND w.host = l.host AND w.queue <= ?1 ORDER BY w.queue, w.id LIMIT 1)
		FROM lines l WHERE l.kind = ?2 AND l.guild = ?3 AND l.turn <= ?1 ORDER BY l.turn, l.host LIMIT ?4`, now, k.name, p.Guild, p.N); err != nil {
		return nil, err
	}
	for _, host := range idle {
		if err := k.refresh(ctx, t, p.Guild, host); err != nil {
			return nil, err
		}
	}
	return ds, nil
}

// place puts an article into the line of one of the guilds that want it checked: it
// stays in the one that it is in, unless that guild is behind with its work.
func place(ctx context.Context, t tx, articleID string, now int64) error {
	var host, was, guild string
	err := t.QueryRowContext(ctx, `SELECT a.host, a.guild, coalesce((SELECT w.guild FROM watches w
			LEFT JOIN fronts f ON f.kind = 'a' AND f.guild = w.guild
			WHERE w.article = a.id AND w.removed = 0 AND w.paused = 0
			ORDER BY w.guild = a.guild AND coalesce(f.turn > ?2, 1) DESC, f.turn IS NULL DESC, f.turn DESC, w.guild LIMIT 1), '')
		FROM articles a WHERE a.id = ?1`, articleID, now).Scan(&host, &was, &guild)
	if err != nil {
		return err
	}
	if was != guild {
		if err := t.exec(ctx, `UPDATE articles SET guild = ? WHERE id = ?`, guild, articleID); err != nil {
			return err
		}
		if was != "" {
			if err := articles.refresh(ctx, t, was, host); err != nil {
				return err
			}
		}
	}
	if guild == "" {
		return nil
	}
	return articles.refresh(ctx, t, guild, host)
}
