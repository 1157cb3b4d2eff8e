package quality

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"erratum/internal/article"
)

// story makes an article of paragraphs.
func story(lang string, paragraphs ...string) *article.Article {
	a := &article.Article{Headline: "Bridge to open in spring", Language: lang}
	for i, p := range paragraphs {
		role := article.Body
		if i == 0 {
			role = article.Lede
		}
		a.Blocks = append(a.Blocks, article.Block{Role: role, Text: p})
	}
	return a
}

// ourStories are small texts of our own, with something for every generator.
func ourStories() *corpus {
	return newCorpus([]truth{
		{"one", story("en",
			"The bridge will open on Tuesday, Peter Calloway said. It is 1,340 metres long and cost the county 52 million.",
			"“We have repaired every cable and replaced the damaged bearings,” Calloway said, and he thanked the workers.",
			"Engineers did not close the tunnel during the reconstruction, according to Dora Finch. The colour has changed to grey.",
			"The first cars may cross at 3pm on March 3, after twelve years of planning and two of building by the county.")},
		{"two", story("en",
			"A ferry hit the pier on Friday, Maria Lindqvist said. Nobody was hurt and 38 people were brought ashore.",
			"The reconstruction of the harbour continued, according to Hugo Brandt. Engineers were expected to report on it.")},
	})
}

// applied returns what the swaps of a generator make of a block.
func applied(block string, swaps []swap) []string {
	var out []string
	for _, s := range swaps {
		out = append(out, block[:s.from]+s.with+block[s.to:])
	}
	slices.Sort(out)
	return out
}

// TestNullForms: each generator rewrites the form alone, and leaves alone what another
// form would change the meaning of.
func TestNullForms(t *testing.T) {
	for _, tt := range []struct {
		name, lang, block string
		want              []string
	}{
		{"grouping", "en", "It cost 1,340 euros.", []string{"It cost 1340 euros."}},
		{"grouping", "en", "It cost 13400 euros.", []string{"It cost 13,400 euros."}},
		{"grouping", "de", "Es kostet 1.340 Euro.", []string{"Es kostet 1340 Euro."}},
		{"grouping", "fr", "Il a 13400 arbres.", []string{"Il a 13\u202f400 arbres."}},
		{"a year", "en", "In 2019 it began.", nil},
		{"part of a code", "en", "The A13400 was seen, and no. 12,345,6.", nil},
		{"a range", "en", "The price was 1,300-1,400 then.", nil},
		{"words", "en", "They saw twelve people.", []string{"They saw 12 people."}},
		{"words", "en", "They saw 3 people.", []string{"They saw three people."}},
		{"a clock is no count", "en", "They came at 3 p.m. or at 3 in all.", nil},
		{"words in French", "fr", "Il y a 3 arbres.", nil},
	} {
		check(t, "number "+tt.name, applied(tt.block, numberForms(nil, tt.lang, tt.block, nil)), tt.want)
	}
	for block, want := range map[string][]string{
		"He left on March 3 and came.":           {"He left on 3 March and came."},
		"He left on 3 March 2025 and came.":      {"He left on March 3, 2025 and came."},
		"He left on March 3, 2025, and came.":    {"He left on 3 March 2025, and came."},
		"He left on Jan. 27 and came.":           {"He left on January 27 and came."},
		"From March 3-5 it is shut.":             nil,
		"In March 2025 it was shut, by May too.": nil,
	} {
		check(t, block, applied(block, dateForms(nil, "en", block, nil)), want)
	}
	block := "The colour of the centre is grey in Colour Street."
	check(t, "spelling", applied(block, spellings(nil, "en", block, nil)), []string{
		"The color of the centre is grey in Colour Street.",
		"The colour of the center is grey in Colour Street.",
		"The colour of the centre is gray in Colour Street.",
	})
	block = "Die große Straße"
	check(t, "spelling", applied(block, spellings(nil, "de", block, nil)), []string{"Die grosse Straße"})
}

