package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"erratum/internal/alert"
	"erratum/internal/report"
	"erratum/internal/watch"
)

// The options by which people choose how a watch speaks.
var (
	channelOption = Option{Name: "channel", Summary: "where to tell it (default: here, or the channel of `settings`)", Kind: Channel, Chat: true}
	mentionOption = Option{Name: "mention", Summary: "a role to call when something major changes", Kind: Role, Chat: true}
	threadOption  = Option{Name: "thread", Summary: "tell it in a thread of its own (default off)", Choices: []string{"on", "off"}, Chat: true}
)

// destination is where a new watch or feed speaks: where the request says so, else
// where the guild's settings do, else where it was made. A channel that is not the
// request's own is checked.
func (r *Router) destination(ctx context.Context, req Request) (alert.Destination, error) {
	to := alert.Destination{Guild: req.Guild, Channel: req.Args["channel"]}
	if to.Channel == "" {
		s, err := r.o.Guilds.Settings(ctx, req.Guild)
		if err != nil {
			return to, err
		}
		to.Channel = firstOf(s.Channel, req.Channel)
	}
	if err := r.mayPost(ctx, req, to.Channel); err != nil {
		return to, err
	}
	return to, r.mayTell(ctx, req, to.Channel, false)
}

// mayTell checks what was chosen of how something is told in a channel: its thread, which
// may have been chosen before, and the role that is called.
func (r *Router) mayTell(ctx context.Context, req Request, channel string, threaded bool) error {
	if r.alone() {
		switch {
		case req.Args["thread"] == "on":
			return refuse("Leave the option out.", "There are no threads here: only Discord has them.")
		case req.Args["mention"] != "":
			return refuse("Leave the option out.", "There are no roles here: only Discord has them.")
		}
		return nil
	}
	if thread := req.Args["thread"]; thread == "on" || thread == "" && threaded {
		if err := r.o.Places.MayThread(ctx, req.Guild, channel); err != nil {
			return err
		}
	}
	if role := req.Args["mention"]; role != "" && role != req.Guild {
		return r.o.Places.MayCall(ctx, req.Guild, role)
	}
	return nil
}

// mayPost checks a channel that somebody named. The request's own was checked by whoever
// brought the request.
func (r *Router) mayPost(ctx context.Context, req Request, channel string) error {
	switch {
	case channel == req.Channel:
		return nil
	case r.alone():
		return refuse("Leave the option out.", "There is no channel %s: this is the only one.", quoted(channel))
	default:
		return r.o.Places.MayPost(ctx, req.Guild, channel)
	}
}

// chooseWatch reads what a person chose for a watch; what is not given stays.
func (r *Router) chooseWatch(w *watch.Watch, args map[string]string) (err error) {
	if w.Alerts, err = alert.ParseThreshold(firstOf(args["alerts"], string(w.Alerts))); err != nil {
		return refuse("", "%s", report.Escape(sentence(err.Error())))
	}
	w.Schedule = firstOf(args["schedule"], w.Schedule)
	if _, err := watch.ParseSchedule(w.Schedule, r.o.MinInterval); err != nil {
		return refuse("", "%s", report.Escape(sentence(err.Error())))
	}
	return chooseVoice(&w.Mention, &w.Thread, w.Destination.Guild, args)
}

// chooseVoice reads how a watch, or those of a feed, speak; what is not given stays.
func chooseVoice(mention *string, thread *bool, guild string, args map[string]string) error {
	if args["reset"] == "mention" {
		*mention = ""
	}
	if role := args["mention"]; role != "" {
		if role == guild { // Discord's name for everyone
			return refuse("Name a role that people chose.", "I don't call everyone.")
		}
		*mention = role
	}
	if args["thread"] != "" {
		*thread = args["thread"] == "on"
	}
	return nil
}

// voice is how a watch, or those of a feed, speak, for a line.
func voice(mention string, thread bool) string {
	var parts []string
	if mention != "" {
		parts = append(parts, "calls "+roleRef(mention))
	}
	if thread {
		parts = append(parts, "in a thread")
	}
	return strings.Join(parts, " · ")
}

// editWatch changes what was chosen for a watch or feed.
func (r *Router) editWatch(ctx context.Context, req Request) (Reply, error) {
	if len(req.Args) < 2 {
		return Reply{}, refuse(r.usage(mustFind("watch edit")), "Nothing was chosen.")
	}
	if f, ok, err := r.feed(ctx, req); err != nil {
		return Reply{}, err
	} else if ok {
		return r.editFeed(ctx, f, req)
	}
	if req.Args["match"]+req.Args["keep"] != "" {
		return Reply{}, refuse("Name a feed, such as `feed 1`.", "An article has neither match nor keep.")
	}
	w, err := r.find(ctx, req)
	if err != nil {
		return Reply{}, err
	}
	channel := firstOf(req.Args["channel"], w.Destination.Channel)
	moved := channel != w.Destination.Channel
	if moved {
		if err := r.mayPost(ctx, req, channel); err != nil {
			return Reply{}, err
		}
	}
	if err := r.mayTell(ctx, req, channel, moved && w.Thread); err != nil {
		return Reply{}, err
	}
	w, err = r.o.Watches.EditWatch(ctx, req.Guild, w.ID, r.dueFor(req), func(w *watch.Watch) error {
		w.Destination.Channel = channel
		return r.chooseWatch(w, req.Args)
	})
	switch {
	case errors.Is(err, watch.ErrThere):
		return Reply{}, refuse("`watch remove` ends one of the two.", "%s is watched %s already.", quoted(title(w)), r.in(channel))
	case err != nil:
		return Reply{}, err
	}
	text := "Changed " + quoted(title(w)) + ". Alerts: " + chosenFor(w)
	if moved {
		text += "\nIt is told " + r.in(channel) + " from now on, and so is what waits. Alerts that were shown stay where they are."
	}
	return Reply{Text: text}, nil
}

// chosenFor is what holds for a watch.
func chosenFor(w watch.Watch) string {
	out := fmt.Sprintf("%s · checks: %s", w.Alerts, report.Escape(w.Schedule))
	if v := voice(w.Mention, w.Thread); v != "" {
		out += " · " + v
	}
	return out
}

// editFeed changes what was chosen for a feed; its articles of before stay as they are.
func (r *Router) editFeed(ctx context.Context, f watch.FollowedFeed, req Request) (Reply, error) {
	if req.Args["channel"] != "" {
		return Reply{}, refuse("Follow it there with `watch feed`, then `watch remove` it here.", "A feed stays in its channel.")
	}
	if err := r.mayTell(ctx, req, f.Destination.Channel, false); err != nil {
		return Reply{}, err
	}
	got, err := r.o.Feeds.EditFeed(ctx, req.Guild, f.ID, r.dueFor(req), func(f *watch.Feed) error { return r.choose(f, req.Args) })
	if err != nil {
		return Reply{}, err
	}
	text := fmt.Sprintf("Changed %s for articles to come. Alerts: %s · polls: %s · articles kept %s", quoted(feedTitle(got)), got.Alerts, report.Escape(r.pace(got)), ago(got.Keep))
	if v := voice(got.Mention, got.Thread); v != "" {
		text += " · " + v
	}
	if len(got.Match) > 0 {
		text += " · only with: " + report.Escape(strings.Join(got.Match, ", "))
	}
	return Reply{Text: text}, nil
}
