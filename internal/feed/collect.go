package feed

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	xhtml "golang.org/x/net/html"

	"erratum/internal/article"
)

// entry is an item as a feed writes it.
type entry struct {
	addresses  []string // the first that can be fetched counts
	title      string
	summary    string
	categories []string
	published  time.Time
}

// collector gathers the links of a feed in the order of the document.
type collector struct {
	base *url.URL // of relative links; nil: there are none
	now  time.Time
	seen map[string]bool
	all  []article.Link
}

func newCollector(at string, now time.Time) *collector {
	base, err := url.Parse(at)
	if err != nil || base.Host == "" {
		base = nil
	}
	return &collector{base: base, now: now, seen: map[string]bool{}}
}

// add takes an item; one without an address, or whose page is there already, is left
// out.
func (c *collector) add(e entry) {
	address := ""
	for _, a := range e.addresses {
		if address = c.resolve(a); address != "" {
			break
		}
	}
	if address == "" || c.seen[address] {
		return
	}
	c.seen[address] = true
	l := article.Link{URL: address, Title: plain(e.title, maxTitle), Summary: plain(e.summary, maxSummary)}
	for _, name := range e.categories[:min(len(e.categories), maxCategories)] {
		if name = plain(name, maxTitle); name != "" {
			l.Categories = append(l.Categories, name)
		}
	}
	if !e.published.IsZero() && e.published.Before(c.now.Add(24*time.Hour)) {
		l.Published = e.published.UTC()
	}
	c.all = append(c.all, l)
}

// resolve makes an address absolute and normalises it; "" when it is none.
func (c *collector) resolve(address string) string {
	if address = strings.TrimSpace(address); address == "" || len(address) > article.MaxURL {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if !u.IsAbs() {
		if c.base == nil {
			return ""
		}
		address = c.base.ResolveReference(u).String()
	}
	if address, err = article.NormalizeURL(address); err != nil {
		return ""
	}
	return address
}

// links are the newest items, newest first: by date, those without one where the feed
// puts them, behind the item before them.
func (c *collector) links() []article.Link {
	type dated struct {
		article.Link
		at time.Time
	}
	all := make([]dated, len(c.all))
	var last time.Time
	for i, l := range c.all {
		if !l.Published.IsZero() {
			last = l.Published
		}
		all[i] = dated{l, last}
	}
	// Items at the head without a date are as new as the first that has one.
	if i := slices.IndexFunc(all, func(d dated) bool { return !d.at.IsZero() }); i > 0 {
		for j := range i {
			all[j].at = all[i].at
		}
	}
	slices.SortStableFunc(all, func(a, b dated) int { return b.at.Compare(a.at) })
	out := make([]article.Link, 0, min(len(all), maxLinks))
	for _, d := range all[:min(len(all), maxLinks)] {
		out = append(out, d.Link)
	}
	return out
}

// plain is a text of a feed without markup, in one line, of at most n characters.
// Feeds escape what they write once or twice.
func plain(s string, n int) string {
	if len(s) > 16*n { // far behind what is kept; markup is long
		s = strings.ToValidUTF8(s[:16*n], "")
	}
	if strings.ContainsAny(s, "<&") {
		s = html.UnescapeString(untagged(s))
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		s = strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}

// untagged drops the elements of a piece of HTML.
func untagged(s string) string {
	z := xhtml.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return b.String()
		case xhtml.TextToken:
			b.Write(z.Text())
		case xhtml.StartTagToken, xhtml.EndTagToken, xhtml.SelfClosingTagToken:
			switch name, _ := z.TagName(); string(name) {
			case "b", "i", "em", "strong", "a", "span", "u", "sup", "sub", "font", "mark":
			default:
				b.WriteByte(' ') // what an element sets apart is apart
			}
		}
	}
}
