package note

import (
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"erratum/internal/text"
)

// TestMayIsSound: no block is passed over in which a note would be found, with or
// without prose before it.
func TestMayIsSound(t *testing.T) {
	files, _ := filepath.Glob("testdata/wordings/*.txt")
	checked := 0
	for _, name := range append(files, "testdata/wordings.txt") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSpace(line)
			for _, edge := range []bool{true, false} {
				for _, lang := range []string{"", "en", "uk"} {
					s, numbers := NewScanner(lang), map[string]int32{}
					every := search{text.Fold(line), lang, edge, books(bookSet(lang, edge), lang)}
					if found := every.all(); len(found) > 0 && line != "" {
						checked++
						if prose := "The council met on Tuesday. " + line; !s.May(sentences(line, numbers), edge) || !s.May(sentences(prose, numbers), edge) {
							t.Errorf("passed over (edge %v, language %q): %q is %s", edge, lang, line, found[0].Kind)
						}
					}
				}
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

// TestBorrowedScanner: a scanner that read other articles, in other languages, finds
// what a new one finds.
func TestBorrowedScanner(t *testing.T) {
	files, _ := filepath.Glob("testdata/wordings/*.txt")
	var lent Scanners
	found := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			for _, lang := range []string{"", "en", "de"} {
				for _, edge := range []bool{false, true} {
					s := lent.Borrow(lang)
					got, want := s.FindAll(line, edge), NewScanner(lang).FindAll(line, edge)
					lent.Return(s)
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("%q (edge %v, language %q): a borrowed scanner found %v, a new one %v", line, edge, lang, got, want)
					}
					found += len(want)
				}
			}
		}
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}

func sentences(block string, numbers map[string]int32) iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		f := text.Fold(block)
		for _, r := range text.Sentences(f.Text, "en") {
			s := Sentence{Tokens: text.Tokenize(f.Text[r[0]:r[1]])}
			for _, t := range s.Tokens {
				if _, ok := numbers[t.Key]; !ok {
					numbers[t.Key] = int32(len(numbers))
				}
				s.Numbers = append(s.Numbers, numbers[t.Key])
			}
			if !yield(s) {
				return
			}
		}
	}
}

// BenchmarkScan looks through the 1,000 words of an article without a note: as inner
// blocks, which most are, and as changed ones.
func BenchmarkScan(b *testing.B) {
	paragraphs := []string{
		"The council of Upper Stannon said on Tuesday that the bridge over the Orr would stay closed until spring, since engineers found cracks in two of its piers.",
		"Traders in the market square have lost a third of their trade since October, according to a survey of 140 shops by the chamber of commerce.",
		"\"Nobody told us how long this would take,\" said Marta Quill, who runs a bakery beside the northern ramp, and who has let two of her six workers go.",
		"The county had promised to pay for half of the repairs, but the money was never put into the budget, and the ministry has not answered three letters.",
	}
	for _, edge := range []bool{false, true} {
		b.Run(map[bool]string{false: "inner", true: "changed"}[edge], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := NewScanner("en")
				for i := range 38 {
					if n := s.FindAll(paragraphs[i%4], edge); len(n) > 0 {
						b.Fatal(n)
					}
				}
			}
		})
	}
}
