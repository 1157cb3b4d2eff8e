package deliver_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/report"
)

// errKilled stands for a program that ended at a step: nothing after it happens, until
// the claim runs out.
var errKilled = errors.New("killed")

// Join implements deliver.Outbox.
func (o *outbox) Join(_ context.Context, d alert.Delivery, edit string) (alert.Story, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stories == nil {
		o.stories = map[string]alert.Story{}
	}
	s := o.stories[edit]
	s.Join(d, time.Now())
	o.stories[edit] = s
	return s, nil
}

// Lead implements deliver.Outbox.
func (o *outbox) Lead(_ context.Context, d alert.Delivery, edit, message string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leads++
	if o.unled > 0 {
		o.unled--
		return errKilled
	}
	if s := o.stories[edit]; s.Delivery == d.ID {
		s.Message = message
		o.stories[edit] = s
	}
	return nil
}

// Leave implements deliver.Outbox.
func (o *outbox) Leave(_ context.Context, _ alert.Destination, edit, delivery string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stories[edit].Delivery == delivery {
		delete(o.stories, edit)
	}
	return nil
}

// editor is a sink that can look and add to what it showed.
type editor struct {
	finder
	also    map[string][]string // by message: who was named, as it was said last
	edits   int
	deleted map[string]bool
	fail    func(n int) error
}

func newEditor(s *sink) *editor {
	return &editor{finder: finder{s}, also: map[string][]string{}, deleted: map[string]bool{}}
}

func (e *editor) Find(ctx context.Context, d alert.Delivery) (string, bool, error) {
	_, found, err := e.finder.Find(ctx, d)
	return "message of " + d.ID, found, err
}

func (e *editor) Also(_ context.Context, s alert.Story, d alert.Delivery) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.edits++
	if e.deleted[s.Message] {
		return deliver.ErrNoMessage
	}
	var names []string
	for _, a := range s.Also {
		names = append(names, a.Delivery)
	}
	if !slices.Contains(names, d.ID) {
		return errors.New("the newest is not in the story")
	}
	e.also[s.Message] = names
	if e.fail != nil {
		return e.fail(e.edits)
	}
	return nil
}

// wire is the delivery of an edit that several pages make.
func wire(watch string) alert.Delivery {
	d := delivery(watch, 1)
	d.Destination.Channel = "c"
	d.Notice.Subject.Article = watch
	d.Notice.Report = &report.Report{Outcome: report.Changed, Changes: []report.Change{{
		Kind: "number", Severity: report.Major, Before: "the work will cost 4.2 million crowns", After: "the work will cost 5.1 million crowns",
	}}}
	return d
}

// told checks that an edit was shown once and that the other pages are named there.
func told(t *testing.T, o *outbox, e *editor, pages ...string) {
	t.Helper()
	if len(e.shown) != 1 {
		t.Fatalf("shown %v", e.shown)
	}
	named := append([]string{e.shown[0]}, e.also["message of "+e.shown[0]]...)
	slices.Sort(named)
	if want := fmt.Sprint(pages); fmt.Sprint(named) != want {
		t.Errorf("named %v, want %s", named, want)
	}
	for _, p := range pages {
		if o.messages[p] != "message of "+e.shown[0] {
			t.Errorf("%s is acknowledged as %q", p, o.messages[p])
		}
	}
}

