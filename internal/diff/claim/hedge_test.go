package claim_test

import (
	"slices"
	"testing"

	"erratum/internal/diff/claim"
)

// TestHedgeOnWhatStays: however many words come with it, a hedge before a statement
// that both versions make weakens that statement; one that belongs to an added passage
// does not.
func TestHedgeOnWhatStays(t *testing.T) {
	const before = "Dockers have left the north pier of the port of Kessin after a week of storms."
	tests := []struct {
		after  string
		hedged bool
	}{
		{"Dockers appear to have left one of the berths at the north pier of the port of Kessin after a week of storms.", true},
		{"Dockers appear to have briefly left one of the smaller berths of the north pier of the port of Kessin after a week of storms.", true},
		{"Dockers have left the north pier of the port of Kessin after a week of storms, since a crane there reportedly threatens to fall into the harbour basin.", false},
	}
	for _, tt := range tests {
		is := func(kind claim.Kind) func(claim.Change) bool {
			return func(c claim.Change) bool { return c.Kind == kind }
		}
		if got := claim.Changes(compare(before, tt.after)); slices.ContainsFunc(got, is(claim.HedgeAdded)) != tt.hedged {
			t.Errorf("%s\ntold as %s", tt.after, sketch(got))
		}
		if got := claim.Changes(compare(tt.after, before)); slices.ContainsFunc(got, is(claim.HedgeRemoved)) != tt.hedged {
			t.Errorf("without the hedge of\n%s\ntold as %s", tt.after, sketch(got))
		}
	}
}
