package note_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"erratum/internal/diff/note"
)

func TestFind(t *testing.T) {
	tests := []struct {
		name, lang, text string
		want             note.Kind // empty: no note
	}{
		{"label", "en", "Correction: The mayor's first name was misspelt in an earlier version.", note.Correction},
		{"label and date", "en", "Correction, March 3, 2024: The bridge is in Leith.", note.Correction},
		{"dated update", "en", "UPDATE 4 June 2023: The club has now replied to our letter.", note.Update},
		{"update with a clock", "en", "Update, 6:15 p.m.: The road has reopened.", note.Update},
		{"date before the label", "en", "(May 2, 2021, update 3:40 p.m.) Firefighters have left the site.", note.Update},
		{"editor's note alone", "en", "Editor's note: This account contains scenes that some readers may find upsetting.", note.EditorsNote},
		{"editor's note, update mistyped", "en", "Editor’s note: The article was update with a comment by the harbour master.", note.Update},
		{"mistyped label", "en", "Corection: the ferry carries 300 people, not 3,000.", note.Correction},
		{"mistyped change", "en", "This article was ammended to give the right year of the treaty.", note.Correction},
		{"was amended", "en", "This article was amended on 7 May 2022. Ms Larkin is a surgeon, not a dentist.", note.Correction},
		{"to clarify", "en", "This story has been updated to clarify who owns the quarry.", note.Clarification},
		{"include a statement", "en", "This post was updated to include a statement from the ministry.", note.Update},
		{"earlier version", "en", "An earlier version of this report gave the wrong date for the vote.", note.Correction},
		{"original headline", "en", "The original headline on this story incorrectly said the pier had burned down.", note.Correction},
		{"print column", "en", "A column on Sunday about tram fares incorrectly said children pay half.", note.Correction},
		{"regret", "en", "We regret the error.", note.Correction},
		{"wire", "en", "(Corrects spelling of minister's name in paragraph 4)", note.Correction},
		{"wire adds", "en", "(Adds comment from the airline, background)", note.Update},
		{"withdrawn", "en", "This article has been retracted because its main source could not be verified.", note.Retraction},
		{"removed", "en", "This article has been removed from our site at the request of the family.", note.Retraction},
		{"we withdraw", "en", "We withdraw the allegation and apologise to Mr Hale.", note.Retraction},
		{"update that corrects", "en", "Update: An earlier version of this story misstated the height of the dam.", note.Correction},
		{"appended", "en", "Correction appended", note.Correction},
		{"disclosure", "en", "Disclosure: The author owns shares in the company.", note.Disclosure},
		{"change log", "en", "Added the missing serial numbers at 2022-02-03 10:15:00 UTC", note.Update},

		{"stamp", "en", "Last updated 3 March 2024 at 10:12", ""},
		{"stamp with label", "en", "Updated: Nov. 3, 2021, 8:21 a.m. ET", ""},
		{"stamp relative", "en", "Updated 3 hours ago", ""},
		{"two stamps", "en", "Published 09:12 GMT, 2 May 2020 | Updated 10:40 GMT, 2 May 2020", ""},
		{"release number", "en", "Update 5.3 of the program brings two new brushes.", ""},
		{"will be updated", "en", "This story will be updated as we learn more.", ""},
		{"is being updated", "en", "This is a developing story and is being updated.", ""},
		{"report a mistake", "en", "Report a correction or typo", ""},
		{"another outlet's correction", "en", `The paper later ran a correction: "An earlier version of this story misstated the sum."`, ""},
		{"acknowledgement", "en", "Thanks to two colleagues for reading an earlier version of this article.", ""},
		{"market", "en", "Shares entered correction territory on Monday.", ""},
		{"ordinary", "en", "The council updated its flood plan in March after two rivers burst their banks.", ""},
		{"title", "en", "Correction: How Small Papers Keep Their Readers", ""},
		{"settings", "en", "Update your preferences", ""},

		{"de label", "de", "Korrektur: Das Werk steht in Essen, nicht in Bochum.", note.Correction},
		{"de earlier version", "de", "In einer früheren Version dieses Artikels hieß es, der Turm sei 80 Meter hoch.", note.Correction},
		{"de editors", "de", "Anmerkung der Redaktion: Die Namen der Kinder haben wir geändert.", note.EditorsNote},
		{"de update", "de", "Nachtrag vom 3. Mai 2021, 14.20 Uhr: Die Behörde hat geantwortet.", note.Update},
		{"de was updated", "de", "Dieser Artikel wurde um eine Stellungnahme des Ministeriums ergänzt.", note.Update},
		{"de stamp", "de", "Aktualisiert am 21.01.2022, 11:39 Uhr", ""},
		{"de ordinary", "de", "Das Land hat seine Prognose am Dienstag aktualisiert.", ""},
		{"fr label", "fr", "Rectificatif : le pont mesure 300 mètres et non 3.000.", note.Correction},
		{"fr earlier", "fr", "Une première version de cet article indiquait que le maire avait démissionné.", note.Correction},
		{"fr updated", "fr", "Cet article a été mis à jour avec la réaction de la préfecture.", note.Update},
		{"fr ndlr", "fr", "NDLR : les prénoms ont été changés.", note.EditorsNote},
		{"fr stamp", "fr", "Publié le 3 mai 2021 à 10h12, mis à jour le 4 mai 2021 à 9h", ""},
		{"es label", "es", "Fe de errores: el alcalde se llama Pedro, no Pablo.", note.Correction},
		{"es earlier", "es", "Una versión anterior de este artículo decía que el puente medía 80 metros.", note.Correction},
		{"es update", "es", "Actualización: el club ha respondido a este diario.", note.Update},
		{"es clarification", "es", "Aclaración: la cifra incluye a los trabajadores a tiempo parcial.", note.Clarification},
		{"es stamp", "es", "Actualizado: 15 oct 2024 - 17:38", ""},
		{"pt errata", "pt", "Errata: o prédio tem 12 andares, e não 21.", note.Correction},
		{"pt erred", "pt", "(Correção: esta reportagem errou ao informar a idade do prefeito.)", note.Correction},
		{"pt update", "pt", "Atualização: a empresa respondeu após a publicação.", note.Update},
		{"pt inflation", "pt", "Os valores foram corrigidos pela inflação.", ""},
		{"it errata", "it", "Errata corrige: il ponte è lungo 300 metri.", note.Correction},
		{"it earlier", "it", "Una precedente versione di questo articolo riportava un nome sbagliato.", note.Correction},
		{"it updated", "it", "Questo articolo è stato aggiornato con la replica del sindaco.", note.Update},
		{"it stamp", "it", "Aggiornato alle 19:02 - 19 febbraio", ""},
		{"uk updated", "uk", "Оновлено: додано коментар міністерства.", note.Update},
		{"uk earlier", "uk", "У попередній версії цієї статті йшлося про трьох поранених.", note.Correction},
		{"uk editors", "uk", "Від редакції: імена героїв змінено з міркувань безпеки.", note.EditorsNote},
		{"uk ordinary", "uk", "Кількість постраждалих уточнюється", ""},
		{"ru corrected", "ru", "Исправлено: завод находится в Туле, а не в Твери.", note.Correction},
		{"ru earlier", "ru", "В предыдущей версии этой статьи говорилось о трёх погибших.", note.Correction},
		{"ru editors", "ru", "От редакции: публикуем ответ читателя.", note.EditorsNote},
		{"ru ordinary", "ru", "Он уточнил, что повреждены три дома.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, ok := note.Find(tt.text, tt.lang, true)
			if ok != (tt.want != "") || n.Kind != tt.want {
				t.Fatalf("Find(%q) = %q (%v, score %.2f by %s in %s), want %q", tt.text, n.Kind, ok, n.Score, n.Rule, n.Lang, tt.want)
			}
			if other, _ := note.Find(tt.text, "en", true); other.Kind != tt.want {
				t.Errorf("with another language of the article: %q", other.Kind)
			}
		})
	}
}

