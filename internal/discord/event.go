package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/bwmarrin/discordgo"
)

// event is something that happened, as Discord tells it.
type event struct {
	name string
	data json.RawMessage
}

// heeds reports whether the bot does anything about events of a name.
func heeds(name string) bool {
	return slices.Contains([]string{
		"READY", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_DELETE", "THREAD_DELETE", "THREAD_UPDATE",
		"CHANNEL_UPDATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE",
	}, name)
}

// handle answers one event. A panic is that event's alone.
func (b *Bot) handle(ctx context.Context, app string, e event) {
	defer func() {
		if r := recover(); r != nil {
			b.o.Log.Error("panic while answering", "event", e.name, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
	}()
	var err error
	switch e.name {
	case "INTERACTION_CREATE":
		err = b.asked(ctx, app, e.data)
	case "READY":
		err = b.began(ctx, e.data)
	case "GUILD_CREATE", "GUILD_DELETE":
		err = b.cameOrWent(ctx, e)
	case "CHANNEL_DELETE", "THREAD_DELETE", "THREAD_UPDATE":
		err = b.channelChanged(ctx, e)
	case "CHANNEL_UPDATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE": // a member is ourselves: our intents bring no other
		err = b.touch(e)
	}
	if err != nil {
		b.o.Log.Error("an event can't be handled", "event", e.name, "error", err)
	}
}

// asked answers an interaction. One of which only the beginning can be read is answered
// all the same: somebody waits.
func (b *Bot) asked(ctx context.Context, app string, data json.RawMessage) error {
	i, target, err := readInteraction(data)
	if i == nil || !isID(i.ID) || i.Token == "" {
		return fmt.Errorf("read an interaction: %w", errors.Join(err, errors.New("no ID, no token")))
	}
	c := newCall(b, app, i)
	c.target = target
	if err != nil || i.Data == nil {
		b.o.Log.Error("an interaction can't be read", "interaction", i.ID, "type", i.Type.String(), "error", err)
		if i.Type != discordgo.InteractionApplicationCommandAutocomplete {
			c.answer(ctx, false, func(context.Context) answer { return unreadable(i) })
		}
		return nil
	}
	b.interact(ctx, c)
	return nil
}

func unreadable(i *discordgo.Interaction) answer {
	return text("Discord sent me something that I can't read. Use the command itself, as `help` shows it. If it happens again, tell the operator reference " + i.ID + ".")
}

// readInteraction reads an interaction, and the message on which a menu was opened. The
// library's types fail as a whole on a message with a component that they do not know,
// and Discord makes new ones: so messages are read apart, and no more of them than is
// used. With an error, i has what could be read, or is nil.
func readInteraction(data json.RawMessage) (i *discordgo.Interaction, target *written, err error) {
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, nil, err
	}
	if raw, ok := whole["message"]; ok { // what a button stands in
		whole["message"] = onlyFlags(raw)
	}
	if inner, said, err := withoutMessages(whole["data"]); err == nil {
		whole["data"], target = inner, said
	}
	i = &discordgo.Interaction{}
	if err = again(whole, i); err == nil {
		return i, target, nil
	}
	delete(whole, "data")
	delete(whole, "type")
	var kind struct {
		Type discordgo.InteractionType `json:"type"`
	}
	if failed := errors.Join(again(whole, i), json.Unmarshal(data, &kind)); failed != nil {
		return nil, nil, errors.Join(err, failed)
	}
	i.Type = kind.Type
	return i, nil, err
}

// onlyFlags leaves of a message what is asked of one that a button stands in.
func onlyFlags(message json.RawMessage) json.RawMessage {
	var kept struct {
		ID    string `json:"id"`
		Flags int    `json:"flags"`
	}
	_ = json.Unmarshal(message, &kept) // what can't be read is as if it were not there
	raw, err := json.Marshal(kept)
	if err != nil {
		return json.RawMessage("null") // never: they are a string and a number
	}
	return raw
}

// again writes fields and reads them as another type.
func again(fields map[string]json.RawMessage, into any) error {
	raw, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// withoutMessages takes the messages out of what an interaction is about, and reads the
// one on which a menu was opened.
func withoutMessages(data json.RawMessage) (json.RawMessage, *written, error) {
	var fields, resolved map[string]json.RawMessage
	var menu struct {
		Target   string `json:"target_id"`
		Resolved struct {
			Messages map[string]json.RawMessage `json:"messages"`
		} `json:"resolved"`
	}
	if err := errors.Join(json.Unmarshal(data, &fields), json.Unmarshal(data, &menu)); err != nil {
		return nil, nil, err
	}
	if len(menu.Resolved.Messages) == 0 {
		return data, nil, nil
	}
	var target *written
	if raw := menu.Resolved.Messages[menu.Target]; raw != nil {
		target = new(written)
		var odd *json.UnmarshalTypeError // a field of another type: the others are read
		if err := json.Unmarshal(raw, target); err != nil && !errors.As(err, &odd) {
			return nil, nil, err
		}
	}
	if err := json.Unmarshal(fields["resolved"], &resolved); err != nil {
		return nil, nil, err
	}
	delete(resolved, "messages")
	rest, err := json.Marshal(resolved)
	if err != nil {
		return nil, nil, err
	}
	fields["resolved"] = rest
	out, err := json.Marshal(fields)
	return out, target, err
}

// guild is as much of one as tells whether we are in it, and what is there.
type guild struct {
	ID          string    `json:"id"`
	Unavailable bool      `json:"unavailable"`
	Channels    []changed `json:"channels"`
	Threads     []changed `json:"threads"`
}

// changed is as much of a channel or thread as tells whether it takes messages.
type changed struct {
	ID     string `json:"id"`
	Guild  string `json:"guild_id"`
	Name   string `json:"name"`
	Thread struct {
		Locked bool `json:"locked"`
	} `json:"thread_metadata"`
}

// channelChanged hears of a channel or thread that was deleted, or a thread that was
// locked or unlocked. An archived one wakes when it is posted in.
func (b *Bot) channelChanged(ctx context.Context, e event) error {
	var c changed
	if err := json.Unmarshal(e.data, &c); err != nil {
		return err
	}
	switch {
	case b.o.Channels == nil, !isID(c.ID), !isID(c.Guild):
		return nil
	case e.name == "THREAD_UPDATE":
		return b.o.Channels.Locked(ctx, c.Guild, c.ID, c.Thread.Locked)
	default:
		return b.o.Channels.Gone(ctx, c.Guild, c.ID, c.Name)
	}
}

// deletedMeanwhile asks for the channels that alerts of a guild go to and that it does
// not list: a channel may have been deleted while the bot was not connected.
func (b *Bot) deletedMeanwhile(ctx context.Context, g guild) error {
	if b.o.Channels == nil {
		return nil
	}
	used, err := b.o.Channels.Used(ctx, g.ID)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, c := range append(g.Channels, g.Threads...) {
		there[c.ID] = true
	}
	for _, id := range used {
		if there[id] || !isID(id) {
			continue
		}
		var c changed
		err := b.rest.get(ctx, discordgo.EndpointChannel(id), discordgo.EndpointChannel(id), &c)
		f := new(failure)
		switch {
		case err == nil && c.Thread.Locked:
			err = b.o.Channels.Locked(ctx, g.ID, id, true)
		case errors.As(err, &f) && f.Code == codeUnknownChannel:
			err = b.o.Channels.Gone(ctx, g.ID, id, "")
		case errors.As(err, &f) && f.Status == http.StatusForbidden:
			err = nil // what may not be seen is told when it is to be posted in
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// began compares the guilds that a new session begins with with those that are known.
func (b *Bot) began(ctx context.Context, data json.RawMessage) error {
	var ready struct {
		Guilds []guild `json:"guilds"`
		Shard  *[2]int `json:"shard"`
	}
	if err := json.Unmarshal(data, &ready); err != nil {
		return err
	}
	if b.o.Presence == nil {
		return nil
	}
	return b.compare(ctx, ready.Guilds, ready.Shard)
}

// compare finds the guilds that took the bot out while it was not connected: a new
// session begins with the list of all that it is in, those of an outage included.
func (b *Bot) compare(ctx context.Context, in []guild, of *[2]int) error {
	known, err := b.o.Presence.Guilds(ctx)
	if err != nil {
		return fmt.Errorf("the guilds that were joined can't be read: %w", err)
	}
	now := map[string]bool{}
	for _, g := range in {
		now[g.ID] = true
	}
	var failed error
	for _, id := range known {
		if isID(id) && !now[id] && inShard(id, of) { // the terminal's guild is none of Discord's
			failed = errors.Join(failed, b.o.Presence.Left(ctx, id))
		}
	}
	return failed
}

// cameOrWent hears of a guild that was joined or left. An outage is neither.
func (b *Bot) cameOrWent(ctx context.Context, e event) error {
	var g guild
	if err := json.Unmarshal(e.data, &g); err != nil {
		return err
	}
	switch {
	case g.Unavailable, !isID(g.ID), b.o.Presence == nil:
		return nil
	case e.name == "GUILD_CREATE":
		return errors.Join(b.o.Presence.Joined(ctx, g.ID), b.deletedMeanwhile(ctx, g))
	default:
		return b.o.Presence.Left(ctx, g.ID)
	}
}
