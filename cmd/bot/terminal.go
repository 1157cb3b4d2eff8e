package main

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"github.com/mattn/go-isatty"

	"erratum/internal/console"
)

// Bounds of a terminal's width: lines of more than maxColumns are hard to read.
const (
	usualColumns = 80
	maxColumns   = 100
)

// terminal reports whether a person sits at v.
func terminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// style is how to write to w: whole lines without colours, but for a terminal.
func style(w io.Writer, p process) console.Style {
	if !terminal(w) {
		return console.Plain
	}
	s := console.Style{Colour: true, Width: usualColumns}
	if n := columns(w.(*os.File)); n > 0 {
		s.Width = min(n, maxColumns)
	}
	// https://no-color.org, and terminals that say that they can do nothing.
	if _, no := p.getenv("NO_COLOR"); no {
		s.Colour = false
	}
	if term, _ := p.getenv("TERM"); term == "dumb" {
		s.Colour = false
	}
	return s
}

// interruptible is a reader whose waiting ends with ctx. Reading a terminal or a pipe
// can't be interrupted itself; the goroutine that does it ends with the input or the
// process.
type interruptible struct {
	ctx     context.Context // io.Reader has no room for one
	in      io.Reader
	begin   sync.Once // nothing is taken from the input before it is wanted
	results chan result
	rest    []byte
	err     error
}

type result struct {
	data []byte
	err  error
}

func interruptibly(ctx context.Context, r io.Reader) io.Reader {
	return &interruptible{ctx: ctx, in: r, results: make(chan result)}
}

// read hands on what comes in until the input or ctx ends.
func (i *interruptible) read() {
	for {
		buf := make([]byte, 32<<10)
		n, err := i.in.Read(buf)
		select {
		case i.results <- result{buf[:n], err}:
		case <-i.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// Read implements io.Reader.
func (i *interruptible) Read(p []byte) (int, error) {
	i.begin.Do(func() { go i.read() })
	for len(i.rest) == 0 {
		if i.err != nil {
			return 0, i.err
		}
		select {
		case r := <-i.results:
			i.rest, i.err = r.data, r.err
		case <-i.ctx.Done():
			i.err = context.Cause(i.ctx)
		}
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	return n, nil
}

var errTwice = errors.New("standard input can only be read once: name a file or an address for the other version")
