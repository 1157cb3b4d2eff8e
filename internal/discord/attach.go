package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// maxAttached is the largest file that a command may bring along, in bytes.
const maxAttached = 2 << 20

// attach fetches the file that a command brings along, if any. What it returns is a
// sentence for the user when that can't be done.
func (b *Bot) attach(ctx context.Context, i *discordgo.Interaction, req *command.Request) (sorry string) {
	spec, _ := command.Find(req.Name)
	data, _ := i.Data.(discordgo.ApplicationCommandInteractionData)
	for _, o := range spec.Options {
		id := req.Args[o.Name]
		if o.Kind != command.Upload || id == "" {
			continue
		}
		delete(req.Args, o.Name)
		if data.Resolved == nil || data.Resolved.Attachments[id] == nil {
			return "The file did not arrive. Attach it again."
		}
		file := data.Resolved.Attachments[id]
		if file.Size > maxAttached {
			return fmt.Sprintf("That file is larger than %d MB. Cut it into parts.", maxAttached>>20)
		}
		var err error
		if req.File, err = b.download(ctx, file.URL); err != nil {
			b.o.Log.Warn("an attached file could not be fetched", "interaction", i.ID, "error", err)
			return "The file could not be fetched from Discord. Try again in a minute."
		}
	}
	return ""
}

// download fetches a file from where Discord keeps them, and from nowhere else: the
// address comes with an event. It tells no token.
func (b *Bot) download(ctx context.Context, address string) (data []byte, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host != "cdn.discordapp.com" && u.Host != "media.discordapp.net" {
		return nil, errors.New("the address is not one of Discord's")
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errors.New("the address can't be read")
	}
	req.Header.Set("User-Agent", b.transport.agent)
	resp, err := b.transport.base.RoundTrip(req) // as it is: redirects are not followed
	if err != nil {
		return nil, fmt.Errorf("ask for the file: %w", err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, maxAttached+1))
	if err == nil && len(data) > maxAttached {
		err = errors.New("the file is larger than Discord said")
	}
	return data, err
}
