package discordtest

import (
	"encoding/json"
	"slices"
)

func (s *Server) getGateway(c *call) (answer, *refusal) {
	return ok(map[string]any{"url": s.gatewayURL(c.http)})
}

func (s *Server) getGatewayBot(c *call) (answer, *refusal) {
	return ok(map[string]any{"url": s.gatewayURL(c.http), "shards": s.opt.Shards, "session_start_limit": map[string]any{
		"total": 1000, "remaining": max(0, s.opt.Identifies-s.gateway.identifies), "reset_after": s.opt.IdentifyReset.Milliseconds(), "max_concurrency": 1,
	}})
}

func (s *Server) getMe(*call) (answer, *refusal) { return ok(userJSON(s.bot())) }

func (s *Server) getUser(c *call) (answer, *refusal) {
	u, known := s.users[c.arg["user"]]
	if !known {
		return no(refuse(404, 10013, "Unknown User"))
	}
	return ok(userJSON(u))
}

func (s *Server) getApplication(*call) (answer, *refusal) {
	return ok(map[string]any{"id": s.opt.ApplicationID, "name": s.opt.BotName, "description": "", "bot_public": true,
		"bot_require_code_grant": false, "bot": userJSON(s.bot()), "flags": 0, "verify_key": "", "approximate_guild_count": len(s.guilds)})
}

func (s *Server) sortedGuilds() []*guildState {
	var out []*guildState
	for _, g := range s.guilds {
		if !g.gone {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *guildState) int { return compareIDs(a.ID, b.ID) })
	return out
}

func (s *Server) getMyGuilds(*call) (answer, *refusal) {
	out := []any{}
	for _, g := range s.sortedGuilds() {
		me, _ := g.member(s.opt.BotID)
		out = append(out, map[string]any{"id": g.ID, "name": g.Name, "icon": nil, "owner": false, "features": []any{},
			"permissions": formatPermissions(basePermissions(g, me))})
	}
	return ok(out)
}

// guild is one the bot is in.
func (s *Server) guild(id string) (*guildState, *refusal) {
	if g := s.guilds[id]; g != nil && !g.gone {
		return g, nil
	}
	return nil, refuse(404, 10004, "Unknown Guild")
}

func (s *Server) getGuild(c *call) (answer, *refusal) {
	g, e := s.guild(c.arg["guild"])
	if e != nil {
		return no(e)
	}
	return ok(s.guildJSON(g))
}

func (s *Server) getRoles(c *call) (answer, *refusal) {
	g, e := s.guild(c.arg["guild"])
	if e != nil {
		return no(e)
	}
	return ok(s.rolesJSON(g))
}

func (s *Server) getChannels(c *call) (answer, *refusal) {
	g, e := s.guild(c.arg["guild"])
	if e != nil {
		return no(e)
	}
	return ok(s.channelsOf(g.ID, false))
}

func (s *Server) getMember(c *call) (answer, *refusal) {
	g, e := s.guild(c.arg["guild"])
	if e != nil {
		return no(e)
	}
	id := c.arg["user"]
	m, known := g.member(id)
	if !known {
		return no(refuse(404, 10007, "Unknown Member"))
	}
	return ok(s.memberJSON(m))
}

func (s *Server) leaveGuild(c *call) (answer, *refusal) {
	g, e := s.guild(c.arg["guild"])
	if e != nil {
		return no(e)
	}
	g.gone = true
	s.dispatch("GUILD_DELETE", map[string]any{"id": g.ID})
	return nothing, nil
}

// openDM finds or makes the channel to a user.
func (s *Server) openDM(c *call) (answer, *refusal) {
	var in struct {
		Recipient string `json:"recipient_id"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil || in.Recipient == "" {
		return no(invalidForm(missing("recipient_id")))
	}
	if _, known := s.users[in.Recipient]; !known {
		return no(refuse(400, 50033, "Invalid Recipient(s)"))
	}
	for _, ch := range s.channels {
		if ch.Type == DMChannel && ch.Parent == in.Recipient {
			return ok(s.channelJSON(ch))
		}
	}
	ch := &channelState{Channel: Channel{ID: s.newID(), Type: DMChannel, Parent: in.Recipient}}
	s.channels[ch.ID] = ch
	return ok(s.channelJSON(ch))
}
