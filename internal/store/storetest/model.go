package storetest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"erratum/internal/alert"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// RunModel compares a store with a plain model in memory over random histories of
// checks and deliveries: leases and claims that end, workers that come back late,
// commits on old watch sets.
func RunModel(t *testing.T, open Open) {
	base := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			r.Fatal(err)
		}
		c := new(clock)
		c.ms.Store(time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC).UnixMilli())
		s := open(t, Options{Dir: dir, Now: c.now, KeepPages: "none", Undo: 10 * time.Minute})
		m := &model{s: s, clock: c, articles: map[string]*modelArticle{}, hosts: map[string]time.Time{}, queues: map[string][]*modelDelivery{}}
		defer func() {
			if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
				r.Fatal(err)
			}
		}()
		r.Repeat(map[string]func(*rapid.T){
			"add": m.add, "remove": m.remove, "lease": m.lease, "commit": m.commit,
			"claim": m.claim, "ack": m.ack, "retry": m.retry, "wait": m.wait, "": m.check,
		})
	})
}

// model is what the store should hold. Workers keep all leases and claims they were
// ever given, so that late ones are tried, too.
type model struct {
	s        Store
	clock    *clock
	articles map[string]*modelArticle
	hosts    map[string]time.Time // not before this may the host be asked
	queues   map[string][]*modelDelivery
	leases   []watch.Lease
	claims   []alert.Delivery
}

type modelArticle struct {
	host    string
	due     time.Time
	lease   time.Time // when it ends; zero: not leased
	token   string
	version int
	leased  map[string]int // version of the watch set by token
	last    int
	watches map[string]int    // told, by watch ID
	guilds  map[string]string // by watch ID
}

// only reports whether nobody else watches the article.
func (a *modelArticle) only(guild string) bool {
	for id := range a.watches {
		if a.guilds[id] != guild {
			return false
		}
	}
	return true
}

type modelDelivery struct {
	id       string
	to       int
	from     time.Time // when it may be claimed
	until    time.Time // end of the claim; zero: not claimed
	token    string
	attempts int
}

// turn is when an article may be leased.
func (a *modelArticle) turn() time.Time {
	if !a.lease.IsZero() {
		return a.lease
	}
	return a.due
}

func (m *model) now() time.Time { return m.clock.now() }

