package sqlitestore_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"erratum/internal/store/sqlitestore"
	"erratum/internal/store/storetest"
)

func open(t *testing.T, o storetest.Options) storetest.Store {
	t.Helper()
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{
		Path: filepath.Join(o.Dir, "erratum.db"), Now: o.Now, KeepPages: sqlitestore.KeepPages(o.KeepPages), Undo: o.Undo,
		Sync: sqlitestore.SyncNormal, // a test's data survives what the test does to it
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStore(t *testing.T) { storetest.Run(t, open) }

func TestModel(t *testing.T) { storetest.RunModel(t, open) }

// TestNeighbours is large where tests may take long.
func TestNeighbours(t *testing.T) {
	n, alerts := storetest.Neighbour{Hosts: 250, PerHost: 4, For: 20 * time.Minute}, 1000
	if os.Getenv("ERRATUM_LONG") != "" {
		n, alerts = storetest.Neighbour{Hosts: 5000, PerHost: 18, For: 90 * time.Minute}, 10_000
	}
	storetest.RunNeighbours(t, open, n)
	storetest.RunAlerts(t, open, alerts)
}
