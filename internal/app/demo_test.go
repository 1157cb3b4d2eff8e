package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"erratum/internal/app"
	"erratum/internal/article"
	"erratum/internal/report"
)

// play runs the scripted demo and returns what it printed.
func play(t *testing.T, change func(*app.Parts)) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var out strings.Builder
	d := app.Demo{In: strings.NewReader(""), Out: &out, Scripted: true, Change: change}
	err := d.Run(ctx)
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

// TestDemoSeesAMissingGate: without waiting for a second look, headlines that take
// turns are told as changes, and the demo must notice.
func TestDemoSeesAMissingGate(t *testing.T) {
	t.Parallel()
	out, err := play(t, func(p *app.Parts) {
		p.Timings.ConfirmMin, p.Timings.ConfirmMax = 0, 0
		p.Timings.HeadlineApart, p.Timings.HoldCap = 0, 0
	})
	if !errors.Is(err, app.ErrDemo) || !strings.Contains(out, "WRONG") {
		t.Errorf("the noise gate is off and the demo says %v:\n%s", err, out)
	}
}

// TestDemoSeesMissingClaims: without the claim rules nothing is named rightly.
func TestDemoSeesMissingClaims(t *testing.T) {
	t.Parallel()
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
