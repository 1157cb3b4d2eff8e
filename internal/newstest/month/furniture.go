package month

import (
	"fmt"
	"html"
	"strings"
)

// word gives the outlet's words for a part of the page that is no article.
func (t *tongue) word(name string) string {
	for _, line := range t.sections["ui"] {
		if k, v, _ := strings.Cut(line, "="); k == name {
			return v
		}
	}
	return ""
}

// links writes a list of links, each an item.
func links(texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		fmt.Fprintf(&b, `<li><a href="/l/%d">%s</a></li>`, i, html.EscapeString(t))
	}
	return b.String()
}

// counted fills a number into words that want one.
func (p *page) counted(words string, least, most int) string {
	if !strings.Contains(words, "%d") {
		return words
	}
	return fmt.Sprintf(words, least+p.dice.IntN(most-least+1))
}

// others gives headlines of the outlet's other articles, by turns.
func (p *page) others(n int) []string {
	var out []string
	all := p.a.host.articles
	for range n {
		if o := all[p.dice.IntN(len(all))]; o != p.a {
			out = append(out, o.states[0].story.headline)
		}
	}
	return out
}

// box writes a part of the page around the article, or in the midst of it.
func (p *page) box(name string) string {
	t := p.story.tongue
	div := func(class, text string) string { return `<div class="` + class + `">` + text + "</div>" }
	esc := html.EscapeString
	switch name {
	case "by", "more", "section", "subscribe":
		return esc(t.word(name))
	case "mostword":
		return esc(t.word("most"))
	case "loginword":
		return esc(t.word("login"))
	case "outlet":
		return esc(p.a.host.outlet)
	case "nav", "foot":
		return links(strings.Split(t.word(name), "|"))
	case "tags":
		return links([]string{t.word("section"), p.story.caption})
	case "share":
		return links(strings.Split(p.counted(t.word("shares"), 3, 900), "|"))
	case "news":
		return "<p>" + esc(t.word("news")) + `</p><form><input type="email"><button>OK</button></form>`
	case "comments":
		return "<p>" + esc(p.counted(t.word("comments"), 2, 640)) + "</p>"
	case "ago":
		return esc(p.counted(t.word("ago"), 2, 59))
	case "minutes":
		return esc(fmt.Sprintf(t.word("minutes"), 1+p.story.words()/200))
	case "author":
		return esc(fmt.Sprintf(t.word("author"), p.story.byline))
	case "consent":
		return "<p>" + esc(strings.ReplaceAll(t.word("consent"), "|", " ")) + "</p>"
	case "ad1", "ad2", "ad3":
		return div("ad-slot", "<span>"+esc(pick(p.dice, strings.Split(t.word("ad"), "|")))+"</span>")
	case "ticker":
		return div("ticker", "<span>"+esc(pick(p.dice, strings.Split(t.word("ticker"), "|")))+"</span>")
	case "related", "most":
		return links(p.others(5))
	case "readmore":
		return `<aside class="read-more"><h4>` + esc(t.word("readmore")) + "</h4><ul>" + links(p.others(2)) + "</ul></aside>"
	case "subscribebox":
		return div("inline-promo", `<a href="/subscribe">`+esc(t.word("subscribe"))+"</a>")
	case "quotebox":
		return `<aside class="pullquote"><ul>` + links(p.others(1)) + "</ul></aside>"
	default:
		return ""
	}
}

// wallPage is what an outlet puts before its articles, or in their place.
func wallPage(h *host, kind trouble) []byte {
	name := map[trouble]string{consent: "consent", login: "login", captcha: "captcha", forbidden: "forbidden", soft: "soft"}[kind]
	lines := strings.Split(h.tongue.word("wall "+name), "|")
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="%s"><head><meta charset="utf-8"><title>%s</title></head><body><div class="box"><h1>%s</h1>`,
		h.tongue.lang, html.EscapeString(lines[0]), html.EscapeString(lines[0]))
	for i, line := range lines[1:] {
		if i == 0 {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
			continue
		}
		b.WriteString("<button>" + html.EscapeString(line) + "</button>")
	}
	if kind == soft {
		b.WriteString("<ul>")
		for i, a := range h.articles {
			if i < 8 {
				b.WriteString(`<li><a href="` + a.states[0].path + `">` + html.EscapeString(a.states[0].story.headline) + "</a></li>")
			}
		}
		b.WriteString("</ul>")
	}
	b.WriteString("</div></body></html>")
	return []byte(b.String())
}
