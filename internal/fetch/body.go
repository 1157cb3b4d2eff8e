package fetch

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"erratum/internal/article"
)

// Bounds of compressed bodies. News pages shrink 4 to 20 times; 200 MB of zeros are
// 204 KB as gzip, 22 KB as zstd and 317 bytes as brotli (measured).
const (
	ratioFree = 1 << 20 // decoded bytes up to which any ratio is taken
	maxRatio  = 200
)

// Errors of bodies that end in [Fetcher.readBody].
var (
	errTooLarge = errors.New("body larger than allowed")
	errBomb     = errors.New("body expands out of proportion")
)

// readBody decompresses a body within bounds and lends its bytes to use, which may
// not keep them.
func (f *Fetcher) readBody(resp *http.Response, use func(raw []byte) error) error {
	limit := f.options.MaxBytes
	encoding := contentEncoding(resp.Header)
	plain := encoding == "" || encoding == "identity"
	if plain && resp.ContentLength > int64(limit) {
		return f.unreadableBody(errTooLarge, nil)
	}
	// What fits when decoded is hardly larger before: more on the wire is an endless
	// stream of nothing.
	wire := &meter{r: resp.Body, left: int64(limit) + 64<<10, most: limit}
	if !plain {
		// Decoders read ahead; in small steps, the ratio is that of what they used.
		wire.most = ratioFree / maxRatio
	}
	scratch, ok := f.scratch.Get().(*[]byte)
	if !ok {
		scratch = new([]byte)
	}
	defer func() {
		if cap(*scratch) <= 1<<20 { // a rare large page must not stay in memory
			f.scratch.Put(scratch)
		}
	}()
	err := f.decode(encoding, wire, func(r io.Reader) error {
		raw, err := readBounded((*scratch)[:0], r, limit, wire)
		*scratch = raw
		return err
	})
	if err != nil {
		return f.unreadableBody(err, wire.err)
	}
	return use(*scratch)
}

// contentEncoding returns how a body is packed.
func contentEncoding(h http.Header) string {
	return strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ",")))
}

// decode hands read the decompressed body.
func (f *Fetcher) decode(encoding string, wire io.Reader, read func(io.Reader) error) error {
	switch encoding {
	case "", "identity":
		return read(wire)
	case "gzip", "x-gzip":
		return unpack(&f.gzips, wire, read)
	case "br":
		return unpack(&f.brotlis, wire, read)
	case "zstd":
		return unpack(&f.zstds, wire, read)
	default:
		return errEncoding
	}
}

// decoder is what the three decompressors have in common. Reset makes them as new,
// after any error too.
type decoder interface {
	io.Reader
	Reset(r io.Reader) error
}

// unpack reads through a decoder of the pool. They hold windows of megabytes: one
// that met a bomb serves the next body as well.
func unpack(pool *sync.Pool, wire io.Reader, read func(io.Reader) error) error {
	d, ok := pool.Get().(decoder)
	if !ok {
		return errEncoding
	}
	defer pool.Put(d)
	if err := d.Reset(wire); err != nil {
		return err
	}
	return read(d)
}

// errEncoding is a compression that was not asked for, or several on top of each
// other: no honest server stacks them.
var errEncoding = errors.New("content encoding not asked for")

// readBounded appends all of r to buf, at most limit bytes, and less when they come
// out of too few on the wire.
func readBounded(buf []byte, r io.Reader, limit int, wire *meter) ([]byte, error) {
	for {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(max(4*cap(buf), 64<<10), limit+1))
			copy(grown, buf)
			buf = grown
		}
		n, err := r.Read(buf[len(buf):min(cap(buf), limit+1)])
		buf = buf[:len(buf)+n]
		switch {
		case len(buf) > limit:
			return buf, errTooLarge
		case len(buf) >= ratioFree && int64(len(buf)) > maxRatio*wire.n:
			return buf, errBomb
		case err == io.EOF:
			return buf, nil
		case err != nil:
			return buf, err
		}
	}
}

// meter counts and bounds the bytes from the wire and remembers how they ended, so
// that a broken connection is told from a broken body.
type meter struct {
	r    io.Reader
	n    int64
	left int64
	most int // bytes a read
	err  error
}

// Read implements io.Reader.
func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLarge
	}
	p = p[:min(int64(len(p)), m.left, int64(m.most))]
	n, err := m.r.Read(p)
	m.n += int64(n)
	m.left -= int64(n)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// unreadableBody says what went wrong with a body: wire is how the connection ended,
// nil when it did not fail.
func (f *Fetcher) unreadableBody(err, wire error) error {
	fail := func(reason string) error {
		return &article.ReadError{Problem: article.Unreadable, Reason: reason, Err: err}
	}
	switch {
	case wire != nil && !errors.Is(wire, io.ErrUnexpectedEOF):
		return wire // time-out, reset: said in explain
	case errors.Is(err, errTooLarge):
		return fail("the page is larger than Erratum reads (" + size(f.options.MaxBytes) + ")")
	case errors.Is(err, errBomb), errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fail("the page is packed so tightly that it looks like an attack")
	case errors.Is(err, errEncoding):
		return fail("the page is packed in a way that Erratum does not read")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fail("the page was cut short on the way")
	case errors.Is(err, io.EOF):
		return fail("the page is empty")
	default:
		return fail("the page was damaged on the way")
	}
}
