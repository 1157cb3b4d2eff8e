package discord

import (
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

// hasAll reports whether all words stand somewhere in a text.
func hasAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// suggest picks what is offered for a half-typed article: titles that begin with it,
// then titles and addresses that contain it, in the index's order.
func suggest(all []Title, typed string) []*discordgo.ApplicationCommandOptionChoice {
	typed = strings.ToLower(strings.TrimSpace(typed))
	type hit struct {
		rank int
		t    Title
	}
	var hits []hit
	for _, t := range all {
		name := strings.ToLower(t.Title)
		switch {
		case strings.HasPrefix(name, typed):
			hits = append(hits, hit{0, t})
		case strings.Contains(name, " "+typed):
			hits = append(hits, hit{1, t})
		case strings.Contains(name, typed), strings.Contains(strings.ToLower(t.URL), typed):
			hits = append(hits, hit{2, t})
		case hasAll(name, strings.Fields(typed)):
			hits = append(hits, hit{3, t})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.rank - b.rank })
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
