package sqlitestore

import (
	"context"

	"erratum/internal/watch"
)

// Weaknesses implements command.Keeping.
func (s *Store) Weaknesses(context.Context) (out []watch.Weakness, err error) {
	if s.o.Sync != SyncFull {
		out = append(out, watch.Weakness{Where: s.path, Text: "The data file is not forced to disk at each write: a power cut may lose the last seconds of watches and alerts; open it with full sync."})
	}
	if name := remote(s.path); name != "" {
		out = append(out, watch.Weakness{Where: s.path, Text: "The data file is on a network file system (" + name + "), which may damage it: move it to a disk of this machine and set ERRATUM_DATA."})
	}
	return out, nil
}
