package command

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// status tells the health of a guild's watches.
func (r *Router) status(ctx context.Context, req Request) (Reply, error) {
	h, err := r.o.Guilds.Health(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s", count(h.Watches, "watch", "watches"), count(h.Articles, "article", "articles"))
	if h.Paused > 0 {
		fmt.Fprintf(&b, ", %d paused", h.Paused)
	}
	if h.Muted > 0 {
		fmt.Fprintf(&b, ", %d muted", h.Muted)
	}
	b.WriteString(".\n")
	if len(h.Blind) == 0 {
		b.WriteString("Every article could be read at its last check.\n")
	}
	for _, s := range h.Blind {
		t := s.Trouble
		if t == nil {
			t = s.Gone
		}
		if t == nil {
			continue
		}
		fmt.Fprintf(&b, "- %s: blind since %s, %s\n", quoted(firstOf(s.Title, s.URL)), stamp(t.Since), t.Reason)
	}
	if h.Overdue > 0 {
		fmt.Fprintf(&b, "%s due for more than a minute.\n", count(h.Overdue, "article is", "articles are"))
	}
	if h.Queued > 0 {
		fmt.Fprintf(&b, "%s waiting to be sent.\n", count(h.Queued, "alert is", "alerts are"))
	}
	for _, d := range h.Dead {
		fmt.Fprintf(&b, "- given up on %s: an alert for %s, %s\n", stamp(d.At), quoted(d.Delivery.Notice.Subject.Headline), d.Reason)
	}
	return Reply{Title: "Status", Text: strings.TrimRight(b.String(), "\n")}, nil
}

// help lists the commands, or shows one in full.
func (r *Router) help(_ context.Context, req Request) (Reply, error) {
	if name := strings.TrimPrefix(strings.TrimSpace(req.Args["command"]), "/"); name != "" {
		s, ok := Find(name)
		if !ok {
			return Reply{}, refuse("`help` lists the commands.", "There is no command %q%s.", clip(name, 40), r.nearest(name))
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n`%s`\n", s.Summary, Usage(s))
		for _, o := range s.Options {
			fmt.Fprintf(&b, "- `%s`: %s\n", o.Name, o.Summary)
		}
		return Reply{Title: s.Name, Text: strings.TrimRight(b.String(), "\n")}, nil
	}
	var b strings.Builder
	for _, s := range Specs() {
		fmt.Fprintf(&b, "- `%s`: %s\n", s.Name, s.Summary)
	}
	b.WriteString("\nAn article is named by its number in the list, part of its title, or its URL. Options are written `name:value`.")
	return Reply{Title: "Commands", Text: b.String()}, nil
}

// stamp is a time as replies show it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 15:04 UTC")
}

// ago is a distance in time in words, to the nearest unit that matters.
func ago(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
