package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
)

// spot is where a message stands. A store keeps it as the message's ID, with the thread
// before it and a slash between where it stands in one. A thread has the ID of the
// message that it was made of.
type spot struct{ channel, message string }

func spotOf(channel, name string) spot {
	if thread, message, ok := strings.Cut(name, "/"); ok {
		return spot{thread, message}
	}
	return spot{channel, name}
}

func (s spot) valid() bool { return isID(s.channel) && isID(s.message) }

// name is what a store keeps, of a message of a channel's watch.
func (s spot) name(channel string) string {
	if s.channel == channel {
		return s.message
	}
	return s.channel + "/" + s.message
}

// threadOf is the thread that the last message of a watch stands in or began; empty:
// there is none.
func threadOf(d alert.Delivery) string {
	if !d.Thread || d.Last.Joined {
		return ""
	}
	thread, _, _ := strings.Cut(d.Last.Message, "/")
	if !isID(thread) {
		return ""
	}
	return thread
}

// whereIs lists where a delivery may have been shown.
func whereIs(d alert.Delivery) []string {
	if thread := threadOf(d); thread != "" {
		return []string{thread, d.Destination.Channel}
	}
	return []string{d.Destination.Channel}
}

// sendInThread posts in the article's thread, and makes the message that the thread was
// made of say what is newest. The first message is that one. A thread that was deleted
// or locked is followed by another.
func (s *Sink) sendInThread(ctx context.Context, channel string, d alert.Delivery) (spot, error) {
	if thread := threadOf(d); thread != "" {
		at, err := s.show(ctx, thread, d)
		if missing(err) && s.start(ctx, channel, thread, d) { // it was not made when its message was posted
			at, err = s.show(ctx, thread, d)
		}
		if err == nil {
			s.renew(ctx, channel, d)
			return at, nil
		}
		if !missing(err) && !closed(err) {
			return at, err
		}
	}
	at, err := s.show(ctx, channel, d)
	if err == nil {
		s.start(ctx, channel, at.message, d)
	}
	return at, err
}

// missing reports whether there is no such channel, or none that we may see.
func missing(err error) bool {
	f := new(failure)
	return errors.As(err, &f) && (f.Code == codeUnknownChannel || f.Status == http.StatusNotFound || f.Code == codeNoAccess)
}

// closed reports whether a thread takes no messages any more.
func closed(err error) bool {
	f := new(failure)
	return errors.As(err, &f) && (f.Code == codeArchived || f.Code == codeThreadLocked || f.Status == http.StatusForbidden)
}

// maxThread is Discord's limit of a thread's name.
const maxThread = 100

// start makes a thread of a message, and reports whether there is one now. An alert
// without a thread is better than none, so what goes wrong is only logged.
func (s *Sink) start(ctx context.Context, channel, message string, d alert.Delivery) bool {
	address := discordgo.EndpointChannelMessageThread(channel, message)
	name := firstOf(PlainTo(headline(d.Notice), maxThread), "Changes")
	_, err := s.rest.do(ctx, http.MethodPost, address, discordgo.EndpointChannelMessageThread(channel, ""), map[string]any{"name": name, "auto_archive_duration": 10080}, nil)
	if f := new(failure); errors.As(err, &f) && f.Code == codeThreadExists {
		return true
	}
	if err != nil {
		s.note("a thread could not be made; the alert stands in the channel", err)
	}
	return err == nil
}

// renew makes the message that a thread was made of say what is newest.
func (s *Sink) renew(ctx context.Context, channel string, d alert.Delivery) {
	root := spot{channel, threadOf(d)}
	d.Mention, d.ID = "", "" // who looks for the delivery finds it in the thread
	content := notification(d)
	err := s.rewrite(ctx, root, rewriting{
		Content: &content, Embeds: []*discordgo.MessageEmbed{card(d.Notice)}, Components: rows(alertButtons(d)), AllowedMentions: nobody(),
		Attachments: &[]attachment{}, // what is attached is of an earlier change
		name:        diffName, overflow: overflow(d.Notice),
	})
	if err != nil {
		s.note("the first message of a thread could not be renewed", err)
	}
}

