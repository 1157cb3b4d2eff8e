package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Opcodes of the gateway.
const (
	opDispatch       = 0
	opHeartbeat      = 1
	opIdentify       = 2
	opResume         = 6
	opReconnect      = 7
	opInvalidSession = 9
	opHello          = 10
	opHeartbeatAck   = 11
)

const (
	maxPayload = 32 << 20 // a guild with all its channels and threads has a few megabytes
	writeLimit = 10 * time.Second
	byeLimit   = time.Second // how long the other side may take to say goodbye
)

// dial opens a websocket where a session is resumed, else where Discord says.
func (b *Bot) dial(ctx context.Context, s *session) (*websocket.Conn, error) {
	address := s.url
	if address == "" {
		var said struct {
			URL string `json:"url"`
		}
		if err := b.rest.get(ctx, discordgo.EndpointGateway, discordgo.EndpointGateway, &said); err != nil {
			return nil, fmt.Errorf("ask for the gateway: %w", err)
		}
		address = said.URL
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the gateway's address: %w", err)
	}
	u.RawQuery = url.Values{"v": {discordgo.APIVersion}, "encoding": {"json"}}.Encode()
	dialer := websocket.Dialer{Proxy: b.o.proxy, HandshakeTimeout: 15 * time.Second, NetDialContext: b.o.Dial}
	ws, _, err := dialer.DialContext(ctx, u.String(), http.Header{"User-Agent": {agent}}) //nolint:bodyclose // of an answer to a websocket's handshake there is nothing to close
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(maxPayload)
	ws.SetCloseHandler(func(int, string) error { return nil }) // repeating 1000 or 1001 would end the session
	return ws, nil
}

// payload is what travels over the gateway.
type payload struct {
	Op    int             `json:"op"`
	Data  json.RawMessage `json:"d"`
	Seq   *int64          `json:"s"`
	Event string          `json:"t"`
}

// line is one connection of a session. One goroutine of its own reads; whoever calls run
// does all the rest, so that whatever Discord says at whatever moment is answered in one
// place.
type line struct {
	bot     *Bot
	ws      *websocket.Conn
	which   shard
	session *session

	came   chan []byte
	broken error // why nothing more comes; set before came is closed

	interval time.Duration // between heartbeats; 0: not greeted yet
	beat     *time.Timer
	answered bool // the last heartbeat was
	open     bool // READY or RESUMED came
}

func newLine(b *Bot, ws *websocket.Conn, which shard, s *session) *line {
	l := &line{bot: b, ws: ws, which: which, session: s, came: make(chan []byte), answered: true, beat: time.NewTimer(time.Hour)}
	l.beat.Stop()
	return l
}

// run talks until the connection ends or ctx does; until the session is open, only as
// long as opening lasts.
func (l *line) run(ctx, opening context.Context) error {
	stop, read := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		l.read(stop)
	}()
	err := l.talk(ctx, opening)
	// 1000 ends the session; any other code leaves it to be resumed.
	code := websocket.CloseServiceRestart
	if ctx.Err() != nil {
		code = websocket.CloseNormalClosure
	}
	bye := time.Now().Add(byeLimit)
	if l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), bye) == nil && ctx.Err() != nil {
		_ = l.ws.SetReadDeadline(bye) // what has not been heard by then is not waited for
		for range l.came {
			continue // what comes after our end is nobody's
		}
	}
	close(stop)
	_ = l.ws.Close() // it may be closed already
	<-read
	l.beat.Stop()
	return err
}

// read hands on what comes until nothing more does.
func (l *line) read(stop <-chan struct{}) {
	defer close(l.came)
	for {
		_, data, err := l.ws.ReadMessage()
		if err != nil {
			l.broken = err
			return
		}
		select {
		case l.came <- data:
		case <-stop:
			return
		}
	}
}

func (l *line) talk(ctx, opening context.Context) error {
	slow := opening.Done()
	for {
		if l.open {
			slow = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-slow:
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return errSlow
		case <-l.beat.C:
			if !l.answered {
				return errSilent
			}
			l.answered = false
			if err := l.heartbeat(); err != nil {
				return err
			}
			l.beat.Reset(l.interval)
		case data, ok := <-l.came:
			if !ok {
				return fmt.Errorf("the connection was lost: %w", l.broken)
			}
			if err := l.hear(data); err != nil {
				return err
			}
		}
	}
}

// hear answers one payload.
func (l *line) hear(data []byte) error {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("read a payload: %w", err)
	}
	switch p.Op {
	case opHello:
		return l.greeted(p.Data)
	case opHeartbeat:
		return l.heartbeat()
	case opHeartbeatAck:
		l.answered = true
	case opReconnect:
		return errReconnect
	case opInvalidSession:
		if string(p.Data) != "true" {
			*l.session = session{}
		}
		return errNotValid
	case opDispatch:
		return l.dispatch(p)
	}
	return nil
}

// greeted begins the heartbeats and opens the session.
func (l *line) greeted(data json.RawMessage) error {
	if l.interval > 0 {
		return nil // once is enough
	}
	var hello struct {
		Interval int64 `json:"heartbeat_interval"`
	}
	if err := json.Unmarshal(data, &hello); err != nil || hello.Interval <= 0 || hello.Interval > time.Hour.Milliseconds() {
		return errHello
	}
	l.interval = time.Duration(hello.Interval) * time.Millisecond
	l.beat.Reset(rand.N(l.interval)) // so that clients that come together do not beat together
	if s := l.session; s.id != "" {
		return l.send(opResume, map[string]any{"token": l.bot.o.Token, "session_id": s.id, "seq": s.seq})
	}
	identity := map[string]any{
		"token": l.bot.o.Token, "intents": discordgo.IntentsGuilds,
		"properties": map[string]string{"os": runtime.GOOS, "browser": "erratum", "device": "erratum"},
	}
	if l.which.of > 1 {
		identity["shard"] = [2]int{l.which.id, l.which.of}
	}
	return l.send(opIdentify, identity)
}

func (l *line) heartbeat() error {
	if l.session.seq == 0 {
		return l.send(opHeartbeat, nil)
	}
	return l.send(opHeartbeat, l.session.seq)
}

func (l *line) send(op int, data any) error {
	if err := l.ws.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return err
	}
	err := l.ws.WriteJSON(map[string]any{"op": op, "d": data})
	var closed *websocket.CloseError
	if err != nil && !errors.As(err, &closed) {
		// The other side may have said why before it hung up.
		_ = l.ws.SetReadDeadline(time.Now().Add(byeLimit))
		for range l.came {
			continue
		}
		return errors.Join(err, l.broken)
	}
	return err
}

// dispatch takes an event. What the bot hears of is handed to its workers as it came.
func (l *line) dispatch(p payload) error {
	switch p.Event {
	case "READY":
		var ready struct {
			Session string `json:"session_id"`
			URL     string `json:"resume_gateway_url"`
		}
		if err := json.Unmarshal(p.Data, &ready); err != nil {
			return fmt.Errorf("read what a session begins with: %w", err)
		}
		*l.session = session{id: ready.Session, url: ready.URL}
		l.open = true
		l.bot.o.Log.Info("connected to Discord")
	case "RESUMED":
		l.open = true
		l.bot.o.Log.Info("connected to Discord again; what happened meanwhile was told")
	}
	if p.Seq != nil {
		l.session.seq = *p.Seq
	}
	if heeds(p.Event) {
		l.bot.enqueue(event{p.Event, p.Data})
	}
	return nil
}