// TestWordings holds the lexicons to a list of wordings in eight languages, read
// without knowing the language of the article.
func TestWordings(t *testing.T) {
	data, err := os.ReadFile("testdata/wordings.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		want, text, ok := strings.Cut(strings.TrimSpace(line), "|")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		n, found := note.Find(text, "", true)
		got := "none"
		if found {
			got = string(n.Kind)
		}
		if got != want {
			t.Errorf("%q is %s (score %.2f by %s in %s), want %s", text, got, n.Score, n.Rule, n.Lang, want)
		}
	}
}

func TestFindAsksMoreInTheMiddle(t *testing.T) {
	const faint = "[This post has been updated.]"
	if _, ok := note.Find(faint, "en", true); !ok {
		t.Error("not found at the edge")
	}
	if n, ok := note.Find(faint, "en", false); ok {
		t.Errorf("found in the middle with score %.2f", n.Score)
	}
}

func TestNoteParts(t *testing.T) {
	n, ok := note.Find("Correction, March 3, 2024: The bridge is in Leith, not Largs.", "en", true)
	if !ok {
		t.Fatal("no note")
	}
	if want := "The bridge is in Leith, not Largs."; n.Body != want {
		t.Errorf("Body = %q, want %q", n.Body, want)
	}
	if want := time.Date(2024, 3, 3, 0, 0, 0, 0, time.UTC); !n.Date.Equal(want) {
		t.Errorf("Date = %v, want %v", n.Date, want)
	}
	if !n.Labelled || n.Rule != "label" || n.Lang != "en" {
		t.Errorf("Labelled %v, Rule %q, Lang %q", n.Labelled, n.Rule, n.Lang)
	}
}

