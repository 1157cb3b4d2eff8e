package extract

import (
	"slices"
	"strings"
	"testing"
)

// TestChoose: pages of common shapes, in small.
func TestChoose(t *testing.T) {
	const (
		a = "The harbour board closed two piers on Tuesday after divers had found cracks in the concrete of both."
		b = "Some 1,300 people use the terminal on a weekday, and boats will leave from the old fish quay meanwhile."
		c = "A first tender drew no bids in the autumn, so the board expects to choose between three firms now."
		d = "The city museum has found a map of the coast from 1642 that was thought to be lost, its director said."
	)
	text := "<p>" + a + "</p><p>" + b + "</p><p>" + c + "</p>"
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"another story below", "<article><h1>Piers closed</h1>" + text + paragraphs(8) + "</article><article><h2>Map found</h2><p>" + d + "</p></article>", slices.Concat([]string{a, b, c}, lines(8))},
		{"a table of contents", "<div><h1>Piers closed</h1><p>The ferry firm has not said how it will pay for the buses to the quay in spring.</p><ul class=toc><li>What happens to the boats</li></ul><div class=t>" + text + "<h2>What happens to the boats</h2><p>" + d + "</p></div></div>", []string{"The ferry firm has not said how it will pay for the buses to the quay in spring.", a, b, c, "What happens to the boats", d}},
		{"a copy for search engines", "<div><h1>Piers closed</h1><div class=t>" + text + "</div><div class=seo>" + a + " " + b + " " + c + "</div></div>", []string{a, b, c}},
		{"what an article itself repeats", "<div><h1>Piers closed</h1><div class=t><p>What do you say?</p><p>" + a + "</p><p>What do you say?</p><p>" + b + "</p></div></div>", []string{"What do you say?", a, "What do you say?", b}},
		{"the headline, date and byline again", `<div><h1>Two piers closed in Tarnvik</h1><div class=t><p>Two piers closed in Tarnvik</p><p>14 January 2025 05:53 GMT</p>` + text + "</div></div>", []string{a, b, c}},
		{"links to other stories", "<div><h1>Piers closed</h1><div class=t>" + text + "<p><a href=/x>Museum finds a map of the coast</a></p><p>" + d + "</p></div></div>", []string{a, b, c, d}},
		{"a list of merits below a prompt", "<div><h1>Piers closed</h1><div class=t>" + text + "<div><h3>Subscribe to our weekly</h3><ul><li>All stories of the archive</li><li>Puzzles and comics every day</li></ul></div><p>" + d + "</p></div></div>", []string{a, b, c, d}},
		{"a label that repeats", "<div><h1>Piers closed</h1><div class=t><p>" + a + "</p><div>Article text</div><p>" + b + "</p><div>Article text</div><p>" + c + "</p><div>Article text</div><p>" + d + "</p></div></div>", []string{a, b, c, d}},
		{"no class names but one", "<div><h1>Piers closed</h1><div class=t>" + text + "</div></div>", []string{a, b, c}},
		{"paragraphs in boxes of their own", "<div><h1>Piers closed</h1><div class=t><div><p>" + a + "</p></div><div><p>" + b + "</p></div><div><p>" + c + "</p></div></div></div>", []string{a, b, c}},
		{"nothing but a cookie dialogue", `<div id="onetrust-banner">` + text + "</div>", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := New(Options{})
			var got []string
			for _, b := range x.Extract([]byte("<html lang=en><body>"+tt.body+"</body></html>"), "").Article.Blocks {
				got = append(got, b.Text)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(tt.want, "\n  "))
			}
		})
	}
}

// lines are the texts of paragraphs.
func lines(n int) []string {
	var out []string
	for p := range strings.SplitSeq(paragraphs(n), "</p>") {
		if p = strings.TrimPrefix(p, "<p>"); p != "" {
			out = append(out, p)
		}
	}
	return out
}
