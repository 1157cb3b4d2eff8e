package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

const (
	historyLines = 25  // that history has at most
	historyReach = 500 // revisions that it looks back over
	// Silent revisions in a row stand in one line when they are more than this.
	silentAlone = 2
)

func historySpec() Spec {
	return Spec{Name: "history", Summary: "every revision, the silent ones too", Options: []Option{articleOption,
		{Name: "all", Summary: "list silent revisions in a row one by one, too (default false)", Choices: []string{"true", "false"}, Kind: Flag},
		publicOption,
	}, Examples: []string{"history 1", "history 1 all:true"}}
}

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
	first := max(w.First, 1, state.Last-historyReach+1)
	revs, err := r.o.History.Revisions(ctx, w.Article, first, state.Last)
	if err != nil {
		return Reply{}, err
	}
	alone := silentAlone
	if req.Args["all"] == "true" {
		alone = len(revs)
	}
	rows := stretches(revs, alone)
	rows = rows[max(0, len(rows)-historyLines):]
	var b strings.Builder
	if len(rows) > 0 && rows[0][0].Number > max(w.First, 1) {
		fmt.Fprintf(&b, "The newest %d of %d revisions.\n", state.Last-rows[0][0].Number+1, w.Number(state.Last))
	}
	summed := false
	for _, row := range rows {
		if len(row) > 1 {
			summed = true
			fmt.Fprintf(&b, "- %s\n", r.summed(w, row))
			continue
		}
		fmt.Fprintf(&b, "- **r%d** %s · %s\n", w.Number(row[0].Number), r.minute(seenAt(w, row[0])), r.revision(ctx, w, state, row[0]))
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
	var next []Action
	if summed {
		b.WriteString(" `history … all:true` lists each revision.")
		next = append(next, Action{Label: "All revisions", Name: "history", Args: map[string]string{"article": w.ID, "all": "true"}})
	}
	show := func(from, to int) Action {
		return Action{Name: "diff", Args: map[string]string{"article": w.ID, "from": strconv.Itoa(w.Number(from)), "to": strconv.Itoa(w.Number(to))}}
	}
	return Reply{Title: title(w), Text: b.String(), Next: next, Picks: picks("Show a change", r.changes(ctx, w, rows, show))}, nil
}

// stretches are revisions as they stand in lines: each by itself, but silent ones in a
// row together where they are more than alone. The first has none before it.
func stretches(revs []article.Revision, alone int) (rows [][]article.Revision) {
	for i := 0; i < len(revs); {
		end := i
		for i > 0 && end < len(revs) && revs[end].Label == article.Cosmetic {
			end++
		}
		if end-i <= alone {
			end = i + 1
		}
		rows = append(rows, revs[i:end])
		i = end
	}
	return rows
}

// summed says in a line what silent revisions in a row are.
func (r *Router) summed(w watch.Watch, row []article.Revision) string {
	first, last := row[0], row[len(row)-1]
	return fmt.Sprintf("**r%d–r%d** %s to %s · %d silent revisions: %s", w.Number(first.Number), w.Number(last.Number),
		r.minute(first.Seen), r.minute(last.Seen), len(row), report.Escape(reasons(row)))
}

// reasons are those of silent revisions, the most frequent first.
func reasons(row []article.Revision) string {
	counts := map[string]int{}
	for _, rev := range row {
		counts[silentWhy(rev)]++
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	if len(all) == 1 {
		return all[0]
	}
	const named = 2
	var out []string
	for _, why := range all[:min(len(all), named)] {
		out = append(out, fmt.Sprintf("%s (%d)", why, counts[why]))
	}
	if n := len(all) - named; n > 0 {
		out = append(out, "and other reasons")
	}
	return strings.Join(out, "; ")
}

// silentWhy is why a revision was not told.
func silentWhy(rev article.Revision) string { return firstOf(rev.Reason, "only form changed") }

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
		return "silent: " + report.Escape(silentWhy(rev)) + kept
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
