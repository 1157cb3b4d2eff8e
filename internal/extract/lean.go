package extract

import (
	"bytes"
	"strings"
)

// lean leaves out of a page what no reader sees and nothing here reads: the contents
// of scripts but for JSON-LD, of style sheets, of what stands in for scripts and
// frames, of comments, and of long attributes such as the addresses of pictures. They
// are more than half of a news page, and the parser looks at every byte of them. All else stays as it is, so that the tree comes out the same.
//
// It cuts a page into tags as the parser's tokenizer does, and stops, leaving the rest
// whole, where only the parser could tell what is raw text.
//
// On the way it counts what the page asks of the parser.
func lean(page []byte) ([]byte, load) {
	c := cutter{src: page, attributes: true}
	for c.next() {
	}
	c.rest()
	shown := page
	if c.out != nil {
		shown = append(c.out, page[c.done:]...)
	}
	c.load.bytes = len(shown)
	return shown, c.load
}

// minCut is the shortest content, in bytes, that is worth leaving out.
const minCut = 32

// cutter walks over the tags of a page.
type cutter struct {
	src, out []byte
	done     int // src up to here is in out, or left out
	at       int
	// attributes says that long attributes that nobody reads are left out, too.
	attributes bool
	drawing    int // <svg> elements that are open: nothing is raw text in them

	load   load
	again  reopening
	merged int // attributes of <html> and <body>, which each further one is held against
}

// next goes past one tag, with its content when that is raw text. It reports false
// where the page ends or nothing more is to be cut.
func (c *cutter) next() bool {
	i := bytes.IndexByte(c.src[c.at:], '<')
	if i < 0 || c.at+i+2 >= len(c.src) {
		return false
	}
	c.at += i
	c.load.tags++
	c.load.reopened += c.again.each + c.again.pending
	switch k := c.src[c.at+1]; {
	case isLetter(k):
		return c.startTag()
	case k == '/':
		return c.endTag()
	case k == '!' && bytes.HasPrefix(c.src[c.at:], []byte("<!--")):
		return c.comment()
	case k == '!':
		return (c.drawing == 0 || c.src[c.at+2] != '[') && c.skipTo('>', 2)
	case k == '?':
		return c.skipTo('>', 2)
	}
	c.at++
	return true
}

// skipTo goes past the next of a byte, from some bytes on.
func (c *cutter) skipTo(b byte, from int) bool {
	i := bytes.IndexByte(c.src[c.at+from:], b)
	c.at += from + i + 1
	return i >= 0
}

// cut leaves out what stands between two places.
func (c *cutter) cut(from, to int) {
	if to-from < minCut {
		return
	}
	if c.out == nil {
		c.out = make([]byte, 0, len(c.src))
	}
	c.out = append(c.out, c.src[c.done:from]...)
	c.done = to
}

// comment goes past a comment, which -->, --!> or a bracket right at its start end.
func (c *cutter) comment() bool {
	start := c.at + len("<!--")
	for end := start; ; end++ {
		i := bytes.IndexByte(c.src[end:], '>')
		if i < 0 {
			return false
		}
		end += i
		switch body := c.src[start:end]; {
		case bytes.HasSuffix(body, []byte("--")):
			c.cut(start+1, end-2) // what is left must not end sooner
		case bytes.HasSuffix(body, []byte("--!")), len(body) == 0, string(body) == "-":
		default:
			continue
		}
		c.at = end + 1
		return true
	}
}

// endTag goes past an end tag.
func (c *cutter) endTag() bool {
	if !isLetter(c.src[c.at+2]) {
		return c.skipTo('>', 2)
	}
	t, ok := c.tag(c.at + 2)
	if !ok {
		return false
	}
	switch name := t.name(); {
	case c.drawing == 0:
		c.again.end(name)
	case name == "svg":
		c.drawing--
	}
	return true
}

// startTag goes past a start tag, and past its content where that is raw text.
func (c *cutter) startTag() bool {
	t, ok := c.tag(c.at + 1)
	if !ok {
		return false
	}
	name := t.name()
	if c.drawing == 0 || isFormat(name) {
		c.again.start(name, &t)
	}
	if name == "html" || name == "body" {
		c.load.reopened += c.merged
		c.merged += t.attributes
	}
	switch {
	case name == "svg":
		if !t.void {
			c.drawing++
		}
	case name == "math", name == "plaintext":
		return false
	case c.drawing > 0:
		return c.inDrawing(name)
	case name == "script":
		return c.script(t)
	case name == "style", name == "noscript", name == "noembed", name == "noframes", name == "iframe":
		return c.raw(name, true)
	case name == "title", name == "textarea", name == "xmp":
		return c.raw(name, false)
	}
	return true
}

// inDrawing reports whether what a start tag opens within <svg> is still drawing. In
// some of its elements HTML is allowed again: they are trusted to hold text alone.
func (c *cutter) inDrawing(name string) bool {
	switch name {
	case "foreignobject":
		return false
	case "title", "desc":
		i := bytes.IndexByte(c.src[c.at:], '<')
		return i >= 0 && bytes.HasPrefix(c.src[c.at+i:], []byte("</"+name))
	}
	return true
}

