package discord

import (
	"context"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// The form that asks for a list to import, where neither a file nor a list was given.
const (
	listForm  = idVersion + ".i" // and what was chosen already
	listInput = "list"
	maxInput  = 4000 // of a form's field
)

// ask shows the form. What was chosen with the command travels in its custom id, which
// is as little trusted as any: the channel is checked again.
func (c *call) ask(ctx context.Context, req command.Request) {
	id := strings.Join([]string{listForm, req.Args["alerts"], req.Args["channel"]}, ".")
	_ = c.respond(ctx, map[string]any{ // logged where it failed
		"type": discordgo.InteractionResponseModal,
		"data": map[string]any{
			"custom_id": id, "title": "Import a list",
			"components": []any{map[string]any{"type": discordgo.ActionsRowComponent, "components": []any{map[string]any{
				"type": discordgo.TextInputComponent, "custom_id": listInput, "style": discordgo.TextInputParagraph,
				"label": "Addresses, one a line; feeds as: feed URL", "required": true, "max_length": maxInput,
			}}}},
		},
	}, nil)
}

// submit answers a form that was filled in.
func (b *Bot) submit(ctx context.Context, c *call) {
	req, err := asker(c.i)
	if err != nil {
		c.answer(ctx, false, func(context.Context) answer { return text(notHere) })
		return
	}
	data, _ := c.i.Data.(discordgo.ModalSubmitInteractionData)
	alerts, channel, ok := parseForm(data.CustomID)
	if !ok {
		c.answer(ctx, false, func(context.Context) answer {
			return text("I don't know this form any more. `watch import` shows it anew.")
		})
		return
	}
	req.Name, req.Args = "watch import", map[string]string{"alerts": alerts, "channel": channel}
	for _, row := range data.Components {
		req.File = append(req.File, typedIn(row)...)
	}
	c.answer(ctx, true, func(ctx context.Context) answer { return b.do(ctx, b.manager(ctx, c.i, req)) })
}

// parseForm reads a form's custom id.
func parseForm(id string) (alerts, channel string, ok bool) {
	rest, ok := strings.CutPrefix(id, listForm+".")
	if !ok || len(id) > maxID {
		return "", "", false
	}
	alerts, channel, ok = strings.Cut(rest, ".")
	return alerts, channel, ok && word(alerts, 8) && (channel == "" || isID(channel))
}

// typedIn is what stands in the text fields of a form.
func typedIn(c discordgo.MessageComponent) []byte {
	switch c := c.(type) {
	case *discordgo.ActionsRow:
		var out []byte
		for _, inner := range c.Components {
			out = append(out, typedIn(inner)...)
		}
		return out
	case *discordgo.TextInput:
		return []byte(c.Value + "\n")
	default:
		return nil
	}
}
