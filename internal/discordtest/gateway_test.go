package discordtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"erratum/internal/discordtest"
)

// socket is a gateway connection by hand.
type socket struct {
	t  *testing.T
	ws *websocket.Conn
}

func dial(t *testing.T, s *discordtest.Server, query string) socket {
	t.Helper()
	ws, resp, err := s.Dialer().DialContext(t.Context(), s.GatewayURL()+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	t.Cleanup(func() { ws.Close() })
	return socket{t, ws}
}

type payload struct {
	Op   int             `json:"op"`
	Type string          `json:"t"`
	Seq  int             `json:"s"`
	Data json.RawMessage `json:"d"`
}

func (k socket) send(op int, data any) {
	k.t.Helper()
	if err := k.ws.WriteJSON(obj{"op": op, "d": data}); err != nil {
		k.t.Fatal(err)
	}
}

func (k socket) raw(kind int, data []byte) {
	k.t.Helper()
	if err := k.ws.WriteMessage(kind, data); err != nil {
		k.t.Fatal(err)
	}
}

func (k socket) read() (payload, int) {
	k.t.Helper()
	if err := k.ws.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		k.t.Fatal(err)
	}
	var p payload
	err := k.ws.ReadJSON(&p)
	var ce *websocket.CloseError
	if errors.As(err, &ce) {
		return p, ce.Code
	}
	if err != nil {
		k.t.Fatal(err)
	}
	return p, 0
}

func (k socket) expect(op int, event string) payload {
	k.t.Helper()
	p, code := k.read()
	if p.Op != op || p.Type != event || code != 0 {
		k.t.Fatalf("got op %d %s (close %d), want op %d %s", p.Op, p.Type, code, op, event)
	}
	return p
}

func (k socket) closed(want int) {
	k.t.Helper()
	if p, code := k.read(); code != want {
		k.t.Errorf("got op %d %s (close %d), want close %d", p.Op, p.Type, code, want)
	}
}

func identity(change obj) obj {
	id := obj{"token": "Bot secret", "intents": 1, "properties": obj{"os": "linux"}}
	for k, v := range change {
		id[k] = v
	}
	return id
}

const v9 = "?v=9&encoding=json"

func TestGatewayCloses(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	for _, c := range []struct {
		name  string
		query string
		do    func(socket)
		code  int
	}{
		{"old version", "?v=6&encoding=json", nil, 4012},
		{"wrong token", v9, func(k socket) { k.send(2, identity(obj{"token": "Bot x"})) }, 4004},
		{"unknown intents", v9, func(k socket) { k.send(2, identity(obj{"intents": 1 << 30})) }, 4013},
		{"privileged intents", v9, func(k socket) { k.send(2, identity(obj{"intents": 1 << 15})) }, 4014},
		{"wrong shard", v9, func(k socket) { k.send(2, identity(obj{"shard": list{1, 1}})) }, 4010},
		{"no intents", v9, func(k socket) { k.send(2, obj{"token": "secret", "properties": obj{}}) }, 4002},
		{"unknown op", v9, func(k socket) { k.send(99, nil) }, 4001},
		{"large frame", v9, func(k socket) { k.send(1, text(5000)) }, 4002},
		{"no JSON", v9, func(k socket) { k.raw(websocket.TextMessage, []byte("hello")) }, 4002},
		{"command before IDENTIFY", v9, func(k socket) { k.send(3, obj{}) }, 4003},
	} {
		k := dial(t, s, c.query)
		if c.do != nil {
			k.expect(10, "")
			c.do(k)
		}
		if p, code := k.read(); code != c.code {
			t.Errorf("%s: got op %d close %d, want %d", c.name, p.Op, code, c.code)
		}
	}
	if n := s.Connected(); n != 0 {
		t.Errorf("%d connected", n)
	}
}

func identified(t *testing.T, s *discordtest.Server) (socket, string) {
	t.Helper()
	k := dial(t, s, v9)
	k.expect(10, "")
	k.send(2, identity(nil))
	var ready struct {
		Session string `json:"session_id"`
	}
	if err := json.Unmarshal(k.expect(0, "READY").Data, &ready); err != nil || ready.Session == "" {
		t.Fatalf("ready without session: %v", err)
	}
	k.expect(0, "GUILD_CREATE")
	return k, ready.Session
}

func TestGatewayLife(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	k, session := identified(t, s)
	k.send(1, 2)
	k.expect(11, "")
	s.AskHeartbeat()
	k.expect(1, "")
	s.Drop()
	if _, _, err := k.ws.ReadMessage(); err == nil {
		t.Error("the connection lives on")
	}
	s.DeleteChannel(otherID)
	s.Outage(guildID)

	again := dial(t, s, v9)
	again.expect(10, "")
	again.send(6, obj{"token": "Bot secret", "session_id": session, "seq": 2})
	again.expect(0, "CHANNEL_DELETE")
	if p := again.expect(0, "GUILD_DELETE"); p.Seq != 4 {
		t.Errorf("seq %d", p.Seq)
	}
	again.expect(0, "RESUMED")
	s.RemoveGuild(guildID)
	again.expect(0, "GUILD_DELETE")
	s.Op7()
	again.expect(7, "")
	s.Op9(false)
	again.expect(9, "")
	again.send(6, obj{"token": "Bot secret", "session_id": session, "seq": 2})
	again.expect(9, "")
	again.send(2, identity(nil))
	again.expect(0, "READY")
	again.send(2, identity(nil))
	again.closed(4005)
	if s.Identifies() != 3 || s.Resumes() != 2 {
		t.Errorf("%d identifies, %d resumes", s.Identifies(), s.Resumes())
	}
}

