package watch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"erratum/internal/mute"
)

// meet looks up what is remembered of an article's host where the look may need it: the
// text changed, a watch is behind, or it is time to remember what the article shows.
func (c *Checker) meet(ctx context.Context, l Lease, seen *look) (err error) {
	r := seen.reading
	another := r != nil && r.Article != nil && r.Article.Digest() != l.State.LastDigest
	behind := slices.ContainsFunc(l.Watches, func(w Watch) bool { return !w.Paused && w.Judged < l.State.Last })
	if !another && !behind && (r == nil || l.Now.Sub(l.State.Shown) < c.opts.Timings.LearnEvery) {
		return nil
	}
	if seen.neighbours, err = c.store.Neighbours(ctx, l.Article); err != nil {
		return fmt.Errorf("what other articles of its host show: %w", err)
	}
	seen.met = true
	return nil
}

// meet finds the furniture that the article shares with its neighbours: by what the look
// shows, or what was remembered of it when that is the same text.
func (d *decision) meet() {
	r := d.look.reading
	if !d.look.met {
		return
	}
	digest := d.digest
	if r != nil && r.NotModified {
		digest = d.state.LastDigest
	}
	before, known := d.self()
	d.page, d.learns = before, known && before.Text == mute.KeyOf(digest)
	if !d.learns && r != nil && r.Article != nil {
		d.page, d.learns = mute.Look(d.state.ID, r.Article, d.now)
		known = d.learns
	}
	if known {
		d.common = mute.NewCommon(d.page, d.look.neighbours)
	}
}

// self is what is remembered of the article itself.
func (d *decision) self() (mute.Page, bool) {
	i := slices.IndexFunc(d.look.neighbours, func(p mute.Page) bool { return p.Article == d.state.ID })
	if i < 0 {
		return mute.Page{}, false
	}
	return d.look.neighbours[i], true
}

// furniture says why an edit is muted as one of the host's furniture.
func (d *decision) furniture(e mute.Edit) (mute.Mute, bool) {
	since := d.state.Unrest.Since(e.New)
	if since.IsZero() {
		since = d.now
	}
	m, ok := d.common.Why(e, since)
	return m, ok && (m.Reason != mute.Reworded || d.now.Sub(since) < d.RewordedFor)
}

// learn remembers what the article shows, for the others of its host. Where many are
// watched it takes the place of one that was not looked at for a day.
func (d *decision) learn() {
	r := d.look.reading
	if !d.look.met || r == nil || d.state.Last == 0 {
		return
	}
	switch d.outcome {
	case OutBaseline, OutUnchanged, OutNotModified, OutCosmetic, OutChanged, OutReverted: // it shows the newest revision
	default:
		return
	}
	before, known := d.self()
	if !d.learns || !known && d.crowded() {
		return
	}
	page := d.page
	if known {
		page = page.After(before)
		page.Seen = d.now
		if slices.Equal(page.Blocks, before.Blocks) && d.now.Sub(before.Seen) < d.LearnEvery {
			return
		}
	}
	d.state.Shown, d.commit.Shows = d.now, &page
}

// crowded reports whether there is no room for another article of the host.
func (d *decision) crowded() bool {
	pages := d.look.neighbours
	if len(pages) < mute.MaxPages {
		return false
	}
	oldest := slices.MinFunc(pages, func(a, b mute.Page) int { return cmp.Compare(a.Seen.UnixNano(), b.Seen.UnixNano()) })
	return d.now.Sub(oldest.Seen) < 24*time.Hour
}
