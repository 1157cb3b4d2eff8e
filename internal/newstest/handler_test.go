package newstest_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/newstest"
)

const (
	courier = "http://harbour-courier.test/news/council/library-hours-budget-gap"
	lantern = "http://the-lantern.test/health/evening-dose-trial-tolvane"
	wire    = "http://meridian-wire.test/world/keldia-ostra-east-bank"
	ledger  = "http://northern-ledger.test/courts/dredging-trial-engineer-evidence"
)

func TestConditionalRequests(t *testing.T) {
	for _, c := range []struct {
		url          string
		etag, stamps bool
	}{{courier, true, true}, {lantern, true, false}, {wire, false, true}, {ledger, false, false}} {
		s := newSite(t)
		client := serve(t, s.Handler())
		resp, page := get(t, client, c.url)
		etag, stamp := resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")
		if (etag != "") != c.etag || (stamp != "") != c.stamps {
			t.Errorf("%s: ETag %q, Last-Modified %q", c.url, etag, stamp)
		}
		again := func() (reply, string) {
			return get(t, client, c.url, "If-None-Match", etag, "If-Modified-Since", stamp)
		}
		if resp, body := again(); c.etag || c.stamps {
			if resp.StatusCode != http.StatusNotModified || body != "" {
				t.Errorf("%s: the same page again: %s, %d bytes", c.url, resp.Status, len(body))
			}
		} else if resp.StatusCode != http.StatusOK || body == page {
			t.Errorf("%s: %s; the adverts are to change at each fetch", c.url, resp.Status)
		}
		s.Advance(c.url)
		if resp, body := again(); resp.StatusCode != http.StatusOK || body == page {
			t.Errorf("%s: the changed page: %s", c.url, resp.Status)
		}
	}
}

// Two changes within a second must still be told apart by a date that counts seconds.
func TestLastModifiedGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		client := serve(t, s.Handler())
		storm := s.URL("storm-coast")
		stamps := map[string]bool{}
		for range 3 {
			resp, _ := get(t, client, storm)
			stamps[resp.Header.Get("Last-Modified")] = true
			s.Advance(storm)
		}
		if len(stamps) != 3 {
			t.Errorf("three states, stamps %v", stamps)
		}
	})
}

func TestRequestsOfAllKinds(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	for _, c := range []struct {
		method, url string
		status      int
		holds       string
	}{
		{"GET", "http://the-lantern.test/", 200, "evening-dose-trial"},
		{"GET", "http://the-lantern.test/nothing", 404, "does not exist"},
		{"GET", "http://elsewhere.test/", 404, "No outlet"},
		{"GET", "http://the-lantern.test/robots.txt", 200, "User-agent"},
		{"POST", lantern, 405, "only gives pages out"},
		{"HEAD", lantern, 200, ""},
		{"GET", "http://127.0.0.1:8080/the-lantern.test/", 200, "http://127.0.0.1:8080/the-lantern.test/health/evening-dose"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status || !strings.Contains(string(body), c.holds) || c.method == "HEAD" && len(body) > 0 {
			t.Errorf("%s %s: %s, %.80q", c.method, c.url, resp.Status, body)
		}
	}
}

func TestAddressesOnLoopback(t *testing.T) {
	s := newSite(t)
	ln, err := newstest.Loopback(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	server := s.Serve(ln)
	defer func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	}()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for i, u := range s.URLsAt(server.URL()) {
		resp, page := get(t, client, u)
		if resp.StatusCode != 200 || !strings.Contains(page, `rel="canonical" href="`+u+`"`) {
			t.Errorf("%s: %s", u, resp.Status)
		}
		if s.Fetches(u) != 1 || s.Fetches(s.URLs()[i]) != 1 {
			t.Errorf("%s: counted %d and %d", u, s.Fetches(u), s.Fetches(s.URLs()[i]))
		}
	}
	named := server.Client()
	defer named.CloseIdleConnections()
	if resp, _ := get(t, named, courier); resp.StatusCode != 200 {
		t.Errorf("by name: %s", resp.Status)
	}
}

func TestGzip(t *testing.T) {
	client := serve(t, newSite(t).Handler())
	_, unpacked := get(t, client, courier) // the client asks for gzip and unpacks by itself
	resp, plain := get(t, client, courier, "Accept-Encoding", "identity")
	if resp.Header.Get("Content-Encoding") != "" || plain != unpacked {
		t.Error("the page differs with its encoding")
	}
	resp, packed := get(t, client, courier, "Accept-Encoding", "gzip")
	if resp.Header.Get("Content-Encoding") != "gzip" || len(packed) >= len(plain)/2 {
		t.Errorf("%d of %d bytes packed", len(packed), len(plain))
	}
}

func TestFeedsListArticles(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	listed := map[string]bool{}
	for _, address := range s.Feeds() {
		resp, body := get(t, client, address)
		var feed struct {
			Items []struct {
				Title string `xml:"title"`
				Link  string `xml:"link"`
				Date  string `xml:"pubDate"`
			} `xml:"channel>item"`
		}
		if err := xml.Unmarshal([]byte(body), &feed); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %s, %v", address, resp.Status, err)
		}
		last := time.Time{}
		for _, item := range feed.Items {
			at, err := time.Parse(time.RFC1123Z, item.Date)
			if err != nil || !last.IsZero() && at.After(last) || item.Title == "" {
				t.Errorf("%s: %+v", address, item)
			}
			listed[item.Link], last = true, at
		}
	}
	for _, u := range s.URLs() {
		if !listed[u] {
			t.Errorf("%s stands in no feed", u)
		}
	}
	s.Advance("mill-archive")
	if _, body := get(t, client, "http://northern-ledger.test/feed.xml"); strings.Contains(body, "mill-archive") {
		t.Error("a removed article stands in the feed")
	}
}

