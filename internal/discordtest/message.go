package discordtest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Message is one message as the stand-in keeps it.
type Message struct {
	ID, ChannelID, GuildID string
	Author                 User
	Content                string
	Embeds                 []Embed
	Components             []Component
	Attachments            []Attachment
	Flags                  int
	Sent, Edited           time.Time // Edited is zero until the first edit
	Deleted                bool
	Pending                bool // "Bot is thinking…" of a deferred answer
	Nonce                  string
	Repeats                int      // how often the nonce came again and gave this message
	Pings                  []string // who was pinged: "everyone", "here", "user:ID", "role:ID"
	EmbedsDropped          int      // shown without these: the bot lacked EMBED_LINKS
	History                []Past   // what edits replaced, oldest first
	Interaction            string   // id of the interaction it answers
	Viewer                 string   // the only one who sees an ephemeral message
	Reference              string   // the message it replies to
	Foreign                []string // JSON of components that are not kept track of; see SayWith
}

// Past is what a message said before an edit.
type Past struct {
	Content string
	Embeds  []Embed
	At      time.Time // of the edit
}

// Message flags of Discord's.
const (
	SuppressEmbeds        = 1 << 2
	Ephemeral             = 1 << 6
	SuppressNotifications = 1 << 12
	ComponentsV2          = 1 << 15
)

// body is a message as a client asks for it. What was in the JSON at all is in has:
// an edit leaves the rest as it is.
type body struct {
	Content         *string           `json:"content"`
	Embeds          []Embed           `json:"embeds"`
	Components      []Component       `json:"components"`
	AllowedMentions *allowedMentions  `json:"allowed_mentions"`
	Flags           int               `json:"flags"`
	Nonce           json.RawMessage   `json:"nonce"`
	EnforceNonce    bool              `json:"enforce_nonce"`
	Attachments     []attachmentEntry `json:"attachments"`
	Reference       *struct {
		MessageID       string `json:"message_id"`
		FailIfNotExists *bool  `json:"fail_if_not_exists"`
	} `json:"message_reference"`

	has   map[string]bool
	files []upload
}

type attachmentEntry struct {
	ID          json.RawMessage `json:"id"`
	Filename    string          `json:"filename"`
	Description string          `json:"description"`
}

func (e attachmentEntry) id() string { return strings.Trim(string(e.ID), `"`) }

// of reports whether an entry speaks of a file of the same request.
func (e attachmentEntry) of(f upload) bool { return e.id() == itoa(f.index) }

type upload struct {
	index          int // n of files[n]
	name, mimeType string
	data           []byte
}

func parseBody(data []byte, files []upload) (body, *refusal) {
	b := body{files: files, has: map[string]bool{}}
	if len(data) == 0 && len(files) > 0 {
		return b, nil
	}
	var present map[string]json.RawMessage
	if err := json.Unmarshal(data, &present); err != nil {
		return b, refuse(400, 50109, "The request body contains invalid JSON.")
	}
	for k := range present {
		b.has[k] = true // null empties a field as [] does
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return b, invalidForm(fieldError{"", "MODEL_TYPE_CONVERT", err.Error()})
	}
	return b, nil
}

func (b body) nonce() string { return strings.Trim(string(b.Nonce), `"`) }

func (b body) content() string {
	if b.Content == nil {
		return ""
	}
	return strings.TrimSpace(*b.Content)
}

// apply writes what b says into m. Embeds go when the bot may not show them.
func (s *Server) apply(m *Message, b body, may int64, edit bool) {
	now := s.opt.Now()
	if edit && !m.Pending {
		m.History = append(m.History, Past{m.Content, m.Embeds, now})
		m.Edited = now
	}
	if b.has["content"] {
		m.Content = b.content()
	}
	if b.has["embeds"] {
		m.Embeds = trimmed(b.Embeds)
		if may&EmbedLinks == 0 {
			m.EmbedsDropped, m.Embeds = m.EmbedsDropped+len(m.Embeds), nil
		}
	}
	if b.has["components"] {
		m.Components = b.Components
	}
	if b.has["flags"] {
		const settable = SuppressEmbeds | SuppressNotifications | ComponentsV2
		m.Flags = m.Flags&(Ephemeral|ComponentsV2) | b.Flags&settable
	}
	s.attach(m, b, edit)
	m.Pings = append(m.Pings, s.pings(m, b.AllowedMentions, may)...)
	m.Pending = false
}

// attach keeps the files that an edit names, or all when it names none, and adds the
// new ones.
func (s *Server) attach(m *Message, b body, edit bool) {
	if edit && b.has["attachments"] {
		m.Attachments = slices.DeleteFunc(m.Attachments, func(a Attachment) bool {
			return !slices.ContainsFunc(b.Attachments, func(e attachmentEntry) bool {
				return e.id() == a.ID
			})
		})
	}
	for _, f := range b.files {
		if edit && b.has["attachments"] && !slices.ContainsFunc(b.Attachments, func(e attachmentEntry) bool { return e.of(f) }) {
			s.violate("the edit of %s brings %s, which its attachments don't name: from v10 on it would be lost", m.ID, f.name)
			continue
		}
		a := Attachment{ID: s.newID(), Filename: f.name, ContentType: f.mimeType, Size: len(f.data), Data: f.data}
		for _, e := range b.Attachments {
			if e.of(f) {
				a.Description = e.Description
			}
		}
		m.Attachments = append(m.Attachments, a)
	}
}

