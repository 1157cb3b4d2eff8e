package fetch_test

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

func TestMain(m *testing.M) {
	if urls := os.Getenv(clientURLs); urls != "" {
		clientMain(strings.Fields(urls))
		return
	}
	// A proxy that nothing may use: the guard would see its address only.
	if err := os.Setenv("HTTP_PROXY", "http://127.0.0.1:1"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

func TestFetch(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("ETag", `W/"7"`)
		h.Set("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT")
		h.Set("Age", "30")
		h.Set("Set-Cookie", "id=1")
		h.Set("Vary", "Accept-Encoding, Cookie")
		_, _ = w.Write([]byte(page))
	})
	p := get(t, newFetcher(t, fetch.Options{}), s.URL+"/a?utm_source=x&id=7#top")
	sum := sha256.Sum256([]byte(page))
	want := &fetch.Page{
		URL: s.URL + "/a?id=7", Status: 200, MediaType: "text/html", Body: []byte(page), Digest: hex.EncodeToString(sum[:]),
		Validators: article.Validators{ETag: `W/"7"`, LastModified: "Mon, 02 Nov 2026 10:00:00 GMT"},
		Header:     http.Header{"Age": {"30"}, "Date": p.Header["Date"]},
		Varies:     true, // it goes by cookies and hands one out
	}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
}

func TestRequestHeader(t *testing.T) {
	var got []http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Clone())
		w.Header().Set("Set-Cookie", "id=1; Path=/")
		if r.URL.Path == "/start" {
			http.Redirect(w, r, "/end", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte(page))
	})
	f := newFetcher(t, fetch.Options{UserAgent: fetch.UserAgent("1.2", "https://bot.example/about")})
	for range 2 {
		get(t, f, s.URL+"/start")
	}
	_, err := f.Fetch(context.Background(), article.Request{URL: s.URL + "/end", Fresh: true, Known: article.Validators{ETag: `"x"`}})
	if err != nil {
		t.Fatal(err)
	}
	plain := http.Header{
		"User-Agent":      {"Erratum/1.2 (+https://bot.example/about)"},
		"Accept":          {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"},
		"Accept-Encoding": {"gzip, br, zstd"},
	}
	for i, h := range got[:4] {
		if d := cmp.Diff(plain, h); d != "" {
			t.Errorf("request %d: %s", i, d)
		}
	}
	fresh := plain.Clone()
	fresh.Set("Cache-Control", "no-cache")
	fresh.Set("Pragma", "no-cache")
	fresh.Set("If-None-Match", `"x"`)
	if d := cmp.Diff(fresh, got[4]); d != "" {
		t.Error(d)
	}
}

func TestConnectionIsKept(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/same":
			w.WriteHeader(http.StatusNotModified)
		case "/gzip", "/br", "/zstd": // the body's end stands in a chunk behind the compressed data
			w.Header().Set("Content-Encoding", r.URL.Path[1:])
			pack := map[string]func([]byte) []byte{"/gzip": gzipped, "/br": brotlied, "/zstd": zstded}[r.URL.Path]
			_, _ = w.Write(pack([]byte(page)))
			_ = http.NewResponseController(w).Flush()
		default:
			_, _ = w.Write([]byte(page))
		}
	}))
	s.Config.ConnState = func(_ net.Conn, st http.ConnState) {
		if st == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	f := newFetcher(t, fetch.Options{})
	for range 5 {
		get(t, f, s.URL+"/a")
		for _, packed := range []string{"/gzip", "/br", "/zstd"} {
			get(t, f, s.URL+packed)
		}
		want(t, fail(t, f, s.URL+"/gone"), article.Gone, "")
		_, err := f.Fetch(context.Background(), article.Request{URL: s.URL + "/same", Known: article.Validators{ETag: `"1"`}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections for 30 requests", n)
	}
}

func TestNotModified(t *testing.T) {
	known := article.Validators{ETag: `"1"`, LastModified: "Mon, 02 Nov 2026 10:00:00 GMT"}
	var reply string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if reply != "" {
			w.Header().Set("ETag", reply)
		}
		w.WriteHeader(http.StatusNotModified)
	})
	f := newFetcher(t, fetch.Options{})
	for _, c := range []struct {
		reply string
		want  article.Validators
	}{{"", known}, {`"2"`, article.Validators{ETag: `"2"`}}} {
		reply = c.reply
		p, err := f.Fetch(context.Background(), article.Request{URL: s.URL, Known: known})
		if err != nil || !p.NotModified || p.Status != 304 || p.Validators != c.want || p.Body != nil {
			t.Errorf("reply %q: %+v, %v", c.reply, p, err)
		}
	}
	// A server that says "not modified" to who knows nothing has no page to give.
	want(t, fail(t, f, s.URL), article.Unreachable, "not a page")
}

