package claim

import "testing"

// Internal: what can be wrong with the files shows nowhere else, since a language
// whose file does not load would only tell less.
func TestLexiconsLoad(t *testing.T) {
	all, err := lexicons()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"all", "en", "de", "fr", "es", "pt", "it", "uk", "ru"} {
		l := all[lang]
		if l == nil {
			t.Fatalf("no lexicon %s", lang)
		}
		if lang != "all" && (len(l.months) != 12 || l.words["%"] == nil) {
			t.Errorf("%s: %d months, percent sign %v", lang, len(l.months), l.words["%"])
		}
	}
	if lexiconFor("") != all["en"] || lexiconFor("xx") != all["all"] {
		t.Error("unknown languages do not fall back")
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
