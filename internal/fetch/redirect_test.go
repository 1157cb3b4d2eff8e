package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// hops serves /A to /Z: "A301B 302C" sends A to B for good and B to C for now; what
// has no rule is the page.
func hops(t *testing.T, rules string) *httptest.Server {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		for rule := range strings.FieldsSeq(rules) {
			if r.URL.Path == "/"+rule[:1] {
				var status int
				_, _ = fmt.Sscanf(rule[1:4], "%d", &status)
				w.Header().Set("Location", "/"+rule[4:])
				w.WriteHeader(status)
				return
			}
		}
		_, _ = io.WriteString(w, page)
	})
}

func TestRedirects(t *testing.T) {
	for _, c := range []struct{ rules, url, movedTo string }{
		{"", "/A", ""},
		{"A301B", "/B", "/B"},
		{"A308B", "/B", "/B"},
		{"A302B", "/B", ""},
		{"A303B", "/B", ""},
		{"A307B", "/B", ""},
		{"A301B B308C", "/C", "/C"},
		{"A301B B302C", "/C", "/B"},
		{"A302B B301C", "/C", ""},
		{"A301B B302C C301D", "/D", "/B"},
		{"A301B B301C C301D D301E E301F", "/F", "/F"},
		{"A301A?utm_source=rss", "/A", ""}, // only the way of getting here is added
		{"A302A?fbclid=1", "/A", ""},
		{"A301B?id=1&utm_source=rss#x", "/B?id=1", "/B?id=1"},
	} {
		s := hops(t, c.rules)
		if c.rules == "A301A?utm_source=rss" || c.rules == "A302A?fbclid=1" {
			inner := s.Config.Handler
			s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.RawQuery != "" {
					_, _ = io.WriteString(w, page)
					return
				}
				inner.ServeHTTP(w, r)
			})
		}
		p := get(t, newFetcher(t, fetch.Options{}), s.URL+"/A")
		movedTo := c.movedTo
		if movedTo != "" {
			movedTo = s.URL + movedTo
		}
		if p.URL != s.URL+c.url || p.MovedTo != movedTo {
			t.Errorf("%s: at %q, moved to %q; want %s, %s", c.rules, p.URL, p.MovedTo, c.url, c.movedTo)
		}
	}
}

func TestRedirectsEnd(t *testing.T) {
	f := newFetcher(t, fetch.Options{})
	want(t, fail(t, f, hops(t, "A302A").URL+"/A"), article.Unreachable, "circle")
	want(t, fail(t, f, hops(t, "A302B B302A").URL+"/A"), article.Unreachable, "circle")
	want(t, fail(t, f, hops(t, "A302B B302C C302B").URL+"/A"), article.Unreachable, "circle")
	want(t, fail(t, f, hops(t, "A301B B301C C301D D301E E301F F301G").URL+"/A"), article.Unreachable, "too many times")
	none := newFetcher(t, fetch.Options{MaxRedirects: -1})
	want(t, fail(t, none, hops(t, "A301B").URL+"/A"), article.Unreachable, "too many times")
}

func TestRedirectTargets(t *testing.T) {
	port, hits := canary(t)
	// An in-memory host is the public site, so that loopback is refused here.
	var target string
	memory := newMemoryNet()
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Location"] = []string{target}
		w.WriteHeader(http.StatusFound)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(memory)
	}()
	defer func() {
		_ = s.Close()
		<-done
	}()
	f := guarded(t, fetch.Options{ExtraPorts: []int{port}, InMemory: map[string]fetch.Dialer{"news.example": memory.Dial},
		Resolver: fakeDNS(func(string) []string { return []string{"127.0.0.1"} })})
	targets := []string{
		"file:///etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd", "ftp://news.example/a", "gopher://news.example/", "javascript:alert(1)", "data:text/html,x",
		"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://user:secret@news.example/", `\\10.0.0.1\x`, `http:\\10.0.0.1`, "http://[::1%25lo]/", "http:///10.0.0.1/",
		"//localhost/", "http://news.example/" + strings.Repeat("x", 3000), "%", "http://other.example:99999/",
	}
	for _, host := range loopbackSpellings {
		targets = append(targets, fmt.Sprintf("http://%s:%d/", host, port), fmt.Sprintf("//%s:%d/", host, port))
	}
	for _, target = range targets {
		e := fail(t, f, "http://news.example/a")
		if e.Problem != article.Refused || strings.Contains(e.Error(), "secret") {
			t.Errorf("redirect to %.60q: %v", target, e)
		}
	}
	if hits.Load() != 0 {
		t.Errorf("a redirect reached this machine %d times", hits.Load())
	}
}

func TestRedirectLocations(t *testing.T) {
	var target string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/dir/start" {
			w.Header()["Location"] = []string{target}
			w.WriteHeader(http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, page)
	})
	f := newFetcher(t, fetch.Options{})
	for location, want := range map[string]string{
		"next": "/dir/next", "../up": "/up", "/a b": "/a%20b", "/é": "/%C3%A9", "/\xe9": "/%E9", "/a#top": "/a", "/100%25": "/100%25",
		s.URL + "/caf\xe9": "/caf%E9", s.URL + "/100%-sure": "/100%25-sure", strings.TrimPrefix(s.URL, "http:") + "/x": "/x", strings.ToUpper("http:") + strings.TrimPrefix(s.URL, "http:") + "/y": "/y",
	} {
		target = location
		if p := get(t, f, s.URL+"/dir/start"); p.URL != s.URL+want {
			t.Errorf("Location %q led to %q, want %s", location, p.URL, want)
		}
	}
}

func TestValidatorsStayWithTheirHost(t *testing.T) {
	var got http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		_, _ = io.WriteString(w, page)
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/near":
			http.Redirect(w, r, "/end", http.StatusFound)
		default:
			got = r.Header.Clone()
			_, _ = io.WriteString(w, page)
		}
	})
	f := newFetcher(t, fetch.Options{})
	for path, want := range map[string]string{"/away": "", "/near": `"1"`} {
		_, err := f.Fetch(context.Background(), article.Request{URL: s.URL + path, Known: article.Validators{ETag: `"1"`}})
		if err != nil || got.Get("If-None-Match") != want || got.Get("Referer") != "" {
			t.Errorf("%s: sent %v, %v", path, got, err)
		}
	}
}

func TestDowngrade(t *testing.T) {
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, page) })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := plain.URL + "/x"
		if r.URL.Path == "/other" {
			to = strings.Replace(to, "127.0.0.1", "localhost", 1)
		}
		http.Redirect(w, r, to, http.StatusMovedPermanently)
	}))
	t.Cleanup(secure.Close)
	f := newFetcher(t, fetch.Options{})
	f.Trust(pool(secure))
	if p := get(t, f, secure.URL+"/same"); p.URL != plain.URL+"/x" || p.MovedTo != "" {
		t.Errorf("at %q, moved to %q; want it followed but not for good", p.URL, p.MovedTo)
	}
	want(t, fail(t, f, secure.URL+"/other"), article.Refused, "without encryption")
}
