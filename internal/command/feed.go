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
	"erratum/internal/text"
	"erratum/internal/watch"
)

const (
	defaultKeep = 30 * 24 * time.Hour
	maxKeep     = 366 * 24 * time.Hour
	maxBacklog  = 50
)

// follow makes the channel follow a feed and says what it lists. Followed again, a
// feed keeps the settings that are not given.
func (r *Router) follow(ctx context.Context, req Request) (Reply, error) {
	to, err := r.destination(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	f := watch.Feed{URL: req.Args["url"], Destination: to, Keep: defaultKeep, Creator: req.User}
	all, err := r.feeds(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	old, known := feedAt(all, f.URL, to.Channel)
	switch {
	case known:
		f.Alerts, f.Schedule, f.Match, f.Keep, f.Mention, f.Thread = old.Alerts, old.Schedule, old.Match, old.Keep, old.Mention, old.Thread
	case len(all) >= r.o.MaxFeeds:
		return Reply{}, refuse("`watch remove` makes room.", "All %d feeds that are allowed here are used.", r.o.MaxFeeds)
	}
	if err := r.choose(&f, req.Args); err != nil {
		return Reply{}, err
	}
	if err := r.looks.take(req.Guild, r.o.Now()); err != nil {
		return Reply{}, err
	}
	added, err := r.o.Polls.Add(ctx, f)
	if unread := new(article.ReadError); errors.As(err, &unread) && unread.Problem == article.Unreadable {
		return Reply{}, refuse("`watch add` watches a single article.", "No feed could be found there: %s.", report.Escape(strings.TrimSuffix(unread.Reason, ".")))
	}
	if err != nil {
		return Reply{}, err
	}
	return Reply{Text: r.listed(added, req.Args["url"], r.where(to.Channel, req))}, nil
}

// choose reads what a person chose for a feed.
func (r *Router) choose(f *watch.Feed, args map[string]string) (err error) {
	plain := func(err error) error { return refuse("", "%s", report.Escape(sentence(err.Error()))) }
	if f.Alerts, err = alert.ParseThreshold(firstOf(args["alerts"], string(f.Alerts))); err != nil {
		return plain(err)
	}
	if s := args["schedule"]; s != "" {
		f.Schedule = s
	}
	if _, err := watch.ParseFeedSchedule(f.Schedule, r.o.MinInterval); err != nil {
		return plain(err)
	}
	switch words := args["match"]; words {
	case "":
	case "*":
		f.Match = nil
	default:
		if f.Match, err = watch.ParseMatch(words); err != nil {
			return plain(err)
		}
	}
	if keep := args["keep"]; keep != "" {
		if f.Keep, err = watch.ParseDuration(keep); err != nil || f.Keep < time.Hour || f.Keep > maxKeep {
			return refuse("Use a number with h or d, such as 12h or 30d.", "%s is not a time from an hour to a year.", quoted(keep))
		}
	}
	if n := args["backlog"]; n != "" {
		if f.Backlog, err = strconv.Atoi(n); err != nil || f.Backlog < 0 || f.Backlog > maxBacklog {
			return refuse("", "%s is not a number from 0 to %d.", quoted(n), maxBacklog)
		}
	}
	return chooseVoice(&f.Mention, &f.Thread, f.Destination.Guild, args)
}

// feeds lists a guild's feeds, oldest first; a router without feeds has none.
func (r *Router) feeds(ctx context.Context, guild string) ([]watch.FollowedFeed, error) {
	if r.o.Feeds == nil {
		return nil, nil
	}
	return r.o.Feeds.Feeds(ctx, guild)
}

// feedAt finds the feed that a channel follows at an address.
func feedAt(all []watch.FollowedFeed, typed, channel string) (watch.FollowedFeed, bool) {
	u, err := article.NormalizeURL(typed)
	for _, f := range all {
		if err == nil && f.URL == u && f.Destination.Channel == channel {
			return f, true
		}
	}
	return watch.FollowedFeed{}, false
}

// listed says what a feed that is followed now lists, and where that will be told.
func (r *Router) listed(a watch.AddedFeed, typed, where string) string {
	var b strings.Builder
	begin := "Following"
	if !a.Created {
		begin = "Already followed " + where + ":"
	}
	fmt.Fprintf(&b, "%s **%s**\n", begin, report.Escape(feedTitle(a.Feed)))
	if u, err := article.NormalizeURL(typed); err == nil && u != a.Feed.URL {
		fmt.Fprintf(&b, "The feed lives at %s\n", report.Escape(a.Feed.URL))
	}
	fmt.Fprintf(&b, "%s now", count(len(a.Items), "item", "items"))
	if len(a.Feed.Match) > 0 {
		fmt.Fprintf(&b, ", %d match", len(a.Matching))
	}
	b.WriteString("; new ones become watches")
	if n := min(a.Feed.Backlog, len(a.Matching)); n > 0 && a.Created {
		fmt.Fprintf(&b, ", and of these the newest %d", n)
	}
	fmt.Fprintf(&b, ".\nAlerts %s: %s · polls: %s · articles kept %s · next poll %s", where, a.Feed.Alerts, report.Escape(r.pace(a.Feed)), ago(a.Feed.Keep), r.soon(a.Next))
	if v := voice(a.Feed.Mention, a.Feed.Thread); v != "" {
		b.WriteString(" · " + v)
	}
	return b.String()
}

func feedTitle(f watch.Feed) string { return firstOf(f.Title, f.URL) }

// pace is how often a feed is polled, as typed or by default.
func (r *Router) pace(f watch.Feed) string {
	s, err := watch.ParseFeedSchedule(f.Schedule, r.o.MinInterval)
	if err != nil {
		return f.Schedule
	}
	return s.String()
}

// feed finds the feed that a person named: "feed 1" as the list numbers them, an ID,
// an address, or a title in full.
func (r *Router) feed(ctx context.Context, req Request) (watch.FollowedFeed, bool, error) {
	all, err := r.feeds(ctx, req.Guild)
	if err != nil || len(all) == 0 {
		return watch.FollowedFeed{}, false, err
	}
	typed := req.Args["article"]
	if n, ok := strings.CutPrefix(strings.ToLower(typed), "feed "); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 1 && i <= len(all) {
			return all[i-1], true, nil
		}
	}
	u, err := article.NormalizeURL(typed)
	for _, f := range all {
		if f.ID == typed || err == nil && f.URL == u || text.Loose(f.Title) == text.Loose(typed) {
			return f, true, nil
		}
	}
	return watch.FollowedFeed{}, false, nil
}

// made lists the watches that a feed made and that no person took over.
func (r *Router) made(ctx context.Context, f watch.FollowedFeed) (out []watch.Watch, err error) {
	all, err := r.o.Watches.Watches(ctx, f.Destination.Guild)
	for _, w := range all {
		if w.Feed == f.ID {
			out = append(out, w)
		}
	}
	return out, err
}

// feedLine is a feed's state in one line.
func (r *Router) feedLine(f watch.FollowedFeed, articles int) string {
	parts := []string{report.Escape(article.Host(f.URL)), count(articles, "article", "articles") + " watched"}
	switch t := f.State.Trouble; {
	case f.Paused:
		parts = append(parts, "paused")
	case t != nil:
		parts = append(parts, "blind since "+r.stamp(t.Since))
	default:
		parts = append(parts, "next poll "+r.soon(f.Due))
	}
	return strings.Join(parts, " · ")
}

// feedNames says which feeds a list has not named yet.
type feedNames struct {
	feeds []watch.FollowedFeed
	made  map[string]int // watches by feed
	named string         // the one named last
}

func newFeedNames(feeds []watch.FollowedFeed, all []watch.Watch) feedNames {
	n := feedNames{feeds: feeds, made: map[string]int{}}
	for _, w := range all {
		n.made[w.Feed]++
	}
	return n
}

// nameFeed writes the feed of the articles that follow, once before them.
func (r *Router) nameFeed(b *strings.Builder, n *feedNames, id string) {
	for i, f := range n.feeds {
		if f.ID == id && n.named != id {
			n.named = id
			r.writeFeed(b, i, f, n.made[id])
		}
	}
}

// nameEmpty writes the feeds that have no article.
func (r *Router) nameEmpty(b *strings.Builder, n feedNames) {
	for i, f := range n.feeds {
		if n.made[f.ID] == 0 {
			r.writeFeed(b, i, f, 0)
		}
	}
}

func (r *Router) writeFeed(b *strings.Builder, i int, f watch.FollowedFeed, made int) {
	fmt.Fprintf(b, "**feed %d** %s\n   %s\n", i+1, report.Escape(clip(feedTitle(f.Feed), 90)), r.feedLine(f, made))
}

func (r *Router) showFeed(ctx context.Context, f watch.FollowedFeed) (Reply, error) {
	made, err := r.made(ctx, f)
	if err != nil {
		return Reply{}, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.feedLine(f, len(made)))
	if t := f.State.Trouble; t != nil {
		fmt.Fprintf(&b, "- why blind: %s\n", report.Escape(t.Reason))
	}
	fmt.Fprintf(&b, "- told %s\n", r.in(f.Destination.Channel))
	fmt.Fprintf(&b, "- address: %s\n- polls: %s, last read well %s, %s listed then\n", report.Escape(f.URL), report.Escape(r.pace(f.Feed)), r.stamp(f.State.LastGood), count(f.State.Items, "item", "items"))
	if len(f.Match) > 0 {
		fmt.Fprintf(&b, "- only with: %s\n", report.Escape(strings.Join(f.Match, ", ")))
	}
	fmt.Fprintf(&b, "- its articles: alerts %s, kept %s", f.Alerts, ago(f.Keep))
	if v := voice(f.Mention, f.Thread); v != "" {
		b.WriteString(" · " + v)
	}
	fmt.Fprintf(&b, "\n- id: `%s`, since %s", f.ID, r.stamp(f.Created))
	return Reply{Title: feedTitle(f.Feed), Text: b.String()}, nil
}

// pauseFeed pauses or resumes polling; the feed's articles are watched meanwhile.
func (r *Router) pauseFeed(ctx context.Context, f watch.FollowedFeed, paused bool) (Reply, error) {
	due := time.Time{}
	if !paused {
		due = r.o.Now()
	}
	if _, err := r.o.Feeds.EditFeed(ctx, f.Destination.Guild, f.ID, due, func(f *watch.Feed) error { f.Paused = paused; return nil }); err != nil {
		return Reply{}, err
	}
	if paused {
		return Reply{Text: "Paused " + quoted(feedTitle(f.Feed)) + ": it makes no new watches. Its articles stay watched; `watch resume` goes on."}, nil
	}
	return Reply{Text: "Following " + quoted(feedTitle(f.Feed)) + " again; it is polled in a moment."}, nil
}

// removeFeed removes a feed with the watches it made. What goes with it is written
// down first, so that an undo after a crash brings all of it back.
func (r *Router) removeFeed(ctx context.Context, f watch.FollowedFeed) (Reply, error) {
	guild := f.Destination.Guild
	made, err := r.made(ctx, f)
	if err != nil {
		return Reply{}, err
	}
	if _, err := r.o.Feeds.EditFeed(ctx, guild, f.ID, time.Time{}, func(f *watch.Feed) error {
		for _, w := range made {
			f.Took = append(f.Took, w.ID)
		}
		return nil
	}); err != nil {
		return Reply{}, err
	}
	if _, err := r.o.Feeds.RemoveFeed(ctx, guild, f.ID); err != nil {
		return Reply{}, err
	}
	for _, w := range made {
		if _, err := r.o.Watches.RemoveWatch(ctx, guild, w.ID); err != nil && !errors.Is(err, watch.ErrNotFound) {
			return Reply{}, err
		}
	}
	return Reply{Text: fmt.Sprintf("No longer following %s, nor watching the %s it named. `watch restore id:%s` brings all back within 10 minutes.",
		quoted(feedTitle(f.Feed)), count(len(made), "article", "articles"), f.ID), Next: undo(f.ID)}, nil
}

// restoreFeed undoes removeFeed.
func (r *Router) restoreFeed(ctx context.Context, guild, id string) (Reply, error) {
	f, err := r.o.Feeds.RestoreFeed(ctx, guild, id)
	if err != nil {
		return Reply{}, err
	}
	back := 0
	for _, w := range f.Took {
		switch _, err := r.o.Watches.RestoreWatch(ctx, guild, w); {
		case err == nil:
			back++
		case !errors.Is(err, watch.ErrNotFound):
			return Reply{}, err
		}
	}
	return Reply{Text: fmt.Sprintf("Following %s again, with %s.", quoted(feedTitle(f)), count(back, "article", "articles"))}, nil
}
