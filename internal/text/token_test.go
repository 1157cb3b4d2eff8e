package text_test

import (
	"strings"
	"testing"

	"erratum/internal/text"

	"pgregory.net/rapid"
)

func TestTokenize(t *testing.T) {
	for _, tt := range []struct{ in, want, keys string }{
		{"The cat sat.", "The cat sat .", ""},
		{"don't O'Neill o'clock", "don't O'Neill o'clock", ""},
		{"Ann's dogs' it's", "Ann 's dogs ' it 's", ""},
		{"1,300 or 3.5, 52-48.", "1,300 or 3.5 , 52 - 48 .", ""},
		{"62-year-old", "62 - year - old", ""},
		{"the U.S. at 3 p.m. or U.S-led", "the U.S. at 3 p.m. or U.S - led", "the us at 3 pm or us - led"},
		{"J.K. Rowling EE.UU. e.g. A.Smith", "J.K. Rowling EE.UU. e.g. A . Smith", "jk rowling eeuu eg a . smith"},
		{"£5m 10% -2 3pm G7 1990s v1.2.3.", "£ 5 m 10 % - 2 3 pm G7 1990 s v1.2.3 .", ""},
		{"l'Ukraine d'Emmanuel qu'il D'Angelo. L'Europe dell'arte", "l' Ukraine d' Emmanuel qu' il D'Angelo . L' Europe dell' arte", ""},
		{"chez L'Oréal, N'Golo", "chez L'Oréal , N'Golo", ""},
		{"п'ять Їжак", "п'ять Їжак", "п'ять їжак"},
		{"10² ½", "10 ² ½", ""},
		{"東京 は", "東 京 は", ""},
		{"ไทย", "ไ ท ย", ""},
		{"नमस्ते जी", "नमस्ते जी", ""},
		{"", "", ""},
	} {
		var words, keys []string
		for _, tok := range text.Tokenize(tt.in) {
			words, keys = append(words, tok.Text), append(keys, tok.Key)
		}
		if got := strings.Join(words, " "); got != tt.want {
			t.Errorf("%q:\n got %q\nwant %q", tt.in, got, tt.want)
		}
		if got := strings.Join(keys, " "); tt.keys != "" && got != tt.keys {
			t.Errorf("%q keys:\n got %q\nwant %q", tt.in, got, tt.keys)
		}
	}
}

func TestTokenizeKindsAndSpace(t *testing.T) {
	want := []text.Token{
		{Text: "$", Key: "$", From: 0, To: 1, Kind: text.Symbol},
		{Text: "5", Key: "5", From: 1, To: 2, Kind: text.Number},
		{Text: "Up", Key: "up", From: 3, To: 5, Kind: text.Word, Space: true},
		{Text: "!", Key: "!", From: 5, To: 6, Kind: text.Punct},
	}
	got := text.Tokenize("$5 Up!")
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("token %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestTokensCoverTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkTokens(t, text.Fold(prose().Draw(t, "raw")).Text)
	})
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"", "U.S.A. at 3p.m.", "l'homme's 1,2,.3", "п'ять", "\xff'\xfe.", "ไ\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkTokens(t, s) })
}

func checkTokens(t failer, s string) {
	end := 0
	for _, tok := range text.Tokenize(s) {
		if tok.From < end || tok.To <= tok.From || tok.To > len(s) || s[tok.From:tok.To] != tok.Text || tok.Key == "" {
			t.Fatalf("%q: bad token %+v after %d", s, tok, end)
		}
		gap := s[end:tok.From]
		if strings.TrimSpace(gap) != "" || (gap != "") != tok.Space {
			t.Fatalf("%q: %q left out before %+v", s, gap, tok)
		}
		end = tok.To
	}
	if strings.TrimSpace(s[end:]) != "" {
		t.Fatalf("%q: %q left out at the end", s, s[end:])
	}
}

func TestSentencesCoverTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"en", "de", "uk", ""}).Draw(t, "lang")
		checkSentences(t, text.Fold(prose().Draw(t, "raw")).Text, lang)
	})
}

func FuzzSentences(f *testing.F) {
	for _, s := range []string{"", "One. Two.", "Mr. A. B... \"So.\" 3", "雨。雨", ".\xff. A"} {
		f.Add(s, "en")
	}
	f.Fuzz(checkSentencesFuzz)
}

func checkSentencesFuzz(t *testing.T, s, lang string) { checkSentences(t, s, lang) }

func checkSentences(t failer, s, lang string) {
	end := 0
	for _, r := range append(text.Sentences(s, lang), [2]int{len(s), len(s)}) {
		if r[0] < end || r[1] < r[0] || r[1] > len(s) {
			t.Fatalf("%q: range %v after %d", s, r, end)
		}
		if strings.TrimSpace(s[end:r[0]]) != "" || strings.TrimSpace(s[r[0]:r[1]]) != s[r[0]:r[1]] {
			t.Fatalf("%q: range %v not trimmed or leaves text out", s, r)
		}
		end = r[1]
	}
}
