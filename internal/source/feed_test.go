package source_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/fetch"
	"erratum/internal/source"
)

// site answers with pages by address; a page that begins with "<html" is HTML.
func site(pages map[string]string) fakeWeb {
	return func(r article.Request) (*fetch.Page, error) {
		body, ok := pages[r.URL]
		if !ok {
			return nil, &article.ReadError{Problem: article.Gone, Reason: "the page is gone", Status: 404}
		}
		kind := "text/xml"
		if strings.HasPrefix(body, "<html") {
			kind = "text/html"
		}
		return &fetch.Page{
			URL: r.URL, Status: 200, MediaType: kind, Body: []byte(body), Digest: "d", Validators: article.Validators{ETag: "e"},
			Header: http.Header{"Cache-Control": {"public, max-age=1200"}},
		}, nil
	}
}

const (
	front   = `<html><head><link rel=alternate type="application/rss+xml" href="/gone"><link rel=alternate type="application/rss+xml" href="/rss"></head>`
	rssFeed = `<rss version="2.0"><channel><title>Harbour news</title><item><title>Ferry</title><link>/1</link></item></channel></rss>`
	urlset  = `<urlset><url><loc>https://news.example/%</loc><lastmod>2026-03-1%</lastmod></url></urlset>`
)

func part(n string) string { return strings.ReplaceAll(urlset, "%", n) }

func index(dates bool, urls ...string) string {
	var b strings.Builder
	for _, u := range urls {
		b.WriteString("<sitemap><loc>" + u + "</loc>")
		if dates {
			b.WriteString("<lastmod>2026-03-01</lastmod>")
		}
		b.WriteString("</sitemap>")
	}
	return "<sitemapindex>" + b.String() + "</sitemapindex>"
}

func TestReadFeed(t *testing.T) {
	web := site(map[string]string{
		"https://news.example/":        front,
		"https://news.example/none":    `<html><head></head>`,
		"https://news.example/odd":     `<html><head><link rel=alternate type="application/rss+xml" href="/none">`,
		"https://news.example/rss":     rssFeed,
		"https://news.example/broken":  `<rss><channel><item><title`,
		"https://news.example/svg":     `<svg/>`,
		"https://news.example/map":     index(true, "https://news.example/a", "https://news.example/b", "https://news.example/lost"),
		"https://news.example/undated": index(false, "https://news.example/a"),
		"https://news.example/lostmap": index(true, "https://news.example/lost"),
		"https://news.example/mapmap":  index(true, "https://news.example/map"),
		"https://news.example/a":       part("1"),
		"https://news.example/b":       part("2"),
	})
	for _, tt := range []struct {
		name, url string
		discover  bool
		want      string // where it lives, title, and items
		etag      string
		problem   article.Problem
		reason    string
	}{
		{"a feed", "https://news.example/rss", false, "https://news.example/rss Harbour news https://news.example/1", "e", "", ""},
		{"a page that names its feed", "https://news.example/", true, "https://news.example/rss Harbour news https://news.example/1", "e", "", ""},
		{"a page in the place of a feed", "https://news.example/", false, "", "", article.Unreadable, "a page stands where the feed was"},
		{"a page without a feed", "https://news.example/none", true, "", "", article.Unreadable, "the page names no feed"},
		{"a page that names a page", "https://news.example/odd", true, "", "", article.Unreadable, "that is no feed"},
		{"a broken feed", "https://news.example/broken", true, "", "", article.Unreadable, "the feed is broken"},
		{"something else", "https://news.example/svg", true, "", "", article.Unreadable, "that is no feed"},
		{"gone", "https://news.example/lost", true, "", "", article.Gone, ""},
		{"a sitemap index, a part missing", "https://news.example/map", false, "https://news.example/map news.example https://news.example/2 https://news.example/1", "e", "", ""},
		{"an index that does not date its parts", "https://news.example/undated", false, "https://news.example/undated news.example https://news.example/1", "", "", ""},
		{"an index whose parts are missing", "https://news.example/lostmap", false, "", "", article.Gone, ""},
		{"one level of an index only", "https://news.example/mapmap", false, "https://news.example/mapmap news.example", "e", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := source.New(web, nil).ReadFeed(context.Background(), article.FeedRequest{Request: article.Request{URL: tt.url}, Discover: tt.discover})
			if tt.problem != "" {
				if e := new(article.ReadError); !errors.As(err, &e) || e.Problem != tt.problem || !strings.Contains(e.Reason, tt.reason) {
					t.Fatalf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			words := []string{got.URL, got.Feed.Title}
			for _, l := range got.Feed.Links {
				words = append(words, l.URL)
			}
			if s := strings.Join(words, " "); s != tt.want || got.Validators.ETag != tt.etag || got.Feed.Every != 20*time.Minute {
				t.Errorf("%s, etag %q, every %s", s, got.Validators.ETag, got.Feed.Every)
			}
		})
	}
}

func TestReadFeedNotModified(t *testing.T) {
	var asked article.Request
	web := fakeWeb(func(r article.Request) (*fetch.Page, error) {
		asked = r
		return &fetch.Page{URL: r.URL, Status: 304, NotModified: true, Validators: r.Known}, nil
	})
	r := article.Request{URL: "https://news.example/rss", Known: article.Validators{ETag: "e"}, KnownDigest: "d"}
	got, err := source.New(web, nil).ReadFeed(context.Background(), article.FeedRequest{Request: r})
	if err != nil || !got.NotModified || got.Feed != nil || got.Validators.ETag != "e" || asked != r {
		t.Errorf("%+v, %v, asked %+v", got, err, asked)
	}
}

// TestReadNamesFeed: who names a feed, or a page that lists articles, is told of the
// feed.
func TestReadNamesFeed(t *testing.T) {
	web := site(map[string]string{"https://news.example/": front, "https://news.example/rss": rssFeed})
	_, err := source.New(web, echo{}).Read(context.Background(), article.Request{URL: "https://news.example/rss"})
	if e := new(article.ReadError); !errors.As(err, &e) || e.Feed != "https://news.example/rss" || e.Reason != "that is a feed, not an article" {
		t.Errorf("a feed: %v", err)
	}
	got, err := source.New(web, echo{}).Read(context.Background(), article.Request{URL: "https://news.example/"})
	if err != nil || got.Feed != "" {
		t.Errorf("an article's page: %+v, %v", got, err)
	}
	got, err = source.New(web, notArticle{}).Read(context.Background(), article.Request{URL: "https://news.example/"})
	if err != nil || got.Feed != "https://news.example/gone" {
		t.Errorf("a section front: %+v, %v", got, err)
	}
}

// notArticle finds an article nowhere.
type notArticle struct{ echo }

func (n notArticle) Extract(page []byte, url string) extract.Result {
	r := n.echo.Extract(page, url)
	r.Verdict = article.NotAnArticle
	return r
}
