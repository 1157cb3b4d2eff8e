package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// itemTries is how often an item is looked at that can't be read as an article: feeds
// list pages before they can be read, and pages that are none.
const itemTries = 3

// list makes watches of what is new in a feed, the newest first.
func (n *poll) list(ctx context.Context, reading *article.FeedReading) {
	links := reading.Feed.Links
	n.state.Items, n.state.Every = len(links), reading.Feed.Every
	var wanted, others []article.Link
	for _, l := range links {
		switch {
		case n.lease.Seen[l.URL]:
		case Matches(n.feed.Match, l):
			wanted = append(wanted, l)
		default:
			others = append(others, l)
		}
	}
	if n.state.Polled.IsZero() { // what it lists now is the backlog
		backlog := min(max(n.feed.Backlog, 0), len(wanted))
		wanted, others = wanted[:backlog], append(others, wanted[backlog:]...)
		n.state.Polled = n.now()
	}
	var done []string
	for _, l := range others {
		done = append(done, l.URL)
	}
	c := n.adopt(ctx, wanted)
	n.outcome, n.reason = OutListed, c.String(len(others))
	if len(wanted)+len(others) == 0 {
		n.outcome, n.reason = OutUnchanged, "nothing new is listed"
	}
	n.see(links, append(done, c.done...))
	n.forgetTries(links)
}

// see marks items as seen, the newest last. A feed may go on listing an item while
// many newer ones come: it is not forgotten.
func (n *poll) see(links []article.Link, done []string) {
	if len(done) == 0 {
		return
	}
	again := len(n.lease.Seen)+len(done) > KeptItems/2
	for _, l := range slices.Backward(links) {
		if slices.Contains(done, l.URL) || again && n.lease.Seen[l.URL] {
			n.commit.Seen = append(n.commit.Seen, l.URL)
		}
	}
}

// forgetTries forgets the items that were dealt with or are not listed any more.
func (n *poll) forgetTries(links []article.Link) {
	for url := range n.state.Tries {
		if slices.Contains(n.commit.Seen, url) || !slices.ContainsFunc(links, func(l article.Link) bool { return l.URL == url }) {
			delete(n.state.Tries, url)
		}
	}
}

// adopted counts what became of new items.
type adopted struct {
	done                                  []string // addresses that were dealt with
	watched, known, unread, refused, full int
	beyond, left                          int
}

func (a *adopted) String(unwanted int) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{a.watched, "new and watched"}, {a.known, "watched already"}, {a.refused, "no article"}, {a.unread, "could not be read yet"},
		{a.full, "not watched: the quota is used up"}, {a.beyond, "not watched: too many in a day"}, {a.left, "left for the next poll"}, {unwanted, "not wanted"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// adopt makes watches of items until the guild's quota or the time for a poll is used
// up.
func (n *poll) adopt(ctx context.Context, wanted []article.Link) (a adopted) {
	if len(wanted) == 0 {
		return a
	}
	all, err := n.guild(ctx)
	if err != nil {
		n.later(&a, len(wanted), err)
		return a
	}
	count := len(all)
	if count < n.quota {
		n.state.Full = false
	}
	n.today()
	mine := map[string]bool{} // articles and addresses that the channel watches
	for _, w := range all {
		if w.Destination == n.feed.Destination {
			mine[w.Article], mine[w.URL] = true, true
		}
	}
	// Half the lease is for items; a slow one must not take the other half.
	until := n.start.Add(n.timings().Lease / 4)
	limited, cancel := context.WithDeadline(ctx, n.start.Add(n.timings().Lease*3/5))
	defer cancel()
	for i, l := range wanted {
		if time.Now().After(until) || limited.Err() != nil {
			n.later(&a, len(wanted)-i, ctx.Err())
			return a
		}
		known, err := n.known(limited, mine, l.URL)
		switch {
		case err != nil:
			n.later(&a, len(wanted)-i, err)
			return a
		case known:
			a.known++
			a.done = append(a.done, l.URL)
		case count >= n.quota:
			a.full++
			a.done = append(a.done, l.URL)
			n.full()
		case n.state.Today >= n.perDay:
			a.beyond++
			a.done = append(a.done, l.URL)
			n.over()
		default:
			created, err := n.adoptOne(limited, &a, l)
			if err != nil {
				n.later(&a, len(wanted)-i, err)
				return a
			}
			if created {
				count++
				n.state.Today++
			}
		}
	}
	return a
}

// later leaves items for the next poll, which comes soon.
func (n *poll) later(a *adopted, items int, err error) {
	a.left += items
	n.left = true
	n.again = n.now().Add(max(5*n.timings().HostSpacing, n.timings().MinEvery/10))
	if err != nil {
		n.log.Warn("items of a feed are left for later", "feed", n.feed.ID, "items", items, "error", err)
	}
}

// known reports whether the channel watches the page at an address.
func (n *poll) known(ctx context.Context, mine map[string]bool, url string) (bool, error) {
	if mine[url] {
		return true, nil
	}
	id, err := n.checker.store.Resolve(ctx, url)
	if err != nil {
		return false, fmt.Errorf("resolve an item: %w", err)
	}
	return mine[id], nil
}

// adoptOne makes a watch of an item, where its page can be read. Its error is one of
// the store or the context; the item is left then.
func (n *poll) adoptOne(ctx context.Context, a *adopted, l article.Link) (created bool, err error) {
	added, err := n.checker.Add(ctx, Watch{
		URL: l.URL, Destination: n.feed.Destination, Alerts: n.feed.Alerts, Mention: n.feed.Mention, Thread: n.feed.Thread, Creator: n.feed.Creator, Feed: n.feed.ID,
	})
	var bad *article.ReadError
	switch {
	case err == nil && added.Created:
		a.watched++
	case err == nil:
		a.known++ // under another address
	case !errors.As(err, &bad):
		return false, err
	default:
		if n.state.Tries[l.URL]++; bad.Problem != article.Refused && n.state.Tries[l.URL] < itemTries {
			a.unread++
			n.left = true
			return false, nil
		}
		a.refused++
	}
	a.done = append(a.done, l.URL)
	return err == nil && added.Created, nil
}

// full says once that the guild's quota is used up.
func (n *poll) full() {
	if n.state.Full {
		return
	}
	n.state.Full = true
	n.say(alert.Full, time.Time{}, fmt.Sprintf(
		"New items of this feed are not watched for now: all %d watches of this server are used. `watch remove` makes room; what is listed from then on is watched.", n.quota))
}

// today begins to count anew when a day is over. One that was within bounds ends the
// silence about those that were not.
func (n *poll) today() {
	day := n.now().UTC().Format(time.DateOnly)
	if day == n.state.Day {
		return
	}
	if n.state.Over != n.state.Day {
		n.state.Over = ""
	}
	n.state.Day, n.state.Today = day, 0
}

// over says that a feed has more new items than may be watched of it in a day; once, as
// long as that is so day after day.
func (n *poll) over() {
	if n.state.Over == "" {
		n.say(alert.Full, time.Time{}, fmt.Sprintf(
			"More of this feed is not watched today: %d of its articles are new watches, and more in a day are not made of one feed. `watch edit` with match chooses which.", n.perDay))
	}
	n.state.Over = n.state.Day
}
