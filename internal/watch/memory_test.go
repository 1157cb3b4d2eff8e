package watch_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/mute"
	"erratum/internal/watch"
)

// memory is a store in memory that keeps the promises of watch.Store, watch.Registry
// and watch.FeedStore, by the clock of the test's bubble.
type memory struct {
	mu       sync.Mutex
	articles map[string]*entry
	aliases  map[string]string
	hosts    map[string]time.Time // when a host may be asked again
	fence    int
	queue    []alert.Delivery
	ids      map[string]int // how often a delivery was queued, by its name
	// beforeCommit runs before a commit is looked at, without the lock: to change
	// watches under a running check, or to fail it.
	beforeCommit func(watch.Commit) error
	calls        int // of Lease
	answered     time.Time

	feeds            map[string]*feedEntry
	beforeFeedCommit func(watch.FeedCommit) error
}

func (m *memory) Answered(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answered = time.Now()
	return nil
}

func (m *memory) LastAnswer(context.Context) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answered, nil
}

// change names a report as a store does.
type change struct {
	from, to int
	choices  string
}

type entry struct {
	state     watch.State
	due       time.Time
	token     string
	until     time.Time
	version   int64
	watches   map[string]watch.Watch
	revisions []article.Revision
	changes   map[change]watch.Change
	visits    []watch.Visit
	pages     map[int][]byte // the last kept, by revision
	shows     *mute.Page
}

func newMemory() *memory {
	return &memory{articles: map[string]*entry{}, aliases: map[string]string{}, hosts: map[string]time.Time{}, ids: map[string]int{}, feeds: map[string]*feedEntry{}}
}

// Neighbours implements watch.Neighbourhood.
func (m *memory) Neighbours(_ context.Context, articleID string) (out []mute.Page, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	host := article.Host(m.articles[articleID].state.URL)
	for _, e := range m.articles {
		if e.shows != nil && article.Host(e.state.URL) == host {
			out = append(out, *e.shows)
		}
	}
	slices.SortFunc(out, func(a, b mute.Page) int { return b.Seen.Compare(a.Seen) })
	return out[:min(len(out), mute.MaxPages)], nil
}

func (m *memory) lease(id string, e *entry, d, spacing time.Duration) watch.Lease {
	now := time.Now()
	m.fence++
	e.token, e.until = strconv.Itoa(m.fence), now.Add(d)
	m.hosts[article.Host(e.state.URL)] = now.Add(spacing)
	return m.read(id, e)
}

func (m *memory) read(id string, e *entry) watch.Lease {
	l := watch.Lease{
		Article: id, Token: e.token, Until: e.until, Now: time.Now(), Due: e.due, State: e.state, Version: e.version,
		Watches: slices.SortedFunc(maps.Values(e.watches), func(a, b watch.Watch) int { return cmp.Compare(a.ID, b.ID) }),
	}
	for i := range l.Watches {
		l.Watches[i].URL = e.state.URL
	}
	return l
}

func (m *memory) Lease(_ context.Context, room fair.Room, d, spacing time.Duration) ([]watch.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	now := time.Now()
	due := map[string][]*entry{} // by guild, longest due first
	for _, e := range m.articles {
		if e.due.After(now) || e.until.After(now) || len(e.watches) == 0 {
			continue
		}
		for _, w := range e.watches {
			g := w.Destination.Guild
			if l := due[g]; len(l) == 0 || l[len(l)-1] != e {
				due[g] = append(l, e)
			}
		}
	}
	for _, l := range due {
		slices.SortFunc(l, func(a, b *entry) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.state.ID, b.state.ID)) })
	}
	room = room.Clone()
	var out []watch.Lease
	for {
		var waiting []fair.Waiting
		for g, l := range due {
			l = slices.DeleteFunc(l, func(e *entry) bool { return e.until.After(now) || m.hosts[article.Host(e.state.URL)].After(now) })
			if due[g] = l; len(l) > 0 {
				waiting = append(waiting, fair.Waiting{Guild: g, Since: l[0].due.UnixMilli()})
			}
		}
		next := room.Share(waiting)
		if len(next) == 0 {
			return out, nil
		}
		g := next[0].Guild
		l := m.lease(due[g][0].state.ID, due[g][0], d, spacing)
		l.Guild = g
		room.Enter(g)
		out = append(out, l)
	}
}

func (m *memory) LeaseNow(_ context.Context, id string, d, spacing time.Duration) (watch.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.articles[id]
	now := time.Now()
	switch {
	case !ok || len(e.watches) == 0:
		return watch.Lease{}, watch.ErrNotFound
	case e.until.After(now):
		return watch.Lease{}, watch.ErrBusy
	case m.hosts[article.Host(e.state.URL)].After(now):
		return watch.Lease{}, &watch.TooSoonError{Wait: m.hosts[article.Host(e.state.URL)].Sub(now)}
	}
	return m.lease(id, e, d, spacing), nil
}

// held returns the entry a lease is for; the lock is held.
func (m *memory) held(l watch.Lease) (*entry, error) {
	e, ok := m.articles[l.Article]
	if !ok || l.Token == "" || e.token != l.Token || !e.until.After(time.Now()) {
		return nil, watch.ErrStale
	}
	return e, nil
}

func (m *memory) Extend(_ context.Context, l watch.Lease, d time.Duration) (watch.Lease, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.held(l)
	if err != nil {
		return watch.Lease{}, err
	}
	e.until = time.Now().Add(d)
	return m.read(l.Article, e), nil
}

