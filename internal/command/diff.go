package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

// diff shows the latest change, or the change between two revisions.
func (r *Router) diff(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	from, to, err := r.pair(ctx, w, req.Args)
	if err != nil {
		return Reply{}, err
	}
	rep, old, new, err := r.compare(ctx, w, from, to)
	if err != nil {
		return Reply{}, err
	}
	if req.Args["view"] == "text" {
		return Reply{
			Title: fmt.Sprintf("%s: revision %d → %d", title(w), shown(w, from), shown(w, to)),
			Pre:   report.FullDiff(rep),
		}, nil
	}
	if rep.Outcome == report.Same || rep.Outcome == report.Cosmetic {
		return Reply{Text: fmt.Sprintf("Revisions %d and %d of %s say the same: only form or order differs.", shown(w, from), shown(w, to), quoted(title(w)))}, nil
	}
	n := notice(w, rep, old, new)
	return Reply{Notice: &n}, nil
}

// pair reads the revisions asked for; without any, the newest one that was worth
// telling and the one before it.
func (r *Router) pair(ctx context.Context, w watch.Watch, args map[string]string) (from, to int, err error) {
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return 0, 0, err
	}
	if from, err = revisionArg(w, args["from"], state.Last); err != nil {
		return 0, 0, err
	}
	if to, err = revisionArg(w, args["to"], state.Last); err != nil {
		return 0, 0, err
	}
	switch {
	case from == 0 && to == 0:
		return r.latest(ctx, w, state.Last)
	case to == 0:
		to = state.Last
	case from == 0:
		from = to - 1
	}
	if from < max(w.First, 1) || from == to {
		return 0, 0, refuse("`history` lists them.", "There is nothing before revision %d to compare with.", shown(w, to))
	}
	return from, to, nil
}

// latest finds the newest change that is not silent.
func (r *Router) latest(ctx context.Context, w watch.Watch, last int) (from, to int, err error) {
	revs, err := r.o.History.Revisions(ctx, w.Article, max(w.First, 1), last)
	if err != nil {
		return 0, 0, err
	}
	for i := len(revs) - 1; i > 0; i-- {
		if !revs[i].Silent() {
			return revs[i-1].Number, revs[i].Number, nil
		}
	}
	return 0, 0, refuse("`watch check` looks now; `why` tells what the last checks saw.",
		"%s has not changed since it is watched here.", quoted(title(w)))
}

func revisionArg(w watch.Watch, s string, last int) (int, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "r")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || stored(w, n) > last {
		return 0, refuse("`history` lists them.", "There is no revision %q: the newest is %d.", clip(s, 20), shown(w, last))
	}
	return stored(w, n), nil
}

// compare takes the stored report of two revisions, or makes it.
func (r *Router) compare(ctx context.Context, w watch.Watch, from, to int) (*report.Report, article.Revision, article.Revision, error) {
	old, err := r.o.History.Revision(ctx, w.Article, from)
	if err != nil {
		return nil, article.Revision{}, article.Revision{}, fmt.Errorf("read revision %d: %w", from, err)
	}
	new, err := r.o.History.Revision(ctx, w.Article, to)
	if err != nil {
		return nil, article.Revision{}, article.Revision{}, fmt.Errorf("read revision %d: %w", to, err)
	}
	if rep, err := r.o.History.Change(ctx, w.Article, from, to); err == nil {
		return rep, old, new, nil
	}
	return report.Compare(old.Article, new.Article), old, new, nil
}

// notice makes the card that an alert of this change would be.
func notice(w watch.Watch, rep *report.Report, old, new article.Revision) alert.Notice {
	return alert.Notice{
		Kind:    alert.Change,
		Subject: alert.Subject{Article: w.Article, URL: w.URL, Headline: title(w), Site: new.Article.Site},
		From:    shown(w, old.Number), To: shown(w, new.Number),
		FromAt: old.Seen, ToAt: new.Seen, Fetches: new.Fetches,
		Summary: summarize.Compose(rep).Markdown(),
		Report:  rep,
	}
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
	first := max(w.First, 1, state.Last-24)
	revs, err := r.o.History.Revisions(ctx, w.Article, first, state.Last)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	if first > max(w.First, 1) {
		fmt.Fprintf(&b, "The newest %d of %d revisions.\n", len(revs), shown(w, state.Last))
	}
	for i, rev := range revs {
		fmt.Fprintf(&b, "- **r%d** %s · %s\n", shown(w, rev.Number), stamp(rev.Seen), r.revisionLine(ctx, w, rev, i == 0 && first == max(w.First, 1)))
	}
	for _, v := range state.Variants {
		fmt.Fprintf(&b, "- a variant was seen on %s and not counted as a change\n", stamp(v.Seen))
	}
	if p := state.Pending; p != nil {
		fmt.Fprintf(&b, "- a different text seen at %s waits to be confirmed\n", stamp(p.Since))
	}
	return Reply{Title: title(w), Text: strings.TrimRight(b.String(), "\n")}, nil
}

func (r *Router) revisionLine(ctx context.Context, w watch.Watch, rev article.Revision, first bool) string {
	switch {
	case first:
		return "first seen here"
	case rev.Label == article.Cosmetic:
		return "silent: only form changed"
	case rev.Silent():
		return "silent: " + rev.Reason
	}
	rep, err := r.o.History.Change(ctx, w.Article, rev.Number-1, rev.Number)
	if err != nil {
		return string(rev.Label)
	}
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

// why tells what the last checks saw.
func (r *Router) why(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	visits, err := r.o.History.Visits(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	if len(visits) == 0 {
		return Reply{Text: quoted(title(w)) + " has not been checked yet."}, nil
	}
	var b strings.Builder
	for i := 0; i < len(visits) && i < 15; i++ {
		v := visits[i]
		fmt.Fprintf(&b, "- %s **%s**: %s", stamp(v.At), strings.ReplaceAll(string(v.Outcome), "_", " "), report.Escape(v.Reason))
		if v.Told > 0 {
			fmt.Fprintf(&b, " · told %d", v.Told)
		}
		// Quiet runs of the same answer are one line: what differs is what is looked for.
		same := 0
		for i+1 < len(visits) && visits[i+1].Outcome == v.Outcome && visits[i+1].Reason == v.Reason {
			i++
			same++
		}
		if same > 0 {
			fmt.Fprintf(&b, " (and %d more since %s)", same, stamp(visits[i].At))
		}
		b.WriteByte('\n')
	}
	return Reply{Title: "Last checks of " + title(w), Text: strings.TrimRight(b.String(), "\n")}, nil
}
