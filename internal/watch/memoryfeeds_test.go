package watch_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"erratum/internal/article"
	"erratum/internal/fair"
	"erratum/internal/watch"
)

// feedEntry is a feed in memory.
type feedEntry struct {
	feed   watch.Feed
	state  watch.FeedState
	seen   map[string]bool
	due    time.Time
	token  string
	until  time.Time
	visits []watch.Visit
}

func (m *memory) AddFeed(_ context.Context, f watch.Feed) (watch.Feed, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f.ID = watch.FeedID(f.Destination, f.URL)
	e, ok := m.feeds[f.ID]
	if !ok {
		e = &feedEntry{seen: map[string]bool{}}
		m.feeds[f.ID] = e
		f.Created = time.Now()
	} else {
		f.Title, f.Created = e.feed.Title, e.feed.Created
	}
	e.feed, e.due = f, time.Now()
	return f, !ok, nil
}

func (m *memory) LeaseFeeds(_ context.Context, room fair.Room, d, spacing time.Duration) (out []watch.FeedLease, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	room = room.Clone()
	for _, id := range slices.Sorted(maps.Keys(m.feeds)) {
		e := m.feeds[id]
		host := article.Host(e.feed.URL)
		if !room.Open(e.feed.Destination.Guild) || e.due.After(now) || e.until.After(now) || m.hosts[host].After(now) {
			continue
		}
		m.fence++
		room.Enter(e.feed.Destination.Guild)
		e.token, e.until = strconv.Itoa(m.fence), now.Add(d)
		m.hosts[host] = now.Add(spacing)
		out = append(out, watch.FeedLease{Feed: e.feed, Token: e.token, Until: e.until, Now: now, State: e.state, Seen: maps.Clone(e.seen)})
	}
	return out, nil
}

func (m *memory) CommitFeed(_ context.Context, l watch.FeedLease, c watch.FeedCommit) error {
	if m.beforeFeedCommit != nil {
		if err := m.beforeFeedCommit(c); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.feeds[l.Feed.ID]
	if !ok || e.token != l.Token || !e.until.After(time.Now()) {
		return watch.ErrStale
	}
	for _, u := range c.Seen {
		e.seen[u] = true
	}
	for _, d := range c.Deliveries {
		if m.ids[d.ID]++; m.ids[d.ID] == 1 {
			m.queue = append(m.queue, d)
		}
	}
	e.state, e.due, e.token, e.until = c.State, c.Due, "", time.Time{}
	e.visits = append(e.visits, c.Visit)
	if host := article.Host(e.feed.URL); c.HostAfter.After(m.hosts[host]) {
		m.hosts[host] = c.HostAfter
	}
	return nil
}

func (m *memory) Watches(_ context.Context, guild string) (out []watch.Watch, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range m.articles {
		for _, w := range e.watches {
			if w.Destination.Guild == guild {
				w.URL = e.state.URL
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, func(a, b watch.Watch) int { return a.Created.Compare(b.Created) })
	return out, nil
}

func (m *memory) RemoveWatch(_ context.Context, _, id string) (watch.Watch, error) {
	m.remove(id)
	return watch.Watch{ID: id}, nil
}
