package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Option types of commands.
const (
	SubCommand      = 1
	SubCommandGroup = 2
	StringOption    = 3
	IntegerOption   = 4
	BooleanOption   = 5
	UserOption      = 6
	ChannelOption   = 7
	RoleOption      = 8
	NumberOption    = 10
	UploadOption    = 11
)

// Command is a registered application command.
type Command struct {
	ID                       string            `json:"id"`
	ApplicationID            string            `json:"application_id"`
	GuildID                  string            `json:"guild_id,omitempty"`
	Version                  string            `json:"version"`
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	DefaultMemberPermissions *string           `json:"default_member_permissions"`
	Contexts                 []int             `json:"contexts,omitempty"`
	IntegrationTypes         []int             `json:"integration_types,omitempty"`
	NSFW                     bool              `json:"nsfw,omitempty"`
}

// CommandOption is an argument of a command, or a sub-command.
type CommandOption struct {
	Type                     int               `json:"type"`
	Name                     string            `json:"name"`
	NameLocalizations        map[string]string `json:"name_localizations,omitempty"`
	Description              string            `json:"description"`
	DescriptionLocalizations map[string]string `json:"description_localizations,omitempty"`
	Required                 bool              `json:"required,omitempty"`
	Choices                  []Choice          `json:"choices,omitempty"`
	Options                  []CommandOption   `json:"options,omitempty"`
	ChannelTypes             []int             `json:"channel_types,omitempty"`
	MinValue                 *float64          `json:"min_value,omitempty"`
	MaxValue                 *float64          `json:"max_value,omitempty"`
	MinLength                *int              `json:"min_length,omitempty"`
	MaxLength                *int              `json:"max_length,omitempty"`
	Autocomplete             bool              `json:"autocomplete,omitempty"`
}

// Choice is what a user can pick for an option.
type Choice struct {
	Name  string `json:"name"`
	Value any    `json:"value"`
}

// Commands are those registered for a guild; "" asks for the global ones.
func (s *Server) Commands(guildID string) []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands[guildID])
}

func (s *Server) getCommands(c *call) (answer, *refusal) {
	return ok(orEmpty(s.commands[c.arg["guild"]]))
}

// commandScope refuses guilds that the bot is not in.
func (s *Server) commandScope(c *call) (string, *refusal) {
	id := c.arg["guild"]
	if id == "" {
		return "", nil
	}
	if _, e := s.guild(id); e != nil {
		return "", refuse(403, 50001, "Missing Access")
	}
	return id, nil
}

func parseCommand(data []byte) (Command, *refusal) {
	cmd := Command{Type: 1}
	if err := json.Unmarshal(data, &cmd); err != nil {
		return cmd, invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", err.Error()})
	}
	if cmd.Type == 0 {
		cmd.Type = 1
	}
	return cmd, nil
}

// place gives a command its ids and puts it over the one of its name.
func (s *Server) place(scope string, list []Command, cmd Command) ([]Command, Command, bool) {
	cmd.ApplicationID, cmd.GuildID, cmd.Version = s.opt.ApplicationID, scope, s.newID()
	for i, old := range list {
		if old.Name == cmd.Name && old.Type == cmd.Type {
			cmd.ID = old.ID
			list[i] = cmd
			return list, cmd, false
		}
	}
	cmd.ID = s.newID()
	return append(list, cmd), cmd, true
}

func (s *Server) postCommand(c *call) (answer, *refusal) {
	scope, e := s.commandScope(c)
	if e != nil {
		return no(e)
	}
	cmd, e := parseCommand(c.body)
	if e != nil {
		return no(e)
	}
	if e := invalidForm(checkCommand("", cmd)...); e != nil {
		return no(e)
	}
	list, placed, isNew := s.place(scope, slices.Clone(s.commands[scope]), cmd)
	if len(list) > maxCommands {
		return no(refuse(400, 30032, "Maximum number of application commands reached (100)"))
	}
	s.commands[scope] = list
	if isNew {
		return answer{201, placed}, nil
	}
	return ok(placed)
}

