package month

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"time"
)

// page is one page being written.
type page struct {
	a     *Article
	state state
	story *story
	now   time.Time
	dice  *rand.Rand // turns with the host's pace
	cut   bool       // only the first lines
}

// render writes what a state of the article looks like to one request.
func (a *Article) render(seed uint64, i int, now time.Time, t trouble) []byte {
	if t == stale && i > 0 && a.states[i-1].path == a.states[i].path && !a.states[i-1].removed {
		i--
	}
	p := page{a: a, state: a.states[i], story: a.states[i].story, now: now, cut: t == teaser}
	switch r := dice(seed, "other", a.index); t {
	case titleTest:
		p.story = p.story.clone()
		p.story.headline = retitled(p.story, r)
	case textTest:
		if other, _, _ := change(p.story, r); other != nil {
			p.story = other
		}
	case foreign:
		p.story = compose(otherTongue(a.host.tongue), r, 300)
	}
	turn := 0
	switch a.host.pace {
	case hourly:
		turn = int(now.Unix() / 3600)
	case restless:
		turn = a.host.fetches
	}
	p.dice = dice(seed, "turn", a.index, turn)
	return a.host.layout.write(p.slot)
}

// otherTongue gives a language that an edition for elsewhere is in.
func otherTongue(t *tongue) *tongue {
	all, err := readTongues()
	if err != nil {
		return t
	}
	if t.lang == "en" {
		return all["de"]
	}
	return all["en"]
}

// slot fills one slot of a layout.
func (p *page) slot(name string) string {
	s := p.story
	switch name {
	case "lang":
		return s.tongue.lang
	case "title", "headline":
		return html.EscapeString(p.quotes(s.headline))
	case "dek":
		return html.EscapeString(p.quotes(s.dek))
	case "byline":
		return html.EscapeString(s.byline)
	case "caption":
		return html.EscapeString(s.caption)
	case "published":
		return p.date(p.a.Published)
	case "updated":
		if !p.a.host.dated || p.state.modified.Equal(p.a.Published) {
			return ""
		}
		return s.tongue.word("updated") + " " + p.date(p.state.modified)
	case "meta":
		return p.meta()
	case "ld":
		return p.ld()
	case "body":
		return p.text()
	case "above", "below":
		return p.a.host.layout.notes(s.notes, name == "above")
	default:
		return p.box(name)
	}
}

func (p *page) date(at time.Time) string {
	return `<time datetime="` + at.Format(time.RFC3339) + `">` + at.Format("02.01.2006 15:04") + "</time>"
}

// quotes sets quotation marks as the story has them.
func (p *page) quotes(s string) string {
	if !p.story.curly {
		return s
	}
	open := true
	return strings.Map(func(r rune) rune {
		if r != '"' {
			return r
		}
		open = !open
		if open {
			return '”'
		}
		return '“'
	}, s)
}

func (p *page) paras() []string {
	list := p.story.paras
	if p.cut {
		list = list[:min(2, len(list))]
	}
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = p.quotes(t)
	}
	return out
}

func (p *page) text() string {
	text := p.a.host.layout.body(p.paras(), p.state.markup, p.box)
	if p.cut {
		text += `<div class="paywall"><p>` + html.EscapeString(p.story.tongue.word("wall teaser")) + "</p></div>"
	}
	return text
}

// meta writes what the head says of the article.
func (p *page) meta() string {
	url := "http://" + p.a.host.name + p.state.path
	var b strings.Builder
	tag := func(name, value string) {
		fmt.Fprintf(&b, "<meta property=%q content=\"%s\">", name, html.EscapeString(value))
	}
	fmt.Fprintf(&b, `<link rel="canonical" href="%s">`, url)
	tag("og:type", "article")
	tag("og:url", url)
	tag("og:title", p.quotes(p.story.headline))
	tag("og:description", p.quotes(p.story.dek))
	tag("og:site_name", p.a.host.outlet)
	tag("article:published_time", p.a.Published.Format(time.RFC3339))
	if p.a.host.dated {
		tag("article:modified_time", p.state.modified.Format(time.RFC3339))
	}
	return b.String()
}

// ld writes the article's description as JSON-LD, where the outlet has one.
func (p *page) ld() string {
	if !p.a.host.schema {
		return ""
	}
	d := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": p.quotes(p.story.headline),
		"datePublished": p.a.Published.Format(time.RFC3339), "author": map[string]string{"@type": "Person", "name": p.story.byline},
		"publisher": map[string]string{"@type": "Organization", "name": p.a.host.outlet},
	}
	if p.a.host.dated {
		d["dateModified"] = p.state.modified.Format(time.RFC3339)
	}
	if p.cut || p.a.host.layout.name == "paywalled" {
		d["isAccessibleForFree"] = !p.cut
	}
	if p.a.host.body && !p.cut {
		d["articleBody"] = strings.Join(p.paras(), "\n\n")
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return ""
	}
	return `<script type="application/ld+json">` + string(raw) + "</script>"
}
