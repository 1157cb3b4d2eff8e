package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"erratum/internal/article"
	"erratum/internal/store/pack"
	"erratum/internal/watch"
)

// addRevision stores the revision that follows the newest one.
func (s *Store) addRevision(ctx context.Context, t tx, articleID string, r article.Revision) error {
	text, err := json.Marshal(r.Article)
	if err != nil {
		return err
	}
	isKey := (r.Number-1)%pack.KeyframeEvery == 0
	var body []byte
	if isKey {
		body, err = pack.Keyframe(text)
	} else {
		var old []byte
		if old, err = s.text(ctx, t, articleID, r.Number-1); err != nil {
			return err
		}
		body, err = pack.Delta(old, text)
	}
	if err != nil {
		return fmt.Errorf("compress revision %d: %w", r.Number, err)
	}
	n := r.Number
	r.Article, r.Number = nil, 0 // they stand in the row
	meta, err := s.pack.JSON(r)
	if err != nil {
		return err
	}
	return t.exec(ctx, `INSERT INTO revisions (article, n, keyframe, hash, meta, body) VALUES (?, ?, ?, ?, ?, ?)`,
		articleID, n, isKey, int64(xxhash.Sum64(text)), meta, body)
}

// text reads the JSON of a revision's article from its keyframe on.
func (s *Store) text(ctx context.Context, q querier, articleID string, n int) (text []byte, err error) {
	rows, err := q.QueryContext(ctx, `SELECT n, keyframe, hash, body FROM revisions WHERE article = ?1 AND n <= ?2
		AND n >= (SELECT max(n) FROM revisions WHERE article = ?1 AND n <= ?2 AND keyframe = 1) ORDER BY n`, articleID, n)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	last := 0
	for rows.Next() {
		var key bool
		var hash int64
		var body []byte
		if err := rows.Scan(&last, &key, &hash, &body); err != nil {
			return nil, err
		}
		if key {
			text = nil
		}
		if text, err = pack.Undelta(text, body); err == nil && xxhash.Sum64(text) != uint64(hash) {
			err = errors.New("its hash does not match")
		}
		if err != nil {
			return nil, fmt.Errorf("the stored text of article %s, revision %d is damaged: %w", articleID, last, err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if last == 0 || last != n {
		return nil, watch.ErrNotFound
	}
	return text, nil
}

// Revision implements watch.Store and command.History.
func (s *Store) Revision(ctx context.Context, articleID string, n int) (article.Revision, error) {
	r, err := s.revision(ctx, s.read, articleID, n)
	return r, s.explain("read revision", err)
}

func (s *Store) revision(ctx context.Context, q querier, articleID string, n int) (r article.Revision, err error) {
	var meta []byte
	err = q.QueryRowContext(ctx, `SELECT meta FROM revisions WHERE article = ? AND n = ?`, articleID, n).Scan(&meta)
	if err != nil {
		return r, found(err)
	}
	if err := s.pack.Read(meta, &r); err != nil {
		return r, fmt.Errorf("article %s, revision %d: %w", articleID, n, err)
	}
	text, err := s.text(ctx, q, articleID, n)
	if err != nil {
		return r, err
	}
	r.Number, r.Article = n, new(article.Article)
	return r, json.Unmarshal(text, r.Article)
}

// Revisions implements command.History.
func (s *Store) Revisions(ctx context.Context, articleID string, from, to int) ([]article.Revision, error) {
	var out []article.Revision
	err := each(ctx, s.read, func(scan func(...any) error) error {
		var n int
		var meta []byte
		if err := scan(&n, &meta); err != nil {
			return err
		}
		var r article.Revision
		if err := s.pack.Read(meta, &r); err != nil {
			return fmt.Errorf("article %s, revision %d: %w", articleID, n, err)
		}
		r.Number = n
		out = append(out, r)
		return nil
	}, `SELECT n, meta FROM revisions WHERE article = ? AND n BETWEEN ? AND ? ORDER BY n`, articleID, from, to)
	return out, s.explain("list revisions", err)
}

// each calls row for every row of a query.
func each(ctx context.Context, q querier, row func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// found turns "no rows" into the contract's word for it.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return watch.ErrNotFound
	}
	return err
}
