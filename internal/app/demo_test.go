package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/report"
)

// skipRaced: the race detector has seen the same code in TestScriptedDemo.
func skipRaced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("TestScriptedDemo races the same code")
	}
}

// play runs the scripted demo on virtual time and returns what it printed.
func play(t *testing.T, change func(*app.Parts)) (string, error) {
	t.Helper()
	var out strings.Builder
	var err error
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		d := app.Demo{In: strings.NewReader(""), Out: &out, Scripted: true, Change: change}
		err = d.Run(ctx)
	})
	return out.String(), err
}

func TestScriptedDemo(t *testing.T) {
	t.Parallel()
	out, err := play(t, nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"Not asserted yet: nothing.", "Everything was told once, rightly, and nothing else."} {
		if !strings.Contains(out, want) {
			t.Errorf("the demo does not say %q:\n%s", want, out)
		}
	}
}

// TestDemoSeesAMissingGate: a change that carries a new note is believed at once.
// With a note claimed for every change nothing waits for a second look, and the
// headlines that take turns are told as changes: the demo must notice that.
func TestDemoSeesAMissingGate(t *testing.T) {
	t.Parallel()
	skipRaced(t)
	out, err := play(t, func(p *app.Parts) {
		p.Compare = func(old, new *article.Article) *report.Report {
			r := report.Compare(old, new)
			if r.Outcome == report.Changed {
				r.Notes = append(r.Notes, report.Note{Kind: "editors_note", State: report.NoteNew, Text: old.Headline})
			}
			return r
		}
	})
	flap := "WRONG unexpected: http://the-lantern.test/sport/football/lind-rovers-medical"
	if !errors.Is(err, app.ErrDemo) || !strings.Contains(out, flap) {
		t.Errorf("nothing is confirmed and the demo says %v, without %q:\n%s", err, flap, out)
	}
}

// TestDemoSeesMissingClaims: without the claim rules nothing is named rightly.
func TestDemoSeesMissingClaims(t *testing.T) {
	t.Parallel()
	skipRaced(t)
	out, err := play(t, func(p *app.Parts) {
		p.Compare = func(old, new *article.Article) *report.Report {
			r := report.Compare(old, new)
			r.Changes = nil
			return r
		}
	})
	if !errors.Is(err, app.ErrDemo) || !strings.Contains(out, "WRONG") {
		t.Errorf("the claim rules are off and the demo says %v:\n%s", err, out)
	}
}
