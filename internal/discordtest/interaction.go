package discordtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kinds of interactions.
const (
	CommandInteraction      = 2
	ComponentInteraction    = 3
	AutocompleteInteraction = 4
	ModalInteraction        = 5
)

// Kinds of first answers ("callbacks").
const (
	ReplyNow       = 4
	ReplyLater     = 5
	UpdateLater    = 6
	UpdateNow      = 7
	ShowChoices    = 8
	ShowModal      = 9
	callbackWindow = 3 * time.Second
	tokenLife      = 15 * time.Minute
)

// Errors of Interact.
var (
	// ErrOffline says that no bot is connected.
	ErrOffline = errors.New("discordtest: no bot is connected to the gateway")
	// ErrNoAnswer says that the bot did not answer while Interact was patient; a user
	// would read "The application did not respond".
	ErrNoAnswer = errors.New("discordtest: the application did not respond")
	// ErrClient says that Discord's own client would not have let the user do it.
	ErrClient = errors.New("discordtest: the client refuses")
)

// Interaction is what a user does. What the client knows, such as ids and types of
// options, is looked up in what the bot registered and sent.
type Interaction struct {
	// Kind is one of the kinds above; by default it follows from what is given: a
	// MessageID is a component's, Fields a modal's, a focused option autocomplete.
	Kind      int
	GuildID   string // of the channel when empty
	ChannelID string
	User      User // added to the guild when not a member
	// Permissions of the user in the channel; 0 computes them from roles.
	Permissions int64
	Locale      string // default en-US

	Command string // with sub-commands: "watch add"
	Options []Option

	Target string // the message whose menu Command is

	MessageID string // of the component
	CustomID  string // of component or modal
	Values    []string
	Fields    map[string]string // of a modal, by custom id

	// Forge sends it though the client would not: unknown commands and components,
	// wrong or missing options, forged ids.
	Forge bool
}

// Upload is the Value of an option that takes a file.
type Upload struct {
	Name string
	Data []byte
}

// Option is an argument. For channels, roles and users Value is the id.
type Option struct {
	Name    string
	Value   any
	Focused bool
}

// Response is what the user got.
type Response struct {
	InteractionID, Token string
	Callback             int       // kind of the first answer; 0 for none
	Deferred             bool      // it came in two steps
	Ephemeral            bool      // only the user sees it
	Message              *Message  // the answer, or the updated message, as it is now
	Followups            []Message // as they are now
	Choices              []Choice  // of autocomplete
	Modal                *Modal
	CallbackAfter        time.Duration // on the server's clock
	AnswerAfter          time.Duration // 0 while there is none
	Edits                int           // of the original answer
}

// Modal is a form the user got.
type Modal struct {
	CustomID   string      `json:"custom_id"`
	Title      string      `json:"title"`
	Components []Component `json:"components"`
}

// interactionState is one interaction on its way.
type interactionState struct {
	in        Interaction
	id, token string
	kind      int
	sent      time.Time
	callback  int
	acked     time.Time
	answered  time.Time
	ephemeral bool
	original  *Message // the answer, or the message of the component for updates
	removed   bool     // the original was deleted
	pending   bool     // the next followup takes the place of the original
	followups []*Message
	choices   []Choice
	modal     *Modal
	edits     int
	done      chan struct{} // closed when the user has something to look at
	closed    bool
}