func TestGatewayEndOfSession(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	for _, c := range []struct {
		code int
		next int // op
	}{{1000, 9}, {1012, 0}} {
		k, session := identified(t, s)
		k.raw(websocket.CloseMessage, websocket.FormatCloseMessage(c.code, ""))
		k.closed(c.code)
		again := dial(t, s, v9)
		again.expect(10, "")
		if err := s.Wait(t.Context(), func() bool { return s.Connected() == 0 }); err != nil {
			t.Fatal(err)
		}
		again.send(6, obj{"token": "secret", "session_id": session, "seq": 2})
		if p, code := again.read(); p.Op != c.next || code != 0 {
			t.Errorf("after %d: op %d, close %d", c.code, p.Op, code)
		}
		again.ws.Close()
	}
}

func TestGatewayTooFast(t *testing.T) {
	t.Parallel()
	c := newClock()
	s := newServer(t, func(o *discordtest.Options) { o.Now = c.Now })
	k := dial(t, s, v9)
	k.expect(10, "")
	for range 120 {
		k.send(1, nil)
		k.expect(11, "")
	}
	c.Add(time.Minute)
	for range 120 {
		k.send(1, nil)
		k.expect(11, "")
	}
	k.send(1, nil)
	k.closed(4008)
}

func TestGatewaySilence(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *discordtest.Options) { o.HeartbeatInterval = 50 * time.Millisecond })
	k := dial(t, s, v9)
	k.expect(10, "")
	k.closed(4009)
}

// TestGatewayFaultsOnDiscordgo: the library lives through what can be lived through.
func TestGatewayFaultsOnDiscordgo(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	connects := make(chan struct{}, 8)
	d := newSession(t, s)
	d.AddHandler(func(*discordgo.Session, *discordgo.Connect) { connects <- struct{}{} })
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	beats := 0
	wait := func(what string) {
		t.Helper()
		select {
		case <-connects:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: no connection", what)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := s.WaitConnected(ctx); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		// The library starts with a heartbeat, and trips over a socket that breaks
		// just then: it reconnects twice at once.
		beats++
		if err := s.Wait(ctx, func() bool { return s.Heartbeats() >= beats }); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	wait("open")
	s.Op7()
	wait("op 7")
	if s.Resumes() != 1 || s.Identifies() != 1 {
		t.Errorf("op 7: %d resumes, %d identifies", s.Resumes(), s.Identifies())
	}
	s.Drop()
	wait("drop")
	s.CloseGateway(4000)
	wait("4000")
	if s.Resumes() != 3 || s.Identifies() != 1 {
		t.Errorf("%d resumes, %d identifies", s.Resumes(), s.Identifies())
	}
	noViolations(t, s)
}

func TestGatewayMishaps(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	no := false
	s.FailIdentify(discordtest.GatewayFault{Op7: true}, discordtest.GatewayFault{Op9: &no}, discordtest.GatewayFault{CloseCode: 4000})
	k := dial(t, s, v9)
	k.expect(10, "")
	k.send(2, identity(nil))
	k.expect(7, "")
	k.send(2, identity(nil))
	k.expect(9, "")
	k.send(2, identity(nil))
	k.closed(4000)
	k, session := identified(t, s)
	s.FailResume(discordtest.GatewayFault{Op9: &no})
	s.Zombie(true)
	k.send(1, nil)
	s.Zombie(false)
	s.Drop()
	again := dial(t, s, v9)
	again.expect(10, "")
	again.send(6, obj{"token": "secret", "session_id": session, "seq": 2})
	again.expect(9, "")
}

// TestNamedGateway: bots that come as to the real one are told of another address than
// the server's own, to begin with and to resume.
func TestNamedGateway(t *testing.T) {
	t.Parallel()
	const named = "wss://gateway.discord.gg/gateway"
	s := newServer(t, func(o *discordtest.Options) { o.Gateway = named })
	for _, path := range []string{"/gateway", "/gateway/bot"} {
		if _, out, _ := rest(t, s, "GET", path, nil); out["url"] != named {
			t.Errorf("GET %s gives %v", path, out["url"])
		}
	}
	ws, resp, err := s.Dialer().DialContext(t.Context(), "ws://discord.test/gateway"+v9, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	defer ws.Close()
	k := socket{t, ws}
	k.expect(10, "")
	k.send(2, identity(nil))
	var ready struct {
		URL string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(k.expect(0, "READY").Data, &ready); err != nil || ready.URL != named {
		t.Errorf("READY gives %q, %v", ready.URL, err)
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	ln := listen(t)
	if err := s.Start(ln); err != nil {
		t.Fatal(err)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), s.GatewayURL()+v9, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	defer ws.Close()
	socket{t, ws}.expect(10, "")
	if got := getJSON(t, s.URL()+"/api/v10/gateway")["url"]; got != s.GatewayURL() {
		t.Errorf("GET /gateway gives %v, want %s", got, s.GatewayURL())
	}
	_, out, _ := rest(t, s, "GET", "/gateway", nil)
	if out["url"] != "ws://discord.test/gateway" {
		t.Errorf("over memory GET /gateway gives %v", out)
	}
}
