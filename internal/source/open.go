package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"golang.org/x/net/html"
	"golang.org/x/net/publicsuffix"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

// Open reads what a person names at a command line: a web address, a file, or "-"
// for stdin. Files may be gzipped, and hold HTML or plain text, told apart by their
// content; a page read from a file stands where its canonical link says. A name
// that is no file but looks like an address without "https://" is taken for one.
//
// The error is a *[article.ReadError], or the context's.
func (s *Source) Open(ctx context.Context, arg string, stdin io.Reader) (*article.Reading, error) {
	if arg == "-" {
		return s.readFrom(stdin)
	}
	if strings.Contains(arg, "://") {
		return s.Read(ctx, article.Request{URL: arg, Render: true})
	}
	f, err := os.Open(arg)
	switch {
	case err == nil:
		defer func() { _ = f.Close() }() // only read from
		return s.readFrom(f)
	case errors.Is(err, fs.ErrNotExist) && looksLikeAddress(arg):
		return s.Read(ctx, article.Request{URL: arg, Render: true})
	case errors.Is(err, fs.ErrNotExist):
		return nil, unreadable("there is no such file; a web address starts with https://", err)
	case errors.Is(err, fs.ErrPermission):
		return nil, unreadable("the file may not be read; check its permissions", err)
	default:
		return nil, unreadable("the file cannot be opened", err)
	}
}

// looksLikeAddress reports names like paper.co.uk/news/1: a host under a real
// top-level domain and a path, or www.
func looksLikeAddress(arg string) bool {
	host, _, path := strings.Cut(arg, "/")
	if !path && !strings.HasPrefix(host, "www.") {
		return false
	}
	suffix, managed := publicsuffix.PublicSuffix(strings.ToLower(host))
	return managed && strings.Contains(host, ".") && !strings.EqualFold(suffix, host)
}

// readFrom reads a page or text from a stream.
func (s *Source) readFrom(r io.Reader) (*article.Reading, error) {
	raw, err := readBounded(r)
	if err != nil {
		return nil, err
	}
	text, mediaType, err := fetch.Text(raw, "")
	if err != nil {
		return nil, err
	}
	reading := &article.Reading{Page: text, PageDigest: fetch.Digest(raw)}
	if mediaType == "text/html" {
		reading.URL = canonical(text)
	}
	if err := s.read(reading, text, mediaType); err != nil {
		return nil, err
	}
	return reading, nil
}

// readBounded reads all, gzipped or not, up to what a page of the web may have.
func readBounded(r io.Reader) ([]byte, error) {
	raw, err := readAll(r)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(raw, []byte("\x1f\x8b")) {
		return raw, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, unreadable("the gzip file is damaged", err)
	}
	return readAll(z)
}

// readAll reads up to the bound of a page.
func readAll(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, fetch.DefaultMaxBytes+1))
	switch {
	case errors.Is(err, syscall.EISDIR):
		return nil, unreadable("that is a folder; name a file in it", err)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, unreadable("the gzip file is damaged", err)
	case err != nil:
		return nil, unreadable("the file cannot be read", err)
	case len(raw) > fetch.DefaultMaxBytes:
		return nil, unreadable("the file is larger than Erratum reads (8 MB)", nil)
	default:
		return raw, nil
	}
}

// canonical finds the address that a page gives itself in its head, normalised: by
// rel=canonical, else og:url. It is "" when there is none.
func canonical(page []byte) string {
	const reach = 256 << 10
	z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), reach)]))
	second := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return second
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) == "body" {
				return second
			}
			if string(name) != "link" && string(name) != "meta" {
				continue
			}
			a := attributes(z, more)
			if strings.EqualFold(a["rel"], "canonical") {
				if u, err := article.NormalizeURL(strings.TrimSpace(a["href"])); err == nil {
					return u
				}
			}
			if a["property"] == "og:url" && second == "" {
				second, _ = article.NormalizeURL(strings.TrimSpace(a["content"])) // a bad one is none
			}
		}
	}
}

// attributes reads the attributes of a start tag.
func attributes(z *html.Tokenizer, more bool) map[string]string {
	out := map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if _, ok := out[string(key)]; !ok {
			out[string(key)] = string(value)
		}
	}
	return out
}