func TestSameBytes(t *testing.T) {
	body := page
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"new each time"`)
		_, _ = io.WriteString(w, body)
	})
	f := newFetcher(t, fetch.Options{})
	first := get(t, f, s.URL)
	look := article.Request{URL: s.URL, KnownDigest: first.Digest}
	same, err := f.Fetch(context.Background(), look)
	if err != nil || !same.NotModified || same.Status != 200 || same.Body != nil || same.Digest != first.Digest || same.Validators.ETag == "" {
		t.Errorf("same bytes: %+v, %v", same, err)
	}
	body += " "
	other, err := f.Fetch(context.Background(), look)
	if err != nil || other.NotModified || string(other.Body) != body {
		t.Errorf("other bytes: %+v, %v", other, err)
	}
}

func TestOutcomes(t *testing.T) {
	inHour := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for _, c := range []struct {
		name    string
		status  int
		header  map[string]string
		problem article.Problem
		words   string
		wait    time.Duration
	}{
		{"not found", 404, nil, article.Gone, "gone", 0},
		{"gone", 410, nil, article.Gone, "gone", 0},
		{"log-in", 401, nil, article.BlockedBy, "log-in", 0},
		{"payment", 402, nil, article.BlockedBy, "payment", 0},
		{"forbidden", 403, nil, article.BlockedBy, "refuses", 0},
		{"teapot", 418, nil, article.BlockedBy, "refuses", 0},
		{"legal", 451, nil, article.BlockedBy, "legal", 0},
		{"made up", 999, nil, article.BlockedBy, "refuses", 0},
		{"challenge", 503, map[string]string{"Cf-Mitigated": "challenge", "Retry-After": "5"}, article.BlockedBy, "person", 0},
		{"challenge with 202", 202, map[string]string{"X-Amzn-Waf-Action": "challenge"}, article.BlockedBy, "person", 0},
		{"too many", 429, nil, article.RateLimited, "less often", 0},
		{"too many, seconds", 429, map[string]string{"Retry-After": "90"}, article.RateLimited, "less often", 90 * time.Second},
		{"too many, zero", 429, map[string]string{"Retry-After": "0"}, article.RateLimited, "less often", 0},
		{"too many, a year", 429, map[string]string{"Retry-After": "31536000"}, article.RateLimited, "less often", 24 * time.Hour},
		{"too many, overflow", 429, map[string]string{"Retry-After": strings.Repeat("9", 40)}, article.RateLimited, "less often", 24 * time.Hour},
		{"too many, negative", 429, map[string]string{"Retry-After": "-5"}, article.RateLimited, "less often", 0},
		{"too many, nonsense", 429, map[string]string{"Retry-After": "soon"}, article.RateLimited, "less often", 0},
		{"too many, date by the server's clock", 429, map[string]string{"Date": "Mon, 02 Nov 2026 10:00:00 GMT", "Retry-After": "Mon, 02 Nov 2026 10:05:00 GMT"}, article.RateLimited, "less often", 5 * time.Minute},
		{"too many, past date", 429, map[string]string{"Date": "Mon, 02 Nov 2026 10:00:00 GMT", "Retry-After": "Mon, 02 Nov 2026 09:05:00 GMT"}, article.RateLimited, "less often", 0},
		{"busy", 503, map[string]string{"Retry-After": "120"}, article.RateLimited, "less often", 2 * time.Minute},
		{"broken", 503, nil, article.Unreachable, "fault", 0},
		{"broken", 500, nil, article.Unreachable, "fault", 0},
		{"edge", 522, nil, article.Unreachable, "fault", 0},
		{"slow", 408, nil, article.Unreachable, "gave up", 0},
		{"no content", 204, nil, article.Unreadable, "empty", 0},
		{"accepted", 202, nil, article.Unreachable, "not a page", 0},
		{"choices", 300, nil, article.Unreachable, "not a page", 0},
		{"redirect to nowhere", 302, nil, article.Unreachable, "without saying where", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for k, v := range c.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.status)
			})
			e := fail(t, newFetcher(t, fetch.Options{}), s.URL)
			want(t, e, c.problem, c.words)
			if e.Status != c.status || e.RetryAfter != c.wait {
				t.Errorf("status %d, wait %s; want %d, %s", e.Status, e.RetryAfter, c.status, c.wait)
			}
		})
	}
	t.Run("on a page and a redirect", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "3600")
			if r.URL.Path == "/old" {
				http.Redirect(w, r, "/new", http.StatusMovedPermanently)
				return
			}
			_, _ = fmt.Fprint(w, page)
		})
		if p := get(t, newFetcher(t, fetch.Options{}), s.URL+"/old"); p.Status != 200 || p.MovedTo != s.URL+"/new" {
			t.Errorf("got %+v", p)
		}
	})
	t.Run("date by our clock", func(t *testing.T) {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Date"] = nil
			w.Header().Set("Retry-After", inHour)
			w.WriteHeader(429)
		})
		if e := fail(t, newFetcher(t, fetch.Options{}), s.URL); e.RetryAfter < 50*time.Minute || e.RetryAfter > time.Hour {
			t.Errorf("wait %s", e.RetryAfter)
		}
	})
}

func TestUnreachable(t *testing.T) {
	closed := serve(t, func(http.ResponseWriter, *http.Request) {})
	closed.Close()
	cut := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	garbage := rawServer(t, "SSH-2.0-OpenSSH_9.9\r\n")
	for _, c := range []struct{ name, url, words string }{
		{"refused", closed.URL, "refuses connections"},
		{"cut", cut.URL, "cut the connection"},
		{"certificate", untrusted.URL, "certificate"},
		{"http asked for https", strings.Replace(cut.URL, "http:", "https:", 1), "https properly"},
		{"not http", garbage, "no proper answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want(t, fail(t, newFetcher(t, fetch.Options{}), c.url), article.Unreachable, c.words)
		})
	}
	t.Run("no such name", func(t *testing.T) {
		f := newFetcher(t, fetch.Options{Resolver: fakeDNS(func(string) []string { return nil })})
		want(t, fail(t, f, "http://nothing.example/"), article.Unreachable, "no site of that name")
	})
}

func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Proto", r.Proto)
		if r.ProtoMajor == 2 {
			_, _ = w.Write([]byte(page))
		}
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	f := newFetcher(t, fetch.Options{})
	f.Trust(pool(s))
	if p := get(t, f, s.URL); string(p.Body) != page {
		t.Errorf("body %q", p.Body)
	}
}

// pool returns the certificates of a test server.
func pool(servers ...*httptest.Server) *x509.CertPool {
	p := x509.NewCertPool()
	for _, s := range servers {
		p.AddCert(s.Certificate())
	}
	return p
}

func TestCancelled(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	f := newFetcher(t, fetch.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := f.Fetch(ctx, article.Request{URL: s.URL})
	var e *article.ReadError
	if !errors.Is(err, context.Canceled) || errors.As(err, &e) {
		t.Errorf("got %v, want the context's error: the site is not to blame", err)
	}
}

func TestVaries(t *testing.T) {
	for vary, want := range map[string]bool{
		"": false, "Accept-Encoding": false, "Accept-Encoding, User-Agent, Cookie, Accept-Language": false,
		"X-Forwarded-Proto, X-Requested-With": false, "*": true, "accept-encoding,X-AB-Test": true, "CloudFront-Viewer-Country": true, "Device-Type": true,
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Vary", vary)
			_, _ = w.Write([]byte(page))
		})
		if got := get(t, newFetcher(t, fetch.Options{}), s.URL).Varies; got != want {
			t.Errorf("Vary %q: %t", vary, got)
		}
	}
}

func TestVariesByTestNames(t *testing.T) {
	for line, want := range map[string]bool{
		"X-AB-Test: b": true, "X-Experiment-Id: 7": true, "Set-Cookie: optimizelyEndUserId=oeu1; Path=/": true, "Set-Cookie: _vwo_uuid=D0; Path=/": true,
		"Set-Cookie: abtest_group=2": true, "Set-Cookie: session=abtest": false, "Set-Cookie: cabinet=1": false, "Expires: 0": false, "Expect-CT: max-age=0": false,
		"Vary: Cookie\nSet-Cookie: visitor=31": true, "Vary: Cookie": false,
	} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			for l := range strings.Lines(line) {
				name, value, _ := strings.Cut(strings.TrimSpace(l), ": ")
				w.Header().Add(name, value)
			}
			_, _ = w.Write([]byte(page))
		})
		if got := get(t, newFetcher(t, fetch.Options{}), s.URL).Varies; got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}

func TestAge(t *testing.T) {
	for age, want := range map[string]time.Duration{"": 0, "120": 2 * time.Minute, "-3": 0, "soon": 0, "99999999999": 0} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Age", age)
			_, _ = w.Write([]byte(page))
		})
		if got := get(t, newFetcher(t, fetch.Options{}), s.URL).Age(); got != want {
			t.Errorf("Age %q: %v", age, got)
		}
	}
}

func TestLongValidatorsAreNotKept(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("x", 5000)+`"`)
		_, _ = w.Write([]byte(page))
	})
	if v := get(t, newFetcher(t, fetch.Options{}), s.URL).Validators; v != (article.Validators{}) {
		t.Errorf("kept an ETag of %d bytes", len(v.ETag))
	}
}

