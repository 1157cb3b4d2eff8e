package watch

import (
	"cmp"
	"slices"
	"time"

	"erratum/internal/article"
	"erratum/internal/mute"
	"erratum/internal/report"
)

// Bounds of what an article's state remembers.
const (
	maxVariants   = 16
	maxPast       = 64
	maxOpen       = 16
	maxOpenClaims = 12
	maxSample     = 300 // bytes of what a bad look showed
	maxMissed     = 256 // watches that were quiet when a trouble was told
	maxCrossings  = 16
)

// look is what one attempt to read the page brought: a reading or an error. kept is a
// reading of the page kept with the newest revision, by the extractor of now.
type look struct {
	reading *article.Reading
	kept    *article.Reading
	err     *article.ReadError
	// unclaimed says that the address that the page calls its own did not answer.
	unclaimed bool
	// neighbours is what is remembered of the articles of the host, when met says that
	// this was looked up.
	neighbours []mute.Page
	met        bool
	// offline says that no site answers for a while: the page is not to blame.
	// offlineSince is since when, once that is worth saying.
	offline      bool
	offlineSince time.Time
}

// judge holds what decisions are made by; it never changes.
type judge struct {
	compareTexts Compare
	compose      Compose
	Timings
}

// decision is one check being decided: from state, watches, the look and stored
// revisions to everything that is to be written. Nothing here reads a page, a clock
// or a random number, so deciding again gives the same.
type decision struct {
	*judge
	state    State // a copy of the lease's that becomes the new one
	watches  []Watch
	now      time.Time
	look     look
	digest   string // of the text that the look shows
	revision func(n int) (article.Revision, error)
	hushed   map[string]time.Time // by guild: until when it hears of no change

	commit  Commit
	outcome Outcome
	reason  string
	report  *report.Report // of what the page shows against the newest revision
	moveTo  string         // when set, the article moves there and nothing is committed
	again   time.Time      // look again then, whatever the schedule says
	wake    []time.Time    // times at which a watch wants to hear what was kept from it
	reports map[pair]*report.Report
	rules   map[string]*mute.Rules // by choices of a watch
	page    mute.Page              // what is to be remembered of the article, when learns says so
	learns  bool
	common  *mute.Common              // the host's furniture, when neighbours were met
	known   bool                      // the look's text was seen before as a whole: a variant, an earlier revision
	still   []mute.Mute               // what stood still for everyone in the comparison made last
	trying  bool                      // so did the headline
	turning bool                      // and a block that is the same text in other words by turns
	hasty   bool                      // one look at a text has to do: it is edited for long
	heardBy map[string]*report.Report // by watch that knows the newest revision since this check
	noted   map[[2]int]bool           // by entry and change of state.Open: acknowledged by a note
}

// decide finds what a look means. Its error is that of reading a revision.
func (j *judge) decide(l Lease, seen look, now time.Time, revision func(int) (article.Revision, error), hushed map[string]time.Time) (*decision, error) {
	d := &decision{
		judge: j, state: l.State.clone(), watches: l.Watches, now: now, look: seen, revision: revision, hushed: hushed,
		reports: map[pair]*report.Report{}, rules: map[string]*mute.Rules{}, heardBy: map[string]*report.Report{}, noted: map[[2]int]bool{},
	}
	if seen.reading != nil && seen.reading.Article != nil {
		d.digest = seen.reading.Article.Digest()
	}
	d.meet()
	d.commit.Told, d.commit.Judged = map[string]int{}, map[string]int{}
	if err := d.see(); err != nil {
		return nil, err
	}
	if d.moveTo != "" {
		return d, nil
	}
	// A hold ends within minutes; what was kept from a watch is told with it.
	if d.commit.Revision == nil && d.outcome != OutHeld {
		if err := d.catchUp(); err != nil {
			return nil, err
		}
	}
	d.finish()
	return d, nil
}

