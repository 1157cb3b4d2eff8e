package note

import (
	"strings"
	"testing"
)

// TestLexiconsAreSound: every file reads, every month list has twelve, and no lexicon
// has more pattern words than a slotSet holds.
func TestLexiconsAreSound(t *testing.T) {
	all, err := readLexicons()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 9 || all[0].lang != firstLanguage {
		t.Fatalf("%d lexicons, the first %q", len(all), all[0].lang)
	}
	for _, l := range all {
		months := map[int]bool{}
		for _, n := range l.months {
			months[n] = true
		}
		if len(months) != 12 && len(months) != 0 {
			t.Errorf("%s: %d months", l.lang, len(months))
		}
		if len(l.labels) == 0 {
			t.Errorf("%s: no labels", l.lang)
		}
	}
}

func TestLexiconErrors(t *testing.T) {
	for file, want := range map[string]string{
		"update":                                   `line 1: no section ""`,
		"[labels]\nupdate":                         `line 2: no section "labels"`,
		"[language]\ntypos = many":                 `is no setting of a language`,
		"[language]\nedits = 6":                    `is no setting of a language`,
		"[label.news]\nupdate":                     `line 2: no kind "news"`,
		"[label.update]\nupdate = loud":            `no form "loud"`,
		"# a comment\n\n[cue.error]\nerror":        `line 4: "" is no weight`,
		"[cue.error]\nerror = 2":                   `"2" is no weight`,
		"[cue.error]\nerror = .2 news":             `no kind "news"`,
		"[month]\nmay = 13":                        `"13" is no month`,
		"[says.maybe]\nnot":                        `no statements "maybe"`,
		"[cue.error]\n<error> was = .2":            `pattern "<error> was": no class <error>`,
		"[cue.error]\nan ...x error = .2":          `"...x" is no gap`,
		"[cue.error]\nan error ...4 = .2":          `"...4" is no gap`,
		"[cue.error]\nan ...400 error = .2":        `"...400" is no gap`,
		"[cue.error]\nan| error = .2":              `an empty word in "an|"`,
		"[cue.error]\n^ = .2":                      `no words`,
		"[class.error]\nmistake <error>":           `class error: a class in a class`,
		"[label.update]\nupdate\n[says.said]\n<a>": `no class <a>`,
	} {
		l, err := parseLexicon("xx", file)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", file, err, want)
		}
		if l != nil && err == nil {
			t.Errorf("%q: read", file)
		}
	}
}

// What the parser takes can be made ready and looked up in.
func FuzzLexicon(f *testing.F) {
	f.Add("[language]\ntypos = 6\n[label.update]\nupdate|edit\n[class.error]\nerror mistake\n[cue.error]\n^ the ...3 <error> = .5 correction", "an error")
	f.Add("[says.not]\nnot|no\n[month]\nmay = 5\n[class.a]\n<a>", "")
	f.Fuzz(func(t *testing.T, file, text string) {
		l, err := parseLexicon("xx", file)
		if err != nil {
			return
		}
		s := shelve([]*lexicon{l})
		for _, w := range words(text) {
			s.slotsOf(w.Key, s.books[0], make([]slotSet, 1))
		}
	})
}
