package claim_test

import (
	"testing"

	"erratum/internal/diff/claim"
)

func TestSacred(t *testing.T) {
	for _, tt := range []struct {
		lang, text string
		want       bool
	}{
		{"en", "Sign up for our newsletter and get the best of the day.", false},
		{"en", "Read more on this story", false},
		{"en", "This is a developing story. Please check back for updates.", false},
		{"en", "The views in this article are those of the author.", false},
		{"fr", "Abonnez-vous et recevez le meilleur du jour.", false},
		{"uk", "Підписуйтесь на нашу розсилку.", false},
		{"ru", "Подписывайтесь на нашу рассылку.", false},
		{"es", "Lea también la historia de la semana.", false},
		{"it", "Leggi la storia della settimana.", false},
		{"pt", "Leia a história da semana.", false},
		{"en", "Sign up for our 7 newsletters.", true},
		{"en", "Sign up for our seven newsletters.", true},
		{"en", "Sign up for First Edition.", true},
		{"en", "Tarrant resigned over the bridge.", true},
		{"en", "The mayor did not resign.", true},
		{"en", "The mayor didn't resign.", true},
		{"en", "The mayor refused to resign.", true},
		{"en", "The mayor is to go on Sunday.", true},
		{"en", "The mayor called it “a detour”.", true},
		{"en", "The mayor called it 'a detour'.", true},
		{"en", "It remains unclear whether they know.", true},
		{"en", "In the evening she resigned.", true},
		{"fr", "Le soir elle démissionne.", true},
		{"en", "An app for your iPhone.", true},
		{"en", "Costs: ½ of that.", true},
		{"fr", "Le maire ne démissionne pas.", true},
		{"fr", "Le maire « démissionne ».", true},
		{"uk", "Мер не йде у відставку.", true},
		{"ru", "Мэр не уходит.", true},
		{"de", "Hier geht es zum Rathaus.", true}, // nouns have capitals as names have
		{"nl", "Lees meer over dit verhaal.", true},
		{"", "Read more on this story", true},
		{"all", "Read more on this story", true},
	} {
		if got := claim.Sacred(tt.text, tt.lang); got != tt.want {
			t.Errorf("%s: %q is sacred: %v", tt.lang, tt.text, got)
		}
	}
}
