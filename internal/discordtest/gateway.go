package discordtest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Opcodes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opPresence       = 3
	opVoice          = 4
	opResume         = 6
	opReconnect      = 7
	opRequestMembers = 8
	opInvalidSession = 9
	opHello          = 10
	opAck            = 11
)

// Close codes of Discord's.
const (
	closeUnknownOp   = 4001
	closeDecode      = 4002
	closeNoIdentify  = 4003
	closeToken       = 4004
	closeIdentified  = 4005
	closeSeq         = 4007
	closeTooFast     = 4008
	closeTimeout     = 4009
	closeVersion     = 4012
	closeIntents     = 4013
	closeDisallowed  = 4014
	gatewayWindow    = time.Minute
	allIntents       = 1<<26 - 1
	privilegedIntent = 1<<1 | 1<<8 | 1<<15 // members, presences, message content
	maxReplay        = 512                 // events kept for RESUME
	guildsIntent     = 1 << 0
)

// gatewayState is guarded by Server.mu.
type gatewayState struct {
	conns      map[*gatewayConn]bool
	sessions   map[string]*session
	identifies int
	started    time.Time // when the last session began
	resumes    int
	heartbeats int
	struck     int
	resumeAt   string
	onHello    []GatewayFault
	onIdentify []GatewayFault
	onResume   []GatewayFault
	zombie     bool
}

func newGatewayState() gatewayState {
	return gatewayState{conns: map[*gatewayConn]bool{}, sessions: map[string]*session{}}
}

type frame struct {
	seq   int
	data  []byte
	close int  // close with this code instead of sending
	drop  bool // cut the connection instead of sending
}

// gatewayConn has one goroutine that reads and one that writes.
type gatewayConn struct {
	ws      *websocket.Conn
	session *session // guarded by Server.mu
	sent    []time.Time

	mu    sync.Mutex
	queue []frame
	wake  chan struct{}
	dead  bool
}

func (c *gatewayConn) push(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return
	}
	c.queue = append(c.queue, f)
	c.dead = f.close != 0 || f.drop
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// hungUp says whether the server ended the connection, or is about to.
func (c *gatewayConn) hungUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}

func (c *gatewayConn) pop() (frame, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return frame{}, false
	}
	f := c.queue[0]
	c.queue = c.queue[1:]
	return f, true
}

// serveGateway takes one websocket from HELLO to its end.
func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	c := &gatewayConn{ws: ws, wake: make(chan struct{}, 1)}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = ws.Close()
		return
	}
	s.gateway.conns[c] = true
	s.owned.Add(1)
	s.mu.Unlock()
	defer s.owned.Done()

	stop, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(written)
		c.write(stop)
	}()
	s.greet(c, r)
	code := s.read(c)
	close(stop)
	<-written
	_ = ws.Close() // both directions are done with it
	s.ended(c, code)
}

// greet says HELLO.
func (s *Server) greet(c *gatewayConn, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := mishap(&s.gateway.onHello)
	v, enc := r.URL.Query().Get("v"), r.URL.Query().Get("encoding")
	switch {
	case v != "9" && v != "10" || enc != "json":
		c.push(frame{close: closeVersion})
	case f != nil:
		s.strike(c, f, nil)
	default:
		c.push(frame{data: packet(opHello, map[string]any{"heartbeat_interval": s.opt.HeartbeatInterval.Milliseconds()})})
	}
}

// ended forgets a connection. A client that says 1000 or 1001 before the server hangs
// up ends its session; any other end can be resumed.
func (s *Server) ended(c *gatewayConn, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	delete(s.gateway.conns, c)
	if c.session == nil || c.session.conn != c {
		return
	}
	c.session.conn = nil
	if !c.hungUp() && (code == websocket.CloseNormalClosure || code == websocket.CloseGoingAway) {
		delete(s.gateway.sessions, c.session.id)
	}
}

