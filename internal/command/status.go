package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"erratum/internal/report"
	"erratum/internal/watch"
)

// status tells the health of a guild's watches.
func (r *Router) status(ctx context.Context, req Request) (Reply, error) {
	h, err := r.o.Guilds.Health(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	feeds, err := r.feeds(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	if h.Watches+len(feeds) == 0 {
		b.WriteString("Nothing is watched here yet. Add an article with `watch add URL`.\n")
		r.keeping(ctx, &b, req)
		return Reply{Title: "Status", Text: strings.TrimRight(b.String(), "\n")}, nil
	}
	fmt.Fprintf(&b, "%s on %s", count(h.Watches, "watch", "watches"), count(h.Articles, "article", "articles"))
	if h.Paused > 0 {
		fmt.Fprintf(&b, ", %d paused", h.Paused)
	}
	if h.Muted > 0 {
		fmt.Fprintf(&b, ", %d muted", h.Muted)
	}
	if len(feeds) > 0 {
		fmt.Fprintf(&b, ", %s", count(len(feeds), "feed", "feeds"))
	}
	b.WriteString(".\n")
	for _, f := range feeds {
		if t := f.State.Trouble; t != nil {
			fmt.Fprintf(&b, "- feed %s: blind since %s, %s\n", quoted(feedTitle(f.Feed)), r.stamp(t.Since), report.Escape(t.Reason))
		}
	}
	if len(h.Blind) == 0 {
		b.WriteString("Every article could be read at its last check.\n")
	}
	r.troubles(&b, h)
	if err := r.channels(ctx, &b, req.Guild); err != nil {
		return Reply{}, err
	}
	flat(&b, h.Flat)
	if h.Overdue > 0 {
		fmt.Fprintf(&b, "Late: %s due for more than a minute.\n", count(h.Overdue, "article is", "articles are"))
	}
	if h.Queued > 0 && !h.SlowedUntil.IsZero() {
		fmt.Fprintf(&b, "Alerts are slowed: this server is told at most %d in a minute. The others follow in order, and none is lost.\n", r.o.MaxAlerts)
	}
	if h.Queued > 0 {
		fmt.Fprintf(&b, "%s waiting to be sent.\n", count(h.Queued, "alert is", "alerts are"))
	}
	r.keeping(ctx, &b, req)
	reply := Reply{Title: "Status", Text: strings.TrimRight(b.String(), "\n")}
	if len(h.Dead) > 0 {
		reply.Text += "\n`watch retry` sends again what was given up."
		reply.Next = []Action{{Label: "Send again", Name: "watch retry"}}
	}
	return reply, nil
}

// keeping says what may be lost of what is stored, as things are: to those who manage what
// is watched, when nobody else reads it.
func (r *Router) keeping(ctx context.Context, b *strings.Builder, req Request) {
	if r.o.Keeping == nil || !req.Manager || req.Args["public"] == "true" {
		return
	}
	weak, err := r.o.Keeping.Weaknesses(ctx)
	if err != nil {
		b.WriteString("How safely data is kept can't be asked now.\n")
		r.o.Logger.Warn("the settings of the store can't be asked", "error", err)
		return
	}
	said := map[string]bool{}
	for _, w := range weak {
		if !said[w.Text] { // several servers have the same settings
			said[w.Text] = true
			fmt.Fprintf(b, "**Data may be lost.** %s\n", report.Escape(w.Text))
		}
	}
}

// maxChannels bounds how many channels status asks about.
const maxChannels = 20

// channels says in which channels alerts can't be posted as things are.
func (r *Router) channels(ctx context.Context, b *strings.Builder, guild string) error {
	if r.o.Places == nil {
		return nil
	}
	all, feeds, err := r.listing(ctx, guild)
	if err != nil {
		return err
	}
	var used []string
	for _, w := range all {
		used = append(used, w.Destination.Channel)
	}
	for _, f := range feeds {
		used = append(used, f.Destination.Channel)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	asked := used[:min(len(used), maxChannels)]
	problems, err := r.o.Places.Problems(ctx, guild, asked)
	if err != nil {
		b.WriteString("What I may do in the channels can't be asked now.\n")
		r.o.Logger.Warn("what the bot may do can't be asked", "guild", guild, "error", err)
		return nil
	}
	for _, c := range asked {
		if p := problems[c]; p != "" {
			fmt.Fprintf(b, "- alerts can't be posted in %s: %s\n", channelRef(c), p)
		}
	}
	switch {
	case len(problems) > 0:
	case len(asked) == 1:
		fmt.Fprintf(b, "Alerts can be posted in %s.\n", channelRef(asked[0]))
	default:
		fmt.Fprintf(b, "Alerts can be posted in all %d channels.\n", len(asked))
	}
	if n := len(used) - len(asked); n > 0 {
		fmt.Fprintf(b, "%s not asked about.\n", count(n, "other channel was", "other channels were"))
	}
	return nil
}

// troubles lists what can't be read, not be sent to, and what was given up.
func (r *Router) troubles(b *strings.Builder, h Health) {
	for _, s := range h.Blind {
		name := quoted(firstOf(s.Title, s.URL))
		switch {
		case s.Removed && s.Gone != nil:
			fmt.Fprintf(b, "- %s: removed by the outlet, since %s\n", name, r.stamp(s.Gone.Since))
		case s.Gone != nil:
			fmt.Fprintf(b, "- %s: missing since %s, %s\n", name, r.stamp(s.Gone.Since), report.Escape(s.Gone.Reason))
		case s.Trouble != nil:
			fmt.Fprintf(b, "- %s: blind since %s, %s\n", name, r.stamp(s.Trouble.Since), report.Escape(s.Trouble.Reason))
		}
	}
	for _, p := range h.Routes {
		fmt.Fprintf(b, "- %s is not spoken to until %s: %s\n", channelRef(p.To.Channel), r.stamp(p.Until), report.Escape(p.Reason))
	}
	for _, d := range h.Dead {
		fmt.Fprintf(b, "- an alert for %s was given up at %s: %s\n", quoted(d.Delivery.Notice.Subject.Headline), r.stamp(d.At), report.Escape(d.Reason))
	}
}

// flat says how many pages were read without their layout, and why.
func flat(b *strings.Builder, by map[string]int) {
	for _, why := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(b, "Read without layout: %s, since %s.\n", count(by[why], "article", "articles"), report.Escape(why))
	}
}

// retry sends again what was given up.
func (r *Router) retry(ctx context.Context, req Request) (Reply, error) {
	h, err := r.o.Guilds.Health(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	sent := 0
	for _, d := range h.Dead {
		switch err := r.o.Dead.Replay(ctx, req.Guild, d.Delivery.ID); {
		case err == nil:
			sent++
		case !errors.Is(err, watch.ErrNotFound): // somebody else was quicker
			return Reply{}, err
		}
	}
	if sent == 0 {
		return Reply{Text: "Nothing that was given up can be sent again."}, nil
	}
	return Reply{Text: count(sent, "alert is", "alerts are") + " sent again; `status` shows what becomes of it."}, nil
}