func TestWallsAndRemovals(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	for name, statuses := range map[string][]int{
		"museum-theft": {200, 200, 200}, "observatory-mirror": {200, 403, 200}, "mill-archive": {200, 404, 200},
	} {
		var pages []string
		for _, want := range statuses {
			resp, page := get(t, client, s.URL(name))
			if resp.StatusCode != want {
				t.Errorf("%s: %s, want %d", name, resp.Status, want)
			}
			pages = append(pages, strings.Join(visible(t, page), "\n"))
			s.Advance(name)
		}
		if pages[0] == pages[1] || name != "mill-archive" && pages[0] != pages[2] {
			t.Errorf("%s: the page does not go and come back as it was", name)
		}
		if len(pages[1]) > 600 {
			t.Errorf("%s: a wall of %d bytes", name, len(pages[1]))
		}
	}
}

func TestFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		client := serve(t, s.Handler())
		s.SetFault(courier, newstest.Fault{Status: 500, Times: 2})
		for i, want := range []int{500, 500, 200} {
			if resp, _ := get(t, client, courier); resp.StatusCode != want {
				t.Errorf("fetch %d: %s", i+1, resp.Status)
			}
		}
		s.SetFault(courier, newstest.Fault{Status: 429, RetryAfter: 90 * time.Second})
		if resp, _ := get(t, client, courier); resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "90" {
			t.Errorf("%s, Retry-After %q", resp.Status, resp.Header.Get("Retry-After"))
		}
		s.SetFault(courier, newstest.Fault{Delay: time.Minute})
		start := time.Now()
		if resp, _ := get(t, client, courier); resp.StatusCode != 200 || time.Since(start) != time.Minute {
			t.Errorf("%s after %v", resp.Status, time.Since(start))
		}
		s.SetFault(courier, newstest.Fault{})
		start = time.Now()
		if resp, _ := get(t, client, lantern); resp.StatusCode != 200 || time.Since(start) != 0 {
			t.Error("a fault of one page meets another")
		}
		if resp, _ := get(t, client, courier); resp.StatusCode != 200 || time.Since(start) != 0 {
			t.Error("a fault outlives its end")
		}
		s.SetFault("http://the-lantern.test", newstest.Fault{Status: 503})
		if resp, _ := get(t, client, lantern); resp.StatusCode != 503 {
			t.Errorf("an outlet that is down: %s", resp.Status)
		}
		s.SetFault("http://127.0.0.1/the-lantern.test", newstest.Fault{})
		if resp, _ := get(t, client, lantern); resp.StatusCode != 200 {
			t.Errorf("an outlet that is up again: %s", resp.Status)
		}
		if got := s.Fetches(courier); got != 6 {
			t.Errorf("%d fetches counted, want 6", got)
		}
	})
}

