package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// zoneNames remembers what the classes and ids of a page say, for pages repeat them.
type zoneNames map[string]zone

// maxZoneNames bounds what is remembered.
const maxZoneNames = 4_096

// of says what place an element opens, by its name, class, id and role.
func (names zoneNames) of(element atom.Atom, attrs []html.Attribute) zone {
	z := zoneOfElement(element)
	for _, a := range attrs {
		switch a.Key {
		case "hidden":
			z |= hidden
		case "aria-hidden":
			if a.Val == "true" {
				z |= hidden
			}
		case "style":
			if s := strings.ReplaceAll(strings.ToLower(a.Val), " ", ""); strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") {
				z |= hidden
			}
		case "role":
			z |= zoneOfRole(a.Val)
		case "itemprop":
			z |= zoneOfItemprop(a.Val)
		case "class", "id", "data-testid", "data-component", "data-module":
			z |= names.zone(a.Val)
		}
	}
	switch element {
	case atom.Body, atom.Html, atom.Main, atom.Article:
		// Page-wide flags ("has-newsletter", "show-comments") say nothing of the text.
		z &= inArticle | inMain | inText
	}
	return z
}

// zone reads a class or id, or remembers what it says.
func (names zoneNames) zone(name string) zone {
	z, ok := names[name]
	if !ok {
		z = zoneOfName(name)
		if len(names) < maxZoneNames {
			names[name] = z
		}
	}
	return z
}

func zoneOfElement(a atom.Atom) zone {
	switch a {
	case atom.Header:
		return inHeader
	case atom.Footer:
		return inFooter
	case atom.Aside:
		return inAside
	case atom.Nav, atom.Menu:
		return inNav
	case atom.Form, atom.Button, atom.Fieldset, atom.Label, atom.Dialog:
		return inForm
	case atom.Figure:
		return inFigure
	case atom.Figcaption:
		return inCaption
	case atom.Blockquote:
		return inQuote
	case atom.Ul, atom.Ol, atom.Dl:
		return inList
	case atom.Table:
		return inTable
	case atom.Article:
		return inArticle
	case atom.Main:
		return inMain
	}
	return 0
}

func zoneOfRole(role string) zone {
	switch role {
	case "navigation", "menu", "menubar", "search":
		return inNav
	case "dialog", "alertdialog":
		return inForm
	case "complementary":
		return inAside
	case "contentinfo":
		return inFooter
	case "main":
		return inMain
	case "article":
		return inArticle
	}
	return 0
}

func zoneOfItemprop(prop string) zone {
	switch prop {
	case "author", "datePublished", "dateModified":
		return inByline
	case "correction":
		return inNote
	case "caption":
		return inCaption
	case "description", "alternativeHeadline":
		return inDek
	case "articleBody":
		return inText
	}
	return 0
}

// zoneOfName reads a class or id. Names are cut into words at case changes and
// anything that is no letter, so "articleNewsletter__box" says newsletter, and
// "roadside" does not say aside.
func zoneOfName(name string) zone {
	if len(name) > 400 {
		name = name[:400]
	}
	var z zone
	start, before := -1, ""
	for i := 0; i <= len(name); i++ {
		letter := i < len(name) && (name[i]|0x20 >= 'a' && name[i]|0x20 <= 'z')
		upper := letter && name[i] < 'a'
		if start >= 0 && (!letter || (upper && name[i-1] >= 'a')) {
			word := strings.ToLower(name[start:i])
			z |= wordZones[word]
			if textNames[before+" "+word] {
				z |= inText
			}
			start, before = -1, word
		}
		if letter && start < 0 {
			start = i
		}
	}
	return z
}

// textNames are pairs of words by which classes and ids of news sites call the box of an
// article's text.
var textNames = pairs("article story entry post news artikel articulo articolo artigo noticia", "body content text texte texto testo inhalt copy paragraph paragraphs")

// pairs joins each of some words with each of others.
func pairs(first, second string) map[string]bool {
	out := map[string]bool{}
	for _, a := range strings.Fields(first) {
		for _, b := range strings.Fields(second) {
			out[a+" "+b] = true
		}
	}
	return out
}

// wordZones are words that classes and ids of news sites use for parts of a page.
var wordZones = map[string]zone{
	"newsletter": inPromo, "newsletters": inPromo, "related": inPromo, "recommended": inPromo,
	"recommendations": inPromo, "recirculation": inPromo, "promo": inPromo, "promotion": inPromo,
	"ad": inPromo, "adslot": inPromo, "advert": inPromo, "advertisement": inPromo, "ads": inPromo, "sponsored": inPromo, "outbrain": inPromo,
	"taboola": inPromo, "subscribe": inPromo, "signup": inPromo, "donate": inPromo, "donation": inPromo,
	"share": inPromo, "sharing": inPromo, "social": inPromo, "readmore": inPromo, "toolbar": inPromo, "widget": inPromo, "popup": inPromo,
	"modal": inPromo, "trending": inPromo, "mostread": inPromo, "paywall": inPromo, "teaser": inPromo,
	"teasers": inPromo, "tags": inPromo, "breadcrumb": inNav, "breadcrumbs": inNav, "nav": inNav,
	"navigation": inNav, "menu": inNav, "navbar": inNav, "sidebar": inAside, "footer": inFooter,
	"comments": inComments, "comment": inComments, "disqus": inComments, "discussion": inComments,
	"byline": inByline, "author": inByline, "authors": inByline, "authorname": inByline, "dateline": inByline, "timestamp": inByline,
	"caption": inCaption, "figcaption": inCaption, "legende": inCaption, "credit": inCaption, "bildunterschrift": inCaption,
	"cookie": inWall, "cookies": inWall, "consent": inWall, "onetrust": inWall, "gdpr": inWall, "ccpa": inWall, "didomi": inWall, "cookiebanner": inWall,
	"correction": inNote, "corrections": inNote, "clarification": inNote, "erratum": inNote, "amendment": inNote, "editorsnote": inNote,
	"dek": inDek, "standfirst": inDek, "subtitle": inDek, "subheadline": inDek, "chapo": inDek, "lead": inDek, "teasertext": inDek, "sottotitolo": inDek, "bajada": inDek, "sumario": inDek, "vorspann": inDek,
	"articlebody": inText, "storybody": inText,
}
