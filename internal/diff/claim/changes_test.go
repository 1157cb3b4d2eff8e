package claim_test

import (
	"fmt"
	"strings"
	"testing"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/diff/claim"
)

// page builds an English article from lines; "# " marks the headline, "> " the dek,
// "@ " a byline, "! " a caption, "% " a note.
func page(text string) *article.Article {
	a := &article.Article{Language: "en"}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch mark {
		case "":
		case "#":
			a.Headline = rest
		case ">":
			a.Dek = rest
		case "@":
			a.Bylines = append(a.Bylines, rest)
		case "!":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Caption, Text: rest})
		case "%":
			a.Blocks = append(a.Blocks, article.Block{Role: article.Note, Text: rest})
		default:
			a.Blocks = append(a.Blocks, article.Block{Role: article.Body, Text: line})
		}
	}
	return a
}

func compare(before, after string) *diff.Diff {
	return diff.Compare(diff.Parse(page(before)), diff.Parse(page(after)))
}

// sketch writes changes down, one a line: kind, old value, new value.
func sketch(cs []claim.Change) string {
	var b strings.Builder
	for _, c := range cs {
		before, after := "", ""
		if c.Before != nil {
			before = c.Before.Text
		}
		if c.After != nil {
			after = c.After.Text
		}
		fmt.Fprintf(&b, "%s: %s -> %s\n", c.Kind, before, after)
	}
	return strings.TrimSpace(b.String())
}

func TestChanges(t *testing.T) {
	tests := []struct{ name, before, after, want string }{
		{"number", "Officials said 12 miners were killed in the blast.", "Officials said 17 miners were killed in the blast.", "number: 12 -> 17"},
		{"nothing", "Officials said 12 miners were killed.", "Officials said 12 miners were killed.", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sketch(claim.Changes(compare(tt.before, tt.after)))
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
