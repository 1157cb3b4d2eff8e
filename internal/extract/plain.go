package extract

import (
	"strings"

	"erratum/internal/article"
)

// PlainText reads pasted text: a paragraph a line, blank lines ignored; a first line
// "# …" is the headline.
func (x *Extractor) PlainText(text string, pageURL string) Result {
	a := &article.Article{URL: pageURL, Extractor: x.Name()}
	for line := range strings.Lines(strings.ToValidUTF8(text, "\uFFFD")) {
		t := collapse(line)
		switch {
		case t == "":
		case len(a.Blocks) == 0 && a.Headline == "" && strings.HasPrefix(t, "# "):
			a.Headline = collapse(t[2:])
		case len(a.Blocks) == 0:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Lede, Text: t})
		default:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: t})
		}
	}
	if len(a.Blocks) == 0 {
		return Result{Article: a, Verdict: article.UnreadablePage, Reason: "the text is empty"}
	}
	return Result{Article: a, Verdict: article.OK}
}
