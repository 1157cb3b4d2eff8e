package claim_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// TestProbes reads pairs of sentences in other languages: half say the same in other
// words or signs, half changed one fact.
func TestProbes(t *testing.T) {
	files, err := filepath.Glob("testdata/languages/*.txt")
	if err != nil || len(files) != 7 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(f), ".txt")
		for p := range strings.SplitSeq(string(raw), "\n\n") {
			before, after, want := probe(p)
			if before == "" {
				continue
			}
			t.Run(lang, func(t *testing.T) {
				parse := func(s string) *diff.Doc {
					return diff.Parse(&article.Article{Language: lang, Blocks: []article.Block{{Role: article.Body, Text: s}}})
				}
				got := claim.Changes(diff.Compare(parse(before), parse(after)))
				if !told(got, want) {
					t.Errorf("- %s\n+ %s\ngot\n%s\nwant\n%s", before, after, sketch(got), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// probe reads the lines of a pair.
func probe(p string) (before, after string, want []string) {
	for line := range strings.Lines(p) {
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mark {
		case "-":
			before = rest
		case "+":
			after = rest
		case "=":
			want = append(want, rest)
		}
	}
	return before, after, want
}

// told reports whether the changes are those wanted, in any order: of one of the kinds,
// the values at least the words wanted.
func told(got []claim.Change, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	holds := func(v *claim.Value, words string) bool {
		words = strings.TrimSpace(words)
		return words == "" || v != nil && strings.Contains(v.Text, words)
	}
	for _, w := range want {
		kind, values, _ := strings.Cut(w, ":")
		before, after, _ := strings.Cut(values, "->")
		found := false
		for _, c := range got {
			found = found || slices.Contains(strings.Split(kind, "|"), string(c.Kind)) && holds(c.Before, before) && holds(c.After, after)
		}
		if !found {
			return false
		}
	}
	return true
}
