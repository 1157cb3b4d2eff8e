package watch_test

import (
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/watch"
)

func TestParseMatch(t *testing.T) {
	for typed, want := range map[string]string{
		"":                       "",
		"ferry":                  "ferry",
		"ferry  harbour":         "ferry|harbour",
		"ferry, harbour  master": "ferry|harbour master",
		"New York,":              "New York",
		"a a":                    "a",
		"ferry,,pier":            "ferry|pier",
	} {
		if got, err := watch.ParseMatch(typed); err != nil || strings.Join(got, "|") != want {
			t.Errorf("%q is %q, %v", typed, got, err)
		}
	}
	for typed, want := range map[string]string{
		"ferry -": "is no word", ",": "no word to look for", strings.Repeat("a1b,", 3) + strings.Join(numbers(60), ","): "50 words",
	} {
		if _, err := watch.ParseMatch(typed); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func numbers(n int) (out []string) {
	for i := range n {
		out = append(out, strings.Repeat("x", i+1))
	}
	return out
}

func TestMatches(t *testing.T) {
	link := article.Link{
		Title: "Fährbetrieb ruht: the harbour-master’s “ferry” to São Tomé", Summary: "U.S. Navy helps. Straße gesperrt; Lech Wałęsa came.",
		Categories: []string{"Travel & Coast", "東京都"},
	}
	for typed, want := range map[string]bool{
		"ferry":           true,
		"FERRY":           true,
		"fer":             false, // no part of a word
		"ferries":         false,
		"fahrbetrieb":     true,
		"sao":             true,
		"tome ferry":      true, // any of them
		"são tomé,":       true, // in this order
		"tome sao,":       false,
		"harbour master,": true,
		"harbour ferry,":  false,
		"us,":             true,
		"strasse":         true,
		"walesa":          true,
		"coast":           true,
		"travel ferry,":   false, // not across title and category
		"東京,":             true,
		"helps gesperrt,": false, // not with other words between
	} {
		phrases, err := watch.ParseMatch(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := watch.Matches(phrases, link); got != want {
			t.Errorf("%q: %t", typed, got)
		}
	}
	if !watch.Matches(nil, article.Link{}) {
		t.Error("without words not all are wanted")
	}
}
