package extract

import (
	"math"
	"strings"
)

// feature is one thing that speaks for or against a block being part of the article.
// Its value is 0 where it says nothing, else about 1. What it weighs stands under its
// name in weights.txt.
type feature struct {
	name string
	of   func(s *sight) float64
}

// is makes a feature of a condition.
func is(name string, cond func(s *sight) bool) feature {
	return feature{name, func(s *sight) float64 {
		if cond(s) {
			return 1
		}
		return 0
	}}
}

// features are all that a block is judged by: its text, its element and class names,
// where it stands in the tree and on the page, what surrounds it, and what the page's
// own data says of it.
func features() []feature {
	all := []feature{{"any", func(*sight) float64 { return 1 }}}
	all = append(all, textFeatures()...)
	all = append(all, elementFeatures()...)
	all = append(all, zoneFeatures()...)
	all = append(all, placeFeatures()...)
	all = append(all, boxFeatures()...)
	return append(all, pageFeatures()...)
}

// textFeatures are what the block's own words say.
func textFeatures() []feature {
	return []feature{
		{"words", func(s *sight) float64 { return math.Log1p(float64(s.b.words)) / 3 }},
		is("few words", func(s *sight) bool { return s.b.words < 4 }),
		is("many words", func(s *sight) bool { return s.b.words >= 20 }),
		{"links", func(s *sight) float64 { return s.b.linkShare() }},
		is("mostly links", func(s *sight) bool { return s.b.linkShare() > .5 }),
		is("sentence", func(s *sight) bool { return s.b.endsSentence() }),
		is("short, no sentence", func(s *sight) bool { return s.b.words < 12 && !s.b.endsSentence() }),
		is("cut off", (*sight).cut),
		is("copyright", (*sight).owned),
		is("colon at the end", func(s *sight) bool { return strings.HasSuffix(s.b.text, ":") }),
		is("quotation marks", func(s *sight) bool { return strings.ContainsAny(s.b.text, "\"“”„«»") }),
		is("at sign", func(s *sight) bool { return strings.Contains(s.b.text, "@") }),
		{"digits", (*sight).digits},
		{"capitals", (*sight).capitals},
		is("prompt", func(s *sight) bool { return s.x.isPrompt(s.b) }),
		is("credit", func(s *sight) bool { return s.x.isCredit(s.b) }),
		is("date line", func(s *sight) bool { return s.p.isDateline(s.b) }),
		is("headline", func(s *sight) bool { return s.p.isHeadline(s.b) }),
		is("dek", func(s *sight) bool { return s.p.meta.dek != "" && s.b.text == s.p.meta.dek }),
		is("said twice", func(s *sight) bool { return s.times[s.b.text] > 1 }),
	}
}

// elementFeatures are what its element says.
func elementFeatures() []feature {
	var out []feature
	for _, tag := range []string{"p", "div", "li", "blockquote", "figcaption", "td", "tr", "h1"} {
		out = append(out, is("<"+tag+">", func(s *sight) bool { return s.b.tag == tag }))
	}
	return append(out,
		is("<h2> <h3>", func(s *sight) bool { return s.b.tag == "h2" || s.b.tag == "h3" }),
		is("<h4> to <h6>", func(s *sight) bool { return s.b.heading() >= 4 }),
		is("<p>, long sentence", func(s *sight) bool {
			return s.b.tag == "p" && s.b.words >= 15 && s.b.linkShare() < .3 && s.b.endsSentence()
		}),
		is("<p>, plain place", func(s *sight) bool { return s.b.tag == "p" && s.b.zone&^(inArticle|inMain|inText) == 0 }),
		is("<li>, links", func(s *sight) bool { return s.b.tag == "li" && s.b.linkShare() > .5 }),
		is("<li> in the core", func(s *sight) bool { return s.b.tag == "li" && s.b.linkShare() < .5 && s.inCore(0, far) }),
		is("<li>, led in", func(s *sight) bool { return s.led[s.i] }),
		is("<li> beside the prose", (*sight).listedAmong),
		is("<tr> in the core", func(s *sight) bool { return s.b.tag == "tr" && s.inCore(0, 5) }),
		is("heading amid the core", func(s *sight) bool {
			return s.b.heading() > 0 && s.b.heading() < 5 && s.i >= s.first && s.i <= s.last && s.inCore(0, far)
		}),
	)
}