func TestFaultThatCuts(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	s.SetFault(courier, newstest.Fault{Cut: 500, Times: 1})
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, courier, nil)
	r.Header.Set("Accept-Encoding", "identity")
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(body) != 500 {
		t.Errorf("%d bytes, %v", len(body), err)
	}
	if resp, _ := get(t, client, courier); resp.StatusCode != 200 {
		t.Errorf("after the cut: %s", resp.Status)
	}
}

func TestServerStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t)
		s.SetFault(courier, newstest.Fault{Delay: time.Hour})
		pipe := newstest.NewPipe()
		server := s.Serve(pipe)
		client := server.Client()
		failed := make(chan error)
		go func() {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, courier, nil)
			resp, err := client.Do(r)
			if err == nil {
				_ = resp.Body.Close()
			}
			failed <- err
		}()
		synctest.Wait()
		start := time.Now()
		if err := server.Close(); err != nil || server.Close() != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-failed; err == nil || time.Since(start) > time.Second {
			t.Errorf("a hanging fetch ended with %v after %v", err, time.Since(start))
		}
		if _, err := pipe.DialContext(t.Context(), "", ""); err == nil {
			t.Error("a closed pipe can be dialled")
		}
	})
}

func TestServerWaitsForItsHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		slow := func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			time.Sleep(time.Second) // of the bubble
			close(over)
		}
		server := newstest.Start(http.HandlerFunc(slow), newstest.NewPipe())
		go func() {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL(), nil)
			if resp, err := server.Client().Do(r); err == nil {
				_ = resp.Body.Close()
			}
		}()
		synctest.Wait()
		_ = server.Close()
		select {
		case <-over:
		default:
			t.Error("closed while a handler was at work")
		}
	})
}

func TestManyReadersWhileThePagesChange(t *testing.T) {
	s := newSite(t)
	client := serve(t, s.Handler())
	var readers sync.WaitGroup
	for _, u := range s.URLs() {
		readers.Go(func() {
			for range 5 {
				r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, u, nil)
				resp, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	readers.Go(func() {
		for len(s.AdvanceAll()) > 0 {
			s.SetFault(courier, newstest.Fault{Status: 500, Times: 1})
			_ = s.Truths()
		}
	})
	readers.Wait()
	for _, u := range s.URLs() {
		if s.Fetches(u) != 5 {
			t.Errorf("%s: %d fetches", u, s.Fetches(u))
		}
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"one.html": "<p>One, as it was.</p>", "notes.txt": "not a page"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "two.html.gz"), gzipped(t, "<p>Two, as it was.</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "torn.html.gz"), []byte("not gzip"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := newstest.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(f.IDs(), " "); got != "one torn two" {
		t.Errorf("pages %q", got)
	}
	client := serve(t, f.Handler())
	const base = "http://memory.test"
	resp, page := get(t, client, f.Address(base, "two"))
	if page != "<p>Two, as it was.</p>" {
		t.Errorf("page two: %q", page)
	}
	if again, _ := get(t, client, f.Address(base, "two"), "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("the same again: %s", again.Status)
	}
	f.Edit(func(id string, page []byte) []byte {
		return []byte(strings.ReplaceAll(string(page), "as it was", "as "+id+" is"))
	})
	if again, page := get(t, client, f.Address(base, "two"), "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != 200 || page != "<p>Two, as two is.</p>" {
		t.Errorf("edited: %s, %q", again.Status, page)
	}
	f.Edit(nil)
	if _, page := get(t, client, f.Address(base, "one")); page != "<p>One, as it was.</p>" {
		t.Errorf("no longer edited: %q", page)
	}
	for _, path := range []string{"/p/three", "/p/", "/", "/p/notes", "/p/../one"} {
		if resp, _ := get(t, client, base+path); resp.StatusCode != 404 {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	if resp, _ := get(t, client, f.Address(base, "torn")); resp.StatusCode != 500 {
		t.Errorf("a torn file: %s", resp.Status)
	}
	if f.Fetches("two") != 3 || f.Fetches("one") != 1 {
		t.Errorf("%d and %d fetches", f.Fetches("two"), f.Fetches("one"))
	}
	if _, err := newstest.OpenFolder(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
