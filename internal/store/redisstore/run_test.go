package redisstore_test

import (
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
)

// TestRestartedServerIsDoubted: what was made before the server became another is
// claimed as doubtful, by every store that knows it; what is made after is not.
func TestRestartedServerIsDoubted(t *testing.T) {
	srv := redistest.New(t)
	s := openReal(t, srv.URL(), "r:")
	old := addStory(t, s, "https://old.example/1")
	revise(t, s, old, 1)
	d := claimOne(t, s)
	if d.Doubtful {
		t.Error("a delivery is doubted although the server was never another")
	}
	if err := s.Retry(t.Context(), d, 0, "again"); err != nil {
		t.Fatal(err)
	}
	if err := srv.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := srv.Run(); err != nil {
		t.Fatal(err)
	}
	d = claimOne(t, s)
	if !d.Doubtful {
		t.Error("a delivery from before the restart is not doubted")
	}
	if err := s.Retry(t.Context(), d, 0, "again"); err != nil {
		t.Fatal(err)
	}
	late := openReal(t, srv.URL(), "r:") // opened after the change was noted
	d = claimOne(t, late)
	if !d.Doubtful {
		t.Error("a store that came later does not know of the restart")
	}
	if err := late.Ack(t.Context(), d, "m"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Millisecond) // the store's clock counts milliseconds
	fresh := addStory(t, s, "https://fresh.example/1")
	revise(t, s, fresh, 1)
	if d := claimOne(t, s); d.Doubtful {
		t.Error("a delivery from after the restart is doubted")
	}
}

// claimOne claims the one delivery that waits.
func claimOne(t *testing.T, s *redisstore.Store) alert.Delivery {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		ds, err := s.Claim(t.Context(), fair.Room{Free: 4}, time.Minute, 0)
		if err == nil && len(ds) == 1 {
			return ds[0]
		}
	}
	t.Fatal("nothing waits")
	return alert.Delivery{}
}
