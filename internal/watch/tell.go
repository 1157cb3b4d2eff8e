package watch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// heard records that a watch knows the newest revision, and by which report; nil when
// it was told nothing.
func (d *decision) heard(w Watch, r *report.Report) {
	d.commit.Told[w.ID], d.commit.Judged[w.ID] = d.state.Last, d.state.Last
	d.heardBy[w.ID] = r
}

// pair names a report: between two revisions, with the choices of a watch about what
// is muted; no choices is what nearly all hear.
type pair struct {
	from, to int
	choices  string
}

// keep stores the report between a revision and the newest beside them.
func (d *decision) keep(from int, choices string, r *report.Report) {
	name := pair{from, d.state.Last, choices}
	if _, ok := d.reports[name]; ok || r == nil {
		return
	}
	d.reports[name] = r
	d.commit.Changes = append(d.commit.Changes, Change{From: from, To: d.state.Last, Choices: choices, Report: r})
}

// share keeps the report by which the newest revision was stored for those who made no
// choices; when somebody made some it is not theirs.
func (d *decision) share(from int) {
	if !slices.ContainsFunc(d.watches, func(w Watch) bool { return w.Choices() != "" }) {
		d.keep(from, "", d.report)
	}
}

// waits reports whether a watch may not be told of a change now; it wakes when it may.
func (d *decision) waits(w Watch) bool {
	until := w.MutedUntil
	if hushed := d.hushed[w.Destination.Guild]; hushed.After(until) {
		until = hushed
	}
	switch {
	case w.Paused:
		return true
	case d.now.Before(until):
		d.wake = append(d.wake, until)
		return true
	default:
		return false
	}
}

// catchUp tells the newest revision to watches that were muted, paused or held back
// when it came.
func (d *decision) catchUp() error {
	behind := false
	for _, w := range d.watches {
		if w.Judged < d.state.Last && !d.waits(w) {
			behind = true
		}
	}
	if !behind {
		return nil
	}
	newest, err := d.revision(d.state.Last)
	if err != nil {
		return err
	}
	return d.tell(newest)
}

// tell weighs the way from what each watch last heard to the newest revision.
func (d *decision) tell(newest article.Revision) error {
	d.expire()
	var widest *report.Report
	for _, w := range d.watches {
		if w.Judged >= newest.Number || d.waits(w) {
			continue
		}
		w, err := d.cross(w, newest)
		if err != nil {
			return err
		}
		r, err := d.tellOne(w, newest)
		if err != nil {
			return err
		}
		if r != nil && (widest == nil || len(r.Changes) > len(widest.Changes)) {
			widest = r
		}
	}
	d.closeNoted(newest.Number)
	if widest != nil {
		d.remember(newest, widest)
	}
	return nil
}

// tellOne decides whether one watch hears of the newest revision, and returns the
// report that it hears.
func (d *decision) tellOne(w Watch, newest article.Revision) (*report.Report, error) {
	if w.Told == 0 || w.Shown == newest.Digest {
		d.heard(w, nil)
		return nil, nil
	}
	base, err := d.base(w, newest)
	if err != nil {
		return nil, err
	}
	if base.Digest == newest.Digest {
		d.heard(w, nil)
		return nil, nil
	}
	r := d.between(base, newest, &w)
	// What is only told of notes may lie behind by a whole article.
	if w.Alerts == alert.Notes && r.Outcome == report.NotComparable && w.Judged > w.Told {
		if base, err = d.revision(w.Judged); err != nil {
			return nil, fmt.Errorf("what watch %s was weighed against last: %w", w.ID, err)
		}
		r = d.between(base, newest, &w)
	}
	d.commit.Judged[w.ID] = newest.Number
	whole := wholesale(base.Article, newest.Article, r)
	if !w.Alerts.Passes(r) && (whole == "" || w.Alerts == alert.Notes) {
		if r.Entries != nil && r.Entries.Added > 0 {
			// What is edited later in an entry that came now must be held against it.
			d.heard(w, nil)
		} else {
			d.await(w, base, newest)
		}
		return nil, nil
	}
	n := alert.Notice{
		Kind: alert.Change, From: base.Number, To: newest.Number, Text: cmp.Or(whole, r.Entries.String()),
		FromAt: base.Seen, ToAt: newest.Seen, Fetches: newest.Fetches, Report: r,
	}
	if d.past(newest.Digest, base.Number) > 0 {
		n.Kind = alert.Reverted
		ok, text := d.alternates(base.Digest, newest.Digest)
		if !ok {
			delete(d.commit.Judged, w.ID)
			return nil, nil
		}
		n.Text = strings.TrimSpace(n.Text + " " + text)
	}
	d.heard(w, r)
	var ack acknowledgement
	if n.Kind == alert.Change && r.Outcome == report.Changed {
		ack = d.acknowledged(w, r)
	}
	if whole != "" || !ack.all(r, w.Alerts) {
		d.deliver(w, n, base.Digest, newest.Digest, int64(newest.Number))
	}
	if ack.report != nil {
		d.acknowledge(w, ack, base, newest)
	}
	return r, nil
}

