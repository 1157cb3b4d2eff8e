package discordtest

import (
	"context"
	"errors"
)

// GatewayFault is what happens instead of HELLO, READY or RESUMED. The zero value is
// silence.
type GatewayFault struct {
	Op7       bool  // RECONNECT
	Op9       *bool // INVALID_SESSION, resumable or not
	CloseCode int
	Drop      bool // the connection is cut

	Replayed bool // of a RESUME: what was missed is sent before
	Late     bool // READY or RESUMED is sent before
}

// FailHello lets faults happen to the next connections, one each, before anything is
// said on them.
func (s *Server) FailHello(f ...GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.onHello = append(s.gateway.onHello, f...)
}

// FailIdentify lets faults happen to the next IDENTIFYs, one each.
func (s *Server) FailIdentify(f ...GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.onIdentify = append(s.gateway.onIdentify, f...)
}

// FailResume lets faults happen to the next RESUMEs, one each.
func (s *Server) FailResume(f ...GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.onResume = append(s.gateway.onResume, f...)
}

// mishap takes the next fault; nil: there is none.
func mishap(queue *[]GatewayFault) *GatewayFault {
	if len(*queue) == 0 {
		return nil
	}
	f := (*queue)[0]
	*queue = (*queue)[1:]
	return &f
}

// strike lets a fault happen to a connection; se is the session that it is about, or nil.
func (s *Server) strike(c *gatewayConn, f *GatewayFault, se *session) {
	s.gateway.struck++
	if se != nil && f.endsSession() {
		delete(s.gateway.sessions, se.id)
		c.session = nil
	}
	switch {
	case f.Op7:
		c.push(frame{data: packet(opReconnect, nil)})
	case f.Op9 != nil:
		c.push(frame{data: packet(opInvalidSession, *f.Op9)})
	case f.CloseCode != 0:
		c.push(frame{close: f.CloseCode})
	case f.Drop:
		c.push(frame{drop: true})
	}
}

// endsSession reports whether there is nothing to resume after a fault.
func (f *GatewayFault) endsSession() bool {
	code := f.CloseCode
	return f.Op9 != nil && !*f.Op9 || code == closeSeq || code == closeTimeout || code == closeToken || code >= 4010 && code <= closeDisallowed
}

// Strike lets a fault happen to all gateway connections now.
func (s *Server) Strike(f GatewayFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		s.strike(c, &f, c.session)
	}
}

// ResumeAt tells the sessions that begin from now on to be resumed at another address.
func (s *Server) ResumeAt(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.resumeAt = address
}

// Struck is how many faults happened to connections.
func (s *Server) Struck() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.struck
}

// Drop cuts all gateway connections without a word; their sessions can be resumed.
func (s *Server) Drop() { s.Strike(GatewayFault{Drop: true}) }

// Op7 asks all clients to reconnect.
func (s *Server) Op7() { s.Strike(GatewayFault{Op7: true}) }

// Op9 says that the sessions are not valid; those that are not resumable end.
func (s *Server) Op9(resumable bool) { s.Strike(GatewayFault{Op9: &resumable}) }

// CloseGateway closes all gateway connections with a code. With one that says the
// session is over (4007, 4009), or that is fatal (4004, 4010 to 4014), the sessions end.
func (s *Server) CloseGateway(code int) { s.Strike(GatewayFault{CloseCode: code}) }

// EndSessions forgets all sessions, so that the next RESUME is refused.
func (s *Server) EndSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.gateway.sessions)
}

// AskHeartbeat sends op 1: the client is to answer with a heartbeat at once.
func (s *Server) AskHeartbeat() { s.toAll(frame{data: packet(opHeartbeat, nil)}) }

// Zombie stops, or starts again, the answers to heartbeats: the sockets stay open.
func (s *Server) Zombie(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gateway.zombie = on
}

func (s *Server) toAll(f frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.gateway.conns {
		c.push(f)
	}
}

// Connected counts the sessions that have a connection.
func (s *Server) Connected() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected()
}

func (s *Server) connected() int {
	n := 0
	for _, se := range s.gateway.sessions {
		if se.conn != nil {
			n++
		}
	}
	return n
}

// Intents are those of the sessions that there are.
func (s *Server) Intents() (out []int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, se := range s.sortedSessions() {
		out = append(out, se.intents)
	}
	return out
}

// Identifies is how often a client identified itself anew. 1,000 IDENTIFYs a day are
// Discord's limit, after which it resets the token.
func (s *Server) Identifies() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.identifies
}

// Resumes is how often a client asked to resume.
func (s *Server) Resumes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.resumes
}

// Heartbeats is how many heartbeats came, answered or not.
func (s *Server) Heartbeats() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gateway.heartbeats
}

// ErrNotConnected is what WaitConnected says when its context ends.
var ErrNotConnected = errors.New("discordtest: the bot did not connect")

// WaitConnected waits until a session is ready (or resumed) and connected.
func (s *Server) WaitConnected(ctx context.Context) error {
	if err := s.Wait(ctx, func() bool { return s.Connected() > 0 }); err != nil {
		return errors.Join(ErrNotConnected, err)
	}
	return nil
}

// Wait waits until done says so, which may ask the server anything. It is asked again
// after each request, gateway payload and end of a connection.
func (s *Server) Wait(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// change wakes who waits. s.mu is held.
func (s *Server) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}
