package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/summarize"
	"erratum/internal/watch"
)

// Pick is a choice among many commands: a menu to those who can open one. Text says how
// to type each.
type Pick struct {
	Prompt  string
	Actions []Action // at most maxPick
}

// maxPick is how many commands one menu offers.
const maxPick = 25

// picks makes a list of one menu, or none where there is nothing to choose from.
func picks(prompt string, actions []Action) []Pick {
	if len(actions) == 0 {
		return nil
	}
	return []Pick{{Prompt: prompt, Actions: actions[:min(len(actions), maxPick)]}}
}

// which offers the watches that a request may have meant, as the same request for each.
func which(req Request, hits []watch.Watch) []Pick {
	var out []Action
	for _, w := range hits[:min(len(hits), maxPick)] {
		args := maps.Clone(req.Args)
		args["article"] = w.ID
		delete(args, "public") // a choice is one's own
		out = append(out, Action{Label: title(w), Detail: article.Host(w.URL), Name: req.Name, Args: args})
	}
	return picks("Which one?", out)
}

// around offers the changes before and after the one from from to to, every change in a
// menu, and the other view of this one.
func (r *Router) around(ctx context.Context, w watch.Watch, last, from, to int, view string) ([]Action, []Pick, error) {
	revs, err := r.o.History.Revisions(ctx, w.Article, max(w.First, 1), last)
	if err != nil {
		return nil, nil, err
	}
	pair := func(label string, from, to int, view string) Action {
		args := map[string]string{"article": w.ID, "from": strconv.Itoa(w.Number(from)), "to": strconv.Itoa(w.Number(to))}
		if view != "" {
			args["view"] = view
		}
		return Action{Label: label, Name: "diff", Args: args}
	}
	older, newer := 0, 0
	for _, rev := range revs[min(1, len(revs)):] {
		switch {
		case rev.Silent():
		case rev.Number <= from:
			older = rev.Number
		case rev.Number > to && newer == 0:
			newer = rev.Number
		}
	}
	var next []Action
	if older > 0 {
		next = append(next, pair("◀ Older", older-1, older, view))
	}
	if newer > 0 {
		next = append(next, pair("Newer ▶", newer-1, newer, view))
	}
	if view == "" {
		next = append(next, pair("Every edit", from, to, "text"))
	} else {
		next = append(next, pair("Summary", from, to, ""))
	}
	next = append(next, Action{Label: "History", Name: "history", Args: map[string]string{"article": w.ID}})
	menu := r.changes(ctx, w, stretches(revs, silentAlone), func(from, to int) Action { return pair("", from, to, view) })
	if len(menu) < 2 {
		menu = nil // there is only the one that is shown
	}
	return next, picks("Show another change", menu), nil
}

// changes are the newest revisions, as they stand in lines, as a menu of what each
// changed, the newest first. What the very first changed is not known.
func (r *Router) changes(ctx context.Context, w watch.Watch, rows [][]article.Revision, show func(from, to int) Action) (out []Action) {
	for _, row := range slices.Backward(rows) {
		from, rev := row[0].Number-1, row[len(row)-1]
		if from < max(w.First, 1) || len(out) == maxPick {
			break
		}
		a := show(from, rev.Number)
		a.Label = fmt.Sprintf("r%d → r%d · %s", w.Number(from), w.Number(rev.Number), r.stamp(rev.Seen))
		if a.Detail = r.gist(ctx, w, rev); len(row) > 1 {
			a.Detail = fmt.Sprintf("%d silent: %s", len(row), reasons(row))
		}
		out = append(out, a)
	}
	return out
}

// gist is what a revision changed, as plain text.
func (r *Router) gist(ctx context.Context, w watch.Watch, rev article.Revision) string {
	if rev.Silent() {
		return "silent: " + silentWhy(rev)
	}
	rep, err := r.o.History.Change(ctx, w.Article, rev.Number-1, rev.Number, w.Choices())
	if err != nil || rep.Outcome != report.Changed {
		return string(rev.Label) // its report is gone, or it is none for this watch
	}
	return firstOf(summarize.Compose(rep).Headline(), string(rep.Severity))
}