// putCommands replaces all of a scope; those of the same name keep their ids.
func (s *Server) putCommands(c *call) (answer, *refusal) {
	scope, e := s.commandScope(c)
	if e != nil {
		return no(e)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(c.body, &raw); err != nil {
		return no(invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", "Only lists are accepted."}))
	}
	wrong := tooMany("", len(raw), maxCommands)
	var next []Command
	names := map[string]bool{}
	for i, r := range raw {
		cmd, e := parseCommand(r)
		if e != nil {
			return no(e)
		}
		wrong = append(wrong, checkCommand(itoa(i)+".", cmd)...)
		key := fmt.Sprint(cmd.Type, cmd.Name)
		if names[key] {
			wrong = append(wrong, fieldError{itoa(i) + ".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"})
		}
		names[key] = true
		_, placed, _ := s.place(scope, slices.Clone(s.commands[scope]), cmd)
		next = append(next, placed)
	}
	if e := invalidForm(wrong...); e != nil {
		return no(e)
	}
	s.commands[scope] = next
	return ok(orEmpty(next))
}

func (s *Server) findCommand(c *call) (string, int, *refusal) {
	scope, e := s.commandScope(c)
	if e != nil {
		return "", 0, e
	}
	i := slices.IndexFunc(s.commands[scope], func(x Command) bool { return x.ID == c.arg["command"] })
	if i < 0 {
		return "", 0, refuse(404, 10063, "Unknown application command")
	}
	return scope, i, nil
}

func (s *Server) patchCommand(c *call) (answer, *refusal) {
	scope, i, e := s.findCommand(c)
	if e != nil {
		return no(e)
	}
	cmd := s.commands[scope][i]
	id := cmd.ID
	if err := json.Unmarshal(c.body, &cmd); err != nil {
		return no(invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", err.Error()}))
	}
	if e := invalidForm(checkCommand("", cmd)...); e != nil {
		return no(e)
	}
	cmd.ID, cmd.Version = id, s.newID()
	s.commands[scope][i] = cmd
	return ok(cmd)
}

func (s *Server) deleteCommand(c *call) (answer, *refusal) {
	scope, i, e := s.findCommand(c)
	if e != nil {
		return no(e)
	}
	s.commands[scope] = slices.Delete(slices.Clone(s.commands[scope]), i, i+1)
	return nothing, nil
}

func checkName(path, name string) []fieldError {
	if length(name) == 0 || length(name) > maxCommandName || !commandName.MatchString(name) || strings.ToLower(name) != name {
		return []fieldError{{path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"}}
	}
	return nil
}

// checkCommand holds a command against the limits; prefix goes before all paths.
func checkCommand(prefix string, c Command) []fieldError {
	if c.Type != 1 {
		return between(prefix+"name", c.Name, maxCommandName)
	}
	out := checkName(prefix+"name", c.Name)
	out = append(out, between(prefix+"description", c.Description, maxDescription)...)
	if p := c.DefaultMemberPermissions; p != nil {
		if _, err := strconv.ParseUint(*p, 10, 64); err != nil {
			out = append(out, fieldError{prefix + "default_member_permissions", "BITFIELD_INVALID", "Not a bit field."})
		}
	}
	for i, v := range c.Contexts {
		if v < 0 || v > 2 {
			out = append(out, fieldError{at(prefix+"contexts", i, ""), "BASE_TYPE_CHOICES", "Value must be one of (0, 1, 2)."})
		}
	}
	out = append(out, checkOptions(prefix+"options", c.Options, 0)...)
	if textOf(c.Name, c.Description, c.Options) > maxCommandText {
		out = append(out, fieldError{prefix + "name", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)"})
	}
	return out
}

// textOf is what counts for the size of a command: names, descriptions and values.
func textOf(name, description string, options []CommandOption) int {
	n := length(name) + length(description)
	for _, o := range options {
		n += textOf(o.Name, o.Description, o.Options)
		for _, c := range o.Choices {
			n += length(c.Name)
			if v, isText := c.Value.(string); isText {
				n += length(v)
			}
		}
	}
	return n
}

func checkOptions(path string, os []CommandOption, depth int) []fieldError {
	out := tooMany(path, len(os), maxCommandOptions)
	names := map[string]bool{}
	optional := false
	for i, o := range os {
		p := at(path, i, "")
		out = append(out, checkName(p+".name", o.Name)...)
		out = append(out, between(p+".description", o.Description, maxDescription)...)
		if names[o.Name] {
			out = append(out, fieldError{p + ".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_USED", "Option names must be unique"})
		}
		names[o.Name] = true
		if o.Required && optional {
			out = append(out, fieldError{p, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options"})
		}
		isSub := o.Type == SubCommand || o.Type == SubCommandGroup
		optional = optional || !o.Required && !isSub
		if isSub != (os[0].Type == SubCommand || os[0].Type == SubCommandGroup) {
			out = append(out, fieldError{p, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types"})
		}
		out = append(out, checkOption(p, o, depth)...)
	}
	return out
}

func checkOption(p string, o CommandOption, depth int) []fieldError {
	var out []fieldError
	bad := func(field, message string) { out = append(out, fieldError{p + field, "BASE_TYPE_CHOICES", message}) }
	switch {
	case o.Type < SubCommand || o.Type > 11:
		bad(".type", "Value must be one of (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).")
	case o.Type == SubCommand && depth > 1, o.Type == SubCommandGroup && depth > 0:
		bad(".type", "Sub-commands cannot be nested like this.")
	case o.Type <= SubCommandGroup:
		return append(out, checkOptions(p+".options", o.Options, depth+1)...)
	case len(o.Options) > 0:
		bad(".options", "Only sub-commands have options.")
	}
	if o.Autocomplete && (len(o.Choices) > 0 || o.Type != StringOption && o.Type != IntegerOption && o.Type != NumberOption) {
		bad(".autocomplete", "Autocomplete does not go with choices or this type.")
	}
	if o.MinLength != nil && (*o.MinLength < 0 || *o.MinLength > 6000) || o.MaxLength != nil && (*o.MaxLength < 1 || *o.MaxLength > 6000) {
		bad(".max_length", "int value should be between 1 and 6000.")
	}
	return append(out, checkChoices(p+".choices", o.Choices, o.Type)...)
}

func checkChoices(path string, cs []Choice, kind int) []fieldError {
	out := tooMany(path, len(cs), maxChoices)
	for i, c := range cs {
		p := at(path, i, "")
		out = append(out, between(p+".name", c.Name, maxChoiceText)...)
		v, isText := c.Value.(string)
		if isText != (kind == StringOption) {
			out = append(out, fieldError{p + ".value", "STRING_TYPE_CONVERT", "The value is not of the option's type."})
		}
		if isText {
			out = append(out, between(p+".value", v, maxChoiceText)...)
		}
	}
	return out
}

func formatPermissions(p int64) string { return strconv.FormatInt(p, 10) }
