package extract

import (
	"html"
	"strings"
)

// maxStated is the longest articleBody, in bytes.
const maxStated = 256 << 10

// splitBody cuts an articleBody into paragraphs, nil for one too short to judge by.
// Line breaks and tags part paragraphs.
func splitBody(body string) []block {
	if len(body) < 300 || len(body) > maxStated {
		return nil
	}
	if strings.Contains(body, "&lt;") || strings.Contains(body, "&#") {
		body = html.UnescapeString(body)
	}
	body = lineEnds.Replace(body)
	var out []block
	for line := range strings.Lines(body) {
		if t := plain(line); t != "" {
			out = append(out, block{text: t, tag: "p", words: countWords(t)})
		}
	}
	if bodyWords(out) < 60 {
		return nil
	}
	return out
}

// lineEnds are the tags of an articleBody that end a line.
var lineEnds = strings.NewReplacer("</p>", "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n", "</h2>", "\n", "</h3>", "\n", "</li>", "\n")

// dropStrangers drops what stands before or after the text that the page's data
// gives, in another place of the template. Where the data is cut short, what follows
// stands in the same place and stays.
func (p *page) dropStrangers() {
	if len(p.stated) == 0 || !p.holds(p.stated) {
		return
	}
	places := make([]bool, p.slots)
	first, last := -1, -1
	for i := range p.blocks {
		b := &p.blocks[i]
		if p.keep[i] && b.words >= 8 && p.body.holdsHashes(b.hashes()) >= .8 {
			places[b.slot] = true
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := range p.blocks {
		if first >= 0 && (i < first || i > last) && !places[p.blocks[i].slot] {
			p.keep[i] = false
		}
	}
}

// holds reports whether nearly all of a text stands in the kept blocks.
func (p *page) holds(texts []block) bool {
	have := newPassages()
	for i := range p.blocks {
		if p.keep[i] {
			have.addHashes(p.blocks[i].hashes())
		}
	}
	all, held := 0.0, 0.0
	for _, t := range texts {
		all += float64(t.words)
		held += have.holds(t.text) * float64(t.words)
	}
	return held >= .9*all
}
