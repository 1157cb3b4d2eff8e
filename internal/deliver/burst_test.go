package deliver_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/alert"
	"erratum/internal/deliver"
	"erratum/internal/report"
)

// adder is a sink that can add to a message.
type adder struct {
	*sink
	mu    sync.Mutex
	added map[string][]string // by message: deliveries
	gone  bool                // messages are deleted
	fail  int                 // so many calls add and then fail
}

func (a *adder) Add(_ context.Context, d alert.Delivery) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone {
		return deliver.ErrNoMessage
	}
	if m := d.Last.Message; !slices.Contains(a.added[m], d.ID) {
		a.added[m] = append(a.added[m], d.ID)
	}
	if a.fail > 0 {
		a.fail--
		return &deliver.SendError{Reason: "the answer did not come", RetryAfter: 9 * time.Minute}
	}
	return nil
}

func (a *adder) Find(_ context.Context, d alert.Delivery) (string, bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for m, ids := range a.added {
		if slices.Contains(ids, d.ID) {
			return m, true, nil
		}
	}
	return "message of " + d.ID, slices.Contains(a.shown, d.ID), nil
}

// further is a change of a watch's article from revision n to n+1.
func further(n int, severity report.Severity, notes ...report.Note) alert.Delivery {
	d := delivery("a", n)
	d.Notice.From, d.Notice.To = n, n+1
	d.Notice.Report = &report.Report{Outcome: report.Changed, Severity: severity, Notes: notes}
	return d
}

func TestBursts(t *testing.T) {
	const major, minor = report.Major, report.Minor
	note := report.Note{State: report.NoteNew}
	for name, c := range map[string]struct {
		ds    []alert.Delivery
		apart time.Duration
		gone  bool   // messages are deleted
		fail  int    // answers are lost
		shown string // own messages
		added string // deliveries that were added
	}{
		"within ten minutes":      {ds: []alert.Delivery{further(1, major), further(2, major), further(3, minor)}, apart: 3 * time.Minute, shown: "[a/1]", added: "[a/2 a/3]"},
		"later":                   {ds: []alert.Delivery{further(1, major), further(2, major)}, apart: 11 * time.Minute, shown: "[a/1 a/2]", added: "[]"},
		"counted from the first":  {ds: []alert.Delivery{further(1, major), further(2, major), further(3, major)}, apart: 6 * time.Minute, shown: "[a/1 a/3]", added: "[a/2]"},
		"graver":                  {ds: []alert.Delivery{further(1, minor), further(2, major), further(3, minor)}, apart: time.Minute, shown: "[a/1 a/2]", added: "[a/3]"},
		"a new note":              {ds: []alert.Delivery{further(1, major), further(2, minor, note)}, apart: time.Minute, shown: "[a/1 a/2]", added: "[]"},
		"too many":                {ds: []alert.Delivery{further(1, major), further(2, major), further(3, major), further(4, major), further(5, major)}, apart: time.Minute, shown: "[a/1 a/5]", added: "[a/2 a/3 a/4]"},
		"no further change":       {ds: []alert.Delivery{further(1, major), further(4, major)}, apart: time.Minute, shown: "[a/1 a/4]", added: "[]"},
		"the message was deleted": {ds: []alert.Delivery{further(1, major), further(2, major)}, apart: time.Minute, gone: true, shown: "[a/1 a/2]", added: "[]"},
		// The answer to the edit is lost, and when it is tried again the burst is over.
		"the answer is lost": {ds: []alert.Delivery{further(1, major), further(2, major)}, apart: 5 * time.Minute, fail: 1, shown: "[a/1]", added: "[a/2]"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &adder{sink: &sink{}, added: map[string][]string{}, gone: c.gone, fail: c.fail}
				o := newOutbox()
				for _, d := range c.ds {
					go func() {
						time.Sleep(time.Duration(d.Notice.From-1) * c.apart)
						o.put(d)
					}()
				}
				run(t, o, s, deliver.Options{}, time.Hour)
				var added []string
				for _, ids := range s.added {
					added = append(added, ids...)
				}
				slices.Sort(added)
				if fmt.Sprint(s.shown) != c.shown || fmt.Sprint(added) != c.added || len(o.messages) != len(c.ds) {
					t.Errorf("shown %v, added %v, acknowledged %v; want %s and %s", s.shown, added, o.messages, c.shown, c.added)
				}
				if last := o.last["a"]; last.Message == "" || last.To != c.ds[len(c.ds)-1].Notice.To {
					t.Errorf("remembered %+v", last)
				}
			})
		})
	}
}

// TestAnswers: what came of an alert answers it, what is apart stands alone.
func TestAnswers(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		last, kind alert.Kind
		ago        time.Duration
		want       bool
	}{
		{alert.Change, alert.Acknowledged, 9 * time.Hour, true},
		{alert.Change, alert.Reverted, time.Hour, true},
		{alert.Change, alert.Change, time.Minute, true},
		{alert.Change, alert.Change, time.Hour, false},
		{alert.Blind, alert.Recovered, time.Hour, true},
		{alert.Gone, alert.Returned, time.Hour, true},
		{alert.Change, alert.Recovered, time.Minute, false},
		{alert.Change, alert.Blind, time.Minute, false},
	} {
		d := delivery("a", 1)
		d.Notice.Kind = c.kind
		d.Last = alert.Shown{Message: "m", Kind: c.last, At: now.Add(-c.ago)}
		if got := d.Answers(now); got != c.want {
			t.Errorf("%s after %s: answers %v", c.kind, c.last, got)
		}
		d.Last.Joined = true
		if d.Answers(now) {
			t.Errorf("%s answers another page's message", c.kind)
		}
	}
}

func TestShownReadsBack(t *testing.T) {
	for _, s := range []alert.Shown{
		{}, {Message: "12/34", At: time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC), Kind: alert.Change, Severity: report.Major, From: 1, To: 3, Changes: 2, Joined: true},
	} {
		if got := alert.ParseShown(s.String()); got != s {
			t.Errorf("%+v reads as %+v", s, got)
		}
	}
	if got := alert.ParseShown("34"); got != (alert.Shown{Message: "34"}) {
		t.Errorf("what was kept once reads as %+v", got)
	}
}
