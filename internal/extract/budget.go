package extract

import "bytes"

// Bounds of a page that a tree is built of, so that no page costs more than 250 ms of
// CPU and 64 MB. They count what stands in the page and no clock, so that a page is
// read the same way on any machine. What is beyond them is read from its tokens. No
// news page comes near: the most that any of 242 has are 1.1 MB, 5,847 tags, 24,721
// attributes, and 128,146 elements that may be opened anew, of 56,095 counted where all
// of a page can be cut into tags.
const (
	maxTreeBytes  = 4 << 20
	maxTags       = 40_000
	maxAttributes = 100_000
	maxReopened   = 300_000 // elements that the parser may have to open anew, with half their attributes
)

// load is what a page asks of the parser, counted on its bytes.
type load struct{ bytes, tags, attributes, reopened int }

// excess says in plain words why a page is not read by its tree; empty when it may be.
func (l load) excess() string {
	switch {
	case l.bytes > maxTreeBytes:
		return "the page is too large"
	case l.tags > maxTags:
		return "the page has too many elements"
	case l.attributes > maxAttributes:
		return "the page's elements have too many attributes"
	case l.reopened > maxReopened:
		return "too many elements of the page are never closed"
	}
	return ""
}

// maxTagAttributes are the attributes of one element that are read of a page that has
// more of them than it may.
const maxTagAttributes = 50

// trimTags leaves out the attributes beyond those.
func trimTags(page []byte) []byte {
	c := cutter{src: page}
	for {
		i := bytes.IndexByte(c.src[c.at:], '<')
		if i < 0 || c.at+i+1 >= len(c.src) {
			break
		}
		if c.at += i + 1; !isLetter(c.src[c.at]) {
			continue
		}
		from := c.at
		t, ok := c.tag(from)
		end := c.at - 1
		if !ok {
			end = len(page)
		}
		if t.long > 0 {
			c.cut(t.long, end)
		}
		if !ok {
			break
		}
	}
	return append(c.out, page[c.done:]...)
}

// rest counts, roughly and never too little, what cannot be cut into tags.
func (c *cutter) rest() {
	for at := c.at; ; {
		i := bytes.IndexByte(c.src[at:], '<')
		if i < 0 || at+i+1 >= len(c.src) {
			break
		}
		at += i + 1
		c.load.tags++
		if isLetter(c.src[at]) {
			t := tag{source: c.src[at:min(len(c.src), at+16)]}
			t.ends = max(0, bytes.IndexFunc(t.source, func(r rune) bool { return r <= ' ' || r == '/' || r == '>' }))
			if name := t.name(); isFormat(name) {
				c.again.count(format{name: name, weight: 1})
			} else if name == "body" || name == "html" {
				c.merged += 1000
			}
		}
		c.load.reopened += c.again.each
	}
	for i := c.at; i+1 < len(c.src); i++ {
		if b := c.src[i]; (isTagSpace(b) || b == '/' || b == '"' || b == '\'') && !isTagSpace(c.src[i+1]) {
			c.load.attributes++
		}
	}
}