// see tells apart what was looked at.
func (d *decision) see() error {
	r := d.look.reading
	switch {
	case d.look.kept != nil:
		return d.reread(d.look.kept)
	case d.look.err != nil:
		d.failed(d.look.err)
		return nil
	case r.NotModified && d.state.Last > 0 && d.moves(r):
		d.move(r) // the same bytes came from another address
		return nil
	case r.NotModified && d.state.Last > 0 && r.PageDigest != "":
		return d.same(d.sameWhy(r), OutUnchanged)
	case r.NotModified && d.state.Last > 0:
		return d.same("the server says that nothing was modified", OutNotModified)
	case r.Article == nil:
		d.bad(OutQuarantined, "no text was found on the page", "")
		return nil
	case r.Withdrawn && d.state.Last > 0:
		d.gone("the page says that the article was taken away", withdrawnText)
		return nil
	case r.Verdict != article.OK:
		d.bad(OutQuarantined, why(r), sample(r.Article))
		return nil
	case d.state.Last == 0 && !d.moves(r):
		d.baseline(r)
		return nil
	case d.state.Last == 0:
		d.move(r)
		return nil
	case d.digest == d.state.LastDigest && r.Article.Extractor == d.state.Extractor && !d.moves(r):
		return d.same(d.sameWhy(r), OutUnchanged)
	}
	last, err := d.revision(d.state.Last)
	if err != nil {
		return err
	}
	return d.another(last, r)
}

// another decides about a readable page that is not what is known.
func (d *decision) another(last article.Revision, r *article.Reading) error {
	p := d.state.Pending
	d.known = d.variant(d.digest) != nil || d.past(d.digest, last.Number) > 0 || p != nil && p.Digest == d.digest
	doubt := d.doubt(last, r)
	switch {
	case d.moves(r) && doubt.otherPage:
		// A removed article often redirects to the front page.
		d.bad(OutQuarantined, "the address now leads to another page", sample(r.Article))
		return nil
	case d.moves(r):
		d.move(r)
		return nil
	case doubt.reason != "":
		return d.doubted(doubt, last, r)
	case r.Article.Extractor != d.state.Extractor:
		return d.rebaseline(r)
	default:
		return d.differs(last, r)
	}
}

// moves reports whether the page redirects for good.
func (d *decision) moves(r *article.Reading) bool {
	return r.MovedTo != "" && r.MovedTo != d.state.URL
}

func (d *decision) move(r *article.Reading) {
	d.moveTo = r.MovedTo
	d.setOutcome(OutMoved, "the page lives at another address for good: "+r.MovedTo)
}

func (d *decision) sameWhy(r *article.Reading) string {
	if r.PageDigest == d.state.PageDigest {
		return "the page is the same to the byte"
	}
	return "the page was written anew, the text is the same"
}

// baseline stores the first sight.
func (d *decision) baseline(r *article.Reading) {
	d.good()
	d.state.FirstSeen = d.now
	d.store(article.Revision{Label: article.Baseline, Seen: d.now, Fetches: 1, Article: r.Article}, r)
	d.setOutcome(OutBaseline, "first sight")
	for _, w := range d.watches {
		d.heard(w, nil)
	}
}

// same records that the page shows the newest revision.
func (d *decision) same(reason string, out Outcome) error {
	d.good()
	d.setOutcome(out, reason)
	if p := d.state.Pending; p != nil {
		d.refute(p)
	}
	if t := d.state.Trial; t != nil {
		d.takenBack(t)
	}
	d.state.TitleSeen = d.now
	if err := d.calm(); err != nil {
		return err
	}
	r := d.look.reading
	if !r.NotModified || r.PageDigest != "" {
		// The same bytes come with other validators, too: a server of several, or one
		// that has only begun to give them.
		d.state.Validators = r.Validators
	}
	if !r.NotModified {
		d.state.PageDigest = r.PageDigest
		d.describe(r.Article)
	}
	return nil
}

// describe keeps what a page says about itself beside its text.
func (d *decision) describe(a *article.Article) {
	d.state.Title, d.state.Site = a.Headline, a.Site
	if a.Language != "" {
		d.state.Language = a.Language
	}
	if !a.Published.IsZero() {
		d.state.Published = a.Published
	}
	if a.Modified.After(d.state.Modified) {
		d.state.Modified = a.Modified
	}
}

