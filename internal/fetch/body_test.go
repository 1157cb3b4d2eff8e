package fetch_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"erratum/internal/article"
	"erratum/internal/fetch"
)

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func brotlied(b []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, 5)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func zstded(b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		panic(err)
	}
	defer func() { _ = w.Close() }()
	return w.EncodeAll(b, nil)
}

// packed serves a body under a Content-Encoding.
func packed(t testing.TB, encoding string, body []byte) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", encoding)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}).URL
}

func TestEncodings(t *testing.T) {
	f := newFetcher(t, fetch.Options{})
	large := []byte(page + strings.Repeat("<p>Ferries run every ten minutes.</p>", 9000)) // beyond ratioFree once packed well
	for _, c := range []struct {
		encoding    string
		body, plain []byte
	}{
		{"gzip", gzipped([]byte(page)), []byte(page)}, {"GZIP", gzipped([]byte(page)), []byte(page)}, {"x-gzip", gzipped([]byte(page)), []byte(page)},
		{"br", brotlied([]byte(page)), []byte(page)}, {"zstd", zstded([]byte(page)), []byte(page)}, {"identity", []byte(page), []byte(page)},
		{"gzip", append(gzipped([]byte(page[:50])), gzipped([]byte(page[50:]))...), []byte(page)},
		{"gzip", gzipped(large), large}, {"br", brotlied(large), large}, {"zstd", zstded(large), large},
	} {
		url := packed(t, c.encoding, c.body)
		for range 2 { // decoders are used again
			if p := get(t, f, url); !bytes.Equal(p.Body, c.plain) {
				t.Errorf("%s: %d bytes, want %d", c.encoding, len(p.Body), len(c.plain))
			}
		}
	}
}

func TestDamagedBodies(t *testing.T) {
	f := newFetcher(t, fetch.Options{})
	g := gzipped([]byte(page))
	broken := bytes.Clone(g)
	broken[len(broken)/2] ^= 0xff
	wide, err := zstd.NewWriter(nil, zstd.WithWindowSize(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = wide.Close() }()
	wideBody := bytes.Buffer{}
	wide.Reset(&wideBody)
	_, _ = io.CopyN(wide, zeros{}, 512<<10) // streamed, so that the frame announces its whole window
	_ = wide.Close()
	for _, c := range []struct {
		name, encoding string
		body           []byte
		words          string
	}{
		{"cut gzip", "gzip", g[:len(g)-20], "cut short"},
		{"cut brotli", "br", brotlied([]byte(page))[:60], "cut short"},
		{"cut zstd", "zstd", zstded([]byte(page))[:60], "cut short"},
		{"broken gzip", "gzip", broken, "damaged"},
		{"plain called gzip", "gzip", []byte(page), "damaged"},
		{"plain called zstd", "zstd", []byte(page), "damaged"},
		{"nothing called gzip", "gzip", nil, "empty"},
		{"stacked", "gzip, gzip", gzipped(g), "packed in a way"},
		{"stacked", "br, gzip", gzipped(brotlied([]byte(page))), "packed in a way"},
		{"deflate", "deflate", []byte(page), "packed in a way"},
		{"unknown", "compress", []byte(page), "packed in a way"},
		{"wide zstd window", "zstd", wideBody.Bytes(), "attack"},
		{"double gzip", "gzip", gzipped(g), "an archive"},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, fail(t, f, packed(t, c.encoding, c.body)), article.Unreadable, c.words) })
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// allocated returns the bytes that were allocated while fn ran, in the whole program.
func allocated(fn func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// brotliBomb returns 256 MB of zeros, made once by brotli.NewWriterLevel(f, 9): with
// the race detector, making them takes longer than all tests together.
func brotliBomb(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/zeros-256MB.br")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBombs(t *testing.T) {
	const mb = 256
	meg := make([]byte, 1<<20)
	markup := []byte(strings.Repeat("<p></p>", 1<<20/7))
	nothing := append(gzipped(nil), gzipped(nil)...)
	for _, c := range []struct {
		name, encoding string
		body           []byte
		words          string
	}{
		{"gzip", "gzip", bytes.Repeat(gzipped(meg), mb), "attack"},
		{"gzip of markup", "gzip", bytes.Repeat(gzipped(markup), mb), "attack"},
		{"brotli", "br", brotliBomb(t), "attack"},
		{"zstd", "zstd", bytes.Repeat(zstded(meg), mb), "attack"},
		{"gzip of nothing", "gzip", bytes.Repeat(nothing, 10<<20/len(nothing)), "larger"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFetcher(t, fetch.Options{})
			url := packed(t, c.encoding, c.body)
			var e *article.ReadError
			n := allocated(func() { e = fail(t, f, url) })
			want(t, e, article.Unreadable, c.words)
			t.Logf("%d MB from %d KB: %d KB allocated", mb, len(c.body)>>10, n>>10)
			if n > 20<<20 { // all that was ever allocated, freed or not
				t.Errorf("allocated %d bytes", n)
			}
		})
	}
}

