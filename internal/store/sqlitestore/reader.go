package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// reader is the pool of connections that read, with their prepared statements.
// Parsing a query costs more than most of them take to run.
type reader struct {
	db    *sql.DB
	mu    sync.Mutex
	stmts map[string]*sql.Stmt
}

func newReader(db *sql.DB) *reader {
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return &reader{db: db, stmts: map[string]*sql.Stmt{}}
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, s := range r.stmts {
		errs = append(errs, s.Close())
	}
	clear(r.stmts)
	return errors.Join(append(errs, r.db.Close())...)
}

// prepared returns the statement of a query, kept until the store is closed.
func (r *reader) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.stmts[query]; ok {
		return s, nil
	}
	s, err := r.db.PrepareContext(context.WithoutCancel(ctx), query)
	if err == nil {
		r.stmts[query] = s
	}
	return s, err
}

// QueryContext implements querier.
func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := r.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext implements querier.
func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := r.prepared(ctx, query)
	if err != nil {
		return r.db.QueryRowContext(ctx, query, args...) // its Scan reports the same error
	}
	return s.QueryRowContext(ctx, args...)
}