func (c *gatewayConn) write(stop <-chan struct{}) {
	for {
		f, more := c.pop()
		if !more {
			select {
			case <-c.wake:
				continue
			case <-stop:
				c.lastWords()
				return
			}
		}
		deadline := time.Now().Add(10 * time.Second)
		switch {
		case f.drop:
			_ = c.ws.NetConn().Close()
			return
		case f.close != 0:
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.close, closeReason(f.close)), deadline)
			// A client that does not close its side is cut.
			_ = c.ws.SetReadDeadline(time.Now().Add(time.Second))
			return
		}
		_ = c.ws.SetWriteDeadline(deadline)
		if err := c.ws.WriteMessage(websocket.TextMessage, f.data); err != nil {
			_ = c.ws.NetConn().Close()
			return
		}
	}
}

// lastWords sends a close frame that is still waiting when the reading side has ended.
func (c *gatewayConn) lastWords() {
	for f, more := c.pop(); more; f, more = c.pop() {
		if f.close != 0 {
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(f.close, closeReason(f.close)), time.Now().Add(time.Second))
		}
	}
}

// read handles what the client sends until the end, and returns the close code the
// client gave, or 0.
func (s *Server) read(c *gatewayConn) int {
	_ = c.ws.SetReadDeadline(time.Now().Add(2 * s.opt.HeartbeatInterval))
	for {
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			if ce, isClose := err.(*websocket.CloseError); isClose { //nolint:errorlint // gorilla returns it bare
				return ce.Code
			}
			if te, isNet := err.(net.Error); isNet && te.Timeout() { //nolint:errorlint // as above
				c.push(frame{close: closeTimeout})
			}
			return 0
		}
		s.receive(c, data)
	}
}

func (s *Server) receive(c *gatewayConn, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.change()
	var p struct {
		Op   *int            `json:"op"`
		Data json.RawMessage `json:"d"`
	}
	switch {
	case len(data) > maxGatewayFrame:
		s.hangUp(c, closeDecode, "a frame of %d bytes", len(data))
		return
	case json.Unmarshal(data, &p) != nil || p.Op == nil:
		s.hangUp(c, closeDecode, "a frame that is no payload")
		return
	case c.tooFast(s.opt.Now()):
		s.hangUp(c, closeTooFast, "more than %d sends in a minute", maxGatewaySends)
		return
	}
	switch *p.Op {
	case opHeartbeat:
		s.gateway.heartbeats++
		if s.gateway.zombie {
			return
		}
		_ = c.ws.SetReadDeadline(time.Now().Add(2 * s.opt.HeartbeatInterval))
		c.push(frame{data: packet(opAck, nil)})
	case opIdentify:
		s.identify(c, p.Data)
	case opResume:
		s.resume(c, p.Data)
	case opPresence, opVoice, opRequestMembers:
		if c.session == nil {
			s.hangUp(c, closeNoIdentify, "a command before IDENTIFY")
		}
	default:
		s.hangUp(c, closeUnknownOp, "unknown op %d", *p.Op)
	}
}

// tooFast counts the sends of a connection over a minute of the server's clock.
func (c *gatewayConn) tooFast(now time.Time) bool {
	c.sent = append(c.sent, now)
	c.sent = slices.DeleteFunc(c.sent, func(t time.Time) bool { return now.Sub(t) >= gatewayWindow })
	return len(c.sent) > maxGatewaySends
}

// hangUp closes for a fault of the client's.
func (s *Server) hangUp(c *gatewayConn, code int, format string, args ...any) {
	s.violate("gateway: %s (close %d)", fmt.Sprintf(format, args...), code)
	c.push(frame{close: code})
}

func packet(op int, data any) []byte {
	raw, err := json.Marshal(map[string]any{"op": op, "d": data, "s": nil, "t": nil})
	if err != nil {
		return nil // only plain values are marshalled
	}
	return raw
}

// closeReason is Discord's text beside a close code.
func closeReason(code int) string {
	reasons := map[int]string{
		4000: "Unknown error.", closeUnknownOp: "Unknown opcode.", closeDecode: "Error while decoding payload.",
		closeNoIdentify: "Not authenticated.", closeToken: "Authentication failed.", closeIdentified: "Already authenticated.",
		closeSeq: "Invalid seq.", closeTooFast: "Rate limited.", closeTimeout: "Session timed out.", 4010: "Invalid shard.",
		4011: "Sharding required.", closeVersion: "Invalid API version.", closeIntents: "Invalid intent(s).", closeDisallowed: "Disallowed intent(s).",
	}
	return reasons[code]
}
