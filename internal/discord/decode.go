package discord

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

var errNotGuild = errors.New("not used in a server")

// maxArgs bounds what a command may bring along; Discord allows 25 options.
const maxArgs = 25

// decode reads an interaction into a request; Manager is what Discord's permissions
// say. focused names the option being typed, for autocompletion.
func decode(i *discordgo.Interaction) (req command.Request, focused string, err error) {
	req, err = asker(i)
	if err != nil {
		return command.Request{}, "", err
	}
	data, ok := i.Data.(discordgo.ApplicationCommandInteractionData)
	if !ok || data.CommandType != discordgo.ChatApplicationCommand && data.CommandType != 0 {
		return command.Request{}, "", errors.New("not a command")
	}
	req.Name = data.Name
	options := data.Options
	for depth := 0; depth < 2 && len(options) == 1 && isGroup(options[0]); depth++ {
		req.Name += " " + options[0].Name
		options = options[0].Options
	}
	req.Args = make(map[string]string, len(options))
	for _, o := range options[:min(len(options), maxArgs)] {
		if o == nil {
			continue
		}
		if v, ok := value(o.Value); ok {
			req.Args[o.Name] = v
		}
		if o.Focused {
			focused = o.Name
		}
	}
	return req, focused, nil
}

// asker reads who asks and where.
func asker(i *discordgo.Interaction) (command.Request, error) {
	if !isID(i.GuildID) || !isID(i.ChannelID) || i.Member == nil || i.Member.User == nil {
		return command.Request{}, errNotGuild
	}
	const may = discordgo.PermissionManageGuild | discordgo.PermissionAdministrator
	manages := i.Member.Permissions&may != 0
	return command.Request{
		Guild: i.GuildID, Channel: i.ChannelID, User: i.Member.User.ID, Manager: manages, Admin: manages,
	}, nil
}

func isGroup(o *discordgo.ApplicationCommandInteractionDataOption) bool {
	return o != nil && (o.Type == discordgo.ApplicationCommandOptionSubCommand || o.Type == discordgo.ApplicationCommandOptionSubCommandGroup)
}

// value is an option's value as typed at a terminal.
func value(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return "", false
	}
}

// Title is an entry of a guild's index of watched articles.
type Title struct {
	Watch string // watch ID, under which the router finds it
	Title string // headline, may be empty
	URL   string
}

// suggest picks what is offered for a half-typed article: what fits best first, then in
// the index's order.
func suggest(all []Title, typed string) []*discordgo.ApplicationCommandOptionChoice {
	type hit struct {
		fit command.Fit
		t   Title
	}
	var hits []hit
	sought := command.Seek(typed)
	for _, t := range all {
		// A title in full is no more sought than one that begins so: it may go on.
		if fit := min(sought.Fit(t.Title, t.URL), command.Begins); fit != command.None {
			hits = append(hits, hit{fit, t})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.fit, a.fit) })
	out := []*discordgo.ApplicationCommandOptionChoice{}
	for _, h := range hits {
		name := PlainTo(firstOf(h.t.Title, h.t.URL), maxChoice)
		if name == "" || h.t.Watch == "" || Units(h.t.Watch) > maxChoice {
			continue
		}
		if out = append(out, &discordgo.ApplicationCommandOptionChoice{Name: name, Value: h.t.Watch}); len(out) == maxChoices {
			break
		}
	}
	return out
}

// suggestNames picks what is offered for a half-typed command's name.
func suggestNames(specs []command.Spec, typed string) []*discordgo.ApplicationCommandOptionChoice {
	typed = strings.ToLower(strings.Trim(typed, " /"))
	out := []*discordgo.ApplicationCommandOptionChoice{}
	for _, s := range specs {
		if strings.Contains(s.Name, typed) && len(out) < maxChoices {
			out = append(out, &discordgo.ApplicationCommandOptionChoice{Name: s.Name, Value: s.Name})
		}
	}
	return out
}
