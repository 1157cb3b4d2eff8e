package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

const pageSize = 10

// list shows a page of the guild's watches.
func (r *Router) list(ctx context.Context, req Request) (Reply, error) {
	all, feeds, err := r.listing(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	if len(all)+len(feeds) == 0 {
		return Reply{Text: "Nothing is watched here yet. Add an article with `watch add URL`."}, nil
	}
	pages := max((len(all)+pageSize-1)/pageSize, 1)
	page := 1
	if p := req.Args["page"]; p != "" {
		if page, err = strconv.Atoi(p); err != nil || page < 1 || page > pages {
			return Reply{}, refuse("`watch list` shows the first.", "There is no page %s: the list has %s.", quoted(p), count(pages, "page", "pages"))
		}
	}
	var b strings.Builder
	names := newFeedNames(feeds, all)
	var looks []Action
	start := (page - 1) * pageSize
	for i, w := range all[start:min(start+pageSize, len(all))] {
		state, err := r.o.History.State(ctx, w.Article)
		if err != nil {
			return Reply{}, err
		}
		r.nameFeed(&b, &names, w.Feed)
		fmt.Fprintf(&b, "%d. %s %s\n   %s\n", start+i+1, icon(w, state, r.o.Now()), report.Escape(clip(title(w), 90)), r.condition(w, state)+r.other(w, req))
		looks = append(looks, Action{Label: fmt.Sprintf("%d. %s", start+i+1, title(w)), Detail: article.Host(w.URL), Name: "watch show", Args: map[string]string{"article": w.ID}})
	}
	heading := count(len(all), "watch", "watches")
	if len(feeds) > 0 {
		heading += ", " + count(len(feeds), "feed", "feeds")
		if page == pages {
			r.nameEmpty(&b, names)
		}
	}
	if pages > 1 {
		heading += fmt.Sprintf(", page %d of %d", page, pages)
	}
	if page < pages {
		fmt.Fprintf(&b, "`watch list page:%d` shows more.", page+1)
	}
	return Reply{Title: heading, Text: strings.TrimRight(b.String(), "\n"), Next: turns(page, pages),
		Picks: append(picks("Look at one", looks), leaps(page, pages)...)}, nil
}

// other names the channel of a watch that speaks elsewhere than where it is listed.
func (r *Router) other(w watch.Watch, req Request) string {
	if w.Destination.Channel == req.Channel {
		return ""
	}
	return " · " + r.in(w.Destination.Channel)
}

// listing is what a guild watches in the order of the list: first what people added,
// then what feeds did, feed by feed. The numbers by which people name watches count
// through it, so that a feed's new articles move none of theirs.
func (r *Router) listing(ctx context.Context, guild string) ([]watch.Watch, []watch.FollowedFeed, error) {
	all, err := r.o.Watches.Watches(ctx, guild)
	if err != nil {
		return nil, nil, err
	}
	feeds, err := r.feeds(ctx, guild)
	if err != nil {
		return nil, nil, err
	}
	place := map[string]int{}
	for i, f := range feeds {
		place[f.ID] = i + 1
	}
	slices.SortStableFunc(all, func(a, b watch.Watch) int { return place[a.Feed] - place[b.Feed] })
	return all, feeds, nil
}

// turns are the pages before and after one.
func turns(page, pages int) (out []Action) {
	for _, t := range []struct {
		label string
		page  int
	}{{"Previous page", page - 1}, {"Next page", page + 1}} {
		if t.page >= 1 && t.page <= pages {
			out = append(out, Action{Label: t.label, Name: "watch list", Args: map[string]string{"page": strconv.Itoa(t.page)}})
		}
	}
	return out
}

// leaps are the pages of a list that has more than can be turned one by one.
func leaps(page, pages int) []Pick {
	if pages < 3 {
		return nil
	}
	var out []Action
	first := max(1, min(page-maxPick/2, pages-maxPick+1))
	for p := first; p <= pages && len(out) < maxPick; p++ {
		out = append(out, Action{Label: fmt.Sprintf("Page %d", p), Detail: fmt.Sprintf("from %d on", (p-1)*pageSize+1), Name: "watch list", Args: map[string]string{"page": strconv.Itoa(p)}})
	}
	return picks("Go to a page", out)
}

// icon is a watch's state in one sign.
func icon(w watch.Watch, s watch.State, now time.Time) string {
	switch {
	case w.Paused:
		return "⏸"
	case now.Before(w.MutedUntil):
		return "🔇"
	case s.Removed:
		return "🗑"
	case s.Trouble != nil, s.Gone != nil:
		return "⚠"
	case confirming(w, s):
		return "◌"
	default:
		return "●"
	}
}

// confirming reports whether the page shows a text that is new to the watch and not
// believed yet.
func confirming(w watch.Watch, s watch.State) bool {
	return s.Pending != nil && s.Last >= max(w.First, 1)
}

// condition is a watch's state in one line.
func (r *Router) condition(w watch.Watch, s watch.State) string {
	parts := []string{report.Escape(article.Host(w.URL))}
	if w.Paused {
		parts = append(parts, "paused")
	}
	if r.o.Now().Before(w.MutedUntil) {
		parts = append(parts, "muted until "+r.stamp(w.MutedUntil))
	}
	switch {
	case s.Removed:
		parts = append(parts, "removed by the outlet")
	case s.Gone != nil:
		parts = append(parts, "missing since "+r.stamp(s.Gone.Since))
	case s.Trouble != nil:
		parts = append(parts, "blind since "+r.stamp(s.Trouble.Since))
	case confirming(w, s):
		parts = append(parts, "a change is being confirmed")
	}
	switch {
	case s.Last == 0:
		parts = append(parts, "not read yet")
	case s.Last > max(w.First, 1) && !s.LastChange.IsZero():
		parts = append(parts, "changed "+ago(r.o.Now().Sub(s.LastChange))+" ago")
	case !confirming(w, s):
		parts = append(parts, "no change yet")
	}
	return strings.Join(parts, " · ")
}

// show tells everything about one watch.
func (r *Router) show(ctx context.Context, req Request) (Reply, error) {
	if f, ok, err := r.feed(ctx, req); ok || err != nil {
		if err != nil {
			return Reply{}, err
		}
		return r.showFeed(ctx, f)
	}
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	s, err := r.o.History.State(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	due, err := r.o.History.Due(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", icon(w, s, r.o.Now()), r.condition(w, s))
	if t := s.Trouble; t != nil {
		fmt.Fprintf(&b, "- why blind: %s\n", report.Escape(t.Reason))
	}
	if s.Flat != "" {
		fmt.Fprintf(&b, "- read without layout: %s\n", report.Escape(s.Flat))
	}
	fmt.Fprintf(&b, "- address: %s\n- told %s", report.Escape(w.URL), r.in(w.Destination.Channel))
	if v := voice(w.Mention, w.Thread); v != "" {
		b.WriteString(" · " + v)
	}
	fmt.Fprintf(&b, "\n- alerts: %s\n- checks: %s", w.Alerts, report.Escape(w.Schedule))
	if !w.Paused {
		fmt.Fprintf(&b, ", next %s", r.soon(due))
	}
	b.WriteByte('\n')
	if s.Last > 0 {
		fmt.Fprintf(&b, "- revisions: %d, last read well %s\n", w.Number(s.Last), r.stamp(s.LastGood))
	}
	if n := open(w, s); n > 0 {
		fmt.Fprintf(&b, "- %s told without a note so far\n", count(n, "change", "changes"))
	}
	fmt.Fprintf(&b, "- id: `%s`, since %s", w.ID, r.stamp(w.Created))
	return Reply{Title: title(w), Text: b.String(), Next: about(w)}, nil
}

// about are the commands that show more of a watch.
func about(w watch.Watch) (out []Action) {
	for _, c := range [][2]string{{"Latest change", "diff"}, {"History", "history"}, {"Last checks", "why"}, {"Check now", "watch check"}} {
		out = append(out, Action{Label: c[0], Name: c[1], Args: map[string]string{"article": w.ID}})
	}
	return out
}

// open counts the changes that wait for a note and that the watch may know of.
func open(w watch.Watch, s watch.State) int {
	n := 0
	for _, o := range s.Open {
		if o.Revision > max(w.First, 1) {
			n++
		}
	}
	return n
}
