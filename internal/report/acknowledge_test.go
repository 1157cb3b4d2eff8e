package report_test

import (
	"slices"
	"strings"
	"testing"

	"erratum/internal/diff/note"
	"erratum/internal/report"
)

const (
	sank = "# Ferry sinks off Skarn\nThe ferry Halla sank on Monday with 40 people on board.\nIts owner, Jonas Feld, declined to comment.\n" +
		"The coast guard searched the strait until dark and goes on in the morning."
	sankAnew = "# Ferry sinks off Skarn\nThe ferry Halla sank on Monday with 400 people on board.\nIts owner, Jonas Berg, declined to comment.\n" +
		"The coast guard searched the strait until dark and goes on in the morning."
)

// TestAcknowledges: what was changed in silence first, and named by a note later.
func TestAcknowledges(t *testing.T) {
	open := report.Compare(version(sank, "en"), version(sankAnew, "en")).Changes
	if len(open) != 2 {
		t.Fatalf("%d changes, want the number and the name", len(open))
	}
	tests := []struct {
		name string
		now  string // the version with the note
		want []string
		text string
	}{
		{"names the number", sankAnew + "\nCorrection: An earlier version of this article misstated how many people were on board. It was 400, not 40.", []string{"400"}, ""},
		{"names both", sankAnew + "\nCorrection: There were 400 people on board. The owner is Jonas Berg, not Jonas Feld.", []string{"400", "Berg"}, ""},
		{"says what it is about", sankAnew + "\nCorrection: An earlier version of this article misstated the number of people on board the ferry Halla.", []string{"400"}, ""},
		{"is about something else", sankAnew + "\nCorrection: An earlier version of this article misspelt the name of the strait's lighthouse.", nil, ""},
		{"says nothing", sankAnew + "\nCorrection: This article was corrected.", nil, ""},
		{"discloses", sankAnew + "\nDisclosure: Jonas Berg holds shares in this newspaper.", nil, ""},
		{
			"is about a later edit", "# Ferry sinks off Skarn\nThe ferry Halla sank on Monday with 300 people on board.\nIts owner, Jonas Berg, declined to comment.\n" +
				"The coast guard searched the strait until dark and goes on in the morning.\nCorrection: There were 300 people on board, not 400.", nil, "",
		},
		{"no note", sank, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := report.Compare(version(sankAnew, "en"), version(tt.now, "en"))
			which, told := report.Acknowledges(r, open)
			if len(which) != len(tt.want) {
				t.Fatalf("acknowledges %v of %+v by %+v, want %q", which, open, r.Notes, tt.want)
			}
			if (told == nil) != (len(tt.want) == 0) {
				t.Fatalf("told %+v", told)
			}
			for _, w := range tt.want {
				if !slices.ContainsFunc(told.Changes, func(c report.Change) bool { return slices.Contains([]string{c.AfterValue, lastWord(c.AfterValue)}, w) }) {
					t.Errorf("%q is not told in %+v", w, told.Changes)
				}
			}
			if told == nil {
				return
			}
			if told.Announced != report.AnnouncedYes || told.Severity != report.Critical && told.Severity != report.Major || len(told.Notes[0].Links) != len(tt.want) {
				t.Errorf("told as %s, %s, with %+v", told.Severity, told.Announced, told.Notes)
			}
		})
	}
}

// TestAcknowledgedAsUpdate: a note that calls a replaced fact an update.
func TestAcknowledgedAsUpdate(t *testing.T) {
	open := report.Compare(version(sank, "en"), version(sankAnew, "en")).Changes
	r := report.Compare(version(sankAnew, "en"), version(sankAnew+"\nUpdate: This article was updated with the number of people on board, 400.", "en"))
	_, told := report.Acknowledges(r, open)
	if told == nil || !told.LabelledAsUpdate || told.Notes[0].Kind != note.Update {
		t.Errorf("told %+v", told)
	}
}

func lastWord(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == ' ' {
			return s[i+1:]
		}
	}
	return s
}

// TestAcknowledgesByNoFunctionWord: the word that a sentence begins with is capitalised and
// stands in every note.
func TestAcknowledgesByNoFunctionWord(t *testing.T) {
	const (
		first = "# Un bac coule à Skarn\nLe bac Halla a coulé lundi avec 40 personnes à bord.\nLes recherches ont duré jusqu'à la nuit et reprendront au matin."
		grown = first + "\nUne voisine a entendu un bruit de gravier."
	)
	open := report.Compare(version(first, "fr"), version(grown, "fr")).Changes
	if len(open) != 1 {
		t.Fatalf("%+v, want the sentence that was added", open)
	}
	now := strings.Replace(grown, "40 personnes", "45 personnes", 1) +
		"\nRectificatif : une version précédente de cet article donnait un chiffre de façon erronée. Il fallait lire 45 et non 40."
	r := report.Compare(version(grown, "fr"), version(now, "fr"))
	if which, told := report.Acknowledges(r, open); len(which) > 0 {
		t.Errorf("the note is taken for the sentence added: %+v", told)
	}
}