func TestWireStories(t *testing.T) {
	three := func() *outbox { return newOutbox(wire("a"), wire("b"), wire("c")) }
	all := []string{"a/1", "b/1", "c/1"}
	tests := map[string]func(t *testing.T){
		"one message names all pages": func(t *testing.T) {
			o, e := three(), newEditor(&sink{slow: time.Second})
			run(t, o, e, deliver.Options{}, time.Minute)
			told(t, o, e, all...)
		},
		"a sink that can't edit shows each": func(t *testing.T) {
			o, s := three(), &sink{}
			run(t, o, s, deliver.Options{}, time.Minute)
			if len(s.shown) != 3 || o.leads != 0 {
				t.Errorf("shown %v", s.shown)
			}
		},
		"killed before the message is written down": func(t *testing.T) {
			o, e := three(), newEditor(&sink{})
			o.unled = 1
			run(t, o, e, deliver.Options{}, 30*time.Minute)
			told(t, o, e, all...)
		},
		"killed before an acknowledgement": func(t *testing.T) {
			for n := 1; n <= 5; n++ {
				o, e := three(), newEditor(&sink{})
				o.unacked = n
				run(t, o, e, deliver.Options{}, time.Hour)
				told(t, o, e, all...)
			}
		},
		"the answer to an edit is lost": func(t *testing.T) {
			o, e := three(), newEditor(&sink{})
			e.fail = func(n int) error {
				if n <= 2 {
					return &deliver.SendError{Reason: "the answer did not come"}
				}
				return nil
			}
			run(t, o, e, deliver.Options{}, time.Hour)
			told(t, o, e, all...)
		},
		"the answer to the message is lost": func(t *testing.T) {
			o, e := three(), newEditor(&sink{lost: func(_ alert.Delivery, try int) bool { return try == 1 }})
			run(t, o, e, deliver.Options{}, time.Hour)
			told(t, o, e, all...)
		},
		"stopped for hours with the message unwritten": func(t *testing.T) {
			o, e := three(), newEditor(&sink{})
			o.unled = 1
			run(t, o, e, deliver.Options{}, 2*time.Second)
			time.Sleep(5 * time.Hour)
			run(t, o, e, deliver.Options{}, time.Hour)
			told(t, o, e, all...)
		},
		"the first can never be shown": func(t *testing.T) {
			s := &sink{answer: func(d alert.Delivery, _ int) error {
				if d.Watch == "a" {
					return &deliver.SendError{Hopeless: true, Reason: "refused"}
				}
				return nil
			}}
			o, e := newOutbox(wire("a")), newEditor(s)
			go func() { time.Sleep(time.Second); o.put(wire("b"), wire("c")) }()
			run(t, o, e, deliver.Options{}, time.Hour)
			if o.dead["a/1"] == "" {
				t.Fatal("not given up")
			}
			told(t, o, e, "b/1", "c/1")
		},
		"the message was deleted": func(t *testing.T) {
			o, e := newOutbox(wire("a")), newEditor(&sink{})
			run(t, o, e, deliver.Options{}, 5*time.Second)
			e.deleted["message of a/1"] = true
			o.put(wire("b"), wire("c"))
			run(t, o, e, deliver.Options{}, time.Minute)
			both := map[string]string{"b/1": "[c/1]", "c/1": "[b/1]"} // whoever is first
			if last := e.shown[len(e.shown)-1]; len(e.shown) != 2 || both[last] == "" || fmt.Sprint(e.also["message of "+last]) != both[last] {
				t.Errorf("shown %v, named %v", e.shown, e.also)
			}
		},
		"another edit has a message of its own": func(t *testing.T) {
			other := wire("b")
			other.Notice.Report = &report.Report{Outcome: report.Changed, Changes: []report.Change{{Kind: "number", Severity: report.Major, Before: "the work will cost 4.2 million crowns", After: "the work will cost 9 million crowns"}}}
			o, e := newOutbox(wire("a"), other), newEditor(&sink{})
			run(t, o, e, deliver.Options{}, time.Minute)
			if len(e.shown) != 2 || e.edits != 0 {
				t.Errorf("shown %v, %d edits", e.shown, e.edits)
			}
		},
		"a day later it is told again": func(t *testing.T) {
			o, e := newOutbox(wire("a")), newEditor(&sink{})
			run(t, o, e, deliver.Options{}, 5*time.Second)
			time.Sleep(25 * time.Hour)
			o.put(wire("b"))
			run(t, o, e, deliver.Options{}, time.Minute)
			if strings.Join(e.shown, " ") != "a/1 b/1" {
				t.Errorf("shown %v", e.shown)
			}
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
	}
}
