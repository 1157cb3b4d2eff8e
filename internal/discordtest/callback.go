package discordtest

import (
	"encoding/json"
	"fmt"
	"slices"
)

// callback is the first answer to an interaction.
func (s *Server) callback(c *call) (answer, *refusal) {
	i := s.interactions[c.arg["interaction"]]
	now := s.opt.Now()
	switch {
	case i == nil || i.token != c.arg["token"]:
		return no(refuse(404, 10062, "Unknown interaction"))
	case i.callback != 0:
		return no(refuse(400, 40060, "Interaction has already been acknowledged."))
	case now.Sub(i.sent) > callbackWindow:
		return no(refuse(404, 10062, "Unknown interaction"))
	}
	var in struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return no(invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", err.Error()}))
	}
	if !slices.Contains(allowedCallbacks(i), in.Type) {
		return no(invalidForm(fieldError{"type", "INTERACTION_TYPE_INVALID", fmt.Sprintf("A callback of type %d does not answer an interaction of type %d.", in.Type, i.kind)}))
	}
	if e := s.firstAnswer(i, in.Type, in.Data, c); e != nil {
		return no(e)
	}
	i.callback, i.acked = in.Type, now
	if in.Type != ReplyLater && in.Type != UpdateLater {
		i.answeredAt(now)
	}
	return s.callbackAnswer(i, c), nil
}

// callbackAnswer is empty unless the message is asked for.
func (s *Server) callbackAnswer(i *interactionState, c *call) answer {
	if c.query.Get("with_response") != "true" {
		return nothing
	}
	out := map[string]any{"interaction": map[string]any{"id": i.id, "type": i.kind}}
	if i.original != nil {
		out["resource"] = map[string]any{"type": i.callback, "message": s.messageJSON(i.original)}
	}
	return answer{200, out}
}

// allowedCallbacks by kind: choices only for autocomplete, updates only where there is a
// message to update, no form upon a form.
func allowedCallbacks(i *interactionState) []int {
	switch i.kind {
	case AutocompleteInteraction:
		return []int{ShowChoices}
	case ComponentInteraction:
		return []int{ReplyNow, ReplyLater, UpdateLater, UpdateNow, ShowModal}
	case ModalInteraction:
		return []int{ReplyNow, ReplyLater}
	}
	return []int{ReplyNow, ReplyLater, ShowModal}
}

func (s *Server) firstAnswer(i *interactionState, kind int, data []byte, c *call) *refusal {
	switch kind {
	case ShowChoices:
		return i.takeChoices(data)
	case ShowModal:
		return i.takeModal(data)
	case UpdateLater:
		return nil
	}
	if len(data) == 0 {
		data = []byte("{}")
	}
	b, e := parseBody(data, c.files)
	if e != nil {
		return e
	}
	switch kind {
	case ReplyLater:
		if b.Flags&^Ephemeral != 0 || b.content() != "" || len(b.Embeds) > 0 || len(b.Components) > 0 {
			s.violate("%s: a deferral takes nothing but the ephemeral flag; the rest is lost", c.path)
		}
		i.pending = true
		s.answerMessage(i, b).Pending = true
		return nil
	case UpdateNow:
		if i.original == nil {
			return refuse(404, 10008, "Unknown Message")
		}
		if e := s.checkEdit(i.original, b); e != nil {
			return e
		}
		s.apply(i.original, b, AllPermissions, true)
		return nil
	}
	if e := invalidForm(checkMessage(b)...); e != nil {
		return e
	}
	if b.empty() {
		return refuse(400, 50006, "Cannot send an empty message")
	}
	s.apply(s.answerMessage(i, b), b, AllPermissions, false)
	return nil
}

// answerMessage makes the original answer; who sees it is settled from here on.
func (s *Server) answerMessage(i *interactionState, b body) *Message {
	i.ephemeral = b.Flags&Ephemeral != 0
	i.original = s.reply(i)
	return i.original
}

// reply is a new message in answer to an interaction.
func (s *Server) reply(i *interactionState) *Message {
	m := s.newMessage(s.channels[i.in.ChannelID])
	m.Interaction, m.Viewer = i.id, i.in.User.ID
	if i.ephemeral {
		m.Flags |= Ephemeral
	}
	return m
}

func (i *interactionState) takeChoices(data []byte) *refusal {
	var in struct {
		Choices []Choice `json:"choices"`
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &in); err != nil {
			return invalidForm(fieldError{"data", "MODEL_TYPE_CONVERT", err.Error()})
		}
	}
	kind := StringOption
	for _, o := range i.in.Options {
		if o.Focused {
			kind = kindOf(o.Value)
		}
	}
	if e := invalidForm(checkChoices("data.choices", in.Choices, kind)...); e != nil {
		return e
	}
	i.choices = orEmpty(in.Choices)
	return nil
}

