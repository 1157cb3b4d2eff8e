package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// variantLooks bounds how many looks in a row must show a text that was taken back
// before, however often that happened.
const variantLooks = 6

// differs decides about a text that differs from the newest revision and raises no
// doubt: cosmetic, a new beginning of a hold, or one look more at a held text.
func (d *decision) differs(last article.Revision, r *article.Reading) error {
	p := d.state.Pending
	d.observe(last.Article, r.Article)
	d.observeHeadline(last.Article, r.Article)
	d.report = d.weigh(last.Article, r.Article)
	switch d.report.Outcome {
	case report.NotComparable:
		return d.doubted(doubt{reason: d.report.Reason}, last, r)
	case report.Same, report.Cosmetic:
		d.good()
		return d.cosmetic(last, r)
	}
	d.good()
	if p != nil && p.Collapse {
		p = nil // the page is back to a text of the usual size
	}
	noted, err := d.hasNewNote(last)
	switch {
	case err != nil:
		return err
	case noted:
		return d.confirm(r, d.changed(p, r), "it carries a new note")
	case p == nil && d.stood(r.Article) && d.headlineOnly(last.Article, d.calmed(last.Article, r.Article)):
		t := d.state.Trial
		return d.confirm(r, article.Revision{Seen: t.Since, Fetches: t.Count, Article: r.Article}, "seen "+times(t.Count))
	case p == nil:
		if looks := d.replaced(last.Article, r.Article); looks > 0 {
			rev := article.Revision{Seen: d.now, Fetches: looks, Article: r.Article}
			return d.confirm(r, rev, "what it differs in comes again and again, and what was there before does not")
		}
		return d.hold(last, r, d.now)
	case d.agrees(p, r):
		return d.lookAgain(p, r)
	case d.now.Sub(p.First) >= d.HoldCap:
		return d.enough(p, last, r)
	case p.Count+1 >= d.looks(p) && !d.now.Before(p.Next) && d.keeps(last.Article, p.Article, r.Article):
		return d.split(p, last, r)
	default:
		return d.hold(last, r, p.First)
	}
}

// patience is how many times longer texts that were there before may take turns without
// the known one: then it is gone.
const patience = 6

// enough ends a hold in which no two looks agreed for long: what the page shows is
// believed at one look. That is no headline that no other look showed, nor, for an hour, a
// text that was there before: those take turns and are no story being edited.
func (d *decision) enough(p *Pending, last article.Revision, r *article.Reading) error {
	d.hasty = true
	d.report = d.weigh(last.Article, r.Article)
	before := d.variant(d.digest) != nil || d.past(d.digest, last.Number) > 0
	if d.report.Outcome != report.Changed || before && d.now.Sub(p.First) < patience*d.HoldCap {
		d.hasty = false
		return d.hold(last, r, p.First)
	}
	return d.confirm(r, d.changed(nil, r), "it has been edited for "+words(d.HoldCap))
}

// split confirms what a held text and a later one share and holds the rest anew.
func (d *decision) split(p *Pending, last article.Revision, r *article.Reading) error {
	held := article.Revision{Seen: p.Since, Fetches: p.Count + 1, PageDigest: p.PageDigest, Article: p.Article}
	d.report = d.weigh(last.Article, p.Article)
	if err := d.confirm(nil, held, "a later look shows all of it"); err != nil {
		return err
	}
	return d.pend(held.Article, r, d.now)
}

// changed begins the revision of a text that a look shows, held before or not.
func (d *decision) changed(p *Pending, r *article.Reading) article.Revision {
	rev := article.Revision{Seen: d.now, Fetches: 1, Article: r.Article}
	if p != nil && p.Digest == d.digest {
		rev.Seen, rev.Fetches = p.Since, p.Count+1
	}
	return rev
}

// agrees reports whether a look shows the held text, wording that means nothing
// apart.
func (d *decision) agrees(p *Pending, r *article.Reading) bool {
	if p.Digest == d.digest {
		return true
	}
	out := d.weigh(p.Article, r.Article).Outcome
	return out == report.Same || out == report.Cosmetic
}

// hold begins to wait for a second look; first is when the waiting began, whatever
// was seen since.
func (d *decision) hold(last article.Revision, r *article.Reading, first time.Time) error {
	d.setOutcome(OutHeld, "a new text, waiting for a second look")
	if v := d.variant(d.digest); v != nil {
		d.setOutcome(OutVariant, fmt.Sprintf("a text that the page showed and took back %s; told if it stays", times(v.Times)))
	}
	return d.pend(last.Article, r, first)
}

// pend remembers a text as not yet believed. old is what it is weighed against.
func (d *decision) pend(old *article.Article, r *article.Reading, first time.Time) error {
	p := &Pending{
		Digest: d.digest, PageDigest: r.PageDigest, Article: r.Article,
		First: first, Since: d.now, Count: 1, HeadlineOnly: d.headlineOnly(old, d.calmed(old, r.Article)), Varies: r.Varies,
	}
	d.state.Pending = p
	d.waitFor(p)
	return nil
}

