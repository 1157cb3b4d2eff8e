package sqlitestore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"erratum/internal/mute"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// State implements command.History.
func (s *Store) State(ctx context.Context, articleID string) (watch.State, error) {
	st, err := s.state(ctx, s.read, articleID)
	return st, s.explain("read state", err)
}

func (s *Store) state(ctx context.Context, q querier, articleID string) (st watch.State, err error) {
	var doc []byte
	if err := q.QueryRowContext(ctx, `SELECT doc FROM states WHERE article = ?`, articleID).Scan(&doc); err != nil {
		return st, found(err)
	}
	if err := s.pack.Read(doc, &st); err != nil {
		return st, fmt.Errorf("state of article %s: %w", articleID, err)
	}
	return st, nil
}

// Due implements command.History.
func (s *Store) Due(ctx context.Context, articleID string) (time.Time, error) {
	var due int64
	err := s.read.QueryRowContext(ctx, `SELECT due FROM articles WHERE id = ?`, articleID).Scan(&due)
	return at(due), s.explain("read due time", found(err))
}

// Change implements command.History.
func (s *Store) Change(ctx context.Context, articleID string, from, to int, choices string) (*report.Report, error) {
	r, err := s.change(ctx, s.read, articleID, from, to, choices)
	return r, s.explain("read change", err)
}

func (s *Store) change(ctx context.Context, q querier, articleID string, from, to int, choices string) (*report.Report, error) {
	var doc []byte
	err := q.QueryRowContext(ctx, `SELECT doc FROM changes WHERE article = ? AND from_n = ? AND to_n = ? AND choices = ?`, articleID, from, to, choices).Scan(&doc)
	if err != nil {
		return nil, found(err)
	}
	r := new(report.Report)
	if err := s.pack.Read(doc, r); err != nil {
		return nil, fmt.Errorf("change %d to %d of article %s: %w", from, to, articleID, err)
	}
	return r, nil
}

// Neighbours implements watch.Neighbourhood.
func (s *Store) Neighbours(ctx context.Context, articleID string) (out []mute.Page, err error) {
	err = each(ctx, s.read, func(scan func(...any) error) error {
		var doc []byte
		var p mute.Page
		if err := scan(&doc); err != nil {
			return err
		}
		if err := s.pack.Read(doc, &p); err != nil {
			return fmt.Errorf("what an article of the host of %s shows: %w", articleID, err)
		}
		out = append(out, p)
		return nil
	}, `SELECT doc FROM shown WHERE host = (SELECT host FROM articles WHERE id = ?) AND seen >= ? ORDER BY seen DESC, article LIMIT ?`,
		articleID, s.now()-mute.ForgetFor.Milliseconds(), mute.MaxPages)
	return out, s.explain("read neighbours", err)
}

// Visits implements command.History.
func (s *Store) Visits(ctx context.Context, articleID string) ([]watch.Visit, error) {
	log, err := s.log(ctx, s.read, articleID)
	if err != nil {
		return nil, s.explain("read log", err)
	}
	var out []watch.Visit
	for line := range bytes.Lines(log) {
		var v watch.Visit
		if err := json.Unmarshal(line, &v); err != nil {
			return nil, s.explain("read log", fmt.Errorf("article %s: %w", articleID, err))
		}
		out = append(out, v)
	}
	slices.Reverse(out)
	return out, nil
}

// log reads the JSON lines of a decision log; none is empty.
func (s *Store) log(ctx context.Context, q querier, id string) ([]byte, error) {
	var doc []byte
	err := q.QueryRowContext(ctx, `SELECT doc FROM visits WHERE article = ?`, id).Scan(&doc)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return s.pack.Unpack(doc)
}

// Page implements watch.Pages.
func (s *Store) Page(ctx context.Context, articleID string, n int) ([]byte, error) {
	var body []byte
	err := s.read.QueryRowContext(ctx, `SELECT body FROM pages WHERE article = ?1 AND (n = ?2 OR ?2 = 0) ORDER BY n DESC LIMIT 1`, articleID, n).Scan(&body)
	if err != nil {
		return nil, s.explain("read page", found(err))
	}
	page, err := s.pack.Unpack(body)
	return page, s.explain("read page", err)
}
