package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"

	"erratum/internal/command"
)

// place is as much of a channel as tells what may be done in it.
type place struct {
	ID     string                `json:"id"`
	Guild  string                `json:"guild_id"`
	Parent string                `json:"parent_id"`
	Name   string                `json:"name"`
	Type   discordgo.ChannelType `json:"type"`
	Thread struct {
		Locked bool `json:"locked"`
	} `json:"thread_metadata"`
	Overwrites []struct {
		ID    string                            `json:"id"`
		Type  discordgo.PermissionOverwriteType `json:"type"`
		Allow bits                              `json:"allow"`
		Deny  bits                              `json:"deny"`
	} `json:"permission_overwrites"`
}

// bits is a field of permissions, which Discord writes as a string.
type bits int64

// UnmarshalJSON implements json.Unmarshaler.
func (b *bits) UnmarshalJSON(raw []byte) error {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	*b = bits(n)
	return err
}

// thread reports whether what may be done is written down with the parent.
func (p place) thread() bool {
	switch p.Type {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	}
	return false
}

// takesMessages reports whether alerts can be posted in a channel of the kind at all.
func (p place) takesMessages() bool {
	switch p.Type {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews, discordgo.ChannelTypeGuildVoice, discordgo.ChannelTypeGuildStageVoice:
		return true
	}
	return p.thread()
}

// standing is what counts for our rights in a guild wherever we are.
type standing struct {
	guild, self string
	roles       map[string]bool
	base        bits
	calls       map[string]bool // all roles, and whether anyone may call them
}

// standing asks for our roles in a guild.
func (r *rest) standing(ctx context.Context, guild string) (standing, error) {
	self, err := r.user(ctx)
	if err != nil {
		return standing{}, err
	}
	var roles []struct {
		ID          string `json:"id"`
		Permissions bits   `json:"permissions"`
		Mentionable bool   `json:"mentionable"`
	}
	if err := r.get(ctx, discordgo.EndpointGuildRoles(guild), discordgo.EndpointGuild(guild), &roles); err != nil {
		return standing{}, err
	}
	var member struct {
		Roles []string `json:"roles"`
	}
	if err := r.get(ctx, discordgo.EndpointGuildMember(guild, self), discordgo.EndpointGuild(guild), &member); err != nil {
		return standing{}, err
	}
	s := standing{guild: guild, self: self, roles: map[string]bool{guild: true}, calls: map[string]bool{}}
	for _, id := range member.Roles {
		s.roles[id] = true
	}
	for _, role := range roles {
		s.calls[role.ID] = role.Mentionable
		if s.roles[role.ID] {
			s.base |= role.Permissions
		}
	}
	return s, nil
}

// get reads JSON.
func (r *rest) get(ctx context.Context, address, bucket string, into any) error {
	raw, err := r.do(ctx, http.MethodGet, address, "read "+bucket, nil, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return &failure{Err: fmt.Errorf("read an answer: %w", err)}
	}
	return nil
}

// in computes our rights in a channel, as Discord's documentation does ("Permission
// Overwrites"): roles, then what the channel changes for everyone, for the roles
// together, and for us.
func (s standing) in(p place) int64 {
	have := s.base
	if have&discordgo.PermissionAdministrator != 0 {
		return discordgo.PermissionAll
	}
	var allow, deny bits
	for _, o := range p.Overwrites {
		switch {
		case o.Type == discordgo.PermissionOverwriteTypeRole && o.ID == s.guild:
			have = have&^o.Deny | o.Allow
		case o.Type == discordgo.PermissionOverwriteTypeRole && s.roles[o.ID]:
			allow, deny = allow|o.Allow, deny|o.Deny
		}
	}
	have = have&^deny | allow
	for _, o := range p.Overwrites {
		if o.Type == discordgo.PermissionOverwriteTypeMember && o.ID == s.self {
			have = have&^o.Deny | o.Allow
		}
	}
	return int64(have)
}

// errElsewhere says that a channel is none of the guild that asks. It is answered as a
// channel that does not exist.
var errElsewhere = errors.New("the channel is in another server")

// lacks asks what we may not do in a channel of a guild that alerts need.
func (r *rest) lacks(ctx context.Context, s standing, channel string) ([]permission, error) {
	p, err := r.place(ctx, channel)
	switch {
	case err != nil:
		return nil, err
	case p.Guild != s.guild:
		return nil, errElsewhere
	case !p.takesMessages():
		return nil, &failure{Code: codeWrongChannel, Status: http.StatusBadRequest, Err: errors.New("no channel for messages")}
	}
	thread, locked := p.thread(), p.Thread.Locked
	if thread {
		if p, err = r.place(ctx, p.Parent); err != nil {
			return nil, err
		}
	}
	if have := s.in(p); locked && have&discordgo.PermissionManageThreads == 0 {
		return nil, &failure{Code: codeThreadLocked, Status: http.StatusBadRequest, Err: errors.New("the thread is locked")}
	}
	return absent(s.in(p), thread), nil
}

