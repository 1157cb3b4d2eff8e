package month

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed words/*.txt
var wordFiles embed.FS

// tongue is the words that outlets of one language write with.
type tongue struct {
	lang     string
	sections map[string][]string
	topics   []string
}

// readTongues reads the word lists, in the order of their names.
func readTongues() (map[string]*tongue, error) {
	out := map[string]*tongue{}
	for _, lang := range []string{"de", "en", "es", "fr"} {
		raw, err := wordFiles.ReadFile("words/" + lang + ".txt")
		if err != nil {
			return nil, fmt.Errorf("month: words: %w", err)
		}
		out[lang] = parseTongue(lang, string(raw))
	}
	return out, nil
}

func parseTongue(lang, raw string) *tongue {
	t := &tongue{lang: lang, sections: map[string][]string{}}
	section := ""
	for line := range strings.Lines(raw) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
			if !slices.Contains([]string{"first", "last", "office", "town", "org", "dek", "general", "addition", "what", "weekdays", "ui"}, section) && !strings.Contains(section, " ") {
				t.topics = append(t.topics, section)
			}
		case section == "office" || section == "org" || section == "what":
			t.sections[section] = strings.Split(line, "|")
		case section == "first" || section == "last" || section == "town" || section == "weekdays":
			t.sections[section] = strings.Fields(line)
		default:
			t.sections[section] = append(t.sections[section], line)
		}
	}
	return t
}

// headlines gives the headlines of a topic.
func (t *tongue) headlines(topic string) []string {
	if list := t.sections["headline "+topic]; list != nil {
		return list
	}
	return t.sections["headline general"]
}

// name says what a kind of fact is called in a note.
func (t *tongue) name(kind factKind) string {
	for _, pair := range t.sections["what"] {
		if k, v, _ := strings.Cut(pair, "="); k == string(kind) {
			return v
		}
	}
	return string(kind)
}

// figure writes a number as the language does.
func (t *tongue) figure(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	sep := map[string]string{"en": ",", "de": ".", "es": ".", "fr": "\u00a0"}[t.lang]
	return fmt.Sprintf("%d%s%03d", n/1000, sep, n%1000)
}

// sum writes tenths of a million in the outlets' currency.
func (t *tongue) sum(tenths int) string {
	whole, rest := tenths/10, tenths%10
	switch t.lang {
	case "de":
		return fmt.Sprintf("%d,%d Millionen Euro", whole, rest)
	case "es":
		return fmt.Sprintf("%d,%d millones de euros", whole, rest)
	case "fr":
		return fmt.Sprintf("%d,%d millions d'euros", whole, rest)
	default:
		return fmt.Sprintf("£%d.%d million", whole, rest)
	}
}

// share writes a percentage.
func (t *tongue) share(n int) string {
	return fmt.Sprintf(map[string]string{"en": "%d per cent", "de": "%d Prozent", "es": "%d por ciento", "fr": "%d\u00a0%%"}[t.lang], n)
}