func trimmed(es []Embed) []Embed {
	out := slices.Clone(es)
	for i := range out {
		e := &out[i]
		e.Title, e.Description = strings.TrimSpace(e.Title), strings.TrimSpace(e.Description)
		if e.Type == "" {
			e.Type = "rich"
		}
	}
	return out
}

// clone is a copy that later edits do not reach.
func (m *Message) clone() Message {
	c := *m
	c.Embeds, c.Components = slices.Clone(m.Embeds), slices.Clone(m.Components)
	c.Attachments, c.Pings, c.History = slices.Clone(m.Attachments), slices.Clone(m.Pings), slices.Clone(m.History)
	return c
}

// Messages are what was sent to a channel for all to see, oldest first; deleted ones
// are among them and say so.
func (s *Server) Messages(channelID string) []Message { return s.list(channelID, false) }

// EphemeralMessages are those of a channel that only one user sees, oldest first.
func (s *Server) EphemeralMessages(channelID string) []Message { return s.list(channelID, true) }

func (s *Server) list(channelID string, ephemeral bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channelID]
	if c == nil {
		return nil
	}
	var out []Message
	for _, m := range c.messages {
		if m.Flags&Ephemeral != 0 == ephemeral {
			out = append(out, m.clone())
		}
	}
	return out
}

// Say puts a message of a user into a channel, as noise between those of the bot. The
// bot sees it without its text: it has no message content intent.
func (s *Server) Say(channelID, userID, text string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channelID]
	if c == nil || c.deleted {
		return Message{}, errNoChannel(channelID)
	}
	m := s.newMessage(c)
	m.Author, m.Content = s.users[userID], text
	m.Author.ID = userID
	return m.clone(), nil
}

// Message is a message as it is now; false: there is none of this ID.
func (s *Server) Message(id string) (Message, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.messages[id]
	if m == nil || m.Deleted {
		return Message{}, false
	}
	return m.clone(), true
}

// SayWith posts a message of somebody else's application, with components as JSON: of
// kinds, too, that no library knows.
func (s *Server) SayWith(channelID, userID, text string, components ...string) (Message, error) {
	m, err := s.Say(channelID, userID, text)
	if err != nil {
		return m, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.messages[m.ID]
	kept.Foreign = components
	return kept.clone(), nil
}

func (s *Server) newMessage(c *channelState) *Message {
	m := &Message{ID: s.newID(), ChannelID: c.ID, GuildID: c.guild, Author: s.bot(), Sent: s.opt.Now()}
	c.messages = append(c.messages, m)
	s.messages[m.ID] = m
	return m
}

const stamp = "2006-01-02T15:04:05.000000-07:00"

func (s *Server) messageJSON(m *Message) map[string]any {
	content, embeds, components := m.Content, orEmpty(m.Embeds), orEmpty(m.Components)
	attachments := []any{}
	for _, a := range m.Attachments {
		url := "https://cdn.discordapp.com/attachments/" + m.ChannelID + "/" + a.ID + "/" + a.Filename
		attachments = append(attachments, map[string]any{"id": a.ID, "filename": a.Filename, "size": a.Size,
			"url": url, "proxy_url": url, "content_type": a.ContentType, "description": a.Description})
	}
	if m.Author.ID != s.opt.BotID {
		content, embeds, components, attachments = "", []Embed{}, []Component{}, []any{}
	}
	out := map[string]any{
		"id": m.ID, "channel_id": m.ChannelID, "author": userJSON(m.Author), "content": content,
		"timestamp": m.Sent.UTC().Format(stamp), "edited_timestamp": nil, "tts": false, "mention_everyone": false,
		"mentions": []any{}, "mention_roles": []any{}, "attachments": attachments, "embeds": embeds,
		"components": components, "pinned": false, "type": 0, "flags": m.Flags,
	}
	if !m.Edited.IsZero() {
		out["edited_timestamp"] = m.Edited.UTC().Format(stamp)
	}
	if m.Interaction != "" {
		out["type"], out["application_id"], out["webhook_id"] = 20, s.opt.ApplicationID, s.opt.ApplicationID
	}
	if m.Reference != "" {
		out["type"], out["message_reference"] = 19, map[string]any{"message_id": m.Reference, "channel_id": m.ChannelID, "guild_id": m.GuildID}
	}
	if m.Pending {
		out["flags"] = m.Flags | 1<<7
	}
	return out
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Text is all that a reader sees of it, a line each: content, embeds, buttons not.
func (m Message) Text() string {
	var lines []string
	add := func(parts ...string) {
		for _, p := range parts {
			if p != "" {
				lines = append(lines, p)
			}
		}
	}
	add(m.Content)
	for _, e := range m.Embeds {
		if e.Author != nil {
			add(e.Author.Name)
		}
		add(e.Title, e.Description)
		for _, f := range e.Fields {
			add(f.Name, f.Value)
		}
		if e.Footer != nil {
			add(e.Footer.Text)
		}
	}
	add(strings.TrimSpace(displayed(m.Components)))
	return strings.Join(lines, "\n")
}