func (r *rest) place(ctx context.Context, channel string) (p place, err error) {
	if !isID(channel) {
		return p, errElsewhere
	}
	address := discordgo.EndpointChannel(channel)
	return p, r.get(ctx, address, address, &p)
}

// absent lists what alerts need and have does not give.
func absent(have int64, thread bool) []permission {
	if have&discordgo.PermissionAdministrator != 0 {
		return nil
	}
	var out []permission
	for _, p := range permissions() {
		bit := p.bit
		if thread && bit == discordgo.PermissionSendMessages {
			bit = discordgo.PermissionSendMessagesInThreads
		}
		if have&bit == 0 {
			out = append(out, p)
		}
	}
	return out
}

// MayPost implements command.Places.
func (b *Bot) MayPost(ctx context.Context, guild, channel string) error {
	s, err := b.rest.standing(ctx, guild)
	if err != nil {
		return fmt.Errorf("what the bot may do in a guild: %w", err)
	}
	lacks, err := b.rest.lacks(ctx, s, channel)
	if len(lacks) > 0 {
		return &command.Error{Text: lacking("in <#"+channel+">", lacks), Next: ""}
	}
	return unseen(channel, err)
}

// MayThread implements command.Places.
func (b *Bot) MayThread(ctx context.Context, guild, channel string) error {
	s, err := b.rest.standing(ctx, guild)
	if err != nil {
		return fmt.Errorf("what the bot may do in a guild: %w", err)
	}
	p, err := b.rest.place(ctx, channel)
	switch {
	case err != nil:
		return unseen(channel, err)
	case p.Guild != guild:
		return unseen(channel, errElsewhere)
	case p.Type != discordgo.ChannelTypeGuildText && p.Type != discordgo.ChannelTypeGuildNews:
		return &command.Error{Text: "There are no threads in <#" + channel + ">.", Next: "Leave `thread` out, or pick a text channel."}
	}
	have := s.in(p)
	var names []string
	for _, t := range threadPermissions() {
		if have&(t.bit|discordgo.PermissionAdministrator) == 0 {
			names = append(names, "**"+t.name+"**")
		}
	}
	if len(names) > 0 {
		return &command.Error{
			Text: "I can't tell it in a thread in <#" + channel + ">: missing " + strings.Join(names, ", ") + ".",
			Next: "Edit the channel → Permissions → add me and allow it, then try again; or leave `thread` out.",
		}
	}
	return nil
}

// MayCall implements command.Places.
func (b *Bot) MayCall(ctx context.Context, guild, role string) error {
	s, err := b.rest.standing(ctx, guild)
	if err != nil {
		return fmt.Errorf("what the bot may do in a guild: %w", err)
	}
	anyone, there := s.calls[role]
	switch {
	case !there:
		return &command.Error{Text: "There is no such role in this server.", Next: "Pick one from the list that Discord offers."}
	case anyone, s.base&(discordgo.PermissionMentionEveryone|discordgo.PermissionAdministrator) != 0:
		return nil
	}
	return &command.Error{
		Text: "I may not call <@&" + role + ">.",
		Next: "Server Settings → Roles → that role → switch on **Allow anyone to @mention this role**, then try again.",
	}
}

// Problems implements command.Places.
func (b *Bot) Problems(ctx context.Context, guild string, channels []string) (map[string]string, error) {
	s, err := b.rest.standing(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("what the bot may do in a guild: %w", err)
	}
	out := map[string]string{}
	for _, channel := range channels {
		lacks, err := b.rest.lacks(ctx, s, channel)
		var refusal *command.Error
		switch err = unseen(channel, err); {
		case len(lacks) > 0:
			var names []string
			for _, p := range lacks {
				names = append(names, p.name)
			}
			out[channel] = "missing " + strings.Join(names, ", ")
		case errors.As(err, &refusal):
			out[channel] = strings.TrimSuffix(refusal.Text, ".")
		case err != nil:
			return out, err
		}
	}
	return out, nil
}

// unseen turns what may be wrong with a channel that was named into words.
func unseen(channel string, err error) error {
	f := new(failure)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errElsewhere), errors.As(err, &f) && (f.Code == codeUnknownChannel || f.Status == http.StatusNotFound):
		return &command.Error{Text: "There is no such channel in this server.", Next: "Pick one from the list that Discord offers."}
	case f.Code == codeThreadLocked:
		return &command.Error{Text: "The thread <#" + channel + "> is locked.", Next: "Unlock it, then try again."}
	case f.Code == codeNoAccess, f.Status == http.StatusForbidden:
		return &command.Error{Text: "I can't see <#" + channel + ">.", Next: "Edit the channel → Permissions → add me and allow **View Channel**, then try again."}
	case f.Code == codeWrongChannel:
		return &command.Error{Text: "No messages can be posted in <#" + channel + ">.", Next: "Pick a text channel."}
	default:
		return fmt.Errorf("what the bot may do in a channel: %w", err)
	}
}
