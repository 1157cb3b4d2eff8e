package newstest

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"time"
)

//go:embed layouts/*.html
var layoutFiles embed.FS

// parseLayouts reads the layouts once for a site.
func parseLayouts() (*template.Template, error) {
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	t, err := template.New("").Funcs(template.FuncMap{"stamp": stamp}).ParseFS(layoutFiles, "layouts/*.html")
	if err != nil {
		return nil, fmt.Errorf("newstest: read layouts: %w", err)
	}
	return t, nil
}

// view is what a layout sees.
type view struct {
	Outlet                         outlet
	Story                          viewStory
	Base, Canonical                string
	Headline, Dek, Byline, Caption string
	Above, Below                   []string
	Blocks                         []viewBlock
	Markup                         bool
	Updated                        bool
	Published, Modified            time.Time
	Comments                       int
	Related                        []link

	furniture, turn int
}

type viewStory struct{ Slug, Section, AuthorTitle, Credit string }

type viewBlock struct {
	Heading bool
	Text    string
}

type link struct{ URL, Title string }

// Promo is the i-th advert of the page.
func (v view) Promo(i int) string {
	return v.Outlet.promos[(i+v.furniture+v.turn)%len(v.Outlet.promos)]
}

// Date writes a time in the style of the house.
func (v view) Date(t time.Time) string {
	return t.UTC().Format(v.Outlet.dates[v.furniture%len(v.Outlet.dates)])
}

// LD is the article as schema.org data.
func (v view) LD() any {
	return map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "mainEntityOfPage": v.Canonical, "headline": v.Headline, "description": v.Dek,
		"datePublished": v.Published.UTC().Format(time.RFC3339), "dateModified": v.Modified.UTC().Format(time.RFC3339), "inLanguage": "en",
		"author":    []any{map[string]any{"@type": "Person", "name": v.Byline}},
		"publisher": map[string]any{"@type": "NewsMediaOrganization", "name": v.Outlet.Name},
		"image":     []string{v.Base + "/img/" + v.Story.Slug + ".jpg"}, "isAccessibleForFree": true,
	}
}

// LDGraph is the same in a graph, as some publishers' software writes it.
func (v view) LDGraph() any {
	return map[string]any{"@context": "https://schema.org", "@graph": []any{
		map[string]any{"@type": "WebSite", "name": v.Outlet.Name, "url": v.Base + "/"}, v.LD(),
	}}
}

// LDList is the same in a list.
func (v view) LDList() any {
	return []any{v.LD(), map[string]any{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": []any{}}}
}

// view prepares the article's present page. turn counts pages given out.
func (a *article) view(base string, turn int, related []link) view {
	p, s := a.states[a.at], a.story
	v := view{
		Outlet: s.outlet, Base: base, Canonical: base + s.path,
		Story:    viewStory{s.slug, s.section, s.authorTitle, s.credit},
		Headline: p.headline, Dek: p.dek, Byline: p.byline, Caption: p.caption, Markup: p.markup > 0,
		Published: s.published, Modified: a.changed, Updated: a.changed.After(s.published),
		Comments: len(s.slug) + 17*p.furniture, Related: related, furniture: p.furniture,
	}
	if s.outlet.rotates {
		v.turn = turn
	}
	if p.other != "" && turn%2 == 1 {
		v.Headline = p.other
	}
	for _, n := range p.notes {
		if n.above {
			v.Above = append(v.Above, n.text)
		} else {
			v.Below = append(v.Below, n.text)
		}
	}
	for _, b := range p.blocks {
		text := b.text
		if v.Markup {
			text = resetLines(text)
		}
		v.Blocks = append(v.Blocks, viewBlock{b.kind == subheading, text})
	}
	return v
}

// resetLines breaks text into lines of source and ties the first two words by a
// space that doesn't break.
func resetLines(text string) string {
	var out strings.Builder
	width := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case i == 1:
			out.WriteString("\u00a0")
		case width+len(word) > 72:
			out.WriteString("\n    ")
			width = 0
		default:
			out.WriteString(" ")
		}
		out.WriteString(word)
		width += len(word) + 1
	}
	return out.String()
}

// render gives the bytes of a page.
func render(t *template.Template, layout string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, layout, data); err != nil {
		return nil, fmt.Errorf("newstest: render %s: %w", layout, err)
	}
	return out.Bytes(), nil
}
