package command

import (
	"context"
	"fmt"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// add makes a watch and says what the page shows now. Added again, a watch keeps the
// settings that are not given.
func (r *Router) add(ctx context.Context, req Request) (Reply, error) {
	w := watch.Watch{
		URL:         req.Args["url"],
		Destination: alert.Destination{Guild: req.Guild, Channel: req.Channel},
		Schedule:    "adaptive",
		Creator:     req.User,
	}
	all, err := r.o.Watches.Watches(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	switch old, ok, err := r.here(ctx, req, all); {
	case err != nil:
		return Reply{}, err
	case ok:
		w.Alerts, w.Schedule, w.Mention, w.Thread = old.Alerts, old.Schedule, old.Mention, old.Thread
	case len(all) >= r.o.MaxWatches:
		return Reply{}, refuse("`watch remove` makes room.", "All %d watches that this server may have are used.", r.o.MaxWatches)
	}
	if w.Alerts, err = alert.ParseThreshold(firstOf(req.Args["alerts"], string(w.Alerts))); err != nil {
		return Reply{}, refuse("", "%s", report.Escape(sentence(err.Error())))
	}
	w.Schedule = firstOf(req.Args["schedule"], w.Schedule)
	if _, err := watch.ParseSchedule(w.Schedule, r.o.MinInterval); err != nil {
		return Reply{}, refuse("", "%s", report.Escape(sentence(err.Error())))
	}
	added, err := r.o.Checks.Add(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: r.seen(added)}, nil
}

// here is the watch that this channel has of the article to add, if any.
func (r *Router) here(ctx context.Context, req Request, all []watch.Watch) (watch.Watch, bool, error) {
	mine := all[:0:0]
	for _, w := range all {
		if w.Destination.Channel == req.Channel {
			mine = append(mine, w)
		}
	}
	return r.byURL(ctx, mine, req.Args["url"])
}

// seen says what a new watch's page shows now.
func (r *Router) seen(a watch.Added) string {
	var b strings.Builder
	if a.Created {
		b.WriteString("Watching ")
	} else {
		b.WriteString("Already watched here: ")
	}
	art := a.Article
	fmt.Fprintf(&b, "**%s**\n", report.Escape(firstOf(art.Headline, a.Watch.URL)))
	fmt.Fprintf(&b, "%s\n", strings.Join(r.facts(art), " · "))
	for _, p := range art.Blocks {
		if p.Role == article.Note {
			fmt.Fprintf(&b, "> %s\n", report.Escape(clip(p.Text, 300)))
		}
	}
	if a.Held {
		b.WriteString("The page just changed: what differs from before is being confirmed.\n")
	}
	fmt.Fprintf(&b, "Alerts: %s · checks: %s · next check %s", a.Watch.Alerts, report.Escape(a.Watch.Schedule), r.soon(a.Next))
	return b.String()
}

// facts are what a page says of its article, for a line.
func (r *Router) facts(a *article.Article) []string {
	var facts []string
	if a.Site != "" {
		facts = append(facts, report.Escape(a.Site))
	}
	facts = append(facts, count(a.Words(), "word", "words"))
	if a.Language != "" {
		facts = append(facts, "language "+report.Escape(a.Language))
	}
	if !a.Published.IsZero() {
		facts = append(facts, "published "+r.stamp(a.Published))
	}
	if !a.Modified.IsZero() && !a.Modified.Equal(a.Published) {
		facts = append(facts, "modified "+r.stamp(a.Modified))
	}
	return facts
}
