package claim_test

import (
	"testing"

	"erratum/internal/diff/claim"
)

// TestThingOrWording: a noun that gave way to another is another thing; a verb, or a word
// that the other version knows, may be another word for the same.
func TestThingOrWording(t *testing.T) {
	tests := []struct{ name, before, after, rule string }{
		{"noun behind an article", "The body was found in the boiler room.", "The body was found in the car park.", "thing-replaced"},
		{"noun behind a preposition", "He shared it with his sister.", "He shared it with his colleague.", "thing-replaced"},
		{"first noun", "Engineers closed the pier.", "Dockers closed the pier.", "thing-replaced"},
		{"what describes a noun", "It is an American punk band.", "It is an American metal band.", "thing-replaced"},
		{"what came before a noun", "It is a rock band.", "It is an alternative rock band.", "modifier-added"},
		{"what came beside another", "It got positive reviews.", "It got mixed to positive reviews.", "modifier-added"},
		{"what went before a noun", "It is an alternative rock band.", "It is a rock band.", "modifier-removed"},
		{"what came behind a noun", "She has two children.", "She has two children from a previous marriage.", "modifier-added"},
		{"whose it was", "The money went to the minister's brother.", "The money went to the minister.", "modifier-removed"},
		{"verb", "The storm battered the coast.", "The storm pounded the coast.", "word-replaced"},
		{"verb and its object", "Guards detained demonstrators at noon.", "Guards seized demonstrators at noon.", "word-replaced"},
		{"irregular verb", "The club won Rovers over.", "The club drove Rovers over.", "word-replaced"},
		{"known already", "The pier sank. The jetty was old.", "The jetty sank. The jetty was old.", "word-replaced"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs := claim.Changes(compare(tt.before, tt.after))
			if len(cs) != 1 || cs[0].Rule != tt.rule {
				t.Errorf("told:\n%s", sketch(cs))
				for _, c := range cs {
					t.Log(c.Rule)
				}
			}
		})
	}
}

// TestPromptBesideNews: a figure in a prompt is silent, the same figure in the news is not.
func TestPromptBesideNews(t *testing.T) {
	got := sketch(claim.Changes(compare("Critics wrote 24 comments on the plan for the pier.", "Critics wrote 131 comments on the plan for the pier.")))
	if got != "number: 24 -> 131" {
		t.Errorf("told:\n%s", got)
	}
}