// zoneFeatures are what the elements and classes around it say.
func zoneFeatures() []feature {
	var out []feature
	for _, z := range []struct {
		name string
		zone zone
	}{
		{"in header", inHeader}, {"in footer", inFooter}, {"in aside", inAside}, {"in nav", inNav}, {"in form", inForm},
		{"in figure", inFigure}, {"in caption", inCaption}, {"in quote", inQuote}, {"in list", inList}, {"in table", inTable},
		{"in main", inMain}, {"in article", inArticle}, {"hidden", hidden}, {"in promo", inPromo}, {"in byline", inByline},
		{"in note", inNote}, {"in dek", inDek}, {"in comments", inComments}, {"in wall", inWall}, {"in text", inText},
	} {
		out = append(out, is(z.name, func(s *sight) bool { return s.b.zone.has(z.zone) }))
	}
	return append(out,
		is("in promo, short", func(s *sight) bool { return s.b.zone.has(inPromo) && s.b.words < 20 }),
		is("outside the text", func(s *sight) bool { return s.named && !s.b.zone.has(inText) }),
	)
}

// placeFeatures are where it stands beside the boxes that hold most of the prose.
func placeFeatures() []feature {
	return []feature{
		is("in core", func(s *sight) bool { return s.inCore(0, far) }),
		is("in core, 0-1 deep", func(s *sight) bool { return s.inCore(0, 1) }),
		is("in core, 2 deep", func(s *sight) bool { return s.inCore(2, 2) }),
		is("in core, 3 deep", func(s *sight) bool { return s.inCore(3, 3) }),
		is("in core, deeper", func(s *sight) bool { return s.inCore(5, far) }),
		is("1 above core", func(s *sight) bool { return s.core.up == 1 }),
		is("2 above core", func(s *sight) bool { return s.core.up == 2 }),
		is("3 above core", func(s *sight) bool { return s.core.up == 3 }),
		is("in wide", func(s *sight) bool { return s.inWide(0, far) }),
		is("in wide, 0-2 deep", func(s *sight) bool { return s.inWide(0, 2) }),
		is("in wide, 3-4 deep", func(s *sight) bool { return s.inWide(3, 4) }),
		is("1 above wide", func(s *sight) bool { return s.wide.up == 1 }),
		is("2 above wide", func(s *sight) bool { return s.wide.up == 2 }),
		{"prose above", func(s *sight) float64 { return s.near(-1) }},
		{"prose below", func(s *sight) float64 { return s.near(1) }},
		is("before the headline", func(s *sight) bool { return s.head >= 0 && s.i < s.head }),
		is("amid the prose", func(s *sight) bool { return s.first >= 0 && s.i >= s.first && s.i <= s.last }),
		is("after the prose", func(s *sight) bool { return s.i > s.last }),
		is("far after the prose", func(s *sight) bool { return s.i > s.last+6 }),
		is("another article", func(s *sight) bool { return s.article != nil && s.view.article != nil && s.article != s.view.article }),
		is("outside the article", func(s *sight) bool { return s.article == nil && s.view.article != nil }),
	}
}

// boxFeatures are what stands in the same place of the template and in the boxes
// around it.
func boxFeatures() []feature {
	out := []feature{
		{"prose in place", func(s *sight) float64 { return s.share(s.place.prose) }},
		{"prose in place, sentence", func(s *sight) float64 {
			if !s.b.endsSentence() {
				return 0
			}
			return s.share(s.place.prose)
		}},
		is("alone in place", func(s *sight) bool { return s.place.blocks == 1 }),
	}
	for i, name := range []string{"box", "second box", "third box"} {
		n := i + 1 // levels up
		out = append(out,
			feature{"prose in " + name, func(s *sight) float64 { return s.boxProse(n) }},
			feature{"words a block in " + name, func(s *sight) float64 { return s.meanWords(n) }},
			feature{"sentences in " + name, func(s *sight) float64 { x := s.around(n); return ratio(x.sentences, x.blocks) }},
			feature{"link lines in " + name, func(s *sight) float64 { x := s.around(n); return ratio(x.linked, x.blocks) }},
			feature{"links in " + name, func(s *sight) float64 { x := s.around(n); return ratio(x.link, x.text) }},
			is("alone in "+name, func(s *sight) bool { return s.around(n).blocks == 1 }),
		)
	}
	return out
}

// pageFeatures are what the page's own data (JSON-LD articleBody) says of it.
func pageFeatures() []feature {
	return []feature{
		{"in articleBody", func(s *sight) float64 { return s.held }},
		is("not in articleBody", func(s *sight) bool { return s.p.body != nil && s.held < .3 && s.b.words >= 4 }),
		is("not in articleBody, short", func(s *sight) bool { return s.p.body != nil && s.held < .3 && s.b.words < 4 }),
	}
}
