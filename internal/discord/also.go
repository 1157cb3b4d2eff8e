package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
	"erratum/internal/deliver"
)

const (
	codeUnknownMessage = 10008
	alsoTitle          = "The same edit"
	maxField           = 1024 // of an embed's field
)

// Also implements deliver.Editor: it names the other pages in the card of the message
// that told the edit. Edits notify nobody.
func (s *Sink) Also(ctx context.Context, story alert.Story, d alert.Delivery) error {
	channel := d.Destination.Channel
	if !isID(channel) || !isID(story.Message) {
		return notDiscord()
	}
	embeds, err := s.embeds(ctx, channel, story.Message)
	if err != nil {
		return editError(err)
	}
	address := discordgo.EndpointChannelMessage(channel, story.Message)
	edit := struct {
		Embeds []*discordgo.MessageEmbed `json:"embeds"`
	}{withAlso(embeds, story)}
	if _, err := s.rest.do(ctx, http.MethodPatch, address, discordgo.EndpointChannelMessage(channel, ""), edit, nil); err != nil {
		return editError(err)
	}
	return nil
}

// embeds reads the cards of a message.
func (s *Sink) embeds(ctx context.Context, channel, message string) ([]*discordgo.MessageEmbed, error) {
	address := discordgo.EndpointChannelMessage(channel, message)
	raw, err := s.rest.do(ctx, http.MethodGet, address, "read "+discordgo.EndpointChannelMessage(channel, ""), nil, nil)
	if err != nil {
		return nil, err
	}
	var m struct {
		Embeds []*discordgo.MessageEmbed `json:"embeds"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, &failure{Err: fmt.Errorf("read a message: %w", err)}
	}
	return m.Embeds, nil
}

// withAlso is our card with the pages named in it; a message that had none gets one.
func withAlso(embeds []*discordgo.MessageEmbed, story alert.Story) []*discordgo.MessageEmbed {
	card := &discordgo.MessageEmbed{Type: discordgo.EmbedTypeRich}
	if len(embeds) > 0 {
		// What Discord adds to a card is not ours to send back.
		had := embeds[0]
		card.Title, card.URL, card.Description, card.Color = had.Title, had.URL, had.Description, had.Color
		if had.Author != nil {
			card.Author = &discordgo.MessageEmbedAuthor{Name: had.Author.Name}
		}
	}
	card.Fields = []*discordgo.MessageEmbedField{{Name: alsoTitle, Value: alsoOn(story.Also)}}
	return []*discordgo.MessageEmbed{card}
}

// alsoOn lists pages, as many as fit.
func alsoOn(also []alert.Also) string {
	const reserve = 20 // for "and 12 more"
	out := "also on "
	for i, a := range also {
		item := pageLink(a.Subject)
		if i > 0 {
			item = " · " + item
		}
		if Units(out)+Units(item) > maxField-reserve {
			return out + fmt.Sprintf(" · and %d more", len(also)-i)
		}
		out += item
	}
	return out
}

// pageLink names a page by its outlet and links to it.
func pageLink(s alert.Subject) string {
	name := EscapeTo(firstOf(s.Site, host(s.URL)), 60)
	if u, ok := webURL(s.URL, maxLink); ok && !strings.ContainsAny(u, "()<>") && name != "" {
		return "[" + name + "](" + u + ")"
	}
	return firstOf(name, "another page")
}

// editError says what to do about a message that was not edited. Where we may not read
// messages, the next alert will find out whether we may write.
func editError(err error) error {
	if f := new(failure); errors.As(err, &f) && (f.Code == codeUnknownMessage || f.Status == http.StatusForbidden) {
		return deliver.ErrNoMessage
	}
	return sendError(err)
}
