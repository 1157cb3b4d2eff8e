package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"erratum/internal/article"
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
