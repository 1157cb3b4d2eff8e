package source_test

import (
	"context"
	"errors"
	"testing"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/fetch"
	"erratum/internal/source"
)

// stage is a renderer that counts.
type stage struct {
	html string
	err  error
	n    int
}

func (s *stage) Render(_ context.Context, url string) (*fetch.Page, error) {
	s.n++
	if s.err != nil {
		return nil, s.err
	}
	return &fetch.Page{URL: url, Status: 200, MediaType: "text/html", Body: []byte(s.html), Digest: fetch.Digest([]byte(s.html))}, nil
}

const (
	shell  = `<!doctype html><html><head><title>News</title></head><body><div id="root"></div><noscript>Please enable JavaScript to run this app.</noscript><script src="/app.js"></script></body></html>`
	acted  = `<!doctype html><html><head><title>Harbour bridge closed</title></head><body><h1>Harbour bridge closed</h1><article>` + acted1 + acted1 + `</article></body></html>`
	acted1 = `<p>The harbour bridge was closed on Monday after an inspection found cracks in two of its pillars, the port authority said in a statement.</p><p>Some 14,000 cars cross it each day, and ferries are to take those who live on the island until the end of March, according to the mayor.</p>`
)

// TestRender: scripts run where the page shows no article without them, and where it is
// known not to.
func TestRender(t *testing.T) {
	t.Parallel()
	const url = "https://news.example/a"
	for _, tt := range []struct {
		name     string
		html     string
		stage    *stage
		request  article.Request
		rendered bool
		runs     int
	}{
		{"an article", acted, &stage{html: acted}, article.Request{Render: true}, false, 0},
		{"a shell", shell, &stage{html: acted}, article.Request{Render: true}, true, 1},
		{"a shell, at a later check", shell, &stage{html: acted}, article.Request{}, false, 0},
		{"known to need scripts", shell, &stage{html: acted}, article.Request{Rendered: true}, true, 1},
		{"scripts that show nothing", shell, &stage{html: shell}, article.Request{Render: true}, false, 1},
		{"scripts that fail", shell, &stage{err: &article.ReadError{Problem: article.Unreachable}}, article.Request{Render: true}, false, 1},
		{"no browser", shell, nil, article.Request{Render: true, Rendered: true}, false, 0},
	} {
		web := fakeWeb(func(article.Request) (*fetch.Page, error) {
			return &fetch.Page{URL: url, Status: 200, MediaType: "text/html", Body: []byte(tt.html), Digest: fetch.Digest([]byte(tt.html))}, nil
		})
		s := source.New(web, extract.New(extract.Options{}))
		if tt.stage != nil {
			s = s.WithRenderer(tt.stage)
		}
		tt.request.URL = url
		got, err := s.Read(t.Context(), tt.request)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.Rendered != tt.rendered || tt.stage != nil && tt.stage.n != tt.runs || (got.Verdict == article.OK) != (tt.rendered || tt.html == acted) {
			t.Errorf("%s: rendered %v in %v, verdict %s", tt.name, got.Rendered, tt.stage, got.Verdict)
		}
	}
	s := source.New(noWeb, extract.New(extract.Options{})).WithRenderer(&stage{html: acted})
	got, err := s.Read(t.Context(), article.Request{URL: url, Rendered: true, KnownDigest: fetch.Digest([]byte(acted))})
	if err != nil || !got.NotModified || !got.Rendered {
		t.Errorf("the same again: %+v, %v", got, err)
	}
	s = s.WithRenderer(&stage{err: &article.ReadError{Problem: article.Gone}})
	if _, err = s.Read(t.Context(), article.Request{URL: url, Rendered: true}); !errors.As(err, new(*article.ReadError)) {
		t.Errorf("a page that is gone: %v", err)
	}
}
