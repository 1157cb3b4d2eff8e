package extract

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// metadata is what a page says about its article outside the running text.
type metadata struct {
	headline, dek, site, language, canonical string
	otherLanguage                            string // what else the page says its language is
	bylines                                  []string
	published, modified                      time.Time
	corrections                              []string // JSON-LD correction
	body                                     string   // JSON-LD articleBody
	liveBlog                                 bool
	paid                                     bool   // isAccessibleForFree: false
	kind                                     string // og:type
	title                                    string // <title>
	article                                  bool   // the structured data has an article
	listing                                  bool   // the structured data calls the page a list of others
}

// facts are the raw statements of a page's head and its marked-up elements, in
// document order.
type facts struct {
	metas  map[string][]string // by name or property in lower case
	lang   string
	title  string
	canon  string
	times  []timeMark
	live   bool     // an element is marked as a live blog
	people []string // text of rel=author and itemprop=author

	scripts []string // JSON-LD
	ld      *ldGraph // what they hold
}

// timeMark is a <time> or an element marked as a date.
type timeMark struct {
	value, text, prop string
	zone              zone
}

// maxMarks bounds what is kept of each kind of mark.
const maxMarks = 200

// newFacts returns facts of which none is stated.
func newFacts() facts { return facts{metas: map[string][]string{}} }

// element keeps what one element states.
func (f *facts) element(n *html.Node, z zone) {
	switch n.DataAtom {
	case atom.Script:
		if len(f.scripts) < maxMarks && strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") {
			f.scripts = append(f.scripts, textUpTo(n, maxJSONBytes+utf8.UTFMax))
		}
	case atom.Html:
		f.lang = firstOf(f.lang, attr(n, "lang"), attr(n, "xml:lang"))
	case atom.Title:
		if f.title == "" && !z.has(hidden) && (n.Parent == nil || n.Parent.DataAtom != atom.Svg) {
			f.title = collapse(textUpTo(n, maxValue))
		}
	case atom.Link:
		if f.canon == "" && strings.EqualFold(attr(n, "rel"), "canonical") {
			f.canon = attr(n, "href")
		}
	case atom.Meta:
		f.meta(n, z)
	}
	f.live = f.live || strings.HasSuffix(attr(n, "itemtype"), "/LiveBlogPosting")
	prop := attr(n, "itemprop")
	if n.DataAtom == atom.Time || strings.HasPrefix(prop, "date") {
		if len(f.times) < maxMarks {
			f.times = append(f.times, timeMark{firstOf(attr(n, "datetime"), attr(n, "content")), collapse(textUpTo(n, maxValue)), prop, z})
		}
	}
	if (n.DataAtom == atom.A && strings.Contains(attr(n, "rel"), "author")) || strings.Contains(prop, "author") {
		if len(f.people) < maxMarks {
			f.people = append(f.people, firstOf(collapse(attr(n, "content")), collapse(textUpTo(n, maxValue))))
		}
	}
}

// meta keeps a <meta>.
func (f *facts) meta(n *html.Node, _ zone) {
	v := plain(clip(attr(n, "content")))
	if v == "" || len(f.metas) > 2*maxMarks {
		return
	}
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
		if k := metaName(attr(n, key)); k != "" && len(f.metas[k]) < maxMarks {
			f.metas[k] = append(f.metas[k], v)
		}
	}
}

// metaName is the short form of a meta's name: "article:modified_time" may be written
// "http://ogp.me/ns/article#modified_time".
func metaName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if short, ok := strings.CutPrefix(s, "http://ogp.me/ns/"); ok {
		return strings.Replace(short, "#", ":", 1)
	}
	return s
}

