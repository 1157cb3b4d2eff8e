package quality

import (
	"testing"
	"time"
)

func TestModifiedDatesAreReadable(t *testing.T) {
	dates, err := readModified(modifiedDates)
	if err != nil {
		t.Fatal(err)
	}
	if len(dates) < 60 {
		t.Errorf("%d pages are labelled, want at least 60", len(dates))
	}
	got, err := readModified("# a comment of words\n2025-01-02T03:04:05Z https://courier.example/a\n")
	if want := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC); err != nil || len(got) != 1 || !got["https://courier.example/a"].Equal(want) {
		t.Errorf("got %v (%v)", got, err)
	}
	if _, err := readModified("yesterday https://courier.example/a\n"); err == nil {
		t.Error("a date that is none was taken")
	}
}
