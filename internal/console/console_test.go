package console_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"erratum/internal/alert"
	"erratum/internal/command"
	"erratum/internal/console"
	"erratum/internal/deliver"
)

// echoRouter answers every command by its name.
type echoRouter struct{}

func (echoRouter) Do(_ context.Context, r command.Request) command.Reply {
	return command.Reply{Text: "answer to " + r.Name}
}

// screen is what was written, safe to read while it is.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// take empties the screen.
func (s *screen) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.b.Reset()
	return s.b.String()
}

func newSink(t *testing.T, style console.Style) (*console.Sink, *screen) {
	t.Helper()
	s := new(screen)
	return console.NewSink(openJournal(t, filepath.Join(t.TempDir(), "alerts.jsonl")), s, style), s
}

func TestRun(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 20<<10)
	for _, tt := range []struct {
		name, in, want string
		console        console.Console
	}{
		{name: "script", in: "help\n\nstatus\r\n", console: console.Console{Echo: true}, want: "> help\nanswer to help\n\n> status\nanswer to status\n\n"},
		{name: "no newline at the end", in: "help", console: console.Console{Echo: true}, want: "> help\nanswer to help\n\n"},
		{name: "what follows quit is not answered", in: "quit\nhelp\n", want: ""},
		{name: "a person", in: "help\n", console: console.Console{Prompt: "> "}, want: "> answer to help\n\n> \n"},
		{name: "greeting", in: "", console: console.Console{Greeting: "Hello; `help` helps.", Prompt: "> "}, want: "Hello; `help` helps.\n\nanswer to watch list\n\n> \n"},
		{name: "mistake", in: "show \"me\nhelp\n", console: console.Console{Echo: true}, want: "> show \"me\nA double quote is not closed. Write \"…\" around words that belong together.\n\n> help\nanswer to help\n\n"},
		{name: "a line too long", in: long + "\nhelp\n", console: console.Console{Echo: true}, want: "That line is longer than 16384 characters. Type a shorter one.\n\n> help\nanswer to help\n\n"},
		{name: "hostile", in: "\x1b[2Jhelp\n", console: console.Console{Echo: true}, want: "> [2Jhelp\nanswer to [2Jhelp\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sink, out := newSink(t, console.Plain)
			c := tt.console
			c.Router, c.Sink, c.In = echoRouter{}, sink, strings.NewReader(tt.in)
			if err := c.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := out.take(); got != tt.want {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func TestRunReportsBrokenInput(t *testing.T) {
	t.Parallel()
	sink, _ := newSink(t, console.Plain)
	broken := errors.New("the cable is cut")
	c := console.Console{Router: echoRouter{}, Sink: sink, In: io.MultiReader(strings.NewReader("help\n"), iotest.ErrReader(broken))}
	if err := c.Run(t.Context()); !errors.Is(err, broken) {
		t.Errorf("error: %v", err)
	}
}

// TestRunEndsWithContext: a terminal that nobody types at does not keep the program.
func TestRunEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, out := newSink(t, console.Plain)
		in, typing := io.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		c := console.Console{Router: echoRouter{}, Sink: sink, In: in, Prompt: "> "}
		go func() { ended <- c.Run(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if got := out.take(); got != "> \n" {
			t.Errorf("screen: %q", got)
		}
		_ = typing.Close()
	})
}

// TestAlertWhileTyping: an alert takes a waiting prompt's place, and the prompt comes
// back below it.
func TestAlertWhileTyping(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		style console.Style
		over  string
	}{{console.Plain, "\n"}, {console.Style{Colour: true}, "\r\x1b[K"}} {
		sink, out := newSink(t, tt.style)
		d := delivery("id1")
		card := tt.style.Notice(d.Notice) + "\n\n"
		sink.Ask("> ")
		if _, err := sink.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		if got, want := out.take(), "> "+tt.over+card+"> "; got != want {
			t.Errorf("got %q\nwant %q", got, want)
		}
		sink.Entered()
		sink.Print("answer\n")
		if got := out.take(); got != "answer\n" {
			t.Errorf("after the enter key: %q", got)
		}
	}
}

func delivery(id string) alert.Delivery { return alert.Delivery{ID: id, Notice: notices()[0]} }

// TestSinkShowsOnce: an alert is shown once however often it is sent, and the journal
// holds it as it was shown, without colours.
func TestSinkShowsOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "alerts.jsonl")
	style := console.Style{Colour: true, Width: 40}
	for round := range 2 { // the second time as after a restart
		out := new(screen)
		j := openJournal(t, path)
		sink := console.NewSink(j, out, style)
		for range 3 {
			message, err := sink.Send(t.Context(), delivery("id1"))
			if err != nil || message != "id1" {
				t.Fatal(message, err)
			}
		}
		if got, want := strings.Count(out.take(), "twelve weeks while"), 1-round; got != want {
			t.Errorf("round %d: shown %d times, want %d", round, got, want)
		}
		if message, ok, err := sink.Find(t.Context(), delivery("id1")); message != "id1" || !ok || err != nil {
			t.Error("it does not know what it showed")
		}
		if _, ok, _ := sink.Find(t.Context(), delivery("id2")); ok {
			t.Error("it knows what it never showed")
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := lines(t, path); len(got) != 1 {
		t.Errorf("journal: %q", got)
	}
}

// TestSinkAlso: one line for another page's same edit, once.
func TestSinkAlso(t *testing.T) {
	t.Parallel()
	sink, out := newSink(t, console.Style{})
	d := delivery("id2")
	d.Notice.Subject.Site = "The Other\x1b[31m Post"
	story := alert.Story{Subject: alert.Subject{Headline: "Bridge closed"}, Also: []alert.Also{{Delivery: "id2", Subject: d.Notice.Subject}}}
	for range 2 {
		if err := sink.Also(t.Context(), story, d); err != nil {
			t.Fatal(err)
		}
	}
	if got := out.take(); got != "The same edit as in “Bridge closed”: also on The Other[31m Post.\n\n" {
		t.Errorf("shown %q", got)
	}
	if _, ok, _ := sink.Find(t.Context(), d); !ok {
		t.Error("it forgot what it said")
	}
}

// TestSinkFailure: what can't be written down is not shown, and comes again.
func TestSinkFailure(t *testing.T) {
	t.Parallel()
	out := new(screen)
	j := openJournal(t, filepath.Join(t.TempDir(), "alerts.jsonl"))
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := console.NewSink(j, out, console.Plain).Send(t.Context(), delivery("id1"))
	var failed *deliver.SendError
	if !errors.As(err, &failed) || failed.Reason == "" {
		t.Errorf("error: %v", err)
	}
	if got := out.take(); got != "" {
		t.Errorf("shown: %q", got)
	}
}

// endsWith is an input that fails because the program ends, as a closed terminal does.
type endsWith struct{ ctx context.Context }

func (e endsWith) Read([]byte) (int, error) {
	<-e.ctx.Done()
	return 0, e.ctx.Err()
}

func TestRunEndsInPeace(t *testing.T) {
	for range 100 { // which of the two ends is heard first is chance
		journal, err := console.OpenJournal(filepath.Join(t.TempDir(), "alerts.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		c := console.Console{Router: echoRouter{}, Sink: console.NewSink(journal, io.Discard, console.Plain), In: endsWith{ctx}}
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		cancel()
		if err := <-done; err != nil {
			t.Fatalf("an end that was asked for is an error: %v", err)
		}
		if err := journal.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// keeper is a router that keeps what it was asked.
type keeper struct{ last command.Request }

func (k *keeper) Do(_ context.Context, r command.Request) command.Reply {
	k.last = r
	return command.Reply{Text: "done", File: &command.File{Name: "out.csv", Data: []byte("url\nhttps://a.example/1\n")}}
}

// TestFiles: a command takes a file of the person at the terminal along, and a reply's
// file is shown.
func TestFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(path, []byte("https://a.example/1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	sink, out := newSink(t, console.Plain)
	router := &keeper{}
	c := console.Console{Router: router, Sink: sink, In: strings.NewReader("watch import " + path + "\n")}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if string(router.last.File) != "https://a.example/1\n" || len(router.last.Args) != 0 {
		t.Errorf("asked %+v", router.last)
	}
	if got := out.take(); got != "done\nout.csv:\nurl\nhttps://a.example/1\n\n" {
		t.Errorf("shown %q", got)
	}
	for line, want := range map[string]string{
		"watch import " + path + "x":           "There is no file",
		"watch import " + filepath.Dir(path):   "can't be read.",
		"watch import " + path + " alerts:all": "done",
	} {
		c := console.Console{Router: router, Sink: sink, In: strings.NewReader(line + "\n")}
		if err := c.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := out.take(); !strings.Contains(got, want) {
			t.Errorf("%s: %q", line, got)
		}
	}
}
