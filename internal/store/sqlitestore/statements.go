package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// querier is what reading needs: the pool of readers or an open transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// statements runs queries by prepared statements, each kept until close: parsing a
// query costs more than most of them take to run.
type statements struct {
	on interface {
		PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	mu   sync.Mutex
	kept map[string]*sql.Stmt
}

// get returns the statement of a query. Whoever waits for it may give up; the
// statement is for those who come later, too.
func (s *statements) get(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.kept[query]; ok {
		return st, nil
	}
	st, err := s.on.PrepareContext(context.WithoutCancel(ctx), query) //nolint:sqlclosecheck // kept, closed by close
	if err != nil {
		return nil, err
	}
	if s.kept == nil {
		s.kept = map[string]*sql.Stmt{}
	}
	s.kept[query] = st
	return st, nil
}

func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, st := range s.kept {
		errs = append(errs, st.Close())
	}
	clear(s.kept)
	return errors.Join(errs...)
}

// ExecContext runs a statement that returns nothing.
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := s.get(ctx, query) //nolint:sqlclosecheck // kept, closed by close
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// QueryContext implements querier.
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.get(ctx, query) //nolint:sqlclosecheck // kept, closed by close
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// QueryRowContext implements querier.
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := s.get(ctx, query) //nolint:sqlclosecheck // kept, closed by close
	if err != nil {
		return s.on.QueryRowContext(ctx, query, args...) // its Scan reports the same error
	}
	return st.QueryRowContext(ctx, args...)
}

// reader is the pool of connections that read.
type reader struct {
	statements
	db *sql.DB
}

func newReader(db *sql.DB) *reader {
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	return &reader{statements: statements{on: db}, db: db}
}

func (r *reader) close() error { return errors.Join(r.statements.close(), r.db.Close()) }
