package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// proxy is the only way that one page's browser has to the web. It listens on loopback
// while the page is read, and connects where the guard lets it, so many times and for so
// many bytes and no more.
type proxy struct {
	way      Way
	host     string // of the page
	listener net.Listener
	server   *http.Server
	plain    *http.Transport
	served   chan struct{}

	mu    sync.Mutex
	conns map[net.Conn]bool
	made  int
	bytes int64
	lost  error // why the page's own site could not be connected to
	shut  bool
}

// isOwn reports hosts that Chromium asks by itself, for updates, accounts and lists of
// its maker, although its flags say no (seen with 156). No article needs them.
func isOwn(host string) bool {
	switch host {
	case "accounts.google.com", "update.googleapis.com", "clients1.google.com", "clients2.google.com", "clients3.google.com",
		"clients4.google.com", "clientservices.googleapis.com", "optimizationguide-pa.googleapis.com",
		"content-autofill.googleapis.com", "safebrowsing.googleapis.com", "sb-ssl.google.com", "redirector.gvt1.com",
		"edgedl.me.gvt1.com", "mtalk.google.com", "android.clients.google.com":
		return true
	default:
		return false
	}
}

// Errors of connections that the proxy does not make.
var (
	errTraffic = errors.New("the page loads too much")
	errConns   = errors.New("the page opens too many connections")
	errShut    = errors.New("the page was read")
	errOwn     = errors.New("the browser asks for itself")
)

// openProxy begins to listen.
func openProxy(ctx context.Context, way Way, host string) (*proxy, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the browser: %w", err)
	}
	p := &proxy{way: way, host: host, listener: ln, served: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.plain = &http.Transport{DialContext: p.dial, DisableCompression: true, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(p.served)
		_ = p.server.Serve(ln) // ends with close
	}()
	return p, nil
}

// address is where the proxy listens.
func (p *proxy) address() string { return p.listener.Addr().String() }

// close ends all connections and waits.
func (p *proxy) close() {
	_ = p.server.Close()
	p.mu.Lock()
	p.shut = true
	for c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.plain.CloseIdleConnections()
	<-p.served
}

// failure is why the page's own site could not be connected to; nil when it could.
func (p *proxy) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// dial connects through the guard.
func (p *proxy) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if isOwn(host) {
		return nil, errOwn
	}
	p.mu.Lock()
	p.made++
	n, over := p.made, p.bytes > maxTraffic
	p.mu.Unlock()
	switch {
	case over:
		return nil, errTraffic
	case n > maxConns:
		return nil, errConns
	}
	conn, err := p.way.Dial(ctx, network, address)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		if host == p.host {
			p.lost = err
		}
		return nil, err
	}
	if p.shut {
		_ = conn.Close()
		return nil, errShut
	}
	p.conns[conn] = true
	return &counted{Conn: conn, proxy: p}, nil
}

// counted counts what comes from the web.
type counted struct {
	net.Conn
	proxy *proxy
}

// Read implements net.Conn.
func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.proxy.mu.Lock()
	defer c.proxy.mu.Unlock()
	if c.proxy.bytes += int64(n); c.proxy.bytes > maxTraffic {
		return 0, errTraffic
	}
	return n, err
}

// Close implements net.Conn.
func (c *counted) Close() error {
	c.proxy.mu.Lock()
	delete(c.proxy.conns, c.Conn)
	c.proxy.mu.Unlock()
	return c.Conn.Close()
}

// ServeHTTP implements http.Handler: tunnels for https and sockets, requests for http.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		p.tunnel(w, r)
		return
	}
	if r.URL.Scheme != "http" || r.URL.Host == "" { // asked as if it were a site
		http.Error(w, "this is a proxy", http.StatusBadRequest)
		return
	}
	out := r.Clone(r.Context())
	out.RequestURI = ""
	for _, name := range []string{"Connection", "Proxy-Connection", "Proxy-Authorization", "Keep-Alive", "Te", "Trailer", "Upgrade"} {
		out.Header.Del(name)
	}
	resp, err := p.plain.RoundTrip(out)
	if err != nil {
		panic(http.ErrAbortHandler) // a page of ours would be taken for the site's
	}
	defer func() { _ = resp.Body.Close() }()
	for name, values := range resp.Header {
		if name != "Connection" && name != "Keep-Alive" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// tunnel joins the browser with a site.
func (p *proxy) tunnel(w http.ResponseWriter, r *http.Request) {
	site, err := p.dial(r.Context(), "tcp", r.Host)
	if err != nil {
		http.Error(w, "not from here", http.StatusForbidden)
		return
	}
	defer func() { _ = site.Close() }()
	taker, ok := w.(http.Hijacker)
	if !ok {
		return
	}
	browser, rw, err := taker.Hijack()
	if err != nil {
		return
	}
	defer func() { _ = browser.Close() }()
	if _, err := io.WriteString(browser, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(site, rw)
		_ = site.Close()
	}()
	_, _ = io.Copy(browser, site)
	_ = browser.Close()
	<-done
}
