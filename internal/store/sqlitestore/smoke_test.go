package sqlitestore_test

import (
	"path/filepath"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/store/sqlitestore"
	"erratum/internal/watch"
)

func TestMainPath(t *testing.T) {
	s, err := sqlitestore.Open(t.Context(), sqlitestore.Options{Path: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w, created, err := s.AddWatch(t.Context(), watch.Watch{URL: "https://a.example/1", Destination: alert.Destination{Guild: "g", Channel: "c"}})
	if err != nil || !created {
		t.Fatal(err)
	}
	for n := 1; n < 20; n++ {
		l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
		if err != nil {
			t.Fatal(err)
		}
		l.State.Last = n
		err = s.Commit(t.Context(), l, watch.Commit{State: l.State, Revision: &article.Revision{Number: n, Article: &article.Article{Headline: "x"}},
			Due: time.Now(), Told: map[string]int{w.ID: n},
			Deliveries: []alert.Delivery{{ID: alert.DeliveryID(w.ID, alert.Change, "", "", int64(n)), Watch: w.ID}}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.Claim(t.Context(), 4, time.Minute)
		if err != nil || len(d) != 1 {
			t.Fatal(err, d)
		}
		if err := s.Ack(t.Context(), d[0], "m"); err != nil {
			t.Fatal(err)
		}
		r, err := s.Revision(t.Context(), w.Article, n)
		if err != nil || r.Article.Headline != "x" {
			t.Fatal(err)
		}
	}
	ls, err := s.Lease(t.Context(), 9, time.Minute, 0)
	if err != nil || len(ls) != 1 {
		t.Fatal(err, ls)
	}
	ws, err := s.Watches(t.Context(), "g")
	if err != nil || len(ws) != 1 || ws[0].Told != 19 {
		t.Fatal(err, ws)
	}
}
