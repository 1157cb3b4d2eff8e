package discordtest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// session outlives its connections until it is ended.
type session struct {
	id      string
	intents int
	seq     int
	events  []frame // with seq, newest last
	conn    *gatewayConn
	shard   [2]int // its number, and of how many; of none in particular when zero
}

// serves reports whether a session is of the shard that a guild is in.
func (se *session) serves(guildID string) bool {
	id, err := strconv.ParseUint(guildID, 10, 64)
	return se.shard[1] < 2 || err != nil || int(id>>22)%se.shard[1] == se.shard[0]
}

func (s *Server) identify(c *gatewayConn, data []byte) {
	var in struct {
		Token      string         `json:"token"`
		Intents    *int           `json:"intents"`
		Properties map[string]any `json:"properties"`
		Shard      []int          `json:"shard"`
	}
	if json.Unmarshal(data, &in) != nil || in.Properties == nil || in.Intents == nil {
		s.hangUp(c, closeDecode, "IDENTIFY without token, intents or properties")
		return
	}
	s.gateway.identifies++
	switch {
	case c.session != nil:
		s.hangUp(c, closeIdentified, "a second IDENTIFY")
	case strings.TrimPrefix(in.Token, "Bot ") != s.opt.Token:
		c.push(frame{close: closeToken})
	case *in.Intents&^allIntents != 0 || *in.Intents < 0:
		s.hangUp(c, closeIntents, "unknown intents %d", *in.Intents)
	case *in.Intents&privilegedIntent != 0:
		s.hangUp(c, closeDisallowed, "privileged intents %d", *in.Intents)
	case len(in.Shard) == 2 && (in.Shard[0] < 0 || in.Shard[0] >= in.Shard[1]):
		s.hangUp(c, 4010, "shard %v", in.Shard)
	case s.opt.Shards > 1 && len(in.Shard) != 2:
		s.hangUp(c, 4011, "no shard of %d", s.opt.Shards)
	default:
		s.openSession(c, *in.Intents, in.Shard)
	}
}

// openSession begins a session, unless something happens instead.
func (s *Server) openSession(c *gatewayConn, intents int, shard []int) {
	f := mishap(&s.gateway.onIdentify)
	if f != nil && !f.Late {
		s.strike(c, f, nil)
		return
	}
	s.paced()
	of := [2]int{0, 1}
	copy(of[:], shard)
	s.ready(c, intents, of, f)
}

// paced notes a start of a session: with several shards Discord takes one in 5 seconds.
func (s *Server) paced() {
	now := s.opt.Now()
	if s.opt.Shards > 1 && now.Sub(s.gateway.started) < 5*time.Second {
		s.violate("a session began %v after another; Discord takes one in 5 s", now.Sub(s.gateway.started))
	}
	s.gateway.started = now
}

// ready says READY, then lets f happen, then tells of the guilds.
func (s *Server) ready(c *gatewayConn, intents int, shard [2]int, f *GatewayFault) {
	se := &session{id: "session-" + s.newID(), intents: intents, conn: c, shard: shard}
	c.session = se
	s.gateway.sessions[se.id] = se
	guilds := []any{}
	for _, g := range s.sortedGuilds() {
		if se.serves(g.ID) {
			guilds = append(guilds, map[string]any{"id": g.ID, "unavailable": true})
		}
	}
	at := cmp.Or(s.gateway.resumeAt, s.opt.Gateway, "ws://"+c.host(s.addr)+"/gateway")
	se.send("READY", map[string]any{
		"v": 9, "user": userJSON(s.bot()), "guilds": guilds, "session_id": se.id,
		"resume_gateway_url": at, "private_channels": []any{}, "shard": shard,
		"application": map[string]any{"id": s.opt.ApplicationID, "flags": 0},
	})
	if f != nil {
		s.strike(c, f, se)
	}
	if intents&guildsIntent != 0 {
		for _, g := range s.sortedGuilds() {
			if se.serves(g.ID) {
				se.send("GUILD_CREATE", s.guildCreate(g))
			}
		}
	}
}

