package extract

import (
	"regexp"
	"strings"

	"erratum/internal/article"
)

// finish makes the article of the chosen blocks and judges the page.
func (x *Extractor) finish(p *page, pageURL string) Result {
	r := Result{Article: x.compose(p, pageURL)}
	x.judge(p, &r)
	return r
}

// compose makes the article of the chosen blocks.
func (x *Extractor) compose(p *page, pageURL string) *article.Article {
	m := &p.meta
	a := &article.Article{URL: pageURL, CanonicalURL: m.canonical, Extractor: x.Name(), Headline: m.headline, Dek: m.dek, Site: m.site,
		Bylines: m.bylines, Published: m.published, Modified: m.modified, Language: m.language, LiveBlog: m.liveBlog}
	a.Blocks = p.articleBlocks()
	switch {
	case a.Language == "":
		a.Language = firstOf(detectLanguage(a.Blocks), x.options.Language)
	case m.otherLanguage != "" && detectLanguage(a.Blocks) == m.otherLanguage:
		a.Language = m.otherLanguage // a template may say "en" whatever the text
	}
	return a
}

// articleBlocks gives the kept blocks their roles.
func (p *page) articleBlocks() []article.Block {
	var out []article.Block
	led := false
	for i := range p.blocks {
		b := &p.blocks[i]
		if !p.keep[i] || b.text == p.meta.dek {
			continue
		}
		r := roleOf(b)
		if p.note[i] {
			r = article.Note
		}
		if r == article.Body && !led {
			r, led = article.Lede, true
		}
		made := article.Block{Role: r, Text: b.text}
		if p.entries != nil {
			made.Entry = p.entries[i]
		}
		out = append(out, made)
	}
	return append(out, p.statedNotes(out)...)
}

// roleOf names the role of a block by its element and place.
func roleOf(b *block) article.Role {
	switch {
	case b.tag == "figcaption", b.zone.has(inCaption | inFigure), opensCaption(b):
		return article.Caption
	case b.heading() > 0:
		return article.Subheading
	case b.zone.has(inQuote):
		return article.Quote
	case b.tag == "li", b.tag == "dd", b.tag == "dt":
		return article.ListItem
	}
	return article.Body
}

// captionOpeners begin a line under a picture.
var captionOpeners = []string{"image:", "photo:", "foto:", "bild:", "picture:", "image credit:", "photo by ", "photograph:", "fotografía:", "фото:", "(image:", "(photo:", "© ", "(image credit:"}

// opensCaption reports whether a short block names a picture's source.
func opensCaption(b *block) bool {
	if b.words > 14 {
		return false
	}
	low := strings.ToLower(b.text)
	for _, o := range captionOpeners {
		if strings.HasPrefix(low, o) {
			return true
		}
	}
	return false
}

// maxCaptionWords is the longest caption.
const maxCaptionWords = 100

// pictureCredit finds a picture's source at the end of its caption: "(AP Photo/Jon Varga)",
// "Foto: Jon Varga".
var pictureCredit = regexp.MustCompile(`(?i)(?:[(（\[](?:[\p{L}.]{2,12} )?\p{L}{0,12}(?:photos?|foto|fotos|bild|images?|pictures?|fotografía|фото)(?: credit)?\s?(?:[:/©]| by )[^()（）\[\]]{1,80}[)）\]]|[.!?…»”"]\s*(?:photo|foto|bild|image|picture|fotografía|imagen|imagem|immagine|фото|світлина)(?: by| credit)?\s?: ?[^.:]{2,60})\.?$`)

// creditBytes is how much of a text's end is searched for the source of a picture.
const creditBytes = 160

// closesCaption reports whether a text ends in the source of a picture, as captions do.
func closesCaption(b *block) bool {
	if b.words > maxCaptionWords || b.words < 4 {
		return false
	}
	end := b.text[max(0, len(b.text)-creditBytes):]
	return (strings.ContainsAny(end, ":/©") || strings.Contains(end, " by ")) && pictureCredit.MatchString(end)
}
