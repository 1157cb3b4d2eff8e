package discordtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Guild is a server of Discord's with the bot in it.
type Guild struct {
	ID, Name string
	OwnerID  string
	Channels []Channel
	Roles    []Role   // @everyone (id = guild id) is added when missing, with DefaultPermissions
	Members  []Member // the bot is added when missing, without roles
}

// Channel types of Discord's.
const (
	TextChannel         = 0
	DMChannel           = 1
	VoiceChannel        = 2
	CategoryChannel     = 4
	AnnouncementChannel = 5
	PublicThread        = 11
	PrivateThread       = 12
	ForumChannel        = 15
)

// Channel is a place for messages; a thread names its channel as Parent.
type Channel struct {
	ID, Name   string
	Type       int
	Parent     string
	Overwrites []Overwrite
	// Permissions, when not zero, are exactly what the bot may do here.
	Permissions int64
	Archived    bool // threads: wakes up when written to
	Locked      bool // threads: does not
}

// Overwrite changes the permissions of a role or a member in a channel.
type Overwrite struct {
	ID          string // of the role or user
	Member      bool
	Allow, Deny int64
}

// Role gives permissions to its members in the whole guild.
type Role struct {
	ID, Name    string
	Permissions int64
	Mentionable bool
}

// Member is a user in a guild.
type Member struct {
	User  User
	Roles []string
}

// User is a person or a bot.
type User struct {
	ID, Name string
	Bot      bool
}

type guildState struct {
	Guild
	gone bool // the bot was removed
}

type channelState struct {
	Channel
	guild    string
	deleted  bool
	messages []*Message
}

func (s *Server) addGuild(g Guild) error {
	if !snowflake(g.ID) {
		return errors.New("the id must be a snowflake")
	}
	if !slices.ContainsFunc(g.Roles, func(r Role) bool { return r.ID == g.ID }) {
		g.Roles = append([]Role{{ID: g.ID, Name: "@everyone", Permissions: DefaultPermissions}}, g.Roles...)
	}
	if !slices.ContainsFunc(g.Members, func(m Member) bool { return m.User.ID == s.opt.BotID }) {
		g.Members = append(slices.Clone(g.Members), Member{User: s.bot()})
	}
	for _, m := range g.Members {
		s.users[m.User.ID] = m.User
	}
	channels := g.Channels
	g.Channels = nil
	s.guilds[g.ID] = &guildState{Guild: g}
	for _, c := range channels {
		if err := s.addChannel(g.ID, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) addChannel(guildID string, c Channel) error {
	if !snowflake(c.ID) {
		return fmt.Errorf("channel %q: the id must be a snowflake", c.ID)
	}
	if _, taken := s.channels[c.ID]; taken {
		return fmt.Errorf("channel %s is there twice", c.ID)
	}
	if c.Permissions != 0 {
		c.Overwrites = exactly(c.Overwrites, s.opt.BotID, c.Permissions)
	}
	s.channels[c.ID] = &channelState{Channel: c, guild: guildID}
	return nil
}

func (s *Server) bot() User { return User{ID: s.opt.BotID, Name: s.opt.BotName, Bot: true} }

func snowflake(id string) bool {
	n, err := strconv.ParseUint(id, 10, 63)
	return err == nil && n > 0
}

// AddGuild invites the bot to one more guild.
func (s *Server) AddGuild(g Guild) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.addGuild(g); err != nil {
		return fmt.Errorf("discordtest: guild %q: %w", g.ID, err)
	}
	s.dispatch("GUILD_CREATE", s.guildCreate(s.guilds[g.ID]))
	return nil
}

// RemoveGuild kicks the bot out: GUILD_DELETE, and no access from then on.
func (s *Server) RemoveGuild(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[id]; g != nil && !g.gone {
		g.gone = true
		s.dispatch("GUILD_DELETE", map[string]any{"id": id})
	}
}

// InviteAgain lets the bot into a guild that it was kicked out of.
func (s *Server) InviteAgain(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[id]; g != nil && g.gone {
		g.gone = false
		s.dispatch("GUILD_CREATE", s.guildCreate(g))
	}
}

// Outage tells the bot that a guild is not available for a while. It must not be taken
// for a removal.
func (s *Server) Outage(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dispatch("GUILD_DELETE", map[string]any{"id": id, "unavailable": true})
}

// DeleteChannel takes a channel and what is in it away.
func (s *Server) DeleteChannel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[id]; c != nil && !c.deleted {
		c.deleted = true
		name := "CHANNEL_DELETE"
		if isThread(c.Type) {
			name = "THREAD_DELETE"
		}
		s.dispatch(name, s.channelJSON(c))
	}
}

