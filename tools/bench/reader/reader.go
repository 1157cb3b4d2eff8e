// Package reader is a process that fetches pages and reads them in one way, to be
// measured from outside.
package reader

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
)

// Main fetches each address of standard input, hands the page to read, and answers with
// a line. A page that read makes nothing of is one that it looked at.
func Main(read func(page []byte, at *url.URL) (size int, err error)) {
	if err := serve(context.Background(), os.Stdin, os.Stdout, read); err != nil {
		fmt.Fprintln(os.Stderr, "reader:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, in io.Reader, out io.Writer, read func([]byte, *url.URL) (int, error)) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		at, err := url.Parse(lines.Text())
		if err != nil {
			return err
		}
		page, err := get(ctx, at)
		if err != nil {
			return err
		}
		size, err := read(page, at)
		if err != nil {
			size = 0
		}
		if _, err := fmt.Fprintln(out, size); err != nil {
			return err
		}
	}
	return lines.Err()
}

// get fetches a page.
func get(ctx context.Context, at *url.URL) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	page, err := io.ReadAll(answer.Body)
	if failed := answer.Body.Close(); err == nil {
		err = failed
	}
	return page, err
}
