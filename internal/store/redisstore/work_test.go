package redisstore_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

var here = alert.Destination{Guild: "112233445566778899", Channel: "998877665544332211"}

// killHold is how long leases and claims hold where workers die.
const killHold = 400 * time.Millisecond

// openReal opens a store on the server's own clock.
func openReal(t testing.TB, url, prefix string) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(t.Context(), redisstore.Options{URL: url, Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t testing.TB, s *redisstore.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// addStory watches an address.
func addStory(t testing.TB, s *redisstore.Store, url string) watch.Watch {
	t.Helper()
	w, _, err := s.AddWatch(t.Context(), watch.Watch{URL: url, Destination: here, Alerts: alert.Facts, Schedule: "adaptive", Creator: "123456789012345678"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// revise commits the nth revision of an article, told to its watches.
func revise(t testing.TB, s *redisstore.Store, w watch.Watch, n int) {
	t.Helper()
	l, err := s.LeaseNow(t.Context(), w.Article, time.Minute, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), l, revision(l, n)); err != nil {
		t.Fatal(err)
	}
}

// revision is a commit of the nth edit of an article, told to all its watches.
func revision(l watch.Lease, n int) watch.Commit {
	a := story(l.State.URL, n)
	st := l.State
	st.Last, st.Title, st.LastDigest, st.LastGood, st.Extractor = n, a.Headline, a.Digest(), l.Now, "test/1"
	c := watch.Commit{
		State:    st,
		Revision: &article.Revision{Number: n, Label: article.Changed, Seen: l.Now, Fetches: 2, Status: 200, Digest: a.Digest(), Article: a},
		Changes:  []watch.Change{{From: n - 1, To: n, Report: &report.Report{Outcome: report.Changed, Severity: report.Major, Reason: "a number changed"}}},
		Visit:    watch.Visit{At: l.Now, Outcome: watch.OutChanged, Reason: fmt.Sprintf("edit %d", n), Revision: n, Digest: a.Digest()},
		Due:      l.Now.Add(time.Hour),
		Told:     map[string]int{},
	}
	for _, w := range l.Watches {
		c.Told[w.ID] = n
		c.Deliveries = append(c.Deliveries, alert.Delivery{
			ID: alert.DeliveryID(w.ID, alert.Change, "", "", int64(n)), Watch: w.ID, Destination: w.Destination,
			Notice: alert.Notice{
				Kind: alert.Change, From: n - 1, To: n, Summary: "The fares rose by **7** percent, not **5**.",
				Subject: alert.Subject{Article: w.Article, URL: w.URL, Headline: a.Headline, Site: a.Site},
			},
		})
	}
	return c
}

var vocabulary = strings.Fields(`the a of to in and for on with by at from council harbour ferry fares rose percent Saturday
	residents mayor office vote budget pier winter boats officials said plan report money city crossing morning service
	commuters island bridge public meeting price union drivers season weather delay harbourmaster committee petition`)

// story is an article of some 7 KB that says which edit it is at.
func story(url string, edit int) *article.Article {
	rng := rand.New(rand.NewPCG(uint64(len(url)), uint64(url[len(url)-1])))
	a := &article.Article{
		URL: url, Site: "The Harbour Post", Headline: fmt.Sprintf("Council votes on ferry fares, take %d", edit),
		Bylines: []string{"Ada Quill"}, Published: time.Date(2026, 3, 14, 7, 30, 0, 0, time.UTC), Language: "en", Extractor: "test/1",
	}
	for i := range 20 {
		var b strings.Builder
		for range 55 {
			b.WriteString(vocabulary[rng.IntN(len(vocabulary))])
			b.WriteByte(' ')
		}
		if i == edit%20 {
			fmt.Fprintf(&b, "It counted %d crossings.", 1000+edit)
		}
		a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: b.String()})
	}
	return a
}
