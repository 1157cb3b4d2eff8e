package command

import (
	"context"
	"fmt"
	"strings"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// add makes a watch and says what the page shows now. Added again, a watch keeps the
// settings that are not given.
func (r *Router) add(ctx context.Context, req Request) (Reply, error) {
	to, err := r.destination(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	w := watch.Watch{URL: req.Args["url"], Destination: to, Schedule: "adaptive", Creator: req.User}
	all, err := r.o.Watches.Watches(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	switch old, ok, err := r.at(ctx, all, to.Channel, w.URL); {
	case err != nil:
		return Reply{}, err
	case ok:
		w.Alerts, w.Schedule, w.Mention, w.Thread = old.Alerts, old.Schedule, old.Mention, old.Thread
	case len(all) >= r.o.MaxWatches:
		return Reply{}, refuse("`watch remove` makes room.", "All %d watches that are allowed here are used.", r.o.MaxWatches)
	}
	if err := r.chooseWatch(&w, req.Args); err != nil {
		return Reply{}, err
	}
	if err := r.looks.take(req.Guild, r.o.Now()); err != nil {
		return Reply{}, err
	}
	added, err := r.o.Checks.Add(ctx, w)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: r.seen(added, r.where(to.Channel, req))}, nil
}

// where names the channel in which something is told, to whoever asked.
func (r *Router) where(channel string, req Request) string {
	if channel == req.Channel {
		return "here"
	}
	return r.in(channel)
}

// at is the watch that a channel has of an article, if any.
func (r *Router) at(ctx context.Context, all []watch.Watch, channel, url string) (watch.Watch, bool, error) {
	mine := all[:0:0]
	for _, w := range all {
		if w.Destination.Channel == channel {
			mine = append(mine, w)
		}
	}
	return r.byURL(ctx, mine, url)
}

// seen says what a new watch's page shows now, and where it will be told.
func (r *Router) seen(a watch.Added, where string) string {
	var b strings.Builder
	if a.Created {
		b.WriteString("Watching ")
	} else {
		b.WriteString("Already watched " + where + ": ")
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
	fmt.Fprintf(&b, "Alerts %s: %s · next check %s", where, chosenFor(a.Watch), r.soon(a.Next))
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
