package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
)

// Added is the answer to a wish to watch an article: what its page shows now.
type Added struct {
	Watch   Watch
	Created bool             // false: the channel watched it before, its settings were changed
	Article *article.Article // what the page shows now, notes included
	Held    bool             // the page shows a text that still waits for confirmation
	Next    time.Time        // when it is checked next
}

// Add makes a channel follow the article at w.URL, and looks at it first: the page
// that answers, after redirects and under the address that it calls its own, is what
// is watched. The same look serves as the first check. Of w it reads URL,
// Destination, Alerts, Schedule, Mention, Thread, Ignore, Feed and Creator.
//
// What can't be watched is refused by an *article.ReadError that says why in plain
// words; nothing is stored then.
func (c *Checker) Add(ctx context.Context, w Watch) (Added, error) {
	if err := c.fill(&w); err != nil {
		return Added{}, err
	}
	// Feeds list pages of all kinds, and scripts cost seconds: they run for what a
	// person adds.
	reading, err := c.firstLook(ctx, article.Request{URL: w.URL, Render: w.Feed == ""})
	if err != nil {
		return Added{}, err
	}
	w.URL = reading.URL
	w.Title, w.Shown = reading.Article.Headline, reading.Article.Digest()
	stored, created, err := c.store.AddWatch(ctx, w)
	if err != nil {
		return Added{}, fmt.Errorf("add watch: %w", err)
	}
	added := Added{Watch: stored, Created: created, Article: reading.Article, Next: time.Now()}
	res, err := c.firstCheck(ctx, stored, reading)
	if err != nil {
		// The watch stands and is due: the scheduler checks it in a moment.
		if !errors.As(err, new(*TooSoonError)) && !errors.Is(err, ErrBusy) && !errors.Is(err, ErrStale) {
			c.log.Warn("the first check of a watch failed and is left to the schedule", "watch", stored.ID, "article", stored.Article, "error", err)
		}
		return added, nil
	}
	added.Next, added.Held = res.Next, res.State.Pending != nil
	return added, nil
}

// Enrol makes a channel follow the article at w.URL without looking at it first: its
// first check does, within moments, and what is wrong with the page is told as of any
// watch. It is for lists too long to look at while somebody waits. Of w it reads what Add
// does.
func (c *Checker) Enrol(ctx context.Context, w Watch) (stored Watch, created bool, err error) {
	if err := c.fill(&w); err != nil {
		return Watch{}, false, err
	}
	if stored, created, err = c.store.AddWatch(ctx, w); err != nil {
		return Watch{}, false, fmt.Errorf("add watch: %w", err)
	}
	return stored, created, nil
}

// fill checks what a person chose and puts the address in its one form.
func (c *Checker) fill(w *Watch) (err error) {
	if w.URL, err = article.NormalizeURL(w.URL); err != nil {
		return refused(err)
	}
	schedule, err := ParseSchedule(w.Schedule, c.opts.Timings.MinEvery)
	if err != nil {
		return refused(err)
	}
	w.Schedule = schedule.String()
	if w.Alerts, err = alert.ParseThreshold(string(w.Alerts)); err != nil {
		return refused(err)
	}
	return nil
}

// refused makes a refusal of an error that is none yet.
func refused(err error) error {
	if errors.As(err, new(*article.ReadError)) {
		return err
	}
	return &article.ReadError{Problem: article.Refused, Reason: err.Error(), Err: err}
}

// firstLook reads a page that somebody wants watched, and goes on to the address
// that the page calls its own.
func (c *Checker) firstLook(ctx context.Context, r article.Request) (*article.Reading, error) {
	reading, err := c.readable(ctx, r)
	if err != nil {
		return nil, err
	}
	if reading.MovedTo != "" {
		reading.URL = reading.MovedTo
	}
	if reading.URL == "" {
		reading.URL = r.URL
	}
	other, err := c.claimed(ctx, reading)
	if err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("look at the page: %w", err)
	}
	if other != nil {
		return other, nil
	}
	return reading, nil
}

// readable reads an article, or says why the page is none.
func (c *Checker) readable(ctx context.Context, r article.Request) (*article.Reading, error) {
	seen, err := c.look(ctx, r)
	switch {
	case err != nil:
		return nil, fmt.Errorf("look at the page: %w", err)
	case seen.err != nil:
		return nil, seen.err
	case seen.reading.Article == nil:
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: "no text was found on the page", Status: seen.reading.Status}
	}
	switch r := seen.reading; r.Verdict {
	case article.OK:
		return r, nil
	case article.NotAnArticle, article.UnreadablePage:
		return nil, &article.ReadError{Problem: article.Unreadable, Reason: why(r), Status: r.Status, Feed: r.Feed}
	default:
		return nil, &article.ReadError{Problem: article.BlockedBy, Reason: why(r), Status: r.Status}
	}
}

// firstCheck commits the look that a watch was added with.
func (c *Checker) firstCheck(ctx context.Context, w Watch, reading *article.Reading) (Result, error) {
	l, err := c.lease(ctx, w.Article)
	if err != nil {
		return Result{}, err
	}
	if l.State.URL != reading.URL {
		// The article lives elsewhere since; its own page has to be looked at.
		return c.Check(ctx, l)
	}
	return c.settle(ctx, l, look{reading: reading}, time.Now())
}
