package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// village is a few sites on synctest's clock, and a list of what was asked of them.
type village struct {
	*fetch.Fetcher
	robots func(w http.ResponseWriter, r *http.Request) // answers /robots.txt of news.example

	mu    sync.Mutex
	asked []string // "3s news.example/robots.txt"
	start time.Time
}

// inVillage runs a test over sites that answer every address with a page, but
// /robots.txt of news.example as the test says, /to/HOST/PATH with a redirect, and
// /robots.txt of other hosts with 404.
func inVillage(t *testing.T, o fetch.Options, robots http.HandlerFunc, test func(t *testing.T, v *village)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		v := &village{robots: robots, start: time.Now()}
		memory := newMemoryNet()
		s := &http.Server{Handler: v}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.Serve(memory)
		}()
		o.Robots = true
		o.InMemory = map[string]fetch.Dialer{"news.example": memory.Dial, "www.example": memory.Dial, "shut.example": memory.Dial}
		f, err := fetch.New(o)
		if err != nil {
			t.Fatal(err)
		}
		v.Fetcher = f
		test(t, v)
		f.Close()
		_ = s.Shutdown(context.Background())
		<-done
	})
}

func (v *village) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	v.asked = append(v.asked, fmt.Sprintf("%s %s%s", time.Since(v.start), r.Host, r.URL.RequestURI()))
	v.mu.Unlock()
	to, redirects := strings.CutPrefix(r.URL.Path, "/to/")
	switch {
	case r.URL.Path == "/robots.txt" && r.Host == "news.example":
		v.robots(w, r)
	case r.URL.Path == "/robots.txt" && r.Host == "shut.example":
		_, _ = fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
	case r.URL.Path == "/robots.txt":
		http.NotFound(w, r)
	case redirects:
		http.Redirect(w, r, "http://"+to, http.StatusFound)
	default:
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, page)
	}
}

// count returns how many requests were made for addresses that end so.
func (v *village) count(end string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for _, a := range v.asked {
		if strings.HasSuffix(a, end) {
			n++
		}
	}
	return n
}

// says answers with a file.
func says(file string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, file) }
}

// answers answers with a status.
func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// leads redirects.
func leads(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusMovedPermanently) }
}

func TestRobots(t *testing.T) {
	const shut = "User-agent: *\nDisallow: /\n"
	for _, tt := range []struct {
		name    string
		robots  http.HandlerFunc
		problem article.Problem // of /a; empty: it is read
		words   string
	}{
		{"asks nothing", says(""), "", ""},
		{"asks all bots to stay away", says(shut), article.BlockedBy, "the site's robots.txt asks not to be read by bots"},
		{"asks us to stay away", says("User-agent: Erratum\nDisallow: /a\n"), article.BlockedBy, "not to be read by bots"},
		{"names the agent that is sent", says("User-agent: Herald\nDisallow: /a\n"), article.BlockedBy, "not to be read by bots"},
		{"lets us in alone", says(shut + "User-agent: erratum\nAllow: /\n"), "", ""},
		{"not there", answers(404), "", ""},
		{"not for us", answers(403), "", ""},
		{"empty", answers(204), "", ""},
		{"an odd answer", answers(304), "", ""},
		{"a fault", answers(500), article.Unreachable, "robots.txt, which says whether bots may come"},
		{"too many requests", answers(429), article.RateLimited, "less often"},
		{"an endless answer", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := fmt.Fprint(w, strings.Repeat("#", 4096)+"\n"); err != nil {
					return
				}
			}
		}, "", ""},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, article.Unreachable, "robots.txt did not come in time"},
		{"damaged", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = fmt.Fprint(w, "no gzip")
		}, article.Unreachable, "cut short or damaged"},
		{"elsewhere on the site", leads("/other"), "", ""},
		{"on another site that is open", leads("http://www.example/robots.txt"), "", ""},
		{"on another site that is shut", leads("http://shut.example/robots.txt"), article.BlockedBy, "not to be read by bots"},
		{"nowhere", leads(""), "", ""},
		{"in a circle", leads("/robots.txt"), "", ""},
		{"where nothing may be read", leads("http://127.0.0.1/robots.txt"), "", ""},
		{"where nothing may be read by its form", leads("file:///etc/passwd"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inVillage(t, fetch.Options{UserAgent: "Herald/1.0"}, tt.robots, func(t *testing.T, v *village) {
				const url = "http://news.example/a"
				for range 3 {
					if tt.problem == "" {
						get(t, v.Fetcher, url)
						continue
					}
					e := fail(t, v.Fetcher, url)
					want(t, e, tt.problem, tt.words)
					if errors.Is(e, article.ErrDisallowed) != (tt.problem == article.BlockedBy) {
						t.Errorf("%v: is it robots.txt's word?", e)
					}
				}
				wantPages := 3
				if tt.problem != "" {
					wantPages = 0
				}
				if n := v.count("news.example/a"); n != wantPages {
					t.Errorf("the page was asked for %d times, want %d", n, wantPages)
				}
				if n := v.count("/robots.txt"); n > 6 {
					t.Errorf("robots.txt was asked for %d times", n)
				}
			})
		})
	}
}