// TestBombsInMemory measures what the bombs cost a whole process: ten of one kind, one
// after the other, against a process that reads a page.
func TestBombsInMemory(t *testing.T) {
	meg := make([]byte, 1<<20)
	base := runClient(t, 10, serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, page) }).URL)
	for encoding, body := range map[string][]byte{
		"gzip": bytes.Repeat(gzipped(meg), 256), "br": brotliBomb(t), "zstd": bytes.Repeat(zstded(meg), 256),
	} {
		peak := runClient(t, 10, packed(t, encoding, body))
		grown := peak.peakKB - base.peakKB
		t.Logf("%s: peak resident memory %d KB, %d KB more than for a page", encoding, peak.peakKB, grown)
		// Half of one bomb, so that it holds with the race detector's shadow memory too,
		// which multiplies by four; the real figures are in the log.
		if peak.failed != 10 || grown > 128<<10 {
			t.Errorf("%s: %d failed, memory grew by %d KB", encoding, peak.failed, grown)
		}
	}
}

func TestSizes(t *testing.T) {
	chunk := []byte(strings.Repeat("<p>Ferries run every ten minutes.</p>\n", 1000))
	endless := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	announced := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "104857600")
		_, _ = w.Write(chunk)
	})
	f := newFetcher(t, fetch.Options{})
	var e *article.ReadError
	if n := allocated(func() { e = fail(t, f, endless.URL) }); n > 32<<20 {
		t.Errorf("endless body: %d bytes allocated", n)
	}
	want(t, e, article.Unreadable, "larger than Erratum reads (8 MB)")
	if n := allocated(func() { e = fail(t, f, announced.URL) }); n > 1<<20 {
		t.Errorf("announced 100 MB: %d bytes allocated", n)
	}
	want(t, e, article.Unreadable, "larger")

	exact := newFetcher(t, fetch.Options{MaxBytes: 1024})
	body := page + strings.Repeat(" ", 1024-len(page))
	fits := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, body) })
	over := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, body[:1])
		w.(http.Flusher).Flush() // chunked: no length to see it by
		_, _ = io.WriteString(w, body)
	})
	if p := get(t, exact, fits.URL); string(p.Body) != body {
		t.Error("a page of exactly the limit was changed")
	}
	want(t, fail(t, exact, over.URL), article.Unreadable, "larger than Erratum reads (1 KB)")
}

// rawServer answers every connection with the same bytes and closes it.
func rawServer(t testing.TB, answer string) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, answer)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "http://" + l.Addr().String() + "/"
}

