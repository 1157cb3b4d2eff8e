package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"erratum/internal/article"
	"erratum/internal/watch"
)

// find resolves what a person typed to one of the guild's watches: a number from
// the list, a watch ID, a URL, or part of a title. What another guild watches is
// answered as what nobody does.
func (r *Router) find(ctx context.Context, req Request) (watch.Watch, error) {
	typed := req.Args["article"]
	all, _, err := r.listing(ctx, req.Guild)
	if err != nil {
		return watch.Watch{}, err
	}
	if len(all) == 0 {
		return watch.Watch{}, refuse("Add an article with `watch add URL`.", "Nothing is watched here yet.")
	}
	n, err := strconv.Atoi(typed)
	number := err == nil
	if number && n >= 1 && n <= len(all) {
		return all[n-1], nil
	}
	for _, w := range all {
		if w.ID == typed || w.URL == typed {
			return w, nil
		}
	}
	if strings.Contains(typed, "/") {
		if w, ok, err := r.byURL(ctx, all, typed); ok || err != nil {
			return w, err
		}
	}
	hits := byTitle(all, typed)
	if number {
		// Years and tolls stand in headlines: a number too high for the list may be one.
		hits = withWord(all, typed)
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) > 1:
		return watch.Watch{}, ambiguous(req, all, hits)
	case number:
		return watch.Watch{}, refuse("`watch list` shows them.", "There is no number %d: the list has %d.", n, len(all))
	default:
		return watch.Watch{}, refuse("`watch list` shows what is.", "Nothing watched here matches %s.", quoted(typed))
	}
}

func (r *Router) byURL(ctx context.Context, all []watch.Watch, typed string) (watch.Watch, bool, error) {
	u, err := article.NormalizeURL(typed)
	if err != nil {
		return watch.Watch{}, false, nil //nolint:nilerr // no address: it may be part of a title
	}
	id, err := r.o.Watches.Resolve(ctx, u)
	if err != nil {
		return watch.Watch{}, false, err
	}
	for _, w := range all {
		if w.Article == id || w.URL == u {
			return w, true, nil
		}
	}
	return watch.Watch{}, false, nil
}

// byTitle finds the watches whose title or address holds what was typed, or else all
// the words of it; a title typed in full is meant alone.
func byTitle(all []watch.Watch, typed string) []watch.Watch {
	var hits, exact, scattered []watch.Watch
	sought := Seek(typed)
	for _, w := range all {
		switch sought.Fit(w.Title, w.URL) {
		case Whole:
			exact, hits = append(exact, w), append(hits, w)
		case Begins, WordBegins, Within:
			hits = append(hits, w)
		case Scattered:
			scattered = append(scattered, w)
		}
	}
	switch {
	case len(exact) == 1:
		return exact
	case len(hits) == 0:
		return scattered
	}
	return hits
}

// withWord finds the watches whose title has a word of its own that was typed.
func withWord(all []watch.Watch, word string) []watch.Watch {
	var hits []watch.Watch
	for _, w := range all {
		words := strings.FieldsFunc(w.Title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		if slices.Contains(words, word) {
			hits = append(hits, w)
		}
	}
	return hits
}

// ambiguous asks which of several watches was meant, each by its number in the list.
func ambiguous(req Request, all, hits []watch.Watch) error {
	var names []string
	for _, w := range hits[:min(len(hits), 5)] {
		i := slices.IndexFunc(all, func(x watch.Watch) bool { return x.ID == w.ID })
		names = append(names, fmt.Sprintf("%d %s", i+1, quoted(title(w))))
	}
	list := strings.Join(names, ", ")
	if n := len(hits) - len(names); n > 0 {
		list += fmt.Sprintf(" and %d more", n)
	}
	return &Error{
		Text:  fmt.Sprintf("%d watches match %s: %s.", len(hits), quoted(req.Args["article"]), list),
		Next:  "Name one by its number, or type more of its title.",
		Picks: which(req, hits),
	}
}