// lookAgain counts one more look at the held text.
func (d *decision) lookAgain(p *Pending, r *article.Reading) error {
	if d.now.Before(p.Next) {
		d.setOutcome(OutHeld, "the new text again, too soon after the last look to count")
		d.again = p.Next
		return nil
	}
	p.Varies = p.Varies || r.Varies
	if p.Count+1 >= d.looks(p) {
		rev := article.Revision{Seen: p.Since, Fetches: p.Count + 1, Article: r.Article}
		return d.confirm(r, rev, "seen "+times(p.Count+1))
	}
	p.Count++
	p.Digest, p.PageDigest, p.Article = d.digest, r.PageDigest, r.Article
	d.setOutcome(OutHeld, fmt.Sprintf("the new text was seen %s, %d looks are needed", times(p.Count), d.looks(p)))
	d.waitFor(p)
	return nil
}

// waitFor sets when a held text is looked at again.
func (d *decision) waitFor(p *Pending) {
	wait := d.ConfirmMin + jitter(d.state.ID, d.now, d.ConfirmMax-d.ConfirmMin)
	switch v := d.variant(p.Digest); {
	case p.Collapse:
		wait = d.DoubtFor / (doubtLooks - 1)
	case v != nil:
		// What came and went must stay for longer each time, or a page that throws
		// dice at each request would be told in the end.
		for range min(v.Times-1, 5) {
			wait *= 2
		}
		wait = max(wait, d.HoldCap/2)
	case p.HeadlineOnly && p.Count > 1:
		wait = max(wait, d.HeadlineApart)
	}
	p.Next = d.now.Add(wait)
	if cap := p.First.Add(d.HoldCap); !p.Collapse && p.Count == 1 && p.First.Before(p.Since) && cap.After(d.now) && cap.Before(p.Next) {
		p.Next = cap
	}
	d.again = p.Next
}

// looks returns how many looks must show a held text.
func (d *decision) looks(p *Pending) int {
	n := 2
	v := d.variant(p.Digest)
	switch {
	case p.Collapse:
		return doubtLooks
	case v != nil:
		n = min(2+v.Times, variantLooks)
	case p.HeadlineOnly:
		n = 3 // the first sight and two confirmations
	}
	if p.Varies {
		n++
	}
	return n
}

// variant returns the known variant of a digest, or nil.
func (d *decision) variant(digest string) *Variant {
	for i := range d.state.Variants {
		if d.state.Variants[i].Digest == digest {
			return &d.state.Variants[i]
		}
	}
	return nil
}

// refute ends a hold because the known text came back.
func (d *decision) refute(p *Pending) {
	d.state.Pending = nil
	if p.Collapse {
		return
	}
	seen := Variant{Digest: p.Digest, Seen: p.Since, Times: 1}
	if v := d.variant(p.Digest); v != nil {
		seen.Times = v.Times + 1
		d.state.Variants = slices.DeleteFunc(d.state.Variants, func(v Variant) bool { return v.Digest == p.Digest })
	}
	d.state.Variants = bounded(d.state.Variants, seen, maxVariants)
	d.setOutcome(OutVariant, "the known text came back: the page shows several texts by turns")
}

// doubted decides about a suspicious text: kept apart, and believed when it lasts.
func (d *decision) doubted(why doubt, last article.Revision, r *article.Reading) error {
	if why.never {
		d.bad(OutQuarantined, why.reason, sample(r.Article))
		return nil
	}
	p := d.state.Pending
	switch {
	case p == nil || !p.Collapse || p.Digest != d.digest:
		p = &Pending{
			Digest: d.digest, PageDigest: r.PageDigest, Article: r.Article,
			First: d.now, Since: d.now, Count: 1, Collapse: true,
		}
		d.state.Pending = p
	case d.now.Before(p.Next):
	case p.Count+1 >= doubtLooks:
		d.state.Trouble = nil // no word of recovery: the change itself is told
		d.good()
		if r.Article.Extractor != d.state.Extractor {
			return d.rebaseline(r)
		}
		if d.report == nil {
			d.report = d.weigh(last.Article, r.Article)
		}
		return d.confirm(r, d.changed(p, r), why.reason+", and stays so")
	default:
		p.Count++
	}
	d.bad(OutQuarantined, why.reason, sample(r.Article))
	if d.now.Before(p.Next) {
		d.again = p.Next
		return nil
	}
	d.waitFor(p)
	return nil
}