func TestLyingFraming(t *testing.T) {
	f := newFetcher(t, fetch.Options{})
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
	for _, c := range []struct {
		name, answer string
		problem      article.Problem
		words        string
	}{
		{"short body", head + "Content-Length: 5000\r\n\r\n" + page, article.Unreadable, "cut short"},
		{"no last chunk", head + "Transfer-Encoding: chunked\r\n\r\n10\r\n<html>0123456789\r\n", article.Unreadable, "cut short"},
		{"garbage chunk", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + page, article.Unreachable, "no proper answer"},
		{"two lengths", head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + page, article.Unreachable, "no proper answer"},
		{"negative length", head + "Content-Length: -5\r\n\r\n" + page, article.Unreachable, "no proper answer"},
		{"20 MB header", head + "X: " + strings.Repeat("x", 20<<20) + "\r\n\r\n", article.Unreachable, "no proper answer"},
		{"many fields", head + strings.Repeat("X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 1<<16) + "\r\n", article.Unreachable, "no proper answer"},
		{"1xx flood", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1<<16) + head + "\r\n" + page, article.Unreachable, "no proper answer"},
		{"empty", "", article.Unreachable, "cut the connection"},
		{"half a header", head, article.Unreachable, "cut the connection"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := rawServer(t, c.answer)
			var e *article.ReadError
			if n := allocated(func() { e = fail(t, f, url) }); n > 2<<20+2*int64(len(c.answer)) {
				t.Errorf("%d bytes allocated", n)
			}
			want(t, e, c.problem, c.words)
		})
	}
	log.SetOutput(io.Discard) // net/http remarks on the rest
	defer log.SetOutput(os.Stderr)
	// A length too short is what the server says; the rest is not the page.
	p := get(t, f, rawServer(t, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s<p>more", head, len(page), page)))
	if string(p.Body) != page {
		t.Errorf("body %q", p.Body)
	}
}

func TestSlowOrigins(t *testing.T) {
	drip := func(c net.Conn, s string) {
		for i := range len(s) {
			if _, err := io.WriteString(c, s[i:i+1]); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n"
	for name, behave := range map[string]func(c net.Conn){
		"hang":                 func(net.Conn) {},
		"slow header":          func(c net.Conn) { drip(c, head) },
		"slow body":            func(c net.Conn) { _, _ = io.WriteString(c, head); drip(c, page) },
		"body that stops":      func(c net.Conn) { _, _ = io.WriteString(c, head+page) },
		"endless 1xx":          func(c net.Conn) { drip(c, strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 50)) },
		"slow compressed body": func(c net.Conn) { _, _ = io.WriteString(c, gzipHead); drip(c, string(gzipped([]byte(page)))) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := newMemoryNet()
				done := make(chan struct{})
				go func() {
					defer close(done)
					for {
						c, err := memory.Accept()
						if err != nil {
							return
						}
						if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
							go func() { _, _ = io.Copy(io.Discard, c) }() // ends with the connection
							behave(c)
						}
					}
				}()
				defer func() {
					_ = memory.Close()
					<-done
				}()
				f, err := fetch.New(fetch.Options{InMemory: map[string]fetch.Dialer{"slow.example": memory.Dial}})
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				start := time.Now()
				e := fail(t, f, "http://slow.example/")
				want(t, e, article.Unreachable, "longer than 20s")
				if took := time.Since(start); took != 20*time.Second {
					t.Errorf("took %s, want exactly 20 s", took)
				}
			})
		})
	}
}

const gzipHead = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 160\r\n\r\n"

func TestDeadlineSpansRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := newMemoryNet()
		var n atomic.Int32
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			to := "/" + strconv.Itoa(int(n.Add(1)))
			time.Sleep(6 * time.Second)
			http.Redirect(w, r, to, http.StatusFound)
		})}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = s.Serve(memory)
		}()
		f, err := fetch.New(fetch.Options{InMemory: map[string]fetch.Dialer{"slow.example": memory.Dial}})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		want(t, fail(t, f, "http://slow.example/"), article.Unreachable, "longer than 20s")
		if took := time.Since(start); took != 20*time.Second || n.Load() != 4 {
			t.Errorf("took %s over %d hops", took, n.Load())
		}
		f.Close()
		_ = s.Shutdown(context.Background()) // waits for the last handler
		<-done
	})
}

func TestCallersDeadlineIsNotTheSitesFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, err := fetch.New(fetch.Options{InMemory: map[string]fetch.Dialer{"slow.example": func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err = f.Fetch(ctx, article.Request{URL: "http://slow.example/"})
		if typed := new(article.ReadError); errors.As(err, &typed) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}
