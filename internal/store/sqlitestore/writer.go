package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// writer is the one connection that writes, with its prepared statements. SQLite
// lets one writer in at a time; queueing for it here costs less than SQLITE_BUSY.
type writer struct {
	db     *sql.DB
	turn   chan struct{} // holds one token: whoever takes it may use the connection
	closed chan struct{}
	conn   *sql.Conn
	stmts  statements
}

// errClosed is the answer to work on a closed store.
var errClosed = errors.New("the store is closed")

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, turn: make(chan struct{}, 1), closed: make(chan struct{}), conn: conn, stmts: statements{on: conn}}
	w.turn <- struct{}{}
	return w, nil
}

// close waits for the writing that is going on. The token is not given back.
func (w *writer) close() error {
	select {
	case <-w.turn:
		close(w.closed)
	case <-w.closed:
		return nil
	}
	return errors.Join(w.stmts.close(), w.conn.Close(), w.db.Close())
}

// tx is a transaction that holds SQLite's write lock from its beginning.
type tx struct{ *statements }

// exec runs a statement that returns nothing.
func (t tx) exec(ctx context.Context, query string, args ...any) error {
	_, err := t.ExecContext(ctx, query, args...)
	return err
}

// step is a statement with its arguments.
type step struct {
	query string
	args  []any
}

// do makes a step.
func do(query string, args ...any) step { return step{query, args} }

// run runs statements that return nothing, until one fails.
func (t tx) run(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := t.exec(ctx, s.query, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// update runs work in a transaction: all of it is written, or nothing. It may run
// more than once, when another process keeps the file locked.
func (s *Store) update(ctx context.Context, op string, work func(tx) error) error {
	select {
	case <-s.write.turn:
	case <-s.write.closed:
		return s.explain(op, errClosed)
	case <-ctx.Done():
		return s.explain(op, ctx.Err())
	}
	defer func() { s.write.turn <- struct{}{} }()
	return s.explain(op, patiently(ctx, func() error { return s.write.once(ctx, work) }))
}

// once runs work in one transaction. A COMMIT is not interrupted: its outcome must
// be known.
func (w *writer) once(ctx context.Context, work func(tx) error) (err error) {
	committed := false
	defer func() {
		if !committed {
			// There may be nothing to roll back: SQLite ends some failed transactions
			// by itself, and a BEGIN that was interrupted may have begun or not.
			_, _ = w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := work(tx{&w.stmts}); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err = w.conn.ExecContext(context.WithoutCancel(ctx), "COMMIT")
	committed = err == nil
	return err
}

// busyFor is how long a locked file is waited for. SQLite's waiting is not fair among
// processes, so this is much longer than any of them needs.
const busyFor = 30 * time.Second

// patiently repeats work while another process keeps the file locked.
func patiently(ctx context.Context, work func() error) error {
	end := time.Now().Add(busyFor)
	for {
		err := work()
		if !isBusy(err) || time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func isBusy(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return true
	default:
		return false
	}
}
