package discordtest

// Permissions of Discord's that the stand-in knows the meaning of. The numbers are
// those of its documentation, "Permissions".
const (
	AddReactions        int64 = 1 << 6
	Administrator       int64 = 1 << 3
	ManageChannels      int64 = 1 << 4
	ManageGuild         int64 = 1 << 5
	ViewChannel         int64 = 1 << 10
	SendMessages        int64 = 1 << 11
	ManageMessages      int64 = 1 << 13
	EmbedLinks          int64 = 1 << 14
	AttachFiles         int64 = 1 << 15
	ReadMessageHistory  int64 = 1 << 16
	MentionEveryone     int64 = 1 << 17
	UseCommands         int64 = 1 << 31
	CreatePublicThreads int64 = 1 << 35
	SendInThreads       int64 = 1 << 38
	DefaultPermissions        = ViewChannel | SendMessages | EmbedLinks | AttachFiles | ReadMessageHistory | AddReactions | UseCommands | CreatePublicThreads | SendInThreads
	AllPermissions      int64 = 1<<53 - 1
)

func isThread(kind int) bool { return kind == 10 || kind == PublicThread || kind == PrivateThread }

// permissions are what a user may do in a channel: the guild's roles, then the
// overwrites of @everyone, of the roles together, of the member (Discord's
// documentation, "Permission Overwrites"). A thread has those of its channel.
func (s *Server) permissions(userID string, c *channelState) int64 {
	if c.Type == DMChannel {
		return DefaultPermissions
	}
	g := s.guilds[c.guild]
	m, ok := g.member(userID)
	if g.gone && userID == s.opt.BotID || !ok {
		return 0
	}
	base := basePermissions(g, m)
	if userID == g.OwnerID || base&Administrator != 0 {
		return AllPermissions
	}
	if isThread(c.Type) {
		if p := s.channels[c.Parent]; p != nil {
			c = p
		}
	}
	return implied(overwritten(base, g, m, c.Overwrites))
}

func basePermissions(g *guildState, m Member) int64 {
	var base int64
	for _, r := range g.Roles {
		if r.ID == g.ID || m.has(r.ID) {
			base |= r.Permissions
		}
	}
	return base
}

func overwritten(base int64, g *guildState, m Member, over []Overwrite) int64 {
	var allow, deny int64
	for _, o := range over {
		if !o.Member && o.ID == g.ID {
			base = base&^o.Deny | o.Allow
		}
	}
	for _, o := range over {
		if !o.Member && o.ID != g.ID && m.has(o.ID) {
			allow, deny = allow|o.Allow, deny|o.Deny
		}
	}
	base = base&^deny | allow
	for _, o := range over {
		if o.Member && o.ID == m.User.ID {
			base = base&^o.Deny | o.Allow
		}
	}
	return base
}

// implied takes away what means nothing alone: nothing without seeing the channel, no
// embeds, files or shouting without sending.
func implied(p int64) int64 {
	if p&ViewChannel == 0 {
		return 0
	}
	if p&SendMessages == 0 {
		p &^= MentionEveryone
		if p&SendInThreads == 0 {
			p &^= EmbedLinks | AttachFiles
		}
	}
	return p
}

func (m Member) has(role string) bool {
	for _, r := range m.Roles {
		if r == role {
			return true
		}
	}
	return false
}

// BotPermissions are what the bot may do in a channel now; 0 for an unknown one.
func (s *Server) BotPermissions(channelID string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.channels[channelID]; c != nil && !c.deleted {
		return s.permissions(s.opt.BotID, c)
	}
	return 0
}

// reach is a channel the bot can see, or why not.
func (s *Server) reach(channelID string) (*channelState, int64, *refusal) {
	c := s.channels[channelID]
	if c == nil || c.deleted {
		return nil, 0, refuse(404, 10003, "Unknown Channel")
	}
	p := s.permissions(s.opt.BotID, c)
	if p&ViewChannel == 0 {
		return nil, 0, refuse(403, 50001, "Missing Access")
	}
	return c, p, nil
}

// writable is a channel the bot can write messages to, or why not.
func (s *Server) writable(channelID string) (*channelState, int64, *refusal) {
	c, p, no := s.reach(channelID)
	if no != nil {
		return nil, 0, no
	}
	need := SendMessages
	switch {
	case isThread(c.Type):
		need = SendInThreads
	case c.Type == CategoryChannel || c.Type == ForumChannel:
		return nil, 0, refuse(400, 50008, "Cannot send messages in a non-text channel")
	}
	if p&need == 0 {
		return nil, 0, refuse(403, 50013, "Missing Permissions")
	}
	if c.Locked {
		return nil, 0, refuse(400, 50083, "Thread is archived")
	}
	c.Archived = false
	return c, p, nil
}
