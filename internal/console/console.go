// Package console is the terminal's edge: the same commands and alerts that a chat
// channel gets, typed and shown in lines. It knows no store and no network, and it
// lets nothing that an article says steer the terminal.
//
// Start reading at [Console.Run]. Alerts come through [Sink], which keeps what it
// showed in a [Journal]; [Style] renders.
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"erratum/internal/command"
	"erratum/internal/report"
)

// Guild is the one guild of a terminal, and Channel its one channel.
const (
	Guild   = "local"
	Channel = "terminal"
)

// Router answers commands.
type Router interface {
	Do(ctx context.Context, r command.Request) command.Reply
}

// Console reads commands from In and prints the answers through the sink.
type Console struct {
	Router Router
	Sink   *Sink
	In     io.Reader
	Prompt string // shown when waiting for a command; empty: none
	// Echo shows each command before its answer, as is wanted where nobody sees it
	// being typed.
	Echo bool
	// Greeting is CommonMark, shown first and followed by what is watched; empty:
	// neither.
	Greeting string
}

// maxLine bounds a typed line, in bytes; longer ones are refused.
const maxLine = 16 << 10

// typed is a line of the input, or the end of it.
type typed struct {
	line string
	long bool
	err  error
}

// Run answers one line after another until the input ends, "quit" is typed or ctx
// ends. The goroutine that reads In ends with In itself: reading a terminal can't be
// interrupted.
func (c *Console) Run(ctx context.Context) error {
	lines := make(chan typed)
	go read(ctx, c.In, lines)
	c.greet(ctx)
	for {
		c.Sink.Ask(c.Prompt)
		select {
		case <-ctx.Done():
			c.Sink.Leave()
			return nil
		case t := <-lines:
			switch {
			case errors.Is(t.err, io.EOF), t.err != nil && ctx.Err() != nil:
				// An input that ends because the program does is no fault.
				c.Sink.Leave()
				return nil
			case t.err != nil:
				c.Sink.Leave()
				return fmt.Errorf("read commands: %w", t.err)
			}
			c.Sink.Entered()
			if quit := c.answer(ctx, t); quit {
				return nil
			}
		}
	}
}

// read hands on one line after another, the end last.
func read(ctx context.Context, in io.Reader, lines chan<- typed) {
	r := bufio.NewReaderSize(in, maxLine)
	for {
		var t typed
		line, err := r.ReadSlice('\n')
		t.line = strings.TrimRight(string(line), "\r\n")
		for errors.Is(err, bufio.ErrBufferFull) {
			t.long = true
			_, err = r.ReadSlice('\n')
		}
		if err != nil && (t.line == "" || !errors.Is(err, io.EOF)) {
			t = typed{err: err}
		}
		select {
		case lines <- t:
		case <-ctx.Done():
			return
		}
		if t.err != nil {
			return
		}
	}
}

// greet says where one is, and what is watched.
func (c *Console) greet(ctx context.Context) {
	if c.Greeting == "" {
		return
	}
	c.print(command.Reply{Text: c.Greeting})
	req, err := Parse("watch list")
	if err == nil {
		c.print(c.Router.Do(ctx, req))
	}
}

func (c *Console) answer(ctx context.Context, t typed) (quit bool) {
	if t.long {
		c.print(command.Reply{Text: fmt.Sprintf("That line is longer than %d characters. Type a shorter one.", maxLine)})
		return false
	}
	req, err := Parse(t.line)
	if c.Echo && (err != nil || req.Name != "") {
		c.Sink.Print("> " + clean(t.line) + "\n")
	}
	switch {
	case err != nil:
		c.print(command.Reply{Text: err.Error()})
	case req.Name == "":
	case req.Name == quitCommand:
		return true
	default:
		if err := attach(&req); err != nil {
			c.print(command.Reply{Text: report.Escape(err.Error())})
			return false
		}
		c.print(c.Router.Do(ctx, req))
	}
	return false
}

// print shows a reply with a line of air below it.
func (c *Console) print(r command.Reply) { c.Sink.Print(c.Sink.style.Reply(r) + "\n") }
