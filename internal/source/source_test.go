package source_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/fetch"
	"erratum/internal/source"
)

// fakeWeb answers fetches from a function.
type fakeWeb func(article.Request) (*fetch.Page, error)

func (w fakeWeb) Fetch(_ context.Context, r article.Request) (*fetch.Page, error) { return w(r) }

// noWeb is for tests that must not fetch.
var noWeb = fakeWeb(func(r article.Request) (*fetch.Page, error) {
	return nil, &article.ReadError{Problem: article.Unreachable, Reason: "fetched " + r.URL}
})

// echo is an extractor that shows what it was given.
type echo struct{ canonical string }

func (e echo) Extract(page []byte, url string) extract.Result {
	return extract.Result{Article: &article.Article{URL: url, CanonicalURL: e.canonical, Headline: "html", Dek: string(page)}, Verdict: article.OK}
}

func (e echo) PlainText(text, url string) extract.Result {
	return extract.Result{Article: &article.Article{URL: url, Headline: "text", Dek: text}, Verdict: article.OK}
}

func TestRead(t *testing.T) {
	page := &fetch.Page{
		URL: "https://news.example/b", MovedTo: "https://news.example/b", Status: 200, MediaType: "text/html", Body: []byte("<p>x"), Digest: "d",
		Validators: article.Validators{ETag: "e"}, Varies: true, Header: http.Header{"Age": {"90"}},
	}
	var asked article.Request
	web := fakeWeb(func(r article.Request) (*fetch.Page, error) { asked = r; return page, nil })
	request := article.Request{URL: "https://news.example/a", Known: article.Validators{ETag: "k"}, KnownDigest: "kd", Fresh: true}
	got, err := source.New(web, echo{"HTTPS://News.example/b?utm_source=x"}).Read(context.Background(), request)
	if err != nil || asked != request {
		t.Fatalf("asked for %+v: %v", asked, err)
	}
	want := &article.Reading{
		URL: page.URL, MovedTo: page.MovedTo, Status: 200, Validators: page.Validators, Varies: true, Age: 90 * time.Second, Page: page.Body, PageDigest: "d", Verdict: article.OK,
		Article: &article.Article{URL: page.URL, CanonicalURL: "https://news.example/b", Headline: "html", Dek: "<p>x"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got, err = source.New(web, echo{"http://user@news.example/"}).Read(context.Background(), request)
	if err != nil || got.Article.CanonicalURL != "" {
		t.Errorf("an odd claim was kept: %+v, %v", got, err)
	}
}

func TestReadNotModified(t *testing.T) {
	web := fakeWeb(func(article.Request) (*fetch.Page, error) {
		return &fetch.Page{URL: "https://news.example/a", Status: 304, NotModified: true}, nil
	})
	got, err := source.New(web, nil).Read(context.Background(), article.Request{URL: "https://news.example/a"})
	if err != nil || !got.NotModified || got.Article != nil || got.Status != 304 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReadKinds(t *testing.T) {
	for kind, want := range map[string]string{
		"text/plain": "text", "text/html": "html", "application/json": "JSON", "application/rss+xml": "a feed", "text/xml": "XML",
		"image/svg+xml": "a picture", "text/css": "machinery", "text/calendar": "another kind",
	} {
		web := fakeWeb(func(article.Request) (*fetch.Page, error) {
			return &fetch.Page{MediaType: kind, Body: []byte("x")}, nil
		})
		got, err := source.New(web, echo{}).Read(context.Background(), article.Request{})
		var e *article.ReadError
		switch {
		case err == nil && got.Article.Headline == want:
		case errors.As(err, &e) && e.Problem == article.Unreadable && strings.Contains(e.Reason, want):
		default:
			t.Errorf("%s: %+v, %v; want %s", kind, got, err, want)
		}
	}
}

// TestReadFlat: why a page was read without its layout is kept with the reading.
func TestReadFlat(t *testing.T) {
	deep := strings.Repeat("<div>", 600) + strings.Repeat("<p>The harbour board closed a pier on Tuesday after divers had found cracks in it.</p>", 8)
	web := fakeWeb(func(article.Request) (*fetch.Page, error) {
		return &fetch.Page{MediaType: "text/html", Body: []byte(deep)}, nil
	})
	got, err := source.New(web, extract.New(extract.Options{})).Read(t.Context(), article.Request{})
	if err != nil || got.Verdict != article.OK || got.Flat != "the page is nested too deeply" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestReadKeepsErrors(t *testing.T) {
	_, err := source.New(noWeb, echo{}).Read(context.Background(), article.Request{URL: "u"})
	if e := new(article.ReadError); !errors.As(err, &e) || e.Problem != article.Unreachable {
		t.Errorf("got %v", err)
	}
}

func TestReread(t *testing.T) {
	s := source.New(noWeb, echo{})
	for _, c := range []struct{ name, page, kind string }{
		{"a page", "<!doctype html><meta charset=windows-1251><p>Мост закрыт", "html"},
		{"plain text", "Мост закрыт на ремонт.", "text"},
	} {
		got, err := s.Reread([]byte(c.page), "https://news.example/a")
		if err != nil || got.Article.Headline != c.kind || got.Article.Dek != c.page || got.Article.URL != "https://news.example/a" {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	if _, err := s.Reread(nil, "https://news.example/a"); !errors.As(err, new(*article.ReadError)) {
		t.Errorf("an empty page: %v", err)
	}
}

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return b.String()
}

func TestOpen(t *testing.T) {
	const (
		head = `<!doctype html><html><head><meta property="og:url" content="https://news.example/og">`
		tail = `</head><body><p>The bridge was closed.</p></body></html>`
	)
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	page := head + `<link rel="Canonical" href=" HTTPS://news.example:443/a?utm_source=x#top ">` + tail
	for _, c := range []struct{ name, arg, stdin, kind, url, text string }{
		{"page", write("page", page), "", "html", "https://news.example/a", page},
		{"page without canonical link", write("og", head+tail), "", "html", "https://news.example/og", head + tail},
		{"page with a bad canonical link", write("bad", head+`<link rel=canonical href="file:///etc/passwd">`+tail), "", "html", "https://news.example/og", head + `<link rel=canonical href="file:///etc/passwd">` + tail},
		{"page without address", write("bare", "<html>"+tail), "", "html", "", "<html>" + tail},
		{"link in the body", write("body", "<html><body>"+page), "", "html", "", "<html><body>" + page},
		{"gzip", write("page.gz", gzipped(page)), "", "html", "https://news.example/a", page},
		{"gzip without the name", write("packed.html", gzipped(page)), "", "html", "https://news.example/a", page},
		{"text", write("text.html", "The bridge was closed.\n"), "", "text", "", "The bridge was closed.\n"},
		{"old charset", write("cp1251.txt", "\xcc\xee\xf1\xf2 \xe7\xe0\xea\xf0\xfb\xeb\xe8 \xe2 \xef\xee\xed\xe5\xe4\xe5\xeb\xfc\xed\xe8\xea"), "", "text", "", "Мост закрыли в понедельник"},
		{"stdin", "-", page, "html", "https://news.example/a", page},
		{"stdin, gzip", "-", gzipped("Only text."), "text", "", "Only text."},
		{"a name with a colon", write("a:b", "Only text."), "", "text", "", "Only text."},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := source.New(noWeb, echo{}).Open(context.Background(), c.arg, strings.NewReader(c.stdin))
			if err != nil {
				t.Fatal(err)
			}
			if got.Article.Headline != c.kind || got.URL != c.url || got.Article.URL != c.url || got.Article.Dek != c.text || len(got.PageDigest) != 64 {
				t.Errorf("got %+v with %+v", got, got.Article)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	packed := gzipped(strings.Repeat("The bridge was closed. ", 100))
	for _, c := range []struct{ arg, words string }{
		{filepath.Join(dir, "missing.html"), "no such file; a web address starts with https://"},
		{"missing.html", "no such file"}, {"missing/dir/a.txt", "no such file"}, {"missing.md", "no such file"}, {"", "no such file"},
		{dir, "that is a folder"},
		{write("empty", ""), "empty"},
		{write("large", strings.Repeat("x", 9<<20)), "larger than Erratum reads (8 MB)"},
		{write("bomb.gz", gzipped(strings.Repeat("\x00", 9<<20))), "larger"},
		{write("cut.gz", packed[:len(packed)-9]), "damaged"},
		{write("head.gz", "\x1f\x8b\x08"), "damaged"},
		{write("picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "a picture"},
		{write("feed", `<?xml version="1.0"?><rss/>`), "XML data"},
		{"https://news.example/a", "fetched https://news.example/a"},
		{"ftp://news.example/a", "fetched"}, // the fetcher refuses it in its own words
		{"paper.co.uk/news/1", "fetched paper.co.uk/news/1"},
		{"www.paper.com", "fetched www.paper.com"},
	} {
		_, err := source.New(noWeb, echo{}).Open(context.Background(), c.arg, nil)
		if e := new(article.ReadError); !errors.As(err, &e) || !strings.Contains(e.Reason, c.words) {
			t.Errorf("Open(%q): %v, want …%s…", c.arg, err, c.words)
		}
	}
}

// TestWhole reads a page over a socket with the real parts.
func TestWhole(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><html lang="en"><head><title>Harbour bridge closed after cracks are found</title><link rel=canonical href="/bridge"></head><body><nav><a href="/">Home</a></nav><article><h1>Harbour bridge closed after cracks are found</h1>`+
			"<p>The harbour bridge was closed on Monday after an inspection found cracks in two of its piers, the city said. Ferries will run every ten minutes until the repair is done.</p>"+
			"<p>Engineers expect the repair to take nine weeks. Around 14,000 people cross the bridge on a working day, most of them on foot or by tram.</p><p>The mayor said that the city would pay for the ferries and that tickets would stay at the old price.</p></article></body></html>")
	}))
	defer s.Close()
	f, err := fetch.New(fetch.Options{AllowLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	src := source.New(f, extract.New(extract.Options{}))
	got, err := src.Open(context.Background(), s.URL+"/bridge?utm_source=x", nil)
	if err != nil {
		t.Fatal(err)
	}
	a := got.Article
	if got.Verdict != article.OK || a.URL != s.URL+"/bridge" || a.CanonicalURL != a.URL || !strings.Contains(a.BodyText(), "nine weeks") || !strings.HasPrefix(a.Headline, "Harbour bridge") {
		t.Errorf("got %+v with %+v", got, a)
	}
	same, err := src.Read(context.Background(), article.Request{URL: a.URL, KnownDigest: got.PageDigest})
	if err != nil || !same.NotModified {
		t.Errorf("the same bytes: %+v, %v", same, err)
	}
}
