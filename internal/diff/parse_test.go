package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"erratum/internal/article"
	"erratum/internal/diff"
	"erratum/internal/text"
)

// TestParseNext: having read another version changes nothing but the work.
func TestParseNext(t *testing.T) {
	blocks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) article.Block {
		return article.Block{
			Role: rapid.SampledFrom([]article.Role{article.Body, article.Body, article.ListItem, article.Quote, article.Note}).Draw(t, "role"),
			Text: rapid.SampledFrom([]string{"", " ", "One. Two.", "“One.” Two…", "At 3 p.m. U.S. troops left. Nr. 5 kam am 27. Januar.", "\u00adOne. Two."}).Draw(t, "text"),
		}
	}), 0, 6)
	version := rapid.Custom(func(t *rapid.T) *article.Article {
		return &article.Article{
			Headline: rapid.SampledFrom([]string{"", "One. Two."}).Draw(t, "headline"),
			Language: rapid.SampledFrom([]string{"", "en", "de"}).Draw(t, "lang"),
			Blocks:   blocks.Draw(t, "blocks"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		before, after := version.Draw(t, "before"), version.Draw(t, "after")
		got, want := diff.ParseNext(diff.Parse(before), after), diff.Parse(after)
		numbers := cmpopts.IgnoreFields(diff.Sentence{}, "Forms")
		if d := cmp.Diff(want, got, cmp.AllowUnexported(text.Folded{}), numbers, cmpopts.IgnoreFields(diff.Doc{}, "Forms")); d != "" {
			t.Fatalf("alone (-) and after another version (+):\n%s", d)
		}
		for _, s := range got.Sentences {
			for i, tok := range s.Tokens {
				if n, ok := got.Forms.Number(tok.Key); !ok || n != s.Forms[i] || int(n) >= got.Forms.Len() {
					t.Fatalf("%q is number %d, and %d of the %d word forms (%v)", tok.Key, s.Forms[i], n, got.Forms.Len(), ok)
				}
			}
		}
	})
}
