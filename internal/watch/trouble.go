package watch

import (
	"fmt"
	"slices"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// badLooks is how many bad looks in a row are told as blindness.
const badLooks = 3

// failed decides about a page that could not be read at all.
func (d *decision) failed(err *article.ReadError) {
	switch err.Problem {
	case article.Gone:
		d.gone(fmt.Sprintf("the page is missing (HTTP %d)", err.Status), goneText)
		return
	case article.BlockedBy, article.Unreadable:
		d.bad(OutQuarantined, err.Reason, "")
	default:
		d.bad(OutUnreachable, err.Reason, "")
	}
	if wait := min(err.RetryAfter, d.RetryAfterCap); wait > 0 {
		d.commit.HostAfter = d.now.Add(wait)
		if d.again.Before(d.commit.HostAfter) {
			d.again = d.commit.HostAfter.Add(jitter(d.state.ID, d.now, wait/10))
		}
	}
}

// bad counts a look that showed no usable text: the last good text stays, and it is
// said once when it lasts.
func (d *decision) bad(out Outcome, reason, sample string) {
	if reason == "" {
		reason = "the page can't be read"
	}
	d.setOutcome(out, reason)
	t := d.state.Trouble
	if t == nil {
		t = &Trouble{Since: d.now}
		d.state.Trouble = t
	}
	t.Outcome, t.Reason, t.Sample = out, reason, sample
	t.Count++
	if d.look.offline && !t.Told {
		// What is told of the page is counted from when sites answer again.
		t.Offline++
		t.Since = d.now
		d.setOutcome(out, reason+offlineReason)
	}
	d.state.Failures = t.Count
	own := t.Count - t.Offline
	d.again = d.retryAt(max(own, 1))

	lasts := own >= badLooks || d.now.Sub(t.Since) >= d.BlindAfter
	if p := d.state.Pending; p != nil && p.Collapse && d.now.Sub(t.Since) < d.DoubtFor {
		lasts = false // it may yet turn out to be a real change
	}
	switch {
	case d.state.Removed:
	case t.Told:
		d.catchUpOn(t, alert.Blind, blindText(reason))
	case lasts:
		d.begin(t, alert.Blind, blindText(reason))
	}
}

// offlineReason is added to why a look failed while no site answered.
const offlineReason = "; no site can be reached from here"

func blindText(reason string) string {
	return fmt.Sprintf("This page can't be read for now: %s. The last good text is kept and checking goes on.", reason)
}

// retryAt returns when to look again after n bad looks in a row: doubling waits, up
// to the cap or the schedule's own step, whichever is longer.
func (d *decision) retryAt(n int) time.Time {
	longest := d.RetryCap
	if next := NextCheck(d.state, d.watches, d.now, d.Timings); next.Sub(d.now) > longest {
		longest = next.Sub(d.now)
	}
	wait := backOff(n, d.RetryMin, longest)
	return d.now.Add(wait + jitter(d.state.ID, d.now, wait/10))
}

// backOff returns how long to wait after n failures in a row: doubling from least, up
// to most.
func backOff(n int, least, most time.Duration) time.Duration {
	wait := least
	for i := 1; i < n && wait < most; i++ {
		wait *= 2
	}
	return min(wait, most)
}

// gone counts a look that found the article missing; text tells it once it lasts.
func (d *decision) gone(reason, text string) {
	g := d.state.Gone
	if g == nil {
		g = &Trouble{Outcome: OutGone, Since: d.now}
		d.state.Gone = g
	}
	g.Reason = reason
	g.Count++
	d.setOutcome(OutGone, fmt.Sprintf("%s, seen %s", reason, times(g.Count)))
	switch {
	case d.state.Removed:
		d.again = d.retryAt(g.Count)
		d.catchUpOn(g, alert.Gone, text)
	case g.Count >= badLooks && d.now.Sub(g.Since) >= d.GoneFor:
		d.state.Removed = true
		d.state.Trouble, d.state.Pending = nil, nil
		d.setOutcome(OutGone, fmt.Sprintf("%s, for good, it seems: seen %s over %s", reason, times(g.Count), words(d.now.Sub(g.Since))))
		d.begin(g, alert.Gone, text)
		d.again = d.retryAt(g.Count)
	default:
		step := d.GoneFor / (badLooks - 1)
		d.again = d.now.Add(step + jitter(d.state.ID, d.now, step/10))
	}
}

const goneText = "The page was removed: the server says that there is no such page any more. The last text is kept, and it is said when the page returns."
const withdrawnText = "The article was removed: its page says that it was taken away. The last text is kept, and it is said when the article returns."

// good records that the page could be read, and says so to those who heard
// otherwise.
func (d *decision) good() {
	st := &d.state
	trouble, gone := st.Trouble, st.Gone
	removed := st.Removed && gone != nil
	st.Trouble, st.Gone, st.Removed, st.Failures, st.LastGood = nil, nil, false, 0, d.now
	switch {
	case removed:
		d.end(gone, alert.Returned, "The page that was removed is back.")
	case trouble != nil && trouble.Told:
		d.end(trouble, alert.Recovered, "The page can be read again.")
	}
	if st.MovedFrom == "" || st.MoveTold {
		return
	}
	st.MoveTold = true
	st.Event++
	for _, w := range d.watches {
		if !w.Quiet(d.now) && w.ID != WatchID(w.Destination, st.ID) { // born at another address
			d.deliver(w, alert.Notice{Kind: alert.Moved, Text: "This article lives at another address now and is followed there."}, st.MovedFrom, st.ID, st.Event)
		}
	}
}

// begin tells a trouble, and remembers who may not hear of it now.
func (d *decision) begin(t *Trouble, kind alert.Kind, text string) {
	t.Told, t.ToldAt = true, d.now
	d.state.Event++
	for _, w := range d.watches {
		if w.Quiet(d.now) {
			if len(t.Missed) < maxMissed {
				t.Missed = append(t.Missed, w.ID)
			}
			continue
		}
		d.deliver(w, alert.Notice{Kind: kind, Since: t.Since, Text: text}, d.state.LastDigest, "", d.state.Event)
	}
	d.catchUpOn(t, kind, text)
}

// catchUpOn tells a trouble that lasts to watches that were quiet when it was told.
func (d *decision) catchUpOn(t *Trouble, kind alert.Kind, text string) {
	for _, w := range d.watches {
		i := slices.Index(t.Missed, w.ID)
		switch {
		case i < 0 || w.Paused:
		case w.Quiet(d.now):
			d.wake = append(d.wake, w.MutedUntil)
		default:
			t.Missed = slices.Delete(t.Missed, i, i+1)
			d.deliver(w, alert.Notice{Kind: kind, Since: t.Since, Text: text}, d.state.LastDigest, "", d.state.Event)
		}
	}
}

// end tells that a trouble is over to those who heard that it began. Who is quiet
// now finds the page as it was.
func (d *decision) end(t *Trouble, kind alert.Kind, text string) {
	d.state.Event++
	for _, w := range d.watches {
		if w.Quiet(d.now) || slices.Contains(t.Missed, w.ID) || w.Created.After(t.ToldAt) {
			continue
		}
		d.deliver(w, alert.Notice{Kind: kind, Since: t.Since, Text: text}, d.state.LastDigest, "", d.state.Event)
	}
}
