package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"erratum/internal/store/archive"
	"erratum/internal/store/redisstore"
	"erratum/internal/store/sqlitestore"
)

// Moving house: what a store holds goes into a file, and from there into another.

// importing is what the name of a data file ends with until all of an import is in it.
const importing = ".importing"

// Export writes all that is kept into a file. No bot may run meanwhile.
func Export(ctx context.Context, cfg Config, path string, out io.Writer) error {
	var from archive.Source
	closer, err := func() (io.Closer, error) {
		if cfg.RedisURL == "" {
			if _, err := os.Stat(cfg.Data); errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("there is no data file %s to export: name it by ERRATUM_DATA, or a Redis by ERRATUM_REDIS_URL", cfg.Data)
			}
			s, err := sqlitestore.Open(ctx, sqlitestore.Options{Path: cfg.Data})
			from = s
			return s, err
		}
		s, err := redisstore.Open(ctx, redisstore.Options{URL: cfg.RedisURL})
		from = s
		return s, err
	}()
	if err != nil {
		return err
	}
	t, err := archive.Export(ctx, path, from, progress(out, "exported"))
	if err := errors.Join(err, closer.Close()); err != nil {
		return err
	}
	return sayTotals(out, "Exported", t, path)
}

// Import writes what a file holds into an empty store and reads it all back.
func Import(ctx context.Context, cfg Config, path string, out io.Writer) error {
	if cfg.RedisURL != "" {
		replicas, err := cfg.redisReplicas()
		if err != nil {
			return err
		}
		s, err := redisstore.Open(ctx, redisstore.Options{URL: cfg.RedisURL, Replicas: replicas, Import: true})
		if err != nil {
			return err
		}
		t, err := archive.Import(ctx, path, s, progress(out, "imported"))
		if err := errors.Join(err, s.Close()); err != nil {
			return err
		}
		return sayTotals(out, "Imported", t, path)
	}
	return importFile(ctx, cfg, path, out)
}

// importFile fills a file beside the one that the bot opens, and renames it when all is
// in it.
func importFile(ctx context.Context, cfg Config, path string, out io.Writer) error {
	if _, err := os.Stat(cfg.Data); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: an import begins a new file; move that one away, or name another by ERRATUM_DATA", cfg.Data)
	}
	if _, err := archive.Verify(path); err != nil { // before anything is made
		return err
	}
	part := cfg.Data + importing
	s, err := sqlitestore.Open(ctx, sqlitestore.Options{Path: part})
	if err != nil {
		return err
	}
	t, err := archive.Import(ctx, path, s, progress(out, "imported"))
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if _, err := os.Stat(part + "-wal"); err == nil {
		return fmt.Errorf("%s is open elsewhere: end that, then import again", part)
	}
	if err := os.Rename(part, cfg.Data); err != nil {
		return err
	}
	return sayTotals(out, "Imported", t, path)
}

// progress says how far it is, once a while.
func progress(out io.Writer, what string) func(done, of int) {
	last := time.Now()
	return func(done, of int) {
		if time.Since(last) > 2*time.Second {
			last = time.Now()
			fmt.Fprintf(out, "%s %d %%\n", what, 100*done/max(of, 1))
		}
	}
}

func sayTotals(out io.Writer, what string, t archive.Totals, path string) error {
	_, err := fmt.Fprintf(out, "%s %d articles with %d revisions, %d watches, %d feeds and %d waiting alerts (%s, SHA-256 %s).\n",
		what, t.Articles, t.Revisions, t.Watches, t.Feeds, t.Deliveries, path, t.Digest)
	return err
}
