package discord

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// slashCommand is an application command with the fields we use. The library's type
// sends nulls that Discord takes and its schema does not.
type slashCommand struct {
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"` // menus have none
	Type        int           `json:"type"`
	Options     []slashOption `json:"options,omitempty"`
	// Permissions is who sees the command by default. It stays empty, which is all:
	// Discord knows one answer for /watch with all that is under it, and no manager
	// roles. The router refuses; admins may hide it in Server Settings → Integrations.
	Permissions string `json:"default_member_permissions,omitempty"`
	Contexts    []int  `json:"contexts"`
	Integration []int  `json:"integration_types"`
}

type slashOption struct {
	Type         int           `json:"type"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	Required     bool          `json:"required,omitempty"`
	Autocomplete bool          `json:"autocomplete,omitempty"`
	Choices      []slashChoice `json:"choices,omitempty"`
	Channels     []int         `json:"channel_types,omitempty"`
	Options      []slashOption `json:"options,omitempty"`
}

type slashChoice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// slashCommands makes Discord's commands of specs: "watch add" is the sub-command
// add of /watch.
func slashCommands(specs []command.Spec) []slashCommand {
	var out []slashCommand
	at := map[string]int{}
	for _, s := range specs {
		name, sub, nested := strings.Cut(s.Name, " ")
		i, known := at[name]
		if !known {
			i = len(out)
			at[name] = i
			out = append(out, slashCommand{Name: name, Description: summary(s.Summary), Type: 1, Contexts: []int{0}, Integration: []int{0}})
		}
		c := &out[i]
		if !nested {
			c.Options = slashOptions(s.Options)
			continue
		}
		c.Description = familySummary(name)
		c.Options = append(c.Options, slashOption{
			Type: int(discordgo.ApplicationCommandOptionSubCommand), Name: sub, Description: summary(s.Summary), Options: slashOptions(s.Options),
		})
	}
	return out
}

func familySummary(name string) string {
	switch name {
	case "watch":
		return "Watch articles, and change what is watched here"
	case "settings":
		return "What is chosen for this server as a whole"
	default:
		return "Commands about " + name
	}
}

// alertChannels are the kinds of channels that alerts can be posted in.
func alertChannels() []int {
	return []int{
		int(discordgo.ChannelTypeGuildText), int(discordgo.ChannelTypeGuildVoice), int(discordgo.ChannelTypeGuildNews),
		int(discordgo.ChannelTypeGuildNewsThread), int(discordgo.ChannelTypeGuildPublicThread), int(discordgo.ChannelTypeGuildPrivateThread),
		int(discordgo.ChannelTypeGuildStageVoice),
	}
}

// slashOptions puts what is required first, as Discord demands.
func slashOptions(options []command.Option) []slashOption {
	var out []slashOption
	for _, o := range options {
		so := slashOption{
			Type: int(discordgo.ApplicationCommandOptionString), Name: o.Name, Description: summary(o.Summary),
			Required: o.Required, Autocomplete: (o.Article || o.Kind == command.Name) && len(o.Choices) == 0,
		}
		switch o.Kind {
		case command.Channel:
			so.Type = int(discordgo.ApplicationCommandOptionChannel)
			so.Channels = alertChannels()
		case command.Role:
			so.Type = int(discordgo.ApplicationCommandOptionRole)
		case command.Upload:
			so.Type = int(discordgo.ApplicationCommandOptionAttachment)
		case command.Flag:
			so.Type, o.Choices = int(discordgo.ApplicationCommandOptionBoolean), nil
		}
		for _, c := range o.Choices[:min(len(o.Choices), maxChoices)] {
			so.Choices = append(so.Choices, slashChoice{Name: c, Value: c})
		}
		out = append(out, so)
	}
	slices.SortStableFunc(out, func(a, b slashOption) int {
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		default:
			return 1
		}
	})
	return out
}

// summary is a description as Discord shows it: no Markdown, one line, a capital.
func summary(s string) string {
	s = PlainTo(strings.ReplaceAll(s, "`", ""), maxSummary)
	if s == "" {
		return "…"
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// register makes Discord's list of our commands what it should be. It writes only
// when they differ: Discord counts new commands.
func (b *Bot) register(ctx context.Context, app string) error {
	address := discordgo.EndpointApplicationGlobalCommands(app)
	raw, err := b.rest.do(ctx, http.MethodGet, address, address, nil, nil)
	if err != nil {
		return fmt.Errorf("read the registered commands: %w", err)
	}
	var have []slashCommand
	if err := json.Unmarshal(raw, &have); err != nil {
		return fmt.Errorf("read the registered commands: %w", err)
	}
	want := append(slashCommands(b.specs), messageMenus()...)
	if digest(have) == digest(want) {
		return nil
	}
	if _, err := b.rest.do(ctx, http.MethodPut, address, address, want, nil); err != nil {
		return fmt.Errorf("register the commands: %w", err)
	}
	b.o.Log.Info("commands registered", "commands", len(want))
	return nil
}

// digest is the same for lists of commands that are the same to their users.
func digest(list []slashCommand) [sha256.Size]byte {
	list = slices.Clone(list)
	for i := range list {
		if list[i].Type == 0 {
			list[i].Type = 1
		}
		if len(list[i].Contexts) == 0 {
			list[i].Contexts = []int{}
		}
		if len(list[i].Integration) == 0 {
			list[i].Integration = []int{0}
		}
	}
	slices.SortFunc(list, func(a, b slashCommand) int { return strings.Compare(a.Name, b.Name) })
	raw, err := json.Marshal(list)
	if err != nil {
		return [sha256.Size]byte{} // plain data: it can't happen
	}
	return sha256.Sum256(raw)
}

// application asks which application the token belongs to.
func (b *Bot) application(ctx context.Context) (string, error) {
	raw, err := b.rest.do(ctx, http.MethodGet, discordgo.EndpointApplication("@me"), discordgo.EndpointApplications, nil, nil)
	if err != nil {
		return "", fmt.Errorf("ask which application this is: %w", err)
	}
	var app struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &app); err != nil || !isID(app.ID) {
		return "", errors.New("ask which application this is: the answer can't be read")
	}
	return app.ID, nil
}
