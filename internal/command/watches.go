package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/article"
	"erratum/internal/report"
	"erratum/internal/watch"
)

const pageSize = 10

// add makes a watch and says what the page shows now.
func (r *Router) add(ctx context.Context, req Request) (Reply, error) {
	threshold, err := alert.ParseThreshold(req.Args["alerts"])
	if err != nil {
		return Reply{}, refuse("", "%v.", err)
	}
	schedule := firstOf(req.Args["schedule"], "adaptive")
	if _, err := watch.ParseSchedule(schedule, r.o.MinInterval); err != nil {
		return Reply{}, refuse("", "%v", err)
	}
	added, err := r.o.Checks.Add(ctx, watch.Watch{
		URL:         req.Args["url"],
		Destination: alert.Destination{Guild: req.Guild, Channel: req.Channel},
		Alerts:      threshold,
		Schedule:    schedule,
		Creator:     req.User,
	})
	if err != nil {
		return Reply{}, readable(err)
	}
	return Reply{Text: r.seen(added)}, nil
}

// seen says what a new watch's page shows now.
func (r *Router) seen(a watch.Added) string {
	var b strings.Builder
	if a.Created {
		b.WriteString("Watching ")
	} else {
		b.WriteString("Already watched here, settings updated: ")
	}
	art := a.Article
	fmt.Fprintf(&b, "**%s**", report.Escape(firstOf(art.Headline, a.Watch.URL)))
	var facts []string
	if art.Site != "" {
		facts = append(facts, report.Escape(art.Site))
	}
	facts = append(facts, count(art.Words(), "word", "words"))
	if art.Language != "" {
		facts = append(facts, "language "+art.Language)
	}
	if !art.Published.IsZero() {
		facts = append(facts, "published "+stamp(art.Published))
	}
	if !art.Modified.IsZero() && !art.Modified.Equal(art.Published) {
		facts = append(facts, "modified "+stamp(art.Modified))
	}
	fmt.Fprintf(&b, "\n%s\n", strings.Join(facts, " · "))
	for _, p := range art.Blocks {
		if p.Role == article.Note {
			fmt.Fprintf(&b, "> %s\n", report.Escape(clip(p.Text, 300)))
		}
	}
	if a.Held {
		b.WriteString("The page just changed: what differs from before is being confirmed.\n")
	}
	fmt.Fprintf(&b, "Alerts: %s · checks: %s · next check in %s", a.Watch.Alerts, a.Watch.Schedule, ago(a.Next.Sub(r.o.Now())))
	return b.String()
}

// readable turns what a page could not be read for into a refusal.
func readable(err error) error {
	var re *article.ReadError
	if !errors.As(err, &re) {
		return err
	}
	switch re.Problem {
	case article.Refused:
		return refuse("", "%s", sentence(re.Reason))
	case article.Gone:
		return refuse("Check the address in a browser.", "There is no such page (HTTP %d).", re.Status)
	case article.BlockedBy:
		return refuse("It can't be watched from here.", "The site does not let Erratum read this page: %s.", strings.TrimSuffix(re.Reason, "."))
	case article.RateLimited:
		return refuse("Try again later.", "The site asks for fewer requests.")
	case article.Unreachable:
		return refuse("Try again in a minute.", "The page could not be reached: %s.", strings.TrimSuffix(re.Reason, "."))
	default:
		return refuse("Is it an article's own page?", "No article could be read there: %s.", strings.TrimSuffix(re.Reason, "."))
	}
}

// list shows a page of the guild's watches.
func (r *Router) list(ctx context.Context, req Request) (Reply, error) {
	all, err := r.o.Watches.Watches(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	if len(all) == 0 {
		return Reply{Text: "Nothing is watched here yet. Add an article with `watch add URL`."}, nil
	}
	pages := (len(all) + pageSize - 1) / pageSize
	page := 1
	if p := req.Args["page"]; p != "" {
		if page, err = strconv.Atoi(p); err != nil || page < 1 || page > pages {
			return Reply{}, refuse("", "There is no page %q: the list has %s.", clip(p, 20), count(pages, "page", "pages"))
		}
	}
	var b strings.Builder
	start := (page - 1) * pageSize
	for i, w := range all[start:min(start+pageSize, len(all))] {
		state, err := r.o.History.State(ctx, w.Article)
		if err != nil {
			return Reply{}, err
		}
		fmt.Fprintf(&b, "%d. %s %s\n   %s\n", start+i+1, icon(w, state, r.o.Now()), report.Escape(clip(title(w), 90)), r.condition(w, state))
	}
	heading := count(len(all), "watch", "watches")
	if pages > 1 {
		heading += fmt.Sprintf(", page %d of %d", page, pages)
	}
	return Reply{Title: heading, Text: strings.TrimRight(b.String(), "\n")}, nil
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
	case s.Trouble != nil:
		return "⚠"
	default:
		return "●"
	}
}

