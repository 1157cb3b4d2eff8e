package discordtest

import (
	"fmt"
	"slices"
	"strings"
)

type allowedMentions struct {
	Parse       []string `json:"parse"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
	RepliedUser bool     `json:"replied_user"`
}

// pings are those whom a message calls. Without allowed_mentions all kinds are parsed,
// as Discord does for bots. A backslash or a code block before a mention is not
// trusted to hold it back: text that would ping without it counts, which is stricter
// than Discord.
func (s *Server) pings(m *Message, allow *allowedMentions, may int64) []string {
	if allow == nil {
		allow = &allowedMentions{Parse: []string{"everyone", "users", "roles"}}
	}
	var out []string
	add := func(who string) {
		if !slices.Contains(out, who) && !slices.Contains(m.Pings, who) {
			out = append(out, who)
		}
	}
	text := m.Content + "\n" + displayed(m.Components)
	if may&MentionEveryone != 0 && slices.Contains(allow.Parse, "everyone") {
		for _, w := range []string{"everyone", "here"} {
			if strings.Contains(text, "@"+w) {
				add(w)
			}
		}
	}
	for _, id := range mentioned(text, "<@&") {
		if (slices.Contains(allow.Parse, "roles") || slices.Contains(allow.Roles, id)) && (may&MentionEveryone != 0 || s.mentionable(m.GuildID, id)) {
			add("role:" + id)
		}
	}
	for _, id := range append(mentioned(text, "<@"), mentioned(text, "<@!")...) {
		if slices.Contains(allow.Parse, "users") || slices.Contains(allow.Users, id) {
			add("user:" + id)
		}
	}
	if allow.RepliedUser && m.Reference != "" && s.messages[m.Reference] != nil {
		add("user:" + s.messages[m.Reference].Author.ID)
	}
	return out
}

func (s *Server) mentionable(guildID, role string) bool {
	g := s.guilds[guildID]
	return g != nil && slices.ContainsFunc(g.Roles, func(r Role) bool { return r.ID == role && r.Mentionable })
}

// mentioned lists the ids between open and ">".
func mentioned(text, open string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(text, open)
		if !ok {
			return out
		}
		text = rest
		if id, _, ok := strings.Cut(rest, ">"); ok && snowflake(id) {
			out = append(out, id)
		}
	}
}

// displayed is the text of the text displays of components.
func displayed(cs []Component) string {
	var b strings.Builder
	for _, c := range cs {
		if c.Type == TextDisplay {
			fmt.Fprintln(&b, c.Content)
		}
		fmt.Fprint(&b, displayed(c.Components))
	}
	return b.String()
}

func checkMentions(a *allowedMentions) []fieldError {
	if a == nil {
		return nil
	}
	var out []fieldError
	for i, p := range a.Parse {
		if !slices.Contains([]string{"everyone", "users", "roles"}, p) {
			out = append(out, fieldError{fmt.Sprintf("allowed_mentions.parse.%d", i), "BASE_TYPE_CHOICES", "Value must be one of ('everyone', 'roles', 'users')."})
		}
	}
	for _, l := range []struct {
		kind string
		ids  []string
	}{{"users", a.Users}, {"roles", a.Roles}} {
		path := "allowed_mentions." + l.kind
		out = append(out, tooMany(path, len(l.ids), maxMentionIDs)...)
		if len(l.ids) > 0 && slices.Contains(a.Parse, l.kind) {
			out = append(out, fieldError{path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[\"" + l.kind + "\"] and " + l.kind + ": [ids...] are mutually exclusive."})
		}
	}
	return out
}
