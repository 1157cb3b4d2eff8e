// Command floor fetches pages and parses them, which whoever reads pages must.
package main

import (
	"bytes"
	"net/url"

	"golang.org/x/net/html"

	"erratum/tools/bench/reader"
)

func main() {
	reader.Main(func(page []byte, _ *url.URL) (int, error) {
		_, err := html.Parse(bytes.NewReader(page))
		return len(page), err
	})
}
