package fetch

import (
	"bytes"
	"mime"
	"net/http"
	"strings"

	"erratum/internal/article"
)

// Text turns the bytes of a page into valid UTF-8 and says what they are: text/html,
// text/plain, or another type of text as declared (feeds, JSON). The declared
// Content-Type may be empty and is believed only where the bytes allow it. The
// result does not alias raw.
//
// Pictures, archives, documents, other binary data and empty pages are refused with
// an error of kind [article.Unreadable].
func Text(raw []byte, contentType string) (text []byte, mediaType string, err error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, "", unreadable("the page is empty")
	}
	if what := binaryKind(raw); what != "" {
		return nil, "", unreadable("that is " + what + ", not a page; Erratum reads articles in HTML")
	}
	text = toUTF8(raw, contentType)
	head := text[:min(len(text), 4096)]
	if isNoise(head) {
		return nil, "", unreadable("that is binary data, not a page; Erratum reads articles in HTML")
	}
	return text, textKind(head, contentType), nil
}

// unreadable makes the error of bytes that are no page.
func unreadable(reason string) error {
	return &article.ReadError{Problem: article.Unreadable, Reason: reason}
}

// binaryKind names a format that is certainly no page, by its first bytes, in words
// for people. A label is no proof: archives are served as text/html.
func binaryKind(raw []byte) string {
	head := raw[:min(len(raw), 512)]
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	switch kind {
	case "application/pdf":
		return "a PDF document"
	case "application/postscript":
		return "a PostScript document"
	}
	if strings.HasPrefix(kind, "text/") || !hasControls(head) { // "BMW" opens a text as well as a bitmap
		return ""
	}
	family, _, _ := strings.Cut(kind, "/")
	switch {
	case family == "image":
		return "a picture"
	case family == "audio", kind == "application/ogg":
		return "a sound file"
	case family == "video":
		return "a video"
	case family == "font", kind == "application/vnd.ms-fontobject":
		return "a font"
	case kind == "application/zip", kind == "application/x-gzip", kind == "application/x-rar-compressed":
		return "an archive"
	case kind == "application/wasm":
		return "a program"
	default:
		return ""
	}
}

// hasControls reports bytes that text does not hold.
func hasControls(b []byte) bool { return bytes.ContainsFunc(b, isBinary) }

// isBinary reports the controls that the WHATWG MIME sniffing standard calls binary
// data bytes.
func isBinary(r rune) bool {
	return r <= 0x08 || r == 0x0b || r >= 0x0e && r <= 0x1a || r >= 0x1c && r <= 0x1f
}

// isNoise reports whether text that was decoded to UTF-8 is none: one control in
// twenty characters. A page with a stray one is still a page.
func isNoise(head []byte) bool {
	controls, all := 0, 0
	for _, r := range string(head) {
		all++
		if isBinary(r) || r == '\uFFFD' {
			controls++
		}
	}
	return controls*20 > all
}

// textKind is the media type of text.
func textKind(head []byte, contentType string) string {
	declared, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		declared, _, _ = strings.Cut(strings.ToLower(contentType), ";")
		declared = strings.TrimSpace(declared)
	}
	switch declared {
	case "text/html", "application/xhtml+xml":
		return "text/html"
	case "", "text/plain", "application/octet-stream", "binary/octet-stream", "text/xml", "application/xml", "unknown/unknown":
		// labels that servers give for want of a better one
		if looksLikeHTML(head) {
			return "text/html"
		}
		if sniffed, _, _ := strings.Cut(http.DetectContentType(head), ";"); sniffed == "text/xml" {
			return sniffed
		}
		if strings.HasSuffix(declared, "/xml") {
			return declared
		}
		return "text/plain"
	default:
		return declared
	}
}

// looksLikeHTML reports whether a text is marked up as a page, behind comments, an
// XML declaration or a few lines of text too.
func looksLikeHTML(head []byte) bool {
	if sniffed, _, _ := strings.Cut(http.DetectContentType(head), ";"); sniffed == "text/html" {
		return true
	}
	low := bytes.ToLower(head)
	for _, mark := range []string{"<!doctype html", "<html", "<head>", "<body", "<article", "<main"} {
		if bytes.Contains(low, []byte(mark)) {
			return true
		}
	}
	return false
}