// condition is a watch's state in one line.
func (r *Router) condition(w watch.Watch, s watch.State) string {
	parts := []string{article.Host(w.URL)}
	switch {
	case w.Paused:
		parts = append(parts, "paused")
	case s.Removed:
		parts = append(parts, "removed by the outlet")
	case s.Trouble != nil:
		parts = append(parts, "blind since "+stamp(s.Trouble.Since))
	}
	if s.Last > max(w.First, 1) && !s.LastChange.IsZero() {
		parts = append(parts, "changed "+ago(r.o.Now().Sub(s.LastChange))+" ago")
	} else {
		parts = append(parts, "no change yet")
	}
	return strings.Join(parts, " · ")
}

// show tells everything about one watch.
func (r *Router) show(ctx context.Context, req Request) (Reply, error) {
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
	fmt.Fprintf(&b, "- address: %s\n- alerts: %s\n- checks: %s", report.Escape(w.URL), w.Alerts, w.Schedule)
	if w.Paused {
		b.WriteString(", paused\n")
	} else {
		fmt.Fprintf(&b, ", next in %s\n", ago(due.Sub(r.o.Now())))
	}
	if r.o.Now().Before(w.MutedUntil) {
		fmt.Fprintf(&b, "- muted until %s\n", stamp(w.MutedUntil))
	}
	if s.Last > 0 {
		fmt.Fprintf(&b, "- revisions: %d, last read well %s\n", shown(w, s.Last), stamp(s.LastGood))
	}
	if n := len(s.Open); n > 0 {
		fmt.Fprintf(&b, "- %s told as “no note found”\n", count(n, "change", "changes"))
	}
	fmt.Fprintf(&b, "- id: `%s`, since %s", w.ID, stamp(w.Created))
	return Reply{Title: title(w), Text: b.String()}, nil
}

func (r *Router) pause(ctx context.Context, req Request) (Reply, error) {
	w, err := r.edit(ctx, req, time.Time{}, func(w *watch.Watch) { w.Paused = true })
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Paused " + quoted(title(w)) + ". `watch resume` goes on; what changed meanwhile is told then."}, nil
}

func (r *Router) resume(ctx context.Context, req Request) (Reply, error) {
	w, err := r.edit(ctx, req, r.o.Now(), func(w *watch.Watch) { w.Paused = false })
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Watching " + quoted(title(w)) + " again; the next check is now."}, nil
}

func (r *Router) mute(ctx context.Context, req Request) (Reply, error) {
	given := firstOf(req.Args["for"], "24h")
	d, err := watch.ParseDuration(given)
	if err != nil || d < 0 || d > 366*24*time.Hour {
		return Reply{}, refuse("Use a number with m, h or d, such as 8h.", "%q is not a time up to a year.", clip(given, 20))
	}
	until := r.o.Now().Add(d)
	w, err := r.edit(ctx, req, time.Time{}, func(w *watch.Watch) { w.MutedUntil = until })
	if err != nil {
		return Reply{}, err
	}
	if d == 0 {
		return Reply{Text: quoted(title(w)) + " speaks again."}, nil
	}
	return Reply{Text: fmt.Sprintf("Muted %s until %s. What changes meanwhile is told then, as one change.", quoted(title(w)), stamp(until))}, nil
}

func (r *Router) edit(ctx context.Context, req Request, due time.Time, change func(*watch.Watch)) (watch.Watch, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return watch.Watch{}, err
	}
	return r.o.Watches.EditWatch(ctx, req.Guild, w.ID, due, func(w *watch.Watch) error { change(w); return nil })
}

func (r *Router) remove(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	if w, err = r.o.Watches.RemoveWatch(ctx, req.Guild, w.ID); err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("No longer watching %s. `watch restore id:%s` brings it back within 10 minutes.", quoted(title(w)), w.ID)}, nil
}

func (r *Router) restore(ctx context.Context, req Request) (Reply, error) {
	w, err := r.o.Watches.RestoreWatch(ctx, req.Guild, strings.TrimSpace(req.Args["id"]))
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Watching " + quoted(title(w)) + " again."}, nil
}

// check looks at a page now and always answers.
func (r *Router) check(ctx context.Context, req Request) (Reply, error) {
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	res, err := r.o.Checks.CheckNow(ctx, w.Article)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: fmt.Sprintf("%s: **%s**. %s", quoted(title(w)), checkWord(res.Outcome), sentence(res.Reason))}, nil
}

// checkWord is an outcome as the answer to a check.
func checkWord(o watch.Outcome) string {
	switch o {
	case watch.OutUnchanged, watch.OutNotModified:
		return "no change"
	case watch.OutCosmetic:
		return "no change of meaning"
	case watch.OutHeld:
		return "something changed, waiting to be confirmed"
	case watch.OutVariant:
		return "no change, a variant of the page"
	case watch.OutGone:
		return "the page is not there"
	case watch.OutQuarantined:
		return "the page can't be read as an article now"
	default:
		return strings.ReplaceAll(string(o), "_", " ")
	}
}

// sentence gives a phrase a capital and a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r := []rune(s)
	s = strings.ToUpper(string(r[:1])) + string(r[1:])
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}
