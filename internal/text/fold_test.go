package text_test

import (
	"testing"
	"unicode/utf8"

	"erratum/internal/text"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"plain text", "plain text"},
		{"", ""},
		{"  two  spaces ", "two spaces"},
		{"“curly” ‘single’ „low‘ «guillemets»", `"curly" 'single' "low' "guillemets"`},
		{"it’s ʼtis `so´ 5′ 6″", `it's 'tis 'so' 5' 6"`},
		{"en–em—minus−hyphen‐", "en-em-minus-hyphen-"},
		{"wait…", "wait..."},
		{"10\u00a0000\u202fkm\tfar\r\n off", "10 000 km far off"},
		{"soft\u00adhyphen zero\u200bwidth \ufeff", "softhyphen zerowidth"},
		{"e\u0301te\u0301", "été"},
		{"10² ½ ﬁ", "10² ½ ﬁ"},
		{"bad\xff\xfebytes", "bad\uFFFDbytes"},
		{"nul\x00l", "null"},
	} {
		if got := text.Fold(tt.in).Text; got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestFoldedCut(t *testing.T) {
	for _, tt := range []struct {
		raw      string
		from, to int // in the folded text
		want     string
	}{
		{"say “no”  now", 4, 8, "“no”"},          // say "no" now
		{"say “no”  now", 5, 7, "no"},            //
		{"say “no”  now", 8, 9, "  "},            // the run of spaces
		{"wait… what", 5, 6, "…"},                // one of three dots is the whole mark
		{"zero\u200b width", 0, 4, "zero"},       // what is dropped at the end stays out
		{"ze\u00adro width", 0, 4, "ze\u00adro"}, // inside it stays in
		{"e\u0301te\u0301 e", 0, 1, "e\u0301"},   // a rune is never cut
		{"e\u0301te\u0301 e", 1, 3, "e\u0301t"},
		{"plain", 1, 3, "la"},
		{"plain", -4, 99, "plain"},
		{"plain", 3, 1, ""},
		{"été", 1, 2, "é"},
	} {
		if got := text.Fold(tt.raw).Cut(tt.from, tt.to); got != tt.want {
			t.Errorf("%q %d:%d = %q, want %q", tt.raw, tt.from, tt.to, got, tt.want)
		}
	}
}

// prose draws text that is rich in what folding and cutting care about.
func prose() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		" ", "  ", "\n", "\u00a0", ".", "…", ". ", ".\" ", "?!", "“", "”", "’", "'", "'s", "-", "—", "\u00ad", "\u200b", "\u0301",
		"é", "e\u0301", "Mr", "U.S.", "p.m.", "3.5", "1,300", "27", "No", "The", "cat", "Київ", "п’ять", "東京", "。", "ไทย", "\xff", "😀", "l’", "½", "İ",
	})
	return rapid.Custom(func(t *rapid.T) string {
		s := ""
		for _, p := range rapid.SliceOfN(rapid.OneOf(piece, rapid.String()), 0, 12).Draw(t, "pieces") {
			s += p
		}
		return s
	})
}

func TestFoldHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkFold(t, prose().Draw(t, "raw"))
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "plain", "“It’s” – 3 p.m.…", "e\u0301\u200b\xff", "\u1fef\u037e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFold(t, s) })
}

type failer interface {
	Fatalf(format string, args ...any)
}

func checkFold(t failer, raw string) {
	f := text.Fold(raw)
	if !utf8.ValidString(f.Raw) || !utf8.ValidString(f.Text) {
		t.Fatalf("invalid UTF-8 of %q", raw)
	}
	if again := text.Fold(f.Text).Text; again != f.Text {
		t.Fatalf("folded twice: %q, then %q", f.Text, again)
	}
	for from := range len(f.Text) + 1 {
		for to := from; to <= min(len(f.Text), from+9); to++ {
			a, b := f.Span(from, to)
			if a < 0 || a > b || b > len(f.Raw) || from == to && a != b {
				t.Fatalf("%q: span %d:%d gives %d:%d", raw, from, to, a, b)
			}
			if !utf8.ValidString(f.Raw[a:b]) {
				t.Fatalf("%q: span %d:%d cuts a rune", raw, from, to)
			}
		}
	}
	checkParts(t, f)
	if whole := text.Fold(f.Cut(0, len(f.Text))).Text; whole != f.Text {
		t.Fatalf("%q: the whole cut folds to %q, want %q", raw, whole, f.Text)
	}
}

// checkParts cuts a text in two and expects every cut of a part to be what the whole
// gives there.
func checkParts(t failer, f text.Folded) {
	mid := len(f.Text) / 2
	for mid > 0 && !utf8.RuneStart(f.Text[mid]) {
		mid--
	}
	for _, r := range [][2]int{{0, mid}, {mid, len(f.Text)}} {
		part := f.Part(r[0], r[1])
		if part.Text != f.Text[r[0]:r[1]] || part.Raw != f.Cut(r[0], r[1]) {
			t.Fatalf("%q: part %v is %q, %q", f.Raw, r, part.Text, part.Raw)
		}
		for i, c := range part.Text {
			n := utf8.RuneLen(c)
			if got, want := part.Cut(i, i+n), f.Cut(r[0]+i, r[0]+i+n); got != want {
				t.Fatalf("%q: part %v cuts %q at %d, the whole %q", f.Raw, r, got, i, want)
			}
		}
	}
}
