package quality

import (
	"context"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
	"time"

	"erratum/internal/article"
	"erratum/internal/extract"
	"erratum/internal/text"
)

// readText is a prediction: the article text of a page.
type readText struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// textFloors are the least and the wanted shingle F1 by set.
var textFloors = map[string][2]float64{"zyte": {.965, .980}, "fundus_tests": {.940, .970}}

// measureText scores the article text read of saved pages.
func measureText(ctx context.Context, d *Data, out *Predictions) (Row, error) {
	var row Row
	for _, set := range pageSets {
		pages, err := d.pages(set)
		if err != nil {
			return Row{}, err
		}
		var docs []overlap
		var answers []readText
		var whole Share
		for i := range pages {
			a, err := pages[i].read(ctx)
			if err != nil {
				return Row{}, err
			}
			got := a.BodyText()
			o, exact := compareShingles(pages[i].body(), got)
			docs = append(docs, o)
			whole.count(exact)
			answers = append(answers, readText{pages[i].ID, got})
			if o.both < .9 {
				row.Misses = append(row.Misses, Miss{set, 1 - o.both, fmt.Sprintf("%.3f shared, %.3f extra, %.3f missing: %s", o.both, o.extra, o.missing, pages[i].URL)})
			}
		}
		if err := writeLines(out, set, answers); err != nil {
			return Row{}, err
		}
		floors := textFloors[set]
		row.Figures = append(row.Figures, Figure{
			What: "article text, " + set + ", shingle F1", Value: f1(docs),
			Shown: fmt.Sprintf("%d pages, %d word for word", whole.Of, whole.Right), Floor: floors[0], Goal: floors[1],
		})
	}
	return row, nil
}

// read extracts the article of a page.
func (p *page) read(ctx context.Context) (*article.Article, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	src, err := p.source()
	if err != nil {
		return nil, err
	}
	return p.extract(src), nil
}

// extract reads an article from a version of the page's source.
func (p *page) extract(src []byte) *article.Article {
	return extract.New(extract.Options{}).Extract(src, p.URL).Article
}

// body is the true text of a page, a paragraph a line.
func (p *page) body() string {
	if p.Text != "" {
		return p.Text
	}
	return strings.Join(p.Paragraphs, "\n")
}

// measureMetadata scores headline, byline and date of the pages whose truth is known.
// A headline is right when its letters and digits are, whatever their case; a byline
// when all names and no others are given, so compared, in any order; a date when it
// is the same minute. The true headline of some pages is one that no reader sees: it
// stands only in their data, for search engines and shares. It can be right on the
// others, which are scored apart.
func measureMetadata(ctx context.Context, d *Data, _ *Predictions) (Row, error) {
	pages, err := d.pages("fundus_tests")
	if err != nil {
		return Row{}, err
	}
	var row Row
	var shown, headline, byline, published Share
	for i := range pages {
		p := &pages[i]
		src, err := p.source()
		if err != nil {
			return Row{}, errors.Join(err, ctx.Err())
		}
		a := p.extract(src)
		check := func(s *Share, what, gold string, got any, right bool) {
			s.count(right)
			if !right {
				row.Misses = append(row.Misses, Miss{what, 1, fmt.Sprintf("%s: want %s, got %v: %s", what, gold, got, p.URL)})
			}
		}
		if p.Title != "" {
			right := letters(p.Title) == letters(a.Headline)
			headline.count(right)
			if showsLine(src, p.Title) {
				check(&shown, "headline", p.Title, a.Headline, right)
			}
		}
		if len(p.Authors) > 0 {
			check(&byline, "byline", strings.Join(p.Authors, " | "), strings.Join(a.Bylines, " | "), sameNames(p.Authors, a.Bylines))
		}
		if gold, ok := p.publishedAt(); ok {
			check(&published, "published", p.Published, a.Published, gold.Truncate(time.Minute).Equal(a.Published.Truncate(time.Minute)))
		}
	}
	row.Figures = []Figure{
		shareFigure("headline right where the page shows it", shown, .90, .97),
		shareFigure("  where it may stand only in the page's data", headline, 0, 0),
		shareFigure("byline right", byline, .90, .97),
		shareFigure("published date right", published, .90, .97),
	}
	return row, nil
}

// showsLine reports whether a text can be read on a page as a line of its own, whatever
// stands in it in bold, or as two lines, a kicker and what it leads.
func showsLine(src []byte, s string) bool {
	want, texts := letters(s), visibleTexts(string(src))
	for i := range texts {
		line := ""
		for j := i; j < len(texts) && len(line) < len(want); j++ {
			line += letters(html.UnescapeString(texts[j]))
			if line == want {
				return true
			}
		}
	}
	return false
}

// publishedAt is the true date of a page; false when it is not known.
func (p *page) publishedAt() (time.Time, bool) {
	for _, form := range []string{"2006-01-02 15:04:05.999999-07:00", "2006-01-02 15:04:05.999999", "2006-01-02"} {
		if t, err := time.Parse(form, p.Published); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// letters folds a text to its letters and digits in lower case.
func letters(s string) string {
	return strings.Join(shingleWord.FindAllString(strings.ToLower(text.Fold(s).Text), -1), "")
}

func sameNames(gold, got []string) bool {
	a, b := make([]string, 0, len(gold)), make([]string, 0, len(got))
	for _, n := range gold {
		a = append(a, letters(n))
	}
	for _, n := range got {
		b = append(b, letters(n))
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
