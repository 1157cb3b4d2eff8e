package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
)

// bound makes a feed in XML fit to be handed to a parser that builds all of it in
// memory and nests as the feed does: without what stands before its first element
// (a declaration of another charset, entities), without characters that XML does not
// have, and without what lies beyond the bounds. A feed that is nested too deeply is
// refused: an endless stack would end the program.
func bound(body []byte) ([]byte, error) {
	body = bytes.Map(inXML, body)
	d := decoder(body)
	var open []string
	root, elements, items := int64(-1), 0, 0
	for {
		at := d.InputOffset()
		t, err := d.RawToken()
		switch {
		case err != nil && root >= 0 && isEnd(err) && len(open) == 0:
			return body[root:], nil
		case err != nil:
			return nil, fmt.Errorf("%w: %s", ErrBroken, plainError(err))
		}
		switch t := t.(type) {
		case xml.StartElement:
			if root < 0 {
				root = at
			}
			elements++
			item := isItem(t.Name.Local)
			if item {
				items++
			}
			if items > maxItems || item && elements > maxElements {
				return closed(body[root:at], open), nil
			}
			if elements > 2*maxElements || len(open) >= maxDepth {
				return nil, ErrTooLarge
			}
			open = append(open, qualified(t.Name))
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
}

func isItem(name string) bool { return name == "item" || name == "entry" }

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// closed ends a document that was cut before an element.
func closed(head []byte, open []string) []byte {
	out := bytes.Clone(head)
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out, "</"+open[i]+">"...)
	}
	return out
}

// inXML drops the characters that may not stand in XML.
func inXML(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		return r
	default:
		return -1
	}
}

// plainError is a parser's complaint without the parser's name.
func plainError(err error) string {
	s := err.Error()
	for _, prefix := range []string{"XML syntax error ", "xml: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	if s = strings.TrimSpace(s); len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}