// store makes a text the newest revision. r is the reading that shows it, or nil
// when the page shows another text by now.
func (d *decision) store(rev article.Revision, r *article.Reading) {
	st, a := &d.state, rev.Article
	if st.Last > 0 && rev.Label != article.Rebaselined && rev.Label != article.Reread {
		st.Past = bounded(st.Past, PastText{st.LastDigest, st.Last}, maxPast)
	}
	rev.Number = st.Last + 1
	rev.Confirmed = d.now
	rev.Digest = a.Digest()
	st.Last, st.LastDigest, st.Extractor, st.Words = rev.Number, rev.Digest, a.Extractor, a.Words()
	st.Validators, st.PageDigest = article.Validators{}, rev.PageDigest
	if r != nil {
		rev.Status, rev.Validators, rev.PageDigest = r.Status, r.Validators, r.PageDigest
		st.Validators, st.PageDigest = r.Validators, r.PageDigest
		st.Rendered = r.Rendered
		d.commit.Page = r.Page
	}
	st.Variants = slices.DeleteFunc(slices.Clone(st.Variants), func(v Variant) bool { return v.Digest == rev.Digest })
	st.closeTrial(a, d.now)
	d.describe(a)
	// A rollback, or a date from the future that was mended, must not make every
	// later page look like an old copy.
	if !a.Modified.IsZero() {
		st.Modified = a.Modified
	}
	d.commit.Revision = &rev
}

// setOutcome names the outcome; the last call counts.
func (d *decision) setOutcome(out Outcome, reason string) { d.outcome, d.reason = out, reason }

// finish fills in what every commit has.
func (d *decision) finish() {
	if r := d.look.reading; r != nil && r.Article != nil && r.Verdict == article.OK && !d.look.unclaimed {
		d.state.Claim = r.Article.CanonicalURL
	}
	if r := cmp.Or(d.look.kept, d.look.reading); r != nil && r.Article != nil {
		d.state.Flat = r.Flat
	}
	d.missOpen()
	d.learn()
	d.commit.State = d.state
	d.commit.Due = d.due()
	v := Visit{At: d.now, Outcome: d.outcome, Reason: d.reason, Digest: d.digest, Told: len(d.commit.Deliveries)}
	if r := d.look.reading; r != nil {
		v.Status = r.Status
		if r.Delay > d.HostSpacing {
			d.commit.HostAfter = d.now.Add(r.Delay)
		}
	} else if d.look.err != nil {
		v.Status = d.look.err.Status
	}
	if d.commit.Revision != nil {
		v.Revision = d.commit.Revision.Number
	}
	d.commit.Visit = v
}

// idle is how far away the next check of an article is that only paused watches
// follow; resuming one moves it forward.
const idle = 365 * 24 * time.Hour

// due returns when to look again: when the finding asks for it, else when a watch's
// schedule does, or a watch has something kept for it.
func (d *decision) due() time.Time {
	next := NextCheck(d.state, d.watches, d.now, d.Timings)
	if next.IsZero() {
		return d.now.Add(idle)
	}
	if !d.again.IsZero() {
		next = d.again
	}
	for _, at := range d.wake {
		if at.After(d.now) && at.Before(next) {
			next = at
		}
	}
	return next
}

// clone copies what a decision changes in place.
func (st State) clone() State {
	if st.Pending != nil {
		p := *st.Pending
		st.Pending = &p
	}
	if st.Trouble != nil {
		t := *st.Trouble
		t.Missed = slices.Clone(t.Missed)
		st.Trouble = &t
	}
	if st.Gone != nil {
		g := *st.Gone
		g.Missed = slices.Clone(g.Missed)
		st.Gone = &g
	}
	st.Crossings = slices.Clone(st.Crossings)
	st.Variants = slices.Clone(st.Variants)
	st.Headlines = slices.Clone(st.Headlines)
	st.Open = slices.Clone(st.Open)
	st.Past = slices.Clone(st.Past)
	st.Alternating = slices.Clone(st.Alternating)
	return st
}

// bounded appends and forgets the oldest beyond n.
func bounded[T any](s []T, v T, n int) []T {
	s = append(s, v)
	if len(s) > n {
		s = slices.Clone(s[len(s)-n:])
	}
	return s
}
