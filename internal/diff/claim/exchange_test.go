package claim_test

import (
	"slices"
	"testing"

	"erratum/internal/diff/claim"
)

// TestRolesExchanged: who did it and to whom is told apart from an order of words.
func TestRolesExchanged(t *testing.T) {
	tests := []struct {
		name, lang, before, after string
		want                      bool
	}{
		{"names", "en", "Norway beat Denmark in the final.", "Denmark beat Norway in the final.", true},
		{"nouns", "en", "The soldier killed the farmer at the gate.", "The farmer killed the soldier at the gate.", true},
		{"longer names", "en", "The port's workers sued the dredging firm.", "The dredging firm sued the port's workers.", true},
		{"passive", "en", "The guard was attacked by the visitor.", "The visitor was attacked by the guard.", true},
		{"comparison", "en", "Oldport is larger than Newport.", "Newport is larger than Oldport.", true},
		{"German without cases", "de", "Norwegen besiegte Dänemark im Finale.", "Dänemark besiegte Norwegen im Finale.", true},
		{"German with cases", "de", "Der Soldat tötete den Bauern.", "Der Bauer tötete den Soldaten.", true},
		{"French", "fr", "Le soldat a tué le fermier.", "Le fermier a tué le soldat.", true},
		{"Spanish", "es", "Noruega venció a Dinamarca.", "Dinamarca venció a Noruega.", true},
		{"Ukrainian", "uk", "Солдат убив фермера.", "Фермер убив солдата.", true},

		{"a list of two", "en", "Ukraine and Poland signed it.", "Poland and Ukraine signed it.", false},
		{"a list of three", "en", "They sold bread, butter and jam.", "They sold jam, butter and bread.", false},
		{"what is what", "en", "The winner was Norway.", "Norway was the winner.", false},
		{"who speaks", "en", "Police said the road was closed.", "The road was closed, police said.", false},
		{"when", "en", "On Monday the ministry published it.", "The ministry published it on Monday.", false},
		{"each other", "en", "The minister met the ambassador.", "The ambassador met the minister.", false},
		{"active and passive", "en", "The council closed the road.", "The road was closed by the council.", false},
		{"German order", "de", "Der Soldat tötete den Bauern.", "Den Bauern tötete der Soldat.", false},
		{"Ukrainian order", "uk", "Солдат убив фермера.", "Фермера убив солдат.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs := claim.Changes(compareIn(tt.lang, tt.before, tt.after))
			if got := hasRule(cs, "roles-exchanged"); got != tt.want || got && len(cs) > 1 {
				t.Errorf("told:\n%s", sketch(cs))
			}
		})
	}
}

// TestAgents: by whom something was done is told when it comes or goes.
func TestAgents(t *testing.T) {
	tests := []struct {
		name, lang, before, after, rule string
	}{
		{"went", "en", "The boy was shot by police on Monday.", "The boy was shot on Monday.", "agent-removed"},
		{"came", "en", "The bridge was damaged.", "The bridge was damaged by shelling.", "agent-added"},
		{"German", "de", "Der Junge wurde von der Polizei erschossen.", "Der Junge wurde erschossen.", "agent-removed"},
		{"French", "fr", "Le garçon a été abattu par la police.", "Le garçon a été abattu.", "agent-removed"},
		{"Spanish", "es", "El chico fue abatido por la policía.", "El chico fue abatido.", "agent-removed"},
		{"Italian", "it", "Il ragazzo è stato ucciso dalla polizia.", "Il ragazzo è stato ucciso.", "agent-removed"},
		{"Portuguese", "pt", "O rapaz foi morto pela polícia.", "O rapaz foi morto.", "agent-removed"},
		{"was there as the subject", "en", "The council closed the road.", "The road was closed by the council.", ""},
		{"no agent", "fr", "La route a été fermée.", "La route a été fermée par la suite.", ""},
		{"from where", "de", "Der Mann ist gestürzt.", "Der Mann ist vom Dach gestürzt.", "word-replaced"},
		{"a time", "en", "The road will be closed.", "The road will be closed by Friday.", "date-added"},
		{"a number", "en", "The fee was raised.", "The fee was raised by 20 percent.", "number-added"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs := claim.Changes(compareIn(tt.lang, tt.before, tt.after))
			if tt.rule == "" && len(cs) > 0 || tt.rule != "" && (len(cs) != 1 || cs[0].Rule != tt.rule) {
				t.Errorf("told:\n%s", sketch(cs))
			}
		})
	}
}

// TestSorts: a word of a sort excludes the others of it, in whatever form; another word
// for the same does not.
func TestSorts(t *testing.T) {
	tests := []struct {
		name, lang, before, after string
		want                      bool
	}{
		{"colours", "en", "The car was red.", "The car was blue.", true},
		{"kin", "en", "His mother called the police.", "His sister called the police.", true},
		{"German", "de", "Das Auto war rot.", "Das Auto war blau.", true},
		{"German cases", "de", "Er kam mit einem roten Auto.", "Er kam mit einem blauen Auto.", true},
		{"French", "fr", "Il portait une veste noire.", "Il portait une veste verte.", true},
		{"Spanish", "es", "Tenía una pistola en la bolsa.", "Tenía un cuchillo en la bolsa.", true},
		{"Italian", "it", "Il camion ha travolto il gruppo.", "Il treno ha travolto il gruppo.", true},
		{"Portuguese", "pt", "O prédio era uma escola.", "O prédio era um hospital.", true},
		{"Ukrainian", "uk", "Ракета влучила у школу.", "Ракета влучила у лікарню.", true},
		{"Russian", "ru", "Ракета попала в школу.", "Ракета попала в больницу.", true},
		{"the same", "en", "The lorry hit a wall.", "The truck hit a wall.", false},
		{"the same in Spanish", "es", "Fue trasladado a la cárcel.", "Fue trasladado a la prisión.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs := claim.Changes(compareIn(tt.lang, tt.before, tt.after))
			if got := hasRule(cs, "sort-replaced"); got != tt.want || !tt.want && len(cs) > 0 {
				t.Errorf("told:\n%s", sketch(cs))
			}
		})
	}
}

// TestTurnedAround: a part of a word that denies is no slip of the pen, in any language.
func TestTurnedAround(t *testing.T) {
	tests := []struct{ name, lang, before, after string }{
		{"less and ful", "en", "The substance is harmless.", "The substance is harmful."},
		{"prefix", "en", "The evidence was admissible.", "The evidence was inadmissible."},
		{"German", "de", "Der Stoff ist schädlich.", "Der Stoff ist unschädlich."},
		{"French", "fr", "La grève est légale.", "La grève est illégale."},
		{"Spanish", "es", "La huelga es legal.", "La huelga es ilegal."},
		{"Italian", "it", "Lo sciopero è legale.", "Lo sciopero è illegale."},
		{"Portuguese", "pt", "A greve é legal.", "A greve é ilegal."},
		{"Ukrainian", "uk", "Рішення було законним.", "Рішення було незаконним."},
		{"Russian", "ru", "Решение было законным.", "Решение было незаконным."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs := claim.Changes(compareIn(tt.lang, tt.before, tt.after))
			if len(cs) != 1 || cs[0].Kind != claim.Negation && cs[0].Kind != claim.Direction {
				t.Errorf("told:\n%s", sketch(cs))
			}
		})
	}
}

func hasRule(cs []claim.Change, rule string) bool {
	return slices.ContainsFunc(cs, func(c claim.Change) bool { return c.Rule == rule })
}