func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"Update 2021-05-03: the ministry replied.":                       "2021-05-03",
		"Update, 3.5.2021, 12.45 Uhr: Das Amt hat geantwortet.":          "2021-05-03",
		"Update 03/05/2021: o prefeito respondeu.":                       "2021-05-03",
		"Update 03/05/2021: the mayor has replied.":                      "",
		"Update 23/05/2021: the mayor replied.":                          "2021-05-23",
		"Update May 3rd, 2021, 8:05AM ET: the ministry replied.":         "2021-05-03",
		"Mise à jour du 3 mai 2021 à 10h05 : le ministère a répondu.":    "2021-05-03",
		"Actualización, 3 de mayo de 2021: el ministerio ha respondido.": "2021-05-03",
		"Оновлено 3 травня 2021 року: міністерство відповіло.":           "2021-05-03",
		"This article was amended on 3 May 2021 to correct a name.":      "2021-05-03",
		"Update May 3: the ministry replied.":                            "",
	} {
		n, ok := note.Find(text, "", true)
		got := ""
		if !n.Date.IsZero() {
			got = n.Date.Format(time.DateOnly)
		}
		if !ok || got != want {
			t.Errorf("Find(%q): date %q (found %v), want %q", text, got, ok, want)
		}
	}
}

func TestSays(t *testing.T) {
	tests := []struct{ text, wrong, right string }{
		{"Correction: The talks took place in Geneva, not Vienna.", "Vienna", "Geneva"},
		{"Correction: The dam holds 340 million litres, not 34 million.", "34 million", "340 million litres"},
		{"This story has been corrected to say Dr Ellen Marsh rather than Helen Marsh led the study.", "Helen Marsh led the study", "Dr Ellen Marsh"},
		{"This article was amended to change the number of wards from 12 to 14.", "12", "14"},
		{"An earlier version of this article incorrectly said the ship sailed on Tuesday. It sailed on Monday.", "the ship sailed on Tuesday", "on Monday"},
		{"An earlier version of this article misstated the name of the river. It is the Clyde, not the Tay.", "the Tay", "the Clyde"},
		{"This article originally misidentified Dana Holt as a senator. She is a judge.", "a senator", "a judge"},
		{"An earlier version of this story gave Mr Roe's age as 62; he is 26.", "62", "26"},
		{"(Corrects profit in first paragraph to 13 million pounds, from 31 million)", "31 million", "13 million pounds"},
		{"Correction: The mill is not in Leeds but in York.", "in Leeds", "in York"},
		{"An earlier version of this article misstated the age of the pilot. She is 41.", "", "41"},
		{"Correction: The fort was built in 1845, not 1854 as an earlier version said.", "1854", "1845"},
		{"Korrektur: Das Werk steht nicht in Bochum, sondern in Essen.", "in Bochum", "in Essen"},
		{"In einer früheren Version hieß es, der Turm sei 41 Meter hoch. Richtig sind 43 Meter.", "der Turm sei 41 Meter hoch", "43 Meter"},
		{"Rectificatif : la tour n'est pas à Lyon mais à Lille.", "à Lyon", "à Lille"},
		{"Une première version de cet article indiquait que la tour mesurait 41 mètres. Elle en mesure 43.", "la tour mesurait 41 mètres", "43"},
		{"Corrección: la torre no está en Lugo, sino en León.", "está en Lugo", "en León"},
		{"Corrección: una versión anterior decía que la torre medía 41 metros. Tiene 43 metros.", "la torre medía 41 metros", "Tiene 43 metros"},
		{"An earlier version said the ferry sails to Oban. The Post regrets the error.", "the ferry sails to Oban", ""},
		{"Correção: uma versão anterior dizia que a torre tem 41 metros. Ela tem 43 metros.", "a torre tem 41 metros", "43 metros"},
		{"Rettifica: la torre non è a Lodi ma a Lecco.", "è a Lodi", "a Lecco"},
		{"Виправлено: вежа стоїть не у Львові, а в Луцьку.", "у Львові", "в Луцьку"},
		{"Исправлено: ранее говорилось, что высота башни 42 метра. На самом деле 43 метра.", "высота башни 42 метра", "43 метра"},
		{"Korrektur: Das Werk steht in Essen, nicht in Bochum.", "in Bochum", "in Essen"},
		{"Errata: o prédio tem 12 andares, e não 21.", "21", "12 andares"},
		{"Исправлено: завод находится в Туле, а не в Твери.", "в Твери", "в Туле"},
	}
	for _, tt := range tests {
		n, _ := note.Find(tt.text, "", true)
		if len(n.Says) != 1 || n.Says[0].Wrong != tt.wrong || n.Says[0].Right != tt.right {
			t.Errorf("%q says %+v, want wrong %q, right %q", tt.text, n.Says, tt.wrong, tt.right)
		}
	}
}

