package claim

import "testing"

// Internal: what can be wrong with the files shows nowhere else, since a language
// whose file does not load would only tell less.
func TestLexiconsLoad(t *testing.T) {
	for lang, load := range lexicons {
		l, err := load()
		if err != nil {
			t.Fatal(err)
		}
		if lang != "all" && (len(l.months) != 12 || l.words["%"] == nil) {
			t.Errorf("%s: %d months, percent sign %v", lang, len(l.months), l.words["%"])
		}
		for ending := range l.endings {
			checkEnding(t, lang, ending)
		}
		for ending := range l.declined {
			checkEnding(t, lang, ending)
		}
		for _, lists := range []map[string][]string{l.antonyms, l.synonyms} {
			for word := range lists {
				if len(word) > longestStem+len(wildcard) {
					t.Errorf("%s: %q is never found", lang, word)
				}
			}
		}
	}
	if lexiconFor("") != lexiconFor("en") || lexiconFor("xx") != lexiconFor("all") || lexiconFor("xx") == lexiconFor("en") {
		t.Error("unknown languages do not fall back")
	}
}

func checkEnding(t *testing.T, lang, ending string) {
	t.Helper()
	if len(ending) > longestEnding {
		t.Errorf("%s: the ending %q is never found", lang, ending)
	}
}

func TestRulesAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rules {
		if r.name == "" || seen[r.name] || r.kind == "" || r.find == nil {
			t.Errorf("rule %q: kind %q", r.name, r.kind)
		}
		seen[r.name] = true
	}
}

// BenchmarkLoadLexicon loads the longest file: a language is read when it first comes
// up, so this is what its first article waits.
func BenchmarkLoadLexicon(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadLexicon("uk"); err != nil {
			b.Fatal(err)
		}
	}
}
