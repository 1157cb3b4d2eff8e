package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/alert"
	"erratum/internal/deliver"
)

// Sink posts deliveries to channels: one message each. It implements deliver.Sink,
// deliver.Finder and deliver.Editor, needs no gateway session, and is safe for concurrent use.
type Sink struct {
	rest *rest
	note func(text string, err error) // for the log
}

// Error codes of Discord's
// (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json).
const (
	codeUnknownChannel     = 10003
	codeUnknownGuild       = 10004
	codeUnknownInteraction = 10062
	codeAcknowledged       = 40060
	codeNoAccess           = 50001
	codeWrongChannel       = 50008
	codeNoPermission       = 50013
	codeArchived           = 50083
	codeNoHistory          = 160002
	codeThreadExists       = 160004
	codeThreadLocked       = 160005
)

// Send implements deliver.Sink. Discord keeps the nonce for some minutes: within them
// a repetition gives back the first message instead of a second.
func (s *Sink) Send(ctx context.Context, d alert.Delivery) (string, error) {
	if !isID(d.Destination.Channel) {
		return "", notDiscord()
	}
	send := s.show
	if d.Thread {
		send = s.sendInThread
	}
	at, err := send(ctx, d.Destination.Channel, d)
	if err != nil {
		return "", sendError(err)
	}
	return at.name(d.Destination.Channel), nil
}

// show posts a delivery in a channel or thread.
func (s *Sink) show(ctx context.Context, channel string, d alert.Delivery) (spot, error) {
	m := compose(d)
	if last := spotOf(d.Destination.Channel, d.Last.Message); last.channel == channel && last.valid() && d.Answers(time.Now()) {
		m.answer(last)
	}
	id, err := s.post(ctx, channel, m)
	f := new(failure)
	if errors.As(err, &f) && f.Code == codeNoHistory {
		m.Reference = nil // answering needs a permission that posting does not
		id, err = s.post(ctx, channel, m)
	}
	if errors.As(err, &f) && f.Code == codeNoPermission && m.overflow != nil {
		m.overflow = nil // attaching needs one, too
		id, err = s.post(ctx, channel, m)
	}
	if errors.As(err, &f) && refusedText(f) {
		// AutoMod, a filter of links, or a limit that we don't know: the alert goes
		// out without the words that were refused.
		s.note("Discord refused the text of an alert; sending its link alone", f)
		id, err = s.post(ctx, channel, bare(d))
	}
	return spot{channel, id}, err
}

// diffFile is what goes along with a message; nothing where there is no text.
func diffFile(name string, text []byte) []*discordgo.File {
	if text == nil {
		return nil
	}
	return []*discordgo.File{{Name: name, ContentType: "text/plain; charset=utf-8", Reader: bytes.NewReader(text)}}
}

// notDiscord says that a delivery is for another place than Discord.
func notDiscord() *deliver.SendError {
	return &deliver.SendError{Hopeless: true, Reason: "the channel's ID is not one of Discord's"}
}

func (s *Sink) post(ctx context.Context, channel string, m message) (string, error) {
	address := discordgo.EndpointChannelMessages(channel)
	raw, err := s.rest.do(ctx, http.MethodPost, address, address, m, diffFile(diffName, m.overflow))
	if err != nil {
		return "", err
	}
	var sent struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(raw, &sent); err != nil || sent.ID == "" {
		// It was shown; which message it is comes back when the nonce is repeated.
		return "", &failure{Err: errors.New("the answer to a message that was sent can't be read")}
	}
	return sent.ID, nil
}

// refusedText reports whether other words might pass where these did not.
func refusedText(f *failure) bool {
	switch f.Code {
	case codeArchived, codeThreadLocked, codeWrongChannel, codeNoAccess, codeNoPermission:
		return false
	}
	return f.Status == http.StatusBadRequest || f.Status == http.StatusRequestEntityTooLarge
}

