package newstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server serves a handler on a listener, and over memory besides, until it is closed.
type Server struct {
	listener net.Listener
	memory   *Pipe
	server   *http.Server

	mu     sync.Mutex
	closed bool           // no request begins any more
	work   sync.WaitGroup // serving loops and requests under way
}

// Loopback listens on a free port of 127.0.0.1.
func Loopback(ctx context.Context) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("newstest: listen on loopback: %w", err)
	}
	return ln, nil
}

// Start begins to serve h on ln. Whoever starts it closes it.
func Start(h http.Handler, ln net.Listener) *Server {
	s := &Server{listener: ln}
	counted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.begin() {
			defer s.work.Done()
			h.ServeHTTP(w, r)
		}
	})
	s.server = &http.Server{Handler: counted, ReadHeaderTimeout: 10 * time.Second}
	s.serve(ln)
	if pipe, ok := ln.(*Pipe); ok {
		s.memory = pipe
		return s
	}
	s.memory = NewPipe()
	s.serve(s.memory)
	return s
}

// begin counts a request in, unless the server is closed.
func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Add(1)
	}
	return !s.closed
}

func (s *Server) serve(ln net.Listener) {
	s.work.Go(func() { _ = s.server.Serve(ln) }) // it ends with the server and says only that
}

// Serve serves the site on ln. Whoever starts it closes it.
func (s *Site) Serve(ln net.Listener) *Server { return Start(s.Handler(), ln) }

// URL is the server's own address, without a slash at the end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// DialContext connects to this server through memory, whatever host is asked for. It
// takes the place of name resolution for outlets that exist nowhere else.
func (s *Server) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return s.memory.DialContext(ctx, network, address)
}

// Client is an HTTP client that can reach nothing but this server.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: s.DialContext}}
}

// Close stops serving, ends open connections, and waits for what was under way. It
// may be called more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	err := s.server.Close()
	s.work.Wait()
	return err
}

// Pipe is a listener in memory: connections are made by its DialContext. It works
// inside testing/synctest, where real sockets hang.
type Pipe struct {
	conns chan net.Conn
	close chan struct{}
	once  sync.Once
}

// NewPipe makes a listener in memory.
func NewPipe() *Pipe { return &Pipe{conns: make(chan net.Conn), close: make(chan struct{})} }

// Accept waits for the next connection.
func (p *Pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.close:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and DialContext. It may be called more than once.
func (p *Pipe) Close() error {
	p.once.Do(func() { close(p.close) })
	return nil
}

// Addr names the listener; nothing can be dialled by it.
func (p *Pipe) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "memory.test" }

// DialContext connects to the listener, whatever address is asked for.
func (p *Pipe) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-p.close:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: pipeAddr{}, Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: pipeAddr{}, Err: ctx.Err()}
	}
}
