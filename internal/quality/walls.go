package quality

import (
	"context"
	"fmt"
	"html"
	"slices"
	"strings"

	"erratum/internal/article"
	"erratum/internal/extract"
)

// Words that a text has at least: of a whole page fewer are as many as a paywall's
// first lines, of a short one as a wall has.
const (
	wholeText = 120
	briefText = 40
)

// measureWalls counts the pages with a whole article that are taken for a wall or an
// error page, and the same of short ones: two to four paragraphs of a true text in a
// page that says of itself that it is an article or does not, without and with a
// consent dialogue above.
func measureWalls(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	x := extract.New(extract.Options{})
	var pages, briefs Share
	row := Row{}
	count := func(s *Share, group, url string, r extract.Result) {
		plain := strings.Contains(r.Reason, "list of links") || strings.Contains(r.Reason, "too little running text")
		ok := r.Verdict == article.OK || r.Verdict == article.NotAnArticle && plain
		if s.count(ok); !ok {
			row.Misses = append(row.Misses, Miss{group, 1, fmt.Sprintf("%s, %s: %s: %.300s", r.Verdict, r.Reason, url, r.Article.BodyText())})
		}
	}
	for _, set := range pageSets {
		all, err := d.pages(set)
		if err != nil {
			return Row{}, err
		}
		for i := range all {
			if err := ctx.Err(); err != nil {
				return Row{}, err
			}
			src, err := all[i].source()
			if err != nil {
				return Row{}, err
			}
			r := x.Extract(src, all[i].URL)
			if len(strings.Fields(all[i].body())) >= wholeText {
				count(&pages, "page", all[i].URL, r)
			}
			for _, brief := range briefPages(r.Article) {
				if r := x.Extract([]byte(brief), all[i].URL); r.Article.Words() >= briefText {
					count(&briefs, "brief", all[i].URL, r)
				}
			}
		}
	}
	row.Figures = []Figure{
		wallFigure("pages taken for a wall or an error", pages),
		wallFigure("short pages taken for one", briefs),
	}
	return row, nil
}

func wallFigure(what string, s Share) Figure {
	return Figure{What: what, Value: float64(s.Of - s.Right), Shown: fmt.Sprintf("of %d", s.Of), AtMost: true}
}

const dialogue = `<div class="overlay"><p>We value your privacy. We and our 213 partners store and access information on a device.</p><button>Accept all</button></div>`

// briefPages makes short pages of an article's paragraphs.
func briefPages(a *article.Article) []string {
	var paragraphs []string
	for _, b := range a.Blocks {
		if b.Role == article.Lede || b.Role == article.Body {
			paragraphs = append(paragraphs, b.Text)
		}
	}
	var out []string
	for n := 2; n <= 4; n++ {
		for some := range slices.Chunk(paragraphs[:min(len(paragraphs), 12)], n) {
			text := "<h1>" + html.EscapeString(a.Headline) + "</h1><p>" + strings.ReplaceAll(html.EscapeString(strings.Join(some, "\n")), "\n", "</p><p>") + "</p>"
			for _, head := range []string{"", `<meta property="og:type" content="article">`} {
				for _, above := range []string{"", dialogue} {
					out = append(out, "<html><head><title>"+html.EscapeString(a.Headline)+"</title>"+head+"</head><body>"+above+"<main>"+text+"</main></body></html>")
				}
			}
		}
	}
	return out
}