func (i *interactionState) takeModal(data []byte) *refusal {
	var m Modal
	if err := json.Unmarshal(data, &m); err != nil {
		return invalidForm(fieldError{"data", "MODEL_TYPE_CONVERT", err.Error()})
	}
	if e := invalidForm(checkModal(m)...); e != nil {
		return e
	}
	i.modal = &m
	return nil
}

func checkModal(m Modal) []fieldError {
	out := between("data.title", m.Title, maxModalTitle)
	out = append(out, checkCustomID("data.custom_id", m.CustomID, map[string]bool{})...)
	if len(m.Components) == 0 || len(m.Components) > maxModalRows {
		out = append(out, fieldError{"data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."})
	}
	seen := map[string]bool{}
	for i, row := range m.Components {
		p := at("data.components", i, "components")
		if row.Type != ActionRow || len(row.Components) != 1 || row.Components[0].Type != TextInput {
			out = append(out, fieldError{p, "UNION_TYPE_CHOICES", "A row of a modal holds one text input."})
			continue
		}
		in := row.Components[0]
		p = at(p, 0, "")
		out = append(out, checkCustomID(p+".custom_id", in.CustomID, seen)...)
		out = append(out, between(p+".label", in.Label, maxInputLabel)...)
		out = append(out, tooLong(p+".value", in.Value, maxInputValue)...)
		out = append(out, tooLong(p+".placeholder", in.Placeholder, maxInputPrompt)...)
		if in.MaxLength != nil && (*in.MaxLength < 1 || *in.MaxLength > maxInputValue) {
			out = append(out, fieldError{p + ".max_length", "NUMBER_TYPE_MAX", "int value should be between 1 and 4000."})
		}
	}
	return out
}

// byToken is the interaction of a webhook route, or why it can't be used.
func (s *Server) byToken(c *call) (*interactionState, *refusal) {
	i := s.tokens[c.arg["token"]]
	switch {
	case i == nil:
		return nil, refuse(404, 10015, "Unknown Webhook")
	case s.opt.Now().Sub(i.sent) > tokenLife:
		return nil, refuse(401, 50027, "Invalid Webhook Token")
	case i.callback == 0:
		return nil, refuse(404, 10015, "Unknown Webhook")
	}
	return i, nil
}

// repliedMessage is @original or a followup.
func (s *Server) repliedMessage(c *call) (*interactionState, *Message, *refusal) {
	i, e := s.byToken(c)
	if e != nil {
		return nil, nil, e
	}
	var m *Message
	if id := c.arg["message"]; id == "@original" || i.original != nil && i.original.ID == id {
		m = i.original
		if i.callback == ShowChoices || i.callback == ShowModal && i.kind != ComponentInteraction {
			m = nil
		}
	} else {
		k := slices.IndexFunc(i.followups, func(f *Message) bool { return f.ID == id })
		if k >= 0 {
			m = i.followups[k]
		}
	}
	if m == nil || m.Deleted {
		return nil, nil, refuse(404, 10008, "Unknown Message")
	}
	return i, m, nil
}

func (s *Server) getReply(c *call) (answer, *refusal) {
	_, m, e := s.repliedMessage(c)
	if e != nil {
		return no(e)
	}
	return ok(s.messageJSON(m))
}

func (s *Server) patchReply(c *call) (answer, *refusal) {
	i, m, e := s.repliedMessage(c)
	if e != nil {
		return no(e)
	}
	a, e := s.edit(m, c, AllPermissions)
	if e != nil {
		return no(e)
	}
	if m == i.original {
		i.edits++
		i.pending = false
	}
	i.answeredAt(s.opt.Now())
	return a, nil
}

func (s *Server) deleteReply(c *call) (answer, *refusal) {
	i, m, e := s.repliedMessage(c)
	if e != nil {
		return no(e)
	}
	m.Deleted = true
	if m == i.original {
		i.removed, i.pending = true, false
		i.answeredAt(s.opt.Now())
	}
	return nothing, nil
}

// postFollowup adds a message; right after a deferral it takes the place of "Bot is
// thinking…", whose visibility it keeps.
func (s *Server) postFollowup(c *call) (answer, *refusal) {
	i, e := s.byToken(c)
	if e != nil {
		return no(e)
	}
	b, e := parseBody(c.body, c.files)
	if e != nil {
		return no(e)
	}
	if e := invalidForm(checkMessage(b)...); e != nil {
		return no(e)
	}
	if b.empty() {
		return no(refuse(400, 50006, "Cannot send an empty message"))
	}
	m := i.original
	if i.pending {
		i.pending = false
	} else {
		m = s.reply(i)
		m.Flags = m.Flags&^Ephemeral | b.Flags&Ephemeral
		i.followups = append(i.followups, m)
	}
	s.apply(m, b, AllPermissions, false)
	i.answeredAt(s.opt.Now())
	return ok(s.messageJSON(m))
}
