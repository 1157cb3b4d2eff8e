package redistest

import (
	"strings"
	"testing"
)

// TestTakenPort: a server that finds its port taken is not taken for the one that
// answers there.
func TestTakenPort(t *testing.T) {
	first := New(t)
	for range 5 {
		s := &Server{Port: first.Port, dir: t.TempDir()}
		if err := s.Run(); err == nil {
			_ = s.Stop()
			t.Fatal("it is said to run on a port that another server has")
		} else if !strings.Contains(err.Error(), "Address already in use") {
			t.Fatal(err)
		}
	}
}
