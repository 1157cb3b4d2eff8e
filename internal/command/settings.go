package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"erratum/internal/alert"
	"erratum/internal/report"
)

// maxManagers bounds the roles that a guild may name.
const maxManagers = 10

// settingsSpecs are the commands about a guild as a whole.
func settingsSpecs() []Spec {
	return []Spec{
		{Name: "settings show", Summary: "what is chosen for this server", Options: []Option{publicOption}},
		{Name: "settings set", Summary: "choose channels, time zone and quiet hours", Write: true, Options: []Option{
			{Name: "channel", Summary: "where new watches speak when they name no channel", Kind: Channel, Chat: true},
			{Name: "notices", Summary: "where I say what I can't say elsewhere, such as that a channel can't be posted in", Kind: Channel, Chat: true},
			{Name: "zone", Summary: "time zone by its name, such as Europe/Kyiv"},
			{Name: "quiet", Summary: "hours without alerts, such as 22:00-07:00; what happens then is told afterwards, as one change each; off ends them", Words: true},
			{Name: "reset", Summary: "make a choice undone", Choices: []string{"channel", "notices", "zone", "quiet"}},
		}, Examples: []string{"settings set zone:Europe/Kyiv quiet:22:00-07:00", "settings set reset:channel"}},
		{Name: "settings managers", Summary: "roles that may change what is watched, beside Manage Server", Admin: true, Chat: true, Options: []Option{
			{Name: "add", Summary: "a role that may", Kind: Role},
			{Name: "remove", Summary: "a role that may no longer", Kind: Role},
		}},
		{Name: "settings forget", Summary: "delete everything that is kept of this server", Admin: true, Options: []Option{
			{Name: "confirm", Summary: "yes, for good", Choices: []string{"yes"}},
		}},
	}
}

