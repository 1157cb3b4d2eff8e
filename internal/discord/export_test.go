package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
	"erratum/internal/command"
)

// What tests need to see of the payloads and the codec.

func Payload(d alert.Delivery) ([]byte, error) { return json.MarshalIndent(compose(d), "", "  ") }

func BarePayload(d alert.Delivery) ([]byte, error) { return json.MarshalIndent(bare(d), "", "  ") }

func ReplyPayload(r command.Reply) (payload, file []byte, err error) {
	return payloadOf(render(r))
}

// EditsPayload is the answer to "Full diff".
func EditsPayload(n alert.Notice) (payload, file []byte, err error) { return payloadOf(everyEdit(n)) }

func payloadOf(a answer) (payload, file []byte, err error) {
	if f := a.files(); len(f) > 0 {
		file = make([]byte, a.size)
		if _, err := f[0].Reader.Read(file); err != nil {
			return nil, nil, err
		}
	}
	payload, err = json.MarshalIndent(a.data(discordgo.MessageFlagsEphemeral), "", "  ")
	return payload, file, err
}

func Markdown(s string, limit int) (string, bool) { return markdown(s, limit) }

func Fence(s string) string { return fence(s) }

func ReadButton(id string) (again string, err error) {
	b, err := parseButton(id)
	return b.String(), err
}

func AlertButton(v, watch string, from, to int, hold, delivery string) string {
	return button{verb: verb(v), watch: watch, from: from, to: to, hold: hold, delivery: delivery}.String()
}

func NewTransport(base http.RoundTripper) http.RoundTripper { return newTransport(base, agent) }

func SlashCommands() ([]byte, error) {
	return json.MarshalIndent(append(slashCommands(append(command.Specs(), setupSpec)), messageMenus()...), "", "  ")
}

// LinksOf lists the links of a message's text.
func LinksOf(content string) []string { return linksOf(&written{Content: content}) }

// SetupSpec is the command that only Discord has.
func SetupSpec() command.Spec { return setupSpec }

func Suggest(all []Title, typed string) ([]byte, error) { return json.Marshal(suggest(all, typed)) }

// Handle gives the bot an event as the gateway would.
func (b *Bot) Handle(ctx context.Context, name, data string) {
	b.handle(ctx, "1", event{name, json.RawMessage(data)})
}

// Press answers a press by somebody who may do everything in a guild, as text; line is
// that of a menu, if any.
func Press(r Router, number func(ctx context.Context, guild, watch string, stored int) (int, error), guild, custom, line string) string {
	b := &Bot{o: Options{Router: r, Number: number, Log: slog.New(slog.DiscardHandler)}}
	data := discordgo.MessageComponentInteractionData{CustomID: custom}
	if line != "" {
		data.Values = []string{line}
	}
	p, err := chosen(data)
	if err != nil {
		return "unknown"
	}
	a := b.pressed(context.Background(), &discordgo.Interaction{}, command.Request{Guild: guild, Channel: "1", User: "2", Manager: true, Admin: true}, p)
	out := a.content
	for _, e := range a.embeds {
		out += "\n" + e.Title + "\n" + e.Description
	}
	return out
}

// ReplyBuckets counts the buckets that the answers to n interactions use.
func ReplyBuckets(n int) int {
	used := map[string]bool{}
	for i := range n {
		c := &call{i: &discordgo.Interaction{Token: fmt.Sprintf("a token %d", i)}}
		used[c.bucket("edit")] = true
	}
	return len(used)
}