// Interact lets a user do something and waits for what they get: the first answer, or
// after a deferral what is put in its place. It waits no longer than Options.Patience,
// and then says ErrNoAnswer, with what there was until then. An UpdateLater that is
// never followed by anything is no error.
func (s *Server) Interact(in Interaction) (*Response, error) {
	i, err := s.begin(in)
	if err != nil {
		return nil, err
	}
	t := time.NewTimer(s.opt.Patience)
	defer t.Stop()
	select {
	case <-i.done:
	case <-t.C:
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := i.response()
	if i.answered.IsZero() && i.callback != UpdateLater {
		return r, ErrNoAnswer
	}
	return r, nil
}

// Answer is the present state of an interaction, for what comes after Interact went.
func (s *Server) Answer(interactionID string) (*Response, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[interactionID]
	if i == nil {
		return nil, false
	}
	return i.response(), true
}

func (s *Server) begin(in Interaction) (*interactionState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[in.ChannelID]
	if c == nil || c.deleted {
		return nil, errNoChannel(in.ChannelID)
	}
	if in.GuildID == "" {
		in.GuildID = c.guild
	}
	if err := s.admit(&in, c); err != nil {
		return nil, err
	}
	data, kind, err := s.interactionData(&in)
	if err != nil && !in.Forge {
		return nil, err
	}
	id := s.newID()
	i := &interactionState{in: in, id: id, token: "aW50ZXJhY3Rpb24-" + id, kind: kind, sent: s.opt.Now(), done: make(chan struct{})}
	if kind == ComponentInteraction {
		i.original = s.messages[in.MessageID]
	}
	event := s.interactionJSON(i, c, data)
	if !s.dispatch("INTERACTION_CREATE", event) {
		return nil, ErrOffline
	}
	s.interactions[id], s.tokens[i.token] = i, i
	return i, nil
}

// admit makes the user a member and sees that they can be where they are.
func (s *Server) admit(in *Interaction, c *channelState) error {
	if in.User.ID == "" {
		in.User = User{ID: "200000000000000001", Name: "reader"}
	}
	s.users[in.User.ID] = in.User
	g := s.guilds[c.guild]
	if g == nil {
		return nil
	}
	if g.gone && !in.Forge {
		return fmt.Errorf("%w: the bot is not in guild %s", ErrClient, g.ID)
	}
	if _, known := g.member(in.User.ID); !known {
		g.Members = append(g.Members, Member{User: in.User})
	}
	if in.Permissions == 0 {
		in.Permissions = s.permissions(in.User.ID, c)
	}
	if in.Permissions&(ViewChannel|Administrator) == 0 {
		in.Permissions |= ViewChannel
	}
	return nil
}

func (s *Server) interactionJSON(i *interactionState, c *channelState, data map[string]any) map[string]any {
	in := i.in
	if in.Locale == "" {
		in.Locale = "en-US"
	}
	out := map[string]any{
		"id": i.id, "application_id": s.opt.ApplicationID, "type": i.kind, "token": i.token, "version": 1,
		"channel_id": c.ID, "channel": s.channelJSON(c), "locale": in.Locale, "data": data, "entitlements": []any{},
		"app_permissions": formatPermissions(s.permissions(s.opt.BotID, c)), "attachment_size_limit": maxFileSize,
	}
	g := s.guilds[c.guild]
	if g == nil {
		out["user"], out["context"] = userJSON(in.User), 1
		out["authorizing_integration_owners"] = map[string]any{"0": "0"}
	} else {
		m, _ := g.member(in.User.ID)
		member := s.memberJSON(m)
		member["permissions"] = formatPermissions(in.Permissions)
		out["member"], out["guild_id"], out["guild_locale"], out["context"] = member, in.GuildID, "en-US", 0
		out["guild"] = map[string]any{"id": in.GuildID, "locale": "en-US", "features": []any{}}
		out["authorizing_integration_owners"] = map[string]any{"0": in.GuildID}
	}
	if i.kind == ComponentInteraction && i.original != nil {
		out["message"] = s.messageJSON(i.original)
	}
	return out
}

// interactionData is the part that says what is done.
func (s *Server) interactionData(in *Interaction) (map[string]any, int, error) {
	kind := in.Kind
	if kind == 0 {
		kind = CommandInteraction
		switch {
		case in.MessageID != "":
			kind = ComponentInteraction
		case in.Fields != nil:
			kind = ModalInteraction
		case slices.ContainsFunc(in.Options, func(o Option) bool { return o.Focused }):
			kind = AutocompleteInteraction
		}
	}
	switch kind {
	case ComponentInteraction:
		data, err := s.componentData(in)
		return data, kind, err
	case ModalInteraction:
		return modalData(in), kind, nil
	}
	data, err := s.commandData(in, kind == AutocompleteInteraction)
	return data, kind, err
}

func (s *Server) componentData(in *Interaction) (map[string]any, error) {
	m := s.messages[in.MessageID]
	data := map[string]any{"custom_id": in.CustomID, "component_type": ButtonType, "id": 1}
	if in.Values != nil {
		data["component_type"], data["values"] = StringSelect, in.Values
	}
	if m == nil || m.Deleted {
		return data, fmt.Errorf("%w: there is no message %s", ErrClient, in.MessageID)
	}
	if m.Flags&Ephemeral != 0 && m.Viewer != in.User.ID {
		return data, fmt.Errorf("%w: the message is for %s only", ErrClient, m.Viewer)
	}
	c, found := m.Find(func(c Component) bool { return c.CustomID != "" && c.CustomID == in.CustomID })
	switch {
	case !found:
		return data, fmt.Errorf("%w: message %s has no component %q", ErrClient, m.ID, in.CustomID)
	case c.Disabled:
		return data, fmt.Errorf("%w: component %q is disabled", ErrClient, in.CustomID)
	}
	data["component_type"] = c.Type
	if c.Type == StringSelect {
		for _, v := range in.Values {
			if !slices.ContainsFunc(c.Options, func(o SelectOption) bool { return o.Value == v }) {
				return data, fmt.Errorf("%w: menu %q has no value %q", ErrClient, in.CustomID, v)
			}
		}
	}
	if c.Type != ButtonType {
		data["values"] = orEmpty(in.Values)
		data["resolved"] = s.resolved(in.GuildID, c.Type, in.Values)
	}
	return data, nil
}

func modalData(in *Interaction) map[string]any {
	rows := []any{}
	names := make([]string, 0, len(in.Fields))
	for k := range in.Fields {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		input := map[string]any{"type": TextInput, "custom_id": k, "value": in.Fields[k]}
		rows = append(rows, map[string]any{"type": ActionRow, "components": []any{input}})
	}
	return map[string]any{"custom_id": in.CustomID, "components": rows}
}

// finish lets Interact go on.
func (i *interactionState) finish() {
	if !i.closed {
		i.closed = true
		close(i.done)
	}
}

func (i *interactionState) answeredAt(t time.Time) {
	if i.answered.IsZero() {
		i.answered = t
	}
	i.finish()
}

func (i *interactionState) response() *Response {
	r := &Response{
		InteractionID: i.id, Token: i.token, Callback: i.callback, Ephemeral: i.ephemeral,
		Deferred: i.callback == ReplyLater || i.callback == UpdateLater, Choices: slices.Clone(i.choices), Modal: i.modal, Edits: i.edits,
	}
	if i.callback != 0 {
		r.CallbackAfter = i.acked.Sub(i.sent)
	}
	if !i.answered.IsZero() {
		r.AnswerAfter = i.answered.Sub(i.sent)
	}
	if i.original != nil && i.callback != 0 && i.callback != ShowModal && i.callback != ShowChoices {
		m := i.original.clone()
		r.Message = &m
	}
	for _, f := range i.followups {
		r.Followups = append(r.Followups, f.clone())
	}
	return r
}

// Text is all that the user can read of it: answers and choices, a line each.
func (r *Response) Text() string {
	var lines []string
	add := func(m *Message) {
		lines = append(lines, m.Text())
	}
	if r.Message != nil {
		add(r.Message)
	}
	for i := range r.Followups {
		add(&r.Followups[i])
	}
	for _, c := range r.Choices {
		lines = append(lines, c.Name)
	}
	if r.Modal != nil {
		lines = append(lines, r.Modal.Title)
	}
	return strings.Join(lines, "\n")
}
