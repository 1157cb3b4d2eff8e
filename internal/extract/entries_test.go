package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"erratum/internal/extract"
)

// liveEntry is an entry of a live blog as a page marks it.
func liveEntry(i int, form string) string {
	text := fmt.Sprintf("<p>Divers looked at pier %d of the northern terminal on Tuesday and found that salt water had reached the steel inside the concrete, the board said.</p>", i)
	return fmt.Sprintf(form, i) + text
}

func TestLiveBlogEntries(t *testing.T) {
	stated := `<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Tarnvik closes ferry terminal"}</script>`
	const id, dated, flat = `<div class="entry" id="e%d"><time>now</time>`, `<div class="entry"><time datetime="2025-01-14T1%d:05:00Z">at</time>`, `<h3>1%d:05</h3>`
	for _, tt := range []struct {
		name, head, url, form, end string
		want                       []string
	}{
		{"by their IDs", stated, "https://courier.example/a", id, "</div>", []string{"id e5", "id e4", "id e3", "id e2", "id e1"}},
		{"by their dates", stated, "https://courier.example/a", dated, "</div>", []string{"at 2025-01-14T15:05:00Z", "at 2025-01-14T14:05:00Z", "at 2025-01-14T13:05:00Z", "at 2025-01-14T12:05:00Z", "at 2025-01-14T11:05:00Z"}},
		{"flat, by the clocks between them", stated, "https://courier.example/a", flat, "", []string{"at 15:05", "at 14:05", "at 13:05", "at 12:05", "at 11:05"}},
		{"a live blog by its address", "", "https://courier.example/news/liveticker/ferry", id, "</div>", []string{"id e5", "id e4", "id e3", "id e2", "id e1"}},
		{"an article with dated parts", "", "https://courier.example/news/ferry", id, "</div>", nil},
		{"olive is not live", "", "https://courier.example/news/olive-oil", id, "</div>", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var entries strings.Builder
			for i := 5; i > 0; i-- {
				entries.WriteString(liveEntry(i, tt.form) + tt.end)
			}
			page := strings.Replace(string(pageOf("en", tt.head, "Tarnvik closes ferry terminal", "", body[0])), "</article>", "<div>"+entries.String()+"</div></article>", 1)
			a := extract.New(extract.Options{}).Extract([]byte(page), tt.url).Article
			var got []string
			for _, b := range a.Blocks {
				if b.Entry != "" && !slices.Contains(got, b.Entry) {
					got = append(got, b.Entry)
				}
			}
			if a.LiveBlog != (tt.want != nil) || !slices.Equal(got, tt.want) {
				t.Errorf("live blog: %t, entries %q", a.LiveBlog, got)
			}
			if len(a.Blocks) == 0 || a.Blocks[0].Entry != "" {
				t.Errorf("the text above the entries is one of them: %+v", a.Blocks)
			}
		})
	}
}
