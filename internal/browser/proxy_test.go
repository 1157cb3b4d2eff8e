package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// lane is a way to one server on loopback, whatever the name; all else is refused.
type lane struct{ server *httptest.Server }

var errNo = errors.New("not from here")

func (l lane) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if !strings.HasPrefix(address, "news.example:") {
		return nil, errNo
	}
	var d net.Dialer
	return d.DialContext(ctx, network, l.server.Listener.Addr().String())
}

func (lane) Admit(context.Context, string) (time.Duration, error) { return 0, nil }
func (lane) Explain(err error) error                              { return err }

// through opens a proxy before a server, and a client that goes through it.
func through(t *testing.T, server *httptest.Server) (*proxy, *http.Client) {
	t.Helper()
	t.Cleanup(server.Close)
	p, err := openProxy(t.Context(), lane{server}, "news.example")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.close)
	transport, ok := server.Client().Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	transport.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: p.address()})
	return p, server.Client()
}

func hello(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, "%s %s by %s", r.Method, r.URL.Path, r.Header.Get("User-Agent"))
}

func get(t *testing.T, c *http.Client, url string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "me")
	resp, err := c.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func TestProxy(t *testing.T) {
	t.Parallel()
	plain, c := through(t, httptest.NewServer(http.HandlerFunc(hello)))
	if got, err := get(t, c, "http://news.example/a"); err != nil || got != "GET /a by me" {
		t.Errorf("http: %q, %v", got, err)
	}
	for _, address := range []string{"http://127.0.0.1:1/", "http://other.example/", "http://update.googleapis.com/"} {
		if got, err := get(t, c, address); err == nil {
			t.Errorf("%s: %q", address, got)
		}
	}
	if err := plain.failure(); err != nil {
		t.Errorf("the page's own site: %v", err)
	}
	if got, err := get(t, &http.Client{}, "http://"+plain.address()+"/"); err != nil || got != "this is a proxy\n" {
		t.Errorf("asked as a site: %q, %v", got, err)
	}
	_, c = through(t, httptest.NewTLSServer(http.HandlerFunc(hello)))
	transport, ok := c.Transport.(*http.Transport)
	if !ok {
		t.Fatal("no transport")
	}
	transport.TLSClientConfig.ServerName = "example.com" // as the test's certificate says
	if got, err := get(t, c, "https://news.example/b"); err != nil || got != "GET /b by me" {
		t.Errorf("https: %q, %v", got, err)
	}
	if got, err := get(t, c, "https://other.example/b"); err == nil {
		t.Errorf("https elsewhere: %q", got)
	}
}

// TestProxyBounds: a page gets so many bytes and connections, and nothing once it was
// read.
func TestProxyBounds(t *testing.T) {
	t.Parallel()
	p, c := through(t, httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
	})))
	got, err := get(t, c, "http://news.example/a")
	if err == nil && len(got) > maxTraffic || len(got) < maxTraffic/2 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := p.dial(t.Context(), "tcp", "news.example:80"); !errors.Is(err, errTraffic) {
		t.Errorf("more: %v", err)
	}
	p, _ = through(t, httptest.NewServer(http.HandlerFunc(hello)))
	for range maxConns {
		conn, err := p.dial(t.Context(), "tcp", "news.example:80")
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	if _, err := p.dial(t.Context(), "tcp", "news.example:80"); !errors.Is(err, errConns) {
		t.Errorf("one more: %v", err)
	}
	p, _ = through(t, httptest.NewServer(http.HandlerFunc(hello)))
	conn, err := p.dial(t.Context(), "tcp", "news.example:80")
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("a connection outlived the page")
	}
	if _, err := p.dial(t.Context(), "tcp", "news.example:80"); !errors.Is(err, errShut) {
		t.Errorf("afterwards: %v", err)
	}
}
