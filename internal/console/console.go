// Package console is the terminal's edge: the same commands and alerts that a chat
// channel gets, typed and shown in lines. It knows no store and no network.
//
// Start reading at [Console.Run]. Alerts come through [Sink], which keeps what it
// showed in a [Journal].
package console

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"erratum/internal/command"
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
	Prompt string // printed when waiting for a command; empty for scripts
}

// maxLine bounds a typed line; longer ones are refused.
const maxLine = 16 << 10

// Run answers one line after another until the input ends, "quit" is typed or ctx
// ends. The goroutine that reads In ends with In itself: reading a terminal can't be
// interrupted.
func (c *Console) Run(ctx context.Context) error {
	lines := make(chan string)
	failed := make(chan error, 1)
	go func() {
		defer close(lines)
		sc := bufio.NewScanner(c.In)
		sc.Buffer(make([]byte, 0, 4096), maxLine)
		for sc.Scan() {
			select {
			case lines <- sc.Text():
			case <-ctx.Done():
				return
			}
		}
		failed <- sc.Err()
	}()
	c.Sink.Print(c.Prompt)
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok {
				return ending(failed)
			}
			if quit := c.answer(ctx, line); quit {
				return nil
			}
			c.Sink.Print(c.Prompt)
		}
	}
}

func ending(failed <-chan error) error {
	select {
	case err := <-failed:
		if err != nil {
			return fmt.Errorf("read commands: %w", err)
		}
	default:
	}
	return nil
}

func (c *Console) answer(ctx context.Context, line string) (quit bool) {
	req, err := Parse(line)
	switch {
	case err != nil:
		c.Sink.Print(err.Error() + "\n")
	case req.Name == "":
	case req.Name == "quit":
		return true
	default:
		c.Sink.Print(c.Sink.style.Reply(c.Router.Do(ctx, req)))
	}
	return false
}

// Parse reads a typed line: the command's words, then options as name:value or in
// the order of the command's help, values with spaces in double quotes. An empty
// line is an empty request.
func Parse(line string) (command.Request, error) {
	words, err := split(line)
	if err != nil || len(words) == 0 {
		return command.Request{}, err
	}
	words[0] = strings.TrimPrefix(words[0], "/")
	if w := words[0]; w == "quit" || w == "exit" {
		return command.Request{Name: "quit"}, nil
	}
	req := command.Request{Guild: Guild, Channel: Channel, User: "terminal", Manager: true, Args: map[string]string{}}
	var rest []string
	spec, ok := command.Spec{}, false
	if len(words) > 1 {
		spec, ok = command.Find(words[0] + " " + words[1])
		rest = words[min(2, len(words)):]
	}
	if !ok {
		spec, ok = command.Find(words[0])
		rest = words[1:]
	}
	if !ok {
		req.Name = strings.Join(words[:min(2, len(words))], " ")
		return req, nil // the router says that there is none, and what to type
	}
	req.Name = spec.Name
	return req, place(spec, rest, req.Args)
}

// place puts typed words into a command's options: name:value where it says so,
// else in order. An option that takes several words takes all that are left.
func place(spec command.Spec, words []string, args map[string]string) error {
	next := 0
	for _, w := range words {
		if name, value, ok := strings.Cut(w, ":"); ok && has(spec, name) {
			args[name] = value
			continue
		}
		if next >= len(spec.Options) {
			return fmt.Errorf("I don't know what %q is for. Usage: %s", w, command.Usage(spec))
		}
		o := spec.Options[next]
		if o.Words {
			args[o.Name] = strings.TrimSpace(args[o.Name] + " " + w)
			continue
		}
		args[o.Name] = w
		next++
	}
	return nil
}

func has(spec command.Spec, name string) bool {
	for _, o := range spec.Options {
		if o.Name == name {
			return true
		}
	}
	return false
}

// split cuts a line at white space outside double quotes.
func split(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	quoted, open := false, false
	for _, r := range line {
		switch {
		case r == '"':
			open, quoted = !open, true
		case !open && (r == ' ' || r == '\t'):
			if b.Len() > 0 || quoted {
				words = append(words, b.String())
			}
			b.Reset()
			quoted = false
		default:
			b.WriteRune(r)
		}
	}
	if open {
		return nil, fmt.Errorf("a double quote is not closed")
	}
	if b.Len() > 0 || quoted {
		words = append(words, b.String())
	}
	return words, nil
}