// Add implements deliver.Adder: it puts a card with what changed further under those of
// the last message. Edits notify nobody.
func (s *Sink) Add(ctx context.Context, d alert.Delivery) error {
	at := spotOf(d.Destination.Channel, d.Last.Message)
	if !at.valid() {
		return notDiscord()
	}
	m, err := s.read(ctx, at)
	if err != nil {
		return editError(err)
	}
	if carries(m.Components, d.ID) {
		return nil // an attempt before this one had arrived
	}
	further := card(d.Notice)
	further.Title, further.URL, further.Author = "", "", nil // they stand above
	whole := d
	whole.Notice.From = d.Last.From
	edit := rewriting{
		Embeds: append(ours(m.Embeds), further), Components: rows(alertButtons(whole)), AllowedMentions: nobody(),
		Attachments: &m.Attachments, name: fmt.Sprintf("changes-%d.diff", d.Added().Changes), overflow: overflow(d.Notice),
	}
	if err := s.rewrite(ctx, at, edit); err != nil {
		return editError(err)
	}
	if at.channel != d.Destination.Channel {
		s.renew(ctx, d.Destination.Channel, d)
	}
	return nil
}

// posted is as much of a message as an edit needs.
type posted struct {
	Embeds      []*discordgo.MessageEmbed `json:"embeds"`
	Components  []component               `json:"components"`
	Attachments []attachment              `json:"attachments"`
}

func (s *Sink) read(ctx context.Context, at spot) (m posted, err error) {
	raw, err := s.rest.do(ctx, http.MethodGet, discordgo.EndpointChannelMessage(at.channel, at.message), "read "+discordgo.EndpointChannelMessage(at.channel, ""), nil, nil)
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, &failure{Err: fmt.Errorf("read a message: %w", err)}
	}
	m.Attachments = nonNil(m.Attachments)
	for i := range m.Attachments {
		m.Attachments[i].Name = "" // Discord takes no names of files that it has
	}
	return m, nil
}

// rewriting is an edit of a message; what is nil stays.
type rewriting struct {
	Content         *string                           `json:"content,omitempty"`
	Embeds          []*discordgo.MessageEmbed         `json:"embeds,omitempty"`
	Components      []discordgo.MessageComponent      `json:"components,omitempty"`
	AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Attachments     *[]attachment                     `json:"attachments,omitempty"` // those of before that stay

	name     string // of the file that comes along with it
	overflow []byte // its text; nil: none comes
}

// rewrite edits a message, without the file where nothing may be attached.
func (s *Sink) rewrite(ctx context.Context, at spot, edit rewriting) error {
	body := edit
	if edit.overflow != nil { // the new one is named, too, or it would be left out
		all := append(slices.Clone(*edit.Attachments), attachment{ID: "0", Name: edit.name})
		body.Attachments = &all
	}
	_, err := s.rest.do(ctx, http.MethodPatch, discordgo.EndpointChannelMessage(at.channel, at.message), discordgo.EndpointChannelMessage(at.channel, ""), body, diffFile(edit.name, edit.overflow))
	if f := new(failure); errors.As(err, &f) && f.Code == codeNoPermission && edit.overflow != nil {
		edit.overflow = nil
		return s.rewrite(ctx, at, edit)
	}
	return err
}

// ours are cards as we sent them: what Discord adds to them is not ours to send back.
func ours(embeds []*discordgo.MessageEmbed) []*discordgo.MessageEmbed {
	var out []*discordgo.MessageEmbed
	for _, had := range embeds {
		c := &discordgo.MessageEmbed{Type: discordgo.EmbedTypeRich, Title: had.Title, URL: had.URL, Description: had.Description, Color: had.Color}
		if had.Author != nil {
			c.Author = &discordgo.MessageEmbedAuthor{Name: had.Author.Name}
		}
		for _, f := range had.Fields {
			c.Fields = append(c.Fields, &discordgo.MessageEmbedField{Name: f.Name, Value: f.Value})
		}
		out = append(out, c)
	}
	return out
}
