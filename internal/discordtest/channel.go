package discordtest

import (
	"slices"
	"strconv"
)

type nonceEntry struct {
	message *Message
	until   int64 // UnixNano of the server's clock
}

func (s *Server) getChannel(c *call) (answer, *refusal) {
	ch, _, e := s.reach(c.arg["channel"])
	if e != nil {
		return no(e)
	}
	return ok(s.channelJSON(ch))
}

func (s *Server) postMessage(c *call) (answer, *refusal) {
	ch, may, e := s.writable(c.arg["channel"])
	if e != nil {
		return no(e)
	}
	b, e := parseBody(c.body, c.files)
	if e != nil {
		return no(e)
	}
	if len(c.files) > 0 && may&AttachFiles == 0 {
		return no(refuse(403, 50013, "Missing Permissions"))
	}
	if e := invalidForm(checkMessage(b)...); e != nil {
		return no(e)
	}
	if b.empty() {
		return no(refuse(400, 50006, "Cannot send an empty message"))
	}
	nonce := b.nonce()
	if old, known := s.nonces[nonce]; known && b.EnforceNonce && nonce != "" && s.opt.Now().UnixNano() < old.until {
		old.message.Repeats++
		return ok(withNonce(s.messageJSON(old.message), b))
	}
	if b.Reference != nil {
		if e := s.checkReference(ch, may, b); e != nil {
			return no(e)
		}
	}
	m := s.newMessage(ch)
	m.Nonce = nonce
	if b.Reference != nil && s.messages[b.Reference.MessageID] != nil {
		m.Reference = b.Reference.MessageID
	}
	s.apply(m, b, may, false)
	if nonce != "" {
		s.nonces[nonce] = nonceEntry{m, s.opt.Now().Add(s.opt.NonceWindow).UnixNano()}
	}
	return ok(withNonce(s.messageJSON(m), b))
}

// withNonce echoes the nonce, as only the answer to sending does.
func withNonce(j map[string]any, b body) map[string]any {
	if len(b.Nonce) > 0 {
		j["nonce"] = b.Nonce
	}
	return j
}

func (s *Server) checkReference(ch *channelState, may int64, b body) *refusal {
	if may&ReadMessageHistory == 0 {
		return refuse(400, 160002, "Cannot reply without permission to read message history")
	}
	m := s.messages[b.Reference.MessageID]
	if (m == nil || m.Deleted || m.ChannelID != ch.ID) && (b.Reference.FailIfNotExists == nil || *b.Reference.FailIfNotExists) {
		return invalidForm(fieldError{"message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"})
	}
	return nil
}

func (b body) empty() bool {
	return b.content() == "" && len(b.Embeds) == 0 && len(b.Components) == 0 && len(b.files) == 0
}

// findMessage is a message of a channel that the bot can see.
func (s *Server) findMessage(c *call) (*Message, *channelState, int64, *refusal) {
	ch, may, e := s.reach(c.arg["channel"])
	if e != nil {
		return nil, nil, 0, e
	}
	m := s.messages[c.arg["message"]]
	if m == nil || m.Deleted || m.ChannelID != ch.ID || m.Flags&Ephemeral != 0 {
		return nil, nil, 0, refuse(404, 10008, "Unknown Message")
	}
	return m, ch, may, nil
}

func (s *Server) getMessage(c *call) (answer, *refusal) {
	m, _, may, e := s.findMessage(c)
	if e != nil {
		return no(e)
	}
	if may&ReadMessageHistory == 0 {
		return no(refuse(403, 50013, "Missing Permissions"))
	}
	return ok(s.messageJSON(m))
}

// getMessages lists newest first; without READ_MESSAGE_HISTORY it is empty.
func (s *Server) getMessages(c *call) (answer, *refusal) {
	ch, may, e := s.reach(c.arg["channel"])
	if e != nil {
		return no(e)
	}
	limit := 50
	if v := c.query.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxFetchedMessages {
			return no(invalidForm(fieldError{"limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100."}))
		}
		limit = n
	}
	before, after := c.query.Get("before"), c.query.Get("after")
	if around := c.query.Get("around"); around != "" {
		return no(invalidForm(fieldError{"around", "NOT_MODELLED", "The stand-in does not know \"around\"."}))
	}
	if may&ReadMessageHistory == 0 {
		return ok([]any{})
	}
	var seen []*Message
	for _, m := range ch.messages {
		if !m.Deleted && m.Flags&Ephemeral == 0 && (before == "" || compareIDs(m.ID, before) < 0) && (after == "" || compareIDs(m.ID, after) > 0) {
			seen = append(seen, m)
		}
	}
	if after != "" {
		seen = seen[:min(limit, len(seen))]
	} else {
		seen = seen[max(0, len(seen)-limit):]
	}
	out := []any{}
	for _, m := range slices.Backward(seen) {
		out = append(out, s.messageJSON(m))
	}
	return ok(out)
}

func (s *Server) patchMessage(c *call) (answer, *refusal) {
	m, _, _, e := s.findMessage(c)
	if e != nil {
		return no(e)
	}
	if m.Author.ID != s.opt.BotID {
		return no(refuse(403, 50005, "Cannot edit a message authored by another user"))
	}
	_, may, e := s.writable(m.ChannelID)
	if e != nil {
		return no(e)
	}
	return s.edit(m, c, may)
}

// edit changes a message by a PATCH, from whichever route it came.
func (s *Server) edit(m *Message, c *call, may int64) (answer, *refusal) {
	b, e := parseBody(c.body, c.files)
	if e != nil {
		return no(e)
	}
	if len(c.files) > 0 && may&AttachFiles == 0 {
		return no(refuse(403, 50013, "Missing Permissions"))
	}
	if e := s.checkEdit(m, b); e != nil {
		return no(e)
	}
	s.apply(m, b, may, true)
	return ok(s.messageJSON(m))
}

// checkEdit looks at what the message would be afterwards.
func (s *Server) checkEdit(m *Message, b body) *refusal {
	after := b
	if !b.has["content"] {
		after.Content = &m.Content
	}
	if !b.has["embeds"] {
		after.Embeds = m.Embeds
	}
	if !b.has["components"] {
		after.Components = m.Components
	}
	after.Flags |= m.Flags & ComponentsV2
	if e := invalidForm(checkMessage(after)...); e != nil {
		return e
	}
	if after.empty() && (len(m.Attachments) == 0 || b.has["attachments"] && len(b.Attachments) == 0) {
		return refuse(400, 50006, "Cannot send an empty message")
	}
	return nil
}

func (s *Server) deleteMessage(c *call) (answer, *refusal) {
	m, _, may, e := s.findMessage(c)
	if e != nil {
		return no(e)
	}
	if m.Author.ID != s.opt.BotID && may&ManageMessages == 0 {
		return no(refuse(403, 50013, "Missing Permissions"))
	}
	m.Deleted = true
	return nothing, nil
}

func (s *Server) typing(c *call) (answer, *refusal) {
	if _, _, e := s.writable(c.arg["channel"]); e != nil {
		return no(e)
	}
	return nothing, nil
}
