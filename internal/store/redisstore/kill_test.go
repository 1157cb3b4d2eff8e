package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/redistest"
	"erratum/internal/store/redisstore"
	"erratum/internal/watch"
)

const (
	killArticles = 12
	killWorkers  = 4
	killTimes    = 12
)

// notes is what workers were told by the store.
type notes struct {
	mu        sync.Mutex
	committed map[string]map[int]string // who was acknowledged a revision, by article
	shown     map[string][]int          // by watch, in order
	names     map[string]bool           // deliveries shown: the nonce
	twice     []string
	lines     int
}

func (n *notes) commit(articleID string, revision int, who string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.committed[articleID] == nil {
		n.committed[articleID] = map[int]string{}
	}
	if first, ok := n.committed[articleID][revision]; ok {
		n.twice = append(n.twice, fmt.Sprintf("revision %d of %s: %s and %s", revision, articleID, first, who))
	}
	n.committed[articleID][revision] = who
	n.lines++
}

// show is the channel: a name shown before is not shown again.
func (n *notes) show(d alert.Delivery) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.names[d.ID] && !d.Doubtful && d.Attempt <= 1 {
		n.twice = append(n.twice, fmt.Sprintf("delivery %s: it was shown and is handed out as if it were new", d.ID))
	}
	if !n.names[d.ID] {
		n.names[d.ID] = true
		n.shown[d.Watch] = append(n.shown[d.Watch], d.Notice.To)
	}
	n.lines++
}

func (n *notes) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.lines
}

// work checks and delivers until ctx ends, whatever the server does.
func work(ctx context.Context, s *redisstore.Store, who int, n *notes) {
	for round := 0; ctx.Err() == nil; round++ {
		ls, _ := s.Lease(ctx, fair.Room{Free: 2}, killHold, time.Millisecond) // the server may be down
		for _, l := range ls {
			c := revision(l, l.State.Last+1)
			c.Due = l.Now
			c.Revision.Reason = fmt.Sprintf("worker %d, round %d", who, round)
			if s.Commit(ctx, l, c) == nil {
				n.commit(l.Article, c.Revision.Number, c.Revision.Reason)
			}
		}
		begun := time.Now()
		ds, _ := s.Claim(ctx, fair.Room{Free: 4}, killHold, 0)
		for _, d := range ds {
			if time.Since(begun) > killHold*3/4 {
				break // the last Ack waited for a server: these claims end
			}
			n.show(d)
			_ = s.Ack(ctx, d, "m")
		}
	}
}

// TestServerKilled lets four workers work while their server is killed and started
// again: no acknowledged revision is lost or written twice, none is missing in the
// chain, and each is told exactly once and in order.
func TestServerKilled(t *testing.T) {
	srv := redistest.New(t)
	survive(t, srv.URL(), killTimes, func() {
		if err := errors.Join(srv.Kill(), srv.Run()); err != nil {
			t.Fatal(err)
		}
	}, func() {})
}

// survive lets four workers work while servers are killed and come back, some times,
// and judges what is stored then.
func survive(t *testing.T, url string, times int, kill, heal func()) {
	t.Helper()
	s := openReal(t, url, "k:")
	var watches []watch.Watch
	for i := range killArticles {
		watches = append(watches, addStory(t, s, fmt.Sprintf("https://h%d.example/1", i)))
	}
	n := &notes{committed: map[string]map[int]string{}, shown: map[string][]int{}, names: map[string]bool{}}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for who := range killWorkers {
		own := openReal(t, url, "k:")
		wg.Go(func() { work(ctx, own, who, n) })
	}
	var longest time.Duration
	for range times {
		awaitWork(t, n)
		<-time.After(time.Duration(rand.IntN(50)) * time.Millisecond)
		kill()
		longest = max(longest, awaitAll(t, n))
		heal()
	}
	awaitAll(t, n)
	cancel()
	wg.Wait()
	drain(t, s, n)
	for _, twice := range n.twice {
		t.Errorf("twice: %s", twice)
	}
	revisions := 0
	for _, w := range watches {
		revisions += checkChain(t, s, w, n)
	}
	t.Logf("%d kills, %d revisions, %d deliveries; every article was checked again at most %s after a kill", times, revisions, len(n.names), longest.Round(10*time.Millisecond))
}

// awaitAll returns when a revision of each article was acknowledged, and how long it
// took.
func awaitAll(t *testing.T, n *notes) time.Duration {
	t.Helper()
	begun, before := time.Now(), n.perArticle()
	redistest.Await(t, "every article is checked", func() bool {
		now := n.perArticle()
		for id, count := range before {
			if now[id] <= count {
				return false
			}
		}
		return len(now) == killArticles
	})
	return time.Since(begun)
}

func (n *notes) perArticle() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := map[string]int{}
	for id, all := range n.committed {
		out[id] = len(all)
	}
	return out
}

// awaitWork returns when some more was acknowledged, however slow the machine is.
func awaitWork(t *testing.T, n *notes) {
	t.Helper()
	before := n.count()
	for end := time.Now().Add(time.Minute); n.count() < before+8; {
		if time.Now().After(end) {
			t.Fatal("the workers do nothing")
		}
		<-time.After(time.Millisecond)
	}
}

// drain delivers what still waits once the claims of the dead have ended.
func drain(t *testing.T, s *redisstore.Store, n *notes) {
	t.Helper()
	for {
		h, err := s.Health(t.Context(), here.Guild)
		if err != nil {
			t.Fatal(err)
		}
		if h.Queued == 0 {
			return
		}
		ds, err := s.Claim(t.Context(), fair.Room{Free: 100}, time.Minute, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range ds {
			n.show(d)
			if err := s.Ack(t.Context(), d, "m"); err != nil && !errors.Is(err, alert.ErrStale) {
				t.Fatal(err)
			}
		}
		if len(ds) == 0 {
			<-time.After(killHold / 4)
		}
	}
}

// checkChain reads every revision and compares it with what was acknowledged and
// shown. It returns how many there are.
func checkChain(t *testing.T, s *redisstore.Store, w watch.Watch, n *notes) int {
	t.Helper()
	st, err := s.State(t.Context(), w.Article)
	if err != nil {
		t.Fatal(err)
	}
	committed := n.committed[w.Article]
	for i := 1; i <= st.Last; i++ {
		r, err := s.Revision(t.Context(), w.Article, i)
		if err != nil {
			t.Fatal(err)
		}
		if r.Article.Digest() != story(w.URL, i).Digest() {
			t.Errorf("revision %d of %s has another text", i, w.Article)
		}
		if by, ok := committed[i]; ok && by != r.Reason {
			t.Errorf("revision %d of %s was acknowledged to %s and is by %s", i, w.Article, by, r.Reason)
		}
		delete(committed, i)
	}
	for i, by := range committed {
		t.Errorf("revision %d of %s, acknowledged to %s, is lost", i, w.Article, by)
	}
	shown := n.shown[w.ID]
	for i := range max(st.Last, len(shown)) {
		if i >= len(shown) || shown[i] != i+1 {
			t.Fatalf("watch %s was shown %v, want 1 to %d in order", w.ID, shown, st.Last)
		}
	}
	return st.Last
}
