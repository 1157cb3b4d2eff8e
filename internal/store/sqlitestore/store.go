// Package sqlitestore keeps everything in one local SQLite file: no server, several
// processes at once, nothing acknowledged that a power cut can take back.
//
// It keeps the promises of package storetest and adds none. It refuses files that
// are not its own, that a newer version wrote, or that are damaged, and it decides
// nothing about news. Start reading at [Open], then schema.sql; the methods stand in
// files by the promise they keep: lease.go, commit.go, outbox.go, watches.go.
package sqlitestore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"erratum/internal/store/pack"
)

// Options say where and how to keep things.
type Options struct {
	Path      string        // the data file; it and its directory are created when missing
	KeepPages KeepPages     // which pages to keep beside the texts; default KeepLast
	Undo      time.Duration // how long a removed watch can be restored; default 10 minutes
	Sync      Sync          // default SyncFull
	// Now is the store's clock, default time.Now. Processes that share a file must
	// share the clock; tests set it.
	Now func() time.Time
}

// KeepPages says which of the pages read are kept, compressed.
type KeepPages string

// The choices.
const (
	KeepNone KeepPages = "none"
	KeepLast KeepPages = "last" // of each article the last good one
	KeepAll  KeepPages = "all"  // one for each revision
)

// Sync says what an acknowledged write survives.
type Sync string

// The choices.
const (
	SyncFull   Sync = "full"   // a power cut
	SyncNormal Sync = "normal" // a killed process; a power cut may take the last seconds
)

func (o Options) withDefaults() (Options, error) {
	if o.Path == "" {
		return o, errors.New("sqlitestore: no path of a data file was given")
	}
	switch o.KeepPages {
	case "":
		o.KeepPages = KeepLast
	case KeepNone, KeepLast, KeepAll:
	default:
		return o, fmt.Errorf("sqlitestore: %q is not a way to keep pages: use none, last or all", o.KeepPages)
	}
	switch o.Sync {
	case "":
		o.Sync = SyncFull
	case SyncFull, SyncNormal:
	default:
		return o, fmt.Errorf("sqlitestore: %q is not a way to sync: use full or normal", o.Sync)
	}
	if o.Undo <= 0 {
		o.Undo = 10 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

// Store is an open data file. All methods may be called concurrently.
type Store struct {
	answered atomic.Int64 // when a site answered this process last

	o     Options
	path  string // absolute
	write *writer
	read  *reader
	pack  *pack.Packer
}

// Close ends all work on the file. Leases and claims that are held come due again
// when they end.
func (s *Store) Close() error {
	return errors.Join(s.write.close(), s.read.close())
}

// now is the store's clock in milliseconds.
func (s *Store) now() int64 { return s.o.Now().UnixMilli() }

// at turns stored milliseconds into a time; 0 is never.
func at(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// ms turns a time into stored milliseconds; never is 0.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Bytes is what the stored data takes on disk, without free space.
func (s *Store) Bytes(ctx context.Context) (int64, error) {
	var n int64
	err := s.read.QueryRowContext(ctx, `SELECT (page_count - freelist_count) * page_size
		FROM pragma_page_count, pragma_freelist_count, pragma_page_size`).Scan(&n)
	return n, s.explain("measure", err)
}
