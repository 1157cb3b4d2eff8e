package newstest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what is sent, before conditions and compression.
type answer struct {
	status       int
	kind         string // content type
	body         []byte
	etag         string
	lastModified time.Time
}

// route tells the outlet and the path of a request. Where the host is none of ours,
// the first part of the path may name the outlet; prefix is that part.
func route(host, path string) (site, rest, prefix string) {
	name, _, _ := strings.Cut(host, ":")
	if _, ok := findOutlet(name); ok {
		return name, path, ""
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if _, ok := findOutlet(first); ok {
		return first, "/" + rest, "/" + first
	}
	return host, path, ""
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	host, path, prefix := route(r.Host, r.URL.Path)
	fault := s.strike(host, path)
	if fault.before(w, r) {
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "This site only gives pages out.", http.StatusMethodNotAllowed)
		return
	}
	a, err := s.answer(host, path, "http://"+r.Host+prefix)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	a.send(w, r, fault.Cut)
}

// answer finds what a path holds now.
func (s *Site) answer(host, path, base string) (answer, error) {
	o, ok := findOutlet(host)
	if !ok {
		return answer{status: http.StatusNotFound, kind: "text/plain; charset=utf-8", body: []byte("No outlet of that name lives here.\n")}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch path {
	case "/robots.txt":
		return answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: []byte("User-agent: *\nAllow: /\n")}, nil
	case "/feed.xml":
		return s.feed(o, base)
	case "/":
		return s.plain(http.StatusOK, o, o.Name, "Our latest stories.", s.links(o, base))
	}
	i := slices.IndexFunc(s.articles, func(a *article) bool { return a.story.outlet.Host == host && a.story.path == path })
	if i < 0 {
		return s.plain(http.StatusNotFound, o, "Page not found", "The page you are looking for does not exist or has been removed.", nil)
	}
	return s.page(s.articles[i], base)
}

// page answers with the present state of an article.
func (s *Site) page(a *article, base string) (answer, error) {
	state, o := a.states[a.at], a.story.outlet
	switch {
	case state.challenge:
		body, err := render(s.layouts, "challenge.html", o)
		return answer{status: cmp.Or(state.status, http.StatusOK), kind: "text/html; charset=utf-8", body: body}, err
	case state.status != 0:
		return s.plain(state.status, o, "Page not found", "The page you are looking for does not exist or has been removed.", nil)
	}
	related := slices.DeleteFunc(s.links(o, base), func(l link) bool { return l.URL == base+a.story.path })
	body, err := render(s.layouts, o.Layout, a.view(base, a.shown, related))
	a.shown++
	ans := answer{status: http.StatusOK, kind: "text/html; charset=utf-8", body: body}
	if o.etags {
		sum := sha256.Sum256(body)
		ans.etag = `"` + hex.EncodeToString(sum[:8]) + `"`
	}
	if o.modified {
		ans.lastModified = a.changed
	}
	return ans, err
}

// plain is a page that is no article.
func (s *Site) plain(status int, o outlet, title, text string, links []link) (answer, error) {
	body, err := render(s.layouts, "plain.html", struct {
		Outlet      outlet
		Title, Text string
		Links       []link
	}{o, title, text, links})
	return answer{status: status, kind: "text/html; charset=utf-8", body: body}, err
}

// links lists the outlet's articles that can be seen now, by their first headline.
func (s *Site) links(o outlet, base string) []link {
	var links []link
	for _, a := range s.articles {
		if a.story.outlet.Host == o.Host && (a.states[a.at].status == 0 || a.states[a.at].challenge) {
			links = append(links, link{base + a.story.path, a.story.headline})
		}
	}
	return links
}

type rssItem struct {
	Title     string `xml:"title"`
	Link      string `xml:"link"`
	GUID      string `xml:"guid"`
	Published string `xml:"pubDate"`
	Summary   string `xml:"description"`
}

type rss struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Items   []rssItem `xml:"channel>item"`
}

// feed is the outlet's RSS feed, newest first.
func (s *Site) feed(o outlet, base string) (answer, error) {
	f := rss{Version: "2.0", Title: o.Name, Link: base + "/", About: "News from " + o.Name}
	articles := slices.DeleteFunc(slices.Clone(s.articles), func(a *article) bool { return a.story.outlet.Host != o.Host })
	slices.SortStableFunc(articles, func(a, b *article) int { return b.story.published.Compare(a.story.published) })
	for _, a := range articles {
		if p := a.states[a.at]; p.status == 0 || p.challenge {
			url := base + a.story.path
			f.Items = append(f.Items, rssItem{p.headline, url, url, a.story.published.UTC().Format(time.RFC1123Z), p.dek})
		}
	}
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return answer{}, fmt.Errorf("newstest: write a feed: %w", err)
	}
	return answer{status: http.StatusOK, kind: "application/rss+xml; charset=utf-8", body: append([]byte(xml.Header), body...)}, nil
}

// send writes an answer: not modified where the client has it, compressed where it
// may be, and cut off after so many bytes where that is wanted.
func (a answer) send(w http.ResponseWriter, r *http.Request, cut int) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Vary", "Accept-Encoding")
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if !a.lastModified.IsZero() {
		h.Set("Last-Modified", a.lastModified.UTC().Format(http.TimeFormat))
	}
	if a.fresh(r) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = zipped(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	if cut > 0 && cut < len(body) {
		_, _ = w.Write(body[:cut])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // the documented way to cut a connection
	}
	_, _ = w.Write(body) // the client may be gone; nobody else is to be told
}

// fresh reports whether the client's copy is this one. A tag counts before a date.
func (a answer) fresh(r *http.Request) bool {
	if a.status != http.StatusOK {
		return false
	}
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		return a.etag != "" && strings.Contains(tags, a.etag)
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !a.lastModified.IsZero() && !a.lastModified.Truncate(time.Second).After(since)
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}
