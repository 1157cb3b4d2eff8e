package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

// historyLines is how many revisions history lists at most.
const historyLines = 25

// history lists the revisions that the guild may see.
func (r *Router) history(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	if state.Last == 0 {
		return Reply{Text: quoted(title(w)) + " has not been read yet. `why` tells what the checks saw."}, nil
	}
	first := max(w.First, 1, state.Last-historyLines+1)
	revs, err := r.o.History.Revisions(ctx, w.Article, first, state.Last)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	if first > max(w.First, 1) {
		fmt.Fprintf(&b, "The newest %d of %d revisions.\n", len(revs), w.Number(state.Last))
	}
	for _, rev := range revs {
		fmt.Fprintf(&b, "- **r%d** %s · %s\n", w.Number(rev.Number), r.minute(seenAt(w, rev)), r.revision(ctx, w, state, rev))
	}
	for _, v := range state.Variants {
		if !v.Seen.Before(w.Created) {
			fmt.Fprintf(&b, "- a variant was last seen %s and not counted as a change\n", r.minute(v.Seen))
		}
	}
	if p := state.Pending; p != nil {
		fmt.Fprintf(&b, "- a different text, seen %s, waits to be confirmed; next look %s\n", r.minute(p.Since), r.soon(p.Next))
	}
	b.WriteString("Times are UTC.")
	show := func(from, to int) Action {
		return Action{Name: "diff", Args: map[string]string{"article": w.ID, "from": strconv.Itoa(w.Number(from)), "to": strconv.Itoa(w.Number(to))}}
	}
	return Reply{Title: title(w), Text: b.String(), Picks: picks("Show a change", r.changes(ctx, w, revs, show))}, nil
}

// seenAt is when a revision was first seen, as far as the watch's guild may know: what
// was there before it came counts as seen when it came.
func seenAt(w watch.Watch, rev article.Revision) time.Time {
	if rev.Number <= max(w.First, 1) && rev.Seen.Before(w.Created) {
		return w.Created
	}
	return rev.Seen
}

// revision says in a line what a revision is.
func (r *Router) revision(ctx context.Context, w watch.Watch, state watch.State, rev article.Revision) string {
	if rev.Number == max(w.First, 1) {
		return "first seen here"
	}
	c, err := r.heardOf(ctx, w, state, rev)
	kept := ""
	if n := len(c.ignored); n > 0 {
		kept = " · ignored here: " + count(n, "block", "blocks")
	}
	switch {
	case rev.Silent():
		return "silent: " + report.Escape(firstOf(rev.Reason, "only form changed")) + kept
	case err != nil:
		return string(rev.Label) + kept // its report is gone; the revision still counts
	case c.report.Outcome != report.Changed && kept != "":
		return "nothing else" + kept
	}
	return told(rev, c.report) + kept
}

// heardOf is a revision against the one before, as a watch hears of it. Where nothing
// is ignored only what is stored counts.
func (r *Router) heardOf(ctx context.Context, w watch.Watch, state watch.State, rev article.Revision) (comparison, error) {
	if len(w.Ignore) > 0 {
		return r.compare(ctx, w, state, rev.Number-1, rev.Number)
	}
	rep, err := r.o.History.Change(ctx, w.Article, rev.Number-1, rev.Number, w.Choices())
	return comparison{report: rep}, err
}

// told is what a report says in a line.
func told(rev article.Revision, rep *report.Report) string {
	line := string(rep.Severity)
	if rev.Label == article.Reverted {
		line = "reverted, " + line
	}
	if lead := summarize.Compose(rep).Headline(); lead != "" {
		line += ": " + report.Escape(lead)
	}
	if rep.Announced == report.AnnouncedNo {
		line += " (no note found)"
	}
	return line
}