// SetPermissions makes allowed exactly what the bot may do in a channel.
func (s *Server) SetPermissions(channelID string, allowed int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil {
		c.Overwrites = exactly(c.Overwrites, s.opt.BotID, allowed)
		s.dispatch("CHANNEL_UPDATE", s.channelJSON(c))
	}
}

// SetOverwrites replaces the overwrites of a channel.
func (s *Server) SetOverwrites(channelID string, o []Overwrite) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil {
		c.Overwrites = slices.Clone(o)
		s.dispatch("CHANNEL_UPDATE", s.channelJSON(c))
	}
}

// SetRole makes a role of a guild what it is to be, or adds it.
func (s *Server) SetRole(guildID string, r Role) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return
	}
	i := slices.IndexFunc(g.Roles, func(had Role) bool { return had.ID == r.ID })
	name := "GUILD_ROLE_UPDATE"
	if i < 0 {
		i, name = len(g.Roles), "GUILD_ROLE_CREATE"
		g.Roles = append(g.Roles, r)
	}
	g.Roles[i] = r
	s.dispatch(name, map[string]any{"guild_id": guildID, "role": roleJSON(i, r)})
}

// SetThread archives, locks or wakes a thread.
func (s *Server) SetThread(channelID string, archived, locked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil {
		c.Archived, c.Locked = archived, locked
		s.dispatch("THREAD_UPDATE", s.channelJSON(c))
	}
}

func exactly(o []Overwrite, bot string, allowed int64) []Overwrite {
	o = slices.DeleteFunc(slices.Clone(o), func(w Overwrite) bool { return w.Member && w.ID == bot })
	return append(o, Overwrite{ID: bot, Member: true, Allow: allowed, Deny: ^allowed & AllPermissions})
}

func (g *guildState) member(id string) (Member, bool) {
	for _, m := range g.Members {
		if m.User.ID == id {
			return m, true
		}
	}
	return Member{}, false
}

func userJSON(u User) map[string]any {
	return map[string]any{"id": u.ID, "username": u.Name, "discriminator": "0", "global_name": u.Name, "avatar": nil, "bot": u.Bot}
}

func (s *Server) memberJSON(m Member) map[string]any {
	return map[string]any{
		"user": userJSON(m.User), "roles": append([]string{}, m.Roles...), "nick": nil, "avatar": nil,
		"joined_at": "2026-01-01T00:00:00+00:00", "premium_since": nil, "deaf": false, "mute": false,
		"flags": 0, "pending": false, "communication_disabled_until": nil,
	}
}

func roleJSON(i int, r Role) map[string]any {
	return map[string]any{
		"id": r.ID, "name": r.Name, "permissions": strconv.FormatInt(r.Permissions, 10), "position": i,
		"color": 0, "hoist": false, "managed": false, "mentionable": r.Mentionable, "flags": 0,
	}
}

func (s *Server) rolesJSON(g *guildState) []any {
	out := []any{}
	for i, r := range g.Roles {
		out = append(out, roleJSON(i, r))
	}
	return out
}

