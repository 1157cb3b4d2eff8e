package extract

import (
	"bytes"
	"iter"
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

// Bounds of what is read of a page's machinery, in bytes.
const (
	maxMachinery    = 64 << 10 // of one script
	maxAllMachinery = 1 << 20
)

// challenged reports whether a page's machinery is that of a challenge. It is asked
// only of pages that show hardly any text.
func (p *page) challenged() bool {
	few := p.visibleWords() < wallWords
	for s := range p.machinery() {
		if holdsAny(s, challengeMarks) || few && holdsAny(s, challengeWidgets) {
			return true
		}
	}
	return false
}

// machinery is what a page says to browsers rather than to readers, in lower case: its
// scripts, what stands in for them, and how its elements are called. Few pages are asked
// for it: it is read anew.
func (p *page) machinery() iter.Seq2[string, atom.Atom] {
	return func(yield func(string, atom.Atom) bool) {
		z := html.NewTokenizer(bytes.NewReader(p.source))
		var in atom.Atom // the element that was opened last
		left := maxAllMachinery
		for tags := 0; tags < maxTokenTags && left > 0; tags++ {
			var said []byte
			kind := z.Next()
			switch kind {
			case html.ErrorToken:
				return
			case html.StartTagToken, html.SelfClosingTagToken:
				in, said = called(z)
			case html.TextToken:
				if in != atom.Script && in != atom.Noscript {
					continue
				}
				said = z.Text()
				said = said[:min(len(said), maxMachinery)]
			default:
				in = 0
				continue
			}
			left -= len(said)
			of := in
			if kind != html.TextToken {
				of = 0
			}
			if len(said) > 0 && !yield(strings.ToLower(string(said)), of) {
				return
			}
		}
	}
}

// called is how an element is called, and its name.
func called(z *html.Tokenizer) (atom.Atom, []byte) {
	name, more := z.TagName()
	a := atom.Lookup(name)
	var said, key, val []byte
	for more {
		key, val, more = z.TagAttr()
		switch string(key) {
		case "id", "class", "src", "action", "href", "name", "title":
			said = append(append(said, val[:min(len(val), maxValue)]...), ' ')
		}
	}
	return a, said
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
	for s, of := range p.machinery() {
		if of == atom.Noscript && x.lexicon.walls.script.length(tokens(stripTags(s))) > 0 {
			return true
		}
	}
	return false
}
