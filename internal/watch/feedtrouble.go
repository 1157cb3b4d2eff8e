package watch

import (
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// failed records that a feed could not be read: it is asked less and less often, and
// its channel hears of it once when it lasts. A look while no site answers (offline)
// does not count, as with articles.
func (n *poll) failed(err *article.ReadError, offline bool) {
	t, now := n.timings(), n.now()
	out := OutUnreachable
	switch err.Problem {
	case article.Gone:
		out = OutGone
	case article.Unreadable, article.BlockedBy, article.Refused:
		out = OutQuarantined
	}
	n.outcome, n.reason, n.status = out, err.Reason, err.Status
	tr := n.state.Trouble
	if tr == nil {
		tr = &Trouble{Since: now}
		n.state.Trouble = tr
	}
	tr.Outcome, tr.Reason = out, err.Reason
	tr.Count++
	if offline && !tr.Told {
		tr.Offline++
		tr.Since = now
		n.reason += offlineReason
	}
	own := tr.Count - tr.Offline
	step := feedDue(n.feed.Schedule, n.feed.ID, now, t, 0).Sub(now)
	n.again = now.Add(backOff(max(own, 1), t.RetryMin, max(t.RetryCap, step)))
	n.again = n.again.Add(jitter(n.feed.ID, now, n.again.Sub(now)/10))
	if wait := min(err.RetryAfter, t.RetryAfterCap); wait > 0 {
		n.commit.HostAfter = now.Add(wait)
		if n.again.Before(n.commit.HostAfter) {
			n.again = n.commit.HostAfter.Add(jitter(n.feed.ID, now, wait/10))
		}
	}
	lasts := own >= badLooks && (out != OutGone || now.Sub(tr.Since) >= t.GoneFor) || now.Sub(tr.Since) >= t.BlindAfter
	if tr.Told || !lasts {
		return
	}
	tr.Told, tr.ToldAt = true, now
	n.say(alert.Blind, tr.Since, troubleText(out, err))
}

func troubleText(out Outcome, err *article.ReadError) string {
	if out == OutGone {
		return fmt.Sprintf("This feed is gone: there is no such address any more (HTTP %d). The articles it named stay watched, new ones are missed. `watch remove` ends it.", err.Status)
	}
	return fmt.Sprintf("This feed can't be read for now: %s. The articles it named stay watched, new ones are missed until it is back.", err.Reason)
}

// good records that a feed could be read, and says so when the channel heard
// otherwise.
func (n *poll) good(r *article.FeedReading) {
	tr := n.state.Trouble
	n.state.Trouble, n.state.LastGood = nil, n.now()
	n.state.Validators, n.status = r.Validators, r.Status
	if r.Digest != "" || !r.NotModified {
		n.state.Digest = r.Digest
	}
	n.outcome, n.reason = OutNotModified, "the server says that nothing was modified"
	if r.Delay > n.timings().HostSpacing {
		n.commit.HostAfter = n.now().Add(r.Delay)
	}
	if tr != nil && tr.Told {
		n.say(alert.Recovered, tr.Since, "The feed can be read again; its new items are watched.")
	}
}

// say queues a notice of the feed itself.
func (n *poll) say(kind alert.Kind, since time.Time, text string) {
	n.state.Event++
	to := n.feed.Destination
	n.commit.Deliveries = append(n.commit.Deliveries, alert.Delivery{
		ID: alert.DeliveryID(n.feed.ID, kind, "", "", n.state.Event), Watch: n.feed.ID, Destination: to, Created: n.now(),
		Notice: alert.Notice{
			Kind: kind, Since: since, Text: text,
			Subject: alert.Subject{URL: n.feed.URL, Headline: n.feed.Title, Feed: n.feed.ID},
		},
	})
}