// settings shows a guild's choices.
func (r *Router) settings(ctx context.Context, req Request) (Reply, error) {
	s, err := r.o.Guilds.Settings(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	return r.chosen(s, "Settings"), nil
}

// chosen lists choices.
func (r *Router) chosen(s alert.Settings, title string) Reply {
	now := r.o.Now()
	var b strings.Builder
	if !r.alone() {
		fmt.Fprintf(&b, "- new watches speak %s\n", firstOf(r.in(s.Channel), "where they are added"))
		fmt.Fprintf(&b, "- what I can't say elsewhere I say %s\n", firstOf(r.in(s.Notices), "in `status` only"))
	}
	fmt.Fprintf(&b, "- time zone: %s, where it is %s now\n", report.Escape(firstOf(s.Zone, "UTC")), now.In(s.Location()).Format("Mon 15:04"))
	quiet := "none"
	if s.Quiet != "" {
		quiet = s.Quiet
		if until := s.QuietUntil(now); !until.IsZero() {
			quiet += fmt.Sprintf(", now, for another %s", ago(until.Sub(now)))
		}
	}
	fmt.Fprintf(&b, "- quiet hours: %s\n", quiet)
	digest := "none"
	if s.Digest != "" {
		digest = pace(s.Digest) + " " + r.in(s.DigestTo)
	}
	fmt.Fprintf(&b, "- digest: %s\n", digest)
	if r.alone() {
		b.WriteString("- who may change this: whoever types here\n`settings set` changes it, `digest schedule:…` the digest.")
		return Reply{Title: title, Text: b.String()}
	}
	b.WriteString("- who may change this: Manage Server")
	for _, role := range s.Managers {
		b.WriteString(", " + roleRef(role))
	}
	b.WriteString("\n`settings set` and `settings managers` change it, `digest schedule:…` the digest.")
	return Reply{Title: title, Text: b.String()}
}

// alone reports whether there is no channel but the one, and nobody but who asks: this is
// a terminal.
func (r *Router) alone() bool { return r.o.Places == nil }

// in names a channel as a place; empty for none.
func (r *Router) in(channel string) string {
	switch {
	case channel == "":
		return ""
	case r.alone():
		return "here"
	default:
		return "in " + channelRef(channel)
	}
}

// channelRef and roleRef name a channel and a role in a reply; see [Reply].
func channelRef(id string) string { return "<#" + strings.Trim(report.Escape(id), `\`) + ">" }
func roleRef(id string) string    { return "<@&" + strings.Trim(report.Escape(id), `\`) + ">" }

// setSettings changes a guild's choices; what is not named stays.
func (r *Router) setSettings(ctx context.Context, req Request) (Reply, error) {
	if len(req.Args) == 0 {
		return Reply{}, refuse(r.usage(mustFind("settings set")), "Nothing was chosen.")
	}
	for _, o := range []string{"channel", "notices"} {
		if err := r.mayPost(ctx, req, firstOf(req.Args[o], req.Channel)); err != nil {
			return Reply{}, err
		}
	}
	s, err := r.o.Guilds.EditSettings(ctx, req.Guild, func(s *alert.Settings) error { return choose(s, req.Args) })
	if err != nil {
		return Reply{}, err
	}
	return r.chosen(s, "Settings are changed"), nil
}

// mustFind is a command that exists.
func mustFind(name string) Spec {
	s, _ := Find(name)
	return s
}

// choose reads what a person chose for a guild.
func choose(s *alert.Settings, args map[string]string) error {
	switch args["reset"] {
	case "channel":
		s.Channel = ""
	case "notices":
		s.Notices = ""
	case "zone":
		s.Zone = ""
	case "quiet":
		s.Quiet = ""
	}
	s.Channel, s.Notices = firstOf(args["channel"], s.Channel), firstOf(args["notices"], s.Notices)
	if zone := args["zone"]; zone != "" {
		loc, err := time.LoadLocation(zone)
		if err != nil || zone == "Local" {
			return refuse("Use a name of the time zone database, such as Europe/Kyiv or UTC.", "I know no time zone %s.", quoted(zone))
		}
		s.Zone = loc.String()
	}
	switch quiet := args["quiet"]; {
	case quiet == "":
	case isOff(quiet):
		s.Quiet = ""
	default:
		hours, err := alert.ParseQuiet(quiet)
		if err != nil {
			return refuse("", "%s", report.Escape(sentence(err.Error())))
		}
		s.Quiet = hours
	}
	return nil
}

func isOff(s string) bool { return strings.EqualFold(s, "off") || strings.EqualFold(s, "none") }

// managers shows and changes the roles that may write.
func (r *Router) managers(ctx context.Context, req Request) (Reply, error) {
	add, remove := req.Args["add"], req.Args["remove"]
	if add+remove == "" {
		return r.settings(ctx, req)
	}
	if r.alone() {
		return Reply{}, refuse("", "There are no roles here: whoever types here may do everything.")
	}
	s, err := r.o.Guilds.EditSettings(ctx, req.Guild, func(s *alert.Settings) error {
		if remove != "" {
			if !slices.Contains(s.Managers, remove) {
				return refuse("`settings show` lists them.", "%s is no manager role.", roleRef(remove))
			}
			s.Managers = slices.DeleteFunc(s.Managers, func(m string) bool { return m == remove })
		}
		switch {
		case add == "" || slices.Contains(s.Managers, add):
		case len(s.Managers) >= maxManagers:
			return refuse("Remove one first.", "%d roles are managers already.", maxManagers)
		default:
			s.Managers = append(s.Managers, add)
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return r.chosen(s, "Settings are changed"), nil
}

// forget deletes everything of a guild once somebody is sure.
func (r *Router) forget(ctx context.Context, req Request) (Reply, error) {
	h, err := r.o.Guilds.Health(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	feeds, err := r.feeds(ctx, req.Guild)
	if err != nil {
		return Reply{}, err
	}
	what := fmt.Sprintf("%s, %s, the alerts that wait and all settings", count(h.Watches, "watch", "watches"), count(len(feeds), "feed", "feeds"))
	if req.Args["confirm"] == "" {
		of := " of this server"
		if r.alone() {
			of = ""
		}
		return Reply{
			Title: "Delete everything?",
			Text:  "This deletes " + what + of + ", at once and for good. `watch export` saves what is watched. `settings forget confirm:yes` does it.",
			Next:  []Action{{Label: "Delete everything", Danger: true, Name: "settings forget", Args: map[string]string{"confirm": "yes"}}},
		}, nil
	}
	if err := r.o.Guilds.Forget(ctx, req.Guild); err != nil {
		return Reply{}, err
	}
	return Reply{Text: "Deleted: " + what + "."}, nil
}

// hushed says why a guild is told later, after what is delayed: quiet hours, or more
// alerts than it may be told at once; empty: neither.
func (r *Router) hushed(ctx context.Context, guild string) string {
	s, err := r.o.Guilds.Settings(ctx, guild)
	if err != nil {
		return "" // what is delayed is said; why is a courtesy
	}
	if until := s.QuietUntil(r.o.Now()); !until.IsZero() {
		return ": quiet hours until " + r.stamp(until)
	}
	if h, err := r.o.Guilds.Health(ctx, guild); err == nil && !h.SlowedUntil.IsZero() {
		return ": alerts are slowed, `status` says more"
	}
	return ""
}
