package claim_test

import (
	"strings"
	"testing"

	"erratum/internal/diff/claim"
)

// TestSourceInSentence: a sentence that came or went tells of who is cited in it, when
// the other version does not have the name.
func TestSourceInSentence(t *testing.T) {
	const rest = "The port of Kessin will close for two weeks in May.\nMayor Olga Brandt asked shipowners to wait."
	tests := []struct {
		name, sentence, want string
	}{
		{"before the verb", "Harbour master Piet Oosting said the cranes had failed twice since January.", "attribution-added:  -> Harbour master Piet Oosting"},
		{"behind the verb", "The cranes failed twice since January, said Piet Oosting.", "attribution-added:  -> Piet Oosting"},
		{"before an aside", "Piet Oosting, a spokesman for the dockers' union, clarified that the cranes had failed twice.", "attribution-added:  -> Piet Oosting"},
		{"before a clause", "Piet Oosting, who speaks for the dockers, said the cranes had failed twice.", "attribution-added:  -> Piet Oosting"},
		{"a place before a clause is none", "In Lisbon, where cranes are new, said Piet Oosting, nothing fails.", "attribution-added:  -> Piet Oosting"},
		{"known already", "Olga Brandt said the cranes had failed twice since January.", "content-added:  -> Olga Brandt said the cranes had failed twice since January."},
		{"nobody by name", "The cranes failed twice since January, officials said.", "content-added:  -> The cranes failed twice since January, officials said."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := claim.Changes(compare(rest, rest+"\n"+tt.sentence))
			if sketch(got) != tt.want || got[0].AfterText != tt.sentence {
				t.Errorf("added: %s in %q", sketch(got), got[0].AfterText)
			}
			gone := claim.Changes(compare(rest+"\n"+tt.sentence, rest))
			kind, source, _ := strings.Cut(tt.want, ":  -> ")
			if want := strings.Replace(kind, "added", "removed", 1) + ": " + source + " -> "; sketch(gone) != strings.TrimRight(want, "\n") {
				t.Errorf("removed: %s, want %s", sketch(gone), want)
			}
		})
	}
}
