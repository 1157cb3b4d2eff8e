package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// kind is a family of formats.
type kind uint8

const (
	unknown kind = iota
	rssFeed      // RSS 0.9 to 2.0, RDF included
	atomFeed
	jsonFeed
	sitemap // urlset or sitemapindex
)

// sniffed is how far into a document its first element is looked for: comments and
// style sheets may stand before it.
const sniffed = 64 << 10

// sniff tells what bytes are by their first element; what a server calls them is not
// to be trusted.
func sniff(body []byte) kind {
	head := bytes.TrimLeft(bytes.TrimPrefix(body[:min(len(body), sniffed)], []byte("\xEF\xBB\xBF")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("{")):
		return sniffJSON(head)
	case !bytes.HasPrefix(head, []byte("<")):
		return unknown
	}
	d := decoder(head)
	for {
		t, err := d.RawToken()
		if err != nil {
			return unknown
		}
		if start, ok := t.(xml.StartElement); ok {
			return rootKind(start.Name.Local)
		}
	}
}

func rootKind(name string) kind {
	switch strings.ToLower(name) {
	case "rss", "rdf":
		return rssFeed
	case "feed":
		return atomFeed
	case "urlset", "sitemapindex":
		return sitemap
	default:
		return unknown
	}
}

// sniffJSON looks at the members of the object that stand before the items.
func sniffJSON(head []byte) kind {
	d := json.NewDecoder(bytes.NewReader(head))
	if _, err := d.Token(); err != nil {
		return unknown
	}
	for {
		t, err := d.Token()
		name, ok := t.(string)
		switch {
		case err != nil || !ok:
			return unknown
		case name == "items":
			return jsonFeed
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			// The first item alone may reach beyond what is looked at.
			return unknown
		}
		if name == "version" && bytes.Contains(value, []byte("jsonfeed.org/version")) {
			return jsonFeed
		}
	}
}

// decoder reads XML as leniently as feeds need. The bytes are UTF-8 by now, whatever
// the document says.
func decoder(body []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return d
}

// isEnd reports the end of a document, orderly or not.
func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