func TestOptions(t *testing.T) {
	dial := func(context.Context) (net.Conn, error) { return nil, net.ErrClosed }
	for _, c := range []struct {
		o     fetch.Options
		words string
	}{
		{fetch.Options{UserAgent: "a\r\nCookie: b"}, "user agent"},
		{fetch.Options{MaxBytes: 1}, "largest page"},
		{fetch.Options{MaxHeaderBytes: -1}, "largest header"},
		{fetch.Options{Timeout: -1}, "time-out"},
		{fetch.Options{MaxRedirects: 100}, "redirects"},
		{fetch.Options{ExtraPorts: []int{70000}}, "extra port"},
		{fetch.Options{InMemory: map[string]fetch.Dialer{"news.com": dial}}, "in-memory"},
		{fetch.Options{InMemory: map[string]fetch.Dialer{"NEWS.example": dial}}, "in-memory"},
		{fetch.Options{InMemory: map[string]fetch.Dialer{"127.0.0.1": dial}}, "in-memory"},
		{fetch.Options{MaxBytes: 1, Timeout: -1}, "largest page: 1 bytes is not between 1 KiB and 256 MiB\ntime-out"},
	} {
		if _, err := fetch.New(c.o); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%+v: %v, want …%s…", c.o, err, c.words)
		}
	}
	if err := (fetch.Options{InMemory: map[string]fetch.Dialer{"news.example": dial, "localhost": dial}}).Validate(); err != nil {
		t.Error(err)
	}
}
