package fetch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// page is a small article; the tests care for bytes, not for news.
const page = "<!doctype html><html><head><title>Harbour bridge closed</title></head><body><article><p>The harbour bridge was closed on Monday after an inspection found cracks.</p></article></body></html>"

// serve starts an origin on loopback.
func serve(t testing.TB, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// newFetcher returns a fetcher that may read loopback.
func newFetcher(t testing.TB, o fetch.Options) *fetch.Fetcher {
	t.Helper()
	o.AllowLoopback = true
	return guarded(t, o)
}

// guarded returns a fetcher as the options say.
func guarded(t testing.TB, o fetch.Options) *fetch.Fetcher {
	t.Helper()
	f, err := fetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// get fetches a page that must come.
func get(t testing.TB, f *fetch.Fetcher, url string) *fetch.Page {
	t.Helper()
	p, err := f.Fetch(context.Background(), article.Request{URL: url})
	if err != nil {
		t.Fatalf("Fetch: %v", err)
	}
	return p
}

// fail fetches a page that must not come, and checks the manners of the error.
func fail(t testing.TB, f *fetch.Fetcher, url string) *article.ReadError {
	t.Helper()
	p, err := f.Fetch(context.Background(), article.Request{URL: url})
	if err == nil {
		t.Fatalf("Fetch(%.100q) gave a page of %d bytes", url, len(p.Body))
	}
	return problem(t, err)
}

// problem checks that an error is typed, plain and without an address.
func problem(t testing.TB, err error) *article.ReadError {
	t.Helper()
	var e *article.ReadError
	if !errors.As(err, &e) {
		t.Fatalf("error %T %v is no ReadError", err, err)
	}
	if e.Reason == "" || strings.Contains(e.Error(), "://") || strings.Contains(e.Error(), "127.0.0.1") || strings.ContainsAny(e.Reason, "\n\t") {
		t.Errorf("error text %q: want one plain sentence without address", e.Error())
	}
	return e
}

// want checks kind and words of a problem.
func want(t testing.TB, e *article.ReadError, p article.Problem, words string) {
	t.Helper()
	if e.Problem != p || !strings.Contains(e.Reason, words) {
		t.Errorf("got %q, %q; want %q, …%s…", e.Problem, e.Reason, p, words)
	}
}

// memoryNet is an origin inside the program, for tests on synctest's clock.
type memoryNet struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newMemoryNet() *memoryNet {
	return &memoryNet{conns: make(chan net.Conn), done: make(chan struct{})}
}

// Dial is a fetch.Dialer.
func (m *memoryNet) Dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case m.conns <- server:
		return client, nil
	case <-m.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (m *memoryNet) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.done:
		return nil, net.ErrClosed
	}
}

func (m *memoryNet) Close() error {
	m.once.Do(func() { close(m.done) })
	return nil
}

func (m *memoryNet) Addr() net.Addr { return memoryAddr{} }

type memoryAddr struct{}

func (memoryAddr) Network() string { return "memory" }
func (memoryAddr) String() string  { return "memory" }