// script goes past a script, and leaves it out when it is not one of those that are
// read. One that writes another in a comment does not end where it seems to.
func (c *cutter) script(t tag) bool {
	from := c.at
	if !c.raw("script", false) {
		return false
	}
	body := c.src[from:c.at]
	if bytes.Contains(body, []byte("<!--")) && bytes.Contains(bytes.ToLower(body), []byte("<script")) {
		return false
	}
	if all := bytes.ToLower(t.source); !bytes.Contains(all, []byte("ld+json")) && !bytes.ContainsRune(all, '&') {
		c.cut(from, c.at)
	}
	return true
}

// raw goes past raw text, up to the end tag of its element, and leaves it out if it
// may.
func (c *cutter) raw(name string, may bool) bool {
	for from := c.at; ; c.at++ {
		i := bytes.Index(c.src[c.at:], []byte("</"))
		if i < 0 {
			return false
		}
		c.at += i
		end := c.at + len("</") + len(name)
		if end < len(c.src) && strings.EqualFold(string(c.src[end-len(name):end]), name) && (isTagSpace(c.src[end]) || c.src[end] == '/' || c.src[end] == '>') {
			if may {
				c.cut(from, c.at)
			}
			return true
		}
	}
}

// tag is a start or end tag.
type tag struct {
	source     []byte // from the name on
	ends       int    // where the name does
	attributes int
	long       int  // where in the page those that are too many begin, 0 when none are
	void       bool // ends in />
}

// name is the tag's name in lower case; of a long one the beginning.
func (t *tag) name() string {
	var low [16]byte
	n := 0
	for ; n < min(t.ends, len(low)); n++ {
		low[n] = t.source[n]
		if 'A' <= low[n] && low[n] <= 'Z' {
			low[n] |= 0x20
		}
	}
	return string(low[:n])
}

// tag reads a tag whose name starts at a place, and goes past it.
func (c *cutter) tag(from int) (tag, bool) {
	i := from
	for i < len(c.src) && !isTagSpace(c.src[i]) && c.src[i] != '/' && c.src[i] != '>' {
		i++
	}
	t := tag{source: c.src[from:i], ends: i - from}
	plain := c.attributes && c.src[from-1] == '<' && isPlain(t.name())
	for bare := false; ; {
		i = c.skipSpace(i)
		if i >= len(c.src) {
			return t, false
		}
		if c.src[i] == '>' {
			t.source, t.void = c.src[from:i], c.src[i-1] == '/' && !bare
			c.at = i + 1
			return t, true
		}
		start := i
		i, bare = c.attribute(i)
		if plain && i-start >= minCut && !isRead(c.src[start:i]) {
			c.cut(start, i)
		}
		c.load.attributes++
		if t.attributes++; t.attributes == maxTagAttributes {
			t.long = i
		}
	}
}

// isPlain reports whether the parser looks at no attribute of an element.
func isPlain(name string) bool {
	switch name {
	case "div", "span", "img", "source", "picture", "figure", "section", "article", "p", "ul", "li", "button", "video", "svg", "path", "use", "polygon", "rect", "circle", "image":
		return true
	}
	return false
}

// isRead reports whether anything here may read a whole attribute of a plain element:
// all but long values between quotation marks of names that are known.
func isRead(attribute []byte) bool {
	i := bytes.IndexByte(attribute, '=')
	if i < 0 {
		return true
	}
	value := attribute[i+1:]
	if last := value[len(value)-1]; last != '"' && last != '\'' || len(value) < 2 || value[0] != last {
		return true
	}
	switch string(attribute[:i]) {
	case "src", "srcset", "sizes", "alt", "d", "points", "viewBox", "data-src", "data-srcset", "data-lazy-src", "data-lazy-srcset", "data-original", "data-sizes", "onerror", "onload", "onclick":
		return false
	}
	return true
}

// attribute returns where an attribute ends, and whether it ends in a value without
// quotation marks.
func (c *cutter) attribute(i int) (end int, bare bool) {
	for start := i; i < len(c.src); i++ {
		if b := c.src[i]; isTagSpace(b) || b == '/' || b == '>' || b == '=' && i > start {
			break
		}
	}
	i = c.skipSpace(i)
	switch {
	case i >= len(c.src) || c.src[i] != '=' && c.src[i] != '/':
		return i, false
	case c.src[i] == '/':
		return i + 1, false
	}
	i = c.skipSpace(i + 1)
	switch {
	case i >= len(c.src) || c.src[i] == '>':
		return i, false
	case c.src[i] == '"' || c.src[i] == '\'':
		n := bytes.IndexByte(c.src[i+1:], c.src[i])
		if n < 0 {
			return len(c.src), false
		}
		return i + n + 2, false
	}
	for i < len(c.src) && !isTagSpace(c.src[i]) && c.src[i] != '>' {
		i++
	}
	return i, true
}

// skipSpace returns the next place without white space.
func (c *cutter) skipSpace(i int) int {
	for i < len(c.src) && isTagSpace(c.src[i]) {
		i++
	}
	return i
}

// isTagSpace reports whether a byte is white space in tags.
func isTagSpace(b byte) bool {
	return b == ' ' || b == '\n' || b == '\t' || b == '\r' || b == '\f'
}

// isLetter reports whether a byte is a letter of ASCII.
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
