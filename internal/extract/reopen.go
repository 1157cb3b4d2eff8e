package extract

import "slices"

// reopening bounds, from tags alone, what the parser opens anew: a <b> or <a> that is
// not closed where it was opened is opened again in each paragraph that follows, so a
// page of a megabyte can have a tree of a hundred. Of those of one name and the same
// attributes three are kept at most, of links mostly one.
type reopening struct {
	open    []format // not closed so far, the innermost last
	nest    []string // the elements that are open within the outermost of them
	pending int      // the weight of those
	forms   map[string]bool
	links   int // links that were not closed where they were opened
	link    int // the weight of the heaviest
	each    int // the weight of all that any tag may open again
}

// format is an open element of those that are opened anew.
type format struct {
	name   string
	source []byte
	weight int
	base   int // how many elements were open around it
}

const (
	maxFormats = 4  // nested in each other, which are followed up to their ends
	maxNest    = 32 // elements within them
	// calmNest is how many elements may be open in one where it ends for nothing of it to
	// be left: the parser mends eight.
	calmNest = 6
	// maxLinks is how many links can be open at once: for one to be left open, nine
	// elements must be, of the 512 that the parser allows.
	maxLinks   = 512 / 9
	sameFormat = 3
)

// start takes a start tag. attributes is how many it has.
func (r *reopening) start(name string, t *tag) {
	if isFormat(name) {
		r.push(format{name: name, source: t.source, weight: 1 + t.attributes/2})
		return
	}
	if len(r.open) == 0 || isVoid(name) {
		return
	}
	if isScope(name) || len(r.nest) == maxNest {
		r.settle(len(r.open))
		return
	}
	r.nest = append(r.nest, name)
}

// push opens one more.
func (r *reopening) push(f format) {
	if len(r.open) == maxFormats {
		r.settle(1)
	}
	f.base = len(r.nest)
	r.open = append(r.open, f)
	r.pending += f.weight
}

// end takes an end tag.
func (r *reopening) end(name string) {
	if len(r.open) == 0 {
		return
	}
	if !isFormat(name) {
		if n := len(r.nest); n > 0 && r.nest[n-1] == name {
			r.nest = r.nest[:n-1]
		}
		return
	}
	last := len(r.open) - 1
	if r.open[last].name != name || len(r.nest)-r.open[last].base > calmNest {
		r.settle(len(r.open))
		return
	}
	r.pending -= r.open[last].weight
	if r.open = r.open[:last]; last == 0 {
		r.nest = r.nest[:0]
	}
}

// settle gives up on the outermost of those that are open: they may be opened anew for
// the rest of the page.
func (r *reopening) settle(n int) {
	for _, f := range r.open[:n] {
		r.pending -= f.weight
		r.count(f)
	}
	r.open = slices.Delete(r.open, 0, n)
	if len(r.open) == 0 {
		r.nest = r.nest[:0]
	}
}

// count counts one as left open.
func (r *reopening) count(f format) {
	if f.name == "a" {
		before := min(r.links, maxLinks) * r.link
		r.links++
		r.link = max(r.link, f.weight)
		r.each += min(r.links, maxLinks)*r.link - before
		return
	}
	if f.source != nil && r.forms[string(f.source)] {
		return
	}
	if r.forms == nil {
		r.forms = map[string]bool{}
	}
	r.forms[string(f.source)] = true
	r.each += sameFormat * f.weight
}

// isFormat reports whether the parser opens an element anew.
func isFormat(name string) bool {
	switch name {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// isVoid reports whether an element has no content.
func isVoid(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// isScope reports whether an end tag within an element leaves alone what is open around
// it.
func isScope(name string) bool {
	switch name {
	case "table", "td", "th", "tr", "tbody", "thead", "tfoot", "caption", "colgroup", "template", "object", "applet", "marquee", "select", "math", "html", "body", "frameset":
		return true
	}
	return false
}
