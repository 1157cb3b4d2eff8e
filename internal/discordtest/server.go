// Package discordtest is a local stand-in for Discord: the part of its REST API and of
// its gateway that a bot of ours meets, with the rules that bite. Messages have limits,
// channels have permissions, interactions have three seconds, buckets run empty and
// sockets die. Tests of internal/discord and the demo talk to it as to the real one.
//
// It refuses what the real one refuses and keeps a list of it (Violations), so that a
// test can ask for none. Nothing here leaves the machine: it serves over memory, and
// over the listener that Start is given.
//
// Start reading at Server, then interaction.go for the hand of a user, fault.go and
// gatewayfault.go for the hand of bad luck, limits.go for the numbers.
package discordtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Options say which Discord is stood in for. The zero value is a Discord without
// guilds.
type Options struct {
	Token         string // of the bot, without "Bot "; default "token"
	BotID         string // default "100000000000000001"
	ApplicationID string // default BotID
	BotName       string // default "Erratum"
	Guilds        []Guild
	// Now is the clock of nonces, interactions, rate limits and message times; default
	// time.Now. Delays and waiting always take real time (or that of a synctest bubble).
	Now func() time.Time
	// Schema is Discord's OpenAPI document; requests are checked against it when set.
	Schema string
	// Shards is how many sessions Discord asks for; default 1.
	Shards int
	// Gateway is the address that bots are told to connect to; default the server's own,
	// by the way that they came. For bots that come as to the real one, over TLS.
	Gateway string
	// Identifies is how many sessions may be begun, and IdentifyReset when that counts
	// anew; default 1,000 and a day.
	Identifies    int
	IdentifyReset time.Duration
	// HeartbeatInterval is what HELLO asks for; default 41.25 s, as Discord's.
	HeartbeatInterval time.Duration
	// NonceWindow is how long enforce_nonce remembers; default 5 minutes. Discord says
	// "the past few minutes".
	NonceWindow time.Duration
	// Patience bounds how long Interact waits for an answer; default 10 s.
	Patience time.Duration
	// ChannelRate is the bucket of sending to one channel; default 5 in 5 s. A negative
	// Limit switches all buckets off.
	ChannelRate Rate
	// GlobalRate is the limit over all channels; default 50 in 1 s. A negative Limit
	// switches it off.
	GlobalRate Rate
}

// Rate is so many requests in a window.
type Rate struct {
	Limit  int
	Window time.Duration
}

// Server is the stand-in. All methods may be called from several goroutines at once.
type Server struct {
	opt    Options
	schema *schema

	memory    *memoryListener
	http      *http.Server
	transport *http.Transport
	owned     sync.WaitGroup // serving, gateway readers and writers

	mu           sync.Mutex
	closed       bool
	addr         string // of the listener Start was given
	lastID       int64
	guilds       map[string]*guildState
	channels     map[string]*channelState
	users        map[string]User
	messages     map[string]*Message
	nonces       map[string]nonceEntry
	commands     map[string][]Command // by guild; "" for the global ones
	interactions map[string]*interactionState
	uploads      map[string]Upload // files of commands, by ID
	tokens       map[string]*interactionState
	rates        *rates
	armed        []*Armed
	requests     []Request
	violations   []string
	invalid      int
	gateway      gatewayState
	changed      chan struct{} // closed and made anew when something happened
}

// New makes a stand-in that can be reached over memory at once (Transport, Dialer).
// Close it.
func New(opt Options) (*Server, error) {
	opt = opt.withDefaults()
	s := &Server{
		opt: opt, memory: newMemoryListener(),
		guilds: map[string]*guildState{}, channels: map[string]*channelState{},
		users: map[string]User{}, messages: map[string]*Message{}, nonces: map[string]nonceEntry{},
		commands: map[string][]Command{}, interactions: map[string]*interactionState{}, uploads: map[string]Upload{},
		tokens: map[string]*interactionState{}, rates: newRates(opt), changed: make(chan struct{}),
	}
	s.gateway = newGatewayState()
	if opt.Schema != "" {
		sc, err := loadSchema(opt.Schema)
		if err != nil {
			return nil, fmt.Errorf("discordtest: read schema: %w", err)
		}
		s.schema = sc
	}
	for _, g := range opt.Guilds {
		if err := s.addGuild(g); err != nil {
			return nil, fmt.Errorf("discordtest: guild %q: %w", g.ID, err)
		}
	}
	s.transport = &http.Transport{MaxIdleConnsPerHost: 16, DialContext: s.memory.dial}
	s.http = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	s.serve(s.memory)
	return s, nil
}

func (o Options) withDefaults() Options {
	def := func(p *string, v string) {
		if *p == "" {
			*p = v
		}
	}
	def(&o.Token, "token")
	def(&o.BotID, "100000000000000001")
	def(&o.ApplicationID, o.BotID)
	def(&o.BotName, "Erratum")
	if o.Now == nil {
		o.Now = time.Now
	}
	wait := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	o.Shards, o.Identifies = max(o.Shards, 1), cmp.Or(o.Identifies, 1000)
	wait(&o.IdentifyReset, 24*time.Hour)
	wait(&o.HeartbeatInterval, 41250*time.Millisecond)
	wait(&o.NonceWindow, 5*time.Minute)
	wait(&o.Patience, 10*time.Second)
	wait(&o.ChannelRate.Window, 5*time.Second)
	wait(&o.GlobalRate.Window, time.Second)
	if o.ChannelRate.Limit == 0 {
		o.ChannelRate.Limit = 5
	}
	if o.GlobalRate.Limit == 0 {
		o.GlobalRate.Limit = 50
	}
	return o
}

