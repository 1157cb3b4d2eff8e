package watch

import (
	"context"
	"errors"
	"fmt"

	"erratum/internal/article"
)

// Rereader reads a page that was kept as if it came from url now. Its error is a
// *article.ReadError. It may be called concurrently.
type Rereader interface {
	Reread(page []byte, url string) (*article.Reading, error)
}

// kept reads the page kept with the newest revision by the extractor of now, when
// another one read it; nil when there is no need, no page, or no article in it.
func (c *Checker) kept(ctx context.Context, st State) (*article.Reading, error) {
	if st.Last == 0 || c.opts.Rereader == nil || c.opts.Extractor == "" || st.Extractor == c.opts.Extractor {
		return nil, nil
	}
	page, err := c.store.Page(ctx, st.ID, st.Last)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("the page kept of revision %d: %w", st.Last, err)
	}
	reading, err := c.opts.Rereader.Reread(page, st.URL)
	if err != nil || reading.Article == nil || reading.Verdict != article.OK || reading.Article.Extractor != c.opts.Extractor {
		return nil, nil //nolint:nilerr // read anew it is no article: the page of now has to do
	}
	reading.Page = page
	return reading, nil
}

// reread stores what another extractor reads in the page of the newest revision, and
// looks at the page of now soon: what they differ in is the outlet's doing.
func (d *decision) reread(kept *article.Reading) error {
	last, err := d.revision(d.state.Last)
	if err != nil {
		return err
	}
	reason := "the program reads pages differently since its upgrade and read the last page once more"
	rev := article.Revision{
		Label: article.Reread, Reason: reason, Seen: last.Seen, Fetches: last.Fetches, Status: last.Status,
		Validators: last.Validators, PageDigest: last.PageDigest, Article: kept.Article,
	}
	if d.state.Pending != nil {
		reason += "; a text that waited for confirmation has to be seen anew"
	}
	d.setOutcome(OutReread, reason)
	d.digest = kept.Article.Digest()
	same := d.state.PageDigest == last.PageDigest
	validators := d.state.Validators
	if err := d.takeOver(rev, nil); err != nil {
		return err
	}
	d.commit.Page = kept.Page
	// The bytes of now may be others than those kept, of the same text by the rules of
	// then only: they have to be read.
	d.state.PageDigest = ""
	if same {
		d.state.PageDigest, d.state.Validators = last.PageDigest, validators
	}
	d.again = d.now.Add(d.ConfirmMin + jitter(d.state.ID, d.now, d.ConfirmMax-d.ConfirmMin))
	return nil
}

// rebaseline stores what another extractor reads as a new beginning, as no page was
// kept to tell its doing from the outlet's.
func (d *decision) rebaseline(r *article.Reading) error {
	reason := "the program reads pages differently since its upgrade; the page of the last text was not kept, so what changed since then can't be told"
	d.setOutcome(OutRebaselined, reason)
	if d.state.Pending != nil {
		d.setOutcome(OutRebaselined, reason+", a text that waited for confirmation included")
	}
	err := d.takeOver(article.Revision{Label: article.Rebaselined, Reason: reason, Seen: d.now, Fetches: 1, Article: r.Article}, r)
	d.good()
	return err
}

// takeOver makes what another extractor reads the newest revision. No report crosses
// two extractors: who heard of the revision before knows this one, and who has yet to
// hear of it will hear of it by itself. What was remembered of other texts names them
// as the former extractor read them, and is forgotten.
func (d *decision) takeOver(rev article.Revision, r *article.Reading) error {
	if err := d.catchUp(); err != nil {
		return err
	}
	was := d.state.Last
	d.state.Pending = nil
	d.state.Variants, d.state.Past, d.state.Alternating = nil, nil, nil
	d.state.Headlines, d.state.Trial = nil, nil
	d.store(rev, r)
	d.state.Crossings = bounded(d.state.Crossings, d.state.Last, maxCrossings)
	for _, w := range d.watches {
		if max(w.Judged, d.commit.Judged[w.ID]) >= was {
			d.heard(w, d.heardBy[w.ID])
		}
	}
	return nil
}

// cross brings a watch behind the last change of extractor: of what came before it
// hears first. It returns the watch as it is then.
func (d *decision) cross(w Watch, newest article.Revision) (Watch, error) {
	for _, n := range d.state.Crossings {
		if w.Told == 0 || w.Told >= n || n > newest.Number {
			continue
		}
		if w.Judged < n-1 {
			before, err := d.revision(n - 1)
			if err != nil {
				return w, fmt.Errorf("what came before the upgrade: %w", err)
			}
			if _, err := d.tellOne(w, before); err != nil {
				return w, err
			}
		}
		w.Told, w.Judged = n, n
		d.commit.Told[w.ID], d.commit.Judged[w.ID] = n, n
	}
	return w, nil
}