func TestFindAll(t *testing.T) {
	const block = "Correction: The bridge is in Leith. We regret the error. Update: The council has replied to us. • Clarification: Fares rise in May."
	all := note.FindAll(block, "en", true)
	var kinds []string
	joined := ""
	for _, n := range all {
		kinds = append(kinds, string(n.Kind))
		joined += n.Text
	}
	if got, want := strings.Join(kinds, " "), "correction update clarification"; got != want {
		t.Errorf("kinds %q, want %q", got, want)
	}
	if strings.ReplaceAll(joined, " ", "") != strings.ReplaceAll(block, " ", "") {
		t.Errorf("the notes do not cover the block: %q", joined)
	}
}

func TestSeries(t *testing.T) {
	for block, want := range map[string][]string{
		"Corrections: 3 May 2020: The bridge is in Leith, not Fife. 5 May 2020: It is 40 metres long, not 14.":                                        {"2020-05-03 Leith/Fife", "2020-05-05 40 metres long/14"},
		"• This article was amended on 3 May 2024. The bridge is in Leith, not Fife. • It was further amended on 4 May 2024: the toll is £2, not £3.": {"2024-05-03 Leith/Fife", "2024-05-04 £2/£3"},
		"Correction: The bridge is in Leith, not Fife. It opened on 3 May 2020: a Sunday.":                                                            {" Leith/Fife"},
		"Update, 3. Mai 2021: Die Behörde hat geantwortet. Update, 4. Mai 2021: Die Straße ist frei.":                                                 {"2021-05-03", "2021-05-04"},
	} {
		var got []string
		for _, n := range note.FindAll(block, "", true) {
			s := ""
			if !n.Date.IsZero() {
				s = n.Date.Format(time.DateOnly)
			}
			for _, x := range n.Says {
				s += " " + strings.TrimPrefix(x.Right, "in ") + "/" + strings.TrimPrefix(x.Wrong, "in ")
			}
			got = append(got, s)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", block, got, want)
		}
	}
}

// Every part of a note stands in its block, whatever the block.
func TestPartsAreVerbatim(t *testing.T) {
	pieces := []string{"Correction", "Update", "Editor’s note", ":", " — ", "3 May 2021", "12:45", "This article", " was ", "corrected",
		" an earlier version said ", ", not ", "“", "”", "\u00a0", "Оновлено", "更正", "(", ")", ". ", " from ", " to ", "12", "x"}
	rapid.Check(t, func(t *rapid.T) {
		block := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "sep"))
		checkParts(t, block, rapid.SampledFrom([]string{"", "en", "uk"}).Draw(t, "lang"))
	})
}

func FuzzFind(f *testing.F) {
	f.Add("Correction (3 May): x, not y. Update: z", "en")
	f.Add("[Edit: \xff", "de")
	f.Add("Corrections: 3 May 2020: x, not y. 4 May 2020: it is not z but w. • Update #2: a", "en")
	f.Add("Korrektur: In einer früheren Version hieß es, x. Richtig sind 43 Meter.", "de")
	f.Add("Виправлено: не у вівторок, а в середу. Насправді 12.", "uk")
	f.Fuzz(func(t *testing.T, block, lang string) { checkParts(t, strings.ToValidUTF8(block, "?"), lang) })
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

func checkParts(t failer, block, lang string) {
	t.Helper()
	for _, n := range note.FindAll(block, lang, true) {
		parts := []string{n.Text, n.Body}
		for _, s := range n.Says {
			parts = append(parts, s.Wrong, s.Right)
		}
		for _, part := range parts {
			if !strings.Contains(block, part) {
				t.Fatalf("%q does not stand in %q", part, block)
			}
		}
		if n.Score < .45-1e-9 || n.Score > 1 || n.Kind == "" || n.Lang == "" || n.Rule == "" {
			t.Fatalf("not a whole note: %+v", n)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	const ordinary = "The council said on Tuesday that it had updated its flood plan after two rivers burst their banks in March, " +
		"and that the mayor, Ellen Marsh, would meet residents of the lower town before the end of the week to hear their views."
	for b.Loop() {
		b.ReportAllocs()
		note.Find(ordinary, "en", true)
	}
}
