package text_test

import (
	"strings"
	"testing"

	"erratum/internal/text"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	// A bar marks where a sentence must end.
	for _, tt := range []struct{ lang, marked string }{
		{"en", "It rained. |The match was off."},
		{"en", "It rained. |12 games were off."},
		{"en", "It rained. |£5 was lost."},
		{"en", `"It rained," he said. |"We left."`},
		{"en", `He said: "We left." |Then they came.`},
		{"en", `"Why now?" she asked.`},
		{"en", "Mr. Smith met Gen. Jones in St. Louis."},
		{"en", "They live on Main St. |The house burned."},
		{"en", "He was ill. |Doctors came."},
		{"en", "He moved to Chicago, Ill. Friday."},
		{"en", "J. K. Rowling wrote it. |A. B. Jones read it."},
		{"en", "He lives in the U.S. |The family left."},
		{"en", "The U.S. Army left."},
		{"en", "It began at 3 p.m. |Officials came."},
		{"en", "It began at 3 p.m. Monday and 4 p.m. EST."},
		{"en", "Chanel No. 5 sold well. |He said no. |She said yes."},
		{"en", "On Jan. 27 it opened. |It closed in Feb. |Officials left."},
		{"en", "Growth was 3.5 percent. |Inflation was 2.1."},
		{"en", "Acme Inc. Chief Jane Roe quit."},
		{"en", "He works for Acme Inc. |The firm is small."},
		{"en", "Well... |Maybe. so it goes."},
		{"en", "Stop! |Who goes there?! |Me."},
		{"en", "(It rained.) |They left."},
		{"en", "1. First point. |Second point."},
		{"en", "Bring fruit, e.g. Apples or pears, vs. Nuts."},
		{"de", "Am 27. Januar begann es. |Die Polizei kam."},
		{"", "Am 27. Januar begann es."},
		{"de", "Das war am 27. |Der Tag war kalt."},
		{"de", "Das war 2024. |Polizei und Feuerwehr kamen."},
		{"de", "Es kamen z.B. Kinder, d.h. Schüler, ca. Hundert."},
		{"fr", "M. Durand est venu. |Il a parlé."},
		{"es", "El Sr. García llegó. |¿Quién es?"},
		{"it", "Il dott. Rossi parla. |Nessuno ascolta."},
		{"pt", "A Sra. Silva chegou. |Ela falou."},
		{"uk", "У 2023 р. |Він приїхав до м. Київ о 5 год. ранку."},
		{"uk", "Це коштує 5 млн. грн. |Так сказав І. Франко."},
		{"ru", "Ущерб 3 тыс. Руб. не нашли. |Так сказал А. С. Пушкин."},
		{"ja", "雨が降った。|試合は中止。"},
		{"hi", "वह आया। |वह गया।"},
		{"ar", "وصل الرئيس. |غادر الوزير."},
		{"xx", "Mr. Roe left. |He came back."},
		{"en", "one\n|two"},
		{"en", ""},
	} {
		want := strings.Split(tt.marked, "|")
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		if tt.marked == "" {
			want = nil
		}
		s := strings.ReplaceAll(tt.marked, "|", "")
		var got []string
		for _, r := range text.Sentences(s, tt.lang) {
			got = append(got, s[r[0]:r[1]])
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s %q (-want +got):\n%s", tt.lang, s, d)
		}
	}
}