func (m *memory) Revision(_ context.Context, id string, n int) (article.Revision, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.articles[id]
	if !ok || n < 1 || n > len(e.revisions) {
		return article.Revision{}, watch.ErrNotFound
	}
	return e.revisions[n-1], nil
}

func (m *memory) Page(_ context.Context, id string, n int) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.articles[id]; ok && e.pages[n] != nil {
		return e.pages[n], nil
	}
	return nil, watch.ErrNotFound
}

func (m *memory) Commit(ctx context.Context, l watch.Lease, c watch.Commit) error {
	if m.beforeCommit != nil {
		if err := m.beforeCommit(c); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.held(l)
	if err != nil {
		return err
	}
	if e.version != l.Version {
		return watch.ErrWatchesChanged
	}
	if c.Revision != nil {
		if c.Revision.Number != len(e.revisions)+1 || c.Revision.Article == nil || c.Revision.Digest != c.Revision.Article.Digest() {
			return fmt.Errorf("revision %d does not follow %d, or its digest is wrong", c.Revision.Number, len(e.revisions))
		}
		e.revisions = append(e.revisions, *c.Revision)
	}
	if c.State.Last != len(e.revisions) || c.State.ID != l.Article || c.Due.IsZero() {
		return fmt.Errorf("the state of %s does not fit: last %d of %d, due %v", l.Article, c.State.Last, len(e.revisions), c.Due)
	}
	if c.Shows != nil {
		e.shows = c.Shows
	}
	if c.Page != nil {
		e.pages = map[int][]byte{c.State.Last: c.Page}
	}
	for id, n := range c.Told {
		w := e.watches[id]
		w.Told, w.Judged, w.Shown = n, max(w.Judged, n), ""
		if w.First == 0 {
			w.First = n
		}
		e.watches[id] = w
	}
	for id, n := range c.Judged {
		w := e.watches[id]
		w.Judged = n
		e.watches[id] = w
	}
	for _, ch := range c.Changes {
		e.changes[change{ch.From, ch.To, ch.Choices}] = ch
	}
	for _, d := range c.Deliveries {
		if m.ids[d.ID]++; m.ids[d.ID] == 1 {
			m.queue = append(m.queue, d)
		}
	}
	e.state, e.due, e.token, e.until = c.State, c.Due, "", time.Time{}
	e.visits = append(e.visits, c.Visit)
	if host := article.Host(e.state.URL); c.HostAfter.After(m.hosts[host]) {
		m.hosts[host] = c.HostAfter
	}
	return nil
}

func (m *memory) Move(_ context.Context, l watch.Lease, toURL string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, err := m.held(l)
	if err != nil {
		return "", err
	}
	to := article.ID(toURL)
	delete(m.articles, l.Article)
	m.aliases[l.Article] = to
	e.token, e.until, e.due = "", time.Time{}, time.Now()
	if other, ok := m.articles[to]; ok {
		for id, w := range e.watches {
			w.Article, w.Told, w.Judged = to, other.state.Last, other.state.Last
			other.watches[id] = w
		}
		other.version++
		e = other
	} else {
		for id, w := range e.watches {
			w.Article = to
			e.watches[id] = w
		}
		m.articles[to] = e
	}
	e.state.ID, e.state.URL, e.state.MovedFrom, e.state.MoveTold = to, toURL, l.Article, false
	return to, nil
}

func (m *memory) Resolve(_ context.Context, url string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.resolve(url), nil
}

func (m *memory) resolve(url string) string {
	id := article.ID(url)
	for m.aliases[id] != "" {
		id = m.aliases[id]
	}
	return id
}

func (m *memory) AddWatch(_ context.Context, w watch.Watch) (watch.Watch, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := m.resolve(w.URL)
	e, ok := m.articles[id]
	if !ok {
		e = &entry{state: watch.State{ID: id, URL: w.URL}, watches: map[string]watch.Watch{}, changes: map[change]watch.Change{}}
		m.articles[id] = e
	}
	for _, old := range e.watches {
		if old.Destination == w.Destination && w.Feed != "" {
			return old, false, nil
		}
	}
	e.due = time.Now()
	e.version++
	wid := watch.WatchID(w.Destination, id)
	if old, ok := e.watches[wid]; ok {
		old.Feed = ""
		old.Alerts, old.Schedule, old.Mention, old.Thread = w.Alerts, w.Schedule, w.Mention, w.Thread
		e.watches[wid] = old
		return old, false, nil
	}
	w.ID, w.Article, w.Created = wid, id, time.Now()
	w.First, w.Told, w.Judged = e.state.Last, e.state.Last, e.state.Last
	e.watches[wid] = w
	return w, true, nil
}

// edit changes a watch as a command would; due moves the article forward.
func (m *memory) edit(id string, change func(*watch.Watch)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.articles {
		if w, ok := e.watches[id]; ok {
			change(&w)
			e.watches[id] = w
			e.version++
		}
	}
}

func (m *memory) remove(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.articles {
		if _, ok := e.watches[id]; ok {
			delete(e.watches, id)
			e.version++
		}
	}
}

// dueAt sets when an article is due, if it is there.
func (m *memory) dueAt(id string, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.articles[id]; ok {
		e.due = at
	}
}

func (m *memory) entry(id string) *entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.articles[id]
}

func (m *memory) watchOf(id string) watch.Watch {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.articles {
		if w, ok := e.watches[id]; ok {
			return w
		}
	}
	return watch.Watch{}
}
