package claim_test

import (
	"testing"

	"erratum/internal/diff/claim"
)

func TestLanguages(t *testing.T) {
	tests := []struct{ lang, before, after, want string }{
		{"de", "Der Hafen wurde am 3. März gesperrt.", "Der Hafen wurde am 4. März gesperrt.", "date: 3. März -> 4. März"},
		{"de", "Der Verband hat den Vertrag nicht unterschrieben.", "Der Verband hat den Vertrag unterschrieben.", "negation: nicht -> "},
		{"de", "Der Brand wurde von einem Wächter gelegt.", "Der Brand wurde angeblich von einem Wächter gelegt.", "hedge-added:  -> angeblich"},
		{"de", "Die Feuerwehr rückte aus, teilte das Landratsamt mit. Kräfte der Feuerwehr blieben.", "Die Feuerwehr rückte aus, teilte ein Sprecher der Feuerwehr mit. Kräfte der Feuerwehr blieben.", "attribution: das Landratsamt -> ein Sprecher der Feuerwehr"},
		{"de", "Frauke Eichwald, Schulleiterin, wartet noch.", "Frauke Falkenrath, Schulleiterin, wartet noch.", "name: Eichwald -> Falkenrath"},
		{"de", "Ermittler gehen gegen Chinas Spione vor. Es geht um China.", "Ermittler gehen gegen Chinas Marwick vor. Es geht um China.", "name: Spione -> Marwick"},
		{"en", "The files were found in a store room, accodring to the prosecution.", "The files were found in a store room, accodring to the lead detective.", "attribution: the prosecution -> the lead detective"},
		{"en", "Lee waited outside. The bridge will close, Lee said.", "Lee waited outside. The bridge will close, the mayor said.", ""},
		{"fr", "Le port a accueilli 1 300 bateaux lundi.", "Le port a accueilli 1 500 bateaux lundi.", "number: 1 300 -> 1 500"},
		{"fr", "Le conseil se réunit lundi.", "Le conseil se réunit mardi.", "date: lundi -> mardi"},
		{"es", "El puerto cerró el 3 de marzo de 2021.", "El puerto cerró el 5 de marzo de 2021.", "date: 3 de marzo de 2021 -> 5 de marzo de 2021"},
		{"es", "Damos las gracias a Marta Lugo por su ayuda.", "Damos las gracias a Maria Lugo por su ayuda.", "name: Marta Lugo -> Maria Lugo"},
		{"it", "Sono morti 12 marinai nel porto.", "Sono morti 17 marinai nel porto.", "number: 12 -> 17"},
		{"pt", "O sindicato não assinou o acordo.", "O sindicato assinou o acordo.", "negation: não -> "},
		{"uk", "Порт закрили 3 березня через шторм.", "Порт закрили 5 березня через шторм.", "date: 3 березня -> 5 березня"},
		{"uk", "Збитки склали 3,5 млн гривень.", "Збитки склали 35 млн гривень.", "number: 3,5 млн гривень -> 35 млн гривень"},
		{"ru", "Профсоюз не подписал договор.", "Профсоюз подписал договор.", "negation: не -> "},
		{"es", "Fue citado para el 30 de enero por el juez.", "Fue citado para el 43 de enero por el juez.", "date: 30 de enero -> 43"},
		{"ja", "港には75隻の船が入った。", "港には88隻の船が入った。", "number: 75 -> 88"},
		{"zh", "他们派出75人前往港口。", "他们派出88人前往港口。", "number: 75 -> 88"},
		{"en", "Ferry KM1234 left at noon.", "Ferry KM1235 left at noon.", "name: KM1234 -> KM1235"},
		{"ru", "В порту погибли 12 моряков.", "В порту погибли около 12 моряков.", "number-precision: 12 -> около 12"},
	}
	for _, tt := range tests {
		t.Run(tt.lang, func(t *testing.T) {
			if got := sketch(claim.Changes(compareIn(tt.lang, tt.before, tt.after))); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
