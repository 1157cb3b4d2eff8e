package text_test

import (
	"testing"

	"erratum/internal/text"
)

func TestStem(t *testing.T) {
	for _, forms := range [][]string{
		{"state", "states", "stated", "stating"},
		{"party", "parties"},
		{"plan", "plans", "planned", "planning"},
		{"kill", "kills", "killed", "killing"},
		{"watch", "watches", "watched"},
		{"deny", "denies", "denied"},
		{"угода", "угоди", "угоду", "угодою"}, {"сільський", "сільського", "сільською"},
		{"договор", "договора", "договоров", "договорами"}, {"сказала", "сказали", "сказал"},
		{"bring"}, {"need"}, {"news"}, {"київ"}, {"as"},
	} {
		for _, f := range forms {
			if got, want := text.Stem(f), text.Stem(forms[0]); got != want {
				t.Errorf("Stem(%q) = %q, Stem(%q) = %q", f, got, forms[0], want)
			}
		}
	}
	for _, other := range [][2]string{{"charge", "charity"}, {"угода", "угорець"}, {"мер", "мир"}} {
		if a, b := text.Stem(other[0]), text.Stem(other[1]); a == b {
			t.Errorf("%s and %s share the stem %q", other[0], other[1], a)
		}
	}
}

func TestSpellingKey(t *testing.T) {
	for _, tt := range []struct{ british, american string }{
		{"colour", "color"}, {"favourite", "favorite"}, {"organised", "organized"}, {"organisation", "organization"},
		{"analysing", "analyzing"}, {"centre", "center"}, {"centres", "centers"}, {"kilometres", "kilometers"},
		{"dialogue", "dialog"}, {"travelled", "traveled"}, {"traveller", "traveler"}, {"defence", "defense"},
		{"grey", "gray"}, {"whilst", "while"}, {"metre", "meter"}, {"neighbourhoods", "neighborhoods"},
	} {
		if a, b := text.SpellingKey(tt.british), text.SpellingKey(tt.american); a != b {
			t.Errorf("%s gives %q, %s gives %q", tt.british, a, tt.american, b)
		}
	}
	for _, tt := range [][2]string{
		{"filled", "filed"}, {"hour", "hor"}, {"four", "for"}, {"killed", "kiled"}, {"rise", "rize"}, {"wise", "wize"}, {"meters", "meteors"},
	} {
		if a, b := text.SpellingKey(tt[0]), text.SpellingKey(tt[1]); a == b {
			t.Errorf("%s and %s share the key %q", tt[0], tt[1], a)
		}
	}
}

func TestIsFunction(t *testing.T) {
	for _, tt := range []struct {
		lang, word string
		want       bool
	}{
		{"en", "the", true}, {"en", "not", false}, {"en", "all", false}, {"en", "house", false}, {"en", "'s", true},
		{"de", "der", true}, {"de", "nicht", false}, {"fr", "l'", true}, {"es", "los", true}, {"it", "dell'", true},
		{"pt", "uma", true}, {"uk", "на", true}, {"uk", "не", false}, {"ru", "на", true}, {"sv", "the", true}, {"", "the", true},
	} {
		if got := text.IsFunction(tt.lang, tt.word); got != tt.want {
			t.Errorf("IsFunction(%q, %q) = %v", tt.lang, tt.word, got)
		}
	}
}