// wholesale says what happened to a text as a whole when that is news by itself,
// whatever single claims changed: it was replaced, or most of it came or went.
func wholesale(old, new *article.Article, r *report.Report) string {
	was, is := old.Words(), new.Words()
	switch {
	case r.Outcome == report.NotComparable:
		return "The whole text was replaced."
	case r.Entries != nil:
		return ""
	case float64(is) < halved*float64(was):
		return fmt.Sprintf("Most of the text was removed: %d words are left of %d.", is, was)
	case float64(is) > tripled*float64(was):
		return fmt.Sprintf("The text grew from %d words to %d.", was, is)
	}
	return ""
}

// base returns the revision a watch last heard of; when that was pruned, the newest
// one before the news that is left.
func (d *decision) base(w Watch, newest article.Revision) (article.Revision, error) {
	base, err := d.revision(w.Told)
	if errors.Is(err, ErrNotFound) && newest.Number-1 > w.Told {
		base, err = d.revision(newest.Number - 1)
	}
	if err != nil {
		return article.Revision{}, fmt.Errorf("what watch %s heard last: %w", w.ID, err)
	}
	return base, nil
}

// between returns the report between two revisions for a watch, made once for all of
// the same choices.
func (d *decision) between(base, newest article.Revision, w *Watch) *report.Report {
	name := pair{base.Number, newest.Number, w.Choices()}
	if r, ok := d.reports[name]; ok {
		return r
	}
	still, _ := mute.Still(base.Article, newest.Article, func(e mute.Edit) bool { return d.silent(w, e) })
	r := d.compare(base.Article, still)
	d.keep(base.Number, name.choices, r)
	return r
}

// alternates decides about a text giving way to an earlier one: the same pair is
// told at most once in AlternateEvery, and said to alternate.
func (d *decision) alternates(from, to string) (tell bool, text string) {
	a, b := min(from, to), max(from, to)
	i := slices.IndexFunc(d.state.Alternating, func(x Alternation) bool { return x.A == a && x.B == b })
	if i < 0 || d.now.Sub(d.state.Alternating[i].Told) > d.AlternateWindow {
		if i >= 0 {
			d.state.Alternating = slices.Delete(d.state.Alternating, i, i+1)
		}
		d.state.Alternating = bounded(d.state.Alternating, Alternation{A: a, B: b, Count: 1, Since: d.now, Told: d.now}, maxVariants)
		return true, "An earlier text came back."
	}
	x := &d.state.Alternating[i]
	switch {
	case x.Told.Equal(d.now) && x.Count == 1: // another watch hears the same
		return true, "An earlier text came back."
	case !x.Told.Equal(d.now) && d.now.Sub(x.Told) < d.AlternateEvery:
		d.wake = append(d.wake, x.Told.Add(d.AlternateEvery))
		return false, ""
	case !x.Told.Equal(d.now):
		x.Count++
		x.Told = d.now
	}
	return true, fmt.Sprintf("The page alternates between two texts: told %s in %s, at most once in %s.",
		times(x.Count), words(max(d.now.Sub(x.Since), time.Minute)), words(d.AlternateEvery))
}

// deliver queues a notice for a watch.
func (d *decision) deliver(w Watch, n alert.Notice, from, to string, event int64) {
	st := &d.state
	if n.Report != nil {
		n.Choices = w.Choices()
	}
	n.Subject = alert.Subject{Article: st.ID, URL: st.URL, Headline: st.Title, Site: st.Site}
	if n.Summary == "" && n.Report != nil && n.Report.Outcome == report.Changed {
		n.Summary = d.compose(n.Report).Markdown()
	}
	x := alert.Delivery{
		ID: alert.DeliveryID(w.ID, n.Kind, from, to, event), Watch: w.ID, Destination: w.Destination,
		Notice: n, Thread: w.Thread, Created: d.now,
	}
	if calls(n) {
		x.Mention = w.Mention
	}
	d.commit.Deliveries = append(d.commit.Deliveries, x)
}

// calls reports whether a notice is worth calling people for: what is major, a note
// that appears for what was told without one, and an article that is gone.
func calls(n alert.Notice) bool {
	switch n.Kind {
	case alert.Gone, alert.Acknowledged:
		return true
	case alert.Change, alert.Reverted:
		r := n.Report
		return r == nil || r.Outcome == report.NotComparable || r.Severity == report.Major || r.Severity == report.Critical
	default:
		return false
	}
}

// remember keeps what was told as "no note found", for a note that may come later.
func (d *decision) remember(newest article.Revision, r *report.Report) {
	st := &d.state
	if r.Announced != report.AnnouncedNo && r.Announced != report.AnnouncedPartly {
		return
	}
	open := OpenChange{Revision: newest.Number, Seen: newest.Seen, Told: d.now}
	for _, c := range r.Changes {
		if c.Note == nil && c.Severity != report.Style && c.Severity != report.None && len(open.Changes) < maxOpenClaims && !st.waits(&c) {
			open.Changes = append(open.Changes, c)
		}
	}
	if len(open.Changes) > 0 {
		st.Open = bounded(st.Open, open, maxOpen)
	}
}
