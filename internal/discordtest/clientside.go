package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// commandData is a slash command as Discord's client sends it: what is typed, checked
// against what the bot registered.
func (s *Server) commandData(in *Interaction, autocomplete bool) (map[string]any, error) {
	if in.Target != "" {
		return s.menuData(in)
	}
	words := strings.Fields(in.Command)
	if len(words) == 0 {
		return map[string]any{}, fmt.Errorf("%w: no command named", ErrClient)
	}
	cmd, wrong := s.lookUp(in.GuildID, words[0])
	if cmd.hiddenFrom(in.Permissions) {
		wrong = firstError(wrong, fmt.Errorf("%w: /%s is hidden from who lacks permissions %s", ErrClient, words[0], *cmd.DefaultMemberPermissions))
	}
	data := map[string]any{"id": cmd.ID, "name": words[0], "type": 1}
	if cmd.GuildID != "" {
		data["guild_id"] = cmd.GuildID
	}
	known := cmd.Options
	type level struct {
		name string
		kind int
	}
	var path []level
	for _, w := range words[1:] {
		i := slices.IndexFunc(known, func(o CommandOption) bool { return o.Name == w && o.Type <= SubCommandGroup })
		if i < 0 {
			wrong = firstError(wrong, fmt.Errorf("%w: /%s has no sub-command %q", ErrClient, words[0], w))
			path, known = append(path, level{w, SubCommand}), nil
			continue
		}
		path, known = append(path, level{w, known[i].Type}), known[i].Options
	}
	if len(known) > 0 && known[0].Type <= SubCommandGroup {
		wrong = firstError(wrong, fmt.Errorf("%w: /%s wants a sub-command", ErrClient, in.Command))
	}
	options, resolved, err := s.typed(in, known, autocomplete)
	wrong = firstError(wrong, err)
	for _, l := range slices.Backward(path) {
		options = []any{map[string]any{"name": l.name, "type": l.kind, "options": options}}
	}
	data["options"] = options
	if len(resolved) > 0 {
		data["resolved"] = resolved
	}
	return data, wrong
}

