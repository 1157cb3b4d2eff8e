package console

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
)

// Sink shows alerts at a terminal and keeps them in a [Journal]. It implements
// deliver.Sink, deliver.Finder and deliver.Editor, and is safe for concurrent use.
type Sink struct {
	journal *Journal
	style   Style

	mu     sync.Mutex
	out    io.Writer
	prompt string // on the screen now, waiting for a person; empty: none
}

// NewSink makes a sink that writes alerts to out. Writes to out from elsewhere go
// through [Sink.Print], so that lines never mix.
func NewSink(journal *Journal, out io.Writer, style Style) *Sink {
	return &Sink{journal: journal, out: out, style: style}
}

// Send implements deliver.Sink. The journal is the idempotency key's memory: what
// stands in it is not shown again, however long ago it was.
func (s *Sink) Send(_ context.Context, d alert.Delivery) (string, error) {
	rec := Record{
		ID: d.ID, At: time.Now().UTC(), Watch: d.Watch, Channel: d.Destination.Channel, Kind: d.Notice.Kind,
		URL: d.Notice.Subject.URL, Headline: d.Notice.Subject.Headline,
		From: d.Notice.From, To: d.Notice.To, Text: Plain.Notice(d.Notice),
	}
	if r := d.Notice.Report; r != nil {
		rec.Severity, rec.Announced = string(r.Severity), string(r.Announced)
	}
	fresh, err := s.journal.Append(rec)
	if err != nil {
		return "", &deliver.SendError{Reason: "the journal of alerts can't be written", Err: err}
	}
	if fresh {
		// The journal has it: a terminal that went away must not make it come again.
		s.Print(s.style.Notice(d.Notice) + "\n\n")
	}
	return d.ID, nil
}

// Also implements deliver.Editor: a line says which page was edited alike.
func (s *Sink) Also(_ context.Context, story alert.Story, d alert.Delivery) error {
	n := d.Notice
	text := fmt.Sprintf("The same edit as in “%s”: also on %s.", clean(cmp.Or(story.Subject.Headline, story.Subject.URL)), clean(cmp.Or(n.Subject.Site, n.Subject.URL)))
	fresh, err := s.journal.Append(Record{
		ID: d.ID, At: time.Now().UTC(), Watch: d.Watch, Channel: d.Destination.Channel, Kind: n.Kind,
		URL: n.Subject.URL, Headline: n.Subject.Headline, From: n.From, To: n.To, Text: text,
	})
	if err != nil {
		return &deliver.SendError{Reason: "the journal of alerts can't be written", Err: err}
	}
	if fresh {
		s.Print(strings.Join(wrap(text, s.style.Width), "\n") + "\n\n")
	}
	return nil
}

// Find implements deliver.Finder.
func (s *Sink) Find(_ context.Context, d alert.Delivery) (string, bool, error) {
	return d.ID, s.journal.Has(d.ID), nil
}

// Print writes whole lines to the terminal. A prompt that waits moves below them.
func (s *Sink) Print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprint(s.out, s.overPrompt()+text+s.prompt)
}

// overPrompt takes a prompt that waits off the screen, as far as the terminal can.
func (s *Sink) overPrompt() string {
	switch {
	case s.prompt == "":
		return ""
	case s.style.Colour:
		return "\r\x1b[K"
	default:
		return "\n"
	}
}

// Ask shows a prompt, which waits until [Sink.Entered] or [Sink.Leave].
func (s *Sink) Ask(prompt string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompt = prompt
	fmt.Fprint(s.out, prompt)
}

// Entered says that the person pressed the enter key: the prompt's line is done.
func (s *Sink) Entered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompt = ""
}

// Leave ends the line of a prompt that nobody answered.
func (s *Sink) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prompt != "" {
		fmt.Fprintln(s.out)
	}
	s.prompt = ""
}