// cosmetic stores a text that differs in nothing that is told.
func (d *decision) cosmetic(last article.Revision, r *article.Reading) error {
	muted, trying, turning := d.still, d.trying, d.turning // before other texts are weighed
	if p := d.state.Pending; p != nil {
		d.refute(p)
		if !p.Collapse && len(muted) > 0 && d.weigh(last.Article, p.Article).Outcome != report.Changed {
			d.state.Variants = d.state.Variants[:len(d.state.Variants)-1] // it was nothing but what is muted
		}
	}
	reason := d.report.Reason
	switch {
	case len(muted) > 0:
		reason = mutedWords(muted)
	case reason == "":
		reason = "only format, typing errors or small words differ"
	}
	d.setOutcome(OutCosmetic, reason)
	if trying {
		return d.tries(r.Article)
	}
	if len(muted) > 0 && !slices.ContainsFunc(muted, func(m mute.Mute) bool { return m.Reason != mute.Turns }) {
		d.setOutcome(OutVariant, reason)
		if turning { // an edit may have come to stay, and the schedule may be slow
			d.wake = append(d.wake, d.now.Add(d.DoubtFor/2))
		}
		return nil
	}
	// What somebody ignores is a choice, and each change of it is kept.
	noise := len(muted) > 0 && !slices.ContainsFunc(muted, func(m mute.Mute) bool { return m.Reason == mute.Ignored })
	if noise && d.now.Sub(d.state.Muted) < d.MutedEvery {
		return nil // a counter would fill the history, whatever else changes between
	}
	if i := slices.IndexFunc(d.state.Past, func(p PastText) bool { return p.Digest == d.digest }); i >= 0 {
		// A page that shows two such texts by turns would fill the history.
		d.setOutcome(OutCosmetic, fmt.Sprintf("%s; the same as revision %d", reason, d.state.Past[i].Revision))
		return nil
	}
	if noise {
		d.state.Muted = d.now
	}
	from := d.state.Last
	d.store(article.Revision{Label: article.Cosmetic, Reason: reason, Seen: d.now, Fetches: 1, Article: r.Article}, r)
	d.share(from)
	return d.tell(*d.commit.Revision)
}

// tries looks again at a headline that was taken back before.
func (d *decision) tries(a *article.Article) error {
	d.setOutcome(OutVariant, d.trialWords(a))
	d.wake = append(d.wake, d.now.Add(d.HoldCap/2))
	return nil
}

// confirm believes a text: it becomes a revision, and the watches hear of it. r is
// the reading that shows it, or nil when the page shows more by now.
func (d *decision) confirm(r *article.Reading, rev article.Revision, because string) error {
	last, err := d.revision(d.state.Last)
	if err != nil {
		return err
	}
	shown := rev.Article
	rev.Article = d.settled(last.Article, shown)
	rev.Label, rev.Reason = article.Changed, because
	d.setOutcome(OutChanged, "a new text is believed: "+because)
	if past := d.past(rev.Article.Digest(), d.state.Last); past > 0 {
		rev.Label, rev.Reason = article.Reverted, fmt.Sprintf("the text of revision %d came back", past)
		d.setOutcome(OutReverted, rev.Reason)
	}
	from := d.state.Last
	d.state.Pending = nil
	d.gaveWay(last.Article, rev.Article)
	d.store(rev, r)
	d.state.LastChange = d.now
	if rev.Article != shown {
		d.state.Validators, d.state.PageDigest = article.Validators{}, "" // of a page under another headline
	}
	d.share(from)
	return d.tell(*d.commit.Revision)
}

// past returns the newest revision before n that had this text, or 0.
func (d *decision) past(digest string, n int) int {
	for _, p := range slices.Backward(d.state.Past) {
		if p.Digest == digest && p.Revision < n {
			return p.Revision
		}
	}
	return 0
}

// notesBefore is how many revisions back it is asked whether a note stood there before.
const notesBefore = 8

// hasNewNote reports whether the outlet put a note on the page. One that stood there
// before, and went, comes back with old copies too.
func (d *decision) hasNewNote(last article.Revision) (bool, error) {
	var notes []string
	for _, n := range d.report.Notes {
		if n.State == report.NoteNew {
			notes = append(notes, n.Text)
		}
	}
	for n := last.Number - 1; len(notes) > 0 && n > max(0, last.Number-notesBefore); n-- {
		rev, err := d.revision(n)
		if errors.Is(err, ErrNotFound) {
			break // pruned
		} else if err != nil {
			return false, fmt.Errorf("whether a note stood there before: %w", err)
		}
		text := rev.Article.BodyText()
		notes = slices.DeleteFunc(notes, func(s string) bool { return strings.Contains(text, s) })
	}
	return len(notes) > 0, nil
}

// headlineOnly reports whether two texts differ in nothing that is told but the
// headline, as headlines under test do.
func (d *decision) headlineOnly(old, new *article.Article) bool {
	if old.Headline == new.Headline {
		return false
	}
	same := *new
	same.Headline = old.Headline
	out := d.compare(old, &same).Outcome
	return out == report.Same || out == report.Cosmetic
}

// times writes how often.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}