// menuData is a message's menu as Discord's client sends it.
func (s *Server) menuData(in *Interaction) (map[string]any, error) {
	m := s.messages[in.Target]
	if m == nil || m.Deleted || m.ChannelID != in.ChannelID {
		return map[string]any{}, fmt.Errorf("%w: there is no message %s in the channel", ErrClient, in.Target)
	}
	// Of the message that a menu is of, the bot sees the text, whatever its intents.
	whole := s.messageJSON(m)
	whole["content"], whole["embeds"] = m.Content, orEmpty(m.Embeds)
	parts := []any{}
	for _, c := range m.Components {
		parts = append(parts, c)
	}
	for _, c := range m.Foreign {
		parts = append(parts, json.RawMessage(c))
	}
	whole["components"] = parts
	data := map[string]any{
		"id": "1", "name": in.Command, "type": 3, "target_id": m.ID,
		"resolved": map[string]any{"messages": map[string]any{m.ID: whole}},
	}
	for _, c := range s.commands[""] {
		if c.Name == in.Command && c.Type == 3 {
			data["id"] = c.ID
			if c.hiddenFrom(in.Permissions) {
				return data, fmt.Errorf("%w: menu %q is hidden from who lacks permissions %s", ErrClient, in.Command, *c.DefaultMemberPermissions)
			}
			return data, nil
		}
	}
	return data, fmt.Errorf("%w: messages have no menu %q", ErrClient, in.Command)
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// lookUp finds a command as the client of a guild shows it: its own before the global.
func (s *Server) lookUp(guildID, name string) (Command, error) {
	for _, scope := range []string{guildID, ""} {
		for _, c := range s.commands[scope] {
			if c.Name == name && c.Type == 1 {
				return c, nil
			}
		}
	}
	return Command{ID: "1"}, fmt.Errorf("%w: there is no command /%s", ErrClient, name)
}

// hiddenFrom reports whether a client does not show the command to somebody with these
// permissions, as long as no admin chose otherwise.
func (c Command) hiddenFrom(permissions int64) bool {
	if c.DefaultMemberPermissions == nil || permissions&Administrator != 0 {
		return false
	}
	needs, err := strconv.ParseInt(*c.DefaultMemberPermissions, 10, 64)
	return err == nil && (needs == 0 || permissions&needs != needs)
}

// typed checks and types the options.
func (s *Server) typed(in *Interaction, known []CommandOption, autocomplete bool) ([]any, map[string]any, error) {
	var wrong error
	out, resolved := []any{}, map[string]any{}
	for _, o := range in.Options {
		i := slices.IndexFunc(known, func(k CommandOption) bool { return k.Name == o.Name })
		kind := kindOf(o.Value)
		if i < 0 {
			wrong = firstError(wrong, fmt.Errorf("%w: /%s has no option %q", ErrClient, in.Command, o.Name))
		} else {
			kind = known[i].Type
			if !o.Focused {
				wrong = firstError(wrong, checkTyped(known[i], o.Value))
			} else if !known[i].Autocomplete {
				wrong = firstError(wrong, fmt.Errorf("%w: option %q has no autocomplete", ErrClient, o.Name))
			}
		}
		entry := map[string]any{"name": o.Name, "type": kind, "value": o.Value}
		if file, isFile := o.Value.(Upload); isFile {
			id := s.newID()
			s.uploads[id] = file
			entry["value"] = id
			merge(resolved, map[string]any{"attachments": map[string]any{id: map[string]any{
				"id": id, "filename": file.Name, "size": len(file.Data), "ephemeral": true,
				"url":       "https://cdn.discordapp.com/ephemeral-attachments/" + in.ChannelID + "/" + id + "/" + file.Name + "?ex=1",
				"proxy_url": "https://media.discordapp.net/ephemeral-attachments/" + in.ChannelID + "/" + id + "/" + file.Name,
			}}})
		}
		if o.Focused {
			entry["focused"] = true
		}
		out = append(out, entry)
		if id, isText := o.Value.(string); isText && kind >= UserOption && kind <= RoleOption {
			merge(resolved, s.resolved(in.GuildID, selectOf(kind), []string{id}))
		}
	}
	if !autocomplete {
		for _, k := range known {
			if k.Required && !slices.ContainsFunc(in.Options, func(o Option) bool { return o.Name == k.Name }) {
				wrong = firstError(wrong, fmt.Errorf("%w: option %q is required", ErrClient, k.Name))
			}
		}
	}
	return out, resolved, wrong
}

func kindOf(v any) int {
	switch v.(type) {
	case Upload:
		return UploadOption
	case bool:
		return BooleanOption
	case int, int64:
		return IntegerOption
	case float64:
		return NumberOption
	}
	return StringOption
}

// checkTyped is what the client checks of a value before it sends it. It lets free text
// through where there is autocomplete, as Discord does.
func checkTyped(k CommandOption, v any) error {
	var n float64
	var fits bool
	switch v := v.(type) {
	case string:
		fits = k.Type == StringOption || k.Type >= UserOption && k.Type <= RoleOption
		l := length(v)
		if k.Type == StringOption && (k.MinLength != nil && l < *k.MinLength || k.MaxLength != nil && *k.MaxLength > 0 && l > *k.MaxLength || l > 6000) {
			return fmt.Errorf("%w: option %q has %d characters", ErrClient, k.Name, l)
		}
	case Upload:
		fits = k.Type == UploadOption
	case bool:
		fits = k.Type == BooleanOption
	case int:
		n = float64(v)
		fits = k.Type == IntegerOption || k.Type == NumberOption
	case int64:
		n = float64(v)
		fits = k.Type == IntegerOption || k.Type == NumberOption
	case float64:
		n = v
		fits = k.Type == NumberOption
	default:
		fits = false
	}
	if !fits {
		return fmt.Errorf("%w: option %q (type %d) does not take %T", ErrClient, k.Name, k.Type, v)
	}
	if k.MinValue != nil && n < *k.MinValue || k.MaxValue != nil && n > *k.MaxValue {
		return fmt.Errorf("%w: option %q is out of range", ErrClient, k.Name)
	}
	if len(k.Choices) > 0 && !slices.ContainsFunc(k.Choices, func(c Choice) bool { return fmt.Sprint(c.Value) == fmt.Sprint(v) }) {
		return fmt.Errorf("%w: option %q has no choice %v", ErrClient, k.Name, v)
	}
	return nil
}

// selectOf maps the type of an option to that of the menu of the same things.
func selectOf(option int) int {
	switch option {
	case UserOption:
		return UserSelect
	case RoleOption:
		return RoleSelect
	}
	return ChannelPick
}

// resolved tells about the things whose ids are sent.
func (s *Server) resolved(guildID string, menu int, ids []string) map[string]any {
	out := map[string]any{}
	put := func(kind, id string, v any) {
		m, _ := out[kind].(map[string]any)
		if m == nil {
			m = map[string]any{}
			out[kind] = m
		}
		m[id] = v
	}
	for _, id := range ids {
		switch menu {
		case ChannelPick:
			if c := s.channels[id]; c != nil && !c.deleted && c.guild == guildID {
				j := s.channelJSON(c)
				j["permissions"] = formatPermissions(s.permissions(s.opt.BotID, c))
				j["app_permissions"] = formatPermissions(s.permissions(s.opt.BotID, c))
				put("channels", id, j)
			}
		case UserSelect, AnySelect:
			if u, known := s.users[id]; known {
				put("users", id, userJSON(u))
			}
		case RoleSelect:
			if g := s.guilds[guildID]; g != nil {
				for i, r := range g.Roles {
					if r.ID == id {
						put("roles", id, roleJSON(i, r))
					}
				}
			}
		}
	}
	return out
}

func merge(into, from map[string]any) {
	for kind, v := range from {
		m, _ := into[kind].(map[string]any)
		if m == nil {
			into[kind] = v
			continue
		}
		add, _ := v.(map[string]any)
		for id, x := range add {
			m[id] = x
		}
	}
}
