package report

import (
	"fmt"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// unlike says why two versions cannot be compared before their texts are looked at;
// empty when they can.
func unlike(old, new *article.Article) string {
	switch {
	case isEmpty(old) && isEmpty(new):
		return "both versions are empty"
	case isEmpty(old):
		return "the old version is empty"
	case isEmpty(new):
		return "the new version is empty"
	case differ(old.Extractor, new.Extractor):
		return fmt.Sprintf("read by different extractors: %s and %s", old.Extractor, new.Extractor)
	case differ(old.Language, new.Language):
		return fmt.Sprintf("in different languages: %s and %s", old.Language, new.Language)
	}
	return ""
}

func isEmpty(a *article.Article) bool {
	if a == nil {
		return true
	}
	for _, b := range a.Paragraphs() {
		if b.Text != "" && b.Role != article.Byline {
			return false
		}
	}
	return true
}

// differ reports whether two names differ; one that is not known differs from none.
func differ(a, b string) bool { return a != "" && b != "" && a != b }

// otherPage says that next to nothing of the old text survives under another
// headline; empty otherwise.
func (c *comparison) otherPage(old, new *article.Article) string {
	a, b := text.Fold(old.Headline).Text, text.Fold(new.Headline).Text
	if !differ(a, b) {
		return ""
	}
	total, kept := 0, 0
	for _, g := range c.diff.Groups {
		for _, s := range g.Old {
			if role := c.diff.Old.Sentences[s].Role; !role.InBody() || role == article.Note {
				continue
			}
			total++
			if g.Shape != diff.Removed && g.Shape != diff.Rewritten {
				kept++
			}
		}
	}
	if total < fewSentences || float64(kept) >= survivors*float64(total) {
		return ""
	}
	return fmt.Sprintf("another article: %d of %d sentences survive under another headline", kept, total)
}
