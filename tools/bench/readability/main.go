// Command readability fetches pages and reads them by go-readability.
package main

import (
	"bytes"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"

	"erratum/tools/bench/reader"
)

func main() {
	reader.Main(func(page []byte, at *url.URL) (int, error) {
		a, err := readability.FromReader(bytes.NewReader(page), at)
		if err != nil {
			return 0, err
		}
		var text strings.Builder
		err = a.RenderText(&text)
		return text.Len(), err
	})
}