func (c *gatewayConn) host(addr string) string {
	if c.ws.LocalAddr().Network() == memoryNetwork {
		return memoryHost
	}
	return addr
}

func (s *Server) resume(c *gatewayConn, data []byte) {
	var in struct {
		Token   string `json:"token"`
		Session string `json:"session_id"`
		Seq     *int   `json:"seq"`
	}
	if json.Unmarshal(data, &in) != nil || in.Seq == nil {
		s.hangUp(c, closeDecode, "RESUME without session and seq")
		return
	}
	s.gateway.resumes++
	se := s.gateway.sessions[in.Session]
	f := mishap(&s.gateway.onResume)
	switch {
	case c.session != nil:
		s.hangUp(c, closeIdentified, "RESUME after IDENTIFY")
	case strings.TrimPrefix(in.Token, "Bot ") != s.opt.Token:
		c.push(frame{close: closeToken})
	case f != nil && !f.Late && !f.Replayed:
		s.strike(c, f, se)
	case se == nil:
		c.push(frame{data: packet(opInvalidSession, false)})
	case *in.Seq > se.seq:
		s.hangUp(c, closeSeq, "RESUME with seq %d of %d", *in.Seq, se.seq)
	case *in.Seq < se.oldest():
		delete(s.gateway.sessions, se.id)
		c.push(frame{data: packet(opInvalidSession, false)})
	default:
		s.replay(c, se, *in.Seq, f)
	}
}

// replay sends what a session missed and says RESUMED, unless something happens instead.
func (s *Server) replay(c *gatewayConn, se *session, seq int, f *GatewayFault) {
	if old := se.conn; old != nil && old != c {
		old.push(frame{drop: true})
	}
	se.conn, c.session = c, se
	for _, e := range se.events {
		if e.seq > seq {
			c.push(e)
		}
	}
	if f == nil || f.Late {
		se.send("RESUMED", map[string]any{})
	}
	if f != nil {
		s.strike(c, f, se)
	}
}

// oldest is the last event that is not kept any more.
func (se *session) oldest() int {
	if len(se.events) == 0 {
		return se.seq
	}
	return se.events[0].seq - 1
}

func (se *session) send(event string, data any) {
	se.seq++
	raw, err := json.Marshal(map[string]any{"op": opDispatch, "t": event, "s": se.seq, "d": data})
	if err != nil {
		return // only data of this package is marshalled: maps of plain values
	}
	f := frame{seq: se.seq, data: raw}
	se.events = append(se.events, f)
	if len(se.events) > maxReplay {
		se.events = se.events[len(se.events)-maxReplay:]
	}
	if se.conn != nil {
		se.conn.push(f)
	}
}

// dispatch sends an event to every session, also to those that are to be resumed, and
// says whether there is one. s.mu is held.
func (s *Server) dispatch(event string, data any) bool {
	for _, se := range s.sortedSessions() {
		if !se.serves(guildOf(event, data)) {
			continue
		}
		if event == "INTERACTION_CREATE" || se.intents&guildsIntent != 0 {
			se.send(event, data)
		}
	}
	return len(s.gateway.sessions) > 0
}

// guildOf is the guild that an event is of; empty: of none.
func guildOf(event string, data any) string {
	m, _ := data.(map[string]any)
	name := "guild_id"
	if strings.HasPrefix(event, "GUILD_") {
		name = "id"
	}
	id, _ := m[name].(string)
	return id
}

func (s *Server) sortedSessions() []*session {
	out := make([]*session, 0, len(s.gateway.sessions))
	for _, se := range s.gateway.sessions {
		out = append(out, se)
	}
	slices.SortFunc(out, func(a, b *session) int { return strings.Compare(a.id, b.id) })
	return out
}
