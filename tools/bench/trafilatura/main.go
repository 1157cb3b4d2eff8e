// Command trafilatura fetches pages and reads them by go-trafilatura with its fall-backs.
package main

import (
	"bytes"
	"net/url"

	"github.com/markusmobius/go-trafilatura"

	"erratum/tools/bench/reader"
)

func main() {
	reader.Main(func(page []byte, at *url.URL) (int, error) {
		a, err := trafilatura.Extract(bytes.NewReader(page), trafilatura.Options{OriginalURL: at, EnableFallback: true})
		if err != nil {
			return 0, err
		}
		return len(a.ContentText), nil
	})
}