func check(t *testing.T, what string, got, want []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

func TestSplits(t *testing.T) {
	for _, tt := range []struct {
		lang, block string
		want        []string
	}{
		{"en", "The bridge is old, and it was shut.", []string{"The bridge is old. And it was shut."}},
		{"en", "The bridge is old. But it was open.", []string{"The bridge is old, but it was open."}},
		{"en", "“The bridge is old, and it was shut,” she said.", nil},
		{"en", "Trains, cars, and buses were late.", nil},
		{"de", "Die Brücke ist alt, und sie war zu.", []string{"Die Brücke ist alt. Und sie war zu."}},
		{"en", "The bridge is very old now; the county wants to shut it down.", []string{"The bridge is very old now. The county wants to shut it down."}},
		{"en", "They sell bread; milk; and eggs on most days of the week.", nil},
	} {
		check(t, tt.block, applied(tt.block, splits(nil, tt.lang, tt.block, nil)), tt.want)
	}
}

// TestClockForms: every form names the time that stood there.
func TestClockForms(t *testing.T) {
	for _, tt := range []struct{ lang, block, forms string }{
		{"en", "It opens at 3pm on Friday.", "3pm|3 pm|3 p.m.|15:00"},
		{"en", "It opens at 9:30 a.m. on Friday.", "9:30am|9:30 am|9:30 a.m.|09:30"},
		{"en", "It opens at 15:30 on Friday.", "3:30 p.m."},
		{"en", "It opens at 3 p.m. The mayor comes.", ""},
		{"en", "They won 15:30 in the end.", ""},
		{"de", "Es beginnt um 15 Uhr am Freitag.", "15:00 Uhr|15.00 Uhr"},
		{"de", "Es beginnt um 15.30 Uhr am Freitag.", "15:30 Uhr"},
		{"fr", "Elle ouvre à 15h30 vendredi.", "15h30|15 h 30|15:30"},
	} {
		seen := false
		for seed := range 30 {
			for _, s := range clockForms(nil, tt.lang, tt.block, random(fmt.Sprint(seed), "clock")) {
				seen = true
				if !slices.Contains(strings.Split(tt.forms, "|"), s.with) {
					t.Errorf("%q: %q stands for %q", tt.block, s.with, tt.block[s.from:s.to])
				}
			}
		}
		if seen != (tt.forms != "") {
			t.Errorf("%q: another form is given: %v", tt.block, seen)
		}
	}
}

// TestNullEditsChangeNothing: of what a reader would call the text, only the order of
// paragraphs, the two letters of a typo or the one form differ.
func TestNullEditsChangeNothing(t *testing.T) {
	c := ourStories()
	kinds := map[string]int{}
	for _, tr := range c.truths {
		for _, g := range nullEdits {
			for _, e := range g.edits(c, tr) {
				kinds[e.kind]++
				before, after := letters(textOf(e.before)), letters(textOf(e.after))
				switch e.kind {
				case "quotation marks", "spaces":
					if before != after || textOf(e.before) == textOf(e.after) {
						t.Errorf("%s: %q became %q", e.kind, before, after)
					}
				case "paragraph moved", "typo mended":
					if sortedLetters(before) != sortedLetters(after) || before == after {
						t.Errorf("%s: %q became %q", e.kind, before, after)
					}
				}
				if e.kind == "typo mended" && textOf(e.after) != textOf(tr.article) {
					t.Errorf("the newer text has the typo: %s", e.seen)
				}
			}
		}
	}
	for _, g := range nullEdits {
		if kinds[g.kind] == 0 {
			t.Errorf("no edit of the kind %q", g.kind)
		}
	}
}

func sortedLetters(s string) string {
	r := []rune(s)
	slices.Sort(r)
	return string(r)
}

// TestPlantsChangeOneFact: taking the new words back gives the text that was.
func TestPlantsChangeOneFact(t *testing.T) {
	c := ourStories()
	kinds := map[string]int{}
	for _, tr := range c.truths {
		for _, g := range factPlants {
			for _, p := range g.plantings(c, tr) {
				kinds[p.kind]++
				before, after := textOf(p.before), textOf(p.after)
				if p.old == p.new || before == after {
					t.Errorf("%s changes nothing: %s", p.kind, p.seen)
				}
				if back := restored(after, p.new, p.old, before); !back {
					t.Errorf("%s %q → %q changes more: %q became %q", p.kind, p.old, p.new, before, after)
				}
			}
		}
	}
	for _, g := range factPlants {
		if kinds[g.kind] == 0 {
			t.Errorf("nothing planted of the kind %q", g.kind)
		}
	}
}

// restored reports whether putting old back for one or for every new gives want.
func restored(s, new, old, want string) bool {
	if strings.ReplaceAll(s, new, old) == want {
		return true
	}
	for i := range s {
		if strings.HasPrefix(s[i:], new) && s[:i]+old+s[i+len(new):] == want {
			return true
		}
	}
	return false
}

func TestNegationPlants(t *testing.T) {
	for _, tt := range []struct {
		lang, block string
		want        []string
	}{
		{"en", "The mayor did not resign.", []string{"The mayor did resign."}},
		{"en", "The mayor wasn’t present.", []string{"The mayor was present."}},
		{"en", "The mayor was elected.", []string{"The mayor was not elected."}},
		{"en", "The mayor was not only late.", nil},
		{"en", "The mayor did not say anything.", nil},
		{"en", "Was the mayor elected?", nil},
		{"de", "Der Bürgermeister ist nicht gekommen.", []string{"Der Bürgermeister ist gekommen."}},
		{"de", "Der Bürgermeister ist nicht alt, sondern müde.", nil},
		{"fr", "Hier elle n’a pas répondu.", []string{"Hier elle a répondu."}},
		{"ru", "Мост не был закрыт.", []string{"Мост был закрыт."}},
		{"uk", "Міст ніколи не був закритий.", nil},
	} {
		var swaps []swap
		for _, p := range negationPlants(nil, story(tt.lang, tt.block), tt.block, nil) {
			swaps = append(swaps, p.swap)
		}
		check(t, tt.block, applied(tt.block, swaps), tt.want)
	}
}

func TestCitations(t *testing.T) {
	for _, tt := range []struct {
		lang, block string
		want        []string
	}{
		{"en", "It is shut, Peter Calloway said. It is open, said Mr. Finch.", []string{"Mr. Finch", "Peter Calloway"}},
		{"en", "According to Dora Finch, it is shut, according to Hugo Brandt.", []string{"Hugo Brandt"}},
		{"en", "He said on Tuesday, said Monday.", nil},
		{"de", "Ferner sagte er, es sei zu. „Es ist zu“, sagte Anna Kern.", []string{"Anna Kern"}},
		{"uk", "Міст закрито, сказав Петро Гнатюк.", []string{"Петро Гнатюк"}},
		{"sv", "Bron är stängd, sade Anna Kern.", nil},
	} {
		var got []string
		for _, s := range citations(tt.block, tt.lang) {
			got = append(got, s.old)
		}
		slices.Sort(got)
		check(t, tt.block, got, tt.want)
	}
}

func TestSurnames(t *testing.T) {
	got := surnames(story("de", "Der Minister Peter Calloway kam. Anna K. Meyer-Lind ging. Das Weiße Haus und Jan Peter schwiegen."))
	check(t, "surnames", got, []string{"Calloway", "Meyer-Lind"})
}

// TestQuotations: the marks of each language, and straight ones only in pairs.
func TestQuotations(t *testing.T) {
	for block, want := range map[string][]string{
		"She said “it is shut” and left.":     {"“it is shut”"},
		"„Es ist zu“, sagte sie.":             {"„Es ist zu“"},
		"Ein »Zeichen« und »noch eins«, nun.": {"»Zeichen«", "»noch eins«"},
		"Un «signe» et «un autre», voilà.":    {"«signe»", "«un autre»"},
		`A 6" pipe and a 7" pipe.`:            nil,
	} {
		var got []string
		for _, q := range quotations(block) {
			got = append(got, block[q[0]:q[1]])
		}
		check(t, block, got, want)
	}
}

// TestGeneratedAlike: what is generated depends on the text alone, so that figures
// can be compared from run to run.
func TestGeneratedAlike(t *testing.T) {
	generated := func() []string {
		c := ourStories()
		var out []string
		for _, tr := range c.truths {
			for _, g := range nullEdits {
				for _, e := range g.edits(c, tr) {
					out = append(out, e.kind+textOf(e.before)+textOf(e.after))
				}
			}
			for _, g := range factPlants {
				for _, p := range g.plantings(c, tr) {
					out = append(out, p.kind+p.old+p.new+textOf(p.after))
				}
			}
		}
		return out
	}
	if d := cmp.Diff(generated(), generated()); d != "" {
		t.Error(d)
	}
}
