package command

import (
	"context"
	"strconv"
	"strings"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// find resolves what a person typed to one of the guild's watches: a number from
// the list, a watch ID, a URL, or part of a title.
func (r *Router) find(ctx context.Context, req Request) (watch.Watch, error) {
	typed := strings.TrimSpace(req.Args["article"])
	all, err := r.o.Watches.Watches(ctx, req.Guild)
	if err != nil {
		return watch.Watch{}, err
	}
	if len(all) == 0 {
		return watch.Watch{}, refuse("Add one with `watch add URL`.", "Nothing is watched here yet.")
	}
	if n, err := strconv.Atoi(typed); err == nil {
		if n < 1 || n > len(all) {
			return watch.Watch{}, refuse("`watch list` shows them.", "There is no number %d: the list has %d.", n, len(all))
		}
		return all[n-1], nil
	}
	for _, w := range all {
		if w.ID == typed || w.URL == typed {
			return w, nil
		}
	}
	if strings.Contains(typed, "/") {
		if w, ok := r.byURL(ctx, all, typed); ok {
			return w, nil
		}
	}
	return byTitle(all, typed)
}

func (r *Router) byURL(ctx context.Context, all []watch.Watch, typed string) (watch.Watch, bool) {
	u, err := article.NormalizeURL(typed)
	if err != nil {
		return watch.Watch{}, false
	}
	id, err := r.o.Watches.Resolve(ctx, u)
	if err != nil {
		return watch.Watch{}, false
	}
	for _, w := range all {
		if w.Article == id || w.URL == u {
			return w, true
		}
	}
	return watch.Watch{}, false
}

func byTitle(all []watch.Watch, typed string) (watch.Watch, error) {
	var hits []watch.Watch
	needle := strings.ToLower(typed)
	for _, w := range all {
		if strings.Contains(strings.ToLower(w.Title), needle) || strings.Contains(strings.ToLower(w.URL), needle) {
			hits = append(hits, w)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0], nil
	case 0:
		return watch.Watch{}, refuse("`watch list` shows what is.", "Nothing watched here matches %s.", quoted(typed))
	default:
		var names []string
		for _, w := range hits[:min(len(hits), 3)] {
			names = append(names, quoted(title(w)))
		}
		return watch.Watch{}, refuse("Type more of the title, or its number from `watch list`.",
			"%d watches match %s: %s.", len(hits), quoted(typed), strings.Join(names, ", "))
	}
}

// title is what a watch is called in lists.
func title(w watch.Watch) string {
	if w.Title != "" {
		return w.Title
	}
	return w.URL
}

// quoted is a text of somebody else within a reply.
func quoted(s string) string { return "“" + report.Escape(clip(s, 70)) + "”" }

// clip cuts a text to n runes at a word, with an ellipsis.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
