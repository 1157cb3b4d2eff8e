package extract

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// challengeMarks stand in the machinery of pages that let browsers prove themselves,
// in lower case. Each serves the challenge itself, not the quiet measuring that the
// same firms do on ordinary pages.
var challengeMarks = []string{
	"_cf_chl_opt", "challenges.cloudflare.com", "cf-challenge", "cf_chl_", "/cdn-cgi/challenge-platform/h/", // Cloudflare
	"captcha-delivery.com", "datadome captcha", // DataDome
	"px-captcha", "captcha.px-cdn.net", "captcha.px-cloud.net", "perimeterx.net/captcha", // PerimeterX, HUMAN
	"_incapsula_resource", "incapsula incident", // Imperva
	"sec-if-cpt-container", "sec-cpt-if", "bm-verify", "triggerinterstitialchallenge", "akamai-challenge", // Akamai
	"awswafintegration", "gokuprops", "awswafcookiedomainlist", "aws-waf-captcha", // AWS
	"kpsdk", "/149e9513-01fa-4fb0-aad4-566afd725d1b/", // Kasada
	"sucuri_cloudproxy", "ddos-guard/js-challenge", "check.ddos-guard.net", // Sucuri, DDoS-Guard
	"anubis_challenge", "techaro.lol/anubis", // Anubis
	"geo.captcha", "validatecaptcha", "recaptcha/challengepage", "distil_r_captcha", "fp-captcha", // others
}

// challengeWidgets are puzzles that ordinary pages also have, beside comments and
// forms: on a page without a text they are all there is.
var challengeWidgets = []string{"g-recaptcha", "h-captcha", "cf-turnstile", "hcaptcha.com/1/api.js", "recaptcha/api.js", "turnstile/v0/api.js", "frc-captcha", "smart-captcha", "smartcaptcha"}

// maxMachinery bounds what is read of one script, in bytes.
const maxMachinery = 64 << 10

// challenged reports whether a page's machinery is that of a challenge. It is asked
// only of pages that show hardly any text.
func (p *page) challenged() bool {
	doc := p.whole()
	if doc == nil {
		return false
	}
	few := p.visibleWords() < wallWords
	for n := range doc.Descendants() {
		if holdsAny(machinery(n), challengeMarks) || few && holdsAny(machinery(n), challengeWidgets) {
			return true
		}
	}
	return false
}

// whole is the tree of a page with its scripts and all that no reader sees, nil when
// only its tokens were read or it is too large. Few pages are asked for it: it is parsed anew.
func (p *page) whole() *html.Node {
	if p.source == nil || len(p.source) > maxTreeBytes {
		return nil
	}
	doc, err := html.Parse(bytes.NewReader(p.source))
	if err != nil {
		return nil
	}
	return doc
}

// machinery is what an element says to a browser rather than to a reader, in lower
// case.
func machinery(n *html.Node) string {
	switch {
	case n.Type == html.TextNode && n.Parent != nil && (n.Parent.DataAtom == atom.Script || n.Parent.DataAtom == atom.Noscript):
		return strings.ToLower(n.Data[:min(len(n.Data), maxMachinery)])
	case n.Type == html.ElementNode:
		var s []string
		for _, a := range n.Attr {
			switch a.Key {
			case "id", "class", "src", "action", "href", "name", "title":
				s = append(s, a.Val[:min(len(a.Val), maxValue)])
			}
		}
		return strings.ToLower(strings.Join(s, " "))
	}
	return ""
}

func holdsAny(s string, marks []string) bool {
	for _, m := range marks {
		if strings.Contains(s, m) {
			return true
		}
	}
	return false
}

// visibleWords counts the words of all that a page shows.
func (p *page) visibleWords() int {
	n := 0
	for i := range p.blocks {
		if !p.blocks[i].zone.has(hidden) {
			n += p.blocks[i].words
		}
	}
	return n
}

// unscripted reports whether a page tells browsers without JavaScript that they need
// it, having nothing else to show.
func (x *Extractor) unscripted(p *page) bool {
	if p.visibleWords() >= bareWords {
		return false
	}
	doc := p.whole()
	if doc == nil {
		return false
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent != nil && n.Parent.DataAtom == atom.Noscript && x.lexicon.walls.script.length(tokens(stripTags(n.Data))) > 0 {
			return true
		}
	}
	return false
}
