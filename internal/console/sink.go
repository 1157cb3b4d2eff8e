package console

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
)

// Sink shows alerts at a terminal and keeps them in a [Journal]. It implements
// deliver.Sink and deliver.Finder.
type Sink struct {
	journal *Journal
	style   Style
	now     func() time.Time

	mu  sync.Mutex
	out io.Writer
}

// NewSink makes a sink that writes alerts to out. Writes to out from elsewhere go
// through [Sink.Print], so that lines never mix.
func NewSink(journal *Journal, out io.Writer, style Style) *Sink {
	return &Sink{journal: journal, out: out, style: style, now: time.Now}
}

// Send implements deliver.Sink. The journal is the idempotency key's memory: what
// stands in it is not shown again, however long ago it was.
func (s *Sink) Send(_ context.Context, d alert.Delivery) (string, error) {
	rec := Record{
		ID: d.ID, At: s.now().UTC(), Watch: d.Watch, Channel: d.Destination.Channel, Kind: d.Notice.Kind,
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
		s.Print("\n" + s.style.Notice(d.Notice) + "\n")
	}
	return d.ID, nil
}

// Find implements deliver.Finder.
func (s *Sink) Find(_ context.Context, d alert.Delivery) (string, bool, error) {
	return d.ID, s.journal.Has(d.ID), nil
}

// Print writes to the terminal between alerts.
func (s *Sink) Print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprint(s.out, text)
}