// memoryHost names the stand-in where no port is needed to find it.
const memoryHost = "discord.test"

// Handler serves REST under /api/v9/ and /api/v10/, and the gateway at /gateway.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveREST)
	mux.HandleFunc("/ephemeral-attachments/{channel}/{id}/{name}", s.serveUpload)
	mux.HandleFunc("/gateway", s.serveGateway)
	mux.HandleFunc("/gateway/", s.serveGateway) // discordgo adds a slash
	return mux
}

// serveUpload is the place where files of commands are fetched from. It wants no
// token: whoever sends one there gives it away.
func (s *Server) serveUpload(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	file, known := s.uploads[r.PathValue("id")]
	if r.Header.Get("Authorization") != "" {
		s.violate("%s: the bot's token was sent to the file server", r.URL.Path)
	}
	s.mu.Unlock()
	if !known {
		http.NotFound(w, r)
		return
	}
	_, _ = w.Write(file.Data) // whoever breaks off has to ask again
}

// Start serves on ln too, for bots in other processes, until Close.
func (s *Server) Start(ln net.Listener) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.Join(errors.New("discordtest: start after close"), ln.Close())
	}
	s.addr = ln.Addr().String()
	s.serve(ln)
	return nil
}

func (s *Server) serve(ln net.Listener) {
	s.owned.Go(func() {
		// It ends with Close, and there is nobody to tell about anything else: the
		// client sees a refused connection.
		_ = s.http.Serve(ln)
	})
}

// RememberNonces changes how long enforce_nonce remembers messages from now on.
func (s *Server) RememberNonces(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.NonceWindow = d
}

// URL is where REST is found, without a path: of the listener given to Start, else of
// the memory that only Transport reaches.
func (s *Server) URL() string { return "http://" + s.host() }

// GatewayURL is what GET /gateway tells, as seen from URL.
func (s *Server) GatewayURL() string { return cmp.Or(s.opt.Gateway, "ws://"+s.host()+"/gateway") }

func (s *Server) host() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.addr != "" {
		return s.addr
	}
	return memoryHost
}

// gatewayURL is the gateway by the way the request came, unless another is named.
func (s *Server) gatewayURL(r *http.Request) string {
	if s.opt.Gateway != "" {
		return s.opt.Gateway
	}
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && a.Network() != memoryNetwork {
		return "ws://" + a.String() + "/gateway"
	}
	return "ws://" + memoryHost + "/gateway"
}

// Transport reaches the stand-in over memory, whatever host a request names.
func (s *Server) Transport() http.RoundTripper { return redirect{s.transport} }

// Dialer reaches the gateway over memory, at the address that GET /gateway tells to who
// asked through Transport. Who came over the listener of Start dials as usual.
func (s *Server) Dialer() *websocket.Dialer {
	return &websocket.Dialer{HandshakeTimeout: 10 * time.Second, NetDialContext: s.memory.dial}
}

type redirect struct{ next http.RoundTripper }

func (t redirect) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "http", memoryHost, memoryHost
	return t.next.RoundTrip(r)
}

// Close stops serving, cuts every socket and waits until nothing of it runs.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	for c := range s.gateway.conns {
		c.push(frame{drop: true})
	}
	for _, i := range s.interactions {
		i.finish()
	}
	s.mu.Unlock()
	s.transport.CloseIdleConnections()
	err := s.http.Close()
	if e := s.memory.Close(); err == nil {
		err = e
	}
	s.owned.Wait()
	return err
}

// Violations lists, in order, all that Discord would have refused as wrong: broken
// limits, unknown fields, a second answer to an interaction, gateway commands it does
// not know. What depends on the state of the world (missing permissions, deleted
// channels, empty buckets, late answers) is not among them: see InvalidRequests and
// Requests.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.violations)
}

// InvalidRequests counts the answers that Discord holds against an address: 401, 403,
// and 429 whose scope is not "shared". 10,000 in 10 minutes are a ban.
func (s *Server) InvalidRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid
}

func (s *Server) violate(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// newID makes a snowflake of the server's clock; ids always rise.
func (s *Server) newID() string {
	const discordEpoch = 1420070400000 // ms; Discord's documentation, "Snowflakes"
	id := (s.opt.Now().UnixMilli() - discordEpoch) << 22
	s.lastID = max(s.lastID+1, id)
	return fmt.Sprint(s.lastID)
}

// memoryNetwork is what the addresses of memoryListener say.
const memoryNetwork = "memory"

// memoryListener hands out pipes, so that a test needs no port and can run in a
// synctest bubble.
type memoryListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newMemoryListener() *memoryListener {
	return &memoryListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *memoryListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *memoryListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *memoryListener) Addr() net.Addr { return memoryAddr{} }

func (l *memoryListener) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	if !strings.HasPrefix(addr, memoryHost+":") {
		return nil, fmt.Errorf("discordtest: %s is not reachable over memory", addr)
	}
	client, server := net.Pipe()
	select {
	case l.conns <- memoryConn{server}:
		return memoryConn{client}, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type memoryConn struct{ net.Conn }

func (memoryConn) LocalAddr() net.Addr  { return memoryAddr{} }
func (memoryConn) RemoteAddr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return memoryNetwork }
func (memoryAddr) String() string  { return memoryHost }
