package month

import "testing"

// TestMarks: a word tells of an edit when it came, or went, not when it stands there.
func TestMarks(t *testing.T) {
	tests := []struct {
		from, to string
		told     []Change
		want     bool
	}{
		{"was closed", "was not closed", []Change{{"The bridge was closed.", "The bridge was not closed."}}, true},
		{"was not closed", "was closed", []Change{{"The bridge was not closed.", "The bridge was closed."}}, true},
		{"was closed", "was not closed", []Change{{"Ada Holt has not seen it.", "Ida Holt has not seen it."}}, false},
		{"was closed", "was not closed", []Change{{"The bridge was not closed.", "The bridge was closed."}}, false},
		{"n'a pas été fermé", "a été fermé", []Change{{"Le pont n'a pas été fermé.", "Le pont a été fermé."}}, true},
		{"347 pounds", "761 pounds", []Change{{"A loan of 347 pounds.", "A loan of 761 pounds."}}, true},
		{"761 pounds", "347 pounds", []Change{{"A loan of 347 pounds.", "A loan of 761 pounds."}}, false},
		{"Ada Holt", "Ada Wren", []Change{{"", "It was Ada Wren who called."}}, true},
		{"Ada Holt", "Ada Wren", nil, false},
	}
	for _, tt := range tests {
		if got := swapped(tt.from, tt.to).told(tt.told); got != tt.want {
			t.Errorf("%q to %q told by %q: %v", tt.from, tt.to, tt.told, got)
		}
	}
}
