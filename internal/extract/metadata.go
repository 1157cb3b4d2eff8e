package extract

import (
	"net/url"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// metadata is what a page says about its article outside the running text.
type metadata struct {
	headline, dek, site, language, canonical string
	bylines                                  []string
	published, modified                      time.Time
	corrections                              []string
	body                                     string
	liveBlog                                 bool
	paid                                     bool // isAccessibleForFree: false
}

// readMetadata gathers it from a tree.
func readMetadata(doc *html.Node, _ *url.URL) metadata {
	var m metadata
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Meta {
			k := attr(n, "property")
			if k == "" {
				k = attr(n, "name")
			}
			v := collapse(attr(n, "content"))
			switch k {
			case "og:title":
				m.headline = v
			case "og:site_name":
				m.site = v
			case "article:published_time":
				m.published, _ = time.Parse(time.RFC3339, v)
			case "article:modified_time":
				m.modified, _ = time.Parse(time.RFC3339, v)
			}
		}
	}
	return m
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
