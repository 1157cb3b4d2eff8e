package alert_test

import (
	"regexp"
	"strings"
	"testing"

	"erratum/internal/alert"
	"erratum/internal/report"
)

func TestPasses(t *testing.T) {
	changed := func(r report.Report) *report.Report { r.Outcome = report.Changed; return &r }
	claim := func(s report.Severity, inPlace bool) *report.Report {
		return changed(report.Report{Severity: s, Changes: []report.Change{{Severity: s, InPlace: inPlace}}})
	}
	noted := func(s report.NoteState) *report.Report {
		return changed(report.Report{Notes: []report.Note{{State: s}}})
	}
	for _, tt := range []struct {
		name string
		r    *report.Report
		hear string // the thresholds that hear of it
	}{
		{"nothing", nil, ""},
		{"cosmetic", &report.Report{Outcome: report.Cosmetic, Severity: report.Major}, ""},
		{"not comparable", &report.Report{Outcome: report.NotComparable}, ""},
		{"style", claim(report.Style, false), ""},
		{"style in place", claim(report.Style, true), ""},
		{"minor, added", claim(report.Minor, false), "all"},
		{"minor, replaced in place", claim(report.Minor, true), "all facts"},
		{"major", claim(report.Major, false), "all facts"},
		{"critical", claim(report.Critical, true), "all facts"},
		{"major as a whole", changed(report.Report{Severity: report.Major}), "all facts"},
		{"minor as a whole", changed(report.Report{Severity: report.Minor}), "all"},
		{"a note that stays", noted(report.NoteKept), ""},
		{"a new note", noted(report.NoteNew), "all facts notes"},
		{"an edited note", noted(report.NoteEdited), "all facts notes"},
		{"a vanished note", noted(report.NoteVanished), "all facts notes"},
	} {
		var heard []string
		for _, th := range []alert.Threshold{alert.All, alert.Facts, alert.Notes} {
			if th.Passes(tt.r) {
				heard = append(heard, string(th))
			}
		}
		if got := strings.Join(heard, " "); got != tt.hear {
			t.Errorf("%s: heard by %q, want %q", tt.name, got, tt.hear)
		}
	}
}

func TestParseThreshold(t *testing.T) {
	for s, want := range map[string]alert.Threshold{"": alert.Facts, "all": alert.All, "facts": alert.Facts, "notes": alert.Notes} {
		if got, err := alert.ParseThreshold(s); err != nil || got != want {
			t.Errorf("%q is %q, %v", s, got, err)
		}
	}
	if _, err := alert.ParseThreshold("loud"); err == nil || !strings.Contains(err.Error(), "use all, facts or notes") {
		t.Errorf("error %v", err)
	}
}

// TestDeliveryID: the same event for the same watch has one name, fit for a nonce,
// and whatever differs has another.
func TestDeliveryID(t *testing.T) {
	id := func(parts ...string) string {
		return alert.DeliveryID(parts[0], alert.Kind(parts[1]), parts[2], parts[3], int64(len(parts[4])))
	}
	base := []string{"w", "change", "a", "b", "."}
	names := map[string]bool{id(base...): true}
	if id(base...) != id("w", "change", "a", "b", "!") || !regexp.MustCompile(`^[a-z2-7]{24}$`).MatchString(id(base...)) {
		t.Errorf("name %q", id(base...))
	}
	for _, other := range [][]string{
		{"x", "change", "a", "b", "."}, {"w", "reverted", "a", "b", "."}, {"w", "change", "b", "a", "."},
		{"w", "change", "ab", "", "."}, {"w", "change", "a", "b", ".."}, {"wchange", "", "a", "b", "."},
	} {
		if names[id(other...)] {
			t.Errorf("%v has the name of another", other)
		}
		names[id(other...)] = true
	}
}
