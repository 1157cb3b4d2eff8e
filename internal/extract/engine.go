package extract

import (
	"net/url"

	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// engine tells which text of a page is the article's. It is the seam behind which a
// library works: nothing outside the implementations may know it.
type engine interface {
	// name is the engine's name and version.
	name() string
	// paragraphs returns the text of the article in reading order, one block a
	// paragraph, possibly with words missing or joined; nil when it finds none. It
	// does not change doc.
	paragraphs(doc *html.Node, page *url.URL) []block
}

// newEngine returns the engine in use.
func newEngine() engine { return trafila{} }

// trafila is go-trafilatura with its fall-back to readability and distiller.
type trafila struct{}

func (trafila) name() string { return "trafilatura-1.12.2" }

func (trafila) paragraphs(doc *html.Node, page *url.URL) []block {
	r, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL:     page,
		EnableFallback:  true,
		ExcludeComments: true,
		HtmlDateMode:    trafilatura.Disabled, // dates are read by our own pass
	})
	if err != nil || r.ContentNode == nil {
		return nil
	}
	// The library makes and renames elements without their atoms.
	r.ContentNode.DataAtom = atom.Lookup([]byte(r.ContentNode.Data))
	for n := range r.ContentNode.Descendants() {
		n.DataAtom = atom.Lookup([]byte(n.Data))
	}
	return outline(r.ContentNode)
}
