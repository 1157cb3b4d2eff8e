package fetch

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// toUTF8 decodes a page. Labels are believed only where the bytes can be what they
// say, so that a page whose label flips between two answers reads the same: first a
// byte order mark, then UTF-8 if the bytes are, then the label of the header, that
// of the page, that of an XML declaration, a guess by letter frequencies, and windows-1252 as browsers do.
func toUTF8(raw []byte, contentType string) []byte {
	if rest, ok := bytes.CutPrefix(raw, []byte("\xEF\xBB\xBF")); ok {
		return bytes.ToValidUTF8(rest, []byte("\uFFFD"))
	}
	if name := utf16Name(raw); name != "" {
		if text, ok := decodeAs(raw, name); ok {
			return text
		}
	}
	valid := utf8.Valid(raw)
	if valid && bytes.IndexByte(raw, 0x1b) < 0 {
		return bytes.Clone(raw)
	}
	labels := []string{charsetParam(contentType), metaCharset(raw), xmlCharset(raw)}
	if !valid {
		return decodeLegacy(raw, labels)
	}
	for _, label := range labels { // ISO-2022-JP is all ASCII bytes, with escapes
		if _, name := charset.Lookup(label); name == "iso-2022-jp" {
			if text, ok := decodeAs(raw, name); ok {
				return text
			}
		}
	}
	return bytes.Clone(raw)
}

// decodeLegacy decodes bytes that are not valid UTF-8.
func decodeLegacy(raw []byte, labels []string) []byte {
	good, bad := countUTF8(raw)
	for _, label := range labels {
		_, name := charset.Lookup(label)
		switch name {
		case "", "replacement", "utf-16be", "utf-16le", "x-user-defined":
			continue // no charset of pages, or ruled out by the bytes
		case "utf-8":
			if bad <= good {
				return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
			}
		default:
			if text, ok := decodeAs(raw, name); ok {
				return text
			}
		}
	}
	if bad*4 <= good { // UTF-8 with a few broken letters
		return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
	}
	if text, ok := decodeAs(raw, guess(raw)); ok {
		return text
	}
	text, _ := decodeAs(raw, "windows-1252")
	return text
}

// decodeAs decodes by a charset's name. It is false when there is none of that name
// or when too much of the text does not fit it: one broken letter in ten.
func decodeAs(raw []byte, name string) ([]byte, bool) {
	e, _ := charset.Lookup(name)
	if e == nil || e == encoding.Replacement {
		return nil, false
	}
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil {
		return nil, false
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	broken, letters := 0, 0
	for _, r := range string(text) {
		if r >= utf8.RuneSelf {
			letters++
		}
		if r == utf8.RuneError {
			broken++
		}
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD")), broken*10 <= letters || name == "windows-1252"
}

// countUTF8 counts the letters beyond ASCII that are valid UTF-8, and the bytes that
// are not.
func countUTF8(raw []byte) (good, bad int) {
	for len(raw) > 0 {
		if raw[0] < utf8.RuneSelf {
			raw = raw[1:]
			continue
		}
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		raw = raw[n:]
	}
	return good, bad
}

// utf16Name recognises UTF-16 by its mark or by the zero bytes of its markup.
func utf16Name(raw []byte) string {
	switch {
	case bytes.HasPrefix(raw, []byte("\xFF\xFE")):
		return "utf-16le"
	case bytes.HasPrefix(raw, []byte("\xFE\xFF")):
		return "utf-16be"
	}
	head := raw[:min(len(raw), 1024)]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case zeros[1]*3 > half && zeros[0]*20 <= half:
		return "utf-16le"
	case zeros[0]*3 > half && zeros[1]*20 <= half:
		return "utf-16be"
	default:
		return ""
	}
}

// charsetParam finds the charset in a Content-Type, malformed ones included.
func charsetParam(contentType string) string {
	_, rest, ok := strings.Cut(strings.ToLower(contentType), "charset=")
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, ";")
	return strings.Trim(rest, " \t\r\n\"',")
}

// metaCharset finds the charset that a page states in its head.
func metaCharset(raw []byte) string {
	const reach = 16 << 10 // browsers look at 1 KiB; pages that state it later exist
	z := html.NewTokenizer(bytes.NewReader(raw[:min(len(raw), reach)]))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch string(name) {
			case "body":
				return ""
			case "meta":
				if label := metaLabel(z, more); label != "" {
					return label
				}
			}
		}
	}
}

// xmlCharset finds the charset that an XML declaration states; feeds have no other
// place for it.
func xmlCharset(raw []byte) string {
	declaration, _, ok := bytes.Cut(raw[:min(len(raw), 256)], []byte("?>"))
	if !ok || !bytes.HasPrefix(bytes.TrimSpace(declaration), []byte("<?xml")) {
		return ""
	}
	_, rest, ok := strings.Cut(string(declaration), "encoding")
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if !ok || len(rest) < 2 {
		return ""
	}
	label, _, _ := strings.Cut(rest[1:], rest[:1]) // between its quotation marks
	return label
}

// metaLabel reads the charset of one meta element.
func metaLabel(z *html.Tokenizer, more bool) string {
	label, content, equiv := "", "", false
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "charset":
			label = strings.TrimSpace(string(value))
		case "content":
			content = string(value)
		case "http-equiv":
			equiv = strings.EqualFold(string(value), "content-type")
		}
	}
	if label == "" && equiv {
		label = charsetParam(content)
	}
	return label
}

// guess names the likeliest charset by letter frequencies, "" when nothing is likely.
// Of chardet's answer only the charset's name is of use: it calls Russian Arabic.
func guess(raw []byte) string {
	const (
		reach = 32 << 10
		least = 15 // percent; below it is noise
	)
	first := max(bytes.IndexFunc(raw, func(r rune) bool { return r >= utf8.RuneSelf })-256, 0)
	results, err := chardet.NewHtmlDetector().DetectAll(raw[first:min(len(raw), first+reach)])
	if err != nil {
		return ""
	}
	best, confidence := "", least
	for _, r := range results {
		e, name := charset.Lookup(strings.Replace(r.Charset, "GB-18030", "gb18030", 1))
		if e == nil || e == encoding.Replacement || strings.HasPrefix(name, "utf-") {
			continue
		}
		// Ties go by name: the order of the results is not fixed.
		if r.Confidence > confidence || r.Confidence == confidence && name < best {
			best, confidence = name, r.Confidence
		}
	}
	return best
}
