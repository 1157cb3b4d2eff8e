package watch

import (
	"fmt"
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// observe remembers which blocks a look shows changed. In a live blog that says nothing
// of a block: another entry stands at the top of it at every look.
func (d *decision) observe(last, now *article.Article) {
	if last.LiveBlog && now.LiveBlog {
		return
	}
	var choices []mute.Key
	for _, w := range d.watches {
		choices = append(choices, w.Unmuted...)
		for _, r := range w.Ignore {
			choices = append(choices, r.ID)
		}
	}
	d.state.Unrest = d.state.Unrest.Seen(last, now, d.now, d.ConfirmMin, choices)
}

// calm remembers of a look at the newest revision's text that blocks came back to it.
func (d *decision) calm() error {
	if len(d.state.Unrest.Blocks) == 0 {
		return nil
	}
	last, err := d.revision(d.state.Last)
	if err == nil {
		d.observe(last.Article, last.Article)
	}
	return err
}

// muted says why an edit is told to nobody: it is a machine's doing, or nobody wants to
// hear of it.
func (d *decision) muted(e mute.Edit) (mute.Mute, bool) {
	for i := range d.watches {
		if !d.silent(&d.watches[i], e) {
			return mute.Mute{}, false
		}
	}
	if m, ok := d.why(e); ok {
		return m, true
	}
	return mute.Mute{Reason: mute.Ignored}, len(d.watches) > 0
}

// silent reports whether a watch is not told of an edit: it ignores it, or the edit is
// a machine's doing and the watch did not have the block un-muted.
func (d *decision) silent(w *Watch, e mute.Edit) bool {
	if d.ignores(w, e) {
		return true
	}
	m, ok := d.why(e)
	return ok && !w.hears(m)
}

// ignores reports whether a rule of a watch keeps an edit from it.
func (d *decision) ignores(w *Watch, e mute.Edit) bool {
	if len(w.Ignore) == 0 {
		return false
	}
	choices := w.Choices()
	if d.rules[choices] == nil {
		d.rules[choices] = mute.Ready(w.Ignore)
	}
	return d.rules[choices].Ignores(d.state.Unrest, e)
}

// hears reports whether a watch wants to hear of a block that is muted for others.
func (w *Watch) hears(m mute.Mute) bool { return slices.Contains(w.Unmuted, m.ID) }

// why says why an edit is muted, for a watch without choices. Whether a text that is
// known as a whole has come to stay is for the hold to find, unless other texts
// altogether take turns in it: each page with an advert is known before long.
func (d *decision) why(e mute.Edit) (mute.Mute, bool) {
	m, ok := d.state.Unrest.Why(e)
	if ok && !(d.known && m.Reason == mute.Turns && !e.Replaces()) {
		return m, true
	}
	return d.furniture(e)
}

// weigh compares two texts for everyone: what is told to nobody stands still, and is
// in d.still.
func (d *decision) weigh(old, new *article.Article) *report.Report {
	return d.compare(old, d.calmed(old, new))
}

// calmed is a text with what is told to nobody as it is in old, and so is a headline that
// may yet be taken back.
func (d *decision) calmed(old, new *article.Article) *article.Article {
	d.still, d.turning = nil, false
	still, _ := mute.Still(old, new, func(e mute.Edit) bool {
		m, ok := d.muted(e)
		if ok {
			d.still = append(d.still, m)
			d.turning = d.turning || m.Reason == mute.Turns && !e.Replaces()
		}
		return ok
	})
	under := d.settled(old, still)
	d.trying = under != still
	return under
}

// replaced returns how many looks showed what a text brings if it differs from the newest
// revision in nothing but forms of blocks that took the place of the former among those
// that take turns; else 0.
func (d *decision) replaced(last, now *article.Article) int {
	if last.Headline != now.Headline || last.Dek != now.Dek {
		return 0
	}
	least := 0
	for i, e := range mute.Edits(last, d.calmed(last, now)) {
		n := d.state.Unrest.Replaced(e)
		if n == 0 {
			return 0
		}
		if i == 0 || n < least {
			least = n
		}
	}
	return least
}

// keeps reports whether a later text still holds everything by which a held one differs
// from the newest revision, which is more than what is muted.
func (d *decision) keeps(last, held, later *article.Article) bool {
	calm := d.calmed(last, held)
	return d.compare(last, calm).Outcome == report.Changed && keeps(last, calm, d.calmed(last, later))
}

// await leaves a watch behind that was told nothing because a block is muted as long as
// it is restless: it is weighed again until the block comes to rest, in either form.
func (d *decision) await(w Watch, base, newest article.Revision) {
	_, edits := mute.Still(base.Article, newest.Article, func(e mute.Edit) bool {
		m, ok := d.why(e)
		return ok && m.Reason.Ends() && !w.hears(m) && !d.ignores(&w, e)
	})
	if len(edits) == 0 {
		return
	}
	delete(d.commit.Judged, w.ID)
	for _, e := range edits {
		if m, _ := d.why(e); m.Reason == mute.Reworded {
			d.wake = append(d.wake, d.now.Add(d.RewordedFor))
		}
		if d.state.Unrest.Shows(e) && !e.Replaces() {
			d.wake = append(d.wake, d.now.Add(d.DoubtFor/2))
		}
	}
}

// mutedWords says that nothing changed but what is muted.
func mutedWords(muted []mute.Mute) string {
	var what []string
	for _, m := range muted {
		if s := "a block that " + m.Reason.Words(); !slices.Contains(what, s) {
			what = append(what, s)
		}
	}
	return fmt.Sprintf("only what is muted changed: %s", strings.Join(what, ", "))
}
