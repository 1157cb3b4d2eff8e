package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/mute"
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
	state, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	from, to, err := r.pair(ctx, w, state, req.Args)
	if err != nil {
		return Reply{}, err
	}
	c, err := r.compare(ctx, w, state, from, to)
	if err != nil {
		return Reply{}, err
	}
	if rep := c.report; rep.Outcome == report.NotComparable {
		return Reply{}, refuse("`history` lists the others.", "Revisions %d and %d can't be compared: %s.", w.Number(from), w.Number(to), report.Escape(strings.TrimSuffix(rep.Reason, ".")))
	}
	view := ""
	if req.Args["view"] == "text" {
		view = "text"
	}
	reply := c.shown(w, view)
	reply.Next, reply.Picks, err = r.around(ctx, w, state.Last, from, to, view)
	return reply, err
}

// shown is a comparison as a reply.
func (c comparison) shown(w watch.Watch, view string) Reply {
	from, to := w.Number(c.old.Number), w.Number(c.new.Number)
	switch {
	case view == "text":
		whole := c.whole()
		n := notice(w, c.report, c.old, c.new)
		if c.report.Outcome != report.Changed {
			n.Report = whole // what was muted or is form alone is all that there is
		}
		return Reply{
			Title:  fmt.Sprintf("%s: revision %d → %d", title(w), from, to),
			Text:   report.Escape(c.kept()),
			Pre:    report.FullDiff(whole),
			Notice: &n,
		}
	case c.report.Outcome != report.Changed:
		return Reply{Text: strings.TrimSpace(fmt.Sprintf("Revisions %d and %d of %s say the same: only form or order differs. `view:text` shows every edit. %s", from, to, quoted(title(w)), report.Escape(c.kept())))}
	default:
		n := notice(w, c.report, c.old, c.new)
		n.Text = c.kept()
		return Reply{Notice: &n}
	}
}

// pair reads the revisions asked for; without any, the newest one that was worth
// telling and the one before it.
func (r *Router) pair(ctx context.Context, w watch.Watch, state watch.State, args map[string]string) (from, to int, err error) {
	if from, err = revisionArg(w, args["from"], state.Last); err != nil {
		return 0, 0, err
	}
	if to, err = revisionArg(w, args["to"], state.Last); err != nil {
		return 0, 0, err
	}
	switch {
	case from == 0 && to == 0:
		return r.latest(ctx, w, state)
	case to == 0:
		to = state.Last
	case from == 0:
		from = to - 1
	}
	switch {
	case from == to:
		return 0, 0, refuse("Name two; `history` lists them.", "That is revision %d twice.", w.Number(to))
	case from < max(w.First, 1):
		return 0, 0, refuse("`history` lists them.", "There is nothing before revision %d to compare with.", w.Number(to))
	}
	return from, to, nil
}

// latest finds the newest change that is not silent.
func (r *Router) latest(ctx context.Context, w watch.Watch, state watch.State) (from, to int, err error) {
	revs, err := r.o.History.Revisions(ctx, w.Article, max(w.First, 1), state.Last)
	if err != nil {
		return 0, 0, err
	}
	for i := len(revs) - 1; i > 0; i-- {
		if !revs[i].Silent() {
			return revs[i-1].Number, revs[i].Number, nil
		}
	}
	if p := state.Pending; p != nil {
		return 0, 0, refuse("`diff` shows it once a second look agrees.",
			"A different text of %s was seen at %s and is being confirmed; the next look is %s.", quoted(title(w)), r.stamp(p.Since), r.soon(p.Next))
	}
	return 0, 0, refuse("`watch check` looks now; `why` tells what the last checks saw.",
		"%s has not changed since it is watched here.", quoted(title(w)))
}

// revisionArg reads a revision's number as the guild counts it; 0 when none is given.
func revisionArg(w watch.Watch, s string, last int) (int, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "r")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || w.Stored(n) > last {
		return 0, refuse("`history` lists them.", "There is no revision %s: the newest is %d.", quoted(s), w.Number(last))
	}
	return w.Stored(n), nil
}

// comparison is a change as a watch hears of it, and what its rules keep from it.
type comparison struct {
	report   *report.Report
	old, new article.Revision
	ignored  []mute.Edit
}

// compare takes the stored report of two revisions, or makes it.
func (r *Router) compare(ctx context.Context, w watch.Watch, state watch.State, from, to int) (c comparison, err error) {
	if c.old, err = r.o.History.Revision(ctx, w.Article, from); err != nil {
		return c, fmt.Errorf("read revision %d: %w", from, err)
	}
	if c.new, err = r.o.History.Revision(ctx, w.Article, to); err != nil {
		return c, fmt.Errorf("read revision %d: %w", to, err)
	}
	rules := mute.Ready(w.Ignore)
	_, c.ignored = mute.Still(c.old.Article, c.new.Article, func(e mute.Edit) bool { return rules.Ignores(state.Unrest, e) })
	if c.report, err = r.o.History.Change(ctx, w.Article, from, to, w.Choices()); err == nil {
		return c, nil
	}
	// Not stored, or not readable any more: the two texts say the same.
	still, _ := mute.Still(c.old.Article, c.new.Article, func(e mute.Edit) bool {
		m, counter := mute.Unrest{}.Why(e)
		return rules.Ignores(state.Unrest, e) || counter && !slices.Contains(w.Unmuted, m.ID)
	})
	c.report = report.Compare(c.old.Article, still)
	return c, nil
}

// whole is every edit between the two revisions, also of what is muted.
func (c comparison) whole() *report.Report {
	if all := report.Compare(c.old.Article, c.new.Article); all.Outcome != report.NotComparable {
		return all
	}
	return c.report
}

// keptEdits is how many ignored edits a diff shows.
const keptEdits = 3

// kept says what the watch's rules kept from it, as plain text; empty: nothing.
func (c comparison) kept() string {
	if len(c.ignored) == 0 {
		return ""
	}
	var out []string
	for _, e := range c.ignored[:min(len(c.ignored), keptEdits)] {
		switch before, after := clip(e.Before, 80), clip(e.After, 80); {
		case before == "":
			out = append(out, fmt.Sprintf("“%s” came", after))
		case after == "":
			out = append(out, fmt.Sprintf("“%s” went", before))
		default:
			out = append(out, fmt.Sprintf("“%s” became “%s”", before, after))
		}
	}
	more := ""
	if n := len(c.ignored) - keptEdits; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	return "Ignored here: " + strings.Join(out, "; ") + more + "."
}

// notice makes the card that an alert of this change would be.
func notice(w watch.Watch, rep *report.Report, old, new article.Revision) alert.Notice {
	return alert.Notice{
		Kind:    alert.Change,
		Subject: alert.Subject{Article: w.Article, URL: w.URL, Headline: title(w), Site: new.Article.Site},
		From:    w.Number(old.Number), To: w.Number(new.Number),
		FromAt: seenAt(w, old), ToAt: seenAt(w, new), Fetches: new.Fetches,
		Summary: summarize.Compose(rep).Markdown(),
		Report:  rep,
	}
}
