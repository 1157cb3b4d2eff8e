package watch

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/text"
)

// maxMatch bounds the words by which a feed's items are chosen.
const maxMatch = 50

// ParseMatch reads the words by which a feed's items are chosen: words between spaces
// ("ferry harbour"), or with commas between them words and phrases ("ferry, harbour
// master"). An item is wanted when any of them stands in its title, summary or
// categories: as whole words in this order, whatever their case and accents. The
// errors are plain sentences for the person who typed.
func ParseMatch(s string) ([]string, error) {
	var phrases []string
	if strings.ContainsRune(s, ',') {
		phrases = strings.Split(s, ",")
	} else {
		phrases = strings.Fields(s)
	}
	var out []string
	for _, p := range phrases {
		p = strings.Join(strings.Fields(p), " ")
		switch {
		case p == "" || slices.Contains(out, p):
			continue
		case len(keys(p)) == 0:
			return nil, fmt.Errorf("%q is no word to look for", p)
		}
		out = append(out, p)
	}
	if len(out) > maxMatch {
		return nil, fmt.Errorf("that is too much to look for: use %d words or phrases at most", maxMatch)
	}
	if len(out) == 0 && strings.TrimSpace(s) != "" {
		return nil, errors.New("there is no word to look for")
	}
	return out, nil
}

// Matches reports whether a feed wants an item; without words it wants all.
func Matches(phrases []string, l article.Link) bool {
	if len(phrases) == 0 {
		return true
	}
	said := [][]string{keys(l.Title), keys(l.Summary)}
	for _, c := range l.Categories {
		said = append(said, keys(c))
	}
	for _, p := range phrases {
		want := keys(p)
		for _, words := range said {
			for i := 0; i+len(want) <= len(words); i++ {
				if slices.Equal(words[i:i+len(want)], want) {
					return true
				}
			}
		}
	}
	return false
}

// matching are the items that a feed wants.
func matching(phrases []string, links []article.Link) (out []article.Link) {
	for _, l := range links {
		if Matches(phrases, l) {
			out = append(out, l)
		}
	}
	return out
}

// keys are the words and numbers of a text, in lower case and without accents.
func keys(s string) (out []string) {
	for _, t := range text.Tokenize(text.Fold(s).Text) {
		if t.Kind == text.Word || t.Kind == text.Number {
			out = append(out, text.Unaccented(t.Key))
		}
	}
	return out
}