// sendError says what to do about a message that was not sent.
func sendError(err error) *deliver.SendError {
	f := new(failure)
	if !errors.As(err, &f) {
		return &deliver.SendError{Reason: "the message could not be sent", Err: err}
	}
	out := &deliver.SendError{Err: f, RetryAfter: f.RetryAfter}
	switch {
	case errors.Is(f, errToken) || f.Status == http.StatusUnauthorized:
		out.Reason, out.RetryAfter = "Discord refuses the bot's token", 10*time.Minute
	case errors.Is(f, errInvalid):
		out.Reason, out.RetryAfter = "too many requests were refused", invalidWindow
	case f.RetryAfter > 0:
		out.Reason = "Discord asks to wait"
	case f.Status == 0:
		out.Reason = "Discord could not be reached"
	case f.Status >= 500:
		out.Reason = fmt.Sprintf("Discord has trouble (HTTP %d)", f.Status)
	case f.Code == codeUnknownChannel, f.Code == codeUnknownGuild, f.Status == http.StatusNotFound:
		out.Permanent, out.Reason = true, "the channel is gone; remove the watch, or add it again elsewhere"
	case f.Code == codeArchived, f.Code == codeThreadLocked:
		out.Permanent, out.Reason = true, "the thread is archived or locked; unlock it"
	case f.Code == codeNoAccess:
		out.Permanent, out.Reason = true, "I can't see the channel; allow me View Channel, then run /setup there"
	case f.Status == http.StatusForbidden, f.Code == codeWrongChannel:
		out.Permanent, out.Reason = true, "I may not write to the channel; allow me Send Messages, then run /setup there"
	default:
		out.Hopeless, out.Reason = true, fmt.Sprintf("Discord refuses this message (HTTP %d, code %d)", f.Status, f.Code)
	}
	return out
}

// found is as much of a message as Find needs. The library's type would fail on
// components that it does not know.
type found struct {
	ID     string `json:"id"`
	Author struct {
		ID string `json:"id"`
	} `json:"author"`
	Components []component `json:"components"`
}

type component struct {
	CustomID   string      `json:"custom_id"`
	Components []component `json:"components"`
}

// Find implements deliver.Finder: it looks for the delivery's ID among the buttons of
// the channel's newest messages, then of those around the last attempt.
func (s *Sink) Find(ctx context.Context, d alert.Delivery) (string, bool, error) {
	if !isID(d.Destination.Channel) {
		return "", false, notDiscord()
	}
	self, err := s.rest.user(ctx)
	if err != nil {
		return "", false, sendError(err)
	}
	for _, channel := range whereIs(d) {
		id, found, err := s.findIn(ctx, channel, self, d)
		if f := new(failure); errors.As(err, &f) && f.Status == http.StatusNotFound && channel != d.Destination.Channel {
			continue // a thread that is no more
		}
		if err != nil || found {
			return spot{channel, id}.name(d.Destination.Channel), found, err
		}
	}
	return "", false, nil
}

// findIn looks in one channel or thread.
func (s *Sink) findIn(ctx context.Context, channel, self string, d alert.Delivery) (string, bool, error) {
	// What was sent last is the likeliest; behind it, a busy channel is read from the
	// time when the delivery was made.
	query := url.Values{"limit": {"100"}}
	after := d.Created.Add(-2 * time.Minute)
	for range maxFindPages {
		page, err := s.page(ctx, channel, query)
		if err != nil {
			return "", false, sendError(err)
		}
		newest := ""
		for _, m := range page {
			if m.Author.ID == self && carries(m.Components, d.ID) {
				return m.ID, true, nil
			}
			if len(m.ID) > len(newest) || len(m.ID) == len(newest) && m.ID > newest {
				newest = m.ID
			}
		}
		switch {
		case len(page) < 100:
			return "", false, nil // that was the rest of the channel
		case query.Has("after"):
			query.Set("after", newest)
		default:
			query.Set("after", snowflake(after))
		}
	}
	return "", false, nil
}

// maxFindPages bounds a look-up: 100 messages each.
const maxFindPages = 20

func (s *Sink) page(ctx context.Context, channel string, query url.Values) ([]found, error) {
	address := discordgo.EndpointChannelMessages(channel)
	raw, err := s.rest.do(ctx, http.MethodGet, address+"?"+query.Encode(), "read "+address, nil, nil)
	if err != nil {
		return nil, err
	}
	var page []found
	if err := json.Unmarshal(raw, &page); err != nil {
		return nil, &failure{Err: fmt.Errorf("read a channel's messages: %w", err)}
	}
	return page, nil
}

// carries reports whether a button of the message is of the delivery.
func carries(components []component, delivery string) bool {
	return slices.ContainsFunc(components, func(c component) bool {
		b, err := parseButton(c.CustomID)
		return err == nil && b.delivery == delivery || carries(c.Components, delivery)
	})
}

// epoch is the first moment of Discord's IDs, in milliseconds of Unix time.
const epoch = 1420070400000

// snowflake is the least ID of a moment.
func snowflake(t time.Time) string { return strconv.FormatInt(max(t.UnixMilli()-epoch, 0)<<22, 10) }