// TestRobotsOnce: however many pages of a site are read, its robots.txt is asked for
// once a day, and those who come at once share one look.
func TestRobotsOnce(t *testing.T) {
	slow := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * time.Second)
		says("User-agent: *\nCrawl-delay: 7\nDisallow: /shut")(w, r)
	}
	inVillage(t, fetch.Options{}, slow, func(t *testing.T, v *village) {
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if p := get(t, v.Fetcher, fmt.Sprintf("http://news.example/%d", i)); p.Delay != 7*time.Second {
					t.Errorf("delay %s", p.Delay)
				}
			})
		}
		all.Wait()
		for hours := range 48 {
			get(t, v.Fetcher, "http://news.example/a")
			_ = fail(t, v.Fetcher, "http://news.example/shut")
			if n, want := v.count("/robots.txt"), 1+hours/24; n != want {
				t.Fatalf("after %d h robots.txt was asked for %d times, want %d", hours, n, want)
			}
			time.Sleep(time.Hour)
		}
		if n := v.count("/shut"); n != 0 {
			t.Errorf("a disallowed page was asked for %d times", n)
		}
	})
}

// TestRobotsUnreadable: while the file can't be read the last copy holds, and where
// there is none the site is left alone; it is asked again, seldom.
func TestRobotsUnreadable(t *testing.T) {
	const day = 24 * time.Hour
	status := 500
	file := func(w http.ResponseWriter, r *http.Request) {
		if status != 200 {
			w.Header().Set("Retry-After", "7200")
			answers(status)(w, r)
			return
		}
		says("User-agent: *\nDisallow: /shut\n")(w, r)
	}
	inVillage(t, fetch.Options{}, file, func(t *testing.T, v *village) {
		e := fail(t, v.Fetcher, "http://news.example/a")
		if e.Status != 500 || e.RetryAfter != 2*time.Hour {
			t.Errorf("%+v", e)
		}
		time.Sleep(time.Hour)
		if e = fail(t, v.Fetcher, "http://news.example/a"); e.RetryAfter != time.Hour {
			t.Errorf("an hour later still to wait %s", e.RetryAfter)
		}
		if n := v.count("/robots.txt"); n != 1 {
			t.Errorf("asked %d times before the site wanted it", n)
		}
		time.Sleep(time.Hour)
		status = 200
		get(t, v.Fetcher, "http://news.example/a")
		_ = fail(t, v.Fetcher, "http://news.example/shut")

		status = 503
		for range 40 {
			time.Sleep(day)
			get(t, v.Fetcher, "http://news.example/a")
			_ = fail(t, v.Fetcher, "http://news.example/shut")
		}
	})
	inVillage(t, fetch.Options{}, answers(500), func(t *testing.T, v *village) {
		for range 24 * 60 {
			_ = fail(t, v.Fetcher, "http://news.example/a")
			time.Sleep(time.Minute)
		}
		if n := v.count("/robots.txt"); n < 24 || n > 31 {
			t.Errorf("a site with a fault was asked %d times a day", n)
		}
		time.Sleep(29 * day)
		get(t, v.Fetcher, "http://news.example/a")
		if n := v.count("/a"); n != 1 {
			t.Errorf("the page was asked for %d times", n)
		}
	})
}