// first returns the first value of the first of some metas that there is.
func (f *facts) first(keys ...string) string {
	for _, k := range keys {
		if v := f.metas[k]; len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// readMetadata gathers what the page states and chooses among contradicting
// statements. blocks are the page's visible text.
func readMetadata(f *facts, blocks []block, page *url.URL) metadata {
	f.ld = readLD(f.scripts)
	ld := f.ld.article()
	m := metadata{
		canonical: absolute(page, firstOf(f.canon, f.first("og:url"))),
		liveBlog:  f.live || ld.is("liveblogposting"),
		kind:      f.first("og:type"),
		title:     f.title,
		article:   ld.isArticle(),
		listing:   f.ld.has("collectionpage") || f.ld.has("searchresultspage"),
		paid:      f.ld.paid(ld) || f.first("article:content_tier") == "locked",
	}
	m.language, m.otherLanguage = f.language(ld)
	m.site = f.site(ld)
	m.headline = chooseHeadline(f, ld, blocks, m.site)
	m.dek = chooseDek(f, ld, blocks, m.headline)
	m.bylines = chooseBylines(f, ld, blocks, m.headline, outletNames(m.site, page, f))
	m.published, m.modified = chooseDates(f, ld, blocks, m.headline, m.language)
	if ld != nil {
		m.body, _ = ld["articleBody"].(string)
		for _, s := range comments(ld["correction"]) {
			if s = plain(s); s != "" && !strings.HasPrefix(s, "http") {
				m.corrections = append(m.corrections, s)
			}
		}
	}
	return m
}

// isFalse reads a truth value that pages write as false, "False" or a URL.
func isFalse(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(v[strings.LastIndexByte(v, '/')+1:], "false")
	}
	return false
}

// language returns the primary subtag that the page states, and the one that its data
// for shares and search engines contradicts it with, empty when it does not.
func (f *facts) language(ld ldNode) (stated, other string) {
	for _, s := range []string{f.lang, f.first("content-language", "language", "dc.language"), f.first("og:locale"), ld.str("inLanguage")} {
		switch tag := primarySubtag(s); {
		case stated == "":
			stated = tag
		case other == "" && tag != stated:
			other = tag
		}
	}
	return stated, other
}

// primarySubtag is the language of a tag such as de-AT or de_AT, empty for what is none.
func primarySubtag(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, "-_,; "); i > 0 {
		s = s[:i]
	}
	if len(s) != 2 && len(s) != 3 {
		return ""
	}
	return s
}

// site returns the outlet's name.
func (f *facts) site(ld ldNode) string {
	if s := f.first("og:site_name"); s != "" && !strings.Contains(s, "://") {
		return s
	}
	if pub, ok := ld["publisher"].(map[string]any); ok {
		if s := f.ld.resolve(pub).str("name"); s != "" {
			return s
		}
	}
	for _, n := range f.ld.nodes {
		if n.is("website") || n.is("newsmediaorganization") {
			if s := n.str("name"); s != "" {
				return s
			}
		}
	}
	return f.first("application-name", "apple-mobile-web-app-title", "cre", "publisher", "dc.publisher")
}

// absolute resolves a link against the page, empty when it is none.
func absolute(page *url.URL, href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || href == "" {
		return ""
	}
	if page != nil {
		u = page.ResolveReference(u)
	}
	if u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	u.Fragment, u.Host = "", strings.ToLower(u.Host)
	return u.String()
}

// attr returns the value of an attribute, empty when there is none.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// maxParts bounds the nodes of a single element whose text is read.
const maxParts = 1_000

// textUpTo returns the text of an element as it stands in the source, of a long one the
// beginning.
func textUpTo(n *html.Node, most int) string {
	if c := n.FirstChild; c != nil && c == n.LastChild && c.Type == html.TextNode { // as nearly all have
		return cutTo(c.Data, most)
	}
	var b strings.Builder
	parts := 0
	for d := range n.Descendants() {
		if parts++; parts > maxParts || b.Len() > most {
			break
		}
		if d.Type == html.TextNode {
			b.WriteString(cutTo(d.Data, most))
		}
	}
	return cutTo(b.String(), most)
}

// maxValue bounds a stated value, in bytes.
const maxValue = 4_096

// clip cuts what is too long to be a headline, a name or a date.
func clip(s string) string { return cutTo(s, maxValue) }

// cutTo cuts a text to a number of bytes.
func cutTo(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}

// firstOf returns the first string that is not empty.
func firstOf(ss ...string) string {
	for _, s := range ss {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// sortedKeys makes walks over maps deterministic.
func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
