package alert_test

import (
	"fmt"
	"testing"
	"time"

	"erratum/internal/alert"
	"erratum/internal/diff/claim"
	"erratum/internal/report"
)

// edited is a change that a page made, as it is delivered.
func edited(page int, change func(*alert.Delivery)) alert.Delivery {
	d := alert.Delivery{
		ID: fmt.Sprint("delivery-", page), Notice: alert.Notice{
			Kind: alert.Change, Subject: alert.Subject{Article: fmt.Sprint("article-", page)},
			Report: &report.Report{Outcome: report.Changed, Announced: report.AnnouncedNo, Changes: []report.Change{{
				Kind: claim.Kind("number"), Severity: report.Major, Before: "the work will cost 4.2 million crowns", After: "the work will cost 5.1 million crowns", BeforeValue: "4.2 million", AfterValue: "5.1 million",
			}}},
		},
	}
	if change != nil {
		change(&d)
	}
	return d
}

func TestEditOf(t *testing.T) {
	same := alert.EditOf(edited(1, nil))
	if same == "" {
		t.Fatal("no name")
	}
	for name, tt := range map[string]struct {
		change func(*alert.Delivery)
		same   bool
		none   bool
	}{
		"another page": {func(*alert.Delivery) {}, true, false},
		"typography": {func(d *alert.Delivery) {
			d.Notice.Report.Changes[0].After = "The work will cost 5.1\u00a0million crowns."
		}, true, false},
		"another value": {func(d *alert.Delivery) { d.Notice.Report.Changes[0].After = "the work will cost 6.1 million crowns" }, false, false},
		"the other way": {func(d *alert.Delivery) { c := &d.Notice.Report.Changes[0]; c.Before, c.After = c.After, c.Before }, false, false},
		"announced":     {func(d *alert.Delivery) { d.Notice.Report.Announced = report.AnnouncedYes }, false, false},
		"a new note": {func(d *alert.Delivery) {
			d.Notice.Report.Notes = []report.Note{{State: report.NoteNew, Text: "Correction: it is 5.1."}}
		}, false, false},
		"an old note": {func(d *alert.Delivery) {
			d.Notice.Report.Notes = []report.Note{{State: report.NoteKept, Text: "Our rules."}}
		}, true, false},
		"a role to mention": {func(d *alert.Delivery) { d.Mention = "400" }, false, false},
		"few words": {func(d *alert.Delivery) {
			c := &d.Notice.Report.Changes[0]
			c.Before, c.After = "three dead", "four dead"
		}, false, true},
		"said of the whole text":   {func(d *alert.Delivery) { d.Notice.Text = "Most of the text was removed." }, false, true},
		"another kind of notice":   {func(d *alert.Delivery) { d.Notice.Kind = alert.Reverted }, false, true},
		"a report that was pruned": {func(d *alert.Delivery) { d.Notice.Report = nil }, false, true},
	} {
		if got := alert.EditOf(edited(2, tt.change)); (got == same) != tt.same || (got == "") != tt.none {
			t.Errorf("%s: %q, the first is %q", name, got, same)
		}
	}
}

// TestStoryWithoutMessage: others wait for the first as long as it may still be shown.
func TestStoryWithoutMessage(t *testing.T) {
	start := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	first, second := edited(1, nil), edited(2, nil)
	var s alert.Story
	s.Join(first, start)
	late := start.Add(time.Hour)
	second.LastAttempt = start // the whole program stood still between
	if s.Join(second, late); s.Delivery != first.ID {
		t.Fatal("took over from one that is tried again, too")
	}
	s.Join(first, late)
	second.LastAttempt = late
	if s.Join(second, late.Add(10*time.Second)); s.Delivery != first.ID {
		t.Fatal("took over from one that is alive")
	}
	second.LastAttempt = late.Add(11 * time.Minute)
	if s.Join(second, late.Add(11*time.Minute+10*time.Second)); s.Delivery != second.ID {
		t.Fatal("waits for ever")
	}
}

// TestStoryAgain: the same edit on the same page is another event.
func TestStoryAgain(t *testing.T) {
	now := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	s := alert.Story{}
	s.Join(edited(1, nil), now)
	s.Message = "m"
	s.Join(edited(2, nil), now)
	again := edited(2, func(d *alert.Delivery) { d.ID = "later" })
	if s.Join(again, now); s.Delivery != "later" || s.Message != "" || len(s.Also) != 0 {
		t.Fatalf("got %+v", s)
	}
}

// TestStoryOfMany: a message names so many pages, then another begins.
func TestStoryOfMany(t *testing.T) {
	now := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	s := alert.Story{}
	s.Join(edited(0, nil), now)
	s.Message = "m"
	for page := 1; page <= 21; page++ {
		s.Join(edited(page, nil), now)
	}
	if s.Delivery != edited(21, nil).ID || s.Message != "" {
		t.Fatalf("told by %s with %d more", s.Delivery, len(s.Also))
	}
}
