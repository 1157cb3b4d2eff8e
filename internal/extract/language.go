package extract

import (
	"strings"

	"erratum/internal/article"

	"github.com/abadojack/whatlanggo"
)

// Bounds on the text that a language is told from: below the first the detector is
// useless (measured), above the second it learns no more.
const (
	minLanguageBytes = 200
	maxLanguageBytes = 1_000
)

// detectLanguage tells the language of an article that does not state it, empty when
// unsure.
func detectLanguage(blocks []article.Block) string {
	var s strings.Builder
	for _, b := range blocks {
		if s.Len() < maxLanguageBytes && b.Role.InBody() {
			s.WriteString(b.Text[:min(len(b.Text), maxLanguageBytes)])
			s.WriteByte(' ')
		}
	}
	if s.Len() < minLanguageBytes {
		return ""
	}
	info := whatlanggo.Detect(strings.ToValidUTF8(s.String(), ""))
	if !info.IsReliable() {
		return ""
	}
	return info.Lang.Iso6391()
}