func must(r *rapid.T, err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

var modelGuilds = []string{"g", "h"}

// place is a watch that may or may not exist: few, so that actions meet.
func place(r *rapid.T) (alert.Destination, string, string) {
	host := rapid.SampledFrom([]string{"a.example", "b.example"}).Draw(r, "host")
	d := alert.Destination{Guild: rapid.SampledFrom(modelGuilds).Draw(r, "guild"), Channel: rapid.SampledFrom([]string{"1", "2"}).Draw(r, "channel")}
	return d, host, url(host, rapid.IntRange(1, 2).Draw(r, "article"))
}

func (m *model) add(r *rapid.T) {
	d, host, u := place(r)
	w, created, err := m.s.AddWatch(r.Context(), watch.Watch{URL: u, Destination: d, Alerts: alert.All})
	must(r, err)
	a := m.articles[w.Article]
	if a == nil {
		a = &modelArticle{host: host, due: m.now(), leased: map[string]int{}, watches: map[string]int{}, guilds: map[string]string{}}
		m.articles[w.Article] = a
	}
	if _, there := a.watches[w.ID]; there == created {
		r.Fatalf("created %v, but there %v", created, there)
	}
	if created {
		a.watches[w.ID], a.guilds[w.ID] = a.last, d.Guild
		m.queues[w.ID] = nil
	}
	if m.now().Before(a.due) {
		a.due = m.now()
	}
	a.version++
}

func (m *model) remove(r *rapid.T) {
	d, _, u := place(r)
	id, err := m.s.Resolve(r.Context(), u)
	must(r, err)
	wid := watch.WatchID(d, id)
	_, err = m.s.RemoveWatch(r.Context(), d.Guild, wid)
	a := m.articles[id]
	if a == nil || !has(a.watches, wid) {
		if !errors.Is(err, watch.ErrNotFound) {
			r.Fatalf("removed what is not there: %v", err)
		}
		return
	}
	must(r, err)
	delete(a.watches, wid)
	m.queues[wid] = nil
	a.version++
}

func has(m map[string]int, k string) bool { _, ok := m[k]; return ok }

func (m *model) lease(r *rapid.T) {
	n := rapid.IntRange(1, 3).Draw(r, "n")
	want := map[string]bool{} // hosts with something due
	for _, a := range m.articles {
		if len(a.watches) > 0 && !a.turn().After(m.now()) && !m.hosts[a.host].After(m.now()) {
			want[a.host] = true
		}
	}
	ls, err := m.s.Lease(r.Context(), fair.Room{Free: n}, hold, spacing)
	must(r, err)
	if len(ls) != min(n, len(want)) {
		r.Fatalf("leased %d, want %d of %v", len(ls), min(n, len(want)), want)
	}
	for _, l := range ls {
		a := m.articles[l.Article]
		if !want[a.host] || a.turn().After(m.now()) || len(a.watches) == 0 {
			r.Fatalf("leased %s, which is not due", l.Article)
		}
		for _, b := range m.articles {
			if b.host == a.host && len(b.watches) > 0 && b.only(l.Guild) && b.turn().Before(a.turn()) {
				r.Fatalf("leased %s of %s before one of %s's due earlier", l.Article, a.host, l.Guild)
			}
		}
		delete(want, a.host)
		if !slices.ContainsFunc(l.Watches, func(w watch.Watch) bool { return w.Destination.Guild == l.Guild }) {
			r.Fatalf("leased %s for %q, which does not watch it", l.Article, l.Guild)
		}
		told := map[string]int{}
		for _, w := range l.Watches {
			told[w.ID] = w.Told
		}
		if !maps.Equal(told, a.watches) || l.State.Last != a.last || !l.Due.Equal(a.due) {
			r.Fatalf("lease of %s: told %v, want %v; last %d, want %d", l.Article, told, a.watches, l.State.Last, a.last)
		}
		a.lease, a.token, a.leased[l.Token] = m.now().Add(hold), l.Token, a.version
		m.hosts[a.host] = m.now().Add(spacing)
		m.leases = append(m.leases, l)
	}
}

func (m *model) commit(r *rapid.T) {
	if len(m.leases) == 0 {
		r.Skip("no lease")
	}
	l := rapid.SampledFrom(m.leases).Draw(r, "lease")
	a := m.articles[l.Article]
	c := commitOf(l, l.State.Last+1)
	c.Due = m.now().Add(time.Duration(rapid.IntRange(0, 120).Draw(r, "due")) * time.Second)
	for _, w := range l.Watches {
		if rapid.Bool().Draw(r, "tell") {
			c.Told[w.ID] = c.State.Last
			c.Changes = append(c.Changes, watch.Change{From: w.Told, To: c.State.Last, Report: reportOf(w.Told, c.State.Last)})
			c.Deliveries = append(c.Deliveries, deliveryTo(w, w.Told, c.State.Last))
		}
	}
	err := m.s.Commit(r.Context(), l, c)
	switch {
	case a.token != l.Token || !a.lease.After(m.now()):
		if !errors.Is(err, watch.ErrStale) {
			r.Fatalf("a stale commit: %v", err)
		}
		return
	case a.leased[l.Token] != a.version:
		if !errors.Is(err, watch.ErrWatchesChanged) {
			r.Fatalf("a commit on an old watch set: %v", err)
		}
		return
	}
	must(r, err)
	a.last, a.due, a.lease, a.token = c.State.Last, c.Due, time.Time{}, ""
	for _, d := range c.Deliveries {
		a.watches[d.Watch] = a.last
		m.queues[d.Watch] = append(m.queues[d.Watch], &modelDelivery{id: d.ID, to: a.last, from: m.now()})
	}
}

func (m *model) claim(r *rapid.T) {
	want := map[string]*modelDelivery{}
	for _, q := range m.queues {
		if len(q) > 0 && !q[0].from.After(m.now()) {
			want[q[0].id] = q[0]
		}
	}
	n := rapid.IntRange(1, 3).Draw(r, "n")
	ds, err := m.s.Claim(r.Context(), fair.Room{Free: n}, hold, 0)
	must(r, err)
	if len(ds) != min(n, len(want)) {
		r.Fatalf("claimed %d, want %d of %d", len(ds), n, len(want))
	}
	for _, d := range ds {
		w := want[d.ID]
		if w == nil || d.Attempt != w.attempts+1 || d.Notice.To != w.to || d.Notice.Report == nil {
			r.Fatalf("claimed %+v, want %+v", d, w)
		}
		delete(want, d.ID)
		w.attempts, w.from, w.until, w.token = d.Attempt, m.now().Add(hold), m.now().Add(hold), d.Token
		m.claims = append(m.claims, d)
	}
}

// claimed returns what a worker claimed at some time, and whether it still holds it.
func (m *model) claimed(r *rapid.T) (alert.Delivery, *modelDelivery) {
	if len(m.claims) == 0 {
		r.Skip("no claim")
	}
	d := rapid.SampledFrom(m.claims).Draw(r, "claim")
	if q := m.queues[d.Watch]; len(q) > 0 && q[0].id == d.ID && q[0].token == d.Token && q[0].until.After(m.now()) {
		return d, q[0]
	}
	return d, nil
}

func (m *model) ack(r *rapid.T) {
	d, head := m.claimed(r)
	err := m.s.Ack(r.Context(), d, "m")
	if head == nil {
		if !errors.Is(err, alert.ErrStale) {
			r.Fatalf("a stale ack: %v", err)
		}
		return
	}
	must(r, err)
	q := m.queues[d.Watch][1:]
	m.queues[d.Watch] = q
	if len(q) > 0 {
		q[0].from = m.now()
	}
}

func (m *model) retry(r *rapid.T) {
	wait := time.Duration(rapid.IntRange(0, 90).Draw(r, "wait")) * time.Second
	d, head := m.claimed(r)
	err := m.s.Retry(r.Context(), d, wait, "busy")
	if head == nil {
		if !errors.Is(err, alert.ErrStale) {
			r.Fatalf("a stale retry: %v", err)
		}
		return
	}
	must(r, err)
	head.from, head.until, head.token = m.now().Add(wait), time.Time{}, ""
}

func (m *model) wait(r *rapid.T) {
	m.clock.advance(time.Duration(rapid.SampledFrom([]int{1, 999, 1000, 30_000, 60_000}).Draw(r, "ms")) * time.Millisecond)
}

// check compares what can be read after each step.
func (m *model) check(r *rapid.T) {
	got, want := map[string]int{}, map[string]int{}
	waits := 0
	for _, guild := range modelGuilds {
		ws, err := m.s.Watches(r.Context(), guild)
		must(r, err)
		for _, w := range ws {
			got[w.ID] = w.Told
		}
		h, err := m.s.Health(r.Context(), guild)
		must(r, err)
		waits += h.Queued
	}
	for _, id := range slices.Sorted(maps.Keys(m.articles)) {
		a := m.articles[id]
		maps.Copy(want, a.watches)
		st, err := m.s.State(r.Context(), id)
		must(r, err)
		if st.Last != a.last {
			r.Fatalf("article %s is at revision %d, want %d", id, st.Last, a.last)
		}
		if a.last > 0 {
			rev, err := m.s.Revision(r.Context(), id, a.last)
			must(r, err)
			if rev.Number != a.last || rev.Article.Headline != fmt.Sprintf("Council votes on ferry fares, take %d", a.last) {
				r.Fatalf("newest revision is %d, %q", rev.Number, rev.Article.Headline)
			}
		}
	}
	if !maps.Equal(got, want) {
		r.Fatalf("told: %v, want %v", got, want)
	}
	queued := 0
	for _, q := range m.queues {
		queued += len(q)
	}
	if waits != queued {
		r.Fatalf("%d deliveries wait, want %d", waits, queued)
	}
}
