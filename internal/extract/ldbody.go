package extract

import (
	"html"
	"strings"
)

// splitBody cuts an articleBody into paragraphs, nil for one too short to judge by.
// Line breaks and tags part paragraphs.
func splitBody(body string) []block {
	if len(body) < 300 || len(body) > maxJSONBytes {
		return nil
	}
	if strings.Contains(body, "&lt;") || strings.Contains(body, "&#") {
		body = html.UnescapeString(body)
	}
	body = strings.NewReplacer("</p>", "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n", "</h2>", "\n", "</h3>", "\n", "</li>", "\n").Replace(body)
	var out []block
	for line := range strings.Lines(body) {
		if t := plain(line); t != "" {
			out = append(out, block{text: t, tag: "p", words: countWords(t)})
		}
	}
	if bodyWords(out) < 60 {
		return nil
	}
	return out
}