func (s *Server) channelJSON(c *channelState) map[string]any {
	out := map[string]any{"id": c.ID, "type": c.Type, "name": c.Name, "flags": 0, "last_message_id": nil}
	if n := len(c.messages); n > 0 {
		out["last_message_id"] = c.messages[n-1].ID
	}
	if c.Type == DMChannel {
		out["recipients"] = []any{userJSON(s.users[c.Parent])}
		return out
	}
	over := []any{}
	for _, o := range c.Overwrites {
		kind := 0
		if o.Member {
			kind = 1
		}
		over = append(over, map[string]any{"id": o.ID, "type": kind, "allow": strconv.FormatInt(o.Allow, 10), "deny": strconv.FormatInt(o.Deny, 10)})
	}
	out["guild_id"], out["permission_overwrites"], out["position"], out["nsfw"] = c.guild, over, 0, false
	out["parent_id"] = nil
	if c.Parent != "" {
		out["parent_id"] = c.Parent
	}
	if isThread(c.Type) {
		out["owner_id"] = s.opt.BotID
		out["thread_metadata"] = map[string]any{"archived": c.Archived, "locked": c.Locked, "auto_archive_duration": 1440, "archive_timestamp": "2026-01-01T00:00:00+00:00"}
	}
	return out
}

// channelsOf lists a guild's channels or threads by id, so that order never depends on
// a map.
func (s *Server) channelsOf(guildID string, threads bool) []any {
	out := []any{}
	for _, c := range s.sortedChannels(guildID) {
		if isThread(c.Type) == threads {
			out = append(out, s.channelJSON(c))
		}
	}
	return out
}

func (s *Server) sortedChannels(guildID string) []*channelState {
	var out []*channelState
	for _, c := range s.channels {
		if c.guild == guildID && !c.deleted {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *channelState) int { return compareIDs(a.ID, b.ID) })
	return out
}

// compareIDs orders snowflakes as numbers without parsing them.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Server) guildJSON(g *guildState) map[string]any {
	return map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": g.OwnerID, "roles": s.rolesJSON(g), "icon": nil,
		"emojis": []any{}, "stickers": []any{}, "features": []any{}, "preferred_locale": "en-US",
		"verification_level": 0, "default_message_notifications": 0, "explicit_content_filter": 0,
		"mfa_level": 0, "premium_tier": 0, "nsfw_level": 0, "afk_timeout": 300, "system_channel_flags": 0,
	}
}

func (s *Server) guildCreate(g *guildState) map[string]any {
	out := s.guildJSON(g)
	me, _ := g.member(s.opt.BotID)
	out["channels"], out["threads"] = s.channelsOf(g.ID, false), s.channelsOf(g.ID, true)
	out["members"], out["member_count"] = []any{s.memberJSON(me)}, len(g.Members)
	out["joined_at"], out["large"], out["unavailable"] = "2026-01-01T00:00:00+00:00", false, false
	out["voice_states"], out["presences"] = []any{}, []any{}
	return out
}

// startThread makes a thread of a message; it has the message's ID.
func (s *Server) startThread(c *call) (answer, *refusal) {
	m, ch, may, e := s.findMessage(c)
	if e != nil {
		return no(e)
	}
	var in struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return no(invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", err.Error()}))
	}
	switch {
	case may&CreatePublicThreads == 0:
		return no(refuse(403, 50013, "Missing Permissions"))
	case isThread(ch.Type):
		return no(refuse(400, 50024, "Cannot execute action on this channel type"))
	case s.channels[m.ID] != nil:
		return no(refuse(400, 160004, "A thread has already been created for this message"))
	}
	if e := invalidForm(between("name", in.Name, 100)...); e != nil {
		return no(e)
	}
	t := &channelState{Channel: Channel{ID: m.ID, Name: in.Name, Type: PublicThread, Parent: ch.ID}, guild: ch.guild}
	s.channels[m.ID] = t
	s.dispatch("THREAD_CREATE", s.channelJSON(t))
	return answer{201, s.channelJSON(t)}, nil
}

// Threads are the threads of a channel, oldest first.
func (s *Server) Threads(channelID string) []Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Channel
	for _, c := range s.channels {
		if isThread(c.Type) && c.Parent == channelID && !c.deleted {
			out = append(out, c.Channel)
		}
	}
	slices.SortFunc(out, func(a, b Channel) int { return compareIDs(a.ID, b.ID) })
	return out
}