// TestRobotsOfRedirects: each site on the way is asked, before it is visited.
func TestRobotsOfRedirects(t *testing.T) {
	inVillage(t, fetch.Options{}, says(""), func(t *testing.T, v *village) {
		get(t, v.Fetcher, "http://news.example/to/www.example/b")
		e := fail(t, v.Fetcher, "http://news.example/to/shut.example/c")
		want(t, e, article.BlockedBy, "robots.txt")
		if v.count(" shut.example/c") != 0 || v.count(" www.example/robots.txt") != 1 {
			t.Errorf("asked %q", v.asked)
		}
	})
}

// TestRobotsWithinTheGuard: robots.txt opens no way to private addresses.
func TestRobotsWithinTheGuard(t *testing.T) {
	hit := false
	s := serve(t, func(http.ResponseWriter, *http.Request) { hit = true })
	f := guarded(t, fetch.Options{Robots: true})
	for range 2 {
		want(t, fail(t, f, s.URL+"/a"), article.Refused, "")
	}
	if hit {
		t.Error("a private address was asked for its robots.txt")
	}
}

// TestRobotsOnlyWhereAsked: a look that a person takes asks for the page alone.
func TestRobotsOnlyWhereAsked(t *testing.T) {
	var paths []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		_, _ = fmt.Fprint(w, page)
	})
	get(t, newFetcher(t, fetch.Options{}), s.URL+"/a")
	if strings.Join(paths, " ") != "/a" {
		t.Errorf("asked %q", paths)
	}
}

// TestRobotsBounded: what is remembered of sites is bounded in number and size, and a
// site that was forgotten is asked again.
func TestRobotsBounded(t *testing.T) {
	var big strings.Builder
	big.WriteString("User-agent: *\n")
	for i := range 1000 {
		fmt.Fprintf(&big, "Disallow: /%04d%s\n", i, strings.Repeat("x", 100))
	}
	for name, tt := range map[string]struct {
		file  string
		sites int
	}{"many": {"", 5000}, "big": {big.String(), 100}} {
		t.Run(name, func(t *testing.T) {
			f := guarded(t, fetch.Options{Robots: true})
			for i := range tt.sites {
				f.Learn(fmt.Sprintf("https://n%d.example", i), tt.file)
			}
			if n, size := f.Remembered(); n > 4096 || size > 16<<20 || n < 50 {
				t.Errorf("%d sites of %d bytes", n, size)
			}
		})
	}
}

// TestSpacing: requests to one host come apart, whatever they are for; other hosts do
// not wait for it.
func TestSpacing(t *testing.T) {
	inVillage(t, fetch.Options{Spacing: time.Second}, says(""), func(t *testing.T, v *village) {
		get(t, v.Fetcher, "http://news.example/to/www.example/to/news.example/b")
		got := strings.Join(v.asked, "\n")
		if got != `0s news.example/robots.txt
1s news.example/to/www.example/to/news.example/b
1s www.example/robots.txt
2s www.example/to/news.example/b
2s news.example/b` {
			t.Errorf("asked\n%s", got)
		}
		time.Sleep(time.Minute)
		v.start, v.asked = time.Now(), nil
		var all sync.WaitGroup
		refused := 0
		for i := range 30 {
			all.Go(func() {
				_, err := v.Fetch(t.Context(), article.Request{URL: fmt.Sprintf("http://news.example/%d", i)})
				v.mu.Lock()
				defer v.mu.Unlock()
				if err != nil {
					want(t, problem(t, err), article.Unreachable, "has to wait")
					refused++
				}
			})
		}
		all.Wait()
		if len(v.asked) != 20 || refused != 10 || !strings.HasPrefix(v.asked[19], "19s ") {
			t.Errorf("asked %q, refused %d", v.asked, refused)
		}
	})
}
