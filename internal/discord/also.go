package discord

import (
	"context"
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
	at := spotOf(d.Destination.Channel, story.Message)
	if !at.valid() {
		return notDiscord()
	}
	m, err := s.read(ctx, at)
	if err != nil {
		return editError(err)
	}
	if err := s.rewrite(ctx, at, rewriting{Embeds: withAlso(m.Embeds, story), AllowedMentions: nobody()}); err != nil {
		return editError(err)
	}
	return nil
}

// withAlso is our cards with the pages named in the newest, or in the one that names
// some already; a message that had none gets one.
func withAlso(embeds []*discordgo.MessageEmbed, story alert.Story) []*discordgo.MessageEmbed {
	cards := ours(embeds)
	if len(cards) == 0 {
		cards = append(cards, &discordgo.MessageEmbed{Type: discordgo.EmbedTypeRich})
	}
	card := cards[len(cards)-1]
	for _, c := range cards {
		if len(c.Fields) > 0 {
			card = c
		}
	}
	card.Fields = []*discordgo.MessageEmbedField{{Name: alsoTitle, Value: alsoOn(story.Also)}}
	return cards
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
// messages, the next alert will find out whether we may write. An edit that is refused
// for its words or as the message stands is left to a message of its own, which knows
// how to go without.
func editError(err error) error {
	if f := new(failure); errors.As(err, &f) && (f.Code == codeUnknownMessage || f.Status == http.StatusForbidden || refusedText(f)) {
		return deliver.ErrNoMessage
	}
	return sendError(err)
}
