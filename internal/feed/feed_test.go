package feed_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/article"
	"erratum/internal/feed"
)

var now = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

const home = "https://news.example/rss/all.xml"

func parse(t *testing.T, body string) feed.Document {
	t.Helper()
	doc, err := feed.Parse([]byte(body), home, now)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func rss(items string) string {
	return `<?xml version="1.0"?><rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Harbour news</title><link>https://news.example/</link>` + items + `</channel></rss>`
}

func at(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }

// TestFormats: each format gives the same links.
func TestFormats(t *testing.T) {
	want := article.Feed{Title: "Harbour news", Links: []article.Link{
		{URL: "https://news.example/ferry", Title: "Ferry & pier closed", Summary: "No ferry runs until Monday.", Categories: []string{"Travel", "Coast"}, Published: at(14, 9)},
		{URL: "https://news.example/pier", Title: "Pier to open", Published: at(13, 8)},
	}}
	for name, body := range map[string]string{
		"rss 2.0": rss(`<item><title>Ferry &amp;amp; pier closed</title><link>https://news.example/ferry</link><description>&lt;p&gt;No ferry runs &lt;b&gt;until&lt;/b&gt; Monday.&lt;/p&gt;</description><category>Travel</category><category>Coast</category><pubDate>Sat, 14 Mar 2026 05:00:00 EDT</pubDate></item>
			<item><title>Pier to open</title><link>https://news.example/pier</link><pubDate>Fri, 13 Mar 2026 08:00:00 GMT</pubDate></item>`),
		"rss 1.0": `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Harbour news</title><link>https://news.example/</link></channel>
			<item rdf:about="a"><title>Ferry &amp; pier closed</title><link>https://news.example/ferry</link><description>No ferry runs until Monday.</description><dc:subject>Travel</dc:subject><dc:subject>Coast</dc:subject><dc:date>2026-03-14T09:00:00Z</dc:date></item>
			<item rdf:about="b"><title>Pier to open</title><link>https://news.example/pier</link><dc:date>2026-03-13T08:00:00Z</dc:date></item></rdf:RDF>`,
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour news</title><link rel="self" href="https://news.example/atom"/>
			<entry><title type="html">Ferry &amp;amp; pier closed</title><link rel="replies" href="https://news.example/ferry/comments"/><link href="https://news.example/ferry"/><summary>No ferry runs until Monday.</summary><category term="Travel"/><category term="Coast"/><published>2026-03-14T09:00:00Z</published><updated>2026-03-14T11:00:00Z</updated></entry>
			<entry><title>Pier to open</title><link href="https://news.example/pier"/><updated>2026-03-13T08:00:00Z</updated></entry></feed>`,
		"json": `{"version":"https://jsonfeed.org/version/1.1","title":"Harbour news","items":[
			{"id":"1","url":"https://news.example/ferry","title":"Ferry & pier closed","summary":"No ferry runs until Monday.","tags":["Travel","Coast"],"date_published":"2026-03-14T09:00:00Z"},
			{"id":"2","url":"https://news.example/pier","title":"Pier to open","date_published":"2026-03-13T08:00:00Z"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, parse(t, body).Feed); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestItems: what an item's page is, whatever the feed writes.
func TestItems(t *testing.T) {
	item := func(inner string) string { return "<item><title>t</title>" + inner + "</item>" }
	for _, tt := range []struct {
		name, items string
		want        []string // addresses
	}{
		{"no link and no name", item(""), nil},
		{"a relative link", item("<link>/story/1</link>"), []string{"https://news.example/story/1"}},
		{"relative to the feed", item("<link>story/1</link>"), []string{"https://news.example/rss/story/1"}},
		{"no scheme", item("<link>//other.example/1</link>"), []string{"https://other.example/1"}},
		{"a name that is a permanent link", item("<guid>https://news.example/1</guid>"), []string{"https://news.example/1"}},
		{"a name that is none", item(`<guid isPermaLink="false">https://news.example/1</guid>`), nil},
		{"a name that is a number", item("<guid>77</guid>"), nil},
		{"the link counts before the name", item("<link>https://news.example/1</link><guid>https://news.example/?p=1</guid>"), []string{"https://news.example/1"}},
		{"tracking parameters", item("<link>https://news.example/1?utm_source=rss&amp;id=4&amp;at_medium=RSS</link>"), []string{"https://news.example/1?id=4"}},
		{"a fragment", item("<link>https://news.example/1#0</link>") + item("<link>https://news.example/1#1</link>"), []string{"https://news.example/1"}},
		{"behind a counting service", item("<link>https://feedproxy.example/~r/x/1</link><feedburner:origLink>https://news.example/1</feedburner:origLink>"), []string{"https://news.example/1"}},
		{"another host", item("<link>https://partner.example/1</link>"), []string{"https://partner.example/1"}},
		{"an address that may not be fetched", item("<link>javascript:alert(1)</link>") + item("<link>ftp://news.example/1</link>") + item("<link>https://user:pass@news.example/</link>"), nil},
		{"twice the same", item("<link>https://news.example/1</link>") + item("<link>https://NEWS.example/1?utm_medium=x</link>"), []string{"https://news.example/1"}},
		{"white space around", item("<link>\n  https://news.example/1\n </link>"), []string{"https://news.example/1"}},
		{"an atom link", item(`<atom:link rel="alternate" href="https://news.example/1"/>`), []string{"https://news.example/1"}},
		{"control characters and stray signs", item("<link>https://news.example/1</link><description>Fish \x01 & chips</description>"), []string{"https://news.example/1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range parse(t, rss(tt.items)).Links {
				got = append(got, l.URL)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestOrder: the newest first, whatever the order of the document.
func TestOrder(t *testing.T) {
	item := func(n int, date string) string {
		if date != "" {
			date = "<pubDate>" + date + "</pubDate>"
		}
		return fmt.Sprintf("<item><title>t</title><link>https://news.example/%d</link>%s</item>", n, date)
	}
	day := func(d int) string { return fmt.Sprintf("%02d Mar 2026 10:00:00 GMT", d) }
	for _, tt := range []struct {
		name  string
		items string
		want  string
	}{
		{"oldest first", item(1, day(1)) + item(2, day(2)) + item(3, day(3)), "3 2 1"},
		{"no dates", item(1, "") + item(2, "") + item(3, ""), "1 2 3"},
		{"one without a date stays behind the one before it", item(1, day(1)) + item(2, "") + item(3, day(3)), "3 1 2"},
		{"one without a date at the head", item(1, "") + item(2, day(2)) + item(3, day(1)), "1 2 3"},
		{"dated into the future", item(1, day(13)) + item(2, day(20)) + item(3, day(14)), "3 1 2"},
		{"a date that can't be read", item(1, "yesterday") + item(2, day(2)), "1 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range parse(t, rss(tt.items)).Links {
				got = append(got, l.URL[strings.LastIndexByte(l.URL, '/')+1:])
				if l.Published.After(now.Add(24 * time.Hour)) {
					t.Errorf("%s is dated %s", l.URL, l.Published)
				}
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("order %s, want %s", s, tt.want)
			}
		})
	}
}

func TestSitemap(t *testing.T) {
	doc := parse(t, `<?xml version="1.0" encoding="windows-1252"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
		<url><loc>https://news.example/pier</loc><lastmod>2026-03-13</lastmod><news:news><news:publication><news:name>Harbour news</news:name></news:publication><news:publication_date>2026-03-13T08:00+00:00</news:publication_date><news:title>Café at the pier</news:title></news:news></url>
		<url><loc>https://news.example/ferry</loc><news:news><news:publication_date>2026-03-14T09:00:00Z</news:publication_date><news:title>Ferry</news:title><news:keywords>Travel, Coast</news:keywords></news:news></url>
		<url><loc>https://news.example/about</loc><lastmod>2026-03-01</lastmod></url>`)
	want := article.Feed{Title: "Harbour news", Links: []article.Link{
		{URL: "https://news.example/ferry", Title: "Ferry", Categories: []string{"Travel", "Coast"}, Published: at(14, 9)},
		{URL: "https://news.example/pier", Title: "Café at the pier", Published: at(13, 8)},
		{URL: "https://news.example/about", Published: at(1, 0)},
	}}
	if diff := cmp.Diff(want, doc.Feed); diff != "" {
		t.Error(diff)
	}
}

func TestSitemapIndex(t *testing.T) {
	part := func(n int, date string) string {
		return fmt.Sprintf("<sitemap><loc>https://news.example/map%d.xml</loc>%s</sitemap>", n, date)
	}
	doc := parse(t, "<sitemapindex>"+part(1, "<lastmod>2026-03-01</lastmod>")+part(2, "<lastmod>2026-03-14T10:00:00Z</lastmod>")+"</sitemapindex>")
	if want := []string{"https://news.example/map2.xml", "https://news.example/map1.xml"}; !slices.Equal(doc.Parts, want) || !doc.Dated {
		t.Errorf("parts %q, dated %t", doc.Parts, doc.Dated)
	}
	if doc := parse(t, "<sitemapindex>"+part(1, "<lastmod>2026-03-01</lastmod>")+part(2, "")+"</sitemapindex>"); doc.Dated {
		t.Error("an index with an undated part counts as dated")
	}
	link := func(n int) article.Link {
		return article.Link{URL: fmt.Sprintf("https://news.example/%d", n), Published: at(n, 0)}
	}
	joined := feed.Join("", []article.Feed{{Title: "A", Links: []article.Link{link(3), link(1)}}, {Links: []article.Link{link(3), link(2)}}}, now)
	if want := (article.Feed{Title: "A", Links: []article.Link{link(3), link(2), link(1)}}); !cmp.Equal(joined, want) {
		t.Error(cmp.Diff(want, joined))
	}
}

// TestEvery: a feed may only ask for fewer looks, within a day.
func TestEvery(t *testing.T) {
	const sy = `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>t</title>`
	for body, want := range map[string]time.Duration{
		rss(""):                   0,
		rss("<ttl>30</ttl>"):      30 * time.Minute,
		rss("<ttl>-3</ttl>"):      0,
		rss("<ttl>9999999</ttl>"): 24 * time.Hour,
		rss("<ttl>99999999999999999999999</ttl>"):                                                                        0,
		sy + "<sy:updatePeriod>hourly</sy:updatePeriod></channel></rss>":                                                 time.Hour,
		sy + "<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency></channel></rss>":      6 * time.Hour,
		sy + "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency></channel></rss>":       time.Hour,
		sy + "<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod></channel></rss>":                                   2 * time.Hour,
		sy + "<sy:updatePeriod>yearly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency></channel></rss>":       24 * time.Hour,
		sy + "<sy:updatePeriod>now and then</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel></rss>": 0,
	} {
		if got := parse(t, body).Every; got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// TestBounds: what is larger than a feed is cut or refused, never read whole.
func TestBounds(t *testing.T) {
	many := func(n int, item string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, item, i)
		}
		return b.String()
	}
	const item = "<item><link>https://news.example/%d</link></item>"
	for name, tt := range map[string]struct {
		body string
		want int // links
		err  error
	}{
		"5,000 items":         {rss(many(5000, item)), 500, nil},
		"20,000 items":        {rss(many(20_000, item)), 500, nil},
		"items of many parts": {rss(many(10, "<item><link>https://news.example/%d</link>"+strings.Repeat("<x/>", 30_000)+"</item>")), 4, nil},
		"one endless item":    {rss("<item>" + strings.Repeat("<x/>", 500_000)), 0, feed.ErrTooLarge},
		"nested deeply":       {rss("<item>" + strings.Repeat("<x>", 100_000)), 0, feed.ErrTooLarge},
		"many bytes":          {rss(strings.Repeat(" ", 9<<20)), 0, feed.ErrTooLarge},
		"JSON of many parts":  {`{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat("{},", 300_000) + `{}]}`, 0, feed.ErrTooLarge},
		"deep JSON":           {`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 1<<20), 0, feed.ErrBroken},
		"a large sitemap":     {"<urlset>" + many(50_000, "<url><loc>https://news.example/%d</loc></url>") + "</urlset>", 500, nil},
		"a broken feed":       {rss("<item><title"), 0, feed.ErrBroken},
		"a page":              {"<!DOCTYPE html><html><body>x", 0, feed.ErrNotFeed},
		"text":                {"item", 0, feed.ErrNotFeed},
		"other JSON":          {`{"data":[]}`, 0, feed.ErrNotFeed},
		"an empty feed":       {rss(""), 0, nil},
		"nothing":             {"", 0, feed.ErrNotFeed},
		"other XML":           {"<svg/>", 0, feed.ErrNotFeed},
		"entities of its own": {`<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>` + rss(fmt.Sprintf(item, 1)+"<description>&b;&b;</description>"), 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := feed.Parse([]byte(tt.body), home, now)
			if !errors.Is(err, tt.err) || tt.err == nil && err != nil {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			if len(doc.Links) != tt.want {
				t.Errorf("%d links, want %d", len(doc.Links), tt.want)
			}
		})
	}
}

// TestCut: of a feed with more items than are parsed, the first count.
func TestCut(t *testing.T) {
	var b strings.Builder
	for i := range 6000 {
		fmt.Fprintf(&b, "<item><link>https://news.example/%d</link></item>", i)
	}
	links := parse(t, rss(b.String())).Links
	if links[0].URL != "https://news.example/0" || links[499].URL != "https://news.example/499" {
		t.Errorf("from %s to %s", links[0].URL, links[499].URL)
	}
}

func TestDiscover(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"none", "<head><link rel=stylesheet href=x>", ""},
		{"rss", `<link rel="alternate" type="application/rss+xml" href="/feed">`, "https://news.example/feed"},
		{"in other letters", `<LINK REL="Alternate" TYPE="application/ATOM+xml; charset=utf-8" HREF="https://feeds.example/a?x=1&amp;y=2">`, "https://feeds.example/a?x=1&y=2"},
		{"json", `<link rel=alternate type=application/feed+json href=feed.json>`, "https://news.example/rss/feed.json"},
		{"another language is no feed", `<link rel=alternate hreflang=fr href=/fr>`, ""},
		{"an oEmbed answer is no feed", `<link rel=alternate type="application/json+oembed" href=/o><link rel=alternate type="application/json" href=/wp-json>`, ""},
		{"comments last", `<link rel=alternate type="application/rss+xml" title="Comments" href=/c><link rel=alternate type="application/rss+xml" href=/f>`, "https://news.example/f https://news.example/c"},
		{"a base", `<base href="https://cdn.example/x/"><link rel=alternate type="application/rss+xml" href=f>`, "https://cdn.example/x/f"},
		{"twice", `<link rel=alternate type="application/rss+xml" href=/f><link rel=alternate type="application/rss+xml" href=/f>`, "https://news.example/f"},
		{"one that may not be fetched", `<link rel=alternate type="application/rss+xml" href="feed://x">`, ""},
	} {
		if got := strings.Join(feed.Discover([]byte(tt.page), home), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// FuzzParse: whatever the bytes, there are links within bounds or an error.
func FuzzParse(f *testing.F) {
	f.Add([]byte(rss("<item><link>/1</link><pubDate>14 Mar 2026</pubDate><guid>x</guid></item>")))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/1"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a<br/></div></content></entry></feed>`))
	f.Add([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><item><link>/1</link></item></rdf:RDF>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1","items":[{"id":1,"url":"/1","tags":["a"]}]}`))
	f.Add([]byte("<urlset><url><loc>/1</loc><news:news><news:title>t</news:title></news:news></url></urlset>"))
	f.Add([]byte("<sitemapindex><sitemap><loc>/1</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"))
	f.Add([]byte(`<html><link rel=alternate type="application/rss+xml" href=/f>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := feed.Parse(body, home, now)
		if err != nil && (len(doc.Links) > 0 || doc.Title != "") {
			t.Fatalf("an error and links: %v", err)
		}
		if err == nil && !feed.Is(body) {
			t.Fatal("read, but not known as a feed")
		}
		for _, at := range slices.Concat(doc.Parts, feed.Discover(body, home)) {
			normal(t, at)
		}
		if len(doc.Links) > 500 || !utf8.ValidString(doc.Title) {
			t.Fatalf("%d links, title %q", len(doc.Links), doc.Title)
		}
		seen := map[string]bool{}
		for _, l := range doc.Links {
			normal(t, l.URL)
			if seen[l.URL] || l.Published.After(now.Add(24*time.Hour)) || utf8.RuneCountInString(l.Title) > 300 || !utf8.ValidString(l.Title+l.Summary) || strings.ContainsAny(l.Title, "\n\r\x00") {
				t.Fatalf("link %+v", l)
			}
			seen[l.URL] = true
		}
	})
}

func normal(t *testing.T, at string) {
	t.Helper()
	if n, err := article.NormalizeURL(at); err != nil || n != at {
		t.Fatalf("address %q is not normalised: %v", at, err)
	}
}

func BenchmarkParse(b *testing.B) {
	var items strings.Builder
	for i := range 100 {
		fmt.Fprintf(&items, "<item><title>The ferry of pier %d is late again</title><link>https://news.example/%d</link><pubDate>Sat, 14 Mar 2026 05:00:00 GMT</pubDate><description>%s</description></item>", i, i, strings.Repeat("Passengers waited for an hour. ", 20))
	}
	body := []byte(rss(items.String()))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := feed.Parse(body, home, now); err != nil {
			b.Fatal(err)
		}
	}
}
