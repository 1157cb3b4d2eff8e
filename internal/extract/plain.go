package extract

import (
	"strings"

	"erratum/internal/article"
)

// maxPlainLines bounds the paragraphs of a pasted text; what follows is left out.
const maxPlainLines = 20_000

// minDumpPrompts is how many lines of a text must ask the reader for something for it
// to be a dump of a page. One may be part of what was written.
const minDumpPrompts = 2

// PlainText reads pasted text: a paragraph a line, blank lines ignored, a first line
// "# …" the headline. Where the text is plainly a page dump, the same is left out as
// on pages, and the lines above the body are told apart: headline, dek, byline, date,
// caption; otherwise every line is body, word for word. pageURL may be empty.
func (x *Extractor) PlainText(text string, pageURL string) Result {
	p := &page{url: parseURL(pageURL), blocks: plainBlocks(text)}
	if len(p.blocks) > 0 && strings.HasPrefix(p.blocks[0].text, "# ") {
		p.meta.headline = collapse(p.blocks[0].text[2:])
		p.blocks = p.blocks[1:]
	}
	p.meta.language = x.options.Language
	p.keep = make([]bool, len(p.blocks))
	for i := range p.keep {
		p.keep[i] = true
	}
	if x.isDump(p.blocks) {
		x.clean(p)
	}
	x.restoreNotes(p)
	r := Result{Article: x.compose(p, pageURL), Verdict: article.OK}
	if len(r.Article.Blocks) == 0 && r.Article.Headline == "" {
		r.Verdict, r.Reason = article.UnreadablePage, "the text is empty"
	}
	return r
}

// isDump reports whether a text is plainly a whole page that was pasted.
func (x *Extractor) isDump(blocks []block) bool {
	asks := 0
	for i := range blocks {
		if b := &blocks[i]; b.words <= maxPromptWords && x.isAsking(b) {
			asks++
		}
	}
	return asks >= minDumpPrompts
}

// clean tells the article of a page dump from the page.
func (x *Extractor) clean(p *page) {
	for i := range p.blocks {
		b := &p.blocks[i]
		p.keep[i] = !x.isPrompt(b) || x.isNoteText(b, p.meta.language)
	}
	if p.meta.headline == "" {
		p.readHead()
	}
	x.dropAppeals(p.blocks, p.keep, p.meta.headline+" "+p.meta.dek)
}

// plainBlocks makes a block of each line that has text.
func plainBlocks(text string) []block {
	var out []block
	for line := range strings.Lines(strings.ToValidUTF8(text, "\uFFFD")) {
		if t := collapse(line); t != "" && len(out) < maxPlainLines {
			out = append(out, block{text: t, tag: "p", words: countWords(t)})
		}
	}
	return out
}

// isNoteText reports whether a block is a note where notes are expected.
func (x *Extractor) isNoteText(b *block, lang string) bool {
	if b.words < 3 {
		return false
	}
	scan := x.scanners.Borrow(lang)
	defer x.scanners.Return(scan)
	_, ok := scan.Find(b.text, true)
	return ok
}

// firstParagraphWords is the length of a paragraph that can only be body.
const firstParagraphWords = 18

// readHead tells the lines above the body of a page dump apart.
func (p *page) readHead() {
	end := p.bodyStart()
	p.pairCaptions(end)
	texts := 0
	for i := 0; i < end; i++ {
		b := &p.blocks[i]
		if !p.keep[i] || b.zone.has(inCaption) {
			continue
		}
		if p.readLine(b) {
			p.keep[i] = false
			continue
		}
		texts++
		switch {
		case texts == 1 && b.words >= 4:
			p.meta.headline, p.keep[i] = b.text, false
		case texts == 2 && b.words >= 5 && !endsCredit(b.text):
			p.meta.dek, p.keep[i] = b.text, false
		case !b.endsSentence():
			b.zone |= inCaption
		}
	}
}

// bodyStart is the first line that is plainly a paragraph.
func (p *page) bodyStart() int {
	for i := range p.blocks {
		if b := &p.blocks[i]; p.keep[i] && b.words >= firstParagraphWords && b.endsSentence() {
			return i
		}
	}
	return len(p.blocks)
}

// readLine takes a date line or a byline out of the head.
func (p *page) readLine(b *block) bool {
	if b.words > 16 {
		return false
	}
	if t := parseDate(b.text, p.meta.language); !t.IsZero() {
		if saysUpdated(b.text) {
			p.meta.modified = t
		} else if p.meta.published.IsZero() {
			p.meta.published = t
		}
		return true
	}
	rest, ok := afterBy(b.text)
	if !ok && b.words <= 4 && isName(b.text) && p.meta.headline != "" {
		rest, ok = b.text, true
	}
	if !ok || len(p.meta.bylines) > 0 {
		return false
	}
	p.meta.bylines = cleanNames([]string{rest})
	return len(p.meta.bylines) > 0
}

// pairCaptions finds a line that is given twice above the body, the second time
// with its credit: the alternative text of a picture and its caption. The longer
// stays.
func (p *page) pairCaptions(end int) {
	for i := 0; i+1 < end; i++ {
		a, b := &p.blocks[i], &p.blocks[i+1]
		if !p.keep[i] || a.words < 3 || !p.keep[i+1] {
			continue
		}
		if strings.HasPrefix(b.text, a.text) && b.words <= a.words+12 {
			p.keep[i] = false
			b.zone |= inCaption
		}
	}
}

// endsCredit reports whether a line ends in a source in brackets.
func endsCredit(s string) bool {
	i := strings.LastIndexByte(s, '(')
	return i > 0 && strings.HasSuffix(s, ")") && countWords(s[i:]) <= 8
}
