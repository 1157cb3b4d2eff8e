package sqlitestore_test

import (
	"strings"
	"testing"

	"erratum/internal/store/sqlitestore"
)

// TestWeaknesses: a file that is not forced to disk is told of, one that is, on a local disk,
// is not.
func TestWeaknesses(t *testing.T) {
	for sync, want := range map[sqlitestore.Sync]string{"": "", sqlitestore.SyncNormal: "a power cut may lose the last seconds"} {
		s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: t.TempDir() + "/x.db", Sync: sync})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Weaknesses(t.Context())
		closeStore(t, s)
		if err != nil || (len(got) == 1) != (want != "") || len(got) == 1 && !strings.Contains(got[0].Text, want) {
			t.Errorf("synced %q: %q, %v", sync, got, err)
		}
	}
}
